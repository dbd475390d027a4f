"""What goes wrong between payers, providers and neighbours, and what becomes of the money."""

import base64
import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PROVIDER_UNAVAILABLE, PURCHASE_WRONG_STATE
from services.payments.usecases.captures import Captures
from tests.kit.passes import OnePass

# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


def test_a_hundred_equal_callbacks_have_one_effect(shop):
    """P-25: 100 times, 20 in parallel: one row, one effect, all answered success."""
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


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount": {"amount": 299_999, "currency": "CNY"}}, "capture_matches_amount"),
        ({"amount": {"amount": 300_000, "currency": "USD"}}, "capture_matches_currency"),
        ({"merchant_id": "somebody-else"}, "capture_matches_merchant"),
        ({"number": "P0"}, "capture_has_an_order"),
    ],
)
def test_a_capture_that_is_not_ours_has_no_effect(shop, changes, rule):
    """P-24: each field altered: no grant, shown to operators once."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number), **changes)
    shop.callback(told)
    shop.callback({**told, "id": "again"})
    shop.apply_callbacks()
    assert sale.state == "open"
    assert {row["problem"] for row in shop.app.accounting.incidents()} == {rule}
    assert shop.ledger() == {}
    states = {row["state"] for row in shop.database.callbacks.find()}
    assert states == {"refused"}


def test_an_unsigned_callback_leaves_no_row(shop):
    """P-20: refused before anything is stored."""
    sale = shop.ordered()
    sale.open_payment()
    with pytest.raises(DomainError):
        shop.callback(sale.told("tx-1"), signed="no")
    assert shop.database.callbacks.count_documents({}) == 0


def test_a_callback_is_stored_then_answered_then_applied(shop):
    """P-21: nothing has its effect before it is stored; a repeated one has none."""
    sale = shop.ordered()
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number))
    body = base64.b64encode(json.dumps(told).encode()).decode()
    asked = {"account_id": shop.account["id"], "provider": "sandbox", "body_base64": body}
    asked["headers"] = {"signed": "yes"}
    gateway = Context.for_system("gateway")
    answered = shop.app.callbacks.receive(asked, gateway)
    assert answered.view["status"] == 200
    assert sale.state == "open"
    assert shop.database.callbacks.find_one()["state"] == "stored"
    assert shop.app.callbacks.receive(asked, gateway).then is None
    answered.then(gateway)
    assert sale.state == "paid"
    assert shop.database.callbacks.find_one()["state"] == "applied"


def test_callbacks_left_behind_are_applied_by_the_job(shop):
    """The worker died after its answer: the stored callback still has its effect."""
    sale = shop.ordered()
    sale.open_payment()
    shop.callback(sale.told(shop.bank.pay(sale.number)))
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
    shop.database.callbacks.update_many({}, {"$set": {"arrived_at": long_ago}})
    shop.run_jobs()
    assert sale.state == "paid"
    assert shop.database.callbacks.find_one()["state"] == "applied"


# ── Money at the wrong time ─────────────────────────────────────────────────────────────────────


def expired_sale(shop, *codes):
    """An order that expired before its payer's money was reported."""
    sale = shop.ordered(*codes)
    sale.open_payment()
    transaction = f"late-{sale.number}"
    shop.later(minutes=31)
    shop.run_jobs()
    assert sale.state == "expired"
    shop.bank.payments[sale.number]["open"] = True
    shop.bank.pay(sale.number, transaction)
    return sale, sale.told(transaction)


def test_late_money_takes_its_place_and_price_again(shop):
    """product §3: late payment after expiry: try to take place and price again."""
    shop.coupon(limit=1)
    sale, told = expired_sale(shop, "WELC2ME")
    shop.later(days=2)
    shop.callback(told)
    shop.apply_callbacks()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.price()["places_left"] == 99
    assert shop.unsettled() == 0
    assert len(shop.told(payments.ORDER_PAID)) == 1


