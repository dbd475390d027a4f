#!/bin/bash
# mongod wants a key file that only its own user can read; a mounted secret keeps the owner it has on the
# host. Runs as user mongodb and goes on with the image's own entry point.
set -eu
install -m 400 /run/secrets/mongod_keyfile /tmp/mongod.key
exec docker-entrypoint.sh mongod --replSet coterie --keyFile /tmp/mongod.key --bind_ip_all --noscripting \
    --wiredTigerCacheSizeGB 0.25 --setParameter transactionLifetimeLimitSeconds=3 --quiet
