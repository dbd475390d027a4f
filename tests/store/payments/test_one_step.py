"""An order in one step: at the price that the buyer saw, or not at all."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis import crash
from chassis.context import Context, IdempotencyKey
from chassis.holds import Holds
from chassis.idempotency import Replayed
from chassis.ids import new_id
from contracts import payments
from contracts.errors import DomainError
from contracts.errors.payments import PRICE_CHANGED, PURCHASE_HAS_ORDER, PURCHASE_WRONG_STATE
from services.payments.store import Stores
from services.payments.store.coupons.coupons import RedemptionStore
from tests.kit.existing import existing
from tests.store.payments.shop import Sale, Shop


def keyed(buyer: Context) -> Context:
    key = IdempotencyKey(new_id("req"), "as-before", "payments.order_purchase")
    return dataclasses.replace(buyer, idempotency=key)


def holds_of(shop: Shop) -> list[tuple[str, str, str]]:
    """The references of all holds and slots that are not settled, by where they are."""
    found = [
        (name, hold["ref"], hold["state"])
        for name in ("ladder_steps", "coupon_counters")
        for counter in shop.database[name].find()
        for hold in counter["holds"]
    ]
    waiting = {"state": {"$in": ["held", "kept", "used"]}}
    slots = shop.database.redemptions.find(waiting)
    return sorted(found + [("redemptions", slot["ref"], slot["state"]) for slot in slots])


def kept_for(order_id: str) -> list[tuple[str, str, str]]:
    return [(name, order_id, "kept") for name in ("coupon_counters", "ladder_steps", "redemptions")]


def test_the_price_that_was_seen_makes_the_order(shop: Shop) -> None:
    """No quote stands between; everything is kept under the order's own id."""
    shop.coupon(limit=1)
    buyer = shop.person()
    order = shop.order_at_once(buyer, shop.purchase(buyer), "WELC2ME", total=280_000)
    assert (order["state"], order["quote_id"]) == ("open", None)
    assert order["total"] == {"amount": 280_000, "currency": "CNY"}
    assert [line["rule"] for line in order["trace"]] == ["ladder", "coupon", "total"]
    assert order["expires_at"] == (shop.clock.now() + dt.timedelta(minutes=30)).strftime(
        "%Y-%m-%dT%H:%M:%S.000Z"
    )
    assert shop.database.quotes.count_documents({}) == 0
    assert holds_of(shop) == kept_for(order["id"])
    shop.later(minutes=29)
    shop.run_jobs()
    assert holds_of(shop) == kept_for(order["id"])
    assert shop.price()["places_left"] == 99


def test_it_is_paid_like_any_other(shop: Shop) -> None:
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    order = shop.order_at_once(buyer, purchase, "WELC2ME", total=280_000)
    sale = Sale(shop, buyer, purchase, {}, order)
    sale.open_payment()
    sale.pay()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)
    assert (shop.price()["places_left"], shop.unsettled()) == (99, 0)


@pytest.mark.parametrize("seen", [279_999, 300_000])
def test_another_price_is_refused_with_a_fresh_quote_that_can_be_ordered(
    shop: Shop, seen: int
) -> None:
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, "WELC2ME", total=seen)
    assert refused.value.error is PRICE_CHANGED
    quote = existing(shop.database.quotes.find_one())
    assert refused.value.params == {
        "quote_id": quote["_id"],
        "total": 280_000,
        "currency": "CNY",
        "extra_days": 0,
    }
    assert shop.database.orders.count_documents({}) == 0
    assert {ref for _, ref, _ in holds_of(shop)} == {quote["_id"]}
    order = shop.order(buyer, {"id": quote["_id"]})
    assert (order["total"]["amount"], order["quote_id"]) == (280_000, quote["_id"])


def test_other_days_are_another_price(shop: Shop) -> None:
    shop.coupon(benefit={"kind": "extra_days", "days": 30})
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, "WELC2ME", total=300_000)
    assert refused.value.params["extra_days"] == 30
    order = shop.order_at_once(buyer, purchase, "WELC2ME", total=300_000, days=30)
    assert order["state"] == "open"


def test_a_live_quote_that_says_the_same_is_accepted(shop: Shop) -> None:
    """Its place is locked: it must not go to somebody else on the way."""
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0, "cap": None})
    buyer, other = shop.person(), shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase)
    assert shop.quote(other, shop.purchase(other))["total"]["amount"] == 310_000
    order = shop.order_at_once(buyer, purchase, total=300_000)
    assert (order["quote_id"], order["total"]["amount"]) == (quote["id"], 300_000)
    assert existing(shop.database.quotes.find_one({"_id": quote["id"]}))["state"] == "ordered"


