"""Jobs that ask providers: an account that does not answer is left alone for a while (R11)."""

import pytest

from contracts import membership
from tests.store.payments.shop import Sale, Shop

MANY = 7


def owed(shop: Shop) -> Sale:
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    return sale


def waiting(shop: Shop) -> Sale:
    sale = shop.ordered()
    sale.open_payment()
    return sale


@pytest.mark.parametrize(
    ("call", "prepare", "minutes"),
    [("query", waiting, 1), ("close", waiting, 31), ("refund", owed, 1)],
)
def test_a_silent_account_is_asked_three_times(
    shop: Shop, call: str, prepare: object, minutes: int
) -> None:
    assert callable(prepare)
    for _ in range(MANY):
        prepare(shop)
    shop.later(minutes=minutes)
    shop.bank.away = {shop.account["merchant_id"]}
    shop.bank.calls = []
    shop.run_jobs(3)
    assert shop.bank.calls.count(f"{call}.before") == 3
    shop.bank.away = set()
    shop.later(minutes=11)
    shop.run_jobs()
    assert shop.bank.calls.count(f"{call}.before") >= 3 + MANY
