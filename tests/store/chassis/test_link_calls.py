"""Calls by a signed link: held against the record first, before stored answers, too (H-34)."""

import dataclasses
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Actor, Context, IdempotencyKey, Link, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.rpc_server import Call
from chassis.rpc_wire import REPLAYED_HEADER
from chassis.uow import UnitOfWork
from contracts.errors import LINK_ELSEWHERE, LINK_USED, DomainError
from contracts.errors.events import REGISTRATION_WRONG_STATE
from contracts.events import CONFIRM_REGISTRATION, DECLINE_REGISTRATION
from contracts.payments import CREATE_QUOTE
from contracts.records import Rpc
from tests.kit.costs import KeptChannel

REGISTRATION = new_id("reg")
PERSON = new_id("per")
Reply = tuple[dict[str, Any], bool]
Asks = Callable[..., Reply]


def following(purpose: str = "decline", object_id: str = REGISTRATION) -> Context:
    link = Link(new_id("lnk"), purpose, new_id("com"), object_id, object_id, 0, 0)
    return Context(Actor("person", PERSON, link=link), "en", new_id("req"), new_traceparent())


def keyed(ctx: Context, rpc: Rpc) -> Context:
    return dataclasses.replace(ctx, idempotency=IdempotencyKey("k", "f", rpc.routing_key))


@pytest.fixture
def ask(db: Database[Document], clock: FixedClock) -> Asks:
    """The reply to a call, and whether it is a replay."""
    settings = SimpleNamespace(env="test")
    uow = UnitOfWork(db, clock)

    def call(
        rpc: Rpc, ctx: Context, handler: Callable[[Any, Context], Any], **request: Any
    ) -> Reply:
        platform: Any = SimpleNamespace(service=rpc.service, uow=uow, settings=settings)
        channel: Any = KeptChannel()
        message = amqp.Message(
            json.dumps(request),
            application_headers=ctx.headers(),
            reply_to="caller",
            correlation_id="1",
        )
        message.channel, message.delivery_info = channel, {"delivery_tag": 1}
        Call(platform, rpc, message, sender="gateway").answer(handler, {})
        (reply,) = channel.published
        return json.loads(reply.body), REPLAYED_HEADER in reply.headers

    return call


def unasked(request: Any, ctx: Context) -> Any:
    raise AssertionError("the handler was asked")


def code_of(reply: Reply) -> str:
    return str(reply[0]["error"]["code"])


def test_the_handler_never_hears_of_what_a_link_is_not_for(ask: Asks) -> None:
    own = {"registration_id": REGISTRATION}
    for rpc, ctx, request in (
        (DECLINE_REGISTRATION, following(), {"registration_id": new_id("reg")}),
        (DECLINE_REGISTRATION, following("pay"), own),
        (CONFIRM_REGISTRATION, following(), own),
    ):
        assert code_of(ask(rpc, ctx, unasked, **request)) == LINK_ELSEWHERE.code


def test_what_is_over_is_used_also_when_it_is_repeated(ask: Asks) -> None:
    """H-13: the refusal is stored as it was heard."""

    def is_over(request: Any, ctx: Context) -> Any:
        raise DomainError(REGISTRATION_WRONG_STATE, current_state="declined")

    ctx = keyed(following(), DECLINE_REGISTRATION)
    own = {"registration_id": REGISTRATION}
    first = ask(DECLINE_REGISTRATION, ctx, is_over, **own)
    assert (code_of(first), first[1]) == (LINK_USED.code, False)
    again = ask(DECLINE_REGISTRATION, ctx, unasked, **own)
    assert (code_of(again), again[1]) == (LINK_USED.code, True)
    paying = keyed(following("pay"), DECLINE_REGISTRATION)
    other = ask(DECLINE_REGISTRATION, paying, unasked, **own)
    assert (code_of(other), other[1]) == (LINK_ELSEWHERE.code, False), "no stored answer for it"


def test_an_object_that_nobody_looked_at_is_a_defect(ask: Asks) -> None:
    """Where the request does not name it, an answer without `require_linked` is none."""

    def forgets(request: Any, ctx: Context) -> Any:
        ctx.checked.add(CREATE_QUOTE.who)
        return {}

    purchase_id = new_id("pur")
    visitor = following("pay", purchase_id)
    reply = ask(CREATE_QUOTE, visitor, forgets, purchase_id=purchase_id, coupon_codes=[])
    assert code_of(reply) == "request.internal_error"
