"""Money at the wrong time: late, twice, or for what was withdrawn."""

import datetime as dt
from typing import Any

import pytest

from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PURCHASE_WRONG_STATE
from tests.kit.existing import existing
from tests.store.payments.shop import OF_BOTH, Sale, Shop


def expired_sale(shop: Shop, *codes: str) -> tuple[Sale, dict[str, Any]]:
    """An order that expired before its payer's money was reported."""
    sale = shop.ordered(*codes)
    sale.open_payment()
    transaction = f"late-{sale.number}"
    shop.later(minutes=31)
    shop.run_jobs()
    assert sale.state == "expired"
    shop.bank.payments[sale.number]["open"] = True
    shop.bank.pay(sale.number, transaction)
    return sale, sale.told(transaction)


def test_late_money_takes_its_place_and_price_again(shop: Shop) -> None:
    """product.md §3: late payment after expiry: try to take place and price again."""
    shop.coupon(limit=1)
    sale, told = expired_sale(shop, "WELC2ME")
    shop.later(days=2)
    shop.callback(told)
    shop.apply_callbacks()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.price()["places_left"] == 99
    assert shop.unsettled() == 0
    assert len(shop.told(payments.ORDER_PAID)) == 1


def test_late_money_whose_price_is_gone_goes_back(shop: Shop) -> None:
    """P-14: never swallowed: refunded in full, and the payer is told."""
    shop.coupon(limit=1)
    sale, told = expired_sale(shop, "WELC2ME")
    shop.paid("WELC2ME")
    shop.callback(told)
    shop.apply_callbacks()
    assert sale.state == "expired"
    assert shop.ledger()["suspense"] == 0
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["reason"] == "late_payment"
    assert (back.data["full"], back.data["fulfilled"]) == (True, False)
    assert back.data["amount"]["amount"] == 280_000
    assert shop.ledger()["provider_clearing"] == 280_000
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.unsettled() == 0


@OF_BOTH
def test_money_of_an_old_attempt_beside_a_paid_order_goes_back(shop: Shop) -> None:
    """product.md §3: second payment of one order: keep the first, refund the second."""
    sale = shop.ordered()
    sale.open_payment()
    first = sale.number
    row = existing(shop.database.payments.find_one())
    shop.bank.payments[first]["open"] = False
    shop.later(seconds=15)
    shop.run_jobs()
    assert sale.now()["payments"][0]["state"] == "cancelled"
    sale.open_payment()
    second = existing(shop.database.payments.find_one({"live": True}))["out_trade_no"]
    assert second != first
    shop.bank.pay(second, "tx-second")
    shop.callback(sale.told("tx-second", number=second))
    shop.apply_callbacks()
    assert sale.state == "paid"
    shop.bank.payments[first]["open"] = True
    shop.bank.pay(first, "tx-first")
    shop.callback(sale.told("tx-first", number=first))
    shop.apply_callbacks()
    shop.settle_refunds()
    assert sale.state == "paid"
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert (back.data["full"], back.data["reason"]) == (False, "second_payment")
    (refund,) = sale.now()["refunds"]
    assert refund["state"] == "done"
    assert existing(shop.database.refunds.find_one())["payment_id"] == row["_id"]
    assert shop.ledger()["provider_clearing"] == sale.order["total"]["amount"]
    assert shop.ledger()["suspense"] == 0


@OF_BOTH
def test_money_that_came_twice_under_one_number_goes_back_once(shop: Shop) -> None:
    """Paid in two channels: the second transaction is its own capture, refunded once."""
    sale = shop.paid()
    transaction = shop.bank.pay(sale.number, "tx-again")
    for notice in ("one", "two"):
        shop.callback(sale.told(transaction, id=notice))
        shop.apply_callbacks()
    shop.settle_refunds()
    assert len(shop.told(payments.ORDER_REFUNDED)) == 1
    assert shop.ledger()["provider_clearing"] == sale.order["total"]["amount"]
    assert sale.state == "paid"


def withdraw(shop: Shop, sale: Sale, reason: str) -> None:
    shop.deliver(
        membership.PURCHASE_WITHDRAWN,
        {
            "purchase_id": sale.purchase["id"],
            "community_id": shop.community_id,
            "reason": reason,
        },
    )


def test_a_withdrawn_purchase_ends_its_order_and_cannot_be_quoted(shop: Shop) -> None:
    """architecture.md §5a: the owner withdraws; payments closes the order."""
    sale = shop.ordered()
    sale.open_payment()
    withdraw(shop, sale, "application_withdrawn")
    assert sale.state == "cancelled"
    with pytest.raises(DomainError) as refused:
        shop.open_payment(sale.buyer, sale.order)
    assert refused.value.error is ORDER_WRONG_STATE
    shop.run_jobs()
    assert not shop.bank.payments[sale.number]["open"]
    assert shop.price()["places_left"] == 100
    with pytest.raises(DomainError) as refused:
        shop.quote(sale.buyer, sale.purchase)
    assert refused.value.error is PURCHASE_WRONG_STATE
    assert refused.value.params == {"current_state": "withdrawn"}


@OF_BOTH
def test_money_for_a_withdrawn_purchase_goes_back(shop: Shop) -> None:
    """architecture.md §5a: what still arrives is refunded."""
    sale = shop.ordered()
    sale.open_payment()
    withdraw(shop, sale, "application_withdrawn")
    sale.pay()
    assert sale.state == "cancelled"
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["reason"] == "late_payment"
    assert shop.told(payments.ORDER_PAID) == []
    assert shop.unsettled() == 0


def test_money_after_a_lapse_is_offered_to_the_owner(shop: Shop) -> None:
    """product.md §2: payment after a lapse: the owner decides whether it still holds."""
    pay_by = shop.clock.now() + dt.timedelta(minutes=20)
    buyer = shop.person()
    purchase = shop.purchase(buyer, pay_by=pay_by)
    order = shop.order(buyer, shop.quote(buyer, purchase))
    assert order["expires_at"] == purchase["pay_by"]
    payment = shop.open_payment(buyer, order)
    number = payment["pay_url"].rpartition("/")[2]
    shop.later(minutes=21)
    with pytest.raises(DomainError) as refused:
        shop.quote(buyer, purchase)
    assert refused.value.params == {"current_state": "lapsed"}
    shop.deliver(
        membership.PURCHASE_WITHDRAWN,
        {
            "purchase_id": purchase["id"],
            "community_id": shop.community_id,
            "reason": "application_lapsed",
            "lapsed": True,
        },
    )
    shop.run_jobs()
    shop.bank.payments[number]["open"] = True
    shop.bank.pay(number, "tx-lapsed")
    told = {
        "id": "n-lapsed",
        "kind": "payment",
        "number": number,
        "transaction": "tx-lapsed",
        "merchant_id": shop.account["merchant_id"],
        "amount": order["total"],
    }
    shop.callback(told)
    shop.apply_callbacks()
    assert [event.data["order_id"] for event in shop.told(payments.ORDER_PAID)] == [order["id"]]
