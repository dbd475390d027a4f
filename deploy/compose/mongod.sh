#!/bin/bash
# mongod insists on a key file that only it can read; a mounted secret keeps the host's owner.
set -eu
install -o mongodb -g mongodb -m 400 /run/secrets/mongod_keyfile /tmp/mongod.key
exec docker-entrypoint.sh mongod --replSet coterie --keyFile /tmp/mongod.key --bind_ip_all \
    --wiredTigerCacheSizeGB 0.25 --setParameter transactionLifetimeLimitSeconds=3 --quiet
