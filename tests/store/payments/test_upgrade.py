"""Holds of a database of an earlier version go on: kept, paid, counted and freed as they were."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis import mongo as chassis_mongo
from chassis.clock import FixedClock
from chassis.context import Context, new_traceparent
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.mongo import Document
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import payments
from contracts.money import Money
from deploy.local.nodes import Nodes
from services.payments.adapters.provider import Providers
from services.payments.domain.money.payments import Capture
from services.payments.service import compose
from services.payments.store import SCHEMA
from tests.kit.existing import existing
from tests.kit.neighbours import FakeMembership
from tests.kit.nodes import unique
from tests.kit.usecases import signed_in
from tests.store.payments.neighbours import Bank
from tests.store.payments.shop import Shop
from tests.store.test_upgrade import frozen, restore

LIVE_QUOTE = {"state": "live"}
FORMER_INDEX = "one_community_of_a_merchant"
FORMER_QUOTES = "one_live_quote_per_person_and_plan"


@pytest.fixture
def former(nodes: Nodes) -> Iterator[Shop]:
    """The shop as the earlier version left it, a minute after its last step."""
    data = frozen("payments")
    with chassis_mongo.connect(nodes.mongo_admin_url, application="upgrade") as client:
        database = chassis_mongo.open_database(client, unique("t_"))
        restore(database, data)
        merchant = [("provider", 1), ("merchant_id", 1)]
        database["provider_accounts"].create_index(merchant, unique=True, name=FORMER_INDEX)
        of_plan = [("community_id", 1), ("payer_id", 1), ("plan_id", 1)]
        live: dict[str, Any] = {"partialFilterExpression": {"live": True}}
        database["quotes"].create_index(of_plan, unique=True, name=FORMER_QUOTES, **live)
        migrate(database, SCHEMA, lambda line: None)
        yield shop_of(database, data)
        database.command("dropAllRolesFromDatabase")
        client.drop_database(database.name)


def shop_of(database: Database[Document], data: dict[str, list[Document]]) -> Shop:
    newest = max(row["created_at"] for row in data["orders"])
    clock = FixedClock(newest + dt.timedelta(minutes=1))
    (quote,) = [row for row in data["quotes"] if row["live"]]
    owner = person(new_id("per"))
    neighbour, bank = FakeMembership(quote["community_id"]), Bank()
    neighbour.standings[owner.require_person()] = {"roles": ["owner"]}
    platform: Platform[Any] = Platform(
        service="payments",
        settings=None,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=neighbour,  # type: ignore[arg-type]
    )
    app = compose(platform, Providers(sandbox=bank))
    return Shop(app, database, clock, bank, neighbour, owner, plan={"id": quote["plan_id"]})


def person(person_id: str) -> Context:
    actor = signed_in(person_id)
    return Context(actor, "zh-CN", new_id("req"), new_traceparent())


def step_of(shop: Shop) -> Document:
    (step,) = shop.database.ladder_steps.find()
    return step


def test_a_merchant_s_name_is_nobody_s_alone_any_more(former: Shop) -> None:
    """M4: whose a merchant is follows from the secret."""
    assert FORMER_INDEX not in former.database["provider_accounts"].index_information()


def test_somebody_has_quotes_of_several_seats_beside_one_of_then(former: Shop) -> None:
    """The index of then would have let one of them in."""
    quote = existing(former.database.quotes.find_one(LIVE_QUOTE))
    buyer = person(quote["payer_id"])
    for _ in range(2):
        former.quote(buyer, former.seat(buyer))
    assert former.database.quotes.count_documents(LIVE_QUOTE) == 3
    assert FORMER_QUOTES not in former.database["quotes"].index_information()


def test_a_live_quote_of_then_is_ordered_and_given_up(former: Shop) -> None:
    quote = existing(former.database.quotes.find_one(LIVE_QUOTE))
    before = former.price()["places_left"]
    buyer = person(quote["payer_id"])
    order = former.order(buyer, {"id": quote["_id"]})
    assert (order["total"], order["quote_id"]) == (quote["total"], quote["_id"])
    assert former.price()["places_left"] == before
    former.ask(former.app.orders.cancel, payments.CANCEL_ORDER, buyer, order_id=order["id"])
    assert former.price()["places_left"] == before + 1
    held = former.database.redemptions.find_one({"ref": quote["_id"]})
    assert held is None


def test_a_live_quote_of_then_is_replaced(former: Shop) -> None:
    """Its place and its one use of the coupon serve the new one."""
    quote = existing(former.database.quotes.find_one(LIVE_QUOTE))
    before = former.price()["places_left"]
    buyer = person(quote["payer_id"])
    fresh = former.quote(buyer, {"id": quote["purchase_id"]}, *quote["coupon_codes"])
    assert fresh["total"] == quote["total"]
    assert former.price()["places_left"] == before


def test_an_open_order_of_then_is_paid_and_counted(former: Shop) -> None:
    paid, used = former.uses("WELC2ME")[0], step_of(former)["used"]
    orders = former.database.orders
    waiting = list(former.database.payments.find({"live": True}))
    assert len(waiting) == 2
    for payment in waiting:
        account: Any = existing(
            former.database.provider_accounts.find_one({"_id": payment["account_id"]})
        )
        capture = Capture(
            payment["out_trade_no"],
            new_id("req"),
            payment["merchant_id"],
            Money(**payment["amount"]),
        )
        assert former.app.captures.record(account, capture, former.owner, cause="test")
        order = existing(orders.find_one({"_id": payment["order_id"]}))
        assert order["state"] == "paid"
    assert former.uses("WELC2ME")[0] == paid + 2
    assert step_of(former)["used"] == used + 2


def test_the_page_that_a_payer_went_to_is_what_they_do_next(former: Shop) -> None:
    for then in frozen("payments")["payments"]:
        now = existing(former.database.payments.find_one({"_id": then["_id"]}))
        url = then["pay_url"]
        assert now["next_action"] == (url and {"kind": "redirect", "url": url})
        assert "pay_url" not in now


def test_the_sweeper_frees_what_then_ended(former: Shop) -> None:
    former.later(days=1)
    former.run_jobs(2)
    assert former.database.orders.count_documents({"open": True}) == 0
    step = step_of(former)
    assert (former.price()["places_left"], former.unsettled()) == (1000 - step["used"], 0)
