"""The context of work, and how it travels."""

import dataclasses
import datetime as dt
import json
import re
import time
from typing import Any

import pytest

from chassis import context
from chassis.context import (
    Actor,
    Context,
    Deadline,
    HeldKey,
    IdempotencyKey,
    Link,
    accept_request_id,
    continue_trace,
    new_traceparent,
)
from chassis.ids import NOUNS, new_id
from contracts.envelope import CloudEvent
from contracts.errors import KEY_NOT_TAKEN, SIGN_IN_REQUIRED, DomainError
from contracts.fields import ID_PATTERN
from contracts.membership import STANDING_CHANGED
from tests.kit.existing import existing

PERSON = Actor("person", "per_1", "ses_1", ("read", "write"))


def made(**changes: Any) -> Context:
    ctx = Context(
        PERSON,
        "en",
        "req_12345678",
        new_traceparent(),
        deadline=Deadline(5),
        idempotency=IdempotencyKey("k 1", "f1"),
    )
    return dataclasses.replace(ctx, **changes)


def test_a_context_arrives_as_it_was_sent() -> None:
    """H-24, H-25: actor, locale, request id, trace and key ride in headers that AMQP can carry."""
    sent = made()
    headers = sent.headers()
    assert all(isinstance(value, str) for value in headers.values())
    arrived = Context.from_headers(headers, rpc="payments.create_quote")
    assert (arrived.actor, arrived.locale, arrived.request_id) == (PERSON, "en", "req_12345678")
    assert arrived.traceparent.split("-")[1] == sent.traceparent.split("-")[1]
    assert arrived.idempotency == IdempotencyKey("k 1", "f1", "payments.create_quote")
    assert 4.5 < existing(arrived.deadline).remaining() <= 5


def test_a_key_arrives_as_it_was_sent() -> None:
    """H-32: with what it holds; half of one is nobody's word."""
    actor = Actor(
        "key", scopes=("meetups:read",), key=HeldKey("key_1", "com_1", ("host", "scanner"))
    )
    arrived = Context.from_headers(made(actor=actor).headers(), rpc="x").actor
    assert arrived == actor
    assert (arrived.id, arrived.person_id) == ("key_1", None)
    key = {"id": "key_1", "community_id": "com_1", "roles": ["host"]}
    for told in (
        {"kind": "key"},
        {"kind": "anonymous", "key": key},
        {"kind": "person", "person_id": "per_1", "key": key},
        {"kind": "key", "person_id": "per_1", "key": key},
        {"kind": "key", "key": {**key, "roles": [1]}},
        {"kind": "key", "key": {"id": "key_1"}},
    ):
        headers = {**made().headers(), context.ACTOR_HEADER: json.dumps(told)}
        with pytest.raises(ValueError, match="headers do not carry a context"):
            Context.from_headers(headers, rpc="x")


def test_a_key_is_no_person_and_signs_in_nowhere() -> None:
    ctx = made(actor=Actor("key", key=HeldKey("key_1", "com_1", ("owner",))))
    for ask in (ctx.require_person, ctx.require_recent_sign_in):
        with pytest.raises(DomainError) as refused:
            ask()
        assert refused.value.error is KEY_NOT_TAKEN


def test_a_link_arrives_as_it_was_sent() -> None:
    """H-34: also the day after which it renews; whoever signed in has none."""
    link = Link("lnk_1", "renew", "com_1", "mbr_1", "mbr_1", 1, 2, "2026-12-31")
    actor = Actor("person", "per_1", link=link)
    arrived = Context.from_headers(made(actor=actor).headers(), rpc="membership.start_renewal")
    assert arrived.actor == actor
    assert Context.from_headers(made().headers(), rpc="x").actor.link is None


def test_optional_parts_may_be_missing() -> None:
    sent = made(deadline=None, idempotency=None, actor=context.ANONYMOUS)
    arrived = Context.from_headers(sent.headers(), rpc="x.y")
    assert (arrived.deadline, arrived.idempotency, arrived.actor.id) == (None, None, "anonymous")


def test_time_on_the_way_counts() -> None:
    """M-20: what waited in a queue longer than its deadline is expired on arrival."""
    headers = made().headers()
    sent_at = int(headers[context.SENT_AT_HEADER])

    def left(milliseconds: int) -> float:
        sent = {context.SENT_AT_HEADER: str(sent_at - milliseconds)}
        deadline = Context.from_headers(headers | sent, rpc="x.y").deadline
        assert deadline is not None
        return deadline.remaining()

    assert left(5100) == 0
    assert 1.5 < left(3000) <= 2
    assert 4.5 < left(-60_000) <= 5


