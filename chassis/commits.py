"""Commits: one document for each unit of work, inserted in its transaction (architecture.md §4).

    {
      _id: "cmt_…",                  sorts by real time, as ULIDs do
      at, actor, request_id, traceparent,
      changes: [                     who changed what: the audit trail, and each aggregate's history
        {kind, id, community_id, version, action, fields: ["state", …], details: {state: "paid"}}
      ],
      events: [                      what it tells: the outbox
        {id, subject, version, exchange, key, body}
      ],
      own:     {pending: true, due_at, attempts, error, left: [event ids]},   towards our services
      outside: {pending: true, due_at, attempts, error, left: [event ids]},   towards integrators
      message: "consumer source event",                  the delivery it handled: the inbox
      key: "actor rpc key", fingerprint, answer | error,  the stored answer of a request
      tally: [{of, as, by}]          what it changes in kept counts, until it is added to them
      clear_at                       when the next part of it has had its time
    }

Only what is there is stored: no `events` means that nothing is published. Five readings share it,
each with partial indexes of its own: an index on a part costs nothing for commits without that
part, and `pending` is unset when done, because a filter on null also holds documents that lack the
field.

Changes are inserted once and stay. They hold ids, codes and names of fields, never what people
wrote or are called: nothing can be taken out of a trail. All else is updated by
`chassis.commit_updates` alone, and cleared after its time.
"""

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import bson

from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.context import Context
from chassis.ids import new_id, noun_of
from chassis.mongo import Document
from chassis.validators import (
    INSTANT,
    INTEGER,
    OPEN,
    TEXT,
    WHOLE,
    document,
    list_of,
    nullable,
    optional,
    shape,
)
from contracts import envelope
from contracts.envelope import CloudEvent, source_of
from contracts.records import EVENTS, Audience, Event

OWN, OUTSIDE = "own", "outside"
LANES = (OWN, OUTSIDE)

ANSWERS_KEPT = dt.timedelta(days=7)
EVENTS_KEPT = dt.timedelta(days=35)  # published ones: an operator may publish them again
MESSAGES_KEPT = dt.timedelta(days=40)  # longer than the longest redelivery or replay

MOST_BYTES = 1024 * 1024
_SURELY_SMALL = 14  # parts: events are at most 64 KiB each

# Before every real due time: what was never refused goes first, in the order of its making.
AT_ONCE = dt.datetime.fromtimestamp(0, dt.UTC)

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,200}")
_UNCOUNTED = frozenset({"_id", "version", "created_at", "updated_at"})

_LANE = shape(
    pending=optional({"enum": [True]}),
    due_at=optional(INSTANT),
    attempts=WHOLE,
    error=nullable(TEXT),
    left=optional(list_of(TEXT)),
    published_at=optional(INSTANT),
)


def pending(lane: str) -> Document:
    """The filter of commits that have something left to publish in a lane."""
    return {f"{lane}.pending": True}


def _lane_indexes(lane: str) -> list[Index]:
    partial = pending(lane)
    return [
        Index(
            [(f"{lane}.due_at", 1), ("_id", 1)],
            name=f"{lane}_due",
            partial=partial,
        ),
        Index([("events.subject", 1), ("_id", 1)], name=f"{lane}_by_subject", partial=partial),
    ]


COMMITS = Collection(
    "commits",
    kept=(
        "stored answers 7 days or until the person is erased, events 35, messages 40 (real "
        "time); the trail for ever, by ids and codes"
    ),
    validator=document(
        at=INSTANT,
        actor=TEXT,
        request_id=TEXT,
        traceparent=TEXT,
        changes=optional(
            list_of(
                shape(
                    kind=TEXT,
                    id=TEXT,
                    community_id=nullable(TEXT),
                    version=WHOLE,
                    action=TEXT,
                    fields=list_of(TEXT),
                    details=optional(OPEN),
                )
            )
        ),
        events=optional(
            list_of(shape(id=TEXT, subject=TEXT, version=WHOLE, exchange=TEXT, key=TEXT, body=TEXT))
        ),
        own=optional(_LANE),
        outside=optional(_LANE),
        message=optional(TEXT),
        key=optional(TEXT),
        fingerprint=optional(TEXT),
        answer=optional(OPEN),
        error=optional(OPEN),
        tally=optional(list_of(shape(**{"of": TEXT, "as": TEXT, "by": INTEGER}))),
        clear_at=optional(INSTANT),
        garbage_at=optional(INSTANT),
    ),
    indexes=[
        Index(
            [("changes.id", 1), ("_id", 1)],
            name="history",
            partial={"changes.id": {"$exists": True}},
        ),
        Index(
            [("changes.community_id", 1), ("_id", 1)],
            name="history_of_community",
            partial={"changes.community_id": {"$type": "string"}},
        ),
        *_lane_indexes(OWN),
        *_lane_indexes(OUTSIDE),
        Index([("events.id", 1)], name="event", partial={"events.id": {"$exists": True}}),
        Index(
            [("message", 1)], name="message", unique=True, partial={"message": {"$exists": True}}
        ),
        Index([("key", 1)], name="key", unique=True, partial={"key": {"$exists": True}}),
        Index(
            [("tally.of", 1), ("_id", 1)],
            name="tally",
            partial={"tally.of": {"$exists": True}},
        ),
        Index([("clear_at", 1)], name="to_clear", partial={"clear_at": {"$exists": True}}),
        Index(
            [("garbage_at", 1)],
            name="garbage",
            partial={"garbage_at": {"$exists": True}},
            expire_after=dt.timedelta(0),
        ),
    ],
    never_removed=True,
)


