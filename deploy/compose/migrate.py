"""The one-shot that the other containers wait for: replica set, broker, databases, schemas."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure

from deploy import provision

SECRETS = Path("/run/secrets")
_ALREADY_INITIALIZED = 23


def initiate_replica_set(admin_url: str, seconds: float = 60) -> None:
    """Make the fresh mongod a replica set of one and wait until it takes writes."""
    address = admin_url.replace("replicaSet=coterie", "directConnection=true")
    members = [{"_id": 0, "host": "mongodb:27017"}]
    end = time.monotonic() + seconds
    with pymongo.MongoClient(address, serverSelectionTimeoutMS=2000) as client:
        while not _is_primary(client, members):
            if time.monotonic() > end:
                raise TimeoutError("mongod did not become primary of its replica set")
            time.sleep(0.5)


def _is_primary(client: pymongo.MongoClient, members: list[dict[str, object]]) -> bool:
    try:
        if client.admin.command("hello").get("isWritablePrimary"):
            return True
        client.admin.command("replSetInitiate", {"_id": "coterie", "members": members})
    except OperationFailure as refused:
        if refused.code != _ALREADY_INITIALIZED:
            raise
    except ConnectionFailure:
        pass
    return False


def migrate(service: str) -> int:
    """Bring one service's database to the schema of its code, as its owner user."""
    environment = os.environ | {
        "COTERIE_AMQP_URL_FILE": str(SECRETS / f"{service}_amqp_url"),
        "COTERIE_MONGO_URL_FILE": str(SECRETS / f"{service}_mongo_url"),
        "COTERIE_MONGO_OWNER_URL_FILE": str(SECRETS / f"{service}_mongo_owner_url"),
        "COTERIE_MONGO_DATABASE": f"coterie_{service}",
    }
    command = [sys.executable, "-m", "chassis.migrate", service]
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    initiate_replica_set(Path(os.environ["COTERIE_MONGO_ADMIN_URL_FILE"]).read_text().strip())
    if status := provision.main():
        return status
    return max(migrate(service) for service in provision.SERVICES)


if __name__ == "__main__":
    sys.exit(main())
