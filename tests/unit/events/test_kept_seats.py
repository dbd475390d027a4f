"""Whether a seat is kept for somebody who has not answered yet (mails of it ask this, R33)."""

import datetime as dt
from typing import Any

import pytest

from contracts.states.events import REGISTRATION_STATES, RegistrationState
from services.events.domain.registrations import awaits_answer, decline_offer, offered, withdraw

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def registration(state: RegistrationState) -> Any:
    return {"_id": "reg_1", "state": state, "live": True, "confirm_by": None, "offer": None}


@pytest.mark.parametrize("state", REGISTRATION_STATES)
def test_who_was_selected_and_has_not_answered_has_a_kept_seat(state: RegistrationState) -> None:
    assert awaits_answer(registration(state)) is (state == "selected")


def test_an_offer_keeps_a_seat_until_it_is_declined_or_the_person_withdraws() -> None:
    made = offered(registration("waitlisted"), {"id": "ofr_1", "expires_at": NOW})
    assert awaits_answer(made)
    assert not awaits_answer(decline_offer(made))
    assert not awaits_answer(withdraw(made))
