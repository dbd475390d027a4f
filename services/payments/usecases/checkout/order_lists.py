"""Lists of orders: a person's own, and a community's."""

import re
from collections.abc import Callable, Sequence

from chassis.access import Access, Caller
from chassis.actions import possible, possible_with_rows
from chassis.clock import Clock
from chassis.context import Context
from chassis.list_orders import list_order, within
from chassis.mongo import Document
from chassis.names import Names
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts import payments as contract
from contracts.errors import DomainError, Kind
from contracts.fields import ID_PATTERN, words_of
from contracts.lists import MOST_COUNTED
from contracts.states.payments import ORDER_STATES
from contracts.types import payments as wire
from services.payments.domain.books.totals import orders_by_state
from services.payments.domain.checkout.orders import receipt_number
from services.payments.store import Stores
from services.payments.store.checkout.orders import AMONG, OrderWithMoney
from services.payments.usecases.actions import ORDER_ACTIONS
from services.payments.usecases.views import latest_order_view, order_view

LONGEST_SECONDS = 1.0  # a list is worth more without names than not at all


class OrderListUseCases:
    def __init__(
        self, *, stores: Stores, clock: Clock, access: Access, rpc: RpcClient, names: Names
    ) -> None:
        self._stores, self._clock, self._access = stores, clock, access
        self._rpc, self._names = rpc, names

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyOrders:
        """The caller's orders in all communities, newest first, with what each was for."""
        page = self._stores.orders.page_with_money(
            {"payer_id": ctx.require_person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
        )
        communities = self._communities({order["community_id"] for order in page.items}, ctx)
        plans = self._stores.plans.names_of(
            {plan_id for order in page.items if (plan_id := order["plan_id"]) is not None}
        )
        now = self._clock.now()
        return page.answer(
            lambda order: {
                **order_view(order, now),
                "plan_name": plans.get(order["plan_id"] or ""),
                "community": communities.get(order["community_id"]),
                # Theirs alone, so no role is read.
                "actions": possible(
                    ORDER_ACTIONS,
                    order,
                    now,
                    self._access.caller(ctx, order["community_id"]),
                    about=order["payer_id"],
                ),
            }
        )

    def list_of_community(self, request: wire.ListOrders, ctx: Context) -> wire.Orders:
        """A community's orders, found by number or payer or in some order."""
        caller = self._access.require(ctx, contract.LIST_ORDERS.who, request["community_id"])
        states = words_of(request["state"])
        wanted: Document = self._searched(request, ctx)
        if states:
            wanted["state"] = states[0] if len(states) == 1 else {"$in": list(states)}
        bounds = request["paid_from"], request["paid_before"]
        sort = request["sort"] or ("paid_at" if any(bounds) else None)
        order = list_order(sort, request["updated_after"], AMONG)
        ways = [wanted, order.wanted, within("paid_at", *bounds)]
        page = self._stores.orders.page_with_money(
            {"$and": [way for way in ways if way] or [{}]},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
            sort_field=order.sort_field,
            descending=order.descending,
        )
        total = None
        if request["count"]:
            total = self._number(request, [way for way in ways if way], any(bounds))
        view = self._listed(request["community_id"], page.items, caller)
        return {**page.answer(view), "total": total}

    def latest(self, community_id: str, limit: int, ctx: Context) -> list[wire.LatestOrder]:
        """The newest orders of a community, in short."""
        page = self._stores.orders.page(
            {}, community_id=community_id, after=None, limit=limit, descending=True
        )
        names = self._names.of(community_id, (order["payer_id"] for order in page.items), ctx)
        now = self._clock.now()
        return [latest_order_view(order, names.get(order["payer_id"]), now) for order in page.items]

    def count_of_community(self, request: wire.CountOrders, ctx: Context) -> wire.OrderCounts:
        """How many orders of a community are in each state."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.COUNT_ORDERS.who, community_id)
        counts = self._counts(community_id)
        return {
            "community_id": community_id,
            "counts": {state: counts.get(state, 0) for state in ORDER_STATES},
        }

    def _number(self, request: wire.ListOrders, ways: list[Document], bounded: bool) -> int:
        """How many a list has: by the kept counts, or within times counted up to a bound."""
        community_id = request["community_id"]
        if bounded or request["sort"] is not None:  # sorted by what not all have
            return self._stores.orders.count_among(community_id, ways, MOST_COUNTED)
        counts = self._counts(community_id)
        return sum(counts.get(state, 0) for state in words_of(request["state"]) or ORDER_STATES)

    def _counts(self, community_id: str) -> dict[str, int]:
        return orders_by_state(self._stores.totals.read(community_id, "orders."))

    def _listed(
        self, community_id: str, orders: Sequence[OrderWithMoney], caller: Caller
    ) -> Callable[[OrderWithMoney], wire.ListedOrder]:
        """How these orders are shown to staff: with names and what may be done."""
        names = self._names.of(community_id, (one["payer_id"] for one in orders), caller.ctx)
        now = self._clock.now()
        actions = possible_with_rows(ORDER_ACTIONS, now, caller)
        return lambda order: {
            **order_view(order, now),
            "display_name": names.get(order["payer_id"]),
            "actions": actions(order, order["payer_id"]),
        }

    def _communities(self, ids: set[str], ctx: Context) -> dict[str, wire.CommunityHead]:
        """Names and zones by id; of none while membership is away."""
        if not ids:
            return {}
        asked = {"community_ids": sorted(ids)}
        try:
            found = self._rpc.call(
                membership.GET_COMMUNITY_HEADS, asked, ctx, deadline=LONGEST_SECONDS
            )
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                raise
            return {}
        return {community["id"]: community for community in found["communities"]}

    def _searched(self, request: wire.ListOrders, ctx: Context) -> Document:
        """The filter of what somebody looks for."""
        search = request["search"]
        if search is None:
            return {}
        if (number := receipt_number(search)) is not None:
            return {"receipt_number": {"$eq": number, "$type": "string"}}
        if re.fullmatch(ID_PATTERN, search):
            return {"_id": search}
        return {"payer_id": {"$in": self._names.find(request["community_id"], search, ctx)}}