def is_code(value: Any) -> bool:
    """Whether a value is an id, a code or a date: a text that nobody wrote."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


class CommitTooLarge(ValueError):
    """A unit of work that follows up more than a commit takes: cut the batch smaller."""


def change(
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    kind: str | None,
    details: Mapping[str, Any],
) -> Document:
    """One line of the audit trail; raises ValueError for a detail that is not an id or a code."""
    for name, value in details.items():
        if not isinstance(value, int) and not is_code(value):
            raise ValueError(f"{action}: {name} is no id, code or number, so it is not for a trail")
    noted = dict(details)
    if "state" in after and (before is None or before.get("state") != after["state"]):
        noted.setdefault("state", after["state"])
    changed = (
        []
        if before is None
        else [
            name
            for name, value in after.items()
            if name not in _UNCOUNTED and (name not in before or before[name] != value)
        ]
    )
    return {
        "kind": kind or noun_of(after["_id"]),
        "id": after["_id"],
        "community_id": after.get("community_id"),
        "version": after["version"],
        "action": action,
        "fields": sorted(changed),
        **({"details": noted} if noted else {}),
    }


def event_document(
    ctx: Context,
    at: dt.datetime,
    event: Event,
    aggregate: Mapping[str, Any],
    data: Mapping[str, Any],
    sequence: int | None,
) -> Document:
    """An event as a commit holds it; raises ValueError when `data` is not what it declares."""
    event_id = new_id("evt")
    body = envelope.encode(
        CloudEvent(
            id=event_id,
            source=source_of(event.service),
            event=event,
            subject=aggregate["_id"],
            time=at,
            aggregateversion=aggregate["version"],
            data=dict(data),
            sequence=sequence,
            correlationid=ctx.request_id,
            causationid=ctx.message.event_id if ctx.message else None,
            traceparent=ctx.traceparent,
        )
    )
    return {
        "id": event_id,
        "subject": aggregate["_id"],
        "version": aggregate["version"],
        "exchange": event.exchange,
        "key": event.type,
        "body": body,
    }


def commit_document(
    ctx: Context,
    at: dt.datetime,
    *,
    changes: list[Document],
    events: list[Document],
    outcome: Mapping[str, Document],
    tally: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> Document | None:
    """The document of a unit of work; None when nothing follows from it.

    `outcome` is {"answer": …} or {"error": …}, kept under the context's key if it has one. `tally`
    is how many more there are, by whose they are and as what they count. Raises CommitTooLarge
    above 1 MiB.
    """
    parts: Document = {}
    kept: list[dt.timedelta] = []
    if changes:
        parts["changes"] = changes
    if events:
        parts["events"] = events
        parts.update(lanes_of(events))
        kept.append(EVENTS_KEPT)
    if any(tally.values()):
        parts["tally"] = [
            {"of": of, "as": kind, "by": by} for (of, kind), by in tally.items() if by
        ]
    if ctx.message is not None:
        parts["message"] = message_text(ctx)
        kept.append(MESSAGES_KEPT)
    if ctx.idempotency is not None:
        parts.update(key=key_text(ctx), fingerprint=ctx.idempotency.fingerprint, **outcome)
        kept.append(ANSWERS_KEPT)
    if not parts:
        return None
    if kept:
        parts["clear_at"] = real_now() + min(kept)
    commit = {
        "_id": new_id("cmt"),
        "at": at,
        "actor": ctx.actor.id,
        "request_id": ctx.request_id,
        "traceparent": ctx.traceparent,
        **parts,
    }
    if (
        len(changes) + len(events) + len(tally) > _SURELY_SMALL
        and len(bson.encode(commit)) > MOST_BYTES
    ):
        raise CommitTooLarge(f"{len(changes)} changes and {len(events)} events")
    return commit


def lanes_of(events: list[Document]) -> Document:
    """What is left to publish: to our services what any of them takes, outside what is public."""
    left = {lane: [e["id"] for e in events if lane in lanes_of_key(e["key"])] for lane in LANES}
    return {
        lane: {"pending": True, "due_at": AT_ONCE, "attempts": 0, "error": None, "left": ids}
        for lane, ids in left.items()
        if ids
    }


def lanes_of_key(key: str) -> tuple[str, ...]:
    """The lanes in which events of this type are published."""
    event = EVENTS.get(key)
    if event is None or event.audience is Audience.INTERNAL:
        return (OWN,)
    return (OWN, OUTSIDE) if event.consumed else (OUTSIDE,)


def message_text(ctx: Context) -> str:
    """The delivery that is handled, as one text: (consumer, source, event id) is unique."""
    assert ctx.message is not None
    return f"{ctx.message.consumer} {ctx.message.source} {ctx.message.event_id}"


def key_text(ctx: Context) -> str:
    """Whose key of which RPC: neither actors nor RPC names hold blanks, so it is unambiguous."""
    assert ctx.idempotency is not None
    return f"{ctx.actor.id} {ctx.idempotency.rpc} {ctx.idempotency.key}"
