"""An offer: a free seat kept for the next in the queue.

live → accepted | declined | expired | closed (its person withdrew, or the meetup ended).

It is an object of its own, so that its seat, its expiry and its answer never mix with another's.
"""

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.events import OFFER_CLOSED, SEAT_EXPIRED
from contracts.state_machine import StateMachine, machine
from contracts.text import rfc3339
from services.events.domain.meetups import Meetup, cut_off
from services.events.domain.registrations import Registration

OfferState = Literal["live", "accepted", "declined", "expired", "closed"]
OFFER: StateMachine[OfferState] = machine(
    OFFER_CLOSED,
    live="accepted declined expired closed",
    accepted="",
    declined="",
    expired="",
    closed="",
)
LONGEST = dt.timedelta(hours=12)
DAY_BEGINS, DAY_ENDS = dt.time(8), dt.time(20)


class Offer(Aggregate):
    """A free seat that is kept for one person in the waitlist."""

    community_id: str
    meetup_id: str
    registration_id: str
    person_id: str
    state: OfferState
    expires_at: dt.datetime


def make(*, id: str, registration: Registration, meetup: Meetup, now: dt.datetime) -> Offer:
    """A live offer of a seat that was taken for it."""
    return {
        "_id": id,
        "community_id": registration["community_id"],
        "meetup_id": registration["meetup_id"],
        "registration_id": registration["_id"],
        "person_id": registration["person_id"],
        "state": "live",
        "expires_at": expiry(meetup, now),
    }


def expiry(meetup: Meetup, now: dt.datetime) -> dt.datetime:
    """12 h, at most a quarter of the time to the start, moved on into 08:00–20:00 where the meetup
    is, never later than 2 h before the start (product.md §4)."""
    quarter = (meetup["starts_at"] - now) / 4
    wanted = now + min(LONGEST, quarter)
    return min(_by_day(wanted, meetup["zone"]), cut_off(meetup))


def accept(offer: Offer, now: dt.datetime, zone: str) -> Offer:
    """Raises DomainError(OFFER_CLOSED) or DomainError(SEAT_EXPIRED)."""
    accepted = OFFER.move(offer, "accepted")
    if now >= offer["expires_at"]:
        raise DomainError(SEAT_EXPIRED, until=rfc3339(offer["expires_at"]), zone=zone)
    return accepted


def take(offer: Offer) -> Offer:
    """Its seat was paid for in time, whenever that is heard."""
    return OFFER.move(offer, "accepted")


def brought_forward(offer: Offer, meetup: Meetup) -> Offer:
    """It ends by the cut-off of a meetup that begins earlier now."""
    return {**offer, "expires_at": min(offer["expires_at"], cut_off(meetup))}


def decline(offer: Offer) -> Offer:
    """Its person does not want the seat."""
    return OFFER.move(offer, "declined")


def expire(offer: Offer) -> Offer:
    """Nobody answered in time."""
    return OFFER.move(offer, "expired")


def close(offer: Offer) -> Offer:
    """There is nobody to offer it to any more, or nothing to offer."""
    return OFFER.move(offer, "closed")


def _by_day(moment: dt.datetime, zone: str) -> dt.datetime:
    """The moment, or the next 08:00 when it falls into the night; nobody must answer at 3 a.m."""
    local = moment.astimezone(ZoneInfo(zone))
    if DAY_BEGINS <= local.time() <= DAY_ENDS:
        return moment
    day = local.date() + dt.timedelta(days=1 if local.time() > DAY_ENDS else 0)
    return dt.datetime.combine(day, DAY_BEGINS, ZoneInfo(zone)).astimezone(dt.UTC)
