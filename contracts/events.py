"""What the events service answers and tells: meetups, registrations, seats.

Rules: `product.md` §4. A gathering is a "meetup"; "event" always means a message.
"""

from __future__ import annotations

from contracts.fields import Document, Flag, Id, Instant, Request
from contracts.records import Rpc


class AttendanceRef(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    since = Instant(required=True)


class Attendance(Document):
    attended = Flag(required=True)


HAS_ATTENDED = Rpc(
    "events",
    "has_attended",
    "Whether a person was at a meetup of the community since then (cool-off refunds ask this).",
    AttendanceRef,
    Attendance,
    callers=("payments",),
)
