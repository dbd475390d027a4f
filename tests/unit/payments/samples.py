"""Plans, coupons and orders for the tests of the domain."""

import datetime as dt
from typing import Any

from services.payments.domain.coupons import Buyer

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
STRANGER = Buyer(has_paid_before=False, has_joined=False, is_member=False, lapsed_days=None)
MEMBER = Buyer(has_paid_before=True, has_joined=True, is_member=True, lapsed_days=None)
NOTHING = {"amount": 0, "currency": "CNY"}


def plan(**changes: Any) -> dict[str, Any]:
    return {
        "_id": "pln_1",
        "base_price": {"amount": 300_000, "currency": "CNY"},
        "ladder": {"step": 10_000, "every": 100, "n0": 5100, "cap": None},
        "price_lock": "at_payment",
        **changes,
    }


def coupon(**changes: Any) -> dict[str, Any]:
    return {
        "_id": "cpn_1",
        "code": "WELC2ME",
        "currency": "CNY",
        "benefit": {"kind": "amount_off", "value": 20_000},
        "audience": "any",
        "lapsed_days": 30,
        "plan_ids": [],
        "minimum": 0,
        "valid_from": None,
        "valid_until": None,
        **changes,
    }


def order(**changes: Any) -> dict[str, Any]:
    return {
        "_id": "ord_1",
        "state": "open",
        "open": True,
        "closing": "expired",
        "fulfilment": "none",
        "total": {"amount": 280_000, "currency": "CNY"},
        "refunded": NOTHING,
        "refunding": NOTHING,
        "expires_at": NOW + dt.timedelta(minutes=30),
        "close_after": NOW + dt.timedelta(minutes=30),
        **changes,
    }
