"""Many at once for what is limited, with threads on a real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from prometheus_client import REGISTRY

from contracts import membership, payments
from contracts.errors import DomainError
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture
from services.payments.usecases.stock.reservations import Reservation
from tests.kit.existing import existing
from tests.store.payments.shop import OF_BOTH, Sale, Shop

AT_ONCE = 16
CROWD = 64

T = TypeVar("T")


def at_once(do: Callable[[int], T], count: int, most: int = AT_ONCE) -> list[T]:
    with ThreadPoolExecutor(most) as threads:
        return list(threads.map(do, range(count)))


def outcome(do: Callable[[], T]) -> T | str:
    """What `do` returns, or the code of its refusal."""
    try:
        return do()
    except DomainError as error:
        return error.code


def account_of(shop: Shop) -> ProviderAccount:
    """The account as it is stored."""
    stored: Any = existing(shop.database.provider_accounts.find_one())
    return stored


@pytest.mark.timeout(180)
def test_a_coupon_limit_is_exact_under_a_hundredfold_demand(shop: Shop) -> None:
    """P-11, I-5: limit L with 100 x L contenders gives exactly L."""
    limit = 4
    shop.coupon(limit=limit)
    shop.sell(ladder=None)

    def contend(_: int) -> int:
        buyer = shop.person()
        return shop.quote(buyer, shop.purchase(buyer), "WELC2ME")["discount"]["amount"]

    discounts = at_once(contend, 100 * limit)
    assert sum(amount > 0 for amount in discounts) == limit
    assert shop.uses("WELC2ME") == (0, limit)
    assert shop.database.redemptions.count_documents({}) == limit


@pytest.mark.timeout(180)
def test_the_ladder_boundary_is_exact(shop: Shop) -> None:
    """I-6, P-10: buyers 5,101 to 5,200 pay the base, the 5,201st pays a step more."""

    def buy(_: int) -> dict[str, Any]:
        sale = shop.ordered()
        sale.open_payment()
        transaction = shop.bank.pay(sale.number)
        shop.callback(sale.told(transaction))
        callback: Any = existing(
            shop.database.callbacks.find_one({"body": {"$regex": transaction}})
        )
        shop.app.callbacks.apply(callback, sale.buyer)
        return sale.now()

    orders = at_once(buy, 107)
    assert {order["state"] for order in orders} == {"paid"}
    sold = {row["list_price"]["amount"]: row["count"] for row in shop.sales()["paid_by_price"]}
    assert sold == {300_000: 100, 310_000: 7}
    price = shop.price()
    assert (price["step"], price["places_left"]) == (1, 93)
    shop.run_jobs()
    assert existing(shop.database.ladder_steps.find_one({"step": 0}))["closed"]
    receipts = sorted(order["receipt_number"] for order in orders)
    assert receipts == [f"{number:08d}" for number in range(1, 108)]
    assert shop.ledger()["deferred_income"] == -(100 * 300_000 + 7 * 310_000)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("in_one_step", [False, True], ids=["quotes", "orders"])
def test_a_crowd_for_few_places_and_few_coupons_is_served_exactly(
    shop: Shop, in_one_step: bool
) -> None:
    """400 people, a step of 20 places and 10 uses of a coupon: exact, nobody refused for load."""
    shop.sell(ladder={"step": 10_000, "every": 20, "places_before": 0, "cap": None})
    shop.coupon(limit=10)
    buyers = [shop.person() for _ in range(400)]
    purchases = [shop.purchase(buyer) for buyer in buyers]

    def contend(number: int) -> str:
        buyer, purchase = buyers[number], purchases[number]
        if not in_one_step:
            return shop.quote(buyer, purchase, "WELC2ME")["id"]
        return outcome(lambda: shop.order_at_once(buyer, purchase, "WELC2ME", total=280_000)["id"])

    answers = at_once(contend, 400, CROWD)
    if in_one_step:
        assert set(answers) - {a for a in answers if a.startswith("ord_")} == {
            "payments.price_changed"
        }
        # A use goes to an order, or to who found the first step full and is quoted the next price.
        ordered = sum(answer.startswith("ord_") for answer in answers)
        quoted = shop.database.quotes.count_documents(
            {"live": True, "step": {"$gt": 0}, "discount.amount": {"$gt": 0}}
        )
        assert ordered > 0
        assert ordered + quoted == 10
    priced = [*shop.database.quotes.find({"live": True}), *shop.database.orders.find()]
    assert len(priced) == 400
    assert sorted(row["step"] for row in priced) == sorted([*range(20)] * 20)
    assert sum(row["discount"]["amount"] > 0 for row in priced) == 10
    assert shop.uses("WELC2ME") == (0, 10)
    steps = shop.database.ladder_steps.find(sort=[("step", 1)])
    assert [len(step["holds"]) for step in steps][:20] == [20] * 20


@pytest.mark.timeout(180)
def test_a_mailing_of_one_coupon_stops_nobody(shop: Shop) -> None:
    """S1: more checkouts at the same time than one counter bears, and no more than the limit."""
    shop.sell(ladder=None)
    shop.coupon(limit=600)
    assert shop.database.coupon_counters.count_documents({}) == 5

    def contend(_: int) -> int:
        buyer = shop.person()
        return shop.quote(buyer, shop.purchase(buyer), "WELC2ME")["discount"]["amount"]

    discounts = at_once(contend, 640, CROWD)
    assert sorted(discounts) == [0] * 40 + [20_000] * 600
    assert shop.uses("WELC2ME") == (0, 600)


@pytest.mark.timeout(180)
def test_a_large_step_is_filled_before_the_next_begins(shop: Shop) -> None:
    """Its places are shared by several counters; the price rises after the last of them."""
    shop.sell(ladder={"step": 10_000, "every": 150, "places_before": 0, "cap": None})

    def contend(_: int) -> int:
        buyer = shop.person()
        return shop.quote(buyer, shop.purchase(buyer))["total"]["amount"]

    prices = at_once(contend, 170, CROWD)
    assert sorted(prices) == [300_000] * 150 + [310_000] * 20
    price = shop.price()
    assert (price["step"], price["places_left"]) == (1, 130)
    shop.later(minutes=16)
    shop.run_jobs()
    price = shop.price()
    assert (price["step"], price["places_left"]) == (0, 150)


def test_one_person_gets_no_more_than_their_share(shop: Shop) -> None:
    """O-6: many sessions of one person; the limit per person holds."""
    shop.coupon(per_person=2)
    buyer = shop.person()
    purchases = []
    for _ in range(10):
        shop.sell(ladder=None)
        purchases.append(shop.purchase(buyer))

    def contend(index: int) -> int:
        return shop.quote(buyer, purchases[index], "WELC2ME")["discount"]["amount"]

    discounts = at_once(contend, len(purchases))
    assert sum(amount > 0 for amount in discounts) == 2


def test_a_person_has_one_live_quote_for_a_plan(shop: Shop) -> None:
    """product.md §3: one live quote per person and plan; the others gave everything back."""
    shop.coupon()
    buyer = shop.person()
    purchase = shop.purchase(buyer)

    def contend(_: int) -> str:
        return outcome(lambda: shop.quote(buyer, purchase, "WELC2ME")["id"])

    answers = at_once(contend, 24)
    assert all(answer.startswith("quo_") for answer in answers)
    assert shop.database.quotes.count_documents({"live": True}) == 1
    live = existing(shop.database.quotes.find_one({"live": True}))
    # So many at once may have filled a step and opened the next one.
    steps = shop.database.ladder_steps.find()
    assert [hold["ref"] for step in steps for hold in step["holds"]] == [live["_id"]]
    held = [row["ref"] for row in shop.database.redemptions.find()]
    assert held == ([live["_id"]] if live["coupon_id"] else [])


def test_one_quote_makes_one_order(shop: Shop) -> None:
    buyer = shop.person()
    quote = shop.quote(buyer, shop.purchase(buyer))

    def contend(_: int) -> str:
        return outcome(lambda: shop.order(buyer, quote)["id"])

    answers = at_once(contend, 16)
    assert shop.database.orders.count_documents({}) == 1
    assert set(answers) == {existing(shop.database.orders.find_one())["_id"]}


@OF_BOTH
def test_an_order_has_one_live_attempt(shop: Shop) -> None:
    sale = shop.ordered()

    def contend(_: int) -> str:
        return outcome(lambda: shop.open_payment(sale.buyer, sale.order)["id"])

    answers = set(at_once(contend, 16))
    assert len({answer for answer in answers if answer.startswith("pay_")}) == 1
    assert {a for a in answers if not a.startswith("pay_")} <= {"request.version_stale"}
    assert shop.database.payments.count_documents({}) == 1
    assert len(shop.bank.payments) == 1


@OF_BOTH
def test_refunds_of_everything_at_once_give_it_back_once(shop: Shop) -> None:
    """P-13: 20 parallel refunds of the full amount: one succeeds."""
    sale = shop.paid()

    def contend(_: int) -> str:
        asked = {"order_id": sale.order["id"], "reason": "all of it"}
        use_case, record = shop.app.refunds.refund_order, payments.REFUND_ORDER
        return outcome(lambda: shop.ask(use_case, record, shop.owner, **asked)["state"])

    answers = at_once(contend, 20)
    assert answers.count("created") == 1
    assert set(answers) - {"created"} <= {"payments.refund_too_large", "request.version_stale"}
    shop.settle_refunds()
    assert shop.ledger()["provider_clearing"] == 0


def test_one_capture_reported_from_everywhere_pays_once(shop: Shop) -> None:
    """Callback, query and closing at the same time: one effect."""
    sale = shop.ordered()
    sale.open_payment()
    transaction = shop.bank.pay(sale.number)
    account = account_of(shop)
    (capture,) = shop.bank.query_payment(account, sale.number).captures

    def report(index: int) -> str:
        cause = f"race:{index}"
        return outcome(
            lambda: str(shop.app.captures.record(account, capture, sale.buyer, cause=cause))
        )

    assert set(at_once(report, 16)) <= {"True", "request.version_stale"}
    assert sale.state == "paid"
    assert len(shop.told(payments.ORDER_PAID)) == 1
    rows = list(shop.database.payments.find({"transaction_id": transaction}))
    assert len(rows) == 1
    assert shop.ledger()["provider_clearing"] == 300_000
    assert shop.unsettled() == 0


@OF_BOTH
def test_receipts_of_one_process_never_collide(shop: Shop) -> None:
    """Who needs the next receipt number waits for their turn: no transaction is begun twice."""
    sales = [shop.ordered() for _ in range(24)]
    for sale in sales:
        sale.open_payment()
    account = account_of(shop)
    captures: list[Capture] = []
    for sale in sales:
        shop.bank.pay(sale.number)
        captures += shop.bank.query_payment(account, sale.number).captures
    begun = _begun()
    at_once(
        lambda index: shop.app.captures.record(account, captures[index], sale.buyer, cause="race"),
        len(captures),
    )
    assert _begun() - begun == len(sales)
    receipts = sorted(order["receipt_number"] for order in shop.database.orders.find())
    assert receipts == [f"{number:08d}" for number in range(1, 25)]


def _begun() -> float:
    return REGISTRY.get_sample_value("coterie_uow_attempts_total") or 0


@OF_BOTH
def test_a_withdrawal_in_the_middle_of_a_payment_is_seen(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the unit of work is saved only as it was read: the money goes back."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number))
    use = shop.app.captures._reservations.use

    def withdrawn_meanwhile(reservation: Reservation, plan: Plan) -> Reservation | None:
        monkeypatch.undo()
        reason = {"purchase_id": sale.purchase["id"], "reason": "application_withdrawn"}
        withdrawn = {**reason, "community_id": shop.community_id}
        shop.deliver(membership.PURCHASE_WITHDRAWN, withdrawn)
        return use(reservation, plan)

    monkeypatch.setattr(shop.app.captures._reservations, "use", withdrawn_meanwhile)
    shop.callback(told, apply=True)
    assert existing(shop.database.callbacks.find_one())["state"] == "applied"
    assert sale.state == "cancelled"
    assert shop.told(payments.ORDER_PAID) == []
    shop.settle_refunds()
    assert [event.data["reason"] for event in shop.told(payments.ORDER_REFUNDED)] == [
        "late_payment"
    ]
    assert shop.unsettled() == 0


def test_a_promised_price_takes_one_place_however_often_it_is_reported(empty: Shop) -> None:
    """A promise counts once when it is paid, whoever loses the race to record it."""
    shop = empty
    shop.sell(price_lock="at_approval")
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    order = shop.order(buyer, shop.quote(buyer, purchase))
    payment = shop.open_payment(buyer, order)
    number = payment["pay_url"].rpartition("/")[2]
    shop.bank.pay(number)
    account = account_of(shop)
    (capture,) = shop.bank.query_payment(account, number).captures

    def report(index: int) -> str:
        cause = f"race:{index}"
        return outcome(lambda: str(shop.app.captures.record(account, capture, buyer, cause=cause)))

    assert set(at_once(report, 16)) <= {"True", "request.version_stale"}
    shop.later(minutes=2)
    shop.run_jobs()
    assert shop.price()["places_left"] == 99
    assert shop.unsettled() == 0


def test_late_money_reported_from_everywhere_pays_once(shop: Shop) -> None:
    """P-14: many reports of one late capture: one of them takes the place, nothing is left over."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    shop.later(minutes=31)
    shop.run_jobs()
    shop.bank.payments[sale.number]["open"] = True
    shop.bank.pay(sale.number)
    account = account_of(shop)
    (capture,) = shop.bank.query_payment(account, sale.number).captures

    def report(index: int) -> str:
        cause = f"race:{index}"
        return outcome(
            lambda: str(shop.app.captures.record(account, capture, sale.buyer, cause=cause))
        )

    answers = at_once(report, 16)
    assert set(answers) <= {"True", "request.version_stale"}
    shop.later(minutes=2)
    shop.run_jobs()
    assert shop.unsettled() == 0
    told = len(shop.told(payments.ORDER_PAID))
    if told:
        assert (sale.state, shop.uses("WELC2ME")) == ("paid", (1, 0))
        assert shop.price()["places_left"] == 99
        assert shop.ledger().get("suspense", 0) == 0
    else:
        shop.settle_refunds()
        assert (sale.state, shop.uses("WELC2ME")) == ("expired", (0, 0))
        assert shop.price()["places_left"] == 100
        assert shop.ledger()["provider_clearing"] == 0