def test_late_money_whose_price_is_gone_goes_back(shop):
    """P-14: never swallowed: refunded in full, and the payer is told."""
    shop.coupon(limit=1)
    sale, told = expired_sale(shop, "WELC2ME")
    shop.paid("WELC2ME")
    shop.callback(told)
    shop.apply_callbacks()
    assert sale.state == "expired"
    assert shop.ledger()["suspense"] == 0
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["reason"] == "late_payment"
    assert (back.data["full"], back.data["fulfilled"]) == (True, False)
    assert back.data["amount"]["amount"] == 280_000
    assert shop.ledger()["provider_clearing"] == 280_000
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.unsettled() == 0


def test_money_of_an_old_attempt_beside_a_paid_order_goes_back(shop):
    """product §3: second payment of one order: keep the first, refund the second."""
    sale = shop.ordered()
    sale.open_payment()
    first = sale.number
    row = shop.database.payments.find_one()
    shop.bank.payments[first]["open"] = False
    shop.later(seconds=15)
    shop.run_jobs()
    assert sale.now()["payments"][0]["state"] == "cancelled"
    sale.open_payment()
    second = shop.database.payments.find_one({"live": True})["out_trade_no"]
    assert second != first
    shop.bank.pay(second, "tx-second")
    shop.callback(sale.told("tx-second", number=second))
    shop.apply_callbacks()
    assert sale.state == "paid"
    shop.bank.payments[first]["open"] = True
    shop.bank.pay(first, "tx-first")
    shop.callback(sale.told("tx-first", number=first))
    shop.apply_callbacks()
    shop.settle_refunds()
    assert sale.state == "paid"
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert (back.data["full"], back.data["reason"]) == (False, "second_payment")
    (refund,) = sale.now()["refunds"]
    assert refund["state"] == "done"
    assert shop.database.refunds.find_one()["payment_id"] == row["_id"]
    assert shop.ledger()["provider_clearing"] == 300_000
    assert shop.ledger()["suspense"] == 0


def test_money_that_came_twice_under_one_number_goes_back_once(shop):
    """Paid in two channels: the second transaction is its own capture, refunded once."""
    sale = shop.paid()
    transaction = shop.bank.pay(sale.number, "tx-again")
    for notice in ("one", "two"):
        shop.callback(sale.told(transaction, id=notice))
        shop.apply_callbacks()
    shop.settle_refunds()
    assert len(shop.told(payments.ORDER_REFUNDED)) == 1
    assert shop.ledger()["provider_clearing"] == 300_000
    assert sale.state == "paid"


# ── Withdrawn and lapsed purchases ──────────────────────────────────────────────────────────────


def withdraw(shop, sale, reason):
    shop.deliver(
        membership.PURCHASE_WITHDRAWN,
        {
            "purchase_id": sale.purchase["id"],
            "community_id": shop.community_id,
            "reason": reason,
        },
    )


def test_a_withdrawn_purchase_ends_its_order_and_cannot_be_quoted(shop):
    """§5a: the owner withdraws; payments closes the order."""
    sale = shop.ordered()
    sale.open_payment()
    withdraw(shop, sale, "application_withdrawn")
    assert sale.state == "cancelled"
    with pytest.raises(DomainError) as refused:
        shop.open_payment(sale.buyer, sale.order)
    assert refused.value.error is ORDER_WRONG_STATE
    shop.run_jobs()
    assert not shop.bank.payments[sale.number]["open"]
    assert shop.price()["places_left"] == 100
    with pytest.raises(DomainError) as refused:
        shop.quote(sale.buyer, sale.purchase)
    assert refused.value.error is PURCHASE_WRONG_STATE
    assert refused.value.params == {"current_state": "withdrawn"}


def test_money_for_a_withdrawn_purchase_goes_back(shop):
    """§5a: what still arrives is refunded."""
    sale = shop.ordered()
    sale.open_payment()
    withdraw(shop, sale, "application_withdrawn")
    sale.pay()
    assert sale.state == "cancelled"
    shop.settle_refunds()
    (back,) = shop.told(payments.ORDER_REFUNDED)
    assert back.data["reason"] == "late_payment"
    assert shop.told(payments.ORDER_PAID) == []
    assert shop.unsettled() == 0


