"""Money counts from when its provider took it, not from when we heard of it (rules.md §2.3)."""

import datetime as dt

import pytest

from contracts import payments
from contracts.text import rfc3339
from tests.store.payments.conftest import START
from tests.store.payments.shop import Sale, Shop

MIDNIGHT = dt.datetime(2026, 3, 2, 16, 0, tzinfo=dt.UTC)  # in Shanghai


def paid_at(shop: Shop, told_at: dt.datetime | None) -> tuple[Sale, dict[str, object]]:
    """An order that is made before midnight, and what its owner is told after."""
    shop.clock.advance(MIDNIGHT - dt.timedelta(minutes=10) - shop.clock.now())
    sale = shop.ordered()
    sale.open_payment()
    transaction = shop.bank.pay(sale.number)
    shop.later(minutes=20)
    at = {} if told_at is None else {"paid_at": told_at.isoformat()}
    shop.callback(sale.told(transaction, **at))
    shop.apply_callbacks()
    (told,) = shop.told(payments.ORDER_PAID)
    return sale, told.data


@pytest.mark.parametrize(
    ("told_at", "paid_on", "at"),
    [
        (MIDNIGHT - dt.timedelta(minutes=1), "2026-03-02", MIDNIGHT - dt.timedelta(minutes=1)),
        (MIDNIGHT + dt.timedelta(minutes=1), "2026-03-03", MIDNIGHT + dt.timedelta(minutes=1)),
        (START - dt.timedelta(days=400), "2026-03-02", MIDNIGHT - dt.timedelta(minutes=10)),
        (MIDNIGHT + dt.timedelta(days=400), "2026-03-03", MIDNIGHT + dt.timedelta(minutes=10)),
        (None, "2026-03-03", MIDNIGHT + dt.timedelta(minutes=10)),
    ],
    ids=["before midnight", "after it", "before its order", "in the future", "no time"],
)
def test_the_day_of_a_payment_is_the_provider_s(
    shop: Shop, told_at: dt.datetime | None, paid_on: str, at: dt.datetime
) -> None:
    """R23: within what we know ourselves: after the order was made, not after now."""
    sale, told = paid_at(shop, told_at)
    assert (told["paid_on"], told["paid_at"]) == (paid_on, at)
    assert sale.now()["paid_at"] == rfc3339(at)
