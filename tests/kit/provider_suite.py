"""What every payment provider has to do; a provider's tests derive from `ProviderSuite`, or from
`MachineSuite` where a machine stands at the other end, which gives money back, is silent at times,
and calls back.

    class TestSandbox(MachineSuite):
        @pytest.fixture
        def far_side(self, …) -> MachineSide: …

`Bank` of `tests.store.payments` passes the suite as well.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, get_args

import pytest

from chassis.clock import real_now
from chassis.ids import new_id
from contracts.money import Money
from contracts.states.payments import AccountProblem
from services.payments.adapters.provider import (
    AccountUnusable,
    CallbackInvalid,
    EndedPayment,
    Notice,
    Provider,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderSilent,
    WayBack,
)
from services.payments.domain.money.accounts import ProviderAccount
from tests.kit.probe import probe

PaymentEnd = Literal["failed", "cancelled"]
PRICE = Money(300_000, "CNY")


@dataclass(frozen=True)
class SignedCallback:
    """A callback as it arrived."""

    headers: Mapping[str, str]
    body: bytes


class FarSide(Protocol):
    """A provider, an account with it, and what stands at its other end."""

    provider: Provider
    account: ProviderAccount

    def pay(self, payment: ProviderPayment) -> None:
        """The payer does what is next, and pays."""


class MachineSide(FarSide, Protocol):
    """One that is a machine; `unusable` are accounts with it that do not work, by why."""

    unusable: Mapping[AccountProblem, ProviderAccount]

    def end(self, payment: ProviderPayment, state: PaymentEnd) -> None:
        """The payer fails to pay, or gives it up."""

    def decide(self, out_refund_no: str) -> None:
        """The refund comes to its end, if it needs a push."""

    def callbacks(self, out_trade_no: str, count: int) -> list[SignedCallback]:
        """The first callbacks about a payment and its refunds, in the order of their arrival."""

    def silent(self) -> AbstractContextManager[None]:
        """The other side does not answer for a while."""


def new_number() -> str:
    return "P" + new_id("pay").removeprefix("pay_")


def create(side: FarSide, number: str, account: ProviderAccount | None = None) -> ProviderPayment:
    return side.provider.create_payment(
        account or side.account,
        out_trade_no=number,
        amount=PRICE,
        description="年费",
        expires_at=real_now() + dt.timedelta(minutes=30),
        way_back=WayBack("https://club.example.com/paid?order_id=ord_1", None),
    )


def refund(side: FarSide, number: str, paid: str, amount: int) -> ProviderRefund:
    return side.provider.create_refund(
        side.account,
        out_refund_no=number,
        out_trade_no=paid,
        amount=Money(amount, PRICE.currency),
        reason="cool-off",
    )


def pay(side: FarSide) -> str:
    """The number of a payment that was paid."""
    number = new_number()
    side.pay(create(side, number))
    return number


def refunded(side: MachineSide, paid: str, amount: int) -> str:
    """The number of a refund that succeeded."""
    number = new_number()
    refund(side, number, paid, amount)
    side.decide(number)

    def succeeded() -> bool:
        return side.provider.query_refund(side.account, number).state == "succeeded"

    probe(succeeded, 10, "the refund")
    return number


def read(side: FarSide, callback: SignedCallback) -> Notice:
    """What a callback says, once it is verified."""
    side.provider.verify(side.account, callback.headers, callback.body)
    return side.provider.read_notice(side.account, callback.body)


class ProviderSuite:
    """Derive from it, name the provider, and give the fixture `far_side`."""

    provider: ClassVar[str]

    # ── Accounts ────────────────────────────────────────────────────────────────────────────────

    def test_an_account_that_works_is_taken(self, far_side: FarSide) -> None:
        far_side.provider.check_account(far_side.account)

    # ── Payments ────────────────────────────────────────────────────────────────────────────────

    def test_a_payment_waits_and_says_what_its_payer_does_next(self, far_side: FarSide) -> None:
        number = new_number()
        made = create(far_side, number)
        assert (made.state, made.captures) == ("pending", ())
        assert made.next_action is not None
        assert far_side.provider.query_payment(far_side.account, number) == made

    def test_a_payment_created_again_is_the_same(self, far_side: FarSide) -> None:
        """P-8: one number, one payment, however often it is asked for."""
        number = new_number()
        assert create(far_side, number) == create(far_side, number)
        far_side.pay(create(far_side, number))
        again = create(far_side, number)
        assert (again.state, len(again.captures)) == ("paid", 1)

    def test_what_was_never_created_is_missing(self, far_side: FarSide) -> None:
        provider, account = far_side.provider, far_side.account
        number = new_number()
        assert provider.query_payment(account, number).state == "missing"
        assert provider.close_payment(account, number).state == "missing"

    def test_a_paid_payment_has_its_capture(self, far_side: FarSide) -> None:
        """P-24: all that a capture is checked against."""
        number = pay(far_side)
        known = far_side.provider.query_payment(far_side.account, number)
        (capture,) = known.captures
        assert known.state == "paid"
        assert (capture.out_trade_no, capture.amount) == (number, PRICE)
        assert capture.merchant_id == far_side.account["merchant_id"]
        assert capture.transaction_id
        assert capture.captured_at is None or capture.captured_at.tzinfo is not None

    def test_a_closed_payment_stays_closed(self, far_side: FarSide) -> None:
        provider, account = far_side.provider, far_side.account
        number = new_number()
        create(far_side, number)
        for _ in range(2):
            assert provider.close_payment(account, number).state == "closed"
        known = provider.query_payment(account, number)
        assert (known.state, known.captures) == ("closed", ())

    def test_closing_comes_too_late_for_a_paid_payment(self, far_side: FarSide) -> None:
        """Then the answer has the capture."""
        number = pay(far_side)
        known = far_side.provider.close_payment(far_side.account, number)
        assert (known.state, len(known.captures)) == ("paid", 1)

    # ── Refunds ─────────────────────────────────────────────────────────────────────────────────

    def test_a_refund_has_its_number(self, far_side: FarSide) -> None:
        paid, number = pay(far_side), new_number()
        for _ in range(2):
            made = refund(far_side, number, paid, 200_000)
            assert (made.out_refund_no, made.amount) == (number, Money(200_000, "CNY"))

    # ── Callbacks ───────────────────────────────────────────────────────────────────────────────

    def test_what_nobody_signed_is_not_believed(self, far_side: FarSide) -> None:
        """P-20"""
        with pytest.raises(CallbackInvalid):
            far_side.provider.verify(far_side.account, {}, b"{}")

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"id": 1}'])
    def test_what_is_no_callback_is_refused(self, far_side: FarSide, body: bytes) -> None:
        with pytest.raises(CallbackInvalid):
            far_side.provider.read_notice(far_side.account, body)

    def test_the_acknowledgement_is_an_answer(self, far_side: FarSide) -> None:
        """P-21: what stops the repetitions."""
        status, content_type, body = far_side.provider.acknowledgement
        assert 200 <= status < 300
        assert content_type
        assert isinstance(body, str)


class MachineSuite(ProviderSuite):
    """For a provider that is a machine."""

    # ── Accounts ────────────────────────────────────────────────────────────────────────────────

    @pytest.mark.parametrize("problem", get_args(AccountProblem))
    def test_an_account_that_does_not_work_says_why(
        self, far_side: MachineSide, problem: AccountProblem
    ) -> None:
        with pytest.raises(AccountUnusable) as unusable:
            far_side.provider.check_account(far_side.unusable[problem])
        assert unusable.value.problem == problem

    @pytest.mark.parametrize("problem", ["secret_missing", "key_refused"])
    def test_nothing_is_paid_with_one(self, far_side: MachineSide, problem: AccountProblem) -> None:
        """It is silence to whoever asks about what is under way."""
        number = new_number()
        account = far_side.unusable[problem]
        calls: tuple[Callable[[], ProviderPayment], ...] = (
            lambda: create(far_side, number, account),
            lambda: far_side.provider.query_payment(account, number),
        )
        for call in calls:
            with pytest.raises(AccountUnusable) as unusable:
                call()
            assert unusable.value.problem == problem
        known = far_side.provider.query_payment(far_side.account, number)
        assert known.state == "missing"

    # ── Refunds ─────────────────────────────────────────────────────────────────────────────────

    def test_a_refund_that_was_never_made_is_missing(self, far_side: MachineSide) -> None:
        number = new_number()
        known = far_side.provider.query_refund(far_side.account, number)
        assert known == ProviderRefund("missing", number)

    def test_a_refund_is_made_once_under_its_number(self, far_side: MachineSide) -> None:
        paid, number = pay(far_side), new_number()
        for _ in range(2):
            made = refund(far_side, number, paid, 200_000)
            assert (made.out_refund_no, made.amount) == (number, Money(200_000, "CNY"))
        refunded(far_side, paid, 100_000)  # no more than that is left

    def test_a_refunded_payment_was_paid_all_the_same(self, far_side: MachineSide) -> None:
        paid = pay(far_side)
        for amount in (100_000, 200_000):
            number = refunded(far_side, paid, amount)
            known = far_side.provider.query_refund(far_side.account, number)
            assert known.amount == Money(amount, "CNY")
            payment = far_side.provider.query_payment(far_side.account, paid)
            assert (payment.state, len(payment.captures)) == ("paid", 1)

    def test_no_more_is_refunded_than_was_paid(self, far_side: MachineSide) -> None:
        """A refusal means that nothing happened."""
        paid, number = pay(far_side), new_number()
        with pytest.raises(ProviderRefused):
            refund(far_side, number, paid, PRICE.amount + 1)
        assert far_side.provider.query_refund(far_side.account, number).state == "missing"

    # ── Silence ─────────────────────────────────────────────────────────────────────────────────

    def test_a_call_without_an_answer_says_so_and_may_be_repeated(
        self, far_side: MachineSide
    ) -> None:
        """O-10, P-8: what happened is unknown, and found out under the same number."""
        provider, account = far_side.provider, far_side.account
        paid, number, refund_number = pay(far_side), new_number(), new_number()
        calls = (
            lambda: create(far_side, number),
            lambda: provider.query_payment(account, number),
            lambda: provider.close_payment(account, number),
            lambda: refund(far_side, refund_number, paid, 1),
            lambda: provider.query_refund(account, refund_number),
            lambda: provider.check_account(account),
        )
        with far_side.silent():
            for call in calls:
                with pytest.raises(ProviderSilent):
                    call()
        for call in calls:
            call()

    # ── Callbacks ───────────────────────────────────────────────────────────────────────────────

    def test_a_callback_says_what_a_question_would(self, far_side: MachineSide) -> None:
        paid = pay(far_side)
        notice = read(far_side, far_side.callbacks(paid, 1)[0])
        (capture,) = far_side.provider.query_payment(far_side.account, paid).captures
        assert (notice.kind, notice.capture, notice.refund) == ("payment", capture, None)
        number = refunded(far_side, paid, 100_000)
        notice = read(far_side, far_side.callbacks(paid, 2)[1])
        known = far_side.provider.query_refund(far_side.account, number)
        assert (notice.kind, notice.capture, notice.refund) == ("refund", None, known)

    @pytest.mark.parametrize("state", get_args(PaymentEnd))
    def test_a_payment_that_ended_without_money_says_so(
        self, far_side: MachineSide, state: PaymentEnd
    ) -> None:
        """By a callback, and to whoever asks; nobody can pay it any more, and closing it is
        nothing new."""
        provider, account = far_side.provider, far_side.account
        far_side.end(create(far_side, number := new_number()), state)
        notice = read(far_side, far_side.callbacks(number, 1)[0])
        ended = EndedPayment(number, account["merchant_id"], state)
        assert (notice.kind, notice.capture, notice.refund) == ("end", None, None)
        assert notice.ended == ended
        known = provider.query_payment(account, number)
        is_failed = state == "failed"
        assert (known.state, known.captures) == ("failed" if is_failed else "closed", ())
        assert provider.close_payment(account, number).captures == ()

    def test_notices_have_ids_of_their_own(self, far_side: MachineSide) -> None:
        """P-3: by its id one is stored once. A callback that is read again has the same."""
        paid = pay(far_side)
        refunded(far_side, paid, 100_000)
        first, second = far_side.callbacks(paid, 2)
        assert read(far_side, first) == read(far_side, first)
        assert read(far_side, first).id != read(far_side, second).id

    def test_headers_have_names_in_any_case(self, far_side: MachineSide) -> None:
        (callback,) = far_side.callbacks(pay(far_side), 1)
        for change in (str.lower, str.upper):
            headers = {change(name): value for name, value in callback.headers.items()}
            far_side.provider.verify(far_side.account, headers, callback.body)

    def test_what_is_not_signed_is_not_believed(self, far_side: MachineSide) -> None:
        """P-20: no signature, or the one of another body."""
        (callback,) = far_side.callbacks(pay(far_side), 1)
        for headers, body in (({}, callback.body), (callback.headers, callback.body + b" ")):
            with pytest.raises(CallbackInvalid):
                far_side.provider.verify(far_side.account, headers, body)
