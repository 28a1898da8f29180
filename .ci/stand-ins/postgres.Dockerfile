# What a stand-in for the official PostgreSQL image needs to have of it: the directories of data and socket belong to
# postgres, so that the server runs without root.
ARG IMAGE
# hadolint ignore=DL3006
FROM ${IMAGE}
RUN install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data \
    && install -d -o postgres -g postgres -m 3777 /var/run/postgresql
