"""Transfers: what came is the order's, waits, or goes back; their references (rules.md §3.4)."""

import datetime as dt
import itertools
from typing import Any, cast

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.errors import DomainError
from contracts.errors.payments import TRANSFER_WRONG_STATE
from contracts.money import Money
from services.payments.domain.money import transfers
from services.payments.domain.money.transfers import TRANSFER, Receipt, Transfer
from tests.unit.payments.samples import NOW

PRICE = 1_000


def transfer(**changes: Any) -> Transfer:
    made = transfers.new_transfer(
        community_id="com_1",
        account_id="acc_1",
        merchant_id="com_1",
        pay_to={"holder": "h", "bank": "b", "number": "1", "note": ""},
        second_person_above=None,
        out_trade_no="P1",
        reference="ABCDEFGH",
        amount=Money(PRICE, "CNY"),
        expires_at=NOW + dt.timedelta(days=3),
        now=NOW,
    )
    changed: Any = {**made, **changes}
    return cast(Transfer, changed)


def receipt(amount: int, by: str = "per_1", on: str = "2026-03-02") -> Receipt:
    day = dt.datetime.fromisoformat(on).replace(tzinfo=dt.UTC)
    return {
        "amount": {"amount": amount, "currency": "CNY"},
        "received_on": on,
        "received_at": day,
        "note": "as_asked",
        "confirmed_by": by,
        "confirmed_at": NOW,
    }


class Receiving(RuleBasedStateMachine):
    """Money that comes in any parts, before and after the end of the order."""

    def __init__(self) -> None:
        super().__init__()
        self.transfer = transfer()
        self.came = self.back = 0

    @precondition(lambda self: self.transfer["state"] != "received")
    @rule(amount=st.integers(1, 2 * PRICE))
    def receive(self, amount: int) -> None:
        self.transfer, surplus = transfers.receive(self.transfer, receipt(amount))
        self.came += amount
        self.back += surplus.amount

    @precondition(lambda self: self.transfer["state"] != "received")
    @rule(amount=st.integers(1, 2 * PRICE))
    def claim(self, amount: int) -> None:
        self.transfer = transfers.claim(self.transfer, receipt(amount))

    @precondition(lambda self: self.transfer["open"])
    @rule()
    def close(self) -> None:
        self.transfer = transfers.close(self.transfer)

    @precondition(lambda self: not self.transfer["open"])
    @rule()
    def end(self) -> None:
        """The order's end gives back what waits, whether it comes once or twice."""
        left = transfers.undecided(self.transfer)
        self.transfer = transfers.give_back(self.transfer, left)
        self.back += left.amount

    @invariant()
    def what_came_is_the_orders_or_waits_or_goes_back(self) -> None:
        """P-13: received = order + waiting + returned, and no more goes back than came."""
        whole = PRICE if transfers.capture_of(self.transfer) else 0
        waiting = transfers.undecided(self.transfer).amount
        assert self.transfer["received"]["amount"] == self.came
        assert self.transfer["returned"]["amount"] == self.back <= self.came
        assert self.came == whole + waiting + self.back
        assert waiting < PRICE

    @invariant()
    def the_state_says_how_it_stands(self) -> None:
        is_whole = transfers.capture_of(self.transfer) is not None
        assert (self.transfer["state"] == "received") is is_whole
        assert (self.transfer["state"] == "awaiting_second") is (self.transfer["claim"] is not None)
        assert not (is_whole and self.transfer["open"])
        assert not self.transfer["to_remind"] or self.transfer["open"]


TestReceiving = Receiving.TestCase


def test_a_whole_transfer_has_the_day_of_the_money_that_made_it_so() -> None:
    first = transfers.receive(transfer(), receipt(400, on="2026-03-02")).transfer
    whole = transfers.receive(first, receipt(600, on="2026-03-04")).transfer
    capture = transfers.capture_of(whole)
    assert capture is not None
    assert (capture.amount.amount, capture.transaction_id) == (PRICE, whole["_id"])
    assert capture.captured_at == dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


def test_what_is_received_takes_no_more() -> None:
    whole = transfers.receive(transfer(), receipt(PRICE)).transfer
    with pytest.raises(DomainError) as refused:
        TRANSFER.require_in(whole, "open", "awaiting_second", "closed")
    assert refused.value.error is TRANSFER_WRONG_STATE


@pytest.mark.parametrize(
    ("received", "amount", "limit", "needed"),
    [(0, 500, 500, False), (0, 501, 500, True), (300, 201, 500, True), (0, 501, None, False)],
)
def test_parts_count_together_for_who_has_to_confirm(
    received: int, amount: int, limit: int | None, needed: bool
) -> None:
    before = transfer(received={"amount": received, "currency": "CNY"})
    bound: Any = None if limit is None else {"amount": limit, "currency": "CNY"}
    assert transfers.needs_second(before, receipt(amount), bound) is needed


def test_a_limit_in_another_currency_asks_for_two() -> None:
    assert transfers.needs_second(transfer(), receipt(1), {"amount": 10**9, "currency": "EUR"})


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (receipt(PRICE, "per_2"), True),
        (receipt(PRICE, "per_1"), False),
        (receipt(PRICE - 1, "per_2"), False),
        (receipt(PRICE, "per_2", "2026-03-03"), False),
    ],
)
def test_a_second_person_says_the_same(said: Receipt, counts: bool) -> None:
    assert transfers.said_by_another(receipt(PRICE, "per_1"), said) is counts


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-03-02T04:00:00+00:00", "Asia/Shanghai", "2026-03-05T16:00:00+00:00"),
        ("2026-03-02T16:00:00+00:00", "Asia/Shanghai", "2026-03-06T16:00:00+00:00"),
        ("2026-03-27T12:00:00+00:00", "Europe/Berlin", "2026-03-30T22:00:00+00:00"),
    ],
)
def test_a_transfer_is_open_to_the_end_of_its_last_day(now: str, zone: str, until: str) -> None:
    """Also where a night is an hour shorter."""
    found = transfers.open_until(dt.datetime.fromisoformat(now), 3, zone)
    assert found == dt.datetime.fromisoformat(until)


@pytest.mark.parametrize("drawn", ["ABCDEFG", "7777777", "Z2Z2Z2Z", "9KQWMPA"])
def test_a_slip_of_the_pen_is_no_other_reference(drawn: str) -> None:
    """One character wrong, or two beside each other in the wrong order."""
    reference = transfers.checked(drawn)
    slips = {
        reference[:place] + char + reference[place + 1 :]
        for place, char in itertools.product(range(len(reference)), transfers.ALPHABET)
    }
    for place in range(len(reference) - 1):
        swapped = reference[place + 1] + reference[place]
        slips.add(reference[:place] + swapped + reference[place + 2 :])
    assert len(reference) == transfers.DRAWN + 1
    assert all(transfers.checked(slip[:-1]) != slip for slip in slips - {reference})
