"""Purchases open by themselves when membership tells of a term: in any order, once for ever."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from chassis.retries import Retry, fate
from chassis.uow import AlreadyHandled
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import NO_PLAN
from tests.kit.existing import existing
from tests.store.payments.shop import Shop


def withdraw(shop: Shop, purchase_id: str, reason: str = "application_withdrawn") -> None:
    told = {"purchase_id": purchase_id, "community_id": shop.community_id, "reason": reason}
    shop.deliver(membership.PURCHASE_WITHDRAWN, told)


def test_an_approval_opens_the_purchase_that_was_named_with_it(shop: Shop) -> None:
    """architecture.md §5a: the id follows from the term's, so nobody has to ask for it."""
    buyer = shop.person()
    approved = shop.approval(buyer)
    purchase_id = payments.purchase_id_of(approved["term_id"])
    with pytest.raises(DomainError) as early:
        shop.seen(buyer, approved["term_id"])
    assert early.value.error is OBJECT_NOT_FOUND
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    opened = shop.seen(buyer, approved["term_id"])
    assert (opened["id"], opened["state"], opened["purpose"]) == (purchase_id, "open", "join")
    assert opened["plan_id"] == shop.plan["id"]
    assert dt.datetime.fromisoformat(opened["pay_by"]) == approved["pay_by"]
    assert shop.renewal(buyer)["purpose"] == "renew"


def test_an_approval_that_is_delivered_again_opens_nothing_more(shop: Shop) -> None:
    """M-15: the same event, another one about the same term, and many at once."""
    buyer = shop.person()
    approved = shop.approval(buyer)
    event_id = new_id("evt")
    shop.deliver(membership.APPLICATION_APPROVED, approved, id=event_id)
    with pytest.raises(AlreadyHandled):
        shop.deliver(membership.APPLICATION_APPROVED, approved, id=event_id)
    first = shop.seen(buyer, approved["term_id"])
    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(lambda _: shop.deliver(membership.APPLICATION_APPROVED, approved), range(8))
        )
    assert shop.seen(buyer, approved["term_id"]) == first
    assert shop.database.purchases.count_documents({}) == 1


def test_there_is_as_much_time_to_pay_as_its_owner_gives(shop: Shop) -> None:
    """rules.md §2.19: in whichever order they come, the latest end counts."""
    buyer = shop.person()
    approved = shop.approval(buyer)
    purchase_id = payments.purchase_id_of(approved["term_id"])

    def extend(days: int) -> None:
        pay_by = approved["pay_by"] + dt.timedelta(days=days)
        told = {"purchase_id": purchase_id, "community_id": shop.community_id, "pay_by": pay_by}
        shop.deliver(membership.PURCHASE_EXTENDED, told)

    with pytest.raises(DomainError) as early:
        extend(2)
    assert isinstance(fate(early.value, 0), Retry)
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    extend(2)
    extend(1)
    shop.later(days=31)
    seen = shop.seen(buyer, approved["term_id"])
    assert seen["state"] == "open"
    assert shop.quote(buyer, seen)["state"] == "live"
    withdraw(shop, purchase_id)
    extend(9)
    assert shop.seen(buyer, approved["term_id"])["state"] == "withdrawn"


def test_a_withdrawal_that_overtakes_the_approval_waits_for_it(shop: Shop) -> None:
    """M-16: events come in any order; what was withdrawn is not opened again."""
    buyer = shop.person()
    approved = shop.approval(buyer)
    purchase_id = payments.purchase_id_of(approved["term_id"])
    with pytest.raises(DomainError) as early:
        withdraw(shop, purchase_id)
    assert isinstance(fate(early.value, 0), Retry)
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    withdraw(shop, purchase_id)
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    assert shop.seen(buyer, approved["term_id"])["state"] == "withdrawn"


@pytest.mark.parametrize("lock", ["at_payment", "at_approval", "at_application"])
def test_who_is_approved_before_there_is_a_plan_can_pay_once_there_is_one(
    empty: Shop, lock: str
) -> None:
    """architecture.md §5a: it waits, and pays what the plan cost when it went on sale."""
    shop = empty
    buyer = shop.person()
    waiting = shop.purchase(buyer)
    assert (waiting["state"], waiting["plan_id"]) == ("open", None)
    with pytest.raises(DomainError) as refused:
        shop.quote(buyer, waiting)
    assert refused.value.error is NO_PLAN
    plan = shop.sell(price_lock=lock, ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.later(minutes=1)
    shop.paid()
    quote = shop.quote(buyer, waiting)
    assert quote["total"]["amount"] == (310_000 if lock == "at_payment" else 300_000)
    assert shop.seen(buyer, waiting["subject"]["ref"])["plan_id"] == plan["id"]
    assert shop.order(buyer, quote)["state"] == "open"


def test_many_questions_at_once_choose_one_plan(empty: Shop) -> None:
    """The first quote chooses; the others meet its choice."""
    shop = empty
    buyer = shop.person()
    waiting = shop.purchase(buyer)
    shop.sell()
    with ThreadPoolExecutor(8) as threads:
        quotes = list(threads.map(lambda _: _quoted(shop, buyer, waiting), range(8)))
    assert set(quotes) <= {shop.plan["id"], "request.too_busy"}
    assert existing(shop.database.purchases.find_one())["version"] == 2


def _quoted(shop: Shop, buyer: Context, purchase: dict[str, Any]) -> str:
    try:
        return shop.quote(buyer, purchase)["plan_id"]
    except DomainError as error:
        return error.code
