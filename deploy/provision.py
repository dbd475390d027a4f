"""Makes one environment of Coterie in RabbitMQ and MongoDB: vhost, topology, databases, users.

The same code serves tests, the local system and containers. It needs administrator access, creates
what is missing, brings passwords and permissions up to date and changes nothing the second time.
Topology: `deploy/rabbitmq/topology.json`, generated from the code. Rights per service:
architecture.md §5. A queue or exchange that exists with other arguments is an error, never deleted:
it may hold messages. A binding between two exchanges that the topology names no more is removed.
"""

import base64
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymongo
import requests
from pymongo.errors import OperationFailure, PyMongoError

from chassis.settings import SECRET, FromEnvironment, SettingsError
from contracts.records import SERVICES

TOPOLOGY = Path(__file__).with_name("rabbitmq") / "topology.json"
_TIMEOUT_SECONDS = 30
_AUTHENTICATION_FAILED = 18
_WAIT_SECONDS = 60


class ProvisionError(Exception):
    """The environment cannot be made as the topology asks; the text names what is in the way."""


@dataclass(frozen=True)
class Target:
    """Where to provision, with administrator access.

    `user_prefix` goes before each broker user's name, `database_prefix` before each database's.
    """

    management_url: str
    management_auth: tuple[str, str]
    mongo_admin_url: str
    vhost: str = "coterie"
    user_prefix: str = ""
    database_prefix: str = "coterie_"

    def broker_user(self, name: str) -> str:
        """The broker user of a service (or the gateway) in this environment."""
        return self.user_prefix + name

    def database(self, service: str) -> str:
        """The name of a service's database, which also holds its two users."""
        return self.database_prefix + service


@dataclass(frozen=True)
class Passwords:
    """Passwords by broker user, by service, and by service for the owner user that migrates."""

    broker: Mapping[str, str]
    mongo: Mapping[str, str]
    mongo_owner: Mapping[str, str]


def load_topology(path: Path = TOPOLOGY) -> dict[str, Any]:
    """The generated topology. Raises ProvisionError when it is missing or not JSON."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ProvisionError(f"the topology {path} cannot be read: {error}") from error


def provision(target: Target, topology: Mapping[str, Any], passwords: Passwords) -> None:
    """Create or complete the environment. Raises ProvisionError, requests' or pymongo's errors."""
    provision_broker(target, topology, passwords.broker)
    provision_databases(target, passwords)


# --- RabbitMQ ------------------------------------------------------------------------------


def provision_broker(
    target: Target, topology: Mapping[str, Any], passwords: Mapping[str, str]
) -> None:
    """Vhost, users, permissions, exchanges, queues, bindings and policies, in one request."""
    missing = sorted(set(topology["users"]) - set(passwords))
    if missing:
        raise ProvisionError(f"no broker password given for {', '.join(missing)}")
    with management(target) as session:
        declare(session, target, topology, passwords)
        exchanges = {exchange["name"] for exchange in topology.get("exchanges", [])}
        wanted = [_names(binding) for binding in topology.get("bindings", [])]
        remove_bindings(
            session,
            target,
            lambda found: (
                {found["source"], found["destination"]} <= exchanges
                and found["destination_type"] == "exchange"
                and _names(found) not in wanted
            ),
        )


def management(target: Target) -> requests.Session:
    """A session with the broker's HTTP API."""
    session = requests.Session()
    session.auth = target.management_auth
    return session


def declare(
    session: requests.Session,
    target: Target,
    topology: Mapping[str, Any],
    passwords: Mapping[str, str],
) -> None:
    """What the topology names, and nothing else; a user without password keeps the one it has."""
    document = definitions(target, topology, passwords)
    answer = session.post(
        f"{target.management_url}/api/definitions", json=document, timeout=_TIMEOUT_SECONDS
    )
    if answer.status_code >= 300:
        raise ProvisionError(f"RabbitMQ refused the definitions: {answer.text[:500]}")
    for kind in ("exchanges", "queues"):
        _check_arguments(session, target, kind, topology.get(kind, []))


def remove_bindings(
    session: requests.Session, target: Target, is_obsolete: Callable[[dict[str, Any]], bool]
) -> None:
    """Removes the bindings that are obsolete; unlike queues they hold no messages."""
    api = f"{target.management_url}/api/bindings/{quote(target.vhost, safe='')}"
    found = session.get(api, timeout=_TIMEOUT_SECONDS)
    found.raise_for_status()
    for row in found.json():
        if row["source"] and is_obsolete(row):
            kind = row["destination_type"][0]
            names = (row["source"], kind, row["destination"], row["properties_key"])
            address = f"{api}/e/" + "/".join(quote(name, safe="") for name in names)
            session.delete(address, timeout=_TIMEOUT_SECONDS).raise_for_status()


