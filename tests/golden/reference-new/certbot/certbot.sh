#!/bin/sh
# Maintains the certificate for CERTBOT_DOMAINS in /certificates, where nginx reads it: on the first start a
# self-signed one, without which nginx could not start, then one from Let's Encrypt, renewed automatically.
set -eu

domain=${CERTBOT_DOMAINS%% *}
# Staging certificates have their own name, so the real one is requested as soon as staging is off.
[ "$CERTBOT_STAGING" = true ] && name=$domain-staging || name=$domain
live=/etc/letsencrypt/live/$name

# Installs each file atomically, readable only by nginx (user 101).
install_certificate() {
  for file in fullchain.pem privkey.pem; do
    cp -L "$1/$file" "/certificates/.$file"
    chmod 0400 "/certificates/.$file"
    chown 101:101 "/certificates/.$file"
    mv -f "/certificates/.$file" "/certificates/$file"
  done
}

self_sign() {
  echo "certbot: using a self-signed certificate for $domain until the real one is issued"
  mkdir -p /tmp/self-signed
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$domain" \
    -keyout /tmp/self-signed/privkey.pem -out /tmp/self-signed/fullchain.pem 2>/dev/null
  install_certificate /tmp/self-signed
}

# Obtains the certificate, or renews it in the last third of its lifetime; otherwise does nothing.
obtain() {
  set -- certonly --webroot --webroot-path /var/www/acme --non-interactive --agree-tos --keep-until-expiring \
    --renew-with-new-domains --email "$CERTBOT_EMAIL" --cert-name "$name"
  for each in $CERTBOT_DOMAINS; do
    set -- "$@" --domain "$each"
  done
  [ "$CERTBOT_STAGING" != true ] || set -- "$@" --staging
  certbot "$@"
}

pause() {
  sleep "$1" &
  wait "$!"
}

trap 'exit 0' TERM INT
[ -s /certificates/fullchain.pem ] || self_sign
# nginx starts once the file exists, and must be running before Let's Encrypt validates the domain.
pause 15
while :; do
  if obtain; then
    install_certificate "$live"
    pause 43200
  else
    echo 'certbot: issuance or renewal failed; does the domain point to this server? Retrying in an hour.' >&2
    pause 3600
  fi
done
