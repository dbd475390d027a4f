"""Money that is not what we asked for: an order waits for an operator, who ends it (P-24)."""

from typing import Any

import pytest

from contracts import payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.money import Money
from services.payments.store import Stores
from tests.store.payments.shop import Sale, Shop

WRONG = {"amount": 299_999, "currency": "CNY"}


def is_open(sale: Sale) -> bool:
    """Whether its order waits inside, whatever a reader sees."""
    stored = sale.shop.database.orders.find_one({"_id": sale.order["id"]})
    assert stored is not None
    return bool(stored["open"])


def refused_sale(shop: Shop, amount: dict[str, Any] | None = None) -> Sale:
    """An expired order whose provider took another amount than we asked for."""
    sale = shop.ordered()
    sale.open_payment()
    asked = Money(**(amount or WRONG))
    shop.bank.payments[sale.number]["amount"] = asked
    shop.bank.pay(sale.number, f"tx-{sale.number}")
    shop.later(minutes=31)
    shop.run_jobs(2)
    assert sale.now()["state"] == "expired"  # as its time is over; it is open inside
    assert is_open(sale)
    return sale


def test_the_money_goes_back_and_the_order_ends(shop: Shop) -> None:
    """R21: recorded at its own amount, in suspense, and given back; nothing is held any more."""
    sale = refused_sale(shop)
    with pytest.raises(DomainError):
        shop.quote(sale.buyer, sale.purchase)  # its order is in the way
    incidents = shop.app.incidents.open()
    shop.app.incidents.resolve(incidents[-1]["_id"], None, shop.owner, refund=True)
    assert shop.app.incidents.open() == []
    assert not is_open(sale)
    assert shop.unsettled() == 0
    shop.quote(sale.buyer, sale.purchase)
    assert shop.ledger()["suspense"] == 0
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert (back.data["amount"]["amount"], back.data["reason"]) == (299_999, "wrong_payment")
    assert (back.data["full"], back.data["fulfilled"]) == (True, False)
    assert shop.ledger()["provider_clearing"] == 0
    assert shop.told(payments.ORDER_PAID) == []


@pytest.mark.parametrize("again", ["command", "callback"])
def test_what_is_resolved_is_resolved_once(shop: Shop, again: str) -> None:
    sale = refused_sale(shop)
    for incident in shop.app.incidents.open():
        shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=True)
    if again == "command":
        row = shop.database.provider_incidents.find_one({"problem": "capture_matches_amount"})
        assert row is not None
        shop.app.incidents.resolve(row["_id"], None, shop.owner, refund=True)
    else:
        shop.callback(sale.told(f"tx-{sale.number}", amount=WRONG))
        shop.apply_callbacks()
    assert shop.database.refunds.count_documents({}) == 1
    assert shop.app.incidents.open() == []


def test_money_in_another_currency_goes_back_in_it(shop: Shop) -> None:
    refused_sale(shop, {"amount": 300_000, "currency": "USD"})
    incident = shop.app.incidents.open()[0]
    shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=True)
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["amount"] == {"amount": 300_000, "currency": "USD"}


def test_money_that_is_not_with_us_only_ends_the_order(shop: Shop) -> None:
    sale = refused_sale(shop)
    incident = shop.app.incidents.open()[0]
    shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=False)
    assert not is_open(sale)
    assert (shop.ledger(), shop.database.refunds.count_documents({})) == ({}, 0)
    assert shop.app.incidents.open() == []


def test_the_right_money_that_comes_after_all_is_late_money(shop: Shop) -> None:
    """The wrong capture has a row of its own: the attempt still knows what it asked for."""
    sale = refused_sale(shop)
    incident = shop.app.incidents.open()[0]
    shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=True)
    shop.callback(sale.told("tx-right"))
    shop.apply_callbacks()
    assert sale.state == "paid"


def test_a_capture_without_an_attempt_needs_the_name_of_its_order(
    shop: Shop, stores: Stores
) -> None:
    """As after a restore: the provider knows of a payment that we do not."""
    sale = shop.ordered()
    shop.bank.payments["P-lost"] = {
        "merchant_id": shop.account["merchant_id"],
        "amount": Money(300_000, "CNY"),
        "paid": [],
        "open": True,
    }
    shop.bank.pay("P-lost", "tx-lost")
    told = {
        "id": "n-lost",
        "kind": "payment",
        "number": "P-lost",
        "transaction": "tx-lost",
        "merchant_id": shop.account["merchant_id"],
        "amount": {"amount": 300_000, "currency": "CNY"},
    }
    shop.callback(told)
    shop.apply_callbacks()
    (incident,) = shop.app.incidents.open()
    resolve = shop.app.incidents.resolve
    for unknown in (None, "ord_00000000000000000000000000"):
        with pytest.raises(DomainError) as refused:
            resolve(incident["_id"], unknown, shop.owner, refund=True)
        assert refused.value.error is OBJECT_NOT_FOUND
    resolve(incident["_id"], sale.order["id"], shop.owner, refund=True)
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["order_id"] == sale.order["id"]
    shop.callback({**told, "id": "again"})
    shop.apply_callbacks()
    assert shop.app.incidents.open() == []


def test_an_incident_about_a_refund_is_only_noted(shop: Shop) -> None:
    told = {"id": "n", "kind": "refund", "number": "R0", "state": "succeeded", "amount": WRONG}
    shop.callback(told)
    shop.apply_callbacks()
    (incident,) = shop.app.incidents.open()
    with pytest.raises(DomainError):
        shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=True)
    shop.app.incidents.resolve(incident["_id"], None, shop.owner, refund=False)
    assert shop.app.incidents.open() == []
