"""Quotes: a price and a place, locked for a while (`product.md` §3)."""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.payments import QUOTE_EXPIRED
from services.payments.domain.states import machine

Quote = dict[str, Any]

LOCKED_FOR = dt.timedelta(minutes=15)

QUOTE = machine(
    QUOTE_EXPIRED,
    live="ordered replaced expired",
    ordered="",
    replaced="",
    expired="",
)


def end(quote: Quote, state: str) -> Quote:
    """The quote when it is ordered, replaced or expired: it is not the live one any more."""
    return QUOTE.move(quote, state, live=False)


def require_live(quote: Quote) -> None:
    """Raises DomainError(QUOTE_EXPIRED, current_state) unless it can still be ordered."""
    if quote["state"] != "live":
        raise DomainError(QUOTE_EXPIRED, current_state=quote["state"])


def is_past(quote: Quote, now: dt.datetime) -> bool:
    """Whether the 15 minutes are over, swept or not."""
    return now >= quote["expires_at"]


def shown_state(quote: Quote, now: dt.datetime) -> str:
    """The state as a reader sees it: a passed end counts, even if no sweep has run."""
    return "expired" if quote["state"] == "live" and is_past(quote, now) else quote["state"]


def locked_until(now: dt.datetime, pay_by: dt.datetime | None) -> dt.datetime:
    """When a quote made now ends; never after the subject's pay-by."""
    return earlier(now + LOCKED_FOR, pay_by)


def earlier(instant: dt.datetime, bound: dt.datetime | None) -> dt.datetime:
    return instant if bound is None else min(instant, bound)
