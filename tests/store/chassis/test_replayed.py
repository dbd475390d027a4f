"""An answer that is the work of an equal request says so, whichever was quicker (F16)."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.mongo import Document
from chassis.rpc_server import Call
from chassis.rpc_wire import REPLAYED_HEADER
from chassis.uow import UnitOfWork
from contracts.membership import CHECK_IMPORT
from tests.kit.costs import KeptChannel
from tests.store.chassis.test_uow import COMMUNITY, add_thing
from tests.store.chassis.things import Things

Keyed = Callable[..., Context]


@pytest.fixture
def ask(db: Database[Document], clock: FixedClock) -> Callable[..., bool]:
    """Calls a handler with a key; whether the reply is marked as a replay."""
    settings = SimpleNamespace(env="test")
    platform: Any = SimpleNamespace(
        service="membership", uow=UnitOfWork(db, clock), settings=settings
    )

    def call(ctx: Context, handler: Callable[[Any, Context], Any]) -> bool:
        channel: Any = KeptChannel()
        message = amqp.Message(
            json.dumps({"community_id": COMMUNITY}),
            application_headers=ctx.headers(),
            reply_to="caller",
            correlation_id="1",
        )
        message.channel, message.delivery_info = channel, {"delivery_tag": 1}
        one = Call(platform, CHECK_IMPORT, message, sender="gateway")

        def checked(request: Any, ctx: Context) -> Any:
            ctx.checked.add(CHECK_IMPORT.who)
            return handler(request, ctx)

        one.answer(checked, {})
        (reply,) = channel.published
        assert json.loads(reply.body) == {"ok": {}}
        return REPLAYED_HEADER in reply.headers

    return call


@pytest.fixture
def key(keyed: Keyed) -> Context:
    return keyed("k1", rpc=CHECK_IMPORT.routing_key)


def test_who_finds_it_done_meanwhile_is_replayed(
    ask: Callable[..., bool], uow: UnitOfWork, things: Things, key: Context
) -> None:
    """The look-up came too early, the state was finished already."""

    def finds_it_done(request: Any, ctx: Context) -> Any:
        uow.run(key, add_thing(things))  # by an equal request, in another process
        return {}

    assert ask(key, finds_it_done)


def test_who_did_it_is_not(
    ask: Callable[..., bool], uow: UnitOfWork, things: Things, key: Context
) -> None:
    def does_it(request: Any, ctx: Context) -> Any:
        uow.run(ctx, add_thing(things))
        return {}

    assert not ask(key, does_it)
    assert ask(key, does_it)


def test_who_finds_it_done_by_another_request_is_not(
    ask: Callable[..., bool], uow: UnitOfWork, things: Things, key: Context, keyed: Keyed
) -> None:
    """Another key is another request: its answer is the state, and nobody's replay."""
    uow.run(keyed("k2", rpc=CHECK_IMPORT.routing_key), add_thing(things))
    assert not ask(key, lambda request, ctx: {})
