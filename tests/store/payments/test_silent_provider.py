"""A provider that does not answer: attempts and refunds come to an end all the same."""

from typing import Any

import pytest

from contracts import membership
from contracts.errors import DomainError
from contracts.errors.payments import PROVIDER_UNAVAILABLE
from services.payments.adapters.provider import ProviderRefund
from services.payments.domain.money.accounts import ProviderAccount
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.payments.shop import OF_BOTH, Shop


@OF_BOTH
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_attempt_without_answer_goes_on_under_the_same_number(shop: Shop, moment: str) -> None:
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


@OF_BOTH
def test_an_attempt_that_the_provider_never_heard_of_fails_later(shop: Shop) -> None:
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


def test_an_order_whose_payment_is_unknown_stays_open_and_keeps_its_place(shop: Shop) -> None:
    """architecture.md §4: while the outcome is unknown, keep."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    shop.bank.silent = {"close": "before", "query": "before"}
    shop.later(minutes=31)
    shop.run_jobs()
    assert existing(shop.database.orders.find_one())["state"] == "open"
    assert shop.uses("WELC2ME") == (0, 1)
    shop.bank.silent = {}
    shop.bank.pay(sale.number)
    shop.later(minutes=1)
    shop.run_jobs()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)


@OF_BOTH
def test_an_order_with_a_wrong_amount_at_its_provider_is_shown_and_asked_about_less_often(
    shop: Shop,
) -> None:
    """P-24: it can neither be paid nor closed; operators see it, and the job does not hammer."""
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.payments[sale.number]["paid"].append(("tx-1", 1))
    pauses = []
    for _ in range(7):
        order = existing(shop.database.orders.find_one())
        shop.clock.advance(order["close_after"] - shop.clock.now())
        shop.bank.calls.clear()
        for _ in range(2):
            shop.app.closer.close_due(OnePass(shop.clock.now(), "payments"))
        assert shop.bank.calls == ["close.before"]
        order = existing(shop.database.orders.find_one())
        pauses.append((order["close_after"] - shop.clock.now()).seconds)
    assert pauses == [30, 30, 60, 120, 240, 480, 600]
    assert order["state"] == "open"
    (incident,) = shop.app.incidents.open()
    assert incident["problem"] == "capture_matches_amount"


@OF_BOTH
def test_questions_to_a_provider_become_rarer(shop: Shop) -> None:
    sale = shop.ordered()
    sale.open_payment()
    pauses = []
    for _ in range(8):
        row = existing(shop.database.payments.find_one())
        shop.clock.advance(row["check_after"] - shop.clock.now())
        shop.bank.calls.clear()
        shop.app.payments.check_due(OnePass(shop.clock.now(), "payments"))
        assert shop.bank.calls == ["query.before"]
        pauses.append(
            (existing(shop.database.payments.find_one())["check_after"] - shop.clock.now()).seconds
        )
    assert pauses == [20, 40, 80, 160, 320, 600, 600, 600]


@OF_BOTH
def test_a_refund_without_answer_is_submitted_again_under_its_number(shop: Shop) -> None:
    """P-13: own number: the provider took it once."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.silent = {"refund": "after"}
    shop.run_jobs()
    assert existing(shop.database.refunds.find_one())["state"] == "created"
    shop.bank.silent = {}
    shop.later(minutes=1)
    shop.settle_refunds()
    assert len(shop.bank.refunds) == 1
    assert sale.state == "refunded"


@OF_BOTH
@pytest.mark.parametrize("checks", [0, 1], ids=["after_a_crash", "after_silence"])
def test_a_refund_refused_the_second_time_is_not_failed_when_the_first_call_arrived(
    shop: Shop, checks: int
) -> None:
    """P-13: what the provider executed without our knowing is found by asking, not paid twice."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.silent = {"refund": "after"}
    shop.run_jobs()
    shop.database.refunds.update_one({}, {"$set": {"checks": checks}})
    shop.bank.silent, shop.bank.refusing = {}, {"refund"}
    shop.later(minutes=1)
    shop.run_jobs()
    assert existing(shop.database.refunds.find_one())["state"] == "submitted"
    shop.settle_refunds()
    assert sale.state == "refunded"
    assert shop.ledger()["provider_clearing"] == 0


@OF_BOTH
def test_a_refund_fails_when_it_is_refused_and_the_provider_has_none(shop: Shop) -> None:
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.bank.refusing = {"refund"}
    shop.run_jobs()
    (failed,) = shop.app.refunds.failed()
    assert failed["order_id"] == sale.order["id"]


@OF_BOTH
def test_a_failed_refund_that_is_told_as_made_is_shown_to_operators(shop: Shop) -> None:
    """P-24: nothing that contradicts our books is swallowed; a retry would pay it twice."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.run_jobs()
    (number,) = shop.bank.refunds
    told = {"kind": "refund", "number": number, "amount": sale.order["total"]}
    shop.callback({**told, "id": "r1", "state": "failed"})
    shop.callback({**told, "id": "r2", "state": "failed"})
    shop.apply_callbacks()
    assert shop.app.incidents.open() == []
    shop.callback({**told, "id": "r3", "state": "succeeded"})
    shop.apply_callbacks()
    (incident,) = shop.app.incidents.open()
    assert incident["problem"] == "refund_ends_once"
    assert incident["facts"]["out_refund_no"] == number
    assert sale.state == "paid"


@OF_BOTH
def test_a_refund_report_with_another_amount_is_refused(shop: Shop) -> None:
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    shop.run_jobs()
    (number,) = shop.bank.refunds
    told = {"id": "r1", "kind": "refund", "state": "succeeded", "number": number}
    shop.callback({**told, "amount": {"amount": 1, "currency": "CNY"}})
    shop.callback({**told, "id": "r2", "number": "R0", "amount": sale.order["total"]})
    shop.apply_callbacks()
    assert sale.state == "paid"
    problems = {row["problem"] for row in shop.app.incidents.open()}
    assert problems == {"refund_matches_amount", "refund_is_ours"}
    shop.callback({**told, "id": "r3", "amount": sale.order["total"]})
    shop.apply_callbacks()
    assert sale.state == "refunded"


@OF_BOTH
def test_an_item_that_breaks_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-22: whatever one item raises is its own matter; it is tried again later."""
    broken, sound = shop.paid(), shop.paid()
    for sale in (broken, sound):
        shop.answer(membership.PURCHASE_REFUSED, sale, "refused")
    create_refund = shop.bank.create_refund

    def create(account: ProviderAccount, **asked: Any) -> ProviderRefund:
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
