#!/usr/bin/env bash
# Builds the images as a machine without an image registry and package index has to, and plays the
# story in containers. Needs a Docker engine and `make setup`; bounded to 20 minutes with a cold cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
docker info >/dev/null 2>&1 || { echo "compose-test needs a Docker engine; none answers here" >&2; exit 2; }

compose=(docker-compose)
docker compose version >/dev/null 2>&1 && compose=(docker compose)

tests/compose/base_images.sh

if ! compgen -G 'deploy/wheels/*.whl' >/dev/null; then
    trap 'rm -f deploy/wheels/*.whl deploy/wheels/*.tar.gz' EXIT
    for lock in runtime sandbox; do
        .venv/bin/python -m pip download -q --require-hashes -r "requirements/$lock.txt" -d deploy/wheels
    done
fi

SECONDS=0
"${compose[@]}" --profile sandbox build -q
echo "images built after $SECONDS s"
docker images --format '{{.Size}}	{{.Repository}}' | grep -P '\tcoterie-' | sort -k 2

timeout --signal=INT --kill-after=60 600 .venv/bin/python -m tests.compose.story
