"""One service's password at the broker is not the whole system: attacks with that of `events`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
import pytest
import requests

from deploy.local.system import System
from tests.kit.broker import Broker, NoReply
from tests.kit.probe import probe

NOTIFICATIONS = json.dumps({"kind": "system", "service": "notifications"})


@pytest.fixture(scope="module")
def running(system: Callable[..., System]) -> System:
    return system("membership", "payments", "gateway")


def metric(running: System, process: str, name: str) -> float:
    """The sum of a metric over its labels."""
    text = requests.get(f"{running.health_url(process)}/metrics", timeout=5).text
    lines = [line for line in text.splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def wait_for(running: System, process: str, name: str, number: float) -> None:
    """Until the metric has this value."""
    probe(lambda: metric(running, process, name) == number, 10, f"{name} is {number:g}")


def test_it_gets_no_sign_in_code(running: System) -> None:
    """M-29: with a code it would be anybody. Past the RPC exchange, and through it."""
    started = requests.post(
        f"{running.url()}/v1/sign-in", json={"email": "victim@example.com"}, timeout=10
    )
    challenge = {"challenge_id": started.json()["challenge_id"]}
    refused = 'coterie_rpc_calls_refused_total{reason="exchange"}'
    with Broker(running.amqp_url("events")) as attacker:
        for number, exchange in enumerate(("", "events.delay.1s"), 1):
            attacker.send_call(
                "membership.fetch_sign_in_code",
                challenge,
                exchange=exchange,
                headers={"CC": ["rpc-membership"], "coterie-actor": NOTIFICATIONS},
            )
            wait_for(running, "membership", refused, number)
    with Broker(running.amqp_url("notifications")) as mailer:
        headers = {"coterie-actor": NOTIFICATIONS}
        code = mailer.call("membership.fetch_sign_in_code", challenge, headers=headers)
        assert code["ok"]["email"] == "victim@example.com"


def test_it_makes_nobody_an_owner(running: System, repository: Path) -> None:
    """M-30: a standing is believed from membership only."""
    sample = repository / "contracts/samples/coterie.membership.standing_changed.v1.json"
    event: dict[str, Any] = json.loads(sample.read_text())
    event["data"] |= {"roles": ["owner"], "version": 2**31 - 1}
    with Broker(running.amqp_url("events")) as attacker:
        for exchange, user_id in (("", attacker.user_id), ("", None), ("events.delay.1s", None)):
            attacker.publish(
                json.dumps(event),
                exchange=exchange,
                routing_key="payments.on_standing_changed",
                content_type="application/cloudevents+json",
                user_id=user_id,
            )
    foreign = "coterie_events_foreign_total"
    wait_for(running, "payments", foreign, 3)
    with pymongo.MongoClient[dict[str, Any]](running.nodes.mongo_admin_url) as client:
        standings = client[running.target.database("payments")]["standings"]
        assert standings.count_documents({}) == 0
    with Broker(running.amqp_url("payments")) as payments:
        for parked in payments.drain("payments.parking", 3):
            assert "not by membership" in parked.headers["coterie-parked-reason"]


@pytest.mark.parametrize("actor", [{"kind": "operator"}, {"kind": "system", "service": "payments"}])
def test_a_compromised_gateway_is_no_operator(running: System, actor: dict[str, str]) -> None:
    """M-29: it speaks for people, as is its work, and for nobody else."""
    asked = {"community_id": "com_01JD6ZK3V9Q4M8N2R5T7W0X02Y", "limit": 20}
    with Broker(running.amqp_url("gateway")) as gateway:
        kinds = []
        for one in (actor, {"kind": "person", "person_id": "per_01JD6ZK3V9Q4M8N2R5T7W0X04Y"}):
            headers = {"coterie-actor": json.dumps(one)}
            answer = gateway.call("payments.list_orders", asked, headers=headers)
            kinds.append(answer["error"]["kind"])
    assert kinds == ["invalid_input", "not_found"]


def test_a_foreign_key_is_refused_by_the_broker_and_a_foreign_caller_by_the_callee(
    running: System,
) -> None:
    """M-23, M-29: two walls; the second one stands also where an administrator's hand slipped."""
    with Broker(running.amqp_url("admin"), user_id=running.target.broker_user("events")) as admin:
        headers = {"coterie-actor": json.dumps({"kind": "system", "service": "events"})}
        with pytest.raises(NoReply):
            admin.call("membership.get_recipient", {}, seconds=1.0, headers=headers)
    refused = 'coterie_rpc_calls_refused_total{reason="caller"}'
    assert metric(running, "membership", refused) == 1
