"""Payments keeps the dates of the terms that it sold (rules.md §2.14)."""

from typing import Any

from contracts import membership
from tests.kit.existing import existing
from tests.store.payments.shop import Sale, Shop, term_dates


def kept(shop: Shop, sale: Sale) -> dict[str, Any]:
    order = existing(shop.database.orders.find_one({"_id": sale.order["id"]}))
    return {**order["term"], "first_day": order["starts_on"]}


def test_the_newest_dates_count_in_whichever_order_they_come(shop: Shop) -> None:
    """Refund policies go by the first day that was told last."""
    sale = shop.paid()
    shop.deliver(
        membership.TERM_DATES_CHANGED, term_dates(sale, ends_on="2027-03-06"), aggregateversion=7
    )
    former = {"starts_on": "2026-03-01", "ends_on": "2027-02-28"}
    shop.answer(membership.PURCHASE_FULFILLED, sale, **former)  # told before, as version 1
    later = {"starts_on": "2026-03-02", "ends_on": "2027-03-06", "paused_days": 5}
    assert kept(shop, sale) == {**later, "version": 7, "first_day": "2026-03-02"}
    shop.deliver(
        membership.TERM_DATES_CHANGED, term_dates(sale, ends_on="2027-03-04"), aggregateversion=6
    )
    assert kept(shop, sale)["ends_on"] == "2027-03-06"


def test_an_order_knows_its_term_from_the_first(shop: Shop) -> None:
    sale = shop.paid()
    shop.answer(membership.PURCHASE_FULFILLED, sale, starts_on="2026-03-02", ends_on="2027-03-01")
    assert (kept(shop, sale)["ends_on"], kept(shop, sale)["paused_days"]) == ("2027-03-01", 0)
