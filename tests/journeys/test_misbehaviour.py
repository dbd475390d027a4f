"""A whole system among misbehaving neighbours: stops, silence, liars and poison on the way."""

import base64
import json
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from contracts.records import SERVICES
from tests.journeys import invariants
from tests.journeys.world import ANSWERS, QUEUE, Applicant, World, at_once
from tests.kit.broker import Broker
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.wire import Trouble, Wire

ANSWER_SECONDS = 5.0  # deadline of a call (architecture.md §5)
TAP = "journey.tap"
TAPPED = ("membership.events", "payments.events")


@pytest.mark.timeout(240)
def test_stopped_with_work_in_hand(world: World) -> None:
    """M-10, H-27, T-F2: SIGTERM to each process under load: a clean end in time, no step twice."""
    world.renew_staff()
    people = world.applicants(*(f"stop{number}" for number in range(4)))
    control = world.system.control
    with ThreadPoolExecutor(1) as pool:
        walking = pool.submit(at_once, lambda one: one.join(hesitates=True), people)
        for process in (*SERVICES, "gateway", "sandbox-provider", "sandbox-mail"):
            began = time.monotonic()
            control.stop(process)
            ended = time.monotonic() - began
            assert control.status()[process]["last_exit"] == 0, process
            assert ended < 20, f"{process} took {ended:.1f} s"
            print(f"{process} ended {ended:.1f} s after SIGTERM")
            control.start_again(process)
            world.system.wait_ready([process])
        walking.result()
    invariants.check(world)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", ["paused", "down"])
def test_callee_is_away(world: World, fault: str) -> None:
    """H-6, I-17, M-20: 503 within the deadline, and nothing is executed when the callee is back."""
    world.renew_staff()
    person = world.applicants(f"away-{fault}")[0]
    body = {"answers": ANSWERS, "submit": True}
    with _away(world, "membership", fault):
        for _ in range(2):
            began = time.monotonic()
            headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
            path = f"{world.path}/applications"
            answer = person.client.raw("POST", path, json=body, headers=headers)
            assert time.monotonic() - began < ANSWER_SECONDS + 0.5
            assert answer.status_code == 503, answer.text
            assert answer.json()["code"] == "request.service_unavailable"
            assert int(answer.headers["Retry-After"]) >= 1
    world.system.wait_ready(["membership"])
    assert person.client.patiently(lambda: list(person.client.pages("/v1/me/applications"))) == []
    person.join()
    assert len(list(person.client.pages("/v1/me/applications"))) == 1
    invariants.check(world)


@pytest.mark.timeout(120)
def test_connections_are_reset_on_the_way(world: World) -> None:
    """T-F11, T-F17, H-14: in the request it is not carried out, before the answer it is, once."""
    world.renew_staff()
    person = world.applicants("reset")[0]
    address = urlsplit(person.client.base_url)
    wire = Wire(("127.0.0.1", existing(address.port)))
    person.client.base_url = wire.url(person.client.base_url)
    path = f"{world.path}/applications"
    headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    body = {"answers": ANSWERS, "submit": True}
    ask = partial(person.client.raw, "POST", path, json=body, headers=headers)
    for trouble, carried_out in ((Trouble.RESET_REQUEST, 0), (Trouble.RESET_ANSWER, 1)):
        wire.suffer(trouble)
        with pytest.raises(requests.ConnectionError):
            ask()
        wire.mend()
        assert len(list(person.client.pages("/v1/me/applications"))) == carried_out
    again = ask()
    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, True)
    assert len(list(person.client.pages("/v1/me/applications"))) == 1


@pytest.mark.timeout(240)
def test_provider_lies_stutters_and_forgets(world: World) -> None:
    """P-21, P-22, P-24, P-25, T-F15: callbacks forged, a hundred, wrong, or never: paid once."""
    scripts: dict[str, dict[str, Any]] = {
        "hundred": {"repeat": 100},
        "forged": {"forge": True, "unknown_serial": True, "old_timestamp": True, "repeat": 2},
        "wrong": {"wrong_amount": -100},
        "never": {"lost": True},
        "never-right": {"wrong_amount": "only"},
    }
    world.renew_staff()
    people = dict(zip(scripts, world.applicants(*scripts), strict=True))

    def pay(name: str) -> None:
        person = people[name]
        person.apply()
        person.be_approved()
        person.order()
        person.open_payment()
        person.pay(scripts[name])

    at_once(pay, scripts)
    for person in people.values():  # where no callback is right, payments asks the provider
        person.be_member()
    probe(lambda: _copies_answered(world, people["hundred"]) >= 100, 60, "a hundred answers")
    invariants.check(world)


