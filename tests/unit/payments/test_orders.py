"""State machines of purchases, quotes, orders, payments and refunds (P-7)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.errors import DomainError
from contracts.errors.payments import (
    ORDER_WRONG_STATE,
    PURCHASE_HAS_ORDER,
    PURCHASE_WRONG_STATE,
    QUOTE_EXPIRED,
    REFUND_TOO_LARGE,
)
from contracts.money import Money
from contracts.state_machine import machine
from contracts.states.payments import (
    ORDER_STATES,
    PAYMENT_STATES,
    PURCHASE_STATES,
    REFUND_STATES,
    TRANSFER_STATES,
)
from services.payments.domain.checkout import orders, purchases, quotes
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.money import payments, refunds, transfers
from services.payments.domain.money.payments import Capture
from tests.kit.existing import existing
from tests.unit.payments.samples import NOW, order

MINUTE = dt.timedelta(minutes=1)


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def test_machines_and_contract_name_the_same_states() -> None:
    for found, named in (
        (orders.ORDER, ORDER_STATES),
        (payments.PAYMENT, PAYMENT_STATES),
        (purchases.PURCHASE, PURCHASE_STATES),
        (refunds.REFUND, REFUND_STATES),
        (transfers.TRANSFER, TRANSFER_STATES),
    ):
        assert set(found.states) == set(named)


def test_a_machine_that_leads_nowhere_cannot_be_made() -> None:
    with pytest.raises(ValueError):
        machine(ORDER_WRONG_STATE, open="payed")


@pytest.mark.parametrize("state", ["paid", "expired", "cancelled", "refunded"])
def test_an_illegal_step_names_the_current_state(state: str) -> None:
    error = refusal(
        lambda: orders.pay(
            order(state=state), paid_at=NOW, paid_on="2026-03-02", receipt_number="1"
        )
    )
    assert error.error is ORDER_WRONG_STATE
    assert error.params == {"current_state": state}


def test_a_passed_end_counts_before_any_sweep() -> None:
    later = NOW + 31 * MINUTE
    assert orders.shown_state(order(), NOW) == "open"
    assert orders.shown_state(order(), later) == "expired"
    assert refusal(lambda: orders.require_open(order(), later)).params == {
        "current_state": "expired"
    }
    quote: Any = {"state": "live", "expires_at": NOW}
    assert quotes.shown_state(quote, NOW) == "expired"
    quotes.require_live(quote)
    replaced: Any = {"state": "replaced"}
    assert refusal(lambda: quotes.require_live(replaced)).error is QUOTE_EXPIRED


def test_nothing_is_open_beyond_the_pay_by() -> None:
    """A promise lapses at the pay-by deadline, and quotes and orders with it."""
    assert quotes.locked_until(NOW, None) == NOW + 15 * MINUTE
    assert quotes.locked_until(NOW, NOW + MINUTE) == NOW + MINUTE
    assert orders.open_until(NOW, NOW + MINUTE) == NOW + MINUTE
    assert orders.open_until(NOW, None) == NOW + 30 * MINUTE


def purchase(**changes: Any) -> Purchase:
    made: Any = {"state": "open", "order_id": None, "pay_by": None, **changes}
    return made


def test_what_can_be_paid() -> None:
    purchases.require_payable(purchase(), NOW)
    purchases.require_without_order(purchase())
    paid = refusal(lambda: purchases.require_payable(purchase(state="paid"), NOW))
    assert (paid.error, paid.params) == (PURCHASE_WRONG_STATE, {"current_state": "paid"})
    past = refusal(lambda: purchases.require_payable(purchase(pay_by=NOW), NOW))
    assert past.params == {"current_state": "lapsed"}
    lapsed = refusal(lambda: purchases.require_payable(purchase(state="lapsed"), NOW))
    assert lapsed.params == {"current_state": "lapsed"}
    has_order = refusal(lambda: purchases.require_without_order(purchase(order_id="ord_1")))
    assert (has_order.error, has_order.params) == (PURCHASE_HAS_ORDER, {"order_id": "ord_1"})


def test_withdrawing_comes_too_late_for_what_was_paid() -> None:
    assert existing(purchases.withdraw(purchase(), lapsed=False))["state"] == "withdrawn"
    assert existing(purchases.withdraw(purchase(), lapsed=True))["state"] == "lapsed"
    assert purchases.withdraw(purchase(state="paid"), lapsed=True) is None
    assert purchases.withdraw(purchase(state="withdrawn"), lapsed=False) is None


def test_an_owner_answers_once() -> None:
    pending = order(fulfilment="pending")
    decided = orders.decide(pending, "fulfilled")
    assert decided is not None
    assert decided["fulfilment"] == "fulfilled"
    assert orders.decide(decided, "refused") is None


PAYMENT: Any = {
    "state": "pending",
    "live": True,
    "out_trade_no": "P1",
    "merchant_id": "m",
    "amount": {"amount": 5, "currency": "CNY"},
    "checks": 0,
}


def capture(**changes: Any) -> Capture:
    facts: dict[str, Any] = {
        "out_trade_no": "P1",
        "transaction_id": "t1",
        "merchant_id": "m",
        "amount": Money(5, "CNY"),
    }
    return Capture(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"out_trade_no": "P2"}, "capture_matches_number"),
        ({"merchant_id": "n"}, "capture_matches_merchant"),
        ({"amount": Money(5, "USD")}, "capture_matches_currency"),
        ({"amount": Money(4, "CNY")}, "capture_matches_amount"),
    ],
)
def test_a_capture_is_what_we_asked_for(changes: dict[str, Any], rule: str | None) -> None:
    """P-24: each field that differs is named."""
    assert payments.broken_capture_rule(PAYMENT, capture(**changes)) == rule


@pytest.mark.parametrize("state", ["created", "pending", "unknown", "failed", "cancelled"])
def test_money_moves_an_attempt_forward_from_any_state(state: str) -> None:
    attempt: Any = {**PAYMENT, "state": state}
    done = payments.confirm(attempt, capture(), NOW, surplus=False)
    assert (done["state"], done["transaction_id"], done["live"]) == ("confirmed", "t1", False)
    with pytest.raises(DomainError):
        payments.confirm(done, capture(), NOW, surplus=False)
    with pytest.raises(DomainError):
        payments.end(done, "cancelled")


def test_pauses_double_up_to_ten_minutes() -> None:
    pauses = [payments.pause_after(checks).total_seconds() for checks in range(9)]
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert payments.pause_after(10**6).total_seconds() == 600


class Refunding(RuleBasedStateMachine):
    """Refunds of one paid order in any order, against plain sums (P-13)."""

    def __init__(self) -> None:
        super().__init__()
        self.order = order(state="paid", open=False)
        self.moving: list[int] = []
        self.returned = 0

    @rule(amount=st.integers(-5, 300_000))
    def ask(self, amount: int) -> None:
        left = 280_000 - self.returned - sum(self.moving)
        if 0 < amount <= left:
            self.order = orders.reserve_refund(self.order, Money(amount, "CNY"))
            self.moving.append(amount)
            return
        error = refusal(lambda: orders.reserve_refund(self.order, Money(amount, "CNY")))
        assert (error.error, error.params) == (
            REFUND_TOO_LARGE,
            {"maximum": left, "currency": "CNY"},
        )
        assert [one.pointer for one in error.fields] == ["/amount"]

    @rule()
    def ask_in_another_currency(self) -> None:
        assert refusal(lambda: orders.reserve_refund(self.order, Money(1, "USD")))

    @rule(done=st.booleans())
    def settle(self, done: bool) -> None:
        if not self.moving:
            return
        amount = self.moving.pop()
        if done:
            self.order = orders.complete_refund(self.order, Money(amount, "CNY"))
            self.returned += amount
        else:
            self.order = orders.abandon_refund(self.order, Money(amount, "CNY"))

    @invariant()
    def sums_are_exact(self) -> None:
        assert self.order["refunded"]["amount"] == self.returned
        assert self.order["refunding"]["amount"] == sum(self.moving)
        assert orders.refundable(self.order).amount >= 0
        state = "paid" if not self.returned else "partially_refunded"
        assert self.order["state"] == ("refunded" if self.returned == 280_000 else state)


TestRefunding = Refunding.TestCase


LIFE = {
    "open": {"paid", "expired", "cancelled"},
    "expired": {"open"},
    "paid": set(),
    "cancelled": set(),
}


class OrderLife(RuleBasedStateMachine):
    """Any sequence of steps is a path of the machine said plainly (P-7, I-13)."""

    def __init__(self) -> None:
        super().__init__()
        self.order = order()

    def step(self, to: str, act: Callable[[], Order]) -> None:
        if to in LIFE[self.order["state"]]:
            self.order = act()
            assert self.order["state"] == to
        else:
            assert refusal(act).params == {"current_state": self.order["state"]}

    @rule()
    def pay(self) -> None:
        self.step(
            "paid",
            lambda: orders.pay(self.order, paid_at=NOW, paid_on="2026-03-02", receipt_number="1"),
        )

    @rule(to=st.sampled_from(["expired", "cancelled"]))
    def close(self, to: Literal["expired", "cancelled"]) -> None:
        self.step(to, lambda: orders.close(orders.ask_to_close(self.order, to, NOW)))

    @rule()
    def reopen(self) -> None:
        self.step("open", lambda: orders.reopen(self.order, NOW))

    @invariant()
    def only_an_open_order_is_open(self) -> None:
        assert self.order["open"] == (self.order["state"] == "open")


TestOrderLife = OrderLife.TestCase
