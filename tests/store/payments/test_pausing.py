"""Purchases whose owner is about to withdraw them (rules.md §1.10): closed first, money wins."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors.payments import (
    PAYMENT_UNDER_WAY,
    PROVIDER_UNAVAILABLE,
    PURCHASE_WRONG_STATE,
)
from tests.kit.existing import existing
from tests.store.membership.test_races import at_once
from tests.store.payments.shop import Sale, Shop
from tests.store.payments.test_one_step import Killed, kill_at


def pause(shop: Shop, purchase: dict[str, Any]) -> str | None:
    paused = shop.ask(
        shop.app.pauses.pause,
        payments.PAUSE_PURCHASE,
        Context.for_system("membership"),
        community_id=shop.community_id,
        purchase_id=purchase["id"],
    )
    return paused["paused_until"]


def refused(shop: Shop, purchase: dict[str, Any]) -> DomainError:
    with pytest.raises(DomainError) as error:
        pause(shop, purchase)
    return error.value


def test_an_open_order_is_closed_and_everything_is_free(shop: Shop) -> None:
    """What it held goes back, and nobody orders again for a minute; then it can be paid as ever,
    if its owner died over it."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    until = pause(shop, sale.purchase)
    assert until == "2026-03-02T04:01:00.000Z"
    assert sale.state == "cancelled"
    assert shop.unsettled() == 0
    with pytest.raises(DomainError) as error:
        shop.quote(sale.buyer, sale.purchase)
    assert error.value.params["current_state"] == "withdrawn"
    assert pause(shop, sale.purchase) == until  # asked again
    shop.later(minutes=1)
    again = shop.quote(sale.buyer, sale.purchase, "WELC2ME")
    pause(shop, sale.purchase)  # a quote goes, too
    assert existing(shop.database.quotes.find_one({"_id": again["id"]}))["state"] == "expired"
    assert shop.unsettled() == 0


def test_money_wins(shop: Shop) -> None:
    """Paid and told, paid and found only now, paid with nothing: refused with the state."""
    told, found = shop.paid(), shop.ordered()
    found.open_payment()
    shop.bank.pay(found.number)
    for sale in (told, found):
        error = refused(shop, sale.purchase)
        assert (error.error, error.params["current_state"]) == (PURCHASE_WRONG_STATE, "paid")
        assert sale.state == "paid"


def test_nobody_knows_whether_money_came(shop: Shop) -> None:
    """A provider that is silent: the order stays open, and is closed when it answers."""
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.silent["close"] = "before"
    assert refused(shop, sale.purchase).error is PROVIDER_UNAVAILABLE
    assert sale.state == "open"
    shop.bank.silent.clear()
    assert pause(shop, sale.purchase) is not None
    assert sale.state == "cancelled"


def test_a_part_of_a_transfer_came(shop: Shop) -> None:
    """Money on its way: nothing is closed, and nothing goes back."""
    shop.take_transfers()
    sale = shop.transferring()
    sale.confirm(100_000)
    error = refused(shop, sale.purchase)
    assert (error.error, error.params["current_state"]) == (PAYMENT_UNDER_WAY, "open")
    assert (sale.state, shop.database.refunds.count_documents({})) == ("open", 0)
    unpaid = shop.transferring()
    assert pause(shop, unpaid.purchase) is not None
    assert unpaid.state == "cancelled"


def test_what_nobody_can_pay_needs_no_pause(shop: Shop) -> None:
    """Not opened yet, or withdrawn before."""
    assert pause(shop, {"id": new_id("pur")}) is None
    sale = shop.ordered()
    told = {"purchase_id": sale.purchase["id"], "community_id": shop.community_id, "reason": "x"}
    shop.deliver(membership.PURCHASE_WITHDRAWN, told)
    assert pause(shop, sale.purchase) is None


@pytest.mark.parametrize("repetition", range(5))
def test_ordering_and_pausing_at_once(shop: Shop, repetition: int) -> None:
    """Whoever was first, afterwards no order is open."""
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase)
    at_once([partial(shop.order, buyer, quote), partial(pause, shop, purchase)])
    assert shop.database.orders.count_documents({"open": True}) == 0
    assert shop.unsettled() == 0


POINTS = (
    "payments.after_pause",
    "payments.after_provider_close",
    "payments.after_order_closed",
    "payments.after_quote_ended",
)


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_between_any_two_steps_is_made_up_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Asked again it does the rest; never asked again, the purchase can be paid in a minute."""
    sale = shop.ordered()
    sale.open_payment()
    shop.later(minutes=1)
    if point == "payments.after_quote_ended":
        sale = Sale(shop, buyer := shop.person(), shop.purchase(buyer), {}, {})
        shop.quote(buyer, sale.purchase)
    with monkeypatch.context() as dying:
        kill_at(dying, point)
        with pytest.raises(Killed):
            pause(shop, sale.purchase)
    shop.later(minutes=1)
    if sale.order:
        shop.run_jobs()
        assert pause(shop, sale.purchase) is not None
        assert sale.state == "cancelled"
    shop.later(minutes=2)
    shop.run_jobs()
    if sale.order:
        assert shop.unsettled() == 0
    assert shop.quote(sale.buyer, sale.purchase)["total"]["amount"] == 300_000


def test_each_opening_has_a_promise_of_its_own(shop: Shop) -> None:
    """rules.md §1.10, §3.3: judged anew the applicant keeps the price of the first handing-in where
    that is what is locked; after a lapse the price of that day counts."""
    shop.sell(price_lock="at_application", ladder={"step": 10_000, "every": 1, "places_before": 0})
    buyer = shop.person()
    applied = shop.applied(buyer)
    shop.deliver(membership.APPLICATION_SUBMITTED, applied)
    handed_in = {"application_id": applied["application_id"], "submitted_at": shop.clock.now()}

    def price(event: Any, opening: int) -> int:
        told = shop.approval(buyer, **handed_in, opening=opening)
        shop.deliver(event, told)
        quote = shop.quote(buyer, shop.seen(buyer, told["term_id"]))
        pause(shop, {"id": payments.purchase_id_of(told["term_id"])})
        return int(quote["total"]["amount"])

    assert price(membership.APPLICATION_APPROVED, 1) == 300_000
    shop.later(hours=1)
    shop.paid()
    shop.later(hours=1)
    assert shop.price()["price"]["amount"] == 310_000
    assert price(membership.APPLICATION_APPROVED, 2) == 300_000
    assert price(membership.APPLICATION_REOPENED, 3) == 310_000
    assert shop.clock.now() - handed_in["submitted_at"] == dt.timedelta(hours=2)
