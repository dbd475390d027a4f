"""From an order to the provider's page and back: where payers may go, and payments that ended."""

import itertools
import time
from typing import Any

import pytest

from contracts import payments
from contracts.errors import INVALID_INPUT, DomainError
from contracts.errors.payments import (
    ORDER_WRONG_STATE,
    PROVIDER_UNAVAILABLE,
    RETURN_HOST_NOT_ALLOWED,
)
from services.payments.adapters.provider import WayBack
from tests.store.payments.shop import Sale, Shop

SITE = "https://club.example.com"
ENDS = pytest.mark.parametrize("state", ["failed", "cancelled"])


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.neighbour.link_hosts = ["club.example.com"]
    return shop


def at_the_bank(sale: Sale) -> dict[str, Any]:
    return sale.shop.bank.payments["P" + sale.payment["id"].removeprefix("pay_")]


def ended(sale: Sale, state: str, **changes: Any) -> dict[str, Any]:
    """The body of the callback that says so."""
    number = "P" + sale.payment["id"].removeprefix("pay_")
    told = sale.told(f"{number}-{state}", number=number, kind="end", state=state)
    return {**told, **changes}


def states(sale: Sale) -> list[str]:
    return [attempt["state"] for attempt in sale.now()["payments"]]


def test_the_page_says_what_is_paid_for_and_leads_back(shop: Shop) -> None:
    sale = shop.ordered()
    sale.open_payment(return_url=f"{SITE}/paid", cancel_url=f"{SITE}/cart?step=3")
    paid_for, order_id = at_the_bank(sale), sale.order["id"]
    assert paid_for["description"] == "医生圈 · 年度会员"
    assert paid_for["way_back"] == WayBack(
        f"{SITE}/paid?order_id={order_id}", f"{SITE}/cart?step=3&order_id={order_id}"
    )


def test_a_seat_s_page_has_the_community_alone(shop: Shop) -> None:
    """What it is called knows its owner; nothing leads back where nothing was said."""
    sale = shop.ordered(seat=True)
    sale.open_payment()
    assert at_the_bank(sale)["description"] == "医生圈"
    assert at_the_bank(sale)["way_back"] == WayBack()


@pytest.mark.parametrize("field", ["return_url", "cancel_url"])
def test_a_foreign_address_is_refused_and_nothing_is_opened(shop: Shop, field: str) -> None:
    sale = shop.ordered()
    for address in (
        "https://evil.example.com/paid",
        "https://club.example.com.evil.example/paid",
        "https://sub.club.example.com/",
    ):
        with pytest.raises(DomainError) as refused:
            sale.open_payment(**{field: address})
        assert refused.value.error is RETURN_HOST_NOT_ALLOWED
        assert refused.value.params["allowed"] == ["club.example.com"]
        assert [one.pointer for one in refused.value.fields] == [f"/{field}"]
    for address in (
        "http://club.example.com/",
        "https://club.example.com",
        "https://club.example.com:8443/",
        "https://li@club.example.com/",
        "https://club.example.com/?order_id=ord_2",
        "https://club.example.com/?",
        "https://[club.example.com/",
        "https://club.example.com/#paid",
        "javascript:alert(1)",
        "//club.example.com/",
        "https://club.example.com\\@evil.example/",
    ):
        with pytest.raises(DomainError) as refused:
            sale.open_payment(**{field: address})
        assert refused.value.error is INVALID_INPUT, address
        assert [one.pointer for one in refused.value.fields] == [f"/{field}"]
    assert sale.now()["payments"] == []
    assert shop.bank.payments == {}


def test_a_site_that_is_being_written_is_on_this_machine(shop: Shop) -> None:
    """Outside of production."""
    sale = shop.ordered()
    sale.open_payment(return_url="http://localhost:5173/paid")
    back = at_the_bank(sale)["way_back"].return_url
    assert back == f"http://localhost:5173/paid?order_id={sale.order['id']}"


