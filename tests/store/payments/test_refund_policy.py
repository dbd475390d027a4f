"""What a plan's policy gives back: frozen with the price, by days of the term and by meetups."""

import datetime as dt
from typing import Any

import pytest

from chassis.context import Context
from contracts import events, membership, payments
from contracts.errors import INVALID_INPUT, SERVICE_UNAVAILABLE, DomainError, Kind
from contracts.errors.payments import PRICE_CHANGED
from contracts.problems import load
from tests.store.payments.shop import Sale, Shop

BRACKETS = [{"days_after": 7, "percent": "80.00"}, {"days_after": 30, "percent": "50.00"}]
FIRST_DAY = "2026-03-02"  # the day on which the shop opens


@pytest.fixture
def shop(empty: Shop) -> Shop:
    """A shop whose plan gives money back for a month."""
    empty.sell(refund_brackets=BRACKETS)
    return empty


def change(shop: Shop, **asked: Any) -> dict[str, Any]:
    plan_id = shop.plan["id"]
    plan = shop.ask(shop.app.plans.get, payments.GET_PLAN, shop.owner, plan_id=plan_id)
    asked |= {"plan_id": plan_id, "expected_version": plan["version"]}
    return shop.ask(shop.app.plan_changes.change, payments.CHANGE_PLAN, shop.owner, **asked)


def fulfilled(shop: Shop, starts_on: str = FIRST_DAY, **sold: Any) -> Sale:
    sale = shop.paid(**sold)
    shop.answer(membership.PURCHASE_FULFILLED, sale, starts_on=starts_on, ends_on=None)
    return sale


def says(sale: Sale, by: Context | None = None) -> tuple[str, int]:
    found = sale.preview(by)
    return found["percent"], found["amount"]["amount"]


def test_all_of_it_then_the_brackets_then_nothing(shop: Shop) -> None:
    sale = fulfilled(shop)
    assert says(sale) == says(sale, shop.owner) == ("100.00", 300_000)
    shop.later(hours=72)
    assert says(sale) == ("100.00", 300_000)
    shop.later(seconds=1)
    assert says(sale) == ("80.00", 240_000)
    assert sale.preview()["until"] == "2026-03-09T15:59:59.999Z"
    shop.later(days=5)
    assert says(sale) == ("50.00", 150_000)
    shop.later(days=30)
    assert sale.preview() == {
        "order_id": sale.order["id"],
        "amount": {"amount": 0, "currency": "CNY"},
        "percent": "0.00",
        "until": None,
    }


def test_a_term_that_has_not_begun_is_at_day_0(shop: Shop) -> None:
    later = fulfilled(shop, "2026-06-01")
    pending = shop.paid()
    shop.later(days=40)
    assert says(later) == says(pending) == ("80.00", 240_000)


def test_what_was_given_back_is_taken_off(shop: Shop) -> None:
    sale = fulfilled(shop)
    part = {"amount": {"amount": 100_000, "currency": "CNY"}, "reason": "kindness"}
    refund, record = shop.app.refunds.refund_order, payments.REFUND_ORDER
    shop.ask(refund, record, shop.owner, order_id=sale.order["id"], **part)
    assert says(sale) == ("100.00", 200_000)
    shop.later(days=20)
    assert says(sale) == ("50.00", 50_000)


def test_a_meetup_on_the_term_ends_the_cool_off(shop: Shop) -> None:
    """One before it, or before a later term, does not."""
    sale, later = fulfilled(shop), fulfilled(shop, "2026-06-01")
    midnight = dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
    for one in (sale, later):
        shop.neighbour.attended[one.buyer.require_person()] = midnight - dt.timedelta(seconds=1)
    assert says(sale) == says(later) == ("100.00", 300_000)
    for one in (sale, later):
        shop.neighbour.attended[one.buyer.require_person()] = midnight
    assert says(sale) == ("80.00", 240_000)
    assert says(later) == ("100.00", 300_000)


def test_while_events_is_silent_nothing_is_guessed(shop: Shop) -> None:
    """Only where it makes a difference: neither before the term nor after the cool-off."""

    def silent(request: Any) -> Any:
        raise DomainError(SERVICE_UNAVAILABLE)

    shop.neighbour.answers[events.HAS_ATTENDED] = silent
    sale, later = fulfilled(shop), fulfilled(shop, "2026-06-01")
    with pytest.raises(DomainError) as refused:
        sale.preview()
    assert refused.value.kind is Kind.UNAVAILABLE
    assert says(later) == ("100.00", 300_000)
    shop.later(days=4)
    assert says(sale) == ("80.00", 240_000)


def test_an_order_keeps_the_policy_of_its_price(shop: Shop) -> None:
    """Owners change it for those who are quoted later, also once the plan was sold."""
    buyer = shop.person()
    before, purchase = fulfilled(shop), shop.purchase(buyer)
    quote = shop.quote(buyer, purchase)
    shop.ordered()  # what the process knows of the plan is of before
    changed = change(shop, refund_brackets=[{"days_after": 14, "percent": "30.00"}])
    assert changed["sold"]
    assert changed["refund_brackets"] == [{"days_after": 14, "percent": "30.00"}]
    quoted = Sale(shop, buyer, purchase, quote, shop.order(buyer, quote))
    other = shop.person()
    at_once = shop.purchase(other)
    ordered = Sale(shop, other, at_once, {}, shop.order_at_once(other, at_once, total=300_000))
    for sale in (quoted, ordered):
        sale.open_payment()
        sale.pay()
        shop.answer(membership.PURCHASE_FULFILLED, sale, starts_on=FIRST_DAY)
    shop.later(days=4)
    assert says(before) == says(quoted) == ("80.00", 240_000)
    assert says(ordered) == ("30.00", 90_000)
    change(shop, refund_brackets=[])
    assert says(before) == ("80.00", 240_000)


def test_a_quote_that_is_over_makes_no_order_of_other_brackets(shop: Shop) -> None:
    """What comes back belongs to the price: the buyer sees the fresh quote first."""
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase)
    assert quote["refund_brackets"] == BRACKETS
    shop.later(minutes=20)
    lower = [{"days_after": 14, "percent": "30.00"}]
    change(shop, refund_brackets=lower)
    with pytest.raises(DomainError) as refused:
        shop.order(buyer, quote)
    assert refused.value.error is PRICE_CHANGED
    fresh = {"id": refused.value.params["quote_id"]}
    shop.later(minutes=20)  # over, too, but nothing changed since
    assert shop.order(buyer, fresh)["refund_brackets"] == lower


def test_a_plan_without_brackets_has_its_cool_off(empty: Shop) -> None:
    empty.sell()
    sale = fulfilled(empty)
    assert says(sale) == ("100.00", 300_000)
    empty.later(days=4)
    assert says(sale) == ("0.00", 0)


def test_orders_of_an_earlier_version_have_no_policy(shop: Shop) -> None:
    sale = fulfilled(shop)
    of_now = {"refund_brackets": "", "starts_on": ""}
    shop.database.orders.update_one({"_id": sale.order["id"]}, {"$unset": of_now})
    assert says(sale) == ("0.00", 0)


def test_a_bracket_is_a_day_and_a_share() -> None:
    for wrong in ({"days_after": -1, "percent": "1.00"}, {"days_after": 1, "percent": "100.01"}):
        with pytest.raises(DomainError) as refused:
            load(
                payments.CHANGE_PLAN.request(),
                {"plan_id": "pln_01JD6ZK3V9Q4M8N2R5T7W0P10Y", "refund_brackets": [wrong]},
            )
        assert refused.value.error is INVALID_INPUT