def _names(binding: Mapping[str, Any]) -> tuple[str, ...]:
    parts = ("source", "destination_type", "destination", "routing_key")
    return tuple(binding[part] for part in parts)


def definitions(
    target: Target, topology: Mapping[str, Any], passwords: Mapping[str, str]
) -> dict[str, Any]:
    """The topology as one RabbitMQ definitions document for this environment."""
    users, permissions, topic_permissions = [], [], []
    administrator = target.management_auth[0]
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    permissions.append({"user": administrator, "vhost": target.vhost, **everything})
    for name, rights in topology["users"].items():
        user = {"user": target.broker_user(name), "vhost": target.vhost}
        if name in passwords:
            users.append(
                {
                    "name": target.broker_user(name),
                    "password_hash": _password_hash(target.broker_user(name), passwords[name]),
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": "",
                }
            )
        permissions.append({**user, **{key: rights[key] for key in everything}})
        topic_permissions += [{**user, **topic} for topic in rights.get("topics", [])]
    placed = {
        kind: [{**row, "vhost": target.vhost} for row in topology.get(kind, [])]
        for kind in ("exchanges", "queues", "bindings", "policies")
    }
    return {
        "vhosts": [{"name": target.vhost}],
        "users": users,
        "permissions": permissions,
        "topic_permissions": topic_permissions,
        **placed,
    }


