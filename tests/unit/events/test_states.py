"""States of meetups and registrations: what each step needs, and what counts against capacity."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.errors.events import (
    CHECK_IN_NOT_OPEN,
    MEETUP_TIMES_WRONG,
    MEETUP_WRONG_STATE,
    REGISTRATION_WRONG_STATE,
    SEAT_EXPIRED,
)
from contracts.state_machine import StateMachine
from contracts.states.events import (
    MEETUP_STATES,
    REGISTRATION_STATES,
    MeetupState,
    RegistrationState,
)
from contracts.types.events import CreateMeetup
from services.events.domain import meetups, offers, registrations
from services.events.domain.registrations import Registration

NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def meetup(**changes: Any) -> meetups.Meetup:
    wishes: CreateMeetup = {
        "community_id": "com_1",
        "title": "周六午餐",
        "description": "",
        "starts_at": NOW + 24 * HOUR,
        "ends_at": NOW + 27 * HOUR,
        "zone": None,
        "city": "上海",
        "address": "",
        "capacity": 2,
        "hold_hours": 10,
        "fee": None,
        "refund_brackets": [],
    }
    made = meetups.draft(
        id="mtp_1", wishes=wishes, zone="Asia/Shanghai", created_by="per_1", now=NOW
    )
    changed: Any = {**made, **changes}
    return changed


def registration(state: RegistrationState = "applied", **changes: Any) -> Registration:
    made = registrations.apply(id="reg_1", meetup=meetup(), person_id="per_2", now=NOW)
    changed: Any = {**made, "state": state, **changes}
    return changed


def test_declared_states_are_the_published_ones() -> None:
    """The contract and the domain name the same states."""
    assert meetups.MEETUP.states == MEETUP_STATES
    assert set(registrations.REGISTRATION.states) == set(REGISTRATION_STATES)


def test_only_people_with_a_seat_are_counted() -> None:
    """product.md §4: only selected and confirmed count against capacity; applicants never do."""
    before_the_day = set(registrations.COUNTED) - {"checked_in", "no_show"}
    assert before_the_day == {"selected", "confirmed"}


@pytest.mark.parametrize("machine", [meetups.MEETUP, registrations.REGISTRATION, offers.OFFER])
def test_every_state_but_the_first_is_reached_by_some_move(machine: StateMachine[Any]) -> None:
    """No state is only decoration."""
    assert frozenset().union(*machine.moves.values()) == {*machine.states[1:]}


# Each step, the states from which it applies (product.md §4), and where it leads.
Step = Callable[[Registration], Registration]
STEPS: dict[str, tuple[Step, set[RegistrationState], RegistrationState]] = {
    "select": (
        lambda one: registrations.select(one, confirm_by=NOW),
        {"applied", "waitlisted"},
        "selected",
    ),
    "wait": (registrations.wait, {"applied"}, "waitlisted"),
    "confirm": (lambda one: registrations.confirm(one, NOW, "UTC"), {"selected"}, "confirmed"),
    "decline": (registrations.decline, {"selected"}, "declined"),
    "lapse": (registrations.lapse, {"selected"}, "hold_expired"),
    "accept_offer": (
        lambda one: registrations.accept_offer(one, "UTC"),
        {"waitlisted"},
        "confirmed",
    ),
    "decline_offer": (registrations.decline_offer, {"waitlisted"}, "declined"),
    "lose_offer": (lambda one: registrations.lose_offer(one, NOW), {"waitlisted"}, "waitlisted"),
    "lose_last_offer": (
        lambda one: registrations.lose_offer({**one, "offers_lapsed": 1}, NOW),
        {"waitlisted"},
        "hold_expired",
    ),
    "withdraw": (
        registrations.withdraw,
        {"applied", "selected", "confirmed", "waitlisted"},
        "withdrawn",
    ),
    "check_in": (
        lambda one: registrations.check_in(one, meetup(state="published", starts_at=NOW), NOW),
        {"confirmed", "no_show"},
        "checked_in",
    ),
}


@pytest.mark.parametrize("state", REGISTRATION_STATES)
@pytest.mark.parametrize("step", STEPS)
def test_step_that_does_not_apply_is_an_error_naming_the_state(
    step: str, state: RegistrationState
) -> None:
    """product.md §2: a conflict that names the current state, never a silent success."""
    do, sources, target = STEPS[step]
    before = registration(state, confirm_by=NOW)
    if state in sources:
        after = do(before)
        assert after["state"] == target
        assert after["live"] == (target in registrations.LIVE)
    else:
        with pytest.raises(DomainError) as refused:
            do(before)
        assert refused.value.error is REGISTRATION_WRONG_STATE
        assert refused.value.params == {"current_state": state}


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": NOW},
        {"starts_at": NOW - HOUR},
        {"ends_at": NOW + 24 * HOUR},
        {"ends_at": NOW + 20 * HOUR},
    ],
)
def test_meetup_in_the_past_or_backwards_is_refused(changes: dict[str, dt.datetime]) -> None:
    """Drafting and publishing check the times."""
    with pytest.raises(DomainError) as refused:
        meetups.publish(meetup(**changes), NOW)
    assert refused.value.error is MEETUP_TIMES_WRONG


def test_life_of_a_meetup() -> None:
    """draft → published → registration_closed → held; a held one cannot be called off."""
    published = meetups.publish(meetup(), NOW)
    closed = meetups.close_registration(published)
    held = meetups.end(closed)
    assert held["state"] == "held"
    assert held["winding_up"]
    refusals: list[tuple[meetups.Meetup, Callable[[], object]]] = [
        (held, lambda: meetups.cancel(held, "rain", NOW)),
        (closed, lambda: meetups.publish(closed, NOW)),
        (meetup(), lambda: meetups.end(meetup())),
    ]
    for before, refuse in refusals:
        with pytest.raises(DomainError) as refused:
            refuse()
        assert refused.value.error is MEETUP_WRONG_STATE
        assert refused.value.params == {"current_state": before["state"]}


def test_meetup_that_has_begun_takes_nobody_and_lets_nobody_go() -> None:
    """Registration, selection and withdrawal end with the start."""
    begun = NOW + 24 * HOUR
    published = meetups.publish(meetup(), NOW)
    closed = meetups.close_registration(published)
    for refuse in (
        lambda: meetups.require_open_for_registration(published, begun),
        lambda: meetups.require_selectable(closed, begun),
        lambda: meetups.require_not_begun(closed, begun),
        lambda: meetups.cancel(closed, "rain", begun),
    ):
        with pytest.raises(DomainError) as refused:
            refuse()
        assert refused.value.params == {"current_state": "started"}


def test_seat_is_confirmed_in_time_or_not_at_all() -> None:
    """A kept seat expires by its date, whether or not a job has noticed (D-10)."""
    by = NOW + HOUR
    selected = registrations.select(registration(), confirm_by=by)
    assert registrations.confirm(selected, by, "UTC")["state"] == "confirmed"
    with pytest.raises(DomainError) as refused:
        registrations.confirm(selected, by + dt.timedelta(milliseconds=1), "UTC")
    assert refused.value.error is SEAT_EXPIRED


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 400))
def test_kept_seat_can_still_go_to_others(
    hold_hours: int, hours_to_start: int, minutes: int
) -> None:
    """The hold time ends before the waitlist rests, as long as that is possible."""
    planned = meetup(hold_hours=hold_hours, starts_at=NOW + hours_to_start * HOUR)
    now = min(NOW + dt.timedelta(minutes=minutes), planned["starts_at"])
    until = registrations.confirm_by(planned, now)
    assert now <= until <= min(now + hold_hours * HOUR, planned["starts_at"])
    if now < meetups.cut_off(planned):
        assert until <= meetups.cut_off(planned)


def test_offer_that_expires_puts_its_person_back_once() -> None:
    """product.md §4: after expiry once back to the queue, at its end; then out."""
    waiting = registration("waitlisted", offer={"id": "ofr_1", "expires_at": NOW})
    later = NOW + HOUR
    once = registrations.lose_offer(waiting, later)
    assert (once["state"], once["queued_at"], once["offer"]) == ("waitlisted", later, None)
    twice = registrations.lose_offer({**once, "offer": waiting["offer"]}, later)
    assert (twice["state"], twice["live"]) == ("hold_expired", False)


def test_host_does_not_select_over_a_live_offer() -> None:
    """The seat is on its way to this person already."""
    waiting = registration("waitlisted", offer={"id": "ofr_1", "expires_at": NOW})
    with pytest.raises(DomainError) as refused:
        registrations.select(waiting, confirm_by=NOW)
    assert refused.value.error is REGISTRATION_WRONG_STATE


def test_check_in_opens_two_hours_before_and_mends_a_no_show() -> None:
    """A no-show noted by the job may be corrected at the door."""
    planned = meetup(state="published")
    opens = planned["starts_at"] - 2 * HOUR
    with pytest.raises(DomainError) as refused:
        registrations.check_in(registration("confirmed"), planned, opens - HOUR)
    assert refused.value.error is CHECK_IN_NOT_OPEN
    assert registrations.check_in(registration("confirmed"), planned, opens)["checked_in_at"]
    mended = registrations.check_in(registration("no_show"), planned, planned["ends_at"] + HOUR)
    assert mended["state"] == "checked_in"


@pytest.mark.parametrize(
    ("meetup_state", "before", "after"),
    [
        ("held", "confirmed", "no_show"),
        ("held", "selected", "not_selected"),
        ("held", "waitlisted", "not_selected"),
        ("held", "applied", "not_selected"),
        ("cancelled", "confirmed", "cancelled"),
        ("cancelled", "waitlisted", "cancelled"),
        ("cancelled", "checked_in", "cancelled"),
    ],
)
def test_winding_up_decides_whatever_is_open(
    meetup_state: MeetupState, before: RegistrationState, after: RegistrationState
) -> None:
    """Nobody is left waiting for a meetup that is over."""
    wound_up = registrations.wind_up(registration(before), meetup(state=meetup_state))
    assert wound_up["state"] == after
