"""Quotes: a price and a place, locked for a while (`product.md` §3)."""

import datetime as dt
from typing import NotRequired

from contracts.aggregates import Aggregate
from contracts.errors.payments import QUOTE_EXPIRED
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import QuoteState
from contracts.types.payments import TermBracket
from services.payments.domain.checkout.lines import Line
from services.payments.domain.checkout.prices import Priced, Reserved

LOCKED_FOR = dt.timedelta(minutes=15)

QUOTE: StateMachine[QuoteState] = machine(
    QUOTE_EXPIRED,
    live="ordered replaced expired",
    ordered="",
    replaced="",
    expired="",
)


class Quote(Aggregate, Priced, Reserved):
    """`live`: it can be ordered, or nobody noticed yet that its time is over. `lines_of`: the
    purchase, where that has `lines` and no plan. `refund_brackets` and `plan_name`: of the plan,
    which its order keeps."""

    community_id: str
    purchase_id: str
    plan_id: str | None
    lines_of: NotRequired[str]
    lines: NotRequired[list[Line]]
    refund_brackets: NotRequired[list[TermBracket]]
    plan_name: NotRequired[str]
    payer_id: str
    state: QuoteState
    live: bool
    expires_at: dt.datetime


def end(quote: Quote, state: QuoteState) -> Quote:
    """The quote when it is ordered, replaced or expired: it is not the live one any more."""
    return {**QUOTE.move(quote, state), "live": False}


def require_live(quote: Quote) -> None:
    """Raises DomainError(QUOTE_EXPIRED, current_state) unless it can still be ordered."""
    QUOTE.require_in(quote, "live")


def is_past(quote: Quote, now: dt.datetime) -> bool:
    """Whether the 15 minutes are over, swept or not."""
    return now >= quote["expires_at"]


def shown_state(quote: Quote, now: dt.datetime) -> QuoteState:
    """The state as a reader sees it: a passed end counts, even if no sweep has run."""
    return "expired" if quote["state"] == "live" and is_past(quote, now) else quote["state"]


def locked_until(now: dt.datetime, pay_by: dt.datetime | None) -> dt.datetime:
    """When a quote made now ends; never after the subject's pay-by."""
    return earlier(now + LOCKED_FOR, pay_by)


def earlier(instant: dt.datetime, bound: dt.datetime | None) -> dt.datetime:
    return instant if bound is None else min(instant, bound)
