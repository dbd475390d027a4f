"""Lists of orders: a person's own, and a community's."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import fields

from contracts.access import MONEY_ROLES, SIGNED_IN, holders
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    PageRequest,
    Request,
    SeveralOf,
    Whole,
    actions,
    page_of,
)
from contracts.lists import (
    FOUND_BY_NAME,
    MOST_COUNTED,
    StaffList,
    counting,
    search_for,
    sorted_by,
    total,
)
from contracts.membership.community_heads import CommunityHead
from contracts.payments.orders import Order
from contracts.records import Rpc
from contracts.states.payments import ORDER_STATES


class ListedOrder(Order):
    """An order with what its payer is called; null for who has not said it, and for all while
    membership is away."""

    display_name = fields.String(required=True, allow_none=True)
    actions = actions()


class MyOrder(Order):
    """An order with the names of what it paid for; null while membership is away."""

    plan_name = fields.String(load_default=None, allow_none=True)
    community = fields.Nested(CommunityHead, load_default=None, allow_none=True)
    actions = actions()


def _paid(when: str) -> Instant:
    """A bound for the moment of payment, which then sorts the list."""
    meaning = f"only what was paid {when}; sorted by `paid_at`"
    metadata = {"description": meaning, "example": None}
    return Instant(load_default=None, allow_none=True, metadata=metadata)


class ListOrders(StaffList):
    """Sorted by what not all have, it is a list of those who have it. `updated_after`: attempts and
    refunds under way are not counted as changes."""

    community_id = Id("com", required=True)
    state = SeveralOf(*ORDER_STATES, load_default=None, allow_none=True)
    search = search_for(f"a receipt's number, an order's id, or of the payer {FOUND_BY_NAME}")
    sort = sorted_by("created_at", "paid_at", "updated_at", usual="created_at")
    paid_from = _paid("then or later")
    paid_before = _paid("earlier")
    count = counting()

    within: ClassVar = {"paid_at": ("paid_from", "paid_before")}


class CountOrders(Request):
    community_id = Id("com", required=True)


class OrderCounts(Document):
    """How many orders of a community are in each state."""

    community_id = Id("com", required=True)
    counts = fields.Dict(keys=Choice(*ORDER_STATES), values=Whole(), required=True)


LIST_MY_ORDERS = Rpc(
    "payments",
    "list_my_orders",
    "The orders of the signed-in person, newest first.",
    PageRequest,
    page_of(MyOrder, "MyOrders"),
    who=SIGNED_IN,
)
LIST_ORDERS = Rpc(
    "payments",
    "list_orders",
    "The orders of a community, found by number or payer, or in some order.",
    ListOrders,
    page_of(ListedOrder, "Orders", total=total(MOST_COUNTED)),
    who=holders(MONEY_ROLES),
)
COUNT_ORDERS = Rpc(
    "payments",
    "count_orders",
    "How many orders of a community are in each state.",
    CountOrders,
    OrderCounts,
    who=holders(MONEY_ROLES),
)