def test_money_after_a_lapse_is_offered_to_the_owner(shop):
    """product §2: payment after a lapse: the owner decides whether it still holds."""
    pay_by = shop.clock.now() + dt.timedelta(minutes=20)
    buyer = shop.person()
    purchase = shop.purchase(buyer, pay_by=pay_by)
    order = shop.order(buyer, shop.quote(buyer, purchase))
    assert order["expires_at"] == purchase["pay_by"]
    payment = shop.open_payment(buyer, order)
    number = payment["pay_url"].rpartition("/")[2]
    shop.later(minutes=21)
    with pytest.raises(DomainError) as refused:
        shop.quote(buyer, purchase)
    assert refused.value.params == {"current_state": "lapsed"}
    shop.deliver(
        membership.PURCHASE_WITHDRAWN,
        {
            "purchase_id": purchase["id"],
            "community_id": shop.community_id,
            "reason": "application_lapsed",
        },
    )
    shop.run_jobs()
    shop.bank.payments[number]["open"] = True
    shop.bank.pay(number, "tx-lapsed")
    told = {
        "id": "n-lapsed",
        "kind": "payment",
        "number": number,
        "transaction": "tx-lapsed",
        "merchant_id": shop.account["merchant_id"],
        "amount": order["total"],
    }
    shop.callback(told)
    shop.apply_callbacks()
    assert [event.data["order_id"] for event in shop.told(payments.ORDER_PAID)] == [order["id"]]


# ── A provider that does not answer ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_attempt_without_answer_goes_on_under_the_same_number(shop, moment):
    """P-8: unknown is found out by asking; one number, one row."""
    sale = shop.ordered()
    shop.bank.silent = {"create": moment}
    with pytest.raises(DomainError) as refused:
        sale.open_payment()
    assert refused.value.error is PROVIDER_UNAVAILABLE
    assert sale.now()["payments"][0]["state"] == "unknown"
    shop.bank.silent = {}
    sale.open_payment()
    assert sale.payment["state"] == "pending"
    assert shop.database.payments.count_documents({}) == 1
    assert list(shop.bank.payments) == [sale.number]


def test_an_attempt_that_the_provider_never_heard_of_fails_later(shop):
    """The janitor drives every attempt to an end; the payer may try again."""
    sale = shop.ordered()
    shop.bank.silent = {"create": "before"}
    with pytest.raises(DomainError):
        sale.open_payment()
    shop.bank.silent = {}
    shop.later(seconds=11)
    shop.run_jobs()
    assert sale.now()["payments"][0]["state"] == "failed"
    sale.open_payment()
    assert [row["state"] for row in sale.now()["payments"]] == ["failed", "pending"]