def test_a_host_counts_as_soon_as_it_is_allowed_and_for_a_minute_after(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of real time: the business clock may be moved by days."""
    sale = shop.ordered()
    with pytest.raises(DomainError):
        sale.open_payment(return_url="https://new.example.com/")
    shop.neighbour.link_hosts = ["new.example.com"]
    sale.open_payment(return_url="https://new.example.com/")
    shop.neighbour.link_hosts = []
    shop.later(minutes=2)
    other = shop.ordered()
    other.open_payment(return_url="https://new.example.com/")
    kept = shop.app.payments._pages._kept
    monkeypatch.setattr(kept, "_now", lambda: time.monotonic() + 60)
    last = shop.ordered()
    with pytest.raises(DomainError) as refused:
        last.open_payment(return_url="https://new.example.com/")
    assert refused.value.params["allowed"] == "–"


def test_membership_is_asked_once_in_a_minute(shop: Shop) -> None:
    shop.ordered().open_payment(return_url=f"{SITE}/paid")
    asked = len(shop.neighbour.asked)
    for _ in range(3):
        shop.ordered().open_payment(return_url=f"{SITE}/paid", cancel_url=f"{SITE}/cart")
    assert len(shop.neighbour.asked) == asked


@ENDS
def test_a_payment_that_ended_leaves_its_order_to_be_paid_again(shop: Shop, state: str) -> None:
    """It keeps price, place and coupon; the next attempt has a number of its own."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    first = sale.payment["id"]
    at_the_bank(sale)["open"] = False
    told = ended(sale, state)
    for _ in range(2):
        shop.callback(told, apply=True)
    assert states(sale) == [state]
    assert sale.state == "open"
    sale.open_payment()
    assert sale.payment["id"] != first
    number = "P" + sale.payment["id"].removeprefix("pay_")
    shop.callback(sale.told(shop.bank.pay(number), number=number), apply=True)
    assert sale.state == "paid"
    assert states(sale) == [state, "confirmed"]
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.ledger()["provider_clearing"] == 280_000


@ENDS
def test_a_lost_callback_is_found_by_asking(shop: Shop, state: str) -> None:
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.end("P" + sale.payment["id"].removeprefix("pay_"), state)
    shop.later(seconds=11)
    shop.run_jobs()
    assert states(sale) == [state]
    sale.open_payment()
    assert sale.payment["state"] == "pending"


@ENDS
def test_money_that_came_is_not_taken_back_by_a_late_end(shop: Shop, state: str) -> None:
    """Out of order: the capture counts, whichever is told first."""
    sale = shop.ordered()
    sale.open_payment()
    number = "P" + sale.payment["id"].removeprefix("pay_")
    capture = sale.told(shop.bank.pay(number), number=number)
    shop.callback(capture, apply=True)
    shop.callback(ended(sale, state), apply=True)
    assert (states(sale), sale.state) == (["confirmed"], "paid")
    other = shop.ordered()
    other.open_payment()
    number = "P" + other.payment["id"].removeprefix("pay_")
    shop.callback(ended(other, state), apply=True)
    shop.callback(other.told(shop.bank.pay(number), number=number), apply=True)
    assert (states(other), other.state) == (["confirmed"], "paid")
    assert shop.ledger()["provider_clearing"] == 600_000


def test_in_whichever_order_news_comes_the_order_is_paid_once(shop: Shop) -> None:
    """A capture, both kinds of ends and an answer to a question, each told twice."""
    for order in itertools.permutations(("capture", "failed", "cancelled", "asked")):
        sale = shop.ordered()
        sale.open_payment()
        number = "P" + sale.payment["id"].removeprefix("pay_")
        capture = sale.told(shop.bank.pay(number), number=number)
        for news in order:
            if news == "asked":
                shop.later(seconds=30)
                shop.run_jobs()
                continue
            told = capture if news == "capture" else ended(sale, news)
            for _ in range(2):
                shop.callback(told, apply=True)
        assert (states(sale), sale.state) == (["confirmed"], "paid"), order
        assert sale.now()["refunds"] == []
    assert shop.ledger()["provider_clearing"] == 24 * 300_000


@ENDS
def test_an_end_of_something_else_changes_nothing(shop: Shop, state: str) -> None:
    sale = shop.ordered()
    sale.open_payment()
    shop.callback(ended(sale, state, number="P" + "0" * 26), apply=True)
    shop.callback(ended(sale, state, id="n-2", merchant_id="somebody-else"), apply=True)
    assert states(sale) == ["pending"]
    assert {row["state"] for row in shop.database.callbacks.find()} == {"refused"}


def test_who_gave_up_can_cancel_the_order_too(shop: Shop) -> None:
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.end("P" + sale.payment["id"].removeprefix("pay_"), "cancelled")
    shop.callback(ended(sale, "cancelled"), apply=True)
    cancel = shop.app.orders.cancel
    shop.ask(cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"])
    assert sale.state == "cancelled"
    with pytest.raises(DomainError) as over:
        sale.open_payment()
    assert over.value.error is ORDER_WRONG_STATE


def test_the_first_addresses_of_an_attempt_stay(shop: Shop) -> None:
    """Also where its creation is repeated: a silent provider got them perhaps."""
    sale = shop.ordered()
    shop.bank.silent = {"create": "after"}
    with pytest.raises(DomainError) as silent:
        sale.open_payment(return_url=f"{SITE}/first")
    assert silent.value.error is PROVIDER_UNAVAILABLE
    shop.bank.silent = {}
    sale.open_payment(return_url=f"{SITE}/second")
    assert at_the_bank(sale)["way_back"].return_url.startswith(f"{SITE}/first?")