def _password_hash(user: str, password: str) -> str:
    """RabbitMQ's salted SHA-256. The salt is derived, so that the same input changes nothing."""
    salt = hashlib.sha256(f"{user}\0{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _check_arguments(
    session: requests.Session, target: Target, kind: str, wanted: list[dict[str, Any]]
) -> None:
    address = f"{target.management_url}/api/{kind}/{quote(target.vhost, safe='')}"
    answer = session.get(
        address,
        params={"columns": "name,type,durable,auto_delete,arguments", "disable_stats": "true"},
        timeout=_TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    present = {row["name"]: row for row in answer.json()}
    wrong = []
    for row in wanted:
        found = present.get(row["name"])
        compared = [key for key in ("type", "durable", "auto_delete", "arguments") if key in row]
        if found is None:
            wrong.append(f"{row['name']} was not created")
        elif differing := [key for key in compared if found.get(key) != row[key]]:
            shown = ", ".join(f"{key} {found.get(key)!r} not {row[key]!r}" for key in differing)
            wrong.append(f"{row['name']} has {shown}")
    if wrong:
        raise ProvisionError(f"{kind} differ from the topology: " + "; ".join(wrong))


# --- MongoDB -------------------------------------------------------------------------------


def provision_databases(target: Target, passwords: Passwords) -> None:
    """Per service a database with an owner (for `migrate`) and a user with one narrow role."""
    with _mongo_client(target.mongo_admin_url) as client:
        for service in SERVICES:
            name = target.database(service)
            database = client[name]
            role = f"coterie_{service}"
            if not database.command("rolesInfo", role)["roles"]:
                # `migrate` grants it what each collection needs.
                resource = {"db": name, "collection": ""}
                privilege = {"resource": resource, "actions": ["listCollections"]}
                database.command("createRole", role, privileges=[privilege], roles=[])
            owner = {"role": "dbOwner", "db": name}
            _ensure_user(database, f"{service}_owner", passwords.mongo_owner[service], owner)
            _ensure_user(database, service, passwords.mongo[service], {"role": role, "db": name})


def _ensure_user(
    database: pymongo.database.Database[Any], user: str, password: str, role: dict[str, str]
) -> None:
    found = database.command("usersInfo", user)["users"]
    if not found:
        database.command("createUser", user, pwd=password, roles=[role])
    elif found[0]["roles"] != [role] or not _can_log_in(database, user, password):
        database.command("updateUser", user, pwd=password, roles=[role])


def _can_log_in(database: pymongo.database.Database[Any], user: str, password: str) -> bool:
    host, port = database.client.address or ("", 0)
    address = f"mongodb://{host}:{port}/?directConnection=true"
    login = {"username": user, "password": password, "authSource": database.name}
    with _mongo_client(address, **login) as client:
        try:
            client[database.name].command("ping")
        except OperationFailure as error:
            if error.code != _AUTHENTICATION_FAILED:
                raise
            return False
    return True


def _mongo_client(address: str, **login: Any) -> pymongo.MongoClient[dict[str, Any]]:
    return pymongo.MongoClient(address, timeoutMS=20_000, **login)


# --- removal (tests and `make demo`, which starts from nothing) ------------------------------


def erase(target: Target) -> None:
    """Delete the environment with all its data: vhost, its users, databases and their users."""
    with requests.Session() as session:
        session.auth = target.management_auth
        api = f"{target.management_url}/api"
        vhost = quote(target.vhost, safe="")
        answer = session.get(f"{api}/vhosts/{vhost}/permissions", timeout=_TIMEOUT_SECONDS)
        users = [row["user"] for row in answer.json()] if answer.status_code == 200 else []
        for user in set(users) - {target.management_auth[0]}:
            session.delete(f"{api}/users/{quote(user, safe='')}", timeout=_TIMEOUT_SECONDS)
        gone = session.delete(f"{api}/vhosts/{vhost}", timeout=_TIMEOUT_SECONDS)
        if gone.status_code not in (204, 404):
            raise ProvisionError(f"vhost {target.vhost} cannot be deleted: {gone.text[:300]}")
    with _mongo_client(target.mongo_admin_url) as client:
        for service in SERVICES:
            database = client[target.database(service)]
            database.command("dropAllUsersFromDatabase")
            database.command("dropAllRolesFromDatabase")
            client.drop_database(database.name)


# --- command line, for containers ------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ProvisionSettings(FromEnvironment):
    """`provision_secrets` is a directory with rabbitmq_admin, broker_<user>, mongo_<service> and
    mongo_<service>_owner."""

    management_url: str
    mongo_admin_url: str = field(metadata=SECRET)
    vhost: str = "coterie"
    database_prefix: str = "coterie_"
    provision_secrets: str

    def secret(self, name: str) -> str:
        """The secret of that name; raises OSError."""
        return (Path(self.provision_secrets) / name).read_text().strip()

    def target(self) -> Target:
        """The environment that these settings describe; raises OSError."""
        return Target(
            management_url=self.management_url.rstrip("/"),
            management_auth=("admin", self.secret("rabbitmq_admin")),
            mongo_admin_url=self.mongo_admin_url,
            vhost=self.vhost,
            database_prefix=self.database_prefix,
        )


def main() -> int:
    """Provision from the environment (`ProvisionSettings`); waits for broker and database a minute.

    Exit status 1 with one line when it cannot be done, 2 with one for each setting that is wrong.
    """
    try:
        topology = load_topology()
        settings = ProvisionSettings.from_environment(os.environ)
        target = settings.target()
        passwords = Passwords(
            broker={name: settings.secret(f"broker_{name}") for name in topology["users"]},
            mongo={name: settings.secret(f"mongo_{name}") for name in SERVICES},
            mongo_owner={name: settings.secret(f"mongo_{name}_owner") for name in SERVICES},
        )
    except SettingsError as error:
        return refuse("provision", error)
    except (ProvisionError, OSError) as error:
        print(f"provision: {without_passwords(str(error))}", file=sys.stderr)
        return 1
    end = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            provision(target, topology, passwords)
            print(
                f"provisioned: vhost {target.vhost} with {len(topology['exchanges'])} exchanges,"
                f" {len(topology['queues'])} queues and the users {', '.join(topology['users'])};"
                f" databases {', '.join(map(target.database, SERVICES))}"
            )
            return 0
        except (requests.ConnectionError, pymongo.errors.AutoReconnect) as error:
            problem: Exception = error
        except (ProvisionError, requests.RequestException, PyMongoError) as error:
            problem, end = error, 0.0
        if time.monotonic() >= end:
            print(f"provision: {without_passwords(str(problem))}", file=sys.stderr)
            return 1
        time.sleep(1)


def refuse(command: str, error: SettingsError) -> int:
    """Prints each problem of a command's settings; the exit status."""
    for problem in error.problems:
        print(f"{command}: {problem}", file=sys.stderr)
    return 2


def without_passwords(text: str) -> str:
    """A text that may hold addresses, without their users and passwords."""
    return re.sub(r"://[^@/\s]+@", "://…@", text)


if __name__ == "__main__":
    sys.exit(main())
