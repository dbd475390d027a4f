"""Seats that are taken by paying for them: how long, and by what."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.errors.events import SEAT_TO_BE_PAID
from services.events.domain import fees, registrations
from services.events.domain.fees import SeatPurchase
from services.events.domain.registrations import Registration
from tests.kit.existing import existing
from tests.unit.events.test_states import HOUR, NOW, meetup, registration

FEE = {"amount": 9_900, "currency": "CNY"}


def bought(until: dt.datetime) -> SeatPurchase:
    return existing(fees.to_pay(meetup(fee=FEE), "reg_1", until, NOW))


def selected() -> Registration:
    until = NOW + 10 * HOUR
    return registrations.select(registration(), confirm_by=until, purchase=bought(until))


@given(st.integers(1, 14 * 24 * 60))
def test_it_can_be_paid_for_most_of_its_time_and_never_to_its_end(minutes: int) -> None:
    """The last quarter of an hour, or quarter of the time, is for money that is under way."""
    until = NOW + dt.timedelta(minutes=minutes)
    pay_by = bought(until)["pay_by"]
    assert NOW < pay_by < until
    assert until - pay_by <= fees.MONEY_UNDER_WAY
    assert pay_by - NOW >= (until - NOW) * 3 / 4


def test_without_a_fee_nothing_is_bought() -> None:
    assert fees.to_pay(meetup(), "reg_1", NOW + HOUR, NOW) is None
    plain = registrations.select(registration(), confirm_by=NOW + HOUR)
    assert not registrations.awaits_payment(plain)
    assert registrations.confirm(plain, NOW, "UTC")["state"] == "confirmed"


def test_only_its_own_purchase_takes_the_seat_and_only_while_it_is_kept() -> None:
    kept = selected()
    assert registrations.awaits_payment(kept)
    with pytest.raises(DomainError) as refused:
        registrations.confirm(kept, NOW, "UTC")
    assert refused.value.error is SEAT_TO_BE_PAID
    assert registrations.pay(kept, "pur_2", "ord_1") is None
    paid = existing(registrations.pay(kept, "pur_1", "ord_1"))
    assert (paid["state"], paid["confirm_by"]) == ("confirmed", None)
    assert registrations.is_paid_by(paid, "ord_1")
    assert registrations.pay(paid, "pur_1", "ord_2") is None
    for gone in (registrations.lapse(kept), registrations.decline(kept)):
        assert registrations.pay(gone, "pur_1", "ord_1") is None
        assert not registrations.awaits_payment(gone)
    assert registrations.is_paid_by(registrations.withdraw(paid), "ord_1")


def test_an_earlier_start_leaves_less_time_to_pay() -> None:
    sooner = registrations.brought_forward(selected(), meetup(starts_at=NOW + 5 * HOUR), NOW)
    purchase = existing(sooner.get("purchase"))
    assert purchase["pay_by"] == existing(sooner["confirm_by"]) - fees.MONEY_UNDER_WAY