def test_a_merchant_changes_before_its_first_payment_or_not_at_all(empty: Shop) -> None:
    """Money is asked for with the account's secret: an attempt has its account's merchant."""
    shop = empty
    shop.sell(ladder=None)

    def set_merchant(number: int) -> None:
        shop.ask(
            shop.app.accounts.set,
            payments.SET_PROVIDER_ACCOUNT,
            shop.owner,
            community_id=shop.community_id,
            provider="sandbox",
            merchant_id=f"merchant-{number}",
            secret_ref="doctors-sandbox",
            expected_version=account_of(shop)["version"],
        )

    for round_number in range(8):
        shop.database.payments.delete_many({})
        shop.database.provider_accounts.update_one({}, {"$set": {"used": False}})
        sales = [shop.ordered() for _ in range(3)]

        def contend(
            number: int, sales: list[Sale] = sales, base: int = round_number * 10
        ) -> str | None:
            if number % 2:
                return outcome(lambda: set_merchant(base + number))
            return outcome(sales[number // 2].open_payment)

        answers = {answer for answer in at_once(contend, 6) if answer is not None}
        assert answers <= {"payments.provider_account_in_use", "request.version_stale"}
        account = account_of(shop)
        used = set(shop.database.payments.distinct("merchant_id"))
        assert used == {account["merchant_id"]}


@pytest.mark.timeout(120)
def test_what_several_treasurers_confirm_at_once_is_booked_once(shop: Shop) -> None:
    """rules.md §3.4: all of them read the same statement."""
    shop.take_transfers()
    sale = shop.transferring()
    treasurers = [shop.treasurer() for _ in range(AT_ONCE)]
    outcomes = at_once(
        lambda number: outcome(lambda: sale.confirm(300_000, treasurers[number])), AT_ONCE
    )
    assert sum(not isinstance(one, str) for one in outcomes) == 1
    refused = {one for one in outcomes if isinstance(one, str)}
    assert refused == {"payments.transfer_wrong_state"}
    assert sale.state == "paid"
    assert shop.ledger()["provider_clearing"] == 300_000


@pytest.mark.timeout(120)
@pytest.mark.parametrize("amount", [300_000, 100_000])
def test_a_confirmation_and_the_end_of_its_order_at_once_lose_nothing(
    shop: Shop, amount: int
) -> None:
    """Whichever is first: the order is paid, or every part goes back once."""
    shop.take_transfers()
    sale = shop.transferring()

    def end() -> Any:
        asked = {"order_id": sale.order["id"]}
        return shop.ask(shop.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, **asked)

    acts = (end, lambda: sale.confirm(amount))
    at_once(lambda number: outcome(acts[number]), 2)
    shop.later(seconds=11)
    shop.run_jobs(2)
    order = sale.now()
    back = sum(refund["amount"]["amount"] for refund in order["refunds"])
    assert (order["state"], back) in [("paid", 0), ("cancelled", amount)]
    assert shop.ledger()["suspense"] == 0
