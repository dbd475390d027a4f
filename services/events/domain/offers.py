"""An offer: a free seat kept for the next in the queue.

live → accepted | declined | expired | closed (its person withdrew, or the meetup ended).

It is an object of its own, so that its seat, its expiry and its answer never mix with another's.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from contracts.errors import DomainError
from contracts.errors.events import OFFER_CLOSED, SEAT_EXPIRED
from services.events.domain.meetups import cut_off
from services.events.domain.moves import Document, Move, moved

STATES = ("live", "accepted", "declined", "expired", "closed")
MOVES = {
    "accept": Move(("live",), "accepted"),
    "decline": Move(("live",), "declined"),
    "expire": Move(("live",), "expired"),
    "close": Move(("live",), "closed"),
}
LONGEST = dt.timedelta(hours=12)
DAY_BEGINS, DAY_ENDS = dt.time(8), dt.time(20)


def make(
    *, id: str, registration: Document, meetup: Document, hold_id: str, now: dt.datetime
) -> Document:
    """A live offer of the seat under `hold_id`."""
    return {
        "_id": id,
        "community_id": registration["community_id"],
        "meetup_id": registration["meetup_id"],
        "registration_id": registration["_id"],
        "person_id": registration["person_id"],
        "hold_id": hold_id,
        "state": "live",
        "expires_at": expiry(meetup, now),
    }


def expiry(meetup: Document, now: dt.datetime) -> dt.datetime:
    """12 h, at most a quarter of the time to the start, moved on into 08:00–20:00 where the meetup
    is, never later than 2 h before the start (product.md §4)."""
    quarter = (meetup["starts_at"] - now) / 4
    wanted = now + min(LONGEST, quarter)
    return min(_by_day(wanted, meetup["zone"]), cut_off(meetup))


def accept(offer: Document, now: dt.datetime) -> Document:
    """Raises DomainError(OFFER_CLOSED) or DomainError(SEAT_EXPIRED)."""
    accepted = _step(offer, "accept")
    if now >= offer["expires_at"]:
        raise DomainError(SEAT_EXPIRED, until=offer["expires_at"].isoformat())
    return accepted


def decline(offer: Document) -> Document:
    """Its person does not want the seat."""
    return _step(offer, "decline")


def expire(offer: Document) -> Document:
    """Nobody answered in time."""
    return _step(offer, "expire")


def close(offer: Document) -> Document:
    """There is nobody to offer it to any more, or nothing to offer."""
    return _step(offer, "close")


def _step(offer: Document, name: str) -> Document:
    return moved(offer, name, MOVES, OFFER_CLOSED)


def _by_day(moment: dt.datetime, zone: str) -> dt.datetime:
    """The moment, or the next 08:00 when it falls into the night; nobody must answer at 3 a.m."""
    local = moment.astimezone(ZoneInfo(zone))
    if DAY_BEGINS <= local.time() <= DAY_ENDS:
        return moment
    day = local.date() + dt.timedelta(days=1 if local.time() > DAY_ENDS else 0)
    return dt.datetime.combine(day, DAY_BEGINS, ZoneInfo(zone)).astimezone(dt.UTC)
