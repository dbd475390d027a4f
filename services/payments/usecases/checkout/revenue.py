"""What a community earned by month, for who looks after its money."""

import datetime as dt

from dateutil.relativedelta import relativedelta

from chassis.access import Access
from chassis.clock import Clock
from chassis.context import Context
from contracts import payments as contract
from contracts.aggregates import MoneyFields
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.payments.revenue import LATEST, MOST_MONTHS, MOST_WAITING
from contracts.types import payments as wire
from services.payments.domain.books import totals
from services.payments.domain.books.totals import Earned
from services.payments.store import Stores
from services.payments.usecases.catalogue.offers import OfferUseCases
from services.payments.usecases.checkout.order_lists import OrderListUseCases

_FARTHEST_EAST = dt.timedelta(hours=14)  # there the day begins first


class RevenueUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        clock: Clock,
        access: Access,
        offers: OfferUseCases,
        orders: OrderListUseCases,
    ) -> None:
        self._stores, self._clock, self._access = stores, clock, access
        self._offers, self._orders = offers, orders

    def get(self, request: wire.RevenueRef, ctx: Context) -> wire.Revenue:
        """Sums that are kept by month, prices now, the latest orders: nothing grows with them."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.GET_REVENUE.who, community_id)
        first, last = self._months(request)
        stores = self._stores
        earned = totals.by_month(stores.totals.months(community_id, first, last))
        return {
            "community_id": community_id,
            "total": _sum(earned),
            "months": [{"month": row["month"], **_view(row)} for row in earned],
            "plans": self._offers.plans(community_id),
            "waiting": {
                "transfers": stores.transfers.count_waiting(community_id, MOST_WAITING),
                "refunds": stores.refunds.count_due_by_hand(community_id, MOST_WAITING),
                "refund_requests": stores.refund_requests.count_open(community_id, MOST_WAITING),
            },
            "latest_orders": self._orders.latest(community_id, LATEST, ctx),
        }

    def _months(self, request: wire.RevenueRef) -> tuple[str, str]:
        """The first and the last month; raises DomainError(INVALID_INPUT) for too many, or none."""
        newest = (self._clock.now() + _FARTHEST_EAST).date().isoformat()
        until = request["until"] or newest  # a month that did not begin yet has nothing
        last = dt.date.fromisoformat(until).replace(day=1)
        since = request["since"]
        first = (
            last - relativedelta(months=11)
            if since is None
            else dt.date.fromisoformat(since).replace(day=1)
        )
        earliest = last - relativedelta(months=MOST_MONTHS - 1)
        if not earliest <= first <= last:
            bounds = {"minimum": earliest.isoformat(), "maximum": until}
            raise DomainError(INVALID_INPUT, fields=[FieldProblem("/since", "field.range", bounds)])
        return first.isoformat()[:7], last.isoformat()[:7]


def _view(row: Earned) -> wire.Earned:
    currency = row["currency"]

    def money(amount: int) -> MoneyFields:
        return {"amount": amount, "currency": currency}

    return {
        "orders": row["orders"],
        "gross": money(row["gross"]),
        "discounts": money(row["discounts"]),
        "refunds": money(row["refunds"]),
        "net": money(row["gross"] - row["discounts"] - row["refunds"]),
    }


def _sum(earned: list[Earned]) -> wire.Earned | None:
    """Over all months; a community sells in one currency."""
    if not earned:
        return None
    whole: Earned = {
        "month": "",
        "currency": earned[0]["currency"],
        "orders": sum(row["orders"] for row in earned),
        "gross": sum(row["gross"] for row in earned),
        "discounts": sum(row["discounts"] for row in earned),
        "refunds": sum(row["refunds"] for row in earned),
    }
    return _view(whole)
