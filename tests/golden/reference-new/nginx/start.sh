#!/bin/sh
# Runs nginx and reloads it whenever certbot has installed a new certificate.
set -eu

certificate=/etc/nginx/certificates/fullchain.pem

reload_on_change() {
  seen=$(cksum "$certificate")
  while sleep 30; do
    now=$(cksum "$certificate")
    if [ "$now" != "$seen" ]; then
      nginx -s reload && seen=$now
    fi
  done
}

reload_on_change &
exec nginx -g 'daemon off;'