def test_an_order_whose_payment_is_unknown_stays_open_and_keeps_its_place(shop):
    """§4: while the outcome is unknown, keep."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    shop.bank.silent = {"close": "before", "query": "before"}
    shop.later(minutes=31)
    shop.run_jobs()
    assert shop.database.orders.find_one()["state"] == "open"
    assert shop.uses("WELC2ME") == (0, 1)
    shop.bank.silent = {}
    shop.bank.pay(sale.number)
    shop.later(minutes=1)
    shop.run_jobs()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)


def test_an_order_with_a_wrong_amount_at_its_provider_is_shown_and_asked_about_less_often(shop):
    """P-24: it can neither be paid nor closed; operators see it, and the job does not hammer."""
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.payments[sale.number]["paid"].append(("tx-1", 1))
    pauses = []
    for _ in range(7):
        order = shop.database.orders.find_one()
        shop.clock.advance(order["close_after"] - shop.clock.now())
        shop.bank.calls.clear()
        for _ in range(2):
            shop.app.closer.close_due(OnePass(shop.clock.now(), "payments"))
        assert shop.bank.calls == ["close.before"]
        order = shop.database.orders.find_one()
        pauses.append((order["close_after"] - shop.clock.now()).seconds)
    assert pauses == [30, 30, 60, 120, 240, 480, 600]
    assert order["state"] == "open"
    (incident,) = shop.app.accounting.incidents()
    assert incident["problem"] == "capture_matches_amount"


def test_questions_to_a_provider_become_rarer(shop):
    sale = shop.ordered()
    sale.open_payment()
    pauses = []
    for _ in range(8):
        row = shop.database.payments.find_one()
        shop.clock.advance(row["check_after"] - shop.clock.now())
        shop.bank.calls.clear()
        shop.app.payments.check_due(OnePass(shop.clock.now(), "payments"))
        assert shop.bank.calls == ["query.before"]
        pauses.append((shop.database.payments.find_one()["check_after"] - shop.clock.now()).seconds)
    assert pauses == [20, 40, 80, 160, 320, 600, 600, 600]


def test_a_refund_without_answer_is_submitted_again_under_its_number(shop):
    """P-13: own number: the provider took it once."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.silent = {"refund": "after"}
    shop.run_jobs()
    assert shop.database.refunds.find_one()["state"] == "created"
    shop.bank.silent = {}
    shop.later(minutes=1)
    shop.settle_refunds()
    assert len(shop.bank.refunds) == 1
    assert sale.state == "refunded"


@pytest.mark.parametrize("checks", [0, 1], ids=["after_a_crash", "after_silence"])
def test_a_refund_refused_the_second_time_is_not_failed_when_the_first_call_arrived(shop, checks):
    """P-13: what the provider executed without our knowing is found by asking, not paid twice."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.silent = {"refund": "after"}
    shop.run_jobs()
    shop.database.refunds.update_one({}, {"$set": {"checks": checks}})
    shop.bank.silent, shop.bank.refusing = {}, {"refund"}
    shop.later(minutes=1)
    shop.run_jobs()
    assert shop.database.refunds.find_one()["state"] == "submitted"
    shop.settle_refunds()
    assert sale.state == "refunded"
    assert shop.ledger()["provider_clearing"] == 0


def test_a_refund_fails_when_it_is_refused_and_the_provider_has_none(shop):
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.refusing = {"refund"}
    shop.run_jobs()
    (failed,) = shop.app.refunds.failed()
    assert failed["order_id"] == sale.order["id"]


def test_a_failed_refund_that_is_told_as_made_is_shown_to_operators(shop):
    """P-24: nothing that contradicts our books is swallowed; a retry would pay it twice."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.run_jobs()
    (number,) = shop.bank.refunds
    told = {"kind": "refund", "number": number, "amount": sale.order["total"]}
    shop.callback({**told, "id": "r1", "state": "failed"})
    shop.callback({**told, "id": "r2", "state": "failed"})
    shop.apply_callbacks()
    assert shop.app.accounting.incidents() == []
    shop.callback({**told, "id": "r3", "state": "succeeded"})
    shop.apply_callbacks()
    (incident,) = shop.app.accounting.incidents()
    assert incident["problem"] == "refund_ends_once"
    assert incident["facts"]["out_refund_no"] == number
    assert sale.state == "paid"


def test_a_refund_report_with_another_amount_is_refused(shop):
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.run_jobs()
    (number,) = shop.bank.refunds
    told = {"id": "r1", "kind": "refund", "state": "succeeded", "number": number}
    shop.callback({**told, "amount": {"amount": 1, "currency": "CNY"}})
    shop.callback({**told, "id": "r2", "number": "R0", "amount": sale.order["total"]})
    shop.apply_callbacks()
    assert sale.state == "paid"
    problems = {row["problem"] for row in shop.app.accounting.incidents()}
    assert problems == {"refund_matches_amount", "refund_is_ours"}
    shop.callback({**told, "id": "r3", "amount": sale.order["total"]})
    shop.apply_callbacks()
    assert sale.state == "refunded"


