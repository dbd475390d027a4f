#!/bin/bash
# Like the official image's entry point: root takes over the data for user rabbitmq and steps down.
set -eu
if [ "$(id -u)" = 0 ] && [[ $1 == rabbitmq* ]]; then
    chown -R rabbitmq: /var/lib/rabbitmq
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
fi
exec "$@"
