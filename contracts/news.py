"""What changed that somebody may wait for: told to whoever keeps them waiting (ADR 0069).

No fact that must arrive: it is told once, after the change, by the process that leads; who hears it
reads for themselves. The one event that stands in no commit.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SIGNED_IN
from contracts.errors import gateway as codes
from contracts.fields import Boolean, Document, Empty, Id, Whole
from contracts.records import Event, OwnAnswer

MOST_CHANGES = 300  # in one event, of at most 64 KiB


class NewVersion(Document):
    """One thing, the version that it has now, and the person whose thing it is."""

    id = Id(required=True)
    version = Whole(required=True)
    person_id = Id("per", required=True, allow_none=True)


class NewVersions(Document):
    """`missed`: there were others before these, of which nobody knows any more."""

    changes = fields.List(fields.Nested(NewVersion), required=True)
    missed = Boolean(required=True)


def things_changed(service: str) -> Event:
    """The event by which a service tells it."""
    return Event(
        service,
        "things_changed",
        "Things that people wait for have other versions now.",
        NewVersions,
        subject="id of the last of them",
    )


class MyEvent(Document):
    """The data of an event in a person's stream: what has another version now, so that whoever
    shows it reads it again. `type` is what `subject` names: application, membership, purchase,
    order, refund_request, registration, notification, import; `reset`, with neither subject nor
    version, says that others may have been missed: read all that you show again. Later versions
    have more types."""

    type = fields.String(required=True, metadata={"example": "order"})
    subject = Id(required=True, allow_none=True)
    version = Whole(required=True, allow_none=True)


MY_EVENTS = OwnAnswer(
    "gateway",
    "my_events",
    "What concerns the signed-in person, told while it happens: Server-Sent Events whose data is "
    "JSON. It ends with the session, and after ten minutes at the latest; come back then with a "
    "fresh token and the last id.",
    Empty,
    MyEvent,
    who=SIGNED_IN,
    errors=(codes.STREAMS_MANY,),
)
