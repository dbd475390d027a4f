"""An integrator's account: a broker user that reads one queue, and that queue with its bindings.

The account declares and writes nothing; which events the queue gets is decided here. Limits of the
queue are policy. In containers:

    docker compose run --rm migrate python -m deploy.integrators NAME [--events TYPE …]
        [--scopes SCOPE …]
    docker compose run --rm migrate python -m deploy.integrators NAME --remove
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
    refuse,
    remove_bindings,
    without_passwords,
)

EVERYTHING = ("coterie.#",)


def queue_of(name: str) -> str:
    """The queue of an integrator, in whose rights and topology it has this name, too."""
    return f"integrator.{name}.events"


def user_of(name: str) -> str:
    """The broker user of an integrator, before the environment's prefix.

    `name`: lower-case letters, digits and hyphens; raises ProvisionError for another.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ProvisionError(f"{name!r} is not an integrator's name: use a-z, 0-9 and -")
    return f"integrator-{name}"


def provision_integrator(
    target: Target,
    topology: Mapping[str, Any],
    name: str,
    password: str | None,
    events: Sequence[str] = (),
    scopes: Sequence[str] = (),
) -> None:
    """Makes or changes the account; the second time the same changes nothing.

    `password` None keeps the one that is. `events`: types such as
    `coterie.membership.activated.v1`, or all of a kind such as `coterie.membership.#`; none given
    means what was chosen before, at first all public events. `scopes`: what needs one of these
    comes, too, as far as it is among the events; named with neither, they stay as they are.
    Raises ProvisionError, requests' errors.
    """
    require_choice(topology, name, events, scopes)
    user, queue = user_of(name), queue_of(name)
    template = topology["integrators"]
    sources = [template["scopes"][scope]["exchange"] for scope in ("", *scopes)]
    rights = {
        key: value.replace("{name}", name) if isinstance(value, str) else value
        for key, value in template["user"].items()
    }
    with management(target) as session:
        bound = _bound(session, target, queue, sources[0])
        keys = events or bound or EVERYTHING
        part = {
            "exchanges": [row for row in topology["exchanges"] if row["name"] in sources],
            "queues": [{**template["queue"], "name": queue}],
            "bindings": [_binding(source, queue, key) for source in sources for key in keys],
            "policies": topology["policies"],
            "users": {user: rights},
        }
        declare(session, target, part, {} if password is None else {user: password})
        limits = f"{target.management_url}/api/user-limits/{_in_address(target, name)}"
        for limit, value in template["limits"].items():
            answer = session.put(f"{limits}/{limit}", json={"value": value}, timeout=30)
            answer.raise_for_status()
        if events or scopes:
            remove_bindings(
                session,
                target,
                lambda found: (
                    found["destination"] == queue
                    and (found["source"] not in sources or found["routing_key"] not in keys)
                ),
            )


def require_choice(
    topology: Mapping[str, Any], name: str, events: Sequence[str], scopes: Sequence[str]
) -> None:
    """Raises ProvisionError for what `provision_integrator` does not take."""
    user_of(name)
    opened = topology["integrators"]["scopes"]
    for scope in scopes:
        if not scope or scope not in opened:
            raise ProvisionError(
                f"{scope!r} is no scope; there are {[one for one in opened if one]}"
            )
    scope_of = {public: scope for scope, row in opened.items() for public in row["events"]}
    for key in events:
        covered = {scope for public, scope in scope_of.items() if _covers(key, public)}
        if not covered:
            known = [f"{one} (SCOPES={scope})" if scope else one for one, scope in scope_of.items()]
            raise ProvisionError(f"{key!r} is no public event; there are {', '.join(known)}")
        if not covered & {"", *scopes}:
            raise ProvisionError(f"{key!r} needs SCOPES={min(covered)}")


def remove_integrator(target: Target, name: str) -> None:
    """Ends the account and its connections; deletes its queue with what it holds.

    Raises ProvisionError when neither is there, requests' errors.
    """
    api, vhost = f"{target.management_url}/api", quote(target.vhost, safe="")
    user = _in_address(target, name)
    with management(target) as session:
        answers = [
            session.delete(f"{api}/{place}", timeout=30)
            for place in (f"users/{user}", f"queues/{vhost}/{queue_of(name)}")
        ]
    found = [answer for answer in answers if answer.status_code != 404]
    if not found:
        raise ProvisionError(f"there is no integrator {name!r}")
    for answer in found:
        answer.raise_for_status()


def _in_address(target: Target, name: str) -> str:
    return quote(target.broker_user(user_of(name)), safe="")


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


def _bound(session: requests.Session, target: Target, queue: str, exchange: str) -> list[str]:
    """By which keys the queue gets events of this exchange now."""
    place = f"{quote(target.vhost, safe='')}/e/{quote(exchange, safe='')}/q/{quote(queue, safe='')}"
    found = session.get(f"{target.management_url}/api/bindings/{place}", timeout=30)
    return [row["routing_key"] for row in found.json()] if found.status_code == 200 else []


def _is_known(target: Target, name: str) -> bool:
    address = f"{target.management_url}/api/users/{_in_address(target, name)}"
    with management(target) as session:
        found = session.get(address, timeout=30)
    return found.status_code == 200


def main(arguments: Sequence[str]) -> int:
    """The command line for containers, with the variables of `ProvisionSettings`.

    Prints the password of a new account once; it is kept nowhere. Exit status 1 with one line when
    it cannot be done, 2 with one for each setting that is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m deploy.integrators")
    parser.add_argument("name", help="lower-case letters, digits and hyphens")
    parser.add_argument("--events", nargs="+", default=(), help="types; all public ones at first")
    parser.add_argument("--scopes", nargs="+", default=(), help="of what is not for everybody")
    parser.add_argument("--new-password", action="store_true", help="of an account that exists")
    parser.add_argument("--remove", action="store_true", help="the account and its queue")
    options = parser.parse_args(arguments)
    try:
        target = ProvisionSettings.from_environment(os.environ).target()
        if options.remove:
            remove_integrator(target, options.name)
            print(f"removed {options.name}, its queue and what was in it")
            return 0
        known = _is_known(target, options.name) and not options.new_password
        password = None if known else secrets.token_urlsafe(32)
        provision_integrator(
            target, load_topology(), options.name, password, options.events, options.scopes
        )
    except SettingsError as error:
        return refuse("integrators", error)
    except (ProvisionError, requests.RequestException, OSError) as error:
        print(f"integrators: {without_passwords(str(error))}", file=sys.stderr)
        return 1
    user = target.broker_user(user_of(options.name))
    print(f"user {user}, vhost {target.vhost}, queue {queue_of(options.name)}")
    print("the password stays as it was" if password is None else f"password {password}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
