"""Writes the secrets of a container installation into a directory: `python -m deploy.compose.secrets`.

One file per secret, readable by any user inside a container; the directory is the operator's alone,
and compose mounts each file only where it is needed. What exists is kept, so running it again
completes a half-finished set-up and never changes a password.
"""

import os
import sys
from pathlib import Path

from deploy.local.credentials import BROKER_USERS, SERVICES, Credentials

VHOST = "coterie"
DATABASE_PREFIX = "coterie_"


def write_secrets(root: Path) -> None:
    """Generate what is missing under `root`/secrets and the URLs that are made of it."""
    credentials = Credentials(root)
    for name in ("cursor_secret", "mongod_keyfile", "payments/sandbox_api_key", "signing_key.pem"):
        credentials.path(name)
    credentials.token_public_keys()
    admin = credentials.read("rabbitmq_admin")
    credentials.store("rabbitmq_admin.conf", f"default_user = admin\ndefault_pass = {admin}\n")
    root_password = credentials.read("mongod_admin")
    credentials.store(
        "mongo_admin_url",
        f"mongodb://admin:{root_password}@mongodb:27017/?authSource=admin&replicaSet=coterie",
    )
    for user in BROKER_USERS:
        password = credentials.read(f"broker_{user}")
        credentials.store(f"{user}_amqp_url", f"amqp://{user}:{password}@rabbitmq:5672/{VHOST}")
    for service in SERVICES:
        for user, name in ((service, "mongo_url"), (f"{service}_owner", "mongo_owner_url")):
            password = credentials.read(f"mongo_{user}")
            database = DATABASE_PREFIX + service
            credentials.store(
                f"{service}_{name}",
                f"mongodb://{user}:{password}@mongodb:27017/{database}"
                f"?authSource={database}&replicaSet=coterie",
            )
    for file in credentials.directory.rglob("*"):
        if file.is_file():
            file.chmod(0o444)
    credentials.directory.chmod(0o711)


def main() -> int:
    write_secrets(Path(os.environ.get("COTERIE_SECRETS_ROOT", ".")))
    print("secrets are in place")
    return 0


if __name__ == "__main__":
    sys.exit(main())
