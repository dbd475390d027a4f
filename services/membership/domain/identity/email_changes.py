"""A change of somebody's mail address: asked for, then confirmed by a code from each of the two
addresses, taken back, replaced by a newer one, or over after an hour (ADR 0052).

Times here are real time, as for signing in. The codes are derived from a secret, the change and the
address's side, so they are stored nowhere.
"""

import datetime as dt
import hmac

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import EMAIL_CODE_WRONG
from contracts.states.membership import EmailSide
from services.membership.domain.identity.sign_in import TRIES, code_of

LIFETIME = dt.timedelta(hours=1)
STARTS_WINDOW, STARTS_PER_PERSON = dt.timedelta(days=1), 5
# So long both addresses can still be told of a change, however long the mail server was away.
MADE_KEPT = dt.timedelta(days=7)


class EmailChange(Aggregate):
    """`live`: neither made, taken back nor replaced; one for each person."""

    person_id: str
    old_email: str
    new_email: str
    tries_left: int
    live: bool
    made: bool
    started_at: dt.datetime
    expires_at: dt.datetime
    garbage_at: dt.datetime


def ask(
    *, id: str, person_id: str, old_email: str, new_email: str, now: dt.datetime
) -> EmailChange:
    """A change that waits for its codes."""
    return {
        "_id": id,
        "person_id": person_id,
        "old_email": old_email,
        "new_email": new_email,
        "tries_left": TRIES,
        "live": True,
        "made": False,
        "started_at": now,
        "expires_at": now + LIFETIME,
        "garbage_at": now + STARTS_WINDOW,
    }


def end(change: EmailChange) -> EmailChange:
    """Taken back, or replaced by a newer one."""
    return {**change, "live": False}


def make(change: EmailChange, now: dt.datetime) -> EmailChange:
    return {**change, "live": False, "made": True, "garbage_at": now + MADE_KEPT}


def is_open(change: EmailChange, now: dt.datetime) -> bool:
    """Whether the right codes still make it."""
    return change["live"] and change["tries_left"] > 0 and now < change["expires_at"]


def code_for(change: EmailChange, side: EmailSide, secret: bytes) -> str:
    """The eight digits that one of the addresses gets."""
    return code_of(secret, f"{change['_id']} {side}")


def check_codes(
    change: EmailChange, secret: bytes, old_code: str, new_code: str, now: dt.datetime
) -> None:
    """Raises DomainError(EMAIL_CODE_WRONG) unless both codes open this change now; which of them
    was wrong is not said."""
    right = code_for(change, "old", secret) + code_for(change, "new", secret)
    if not is_open(change, now) or not hmac.compare_digest(right, old_code + new_code):
        raise DomainError(EMAIL_CODE_WRONG)


def wait_for_start(starts: list[dt.datetime], now: dt.datetime) -> int:
    """Whole seconds until the person may ask for another change; `starts` are those of the last
    day, oldest first."""
    if len(starts) < STARTS_PER_PERSON:
        return 0
    return int((starts[-STARTS_PER_PERSON] + STARTS_WINDOW - now).total_seconds()) + 1
