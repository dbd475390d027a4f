"""Integrators' accounts against the real broker: what they read, what they may not, their end."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import amqp.exceptions
import pytest
from kombu import Connection

from deploy.integrators import provision_integrator, queue_of, remove_integrator
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from deploy.local.system import System
from deploy.provision import ProvisionError, Target, load_topology, provision
from tests.integration.test_setup_provision import (
    ACTIVATED,
    PASSWORDS,
    PUBLISHED,
    TOPOLOGY,
    exported,
)
from tests.kit.broker import Broker
from tests.kit.probe import probe

DOOR = "coterie.events.registration_checked_in.v1"


def integrator_topology(*events: str) -> dict[str, Any]:
    real = load_topology()
    scopes = real["integrators"]["scopes"]
    named = {opened["exchange"] for opened in scopes.values()}
    exchanges = [row for row in real["exchanges"] if row["name"] in named]
    policies = [row for row in real["policies"] if row["name"] == "integrators"]
    return {**TOPOLOGY, "exchanges": exchanges, "bindings": [], "policies": policies} | {
        "integrators": {
            **real["integrators"],
            "scopes": {**scopes, "": {**scopes[""], "events": list(events)}},
        }
    }


def read_by(url: str, queue: str, wanted: int) -> list[str]:
    with Broker(url) as broker:
        return [str(message.body, "utf-8") for message in broker.drain(queue, wanted)]


def test_an_integrator_reads_its_own_queue_and_does_nothing_else(
    target: Target, nodes: Nodes
) -> None:
    """It may not declare, bind, write or read anything else: no queue of its own making can fill
    the broker or refuse what is published.
    """
    topology = integrator_topology(ACTIVATED, PUBLISHED)
    provision(target, topology, PASSWORDS)
    for name in ("acme", "other"):
        provision_integrator(target, topology, name, "secret")
    queue = queue_of("acme")
    with Broker(nodes.amqp_url(*nodes.admin_auth, target.vhost)) as admin:
        for key in (ACTIVATED, PUBLISHED):
            admin.publish(key, exchange="integrators.events", routing_key=key)
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)
    assert read_by(url, queue, 2) == [ACTIVATED, PUBLISHED]
    greedy = {"x-max-length": 1, "x-overflow": "reject-publish"}
    forbidden: list[Callable[[Any], object]] = [
        lambda c: c.queue_declare("integrator.acme.more", durable=True, arguments=greedy),
        lambda c: c.queue_bind(queue, "integrators.events", "#"),
        lambda c: c.queue_unbind(queue, "integrators.events", "coterie.#"),
        lambda c: c.queue_delete(queue),
        lambda c: c.exchange_declare("integrator.acme", "topic"),
        lambda c: c.basic_get(queue_of("other")),
        lambda c: c.basic_publish_confirm(
            amqp.Message(b"x"), exchange="integrators.events", routing_key=ACTIVATED
        ),
        lambda c: c.basic_publish_confirm(amqp.Message(b"x"), routing_key=queue),
    ]
    for attempt in forbidden:
        with Broker(url) as broker, pytest.raises(amqp.exceptions.AccessRefused):
            attempt(broker.channel)
    with Broker(url) as broker:
        asked = broker.channel.queue_declare(queue, passive=True)
        assert asked.message_count == 0, "it may ask how many wait"
    with pytest.raises(ProvisionError, match="not an integrator's name"):
        provision_integrator(target, topology, "a.*", "secret")


def test_an_integrator_has_only_so_many_connections_and_channels(
    target: Target, nodes: Nodes
) -> None:
    """O-4: a reader that never closes what it opened harms itself."""
    topology = integrator_topology(ACTIVATED)
    limits = topology["integrators"]["limits"]
    provision(target, topology, PASSWORDS)
    provision_integrator(target, topology, "acme", "secret")
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)
    with ExitStack() as opened:
        for _ in range(limits["max-connections"]):
            opened.enter_context(Connection(url)).connect()

        def one_more_is_refused() -> bool:
            with Connection(url) as connection, pytest.raises(amqp.exceptions.NotAllowed):
                connection.connect()
            return True

        probe(one_more_is_refused, 15, "the broker counts connections a moment later")
    with Connection(url) as connection:
        probe(lambda: bool(connection.connect()), 15, "those that ended count no more")

        for _ in range(limits["max-channels"]):
            connection.channel()

        def one_more_is_too_many() -> bool:
            with pytest.raises(amqp.exceptions.NotAllowed):
                connection.channel()
            return True

        probe(one_more_is_too_many, 15, "the broker counts channels a moment later")


def test_a_removed_integrator_is_gone_with_its_queue(target: Target, nodes: Nodes) -> None:
    """Its connections end; nobody else notices; the name may be given anew."""
    topology = integrator_topology(ACTIVATED)
    provision(target, topology, PASSWORDS)
    provision_integrator(target, topology, "other", "secret")
    before = exported(target)
    provision_integrator(target, topology, "acme", "secret")
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)
    with Broker(url) as reader:
        remove_integrator(target, "acme")
        with pytest.raises((amqp.exceptions.ConnectionError, OSError)):
            probe(lambda: reader.get(queue_of("acme")) and False, 15, "its connection ends")
    assert exported(target) == before
    with pytest.raises(ProvisionError, match="no integrator 'acme'"):
        remove_integrator(target, "acme")
    provision_integrator(target, topology, "acme", "another")
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "another", target.vhost)
    assert read_by(url, queue_of("acme"), 0) == []


def test_a_local_integrator_who_comes_again_has_another_password(
    target: Target, nodes: Nodes, tmp_path: Path
) -> None:
    system = System(tmp_path, nodes=nodes, vhost=target.vhost, user_prefix=target.user_prefix)
    first = system.integrator_url("acme")
    assert system.integrator_url("acme") == first
    system.remove_integrator("acme")
    second = system.integrator_url("acme")
    assert second != first
    for name, events in (("", []), ("Bad_Name", []), ("other", ["coterie.nothing"])):
        with pytest.raises(ProvisionError):
            system.integrator_url(name, events)
    made = (system.credentials.directory / "integrators").iterdir()
    assert [path.name for path in made] == ["acme"], "no password without an account"
    assert read_by(second, queue_of("acme"), 0) == []


def test_an_integrator_gets_the_events_that_were_chosen(target: Target, nodes: Nodes) -> None:
    """All public ones at first; a later choice replaces the earlier; without one it stays."""
    topology = integrator_topology(ACTIVATED, PUBLISHED)
    provision(target, topology, PASSWORDS)

    def bound() -> set[str]:
        rows = exported(target)["bindings"]
        return {row["routing_key"] for row in rows if row["destination"] == queue_of("acme")}

    provision_integrator(target, topology, "acme", "secret")
    assert bound() == {"coterie.#"}
    provision_integrator(target, topology, "acme", "secret", ["coterie.membership.#", PUBLISHED])
    assert bound() == {"coterie.membership.#", PUBLISHED}
    before = exported(target)
    provision_integrator(target, topology, "acme", None)
    assert exported(target) == before
    for key in ("coterie.membership.expired.v1", "coterie.payments.#", "#"):
        with pytest.raises(ProvisionError, match=r"no public event.*SCOPES=attendance"):
            provision_integrator(target, topology, "acme", None, [key])
    assert bound() == {"coterie.membership.#", PUBLISHED}
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)
    with Broker(url) as broker:
        assert broker.depth(queue_of("acme")) == 0


@pytest.mark.parametrize("events", [(), ("coterie.#",), (ACTIVATED, DOOR)])
def test_what_needs_a_scope_comes_with_that_scope_alone(
    target: Target, nodes: Nodes, events: tuple[str, ...]
) -> None:
    """rules.md §5.8: whatever types were asked for; a later choice without it takes it back."""
    topology = integrator_topology(ACTIVATED, PUBLISHED)
    provision(target, topology, PASSWORDS)
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)

    def heard(wanted: int) -> set[str]:
        with Broker(nodes.amqp_url(*nodes.admin_auth, target.vhost)) as admin:
            admin.publish(DOOR, exchange="integrators.attendance", routing_key=DOOR)
            admin.publish(ACTIVATED, exchange="integrators.events", routing_key=ACTIVATED)
        return set(read_by(url, queue_of("acme"), wanted))

    provision_integrator(target, topology, "acme", "secret", tuple(set(events) - {DOOR}))
    assert heard(1) == {ACTIVATED}
    with pytest.raises(ProvisionError, match=f"'{DOOR}' needs SCOPES=attendance"):
        provision_integrator(target, topology, "acme", "secret", [DOOR])
    provision_integrator(target, topology, "acme", None, events, ["attendance"])
    assert heard(2) == {DOOR, ACTIVATED}
    provision_integrator(target, topology, "acme", "secret")
    assert heard(2) == {DOOR, ACTIVATED}, "a new password changes nothing else"
    provision_integrator(target, topology, "acme", None, ["coterie.#"])
    assert heard(1) == {ACTIVATED}
    for scope in ("everything", ""):
        with pytest.raises(ProvisionError, match="no scope"):
            provision_integrator(target, topology, "acme", None, events, [scope])


def test_the_example_reads_the_queue_it_was_given(
    target: Target, nodes: Nodes, tmp_path: Path
) -> None:
    """A plain kombu consumer with the rights of an integrator; each event is counted once."""
    topology = integrator_topology(ACTIVATED)
    provision(target, topology, PASSWORDS)
    provision_integrator(target, topology, "acme", "secret")
    sample = (REPOSITORY / "contracts/samples" / f"{ACTIVATED}.json").read_text()
    url = nodes.amqp_url(target.broker_user("integrator-acme"), "secret", target.vhost)
    tally = tmp_path / "tally.json"
    module = [sys.executable, "-m", "examples.integrator.print_events"]
    reader = subprocess.Popen(
        [*module, url, queue_of("acme"), "--tally", str(tally)],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    try:
        with Broker(nodes.amqp_url(*nodes.admin_auth, target.vhost)) as admin:
            for _ in range(2):
                admin.publish(
                    sample,
                    exchange="integrators.events",
                    routing_key=ACTIVATED,
                    content_type="application/cloudevents+json",
                )
            probe(lambda: json.loads(tally.read_text())["events"] == {"activated": 1}, 20)
            probe(lambda: admin.depth(queue_of("acme")) == 0, 10, "both are acknowledged")
    finally:
        reader.terminate()
        assert reader.wait(10) == 0
