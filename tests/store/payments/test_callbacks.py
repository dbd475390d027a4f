"""Callbacks of providers: stored, answered, then applied, and each once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Context
from contracts import payments
from contracts.errors import DomainError
from tests.kit.existing import existing
from tests.store.payments.shop import OF_BOTH, Shop


def test_a_hundred_equal_callbacks_have_one_effect(shop: Shop) -> None:
    """P-3, P-25: 100 times, 20 in parallel: one row, one effect, all answered success."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number))
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: shop.callback(told), range(100)))
    assert {answer["body"] for answer in answers} == {'{"code":"SUCCESS"}'}
    assert shop.database.callbacks.count_documents({}) == 1
    shop.apply_callbacks()
    shop.apply_callbacks()
    assert sale.state == "paid"
    assert len(shop.told(payments.ORDER_PAID)) == 1
    assert shop.ledger()["provider_clearing"] == 300_000


@OF_BOTH
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount": {"amount": 299_999, "currency": "CNY"}}, "capture_matches_amount"),
        ({"amount": {"amount": 300_000, "currency": "USD"}}, "capture_matches_currency"),
        ({"merchant_id": "somebody-else"}, "capture_matches_merchant"),
        ({"number": "P0"}, "capture_has_an_order"),
    ],
)
def test_a_capture_that_is_not_ours_has_no_effect(
    shop: Shop, changes: dict[str, Any], rule: str
) -> None:
    """P-24: each field altered: no grant, shown to operators once."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number), **changes)
    shop.callback(told)
    shop.callback({**told, "id": "again"})
    shop.apply_callbacks()
    assert sale.state == "open"
    assert {row["problem"] for row in shop.app.incidents.open()} == {rule}
    assert shop.ledger() == {}
    states = {row["state"] for row in shop.database.callbacks.find()}
    assert states == {"refused"}


@OF_BOTH
def test_an_unsigned_callback_leaves_no_row(shop: Shop) -> None:
    """P-20: refused before anything is stored."""
    sale = shop.ordered()
    sale.open_payment()
    with pytest.raises(DomainError):
        shop.callback(sale.told("tx-1"), headers={"signed": "no"})
    assert shop.database.callbacks.count_documents({}) == 0


@OF_BOTH
def test_a_callback_is_stored_then_answered_then_applied(shop: Shop) -> None:
    """P-21: nothing has its effect before it is stored; a repeated one has none."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number))
    asked = shop.called_back(told)
    gateway = Context.for_system("gateway")
    answered = shop.app.callbacks.receive(asked, gateway)
    assert answered.view["status"] == 200
    assert sale.state == "open"
    assert existing(shop.database.callbacks.find_one())["state"] == "stored"
    assert shop.app.callbacks.receive(asked, gateway).then is None
    existing(answered.then)(gateway)
    assert sale.state == "paid"
    assert existing(shop.database.callbacks.find_one())["state"] == "applied"


@OF_BOTH
def test_callbacks_left_behind_are_applied_by_the_job(shop: Shop) -> None:
    """The worker died after its answer: the stored callback still has its effect."""
    sale = shop.ordered()
    sale.open_payment()
    shop.callback(sale.told(shop.bank.pay(sale.number)))
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
    shop.database.callbacks.update_many({}, {"$set": {"arrived_at": long_ago}})
    shop.run_jobs()
    assert sale.state == "paid"
    assert existing(shop.database.callbacks.find_one())["state"] == "applied"
