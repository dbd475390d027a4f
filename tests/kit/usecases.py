"""A service in this process: its use cases are called as its entrypoints would call them."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pymongo.database import Database

from chassis.access import require_by_link, require_checked, said_by_link
from chassis.clock import FixedClock
from chassis.consumers import Queue, Reactions
from chassis.context import Actor, Context, Link, new_traceparent
from chassis.ids import new_id
from chassis.rpc_server import Answered
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.problems import load
from contracts.records import Event, Rpc
from tests.kit.commits import told_events


def signed_in(person_id: str, session_id: str | None = None) -> Actor:
    """Somebody who signed in just now."""
    session = session_id or new_id("ses")
    return Actor("person", person_id, session, ("user",), signed_in_at=int(time.time()))


def following(ctx: Context, purpose: str, object_id: str, **more: Any) -> Context:
    """The same person's mail in somebody's hands: who follows its link."""
    link = Link(new_id("lnk"), purpose, new_id("com"), object_id, object_id, 0, 0, **more)
    actor = Actor("person", ctx.require_person(), link=link)
    return replace(ctx, actor=actor, checked=set(), request_id=new_id("req"))


def made_event(event: Event, data: dict[str, Any], at: dt.datetime, **more: Any) -> CloudEvent:
    """An event of a neighbour, as its readers have it; `more` are attributes of the envelope."""
    attributes: dict[str, Any] = {
        "id": new_id("evt"),
        "source": f"/coterie/{event.service}",
        "event": event,
        "subject": "subject",
        "time": at,
        "aggregateversion": 1,
        "data": data,
        "sequence": None,
        "correlationid": new_id("req"),
        "causationid": None,
        "traceparent": new_traceparent(),
        **more,
    }
    return envelope.decode(envelope.encode(CloudEvent(**attributes)))


@dataclass
class InProcess:
    """The service's composition on a real database, with business time in hand."""

    service: ClassVar[str]
    reactions: ClassVar[Reactions[Any]]

    app: Any
    database: Database[dict[str, Any]]
    clock: FixedClock

    def ask(
        self, use_case: Callable[..., Any], record: Rpc, ctx: Context, **request: Any
    ) -> dict[str, Any]:
        """Calls a use case; request and answer, or the refusal, fit its RPC record."""
        try:
            asked = load(record.request(), request)
            require_by_link(ctx, record, asked)
            answer = use_case(asked, ctx)
            if isinstance(answer, Answered):
                if answer.then is not None:
                    answer.then(ctx.without_key())
                answer = answer.view
        except DomainError as refused:
            if not record.declares(refused.code):
                raise AssertionError(f"{record.routing_key} refuses with {refused}") from refused
            heard = said_by_link(ctx, record, refused)
            raise heard from refused.__cause__
        require_checked(ctx, record)
        dumped: dict[str, Any] = record.response().dump(answer)
        assert not record.response().validate(dumped), record.response().validate(dumped)
        return dumped

    def deliver(self, event: Event, data: dict[str, Any], **more: Any) -> None:
        """Hands an event to the reaction that takes it, as the consumer would."""
        for source, reaction in self.reactions.items():
            if event in (source.events if isinstance(source, Queue) else (source,)):
                told = made_event(event, data, self.clock.now(), **more)
                ctx = Context.for_event(self.service, f"{self.service}.on_{event.name}", told)
                reaction(self.app)(told, ctx)
                return
        raise LookupError(event.type)

    def told(self, *events: Event) -> list[CloudEvent]:
        """All events of these types, in the order of their making."""
        return told_events(self.database, *events)
