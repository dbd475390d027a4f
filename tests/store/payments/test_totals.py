"""Kept totals of ledger and sales: exact when they are read, folded or not (S3)."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.ids import first_id_at
from contracts import membership, payments
from services.payments.store import Stores
from services.payments.store.books import totals as kept
from services.payments.usecases.books import totals as jobs
from tests.kit.passes import OnePass
from tests.store.payments.shop import Shop

Fold = Callable[[], None]


@pytest.fixture
def fold(monkeypatch: pytest.MonkeyPatch, empty: Shop) -> Fold:
    """A pass of the job, over all that is committed."""
    monkeypatch.setattr(jobs, "first_id_at", lambda prefix, _: first_id_at(prefix, LATER))
    return lambda: empty.app.totals.fold(one_pass(empty))


LATER = jobs.real_now().replace(year=2199)


def one_pass(shop: Shop, cursor: Any = None) -> Any:
    return OnePass(shop.clock.now(), "payments", cursor)


def refund_part(shop: Shop) -> None:
    sale = shop.paid()
    shop.ask(
        shop.app.refunds.refund_order,
        payments.REFUND_ORDER,
        shop.owner,
        order_id=sale.order["id"],
        amount={"amount": 100, "currency": "CNY"},
        reason="a part",
    )
    shop.settle_refunds()


def refuse(shop: Shop) -> None:
    shop.answer(membership.PURCHASE_REFUSED, shop.paid("WELC2ME"), "no")
    shop.settle_refunds(random.choice(["succeeded", "failed"]))


def sell(shop: Shop) -> None:
    """A paid order, beside others that are paid at the same time."""
    sale = shop.ordered()
    sale.open_payment()
    shop.callback(sale.told(shop.bank.pay(sale.number)), apply=True)


def pay_twice(shop: Shop) -> None:
    sale = shop.paid()
    transaction = shop.bank.pay(sale.number)
    shop.callback(sale.told(transaction), apply=True)
    shop.settle_refunds()


def expire(shop: Shop) -> None:
    shop.ordered().open_payment()
    shop.later(minutes=31)
    shop.run_jobs()


STEPS: list[Callable[[Shop], Any]] = [
    lambda shop: shop.paid(),
    lambda shop: shop.paid("WELC2ME"),
    lambda shop: shop.ordered("FREEQF"),
    lambda shop: shop.ordered(),
    refund_part,
    refuse,
    pay_twice,
    expire,
]


def in_the_books(shop: Shop) -> dict[str, int]:
    return {n: by for n, by in kept.recounted(shop.database, shop.community_id).items() if by}


@pytest.mark.parametrize("seed", range(3))
def test_kept_totals_are_those_of_a_recount(
    shop: Shop, stores: Stores, fold: Fold, seed: int
) -> None:
    chance = random.Random(seed)
    random.seed(seed)
    shop.coupon()
    shop.coupon("FREEQF", benefit={"kind": "percent_off", "percent": "100.00"})
    for _ in range(8):
        chance.choice(STEPS)(shop)
        if chance.random() < 0.4:
            fold()
        read = stores.totals.read(shop.community_id)
        assert {name: by for name, by in read.items() if by} == in_the_books(shop)
        assert sum(shop.ledger().values()) == 0
    fold()
    assert not shop.database.commits.find_one({"tally": {"$exists": True}})
    assert stores.totals.wrong(shop.community_id) == {}


def test_totals_are_exact_while_others_sell_and_fold(
    shop: Shop, stores: Stores, fold: Fold
) -> None:
    """Each reading is of one point in time: the ledger's sum is zero in all of them."""
    with ThreadPoolExecutor(6) as threads:
        selling = [threads.submit(sell, shop) for _ in range(12)]
        while not all(one.done() for one in selling):
            read, folded = threads.submit(shop.ledger), threads.submit(fold)
            read.result()
            folded.result()
        for one in selling:
            one.result()
    fold()
    assert shop.ledger()["provider_clearing"] == 12 * 300_000
    assert shop.sales()["orders_by_state"] == {"paid": 12}
    assert shop.sales()["paid_by_price"] == [
        {
            "purpose": "join",
            "list_price": {"amount": 300_000, "currency": "CNY"},
            "total": {"amount": 300_000, "currency": "CNY"},
            "count": 12,
        }
    ]


def test_the_night_finds_and_repairs_what_is_wrong(
    shop: Shop, stores: Stores, fold: Fold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D-19, P-5: in pieces, beside what is not folded yet."""
    monkeypatch.setattr(kept, "RECOUNTED_AT_ONCE", 2)
    for _ in range(3):
        shop.paid()
    fold()
    broken = f"{shop.community_id}:orders.paid"
    shop.database.totals.update_one({"_id": broken}, {"$inc": {"total": 5}})
    shop.database.totals.delete_one({"_id": f"{shop.community_id}:entries"})
    shop.paid()
    night = one_pass(shop, "2020-01-01")
    shop.app.totals.verify(night)
    assert shop.sales()["orders_by_state"] == {"paid": 4}
    assert stores.totals.read(shop.community_id)["entries"] == 4
    assert stores.totals.wrong(shop.community_id) == {}
    shop.database.totals.update_one({"_id": broken}, {"$inc": {"total": 1}})
    shop.app.totals.verify(one_pass(shop, night.cursor))  # once a night
    assert stores.totals.wrong(shop.community_id) == {"orders.paid": -1}


def test_what_was_there_before_totals_were_kept_is_counted(shop: Shop, stores: Stores) -> None:
    shop.paid()
    refuse(shop)
    before = (shop.ledger(), shop.sales())
    shop.database.totals.delete_many({})
    shop.database.commits.update_many({}, {"$unset": {"tally": ""}})
    migration = kept.keep_totals(7)
    for _ in range(2):  # it may be begun again
        migration.apply(shop.database, None)  # type: ignore[arg-type]
    assert (shop.ledger(), shop.sales()) == before


def test_months_before_they_were_kept_are_counted(shop: Shop, stores: Stores, fold: Fold) -> None:
    """Beside all other totals, which stay as they are; it may be begun again."""
    refund_part(shop)
    fold()
    before = stores.totals.read(shop.community_id)
    shop.database.totals.delete_many({"_id": {"$regex": ":month\\."}})
    migration = kept.keep_months(10)
    for _ in range(2):
        migration.apply(shop.database, None)  # type: ignore[arg-type]
    assert stores.totals.read(shop.community_id) == before
    assert before[f"month.{shop.clock.now():%Y-%m}.CNY.refunds"] == 100