@pytest.mark.timeout(120)
def test_callbacks_that_nobody_signed(world: World) -> None:
    """P-21, P-25: twenty strangers at once say that an order is paid; it is not."""
    world.renew_staff()
    person = world.applicants("victim")[0]
    person.apply()
    person.be_approved()
    person.order()
    person.open_payment()
    created = _created(world, person)
    serial = world.provider_certificates()[0]["serial"]

    def forge(number: int) -> tuple[int, str]:
        told = ("merchant_id", "out_trade_no", "provider_payment_id", "amount", "currency")
        data = {name: created[name] for name in told} | {"transaction_id": f"pt_{number}"}
        body = {"id": f"ntf_{number}", "type": "payment.paid", "data": data}
        headers = {
            "Sandbox-Serial": serial,
            "Sandbox-Timestamp": str(int(time.time())),
            "Sandbox-Nonce": uuid.uuid4().hex,
            "Sandbox-Signature": base64.b64encode(os.urandom(256)).decode(),
        }
        url = f"{world.system.url('http')}/v1/callbacks/sandbox/{world.account['id']}"
        answer = requests.post(url, json=body, headers=headers, timeout=15)
        return answer.status_code, answer.json()["code"]

    refused = (401, "payments.callback_refused")
    # While payments reads the provider's keys for one of them, the others are told to come again.
    assert set(at_once(forge, range(20))) <= {refused, (503, "payments.provider_unavailable")}
    assert forge(20) == refused
    order = person.client.get(f"/v1/orders/{person.order_id}")
    assert order["state"] == "open"
    person.pay()
    person.be_member()
    invariants.check(world)


@pytest.mark.timeout(240)
def test_every_event_again_and_in_disorder(world: World) -> None:
    """M-15, M-16, I-8, T-F8, T-F9: all events twice more, newest first: no second effect."""
    world.renew_staff()
    people = world.applicants("again1", "again2")
    with world.admin() as broker:
        _tap(broker)
        at_once(Applicant.join, people)
        invariants.nothing_waits(world, besides={QUEUE, TAP})
        told = broker.drain(TAP, wanted=1)
        broker.channel.queue_delete(TAP)
        types = {json.loads(message.body)["type"] for message in told}
        assert {"coterie.membership.activated.v1", "coterie.payments.order_paid.v1"} <= types
        for message in [*reversed(told), *reversed(told)]:
            properties = {**message.properties, "application_headers": message.headers}
            broker.publish(
                message.body,
                exchange=message.delivery_info["exchange"],
                routing_key=message.delivery_info["routing_key"],
                **properties,
            )
    invariants.check(world)


@pytest.mark.timeout(240)
def test_poison_on_the_exchanges(world: World) -> None:
    """M-11, M-12, M-14, E-9, E-12, T-F10: it is parked as it came; all else goes on."""
    world.renew_staff()
    event = "coterie.payments.order_paid.v1"
    envelope = {"specversion": "1.0", "id": "evt_x", "source": "/coterie/payments", "type": event}
    poison = [
        b"\xff\xfe not text",
        b"{",
        b"[]",
        json.dumps(envelope).encode(),
        json.dumps({**envelope, "subject": "ord_x", "data": {"order_id": {"$ne": 1}}}).encode(),
    ]
    with world.admin() as broker:
        for body in poison:
            broker.publish(
                body,
                exchange="payments.events",
                routing_key=event,
                content_type="application/cloudevents+json",
                user_id=world.system.target.broker_user("payments"),
            )
    world.applicants("healthy")[0].join()
    readers = _readers(world, "payments.events", event)
    assert readers, "somebody reads paid orders"
    parked = len(poison) * len(readers)
    invariants.check(world, parked=parked)
    shown = world.operate("membership", "parking", "list").splitlines()
    assert shown[-1] == f"{len(poison)} parked"
    assert all("membership.on_order_paid" in line and "unreadable" in line for line in shown[:-1])
    with world.admin() as broker:
        lot = broker.drain("membership.parking", wanted=len(poison))
        assert {bytes(message.body) for message in lot} == set(poison)
        for service in SERVICES:
            broker.channel.queue_purge(f"{service}.parking")


@contextmanager
def _away(world: World, process: str, fault: str) -> Iterator[None]:
    """The process does not answer: paused, or not there at all."""
    control = world.system.control
    if fault == "paused":
        control.signal(process, "SIGSTOP")
    else:
        control.stop(process)
    try:
        yield
    finally:
        if fault == "paused":
            control.signal(process, "SIGCONT")
        else:
            control.start_again(process)


def _created(world: World, person: Applicant) -> dict[str, Any]:
    """The provider's note of the payment that the person is sent to."""
    number = person.pay_url.rpartition("/")[2]
    (entry,) = [
        entry
        for entry in world.journal()
        if entry["kind"] == "payment.created" and entry["provider_payment_id"] == number
    ]
    return entry


def _copies_answered(world: World, person: Applicant) -> int:
    """How many callbacks about a person's payment the provider had an answer to."""
    number = _created(world, person)["out_trade_no"]
    return sum(
        entry["kind"] == "callback.answered" and entry["out_trade_no"] == number
        for entry in world.journal()
    )


def _tap(broker: Broker) -> None:
    """A queue that gets a copy of every event."""
    broker.channel.queue_declare(TAP, durable=True, auto_delete=False)
    for exchange in TAPPED:
        broker.channel.queue_bind(TAP, exchange, "#")


def _readers(world: World, exchange: str, event: str) -> list[str]:
    """The queues that are bound to an event, from the broker itself."""
    target = world.system.target
    url = f"{target.management_url}/api/exchanges/{target.vhost}/{exchange}/bindings/source"
    answer = requests.get(url, auth=target.management_auth, timeout=10)
    answer.raise_for_status()
    return [
        row["destination"]
        for row in answer.json()
        if row["destination_type"] == "queue" and row["routing_key"] == event
    ]
