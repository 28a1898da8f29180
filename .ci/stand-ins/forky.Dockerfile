# Servers as new as the official images have them, from Debian's next release; each with the user, the programs and the
# command of the official image.
ARG IMAGE
# hadolint ignore=DL3006
FROM ${IMAGE} AS forky
RUN sed -n '1s/bookworm[^ ]*/forky/p' /etc/apt/sources.list >/etc/apt/sources.list.d/forky.list \
    && echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/stand-in

# User and group 101, as the template names them by number.
FROM forky AS nginx
# hadolint ignore=DL3008
RUN groupadd --gid 101 nginx \
    && useradd --uid 101 --gid nginx --no-log-init --shell /usr/sbin/nologin nginx \
    && apt-get update \
    && apt-get install --yes --no-install-recommends --option Dpkg::Options::=--force-overwrite --target-release forky nginx wget \
    && rm -rf /var/lib/apt/lists/* /etc/nginx/sites-enabled \
    && ln -sf /dev/stdout /var/log/nginx/access.log \
    && ln -sf /dev/stderr /var/log/nginx/error.log \
    && chmod 0755 /var/log/nginx
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]

FROM forky AS valkey
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends --option Dpkg::Options::=--force-overwrite --target-release forky valkey-server \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=valkey --group=valkey /data
WORKDIR /data
# The official image has no protected mode.
# hadolint ignore=SC2016
RUN printf '%s\n' '#!/bin/sh' '[ "$1" != valkey-server ] || set -- "$@" --protected-mode no' 'exec "$@"' \
    >/usr/local/bin/docker-entrypoint.sh \
    && chmod 0755 /usr/local/bin/docker-entrypoint.sh
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["valkey-server"]

# The official image of certbot has openssl too. No certbot: the test brings a stub of it.
# hadolint ignore=DL3006
FROM ${IMAGE} AS certbot
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssl \
    && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["certbot"]