def test_an_item_that_breaks_does_not_stop_the_others(shop, monkeypatch):
    """M-22: whatever one item raises is its own matter; it is tried again later."""
    broken, sound = shop.paid(), shop.paid()
    for sale in (broken, sound):
        shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    create_refund = shop.bank.create_refund

    def create(account, **asked):
        if asked["out_trade_no"] == broken.number:
            raise KeyError("what nobody expected")
        return create_refund(account, **asked)

    monkeypatch.setattr(shop.bank, "create_refund", create)
    shop.run_jobs()
    assert len(shop.bank.refunds) == 1
    monkeypatch.undo()
    shop.settle_refunds()
    assert (broken.state, sound.state) == ("paid", "refunded")
    shop.settle_refunds()
    assert broken.state == "refunded"


# ── Price promises ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lock", ["at_application", "at_approval"])
def test_a_promised_price_takes_no_place_and_counts_when_paid(empty, lock):
    """product §2: a promise fixes the price without taking a place."""
    shop = empty
    shop.sell(price_lock=lock, ladder={"step": 10_000, "every": 2, "n0": 0})
    buyer = shop.person()
    applied = shop.applied(buyer)
    approved = shop.approval(buyer, application_id=applied["application_id"])
    moments = {
        "at_application": (membership.APPLICATION_SUBMITTED, applied),
        "at_approval": (membership.APPLICATION_APPROVED, approved),
    }
    shop.deliver(*moments[lock])
    for _ in range(2):
        shop.paid()
    assert shop.price()["price"]["amount"] == 310_000
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    quote = shop.quote(buyer, shop.seen(buyer, approved["term_id"]))
    assert (quote["total"]["amount"], quote["step"]) == (300_000, None)
    assert shop.price()["places_left"] == 2
    order = shop.order(buyer, quote)
    payment = shop.open_payment(buyer, order)
    number = payment["pay_url"].rpartition("/")[2]
    shop.bank.pay(number)
    shop.later(seconds=11)
    shop.run_jobs()
    paid = shop.database.orders.find_one({"_id": order["id"]})
    assert (paid["state"], paid["step"]) == ("paid", 1)
    assert shop.price()["places_left"] == 1


def test_a_renewal_pays_the_base_price_and_takes_no_place(shop):
    """Who renews was counted when they joined."""
    buyer = shop.person()
    shop.neighbour.standings[buyer.person()] = {
        "state": "active",
        "membership_id": new_id("mbr"),
        "joined_on": "2025-03-02",
        "term_ends_on": "2026-04-01",
        "grace_ends_on": "2026-04-08",
    }
    shop.coupon("RENEW365", audience="renewal", benefit={"kind": "amount_off", "value": 36_500})
    shop.coupon("WELC2ME", audience="newcomer")
    purchase = shop.renewal(buyer)
    quote = shop.quote(buyer, purchase, "WELC2ME", "RENEW365")
    assert quote["total"]["amount"] == 263_500
    assert quote["trace"][1] == {
        "rule": "coupon",
        "code": "WELC2ME",
        "applied": False,
        "broken_rule": "person_is_newcomer",
    }
    assert shop.price()["places_left"] == 100


# ── Orders over nothing ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def unsettled_free(shop, monkeypatch):
    """A free order whose process died before it settled it."""
    shop.coupon(benefit={"kind": "percent_off", "value": 10_000})
    with monkeypatch.context() as dying:
        dying.setattr(Captures, "settle_free", lambda *_: None)
        sale = shop.ordered("WELC2ME")
    assert sale.state == "open"
    return sale


def test_a_free_order_left_behind_is_settled_by_the_next_pass(shop, unsettled_free):
    """Architecture §4: the job heals it at once, not after its 30 minutes."""
    shop.run_jobs()
    assert unsettled_free.state == "paid"


