"""How far purchases have come, and paid orders that are announced again, for their owner."""

from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import payments
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE
from tests.kit.commits import changes
from tests.store.payments.shop import Sale, Shop

OWNER = Context.for_system("membership")
PAYING = ["open_payment", "cancel_order"]


def progress(shop: Shop, *purchase_ids: str) -> list[dict[str, Any]]:
    asked = {"purchase_ids": list(purchase_ids)}
    found = shop.ask(shop.app.purchases.progress, payments.LIST_PURCHASE_PROGRESS, OWNER, **asked)
    purchases: list[dict[str, Any]] = found["purchases"]
    return purchases


def of(shop: Shop, sale: Sale) -> dict[str, Any]:
    (found,) = progress(shop, sale.purchase["id"])
    return found


def tell_again(shop: Shop, order_id: str) -> None:
    answer = shop.ask(
        shop.app.purchases.tell_again, payments.TELL_PAID_AGAIN, OWNER, order_id=order_id
    )
    assert answer == {"order_id": order_id}


def test_what_can_be_ordered(shop: Shop) -> None:
    """What its payer may do is what the purchase itself shows them; unknown ones are left out."""
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    (found,) = progress(shop, purchase["id"], new_id("pur"))
    assert (found["purchase_id"], found["state"], found["order"]) == (purchase["id"], "open", None)
    shown = shop.ask(
        shop.app.purchases.get, payments.GET_PURCHASE, buyer, purchase_id=purchase["id"]
    )
    assert found["actions"] == shown["actions"] != []


def test_from_the_order_to_its_answer(shop: Shop) -> None:
    sale = shop.ordered()
    found = of(shop, sale)
    assert (found["order"]["state"], found["order"]["paid_at"]) == ("open", None)
    assert found["actions"] == PAYING
    sale.open_payment()
    sale.pay()
    found = of(shop, sale)
    assert found["order"]["paid_at"] is not None
    assert (found["order"]["id"], found["order"]["fulfilment"]) == (sale.order["id"], "pending")
    assert not set(found["actions"]) & {*PAYING, "refund_order"}


def test_an_order_that_went(shop: Shop) -> None:
    """Its purchase can be ordered again; no action is shown for what is over."""
    sale = shop.ordered()
    shop.ask(shop.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"])
    found = of(shop, sale)
    assert (found["order"], "order_purchase" in found["actions"]) == (None, True)


def test_a_paid_order_is_announced_again(shop: Shop) -> None:
    sale = shop.paid()
    tell_again(shop, sale.order["id"])
    first, second = shop.told(payments.ORDER_PAID)
    assert first.data == second.data
    assert len(changes(shop.database, "retry_purchase")) == 1


def test_nothing_is_announced_of_what_is_not_paid(shop: Shop) -> None:
    with pytest.raises(DomainError) as error:
        tell_again(shop, shop.ordered().order["id"])
    assert error.value.error is ORDER_WRONG_STATE
