"""Prices that no place on the ladder decides: promised ones, and those of renewals."""

import pytest

from chassis.ids import new_id
from contracts import membership
from tests.kit.existing import existing
from tests.store.payments.shop import Shop


@pytest.mark.parametrize("lock", ["at_application", "at_approval"])
def test_a_promised_price_takes_no_place_and_counts_when_paid(empty: Shop, lock: str) -> None:
    """product.md §2: a promise fixes the price without taking a place."""
    shop = empty
    shop.sell(price_lock=lock, ladder={"step": 10_000, "every": 2, "places_before": 0})
    buyer = shop.person()
    applied = shop.applied(buyer)
    approved = shop.approval(buyer, application_id=applied["application_id"])
    moments = {
        "at_application": (membership.APPLICATION_SUBMITTED, applied),
        "at_approval": (membership.APPLICATION_APPROVED, approved),
    }
    shop.deliver(*moments[lock])
    for _ in range(2):
        shop.paid()
    assert shop.price()["price"]["amount"] == 310_000
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    quote = shop.quote(buyer, shop.seen(buyer, approved["term_id"]))
    assert (quote["total"]["amount"], quote["step"]) == (300_000, None)
    assert shop.price()["places_left"] == 2
    order = shop.order(buyer, quote)
    payment = shop.open_payment(buyer, order)
    number = payment["pay_url"].rpartition("/")[2]
    shop.bank.pay(number)
    shop.later(seconds=11)
    shop.run_jobs()
    paid = existing(shop.database.orders.find_one({"_id": order["id"]}))
    assert (paid["state"], paid["step"]) == ("paid", 1)
    assert shop.price()["places_left"] == 1


def test_a_renewal_pays_the_base_price_and_takes_no_place(shop: Shop) -> None:
    """Who renews was counted when they joined."""
    buyer = shop.person()
    shop.neighbour.standings[buyer.require_person()] = {
        "state": "active",
        "membership_id": new_id("mbr"),
        "joined_on": "2025-03-02",
        "term_ends_on": "2026-04-01",
        "grace_ends_on": "2026-04-08",
    }
    shop.coupon("RENEW365", audience="renewal", benefit={"kind": "amount_off", "amount": 36_500})
    shop.coupon("WELC2ME", audience="newcomer")
    purchase = shop.renewal(buyer)
    quote = shop.quote(buyer, purchase, "WELC2ME", "RENEW365")
    assert quote["total"]["amount"] == 263_500
    assert quote["trace"][1] == {
        "rule": "coupon",
        "code": "WELC2ME",
        "applied": False,
        "broken_rule": "person_is_newcomer",
    }
    assert shop.price()["places_left"] == 100
