"""Purchases of lines at a price of their own: opened, paid, closed, given back by their terms."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.ids import new_id
from chassis.retries import Retry, fate
from chassis.uow import AlreadyHandled
from contracts import events, membership, payments
from contracts.errors import OBJECT_NOT_FOUND, TOO_BUSY, DomainError, Kind
from contracts.errors.payments import (
    COUPON_COVERS_LINES,
    PRICE_CHANGED,
    PURCHASE_OF_LINES,
    PURCHASE_WRONG_STATE,
)
from tests.kit.existing import existing
from tests.store.payments.shop import Shop


@pytest.fixture
def shop(empty: Shop) -> Shop:
    """A shop that sells no plan at all."""
    empty.sells_seats = True
    return empty


def test_a_seat_is_paid_like_a_plan(shop: Shop) -> None:
    """One protocol: quote, order, payment, receipt, ledger; a period only for plans."""
    sale = shop.paid()
    assert sale.quote["plan_id"] is None
    assert [line["rule"] for line in sale.quote["trace"]] == ["line", "total"]
    assert sale.purchase["purpose"] == "attend"
    (told,) = shop.told(payments.ORDER_PAID)
    assert told.data["period"] is None
    lines = sale.purchase["lines"]
    assert [line.pop("label") for line in lines] == ["周六午餐"]
    assert sale.quote["lines"][0]["label"] == "周六午餐"
    assert sale.now()["lines"] == [{**line, "label": "周六午餐"} for line in lines]
    assert told.data["lines"] == lines  # the owner knows what it is called
    assert told.data["subject"] == sale.now()["subject"] == sale.purchase["subject"]
    assert told.data["subject"]["kind"] == "meetup_seat"
    terms = sale.now()["refund_terms"]
    assert terms == sale.purchase["refund_terms"]
    assert [one["percent"] for one in terms["brackets"]] == ["100.00", "50.00"]
    assert shop.ledger() == {"provider_clearing": 9_900, "deferred_income": -9_900}
    shop.answer(events.PURCHASE_FULFILLED, sale)
    assert sale.now()["fulfilment"] == "fulfilled"
    assert shop.unsettled() == 0


def test_of_several_pay_bys_of_a_seat_the_earliest_counts(shop: Shop) -> None:
    """Its meetup begins earlier; in whichever order that is heard, and terms stay."""
    buyer = shop.person()
    facts = shop.seat_facts(buyer)
    payable = facts["payable"]
    earlier = payable["pay_by"] - dt.timedelta(hours=20)
    for pay_by in (payable["pay_by"], earlier, payable["pay_by"]):
        shop.deliver(events.SEAT_PAYABLE, {**facts, "payable": {**payable, "pay_by": pay_by}})
    seen = shop.seen(buyer, payable["subject"]["ref"])
    assert dt.datetime.fromisoformat(seen["pay_by"]) == earlier
    paid = shop.paid()
    told = shop.seat_facts(paid.buyer, purchase_id=paid.purchase["id"], pay_by=earlier)
    shop.deliver(events.SEAT_PAYABLE, told)  # decided: it is too late to matter
    assert paid.now()["state"] == "paid"


def test_a_plan_reads_as_one_line(shop: Shop) -> None:
    shop.sell()
    sale = shop.paid(seat=False)
    (told,) = shop.told(payments.ORDER_PAID)
    assert told.data["lines"] == [{"kind": "plan", "amount": sale.order["total"], "quantity": 1}]
    assert told.data["period"]["months"] == 12


def test_a_meetup_fee_leaves_somebody_a_newcomer(shop: Shop) -> None:
    """rules.md §3.6."""
    shop.sell()
    shop.coupon(audience="newcomer")
    buyer = shop.paid().buyer
    assert shop.quote(buyer, shop.purchase(buyer), "WELC2ME")["discount"]["amount"] == 20_000


def test_lines_take_no_coupon_and_no_plan(shop: Shop) -> None:
    """Refused, and nothing is stored: the live quote stays."""
    shop.sell()
    shop.coupon()
    buyer = shop.person()
    purchase = shop.seat(buyer)
    live = shop.quote(buyer, purchase)
    with pytest.raises(DomainError) as refused:
        shop.quote(buyer, purchase, "WELC2ME")
    assert refused.value.error is COUPON_COVERS_LINES
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, "WELC2ME", total=9_900)
    assert refused.value.error is COUPON_COVERS_LINES
    with pytest.raises(DomainError) as refused:
        shop.ask(
            shop.app.quotes.choose_plan,
            payments.CHOOSE_PURCHASE_PLAN,
            buyer,
            purchase_id=purchase["id"],
            plan_id=shop.plan["id"],
            expected_version=purchase["version"],
        )
    assert refused.value.error is PURCHASE_OF_LINES
    assert shop.order(buyer, live)["state"] == "open"


def test_somebody_may_have_quotes_of_several_seats(shop: Shop) -> None:
    """Neither replaces the other, nor the quote of a plan."""
    shop.sell()
    buyer = shop.person()
    bought = [shop.seat(buyer), shop.seat(buyer), shop.purchase(buyer)]
    quotes = [shop.quote(buyer, purchase) for purchase in bought]
    again = shop.quote(buyer, bought[0])
    states = [
        existing(shop.database.quotes.find_one({"_id": one["id"]}))["state"] for one in quotes
    ]
    assert states == ["replaced", "live", "live"]
    for quote in (again, *quotes[1:]):
        assert shop.order(buyer, quote)["state"] == "open"


def test_an_order_in_one_step_is_at_the_price_that_was_seen(shop: Shop) -> None:
    buyer = shop.person()
    purchase = shop.seat(buyer)
    with pytest.raises(DomainError) as refused:
        shop.order_at_once(buyer, purchase, total=9_800)
    assert refused.value.error is PRICE_CHANGED
    assert refused.value.params["total"] == 9_900
    assert shop.order_at_once(buyer, purchase, total=9_900)["state"] == "open"


def test_it_opens_once_and_is_paid_once_however_many_try(shop: Shop) -> None:
    """The same event, others of the same seat, quotes and orders at once: one open order."""
    buyer = shop.person()
    facts, event_id = shop.seat_facts(buyer), new_id("evt")
    shop.deliver(events.SEAT_PAYABLE, facts, id=event_id)
    with pytest.raises(AlreadyHandled):
        shop.deliver(events.SEAT_PAYABLE, facts, id=event_id)
    purchase = shop.seen(buyer, facts["registration_id"])

    def attempt(_: int) -> None:
        try:
            shop.deliver(events.SEAT_PAYABLE, facts)
            shop.order(buyer, shop.quote(buyer, purchase))
        except DomainError as problem:
            if problem.kind is not Kind.CONFLICT and problem.error is not TOO_BUSY:
                raise

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(attempt, range(8)))
    assert shop.database.purchases.count_documents({}) == 1
    assert shop.database.orders.count_documents({"open": True}) == 1


def test_an_unpaid_seat_that_is_gone_closes_its_order(shop: Shop) -> None:
    """And money that comes late for it goes back in full."""
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.pay(sale.number, "late")
    shop.give_up(sale.purchase, "lapsed")
    assert shop.seen(sale.buyer, sale.purchase["subject"]["ref"])["state"] == "withdrawn"
    shop.callback(sale.told("late"))
    shop.apply_callbacks()
    assert sale.state == "cancelled"
    assert shop.told(payments.ORDER_PAID) == []
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert (back.data["amount"]["amount"], back.data["reason"]) == (9_900, "late_payment")
    assert shop.ledger()["suspense"] == 0
    with pytest.raises(DomainError) as refused:
        shop.quote(sale.buyer, sale.purchase)
    assert refused.value.error is PURCHASE_WRONG_STATE


def test_a_seat_that_is_given_up_before_it_was_told_of_waits(shop: Shop) -> None:
    """Events come in any order; what was withdrawn is not opened again."""
    buyer = shop.person()
    facts = shop.seat_facts(buyer)
    purchase_id = facts["payable"]["purchase_id"]
    with pytest.raises(DomainError) as early:
        shop.give_up({"id": purchase_id})
    assert isinstance(fate(early.value, 0), Retry)
    shop.deliver(events.SEAT_PAYABLE, facts)
    shop.give_up({"id": purchase_id})
    shop.deliver(events.SEAT_PAYABLE, facts)
    assert shop.seen(buyer, facts["registration_id"])["state"] == "withdrawn"


def test_who_paid_while_the_seat_lapsed_is_refused_and_gets_all_back(shop: Shop) -> None:
    """The owner answers the paid order; its unpaid end, still on its way, changes nothing."""
    sale = shop.paid()
    shop.give_up(sale.purchase, "lapsed")
    assert sale.state == "paid"
    assert shop.database.refunds.count_documents({}) == 0
    shop.answer(events.PURCHASE_REFUSED, sale, "seat_gone")
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert (back.data["amount"]["amount"], back.data["reason"]) == (9_900, "seat_gone")
    assert (back.data["full"], back.data["fulfilled"]) == (True, False)


@pytest.mark.parametrize("answered_first", [True, False])
@pytest.mark.parametrize(
    ("days", "in_full", "percent", "back"),
    [
        (3, False, "100.00", 9_900),  # the cool-off, to its last moment
        (8, False, "50.00", 4_950),
        (9.5, False, "0.00", 0),
        (9.5, True, "0.00", 9_900),  # called off
    ],
)
def test_a_paid_seat_goes_back_by_the_terms_of_its_purchase(
    shop: Shop, days: float, in_full: bool, percent: str, back: int, answered_first: bool
) -> None:
    """rules.md §3.12: preview and refund are one function, whichever event comes first."""
    sale = shop.paid()
    if answered_first:
        shop.answer(events.PURCHASE_FULFILLED, sale)
    shop.later(days=days)
    seen = sale.preview()
    assert seen["percent"] == percent
    assert in_full or seen["amount"]["amount"] == back
    shop.give_up(sale.purchase, paid=True, in_full=in_full)
    if not answered_first:
        shop.answer(events.PURCHASE_FULFILLED, sale)
    shop.settle_refunds()
    order = sale.now()
    assert order["refunded"]["amount"] == back
    assert order["fulfilment"] == "fulfilled"
    assert sale.preview()["amount"]["amount"] == 0
    if back:
        (told,) = shop.told(payments.ORDER_REFUNDED)
        assert told.data["reason"] == "seat_given_up"
        assert shop.ledger()["refunds"] == back


def test_what_was_given_back_before_counts(shop: Shop) -> None:
    """rules.md §3.12: less what was already given back, not below nothing."""
    sale = shop.paid()
    shop.answer(events.PURCHASE_FULFILLED, sale)
    asked = {
        "order_id": sale.order["id"],
        "reason": "雨天",
        "amount": {"amount": 2_000, "currency": "CNY"},
    }
    shop.ask(shop.app.refunds.refund_order, payments.REFUND_ORDER, shop.owner, **asked)
    shop.later(days=8)
    assert sale.preview()["amount"]["amount"] == 2_950
    shop.give_up(sale.purchase, paid=True)
    shop.settle_refunds()
    assert sale.now()["refunded"]["amount"] == 4_950


def test_only_payer_and_treasurers_see_the_preview(shop: Shop) -> None:
    sale = shop.paid()
    sale.buyer = shop.person()
    with pytest.raises(DomainError) as hidden:
        sale.preview()
    assert hidden.value.error is OBJECT_NOT_FOUND
    sale.buyer = shop.treasurer()
    assert sale.preview()["percent"] == "100.00"


def test_a_plan_that_is_answered_by_membership_is_as_before(shop: Shop) -> None:
    """Both owners answer by one queue."""
    shop.sell()
    sale = shop.paid(seat=False)
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    assert sale.now()["fulfilment"] == "fulfilled"
