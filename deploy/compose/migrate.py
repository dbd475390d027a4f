"""The one-shot that the other containers wait for: replica set, broker, databases, schemas.

May run again at any time; what is in place stays.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure

from chassis.settings import PREFIX
from contracts.records import SERVICES
from deploy import provision

SECRETS = Path("/run/secrets")
_MEMBERS = [{"_id": 0, "host": "mongodb:27017"}]
_WAIT_SECONDS = 60.0
_ALREADY_INITIALIZED = 23


def initiate_replica_set(admin_url: str) -> None:
    """Make the fresh mongod a replica set of one and wait until it takes writes.

    Raises TimeoutError after a minute, pymongo's OperationFailure when mongod refuses.
    """
    address = admin_url.replace("replicaSet=coterie", "directConnection=true")
    give_up_at = time.monotonic() + _WAIT_SECONDS
    with pymongo.MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=2000) as client:
        while not _is_primary(client):
            if time.monotonic() > give_up_at:
                raise TimeoutError("mongod did not become primary of its replica set")
            time.sleep(0.5)


def _is_primary(client: pymongo.MongoClient[dict[str, Any]]) -> bool:
    try:
        if client.admin.command("hello")["isWritablePrimary"]:
            return True
        client.admin.command("replSetInitiate", {"_id": "coterie", "members": _MEMBERS})
    except OperationFailure as refused:
        if refused.code != _ALREADY_INITIALIZED:
            raise
    except ConnectionFailure:
        pass  # not up yet
    return False


def migrate_all() -> int:
    """Bring every database to the schema of its code, all at once; the worst exit status."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    migrations = [
        subprocess.Popen(
            [sys.executable, "-m", "chassis.migrate", service],
            env={
                **inherited,
                "COTERIE_MONGO_OWNER_URL_FILE": str(SECRETS / f"{service}_mongo_owner_url"),
                "COTERIE_MONGO_DATABASE": f"coterie_{service}",
            },
        )
        for service in SERVICES
    ]
    return max(abs(migration.wait()) for migration in migrations)


def main() -> int:
    """Exit status: 0 done, otherwise that of the step that failed."""
    initiate_replica_set(Path(os.environ["COTERIE_MONGO_ADMIN_URL_FILE"]).read_text().strip())
    return provision.main() or migrate_all()


if __name__ == "__main__":
    sys.exit(main())
