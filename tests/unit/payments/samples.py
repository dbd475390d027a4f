"""Plans, coupons and orders for the tests of the domain: as much of them as its rules read."""

import datetime as dt
from typing import Any

from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout.orders import Order
from services.payments.domain.coupons.coupons import Buyer, Coupon

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
STRANGER = Buyer(has_paid_before=False, has_joined=False, is_member=False, lapsed_days=None)
MEMBER = Buyer(has_paid_before=True, has_joined=True, is_member=True, lapsed_days=None)
NOTHING = {"amount": 0, "currency": "CNY"}


def plan(**changes: Any) -> Plan:
    made: Any = {
        "_id": "pln_1",
        "base_price": {"amount": 300_000, "currency": "CNY"},
        "ladder": {"step": 10_000, "every": 100, "places_before": 5100, "cap": None},
        "price_lock": "at_payment",
        "renewal_price": "base",
        "state": "on_sale",
        "sold": True,
        **changes,
    }
    return made


def coupon(**changes: Any) -> Coupon:
    made: Any = {
        "_id": "cpn_1",
        "code": "WELC2ME",
        "currency": "CNY",
        "benefit": {"kind": "amount_off", "amount": 20_000},
        "audience": "any",
        "lapsed_days": 30,
        "plan_ids": [],
        "minimum": 0,
        "valid_from": None,
        "valid_until": None,
        "state": "active",
        **changes,
    }
    return made


def order(**changes: Any) -> Order:
    made: Any = {
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
    return made