def test_a_live_quote_that_says_something_else_is_replaced(shop: Shop) -> None:
    """Its slot, use and place serve the order: the payer's one use is not in their own way."""
    shop.coupon(limit=1)
    shop.coupon("AGA2NX", limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase, "WELC2ME")
    order = shop.order_at_once(buyer, purchase, "AGA2NX", "WELC2ME", total=280_000)
    assert existing(shop.database.quotes.find_one({"_id": quote["id"]}))["state"] == "replaced"
    assert holds_of(shop) == kept_for(order["id"])
    assert (shop.uses("WELC2ME"), shop.uses("AGA2NX")) == ((0, 0), (0, 1))
    (commit,) = shop.database.commits.find({"changes.action": "create_order"})
    assert [line["action"] for line in commit["changes"]] == ["quote_replaced", "create_order"]


def test_a_quote_kept_by_a_dead_order_serves_its_payer_again(shop: Shop, stores: Stores) -> None:
    """What a crash kept is ended first, so that one use of a coupon is enough."""
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase, "WELC2ME")
    counter = stores.coupon_counters.holds
    assert counter.keep(existing(shop.database.coupon_counters.find_one())["_id"], quote["id"])
    again = shop.quote(buyer, purchase, "WELC2ME")
    assert again["total"]["amount"] == 280_000
    assert {ref for _, ref, _ in holds_of(shop)} == {again["id"]}


def test_a_second_order_of_a_purchase_is_refused(shop: Shop) -> None:
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    order = shop.order_at_once(buyer, purchase, total=300_000)
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, total=300_000)
    assert refused.value.error is PURCHASE_HAS_ORDER
    assert refused.value.params == {"order_id": order["id"]}
    shop.later(minutes=31)
    again = shop.order_at_once(buyer, purchase, total=300_000)
    assert again["id"] != order["id"]
    assert shop.price()["places_left"] == 99


def test_somebody_elses_purchase_is_not_there(shop: Shop) -> None:
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(shop.person(), shop.purchase(shop.person()), total=300_000)
    assert refused.value.code == "request.object_not_found"


def test_nothing_to_pay_is_paid_at_once(shop: Shop) -> None:
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"})
    buyer = shop.person()
    order = shop.order_at_once(buyer, shop.purchase(buyer), "WELC2ME", total=0)
    assert (order["state"], shop.unsettled()) == ("paid", 0)


def test_past_its_pay_by_nothing_is_ordered(shop: Shop) -> None:
    buyer = shop.person()
    purchase = shop.purchase(buyer, pay_by=shop.clock.now())
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, total=300_000)
    assert refused.value.error is PURCHASE_WRONG_STATE
    assert holds_of(shop) == []


def test_late_money_takes_place_and_price_again(shop: Shop) -> None:
    """As for an order of a quote: under a reference of its own that names the order."""
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    order = shop.order_at_once(buyer, purchase, "WELC2ME", total=280_000)
    sale = Sale(shop, buyer, purchase, {}, order)
    sale.open_payment()
    shop.later(minutes=31)
    shop.run_jobs()
    assert (sale.state, holds_of(shop)) == ("expired", [])
    shop.bank.payments[sale.number]["open"] = True
    sale.pay()
    assert sale.state == "paid"
    stored = existing(shop.database.orders.find_one())
    assert stored["reservation_ref"].startswith(f"{order['id']}:hld_")
    assert (shop.uses("WELC2ME"), shop.unsettled()) == ((1, 0), 0)


# ── Repeated, at once, and killed ───────────────────────────────────────────────────────────────


def test_a_repeated_request_gets_its_order(shop: Shop) -> None:
    """H-13: the stored answer, whoever of the two comes first."""
    shop.coupon(limit=2, per_person=2)
    buyer = shop.person()
    purchase, ctx = shop.purchase(buyer), keyed(buyer)

    def ask(_: int) -> str:
        try:
            return shop.order_at_once(ctx, purchase, "WELC2ME", total=280_000)["id"]
        except Replayed as replayed:
            return existing(replayed.stored.answer)["id"]
        except DomainError as refused:
            # As the server does before it answers with an error of a keyed command.
            with pytest.raises(Replayed) as kept:
                shop.app.orders._uow.idempotency.store_error(ctx, refused)
            return existing(kept.value.stored.answer)["id"]

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(8)))
    (order,) = shop.database.orders.find()
    assert answers == {order["_id"]}
    # One that lost when it had kept a fresh quote of the same price leaves that to the sweeper.
    shop.later(minutes=16)
    shop.run_jobs(2)
    assert holds_of(shop) == kept_for(order["_id"])


