"""An integrator's account: a broker user that reads one queue, and that queue with its bindings.

The account declares and writes nothing; which events the queue gets is decided here. Limits of the
queue are policy. In containers:

    docker compose run --rm migrate python -m deploy.integrators NAME [--events TYPE …]
"""

import argparse
import os
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests

from chassis.settings import SettingsError
from deploy.provision import (
    ProvisionError,
    ProvisionSettings,
    Target,
    declare,
    load_topology,
    management,
    remove_bindings,
    without_passwords,
)

EVERYTHING = ("coterie.#",)


def queue_of(name: str) -> str:
    """The queue of an integrator, in whose rights and topology it has this name, too."""
    return f"integrator.{name}.events"


def provision_integrator(
    target: Target,
    topology: Mapping[str, Any],
    name: str,
    password: str | None,
    events: Sequence[str] = (),
) -> None:
    """Makes or changes the account; the second time the same changes nothing.

    `name`: lower-case letters, digits and hyphens. `password` None keeps the one that is. `events`:
    types such as `coterie.membership.activated.v1`, or all of a kind such as
    `coterie.membership.#`; none given means what was chosen before, at first all public events.
    Raises ProvisionError, requests' errors.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ProvisionError(f"{name!r} is not an integrator's name: use a-z, 0-9 and -")
    template = topology["integrators"]
    for key in events:
        if not any(_covers(key, public) for public in template["events"]):
            raise ProvisionError(f"{key!r} is no public event; there are {template['events']}")
    user, queue, exchange = f"integrator-{name}", queue_of(name), template["exchange"]
    rights = {
        key: value.replace("{name}", name) if isinstance(value, str) else value
        for key, value in template["user"].items()
    }
    with management(target) as session:
        keys = events or ([] if _is_bound(session, target, queue, exchange) else EVERYTHING)
        part = {
            "exchanges": [row for row in topology["exchanges"] if row["name"] == exchange],
            "queues": [{**template["queue"], "name": queue}],
            "bindings": [_binding(exchange, queue, key) for key in keys],
            "policies": topology["policies"],
            "users": {user: rights},
        }
        declare(session, target, part, {} if password is None else {user: password})
        if events:
            remove_bindings(
                session,
                target,
                lambda found: found["destination"] == queue and found["routing_key"] not in events,
            )


def _covers(key: str, event_type: str) -> bool:
    """Whether a binding with this key gets events of this type."""
    return key == event_type or (key.endswith(".#") and event_type.startswith(key[:-1]))


def _binding(exchange: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


def _is_bound(session: requests.Session, target: Target, queue: str, exchange: str) -> bool:
    place = f"{quote(target.vhost, safe='')}/e/{quote(exchange, safe='')}/q/{quote(queue, safe='')}"
    found = session.get(f"{target.management_url}/api/bindings/{place}", timeout=30)
    return found.status_code == 200 and bool(found.json())


def _is_known(target: Target, name: str) -> bool:
    user = quote(target.broker_user(f"integrator-{name}"), safe="")
    with management(target) as session:
        found = session.get(f"{target.management_url}/api/users/{user}", timeout=30)
    return found.status_code == 200


def main(arguments: Sequence[str]) -> int:
    """The command line for containers, with the variables of `ProvisionSettings`.

    Prints the password of a new account once; it is kept nowhere. Exit status 1 with one line when
    it cannot be done.
    """
    parser = argparse.ArgumentParser(prog="python -m deploy.integrators")
    parser.add_argument("name", help="lower-case letters, digits and hyphens")
    parser.add_argument("--events", nargs="+", default=(), help="types; all public ones at first")
    parser.add_argument("--new-password", action="store_true", help="of an account that exists")
    options = parser.parse_args(arguments)
    try:
        target = ProvisionSettings.from_environment(os.environ).target()
        known = _is_known(target, options.name) and not options.new_password
        password = None if known else secrets.token_urlsafe(32)
        provision_integrator(target, load_topology(), options.name, password, options.events)
    except (ProvisionError, SettingsError, requests.RequestException, OSError) as error:
        print(f"integrators: {without_passwords(str(error))}", file=sys.stderr)
        return 1
    user = target.broker_user(f"integrator-{options.name}")
    print(f"user {user}, vhost {target.vhost}, queue {queue_of(options.name)}")
    print("the password stays as it was" if password is None else f"password {password}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
