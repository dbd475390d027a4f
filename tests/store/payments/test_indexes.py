"""Every query of the service is answered by an index, none sorts in memory (D-9)."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import mongo as chassis_mongo
from chassis.mongo import Document
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import membership, payments
from contracts.errors import DomainError
from deploy.local.nodes import Nodes
from services.payments.adapters.provider import Providers
from services.payments.service import compose
from services.payments.store import SCHEMA
from tests.kit.databases import stages
from tests.kit.passes import OnePass
from tests.store.payments.shop import Shop

NEWEST = {"sort": "-created_at", "state": "open"}
ORDERS = ("created_at", "paid_at", "updated_at")
OURS = {collection.name for collection in SCHEMA.collections}


class Asked(CommandListener):
    """The queries sent to our collections, one of each shape."""

    def __init__(self) -> None:
        self.shapes: dict[str, dict[str, Any]] = {}
        self.reads = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.reads += event.command_name == "find"
        for query in _queries(event.command_name, event.command):
            self.shapes.setdefault(_shape(query), query)

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...


def _queries(name: str, command: Any) -> Iterator[dict[str, Any]]:
    """The command, or each of its statements, in a form that `explain` takes."""
    collection = command.get(name)
    if not isinstance(collection, str) or collection not in OURS:
        return
    if name == "find":
        kept = ("find", "filter", "sort", "limit")
        yield {key: command[key] for key in kept if key in command}
    elif name == "aggregate":
        yield {"aggregate": collection, "pipeline": command["pipeline"], "cursor": {}}
    elif name in ("update", "delete"):
        for statement in command[f"{name}s"]:
            yield {"find": collection, "filter": statement["q"]}
    elif name == "findAndModify":
        yield {"find": collection, "filter": command["query"]}


def _shape(query: dict[str, Any]) -> str:
    def keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: keys(below) for name, below in value.items()}
        if isinstance(value, list):
            return [keys(below) for below in value]
        return value if value in ("asc", 1, -1) else type(value).__name__

    return repr(keys(query))


@pytest.fixture
def watched(shop: Shop, nodes: Nodes) -> Iterator[tuple[Asked, Database[Document]]]:
    """The shop on a client whose queries are noted."""
    asked = Asked()
    url = nodes.mongo_admin_url
    with chassis_mongo.connect(url, application="watched", listeners=[asked]) as client:
        database = chassis_mongo.open_database(client, shop.database.name)
        platform: Platform[Any] = Platform(
            service="payments",
            settings=None,
            clock=shop.clock,
            database=database,
            uow=UnitOfWork(database, shop.clock),
            rpc=shop.neighbour,  # type: ignore[arg-type]
        )
        shop.app = compose(platform, Providers(sandbox=shop.bank))
        yield asked, database


def test_the_sweeper_and_lists_of_coupons_read_in_batches(
    shop: Shop, watched: tuple[Asked, Database[Document]]
) -> None:
    """D-9: the number of reads does not grow with what is sold."""
    asked, _ = watched
    shop.coupon()
    reads: list[int] = []
    for _ in range(2):
        for _ in range(3):
            shop.ordered("WELC2ME").open_payment()
        shop.coupon(f"W{'X' * (len(reads) + 5)}")
        shop.later(minutes=2)
        asked.reads = 0
        shop.app.sweeper.settle_holds(OnePass(shop.clock.now(), "payments"))
        shop.sales()
        reads.append(asked.reads)
    assert reads[0] == reads[1] > 0


def test_no_query_scans_or_sorts(shop: Shop, watched: tuple[Asked, Database[Document]]) -> None:
    asked, database = watched
    shop.coupon(refund_returns_use=True)
    shop.neighbour.standings[shop.owner.require_person()] = {"roles": ["owner"]}
    buyer = shop.person()
    for _ in range(3):
        sale = shop.paid("WELC2ME", buyer=buyer)
        shop.answer(membership.PURCHASE_FULFILLED, sale)
    asks = {"why": "moves away"}
    for order in (sale.order, shop.paid(buyer=buyer).order):
        asks["order_id"] = order["id"]
        shop.ask(shop.app.refund_requests.ask, payments.ASK_REFUND, buyer, **asks)
    shop.ask(
        shop.app.refunds.refund_order,
        payments.REFUND_ORDER,
        shop.owner,
        order_id=sale.order["id"],
        reason="all",
    )
    shop.settle_refunds()
    refused = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, refused, "no")
    shop.settle_refunds("failed")
    shop.take_transfers(second_person_above={"amount": 300_000, "currency": "CNY"})
    transfers = [shop.transferring() for _ in range(3)]
    transfers[0].confirm(300_001)
    transfers[0].confirm(300_001, shop.treasurer())
    transfers[1].confirm(100_000)
    shop.later(days=2, hours=13)
    shop.run_jobs()
    shop.later(days=1)
    shop.run_jobs(2)
    left = shop.ordered(buyer=buyer)
    left.open_payment()
    shop.later(minutes=40)
    shop.run_jobs()
    shop.deliver(membership.APPLICATION_SUBMITTED, shop.applied(shop.person()))
    seat = shop.paid(buyer=buyer, seat=True)
    order_id = seat.order["id"]
    shop.ask(shop.app.orders.refund_preview, payments.GET_REFUND_PREVIEW, buyer, order_id=order_id)
    shop.give_up(seat.purchase, paid=True)
    shop.give_up(shop.ordered(buyer=buyer, seat=True).purchase)
    shop.quote(buyer, shop.seat(buyer))
    for use_case, record, page in (
        (shop.app.order_lists.list_mine, payments.LIST_MY_ORDERS, {}),
        (shop.app.purchases.list_mine, payments.LIST_MY_PURCHASES, {}),
        (shop.app.order_lists.list_of_community, payments.LIST_ORDERS, {"state": "paid"}),
        (shop.app.order_lists.list_of_community, payments.LIST_ORDERS, {}),
        (shop.app.plans.list_of_community, payments.LIST_PLANS, {}),
        (shop.app.transfers.list_of_community, payments.LIST_TRANSFERS, {}),
        (shop.app.transfers.list_of_community, payments.LIST_TRANSFERS, {"state": "closed"}),
        (shop.app.transfers.list_of_community, payments.LIST_TRANSFERS, {"reference": "A"}),
        (shop.app.transfers.list_of_community, payments.LIST_TRANSFERS, NEWEST),
        (shop.app.transfers.list_due_refunds, payments.LIST_DUE_REFUNDS, {}),
        (shop.app.coupons.list_of_community, payments.LIST_COUPONS, {}),
        (shop.app.coupons.list_of_community, payments.LIST_COUPONS, {**NEWEST, "state": "active"}),
        (shop.app.coupons.list_of_community, payments.LIST_COUPONS, {"state": "active"}),
        (shop.app.coupons.list_of_community, payments.LIST_COUPONS, {"state": "ended"}),
        (shop.app.refund_requests.list_mine, payments.LIST_MY_REFUND_REQUESTS, {}),
        (shop.app.refund_requests.list_of_community, payments.LIST_REFUND_REQUESTS, {}),
        (shop.app.refund_requests.list_of_community, payments.LIST_REFUND_REQUESTS, NEWEST),
        (
            shop.app.refund_requests.list_of_community,
            payments.LIST_REFUND_REQUESTS,
            {"state": "open"},
        ),
    ):
        where = {} if "mine" in use_case.__name__ else {"community_id": shop.community_id}
        who = buyer if "mine" in use_case.__name__ else shop.owner
        first = shop.ask(use_case, record, who, limit=1, **where, **page)
        if first["next"]:
            shop.ask(use_case, record, who, limit=1, after=first["next"], **where, **page)
    ways: list[dict[str, Any]] = [{"updated_after": "2026-01-01T00:00:00Z"}]
    ways += [{"sort": f"{sign}{word}"} for word in ORDERS for sign in ("", "-")]
    ways += [{"paid_from": "2026-01-01T00:00:00Z", "count": True}, {"count": True}]
    ways += [{"search": search} for search in ("1", sale.order["id"], "Li")]
    shop.neighbour.names[buyer.require_person()] = "Li"
    for way in ways:
        for state in (None, "paid"):
            asked_for: dict[str, Any] = {
                "community_id": shop.community_id,
                "limit": 1,
                "state": state,
                **way,
            }
            orders = shop.app.order_lists.list_of_community
            first = shop.ask(orders, payments.LIST_ORDERS, shop.owner, **asked_for)
            if first["next"]:
                more = {**asked_for, "after": first["next"]}
                shop.ask(orders, payments.LIST_ORDERS, shop.owner, **more)
    for count, record in (
        (shop.app.coupons.count_of_community, payments.COUNT_COUPONS),
        (shop.app.transfers.count_of_community, payments.COUNT_TRANSFERS),
        (shop.app.refund_requests.count_of_community, payments.COUNT_REFUND_REQUESTS),
    ):
        shop.ask(count, record, shop.owner, community_id=shop.community_id)
    shop.price()
    shop.sales()
    shop.ledger()
    shop.app.purchases.stuck()
    shop.app.refunds.failed()
    shop.app.incidents.open()
    with pytest.raises(DomainError):
        shop.app.refunds.retry("rfd_none", shop.owner)
    assert len(asked.shapes) > 40
    bad = {}
    for query in list(asked.shapes.values()):
        plan = database.command("explain", query, verbosity="executionStats")
        found = stages(plan)
        # A handful of groups is sorted after the database has counted them.
        counted = {"GROUP"} & found or "pipeline" in query
        if "COLLSCAN" in found or ("SORT" in found and not counted):
            bad[str(query)] = found
    assert bad == {}
