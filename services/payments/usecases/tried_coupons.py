"""What became of the codes that a buyer gave, read from the trace of a price."""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from chassis.wording import field_text
from contracts.errors import DomainError, FieldProblem
from contracts.errors.payments import COUPON_REFUSED
from contracts.payments.coupons import normal_code
from contracts.payments.prices import REASONS, field_code
from contracts.states.payments import CouponReason
from contracts.types import payments as wire
from services.payments.domain.checkout.pricing import Trace


class Tried(NamedTuple):
    """A code, and why it does not count; None for the one that does."""

    code: str
    reason: CouponReason | None


def tried_in(trace: Trace) -> Iterator[Tried]:
    """Every code of a price, in the buyer's order, each once."""
    for step in trace:
        if step["rule"] == "coupon":
            yield Tried(step["code"], None if step["applied"] else REASONS[step["broken_rule"]])


def applied_code(trace: Trace) -> str | None:
    """The code that counts."""
    return next((tried.code for tried in tried_in(trace) if tried.reason is None), None)


def told(trace: Trace, coupon_id: str | None, locale: str) -> list[wire.TriedCoupon]:
    """What a buyer is told of each code; `coupon_id` is the campaign of the one that counts."""
    return [
        {
            "code": code,
            "coupon_id": coupon_id if reason is None else None,
            "applied": reason is None,
            "reason": reason,
            "detail": None if reason is None else field_text(field_code(reason), locale, {}),
        }
        for code, reason in tried_in(trace)
    ]


def require_applied(trace: Trace, codes: list[str]) -> None:
    """Raises DomainError(COUPON_REFUSED) unless every code of a request counts."""
    refused = {code: reason for code, reason in tried_in(trace) if reason is not None}
    if not refused:
        return
    places = [normal_code(code) for code in codes]
    raise DomainError(
        COUPON_REFUSED,
        fields=[
            FieldProblem(f"/coupon_codes/{places.index(code)}", field_code(reason))
            for code, reason in refused.items()
        ],
        reason=next(iter(refused.values())),
    )


def steps(trace: Trace) -> list[Any]:
    """The stored steps of a price, which are what is told of it."""
    return cast(list[Any], trace)
