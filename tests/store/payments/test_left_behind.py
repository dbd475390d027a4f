"""What a crash or a silent neighbour left behind, and how it is brought to an end."""

import datetime as dt
from typing import Any

import pytest

from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE
from services.payments.store import Stores
from services.payments.usecases.money.captures import Captures
from tests.kit.existing import existing
from tests.store.payments.shop import OF_BOTH, Sale, Shop


@pytest.fixture
def unsettled_free(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Sale:
    """A free order whose process died before it settled it."""
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"})
    with monkeypatch.context() as dying:
        dying.setattr(Captures, "settle_free", lambda *_: None)
        sale = shop.ordered("WELC2ME")
    assert sale.state == "open"
    return sale


def test_a_free_order_left_behind_is_settled_by_the_next_pass(
    shop: Shop, unsettled_free: Sale
) -> None:
    """architecture.md §4: the job heals it at once, not after its 30 minutes."""
    shop.run_jobs()
    assert unsettled_free.state == "paid"


def test_a_free_order_is_settled_instead_of_opened_at_a_provider(
    shop: Shop, unsettled_free: Sale
) -> None:
    with pytest.raises(DomainError) as refused:
        unsettled_free.open_payment()
    assert (refused.value.error, refused.value.params) == (
        ORDER_WRONG_STATE,
        {"current_state": "paid"},
    )
    assert set(shop.bank.calls) == {"check.before"}  # when the account was named
    assert unsettled_free.state == "paid"


@OF_BOTH
def test_undecided_purchases_are_listed_and_told_again(shop: Shop) -> None:
    """architecture.md §5a: undecided after 10 minutes → the operators' list, with retry."""
    sale = shop.paid()
    assert shop.app.purchases.stuck() == []
    shop.later(minutes=11)
    (stuck,) = shop.app.purchases.stuck()
    shop.app.purchases.retry(stuck["_id"], shop.owner)
    first, second = shop.told(payments.ORDER_PAID)
    assert first.data == second.data
    assert first.id != second.id
    assert second.aggregateversion > first.aggregateversion
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    assert shop.app.purchases.stuck() == []
    with pytest.raises(DomainError):
        shop.app.purchases.retry(stuck["_id"], shop.owner)


def test_what_a_crash_left_is_counted_or_freed(shop: Shop, stores: Stores) -> None:
    """architecture.md §4: every crash undersells for a while; the sweeper heals."""
    coupon = shop.coupon(limit=10, per_person=5)
    paid = shop.paid("WELC2ME")
    open_order = shop.ordered("WELC2ME")
    before = shop.uses("WELC2ME")
    assert before == (1, 1)
    until = shop.clock.now() + dt.timedelta(minutes=15)
    holds, steps = stores.coupon_counters.holds, stores.ladder_steps.holds
    step = stores.ladder_steps.counter_id(shop.plan["id"], 0)
    nobody = new_id("quo")
    for counters, counter in ((holds, coupon["id"]), (steps, step)):
        assert counters.take(counter, nobody, ref=nobody, expires_at=until)
        assert counters.keep(counter, nobody)
    campaign: Any = {**coupon, "_id": coupon["id"]}
    slot = stores.redemptions.take(campaign, new_id("per"), ref=nobody, expires_at=until)
    assert stores.redemptions.keep(shop.community_id, existing(slot), nobody)
    # As if the process had died between the commit of a payment and its settling.
    ref = paid.quote["id"]
    shop.database.coupon_counters.update_one(
        {"_id": coupon["id"]},
        {
            "$inc": {"used": -1},
            "$push": {
                "holds": {
                    "id": ref,
                    "ref": ref,
                    "state": "used",
                    "expires_at": None,
                    "taken_at": shop.clock.now(),
                }
            },
        },
    )
    shop.later(minutes=2)
    shop.run_jobs(2)
    assert shop.uses("WELC2ME") == (1, 1)
    assert shop.price()["places_left"] == 98
    assert shop.unsettled() == 3
    assert open_order.state == "open"


def test_a_hold_that_cannot_be_judged_stops_no_other(shop: Shop, stores: Stores) -> None:
    """An ordered quote whose order is gone: a defect; the holds behind it are settled still."""
    coupon = shop.coupon(limit=10, per_person=5)
    odd = shop.ordered("WELC2ME")
    shop.database.orders.delete_one({"quote_id": odd.quote["id"]})
    nobody, until = new_id("quo"), shop.clock.now() + dt.timedelta(minutes=15)
    holds = stores.coupon_counters.holds
    assert holds.take(coupon["id"], nobody, ref=nobody, expires_at=until)
    assert holds.keep(coupon["id"], nobody)
    campaign: Any = {**coupon, "_id": coupon["id"]}
    slot = stores.redemptions.take(campaign, new_id("per"), ref=nobody, expires_at=until)
    assert stores.redemptions.keep(shop.community_id, existing(slot), nobody)
    shop.later(minutes=2)
    shop.run_jobs()
    counter = existing(shop.database.coupon_counters.find_one({"_id": coupon["id"]}))
    assert [hold["ref"] for hold in counter["holds"]] == [odd.quote["id"]]
    assert shop.database.redemptions.distinct("ref") == [odd.quote["id"]]
