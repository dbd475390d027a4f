"""The outbox: events of a committed change, waiting for the relay (M-18).

A row is written in the transaction of the change it tells. `chassis.relay` publishes `body` as it
stands and sets `published_at`; published rows are garbage after 35 days. Both pending indexes are
partial, so a scan costs the same however many published rows there are.
"""

import datetime as dt
from typing import Any

from chassis.collections import Collection, Index
from chassis.context import Context
from chassis.ids import new_id
from chassis.validators import INSTANT, TEXT, WHOLE, document, nullable
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.records import Event

PENDING = {"published_at": None}
KEPT_PUBLISHED = dt.timedelta(days=35)

OUTBOX = Collection(
    "outbox",
    validator=document(
        subject=TEXT,
        version=WHOLE,
        exchange=TEXT,
        routing_key=TEXT,
        body=TEXT,
        created_at=INSTANT,
        published_at=nullable(INSTANT),
        attempts=WHOLE,
        last_error=nullable(TEXT),
    ),
    indexes=[
        Index([("published_at", 1), ("_id", 1)], name="pending_in_order", partial=PENDING),
        Index([("subject", 1), ("version", 1)], name="pending_by_subject", partial=PENDING),
        Index(
            [("published_at", 1)],
            name="published_garbage",
            partial={"published_at": {"$type": "date"}},
            expire_after=KEPT_PUBLISHED,
        ),
    ],
)


def row(
    ctx: Context,
    at: dt.datetime,
    event: Event,
    *,
    subject: str,
    version: int,
    data: dict[str, Any],
    sequence: int | None,
) -> dict[str, Any]:
    """The outbox row of one event; raises ValueError when `data` is not what the event declares."""
    event_id = new_id("evt")
    body = envelope.encode(
        CloudEvent(
            id=event_id,
            source=f"/coterie/{event.service}",
            event=event,
            subject=subject,
            time=at,
            aggregateversion=version,
            data=data,
            sequence=sequence,
            correlationid=ctx.request_id,
            causationid=ctx.message.event_id if ctx.message else None,
            traceparent=ctx.traceparent,
        )
    )
    try:
        envelope.decode(body)
    except envelope.UnreadableEvent as problem:
        raise ValueError(f"event {event.type} of {subject}: {problem}") from None
    return {
        "_id": event_id,
        "subject": subject,
        "version": version,
        "exchange": event.exchange,
        "routing_key": event.type,
        "body": body,
        "created_at": at,
        "published_at": None,
        "attempts": 0,
        "last_error": None,
    }