@pytest.mark.parametrize(
    "broken",
    [
        {context.ACTOR_HEADER: "nobody"},
        {context.ACTOR_HEADER: '{"kind": "person", "roles": ["owner"]}'},
        {context.ACTOR_HEADER: "[]"},
        {context.ACTOR_HEADER: '{"kind": "operator"}'},
        {context.ACTOR_HEADER: '{"kind": "operator", "service": "payments"}'},
        {context.ACTOR_HEADER: '{"kind": "person"}'},
        {context.ACTOR_HEADER: '{"kind": "person", "person_id": {"$gt": ""}}'},
        {context.ACTOR_HEADER: '{"kind": "anonymous", "person_id": "per_1"}'},
        {context.ACTOR_HEADER: '{"kind": "system", "service": 7}'},
        {context.REMAINING_HEADER: "soon"},
        {context.IDEMPOTENCY_HEADER: '{"key": "k"}'},
    ],
)
def test_headers_that_are_not_ours(broken: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="do not carry a context"):
        Context.from_headers(made().headers() | broken, rpc="x.y")
    with pytest.raises(ValueError, match="do not carry a context"):
        Context.from_headers({}, rpc="x.y")


def test_who_is_meant_by_an_actor() -> None:
    assert made().require_person() == "per_1"
    assert made().actor.id == "per_1"
    system = Context.for_system("payments")
    assert system.actor.id == "system:payments"
    assert Context.for_operator("payments").actor.id == "operator:payments"
    for nobody in (system, made(actor=context.ANONYMOUS)):
        with pytest.raises(DomainError) as refused:
            nobody.require_person()
        assert refused.value.error is SIGN_IN_REQUIRED


def test_a_service_acting_in_its_own_name_has_no_key() -> None:
    ctx = made().as_system("payments")
    assert (ctx.actor.id, ctx.idempotency, ctx.request_id) == (
        "system:payments",
        None,
        "req_12345678",
    )
    assert made().without_key().idempotency is None
    assert made().without_key().actor == PERSON


def test_a_deadline_is_never_lengthened() -> None:
    assert existing(made().with_deadline(60).deadline).remaining() <= 5
    assert existing(made().with_deadline(1).deadline).remaining() <= 1
    assert 59 < existing(made(deadline=None).with_deadline(60).deadline).remaining() <= 60
    assert "s left" in repr(Deadline(1))


def test_work_that_an_event_causes() -> None:
    """The cause's request id and trace go on; the event is the cause of what follows."""
    event = CloudEvent(
        id="evt_1",
        source="/coterie/membership",
        event=STANDING_CHANGED,
        subject="s",
        time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        aggregateversion=1,
        data={},
        sequence=None,
        correlationid="req_12345678",
        causationid=None,
        traceparent=new_traceparent(),
    )
    ctx = Context.for_event("payments", "payments.on_x", event)
    assert ctx.request_id == "req_12345678"
    assert ctx.traceparent.split("-")[1] == existing(event.traceparent).split("-")[1]
    message = existing(ctx.message)
    assert (message.consumer, message.source, message.event_id) == (
        "payments.on_x",
        "/coterie/membership",
        "evt_1",
    )


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ("abc-DEF_1", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("with blank", False),
        ("new\nline1", False),
        ("", False),
        (None, False),
    ],
)
def test_request_ids(offered: str | None, taken: bool) -> None:
    """H-24."""
    accepted = accept_request_id(offered)
    assert (accepted == offered) == taken
    assert context.REQUEST_ID.fullmatch(accepted)


@pytest.mark.parametrize(
    "invalid",
    [
        None,
        "",
        "00-" + "0" * 32 + "-1234567890abcdef-01",
        "00-" + "a" * 32 + "-" + "0" * 16 + "-01",
        "00-" + "A" * 32 + "-1234567890abcdef-01",
        "00-" + "a" * 31 + "-1234567890abcdef-01",
        "00-" + "a" * 32 + "-1234567890abcdef-01-x",
    ],
)
def test_an_invalid_trace_is_started_anew(invalid: str | None) -> None:
    """H-25."""
    fresh = continue_trace(invalid)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", fresh)
    assert "a" * 31 not in fresh


def test_a_valid_trace_goes_on_with_a_new_span() -> None:
    """H-25."""
    incoming = "00-" + "a" * 32 + "-1234567890abcdef-00"
    version, trace, span, flags = continue_trace(incoming).split("-")
    assert (version, trace, flags) == ("00", "a" * 32, "00")
    assert span != "1234567890abcdef"


def test_ids() -> None:
    """The form that contracts check; sorted in the order of their making."""
    for prefix in NOUNS:
        assert re.match(ID_PATTERN, new_id(prefix))
    many = [new_id("mbr") for _ in range(1000)]
    assert len(set(many)) == 1000
    assert many == sorted(many)
    with pytest.raises(ValueError, match="not declared"):
        new_id("xyz")


def test_headers_hold_no_empty_parts() -> None:
    actor = json.loads(made(actor=context.ANONYMOUS).headers()[context.ACTOR_HEADER])
    assert actor == {"kind": "anonymous"}
    assert abs(int(made().headers()[context.SENT_AT_HEADER]) - time.time() * 1000) < 5000
