"""What a community earned by month, and what its owners look at beside it."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, holders
from contracts.fields import Choice, Day, Document, Id, Instant, Matching, Request, Whole, money
from contracts.payments.offers import OfferedPlan
from contracts.payments.prices import PricedLine
from contracts.records import Rpc
from contracts.states.payments import ORDER_STATES

MOST_MONTHS = 24
LATEST = 5
MOST_WAITING = 1000


class RevenueRef(Request):
    community_id = Id("com", required=True)
    since = Day(
        counted_from=True,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "a day of the first month; left out = eleven months before the last one"
        },
    )
    until = Day(
        counted_from=True,
        load_default=None,
        allow_none=True,
        metadata={
            "description": f"a day of the last month; left out = this one; {MOST_MONTHS} at most"
        },
    )


class Earned(Document):
    """What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in
    which its order was paid."""

    orders = Whole(required=True)
    gross = money(required=True, metadata={"description": "at list prices"})
    discounts = money(required=True)
    refunds = money(required=True)
    net = money(required=True)


class MonthEarned(Earned):
    month = Matching(
        r"[0-9]{4}-[0-9]{2}",
        "month",
        required=True,
        metadata={"example": "2026-11"},
    )


class WaitingMoney(Document):
    """What waits for who looks after the money; each counted up to a thousand."""

    transfers = Whole(required=True, metadata={"description": "to look for, or to confirm again"})
    refunds = Whole(required=True, metadata={"description": "to transfer by hand"})
    refund_requests = Whole(required=True, metadata={"description": "to decide about"})


class LatestOrder(Document):
    """An order in short; `display_name` is null for who has not said it, and for all while
    membership is away."""

    id = Id("ord", required=True)
    payer_id = Id("per", required=True)
    display_name = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(PricedLine), required=True)
    state = Choice(*ORDER_STATES, required=True)
    total = money(required=True)
    refunded = money(required=True)
    paid_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)


class Revenue(Document):
    """Months are those of the community's zone, those in which nothing was sold are left out;
    `total` is their sum, null where there is none."""

    community_id = Id("com", required=True)
    total = fields.Nested(Earned, required=True, allow_none=True)
    months = fields.List(fields.Nested(MonthEarned), required=True)
    plans = fields.List(
        fields.Nested(OfferedPlan),
        required=True,
        metadata={"description": "those on sale, with their prices now"},
    )
    waiting = fields.Nested(WaitingMoney, required=True)
    latest_orders = fields.List(
        fields.Nested(LatestOrder), required=True, metadata={"description": "the newest five"}
    )


GET_REVENUE = Rpc(
    "payments",
    "get_revenue",
    "What a community earned by month, its prices now and its latest orders.",
    RevenueRef,
    Revenue,
    who=holders(MONEY_ROLES),
)