@pytest.mark.parametrize("live", ["without a quote", "the same price", "another price"])
def test_many_at_once_make_one_order(shop: Shop, live: str) -> None:
    """Two tabs, a live quote between them: one order, and nothing held but what it holds."""
    shop.coupon(limit=40, per_person=40)
    for _ in range(4):
        buyer = shop.person()
        purchase = shop.purchase(buyer)
        if live != "without a quote":
            codes = ["WELC2ME"] if live == "the same price" else []
            shop.quote(buyer, purchase, *codes)

        def contend(
            number: int, buyer: Context = buyer, purchase: dict[str, Any] = purchase
        ) -> str:
            try:
                if number % 4 == 3:
                    return shop.quote(buyer, purchase, "WELC2ME")["id"]
                return shop.order_at_once(buyer, purchase, "WELC2ME", total=280_000)["id"]
            except DomainError as refused:
                return refused.code

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(contend, range(8)))
        orders = {answer for answer in answers if answer.startswith("ord_")}
        assert len(orders) == 1, answers
        refusals = {a for a in answers if not a.startswith(("ord_", "quo_"))}
        assert refusals <= {"payments.purchase_has_order"}
        shop.later(minutes=16)  # what was quoted besides is over
        shop.run_jobs()
        left = [ref for _, ref, _ in holds_of(shop)]
        serve = {row["reservation_ref"] for row in shop.database.orders.find({"open": True})}
        assert sorted(left) == sorted([*serve] * 3)


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, so no handler of errors either."""


def kill_after(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    real = getattr(owner, name)

    def dies(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, dies)


def kill_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    def dies(name: str) -> None:
        if name == point:
            raise Killed

    monkeypatch.setattr(crash, "point", dies)


KILLS = {
    "after the old quote's holds": lambda m: kill_at(m, "payments.after_holds_let_go"),
    "after the place": lambda m: kill_after(m, Holds, "take"),
    "after the slot": lambda m: kill_after(m, RedemptionStore, "take"),
    "after the use": lambda m: kill_after(m, Holds, "take_one_of"),
    "after all holds": lambda m: kill_at(m, "payments.after_holds_taken_for_order"),
    "before the commit": lambda m: kill_at(m, "uow.before_commit"),
    "after the commit": lambda m: kill_at(m, "uow.after_commit"),
    "after the order": lambda m: kill_at(m, "payments.after_order"),
}


@pytest.mark.parametrize("kill", KILLS)
def test_a_crash_between_any_two_steps_heals(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kill: str
) -> None:
    """Killed there and asked again with the same key: one order, every other hold free again."""
    shop.coupon(limit=2)
    shop.ordered()  # so that the step has its counter
    buyer = shop.person()
    purchase, ctx = shop.purchase(buyer), keyed(buyer)
    shop.quote(buyer, purchase)
    with monkeypatch.context() as dying:
        KILLS[kill](dying)
        with pytest.raises(Killed):
            shop.order_at_once(ctx, purchase, "WELC2ME", total=280_000)
    shop.later(seconds=20)  # no request is at work any more
    done = kill in ("after the commit", "after the order")
    try:
        order = shop.order_at_once(ctx, purchase, "WELC2ME", total=280_000)
        assert not done
    except (Replayed, DomainError):
        assert done
        order = {
            "id": existing(shop.database.orders.find_one({"purchase_id": purchase["id"]}))["_id"]
        }
    shop.later(minutes=2)
    shop.run_jobs()
    held = {
        row for row in holds_of(shop) if row[1] != existing(shop.database.quotes.find_one())["_id"]
    }
    assert shop.database.orders.count_documents({"purchase_id": purchase["id"]}) == 1
    assert kept_for(order["id"]) == sorted(row for row in held if row[1] == order["id"])
    assert (shop.uses("WELC2ME"), shop.price()["places_left"]) == ((0, 1), 98)
    assert len(holds_of(shop)) == 4


def test_an_order_that_was_never_made_leaves_nothing_for_long(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks again: the sweeper finds no order of the name and frees everything."""
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    with monkeypatch.context() as dying:
        kill_at(dying, "uow.before_commit")
        with pytest.raises(Killed):
            shop.order_at_once(buyer, purchase, "WELC2ME", total=280_000)
    assert len(holds_of(shop)) == 3
    shop.run_jobs()
    assert len(holds_of(shop)) == 3  # a request may be at work on it
    shop.later(seconds=61)
    shop.run_jobs()
    assert holds_of(shop) == []
    assert shop.told(payments.ORDER_PAID) == []
