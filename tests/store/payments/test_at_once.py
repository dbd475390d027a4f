"""What one person does twice or eight times at once (F21)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts import payments
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE
from services.payments.usecases.checkout.closing import OrderCloser
from tests.store.payments.shop import Sale, Shop


def cancel(sale: Sale) -> object:
    shop = sale.shop
    return shop.ask(
        shop.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"]
    )


def test_who_cancels_when_the_money_comes_is_told_the_order_s_state(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The money is recorded between the reading of the order and its end."""
    sale = shop.ordered()
    sale.open_payment()
    close = OrderCloser.close
    paid: list[str] = []

    def overtaken(closer: OrderCloser, order: object, ctx: object) -> object:
        if not paid:
            paid.append(sale.pay())
        return close(closer, order, ctx)  # type: ignore[arg-type]

    monkeypatch.setattr(OrderCloser, "close", overtaken)
    with pytest.raises(DomainError) as refused:
        cancel(sale)
    assert refused.value.error is ORDER_WRONG_STATE
    assert refused.value.params == {"current_state": "paid"}
    assert sale.state == "paid"


def test_cancelling_and_paying_at_once_has_one_outcome(shop: Shop) -> None:
    for _ in range(5):
        sale = shop.ordered()
        sale.open_payment()
        told = sale.told(shop.bank.pay(sale.number))
        together = threading.Barrier(2)

        def cancels(sale: Sale = sale, together: threading.Barrier = together) -> object:
            together.wait()
            with pytest.raises(DomainError) as refused:
                cancel(sale)
            return refused.value.error

        def pays(together: threading.Barrier = together, told: dict[str, Any] = told) -> object:
            together.wait()
            return shop.callback(told, apply=True)

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.submit(cancels), threads.submit(pays)
            assert first.result() is ORDER_WRONG_STATE
            second.result()
        assert sale.state == "paid"
        assert shop.unsettled() == 0


def test_eight_browsers_of_one_person_have_their_prices(shop: Shop) -> None:
    """Nobody is told to come again, and one quote is left with what it holds."""
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    for _ in range(3):
        with ThreadPoolExecutor(8) as threads:
            asked = [threads.submit(shop.quote, buyer, purchase) for _ in range(8)]
            assert {one.result()["total"]["amount"] for one in asked} == {300_000}
    assert shop.database.quotes.count_documents({"live": True}) == 1
    assert shop.price()["places_left"] == 99
