"""A public price that rose is told once, when the last place at the lower one is paid."""

from contracts import payments
from tests.kit.passes import OnePass
from tests.store.payments.shop import Shop


def tell(shop: Shop) -> list[tuple[int, int]]:
    """The steps and prices told after the job ran twice."""
    for _ in range(2):
        shop.app.steps.tell(OnePass(shop.clock.now(), "payments"))
    told = shop.told(payments.LADDER_STEP_REACHED)
    return [(event.data["step"], event.data["price"]["amount"]) for event in told]


def sell(shop: Shop, times: int) -> None:
    for _ in range(times):
        shop.paid()
    shop.run_jobs()


def test_each_rise_is_told_once(empty: Shop) -> None:
    """The cap is reached once; a refund lowers no price and raises none again."""
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 2, "places_before": 0, "cap": 315_000})
    sell(shop, 1)
    assert tell(shop) == []
    sell(shop, 1)
    assert tell(shop) == [(1, 310_000)]
    sell(shop, 4)
    assert tell(shop) == [(1, 310_000), (3, 315_000)]
    sell(shop, 2)
    assert tell(shop) == [(1, 310_000), (3, 315_000)]
    assert shop.price()["price"]["amount"] == 315_000


def test_what_closed_at_once_is_told_of_as_it_is_now(empty: Shop) -> None:
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    sell(shop, 3)
    assert tell(shop) == [(3, 330_000)]
