#!/usr/bin/env bash
# Plays the story in containers on a machine that may have no image registry and whose builds reach no
# package index. Needs a Docker engine and `make setup`. Ends within 20 minutes; most of a cold run is
# building.
set -euo pipefail
cd "$(dirname "$0")/../.."
docker info >/dev/null 2>&1 || { echo "compose-test needs a Docker engine; none answers" >&2; exit 2; }

tests/compose/base_images.sh

if ! compgen -G 'deploy/wheels/*.whl' >/dev/null; then
    trap 'rm -f deploy/wheels/*.whl deploy/wheels/*.tar.gz' EXIT
    for lock in runtime sandbox; do
        .venv/bin/python -m pip download -q --require-hashes -r "requirements/$lock.txt" -d deploy/wheels
    done
fi

timeout --signal=INT --kill-after=60 1200 .venv/bin/python -m tests.compose.story