def test_a_free_order_is_settled_instead_of_opened_at_a_provider(shop, unsettled_free):
    with pytest.raises(DomainError) as refused:
        unsettled_free.open_payment()
    assert (refused.value.error, refused.value.params) == (
        ORDER_WRONG_STATE,
        {"current_state": "paid"},
    )
    assert shop.bank.calls == []
    assert unsettled_free.state == "paid"


# ── Operators ───────────────────────────────────────────────────────────────────────────────────


def test_undecided_purchases_are_listed_and_told_again(shop):
    """§5a: undecided after 10 minutes → the operators' list, with retry."""
    sale = shop.paid()
    assert shop.app.purchases.stuck() == []
    shop.later(minutes=11)
    (stuck,) = shop.app.purchases.stuck()
    shop.app.purchases.retry(stuck["_id"], shop.owner)
    first, second = shop.told(payments.ORDER_PAID)
    assert first.data == second.data
    assert first.id != second.id
    assert second.aggregateversion > first.aggregateversion
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    assert shop.app.purchases.stuck() == []
    with pytest.raises(DomainError):
        shop.app.purchases.retry(stuck["_id"], shop.owner)


# ── The sweeper ─────────────────────────────────────────────────────────────────────────────────


def test_what_a_crash_left_is_counted_or_freed(shop, stores):
    """Architecture §4: every crash undersells for a while; the sweeper heals."""
    coupon = shop.coupon(limit=10, per_person=5)
    paid = shop.paid("WELC2ME")
    open_order = shop.ordered("WELC2ME")
    before = shop.uses("WELC2ME")
    assert before == (1, 1)
    until = shop.clock.now() + dt.timedelta(minutes=15)
    holds, steps = stores.coupon_counters.holds, stores.ladder_steps.holds
    step = stores.ladder_steps.counter_id(shop.plan["id"], 0)
    nobody = new_id("quo")
    for counters, counter in ((holds, coupon["id"]), (steps, step)):
        assert counters.take(counter, nobody, ref=nobody, expires_at=until)
        assert counters.keep(counter, nobody)
    slot = stores.redemptions.take(
        {**coupon, "_id": coupon["id"]}, new_id("per"), ref=nobody, expires_at=until
    )
    assert stores.redemptions.keep(shop.community_id, slot, nobody)
    # As if the process had died between the commit of a payment and its settling.
    ref = paid.quote["id"]
    shop.database.coupon_counters.update_one(
        {"_id": coupon["id"]},
        {
            "$inc": {"used": -1},
            "$push": {
                "holds": {
                    "id": ref,
                    "ref": ref,
                    "state": "used",
                    "expires_at": None,
                    "taken_at": shop.clock.now(),
                }
            },
        },
    )
    shop.later(minutes=2)
    shop.run_jobs(2)
    assert shop.uses("WELC2ME") == (1, 1)
    assert shop.price()["places_left"] == 98
    assert shop.unsettled() == 3
    assert open_order.state == "open"


def test_a_hold_that_cannot_be_judged_stops_no_other(shop, stores):
    """An ordered quote whose order is gone: a defect; the holds behind it are settled still."""
    coupon = shop.coupon(limit=10, per_person=5)
    odd = shop.ordered("WELC2ME")
    shop.database.orders.delete_one({"quote_id": odd.quote["id"]})
    nobody, until = new_id("quo"), shop.clock.now() + dt.timedelta(minutes=15)
    holds = stores.coupon_counters.holds
    assert holds.take(coupon["id"], nobody, ref=nobody, expires_at=until)
    assert holds.keep(coupon["id"], nobody)
    slot = stores.redemptions.take(
        {**coupon, "_id": coupon["id"]}, new_id("per"), ref=nobody, expires_at=until
    )
    assert stores.redemptions.keep(shop.community_id, slot, nobody)
    shop.later(minutes=2)
    shop.run_jobs()
    counter = shop.database.coupon_counters.find_one({"_id": coupon["id"]})
    assert [hold["ref"] for hold in counter["holds"]] == [odd.quote["id"]]
    assert shop.database.redemptions.distinct("ref") == [odd.quote["id"]]
