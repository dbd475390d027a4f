#!/bin/bash
# The part of the official image's entry point that the compose file relies on: on an empty volume
# the root user of MONGO_INITDB_ROOT_* is made before mongod starts for real, as user mongodb.
set -eu
chown -R mongodb: /data/db
as_mongodb=(setpriv --reuid=mongodb --regid=mongodb --init-groups)
if [ ! -e /data/db/WiredTiger ]; then
    "${as_mongodb[@]}" mongod --dbpath /data/db --bind_ip 127.0.0.1 --quiet >/dev/null &
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
exec "${as_mongodb[@]}" "$@" --dbpath /data/db
