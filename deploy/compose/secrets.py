"""Writes the secrets of a container installation: `python -m deploy.compose.secrets <root>`.

One file per secret in `<root>/secrets`. The folder is its owner's alone; the files in it can be
read by any user, because compose mounts each one, as it is, into the containers that need it, whose
users have no name on the host. What exists is kept: running it again completes a half-finished
set-up and never changes a password. `smtp_url` points at the sandbox's mail sink until the operator
puts the address of a mail server there; `sign_in_ways.json` has none until they list some.
"""

import os
import sys
from pathlib import Path

from contracts.records import SERVICES
from deploy.local.credentials import BROKER_USERS, Credentials

VHOST = "coterie"
DATABASE_PREFIX = "coterie_"


def write_secrets(root: Path) -> None:
    """Generate what is missing under `root`/secrets and the URLs that are made of it."""
    credentials = Credentials(root)
    for name in (
        "cursor_secret",
        "mongod_keyfile",
        "payments/sandbox_api_key",
        "signing_key.pem",
        "sms_key",
    ):
        credentials.path(name)
    credentials.token_public_keys()
    if not (credentials.directory / "smtp_url").exists():
        credentials.store("smtp_url", "smtp://sandbox-mail:1025\n")
    if not (credentials.directory / "sign_in_ways.json").exists():
        credentials.store("sign_in_ways.json", "[]\n")
    password = credentials.read("rabbitmq_admin")
    credentials.store("rabbitmq_admin.conf", f"default_user = admin\ndefault_pass = {password}\n")
    password = credentials.read("mongod_admin")
    credentials.store("mongo_admin_url", _mongo_url("admin", password, "", "admin"))
    for user in BROKER_USERS:
        password = credentials.read(f"broker_{user}")
        credentials.store(f"{user}_amqp_url", f"amqp://{user}:{password}@rabbitmq:5672/{VHOST}")
    for service in SERVICES:
        database = DATABASE_PREFIX + service
        for user, name in ((service, "mongo_url"), (f"{service}_owner", "mongo_owner_url")):
            url = _mongo_url(user, credentials.read(f"mongo_{user}"), database, database)
            credentials.store(f"{service}_{name}", url)
    _hand_over(credentials.directory)


def _mongo_url(user: str, password: str, database: str, users: str) -> str:
    where = f"mongodb:27017/{database}?authSource={users}&replicaSet=coterie"
    return f"mongodb://{user}:{password}@{where}"


def _hand_over(directory: Path) -> None:
    """To whoever owns the folder: a container writes as root into the operator's folder."""
    owner = directory.stat()
    for path in (directory, *directory.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
        path.chmod(0o700 if path.is_dir() else 0o644)


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 2 wrong call."""
    if len(arguments) != 1:
        print("usage: python -m deploy.compose.secrets ROOT", file=sys.stderr)
        return 2
    write_secrets(Path(arguments[0]))
    print("the secrets are in place")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
