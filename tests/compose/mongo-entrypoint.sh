#!/bin/bash
# The part of the official image's entry point that the compose file relies on: on an empty volume the
# root user of MONGO_INITDB_ROOT_* is made, by a mongod that only 127.0.0.1 reaches and that knows of
# no replica set and no access control; then mongod starts for real. Never as root.
set -eu
if [ "$(id -u)" = 0 ]; then
    chown -R mongodb: /data/db
    exec setpriv --reuid=mongodb --regid=mongodb --init-groups "$0" "$@"
fi
if [ ! -e /data/db/WiredTiger ]; then
    mongod --bind_ip 127.0.0.1 --quiet >/tmp/first-start.log &
    python3 - <<'PYTHON'
import os, pymongo
password = open(os.environ["MONGO_INITDB_ROOT_PASSWORD_FILE"]).read().strip()
client = pymongo.MongoClient("127.0.0.1", serverSelectionTimeoutMS=30000)
client.admin.command(
    "createUser", os.environ["MONGO_INITDB_ROOT_USERNAME"], pwd=password, roles=["root"])
PYTHON
    kill -TERM $!
    wait $! || true
fi
exec "$@"
