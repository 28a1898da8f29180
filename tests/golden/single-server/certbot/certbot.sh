#!/bin/sh
# Keeps a certificate for CERTBOT_DOMAINS in /certificates, where nginx reads it:
# a self-signed one on the first start, so that nginx can start at all, then Let's Encrypt's, renewed in time.
set -eu

domain=${CERTBOT_DOMAINS%% *}
# A name of its own for the test certificate, so that the real one is asked for as soon as the switch is off.
[ "$CERTBOT_STAGING" = true ] && name=$domain-staging || name=$domain
live=/etc/letsencrypt/live/$name

# Puts a certificate where nginx looks, in one step, readable for nginx (user 101) alone.
install_certificate() {
  for file in fullchain.pem privkey.pem; do
    cp -L "$1/$file" "/certificates/.$file"
    chmod 0400 "/certificates/.$file"
    chown 101:101 "/certificates/.$file"
    mv -f "/certificates/.$file" "/certificates/$file"
  done
}

self_sign() {
  echo "certbot: a self-signed certificate for $domain until the real one is there"
  mkdir -p /tmp/self-signed
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$domain" \
    -keyout /tmp/self-signed/privkey.pem -out /tmp/self-signed/fullchain.pem 2>/dev/null
  install_certificate /tmp/self-signed
}

# Gets the certificate, or renews it when less than a third of its time is left; does nothing otherwise.
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
# nginx starts once the file is there, and has to run before the authority comes to look.
pause 15
while :; do
  if obtain; then
    install_certificate "$live"
    pause 43200
  else
    echo 'certbot: no certificate yet; is the domain pointing here? Next attempt in an hour.' >&2
    pause 3600
  fi
done
