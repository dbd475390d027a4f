"""Signed links: one thing that a person may do to one object without a session (ADR 0061)."""

import datetime as dt
from dataclasses import dataclass

from contracts.states.membership import LinkedKind, LinkKind, LinkPurpose

LONGEST = dt.timedelta(days=30)
_ABOUT_OF_PREFIX: dict[str, LinkKind] = {
    "app": "application",
    "mbr": "membership",
    "reg": "registration",
}
_KIND_OF_PREFIX: dict[str, LinkedKind] = {
    "pur": "purchase",
    "mbr": "membership",
    "reg": "registration",
    "ofr": "offer",
}


@dataclass(frozen=True)
class Link:
    """What a link says. `about`: whose page it leads to; `object_id`: what it lets one act on;
    `until`: when that is over; `after`: the last day of the term that is to be renewed."""

    id: str
    purpose: LinkPurpose
    community_id: str
    about: str
    object_id: str
    until: dt.datetime
    after: str | None = None


def lifetime(until: dt.datetime, now: dt.datetime) -> dt.timedelta:
    """How long it is good for: as long as there is something to do, at most 30 days; none or less
    when it is too late."""
    return min(until - now, LONGEST)


def kind_of(object_id: str) -> LinkedKind:
    """What a link acts on, by the object's id."""
    return _KIND_OF_PREFIX[object_id.partition("_")[0]]


def about_kind_of(about_id: str) -> LinkKind:
    """What the message was about that brought it, by that object's id."""
    return _ABOUT_OF_PREFIX[about_id.partition("_")[0]]
