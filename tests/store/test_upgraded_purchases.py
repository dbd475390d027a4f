"""Purchases from before their ids followed from those of terms: what is open goes on."""

import datetime as dt
from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock, real_now
from chassis.commits import pending
from chassis.context import Context, new_traceparent
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors.payments import PURCHASE_HAS_ORDER
from services.payments.adapters.provider import Providers
from services.payments.service import compose
from services.payments.store import open_stores
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.kit.neighbours import FakeMembership
from tests.kit.usecases import signed_in
from tests.store.membership import world as memberships
from tests.store.payments.neighbours import Bank
from tests.store.payments.shop import Sale, Shop
from tests.store.test_upgrade import database, frozen, restore, schema_of

__all__ = ["database"]  # the fixture


def upgraded(service: str, database: Database[Any], before: Any) -> None:
    restore(database, before)
    migrate(database, schema_of(service), lambda line: None)


def last_moment(before: Any) -> FixedClock:
    """The system's time as it was stopped."""
    return FixedClock(max(row["at"] for row in before["audit_log"]) + dt.timedelta(seconds=1))


def shop_of(database: Database[Any], before: Any) -> Shop:
    clock, bank = last_moment(before), Bank()
    account = before["provider_accounts"][0]
    owner = person(new_id("per"))
    neighbour = FakeMembership(account["community_id"])
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
    shop = Shop(app, database, clock, bank, neighbour, owner)
    shop.account = {**account, "id": account["_id"]}
    return shop


def person(person_id: str) -> Context:
    actor = signed_in(person_id)
    return Context(actor, "zh-CN", new_id("req"), new_traceparent())


def test_open_purchases_go_on_to_be_payable(database: Database[Any]) -> None:
    """architecture.md §5a: each under the id that its payer has; a term opens no second one."""
    before = frozen("payments")
    before["callbacks"] = []  # of another provider than this test's
    upgraded("payments", database, before)
    shop = shop_of(database, before)
    is_open = {"state": "open", "community_id": shop.community_id}
    waiting = list(database["purchases"].find({**is_open, "order_id": None}))
    assert len(waiting) > 1
    for purchase in waiting:
        assert purchase["_id"] != payments.purchase_id_of(purchase["subject"]["ref"])
        buyer = person(purchase["payer_id"])
        again = shop.approval(buyer, term_id=purchase["subject"]["ref"])
        shop.deliver(membership.APPLICATION_APPROVED, again)
        seen = {**purchase, "id": purchase["_id"]}
        quote = shop.quote(buyer, seen)
        sale = Sale(shop, buyer, seen, quote, shop.order(buyer, quote))
        sale.open_payment()
        sale.pay()
        told = told_events(database, payments.ORDER_PAID)[-1]
        assert told.data["purchase_id"] == purchase["_id"]
        shop.answer(membership.PURCHASE_FULFILLED, sale)
        assert (
            existing(database["purchases"].find_one({"_id": purchase["_id"]}))["state"]
            == "fulfilled"
        )
    assert database["purchases"].count_documents({}) == len(before["purchases"])
    (ordered, *_) = database["purchases"].find({**is_open, "order_id": {"$ne": None}})
    with pytest.raises(DomainError) as refused:
        shop.quote(person(ordered["payer_id"]), {**ordered, "id": ordered["_id"]})
    assert refused.value.error is PURCHASE_HAS_ORDER


def test_callbacks_that_were_told_to_nobody_are_left_to_the_job(database: Database[Any]) -> None:
    """Nothing is published that nobody reads; what was stored has its effect all the same."""
    before = frozen("payments")
    stored = [row["_id"] for row in before["callbacks"] if row["state"] == "stored"]
    assert len(stored) == 2
    upgraded("payments", database, before)
    unread = {"events.key": "coterie.payments.callback_received.v1"}
    assert database["commits"].count_documents(unread) > len(stored)
    assert database["commits"].count_documents({**unread, **pending("own")}) == 0
    left = open_stores(database, last_moment(before)).callbacks.left_behind(real_now(), 10)
    assert sorted(row["_id"] for row in left) == sorted(stored)


@pytest.fixture
def approved(database: Database[Any]) -> Any:
    """The frozen membership database, and its approved applications whose purchase is open."""
    before = frozen("membership")
    return before, [one for one in before["applications"] if one["state"] == "approved"]


def test_what_was_approved_keeps_its_purchase_and_is_fulfilled(
    database: Database[Any], approved: Any
) -> None:
    """Front ends hold these ids; the order that is paid under one makes a member."""
    before, applications = approved
    upgraded("membership", database, before)
    clock = last_moment(before)
    world = memberships.World(memberships.compose(database, clock), database, clock)
    for application in applications:
        applicant = person(application["person_id"])
        asked = {"application_id": application["_id"]}
        seen = world.ask(world.app.reviews.get, membership.GET_APPLICATION, applicant, **asked)
        assert seen["purchase_id"] == application["purchase_id"]
        world.community = {"id": application["community_id"]}
        order = world.paid(application["term_id"], application["person_id"])
        world.deliver(payments.ORDER_PAID, {**order, "purchase_id": seen["purchase_id"]})
        mine = world.ask(
            world.app.memberships.get,
            membership.GET_MEMBERSHIP,
            applicant,
            membership_id=application["membership_id"],
        )
        assert (mine["state"], mine["purchase_id"]) == ("active", None)


def test_a_term_whose_purchase_was_not_opened_is_told_again(
    database: Database[Any], approved: Any
) -> None:
    """No plan was on sale, or the upgrade came first: payments opens it now."""
    before, applications = approved
    unopened, opened = applications[0], applications[1]
    unopened["purchase_id"] = None
    (holder,) = (one for one in before["memberships"] if one["_id"] == unopened["membership_id"])
    holder["terms"][0]["purchase_id"] = None
    for row in before["outbox"]:
        row["published_at"] = row["published_at"] or row["created_at"]
    upgraded("membership", database, before)
    (waiting,) = database["commits"].find(pending("own"))
    (told,) = waiting["events"]
    assert (told["key"], told["subject"]) == (
        membership.APPLICATION_APPROVED.type,
        unopened["_id"],
    )
    assert opened["_id"] != unopened["_id"]
