"""States of meetups and registrations: what each step needs, and what counts against capacity."""

import datetime as dt

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
from contracts.events import MEETUP_STATES, REGISTRATION_STATES
from services.events.domain import meetups, offers, registrations
from services.events.domain.moves import moved

NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def meetup(**changes):
    wishes = {
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
    }
    made = meetups.draft(
        id="mtp_1", wishes=wishes, zone="Asia/Shanghai", created_by="per_1", now=NOW
    )
    return {**made, **changes}


def registration(state="applied", **changes):
    made = registrations.apply(id="reg_1", meetup=meetup(), person_id="per_2", now=NOW)
    return {**made, "state": state, **changes}


def test_declared_states_are_the_published_ones():
    """The contract and the state machines name the same states."""
    assert meetups.STATES == MEETUP_STATES
    assert set(registrations.STATES) == set(REGISTRATION_STATES)


def test_only_people_with_a_seat_are_counted():
    """product.md §4: only selected and confirmed count against capacity; applicants never do."""
    before_the_day = {
        name
        for name, state in registrations.STATES.items()
        if state.counted and name not in ("checked_in", "no_show")
    }
    assert before_the_day == {"selected", "confirmed"}


@pytest.mark.parametrize("machine", [meetups, registrations, offers])
def test_every_state_but_the_first_is_reached_by_some_move(machine):
    """No state is only decoration."""
    reached = {move.target for move in machine.MOVES.values()}
    first = {"draft", "applied", "live"}
    assert set(machine.STATES) <= reached | first


@given(st.sampled_from(sorted(registrations.MOVES)), st.sampled_from(sorted(registrations.STATES)))
def test_step_that_does_not_apply_is_an_error_naming_the_state(name, state):
    """product.md §2: a conflict that names the current state, never a silent success."""
    before = registration(state)
    if state in registrations.MOVES[name].sources:
        after = moved(before, name, registrations.MOVES, REGISTRATION_WRONG_STATE)
        assert after["state"] == registrations.MOVES[name].target
    else:
        with pytest.raises(DomainError) as refused:
            moved(before, name, registrations.MOVES, REGISTRATION_WRONG_STATE)
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
def test_meetup_in_the_past_or_backwards_is_refused(changes):
    """Drafting and publishing check the times."""
    with pytest.raises(DomainError) as refused:
        meetups.publish(meetup(**changes), NOW)
    assert refused.value.error is MEETUP_TIMES_WRONG


def test_life_of_a_meetup():
    """draft → published → registration_closed → held; a held one cannot be called off."""
    published = meetups.publish(meetup(), NOW)
    closed = meetups.close_registration(published)
    held = meetups.end(closed)
    assert held["state"] == "held"
    assert held["winding_up"]
    for state, step in ((held, "cancel"), (closed, "publish"), (meetup(), "end")):
        with pytest.raises(DomainError) as refused:
            moved(state, step, meetups.MOVES, MEETUP_WRONG_STATE)
        assert refused.value.params == {"current_state": state["state"]}


def test_meetup_that_has_begun_takes_nobody_and_lets_nobody_go():
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


def test_seat_is_confirmed_in_time_or_not_at_all():
    """A kept seat expires by its date, whether or not a job has noticed (D-10)."""
    by = NOW + HOUR
    selected = registrations.select(registration(), hold_id="hld_1", confirm_by=by)
    assert registrations.confirm(selected, by)["state"] == "confirmed"
    with pytest.raises(DomainError) as refused:
        registrations.confirm(selected, by + dt.timedelta(milliseconds=1))
    assert refused.value.error is SEAT_EXPIRED


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 400))
def test_kept_seat_can_still_go_to_others(hold_hours, hours_to_start, minutes):
    """The hold time ends before the waitlist rests, as long as that is possible."""
    planned = meetup(hold_hours=hold_hours, starts_at=NOW + hours_to_start * HOUR)
    now = min(NOW + dt.timedelta(minutes=minutes), planned["starts_at"])
    until = registrations.confirm_by(planned, now)
    assert now <= until <= min(now + hold_hours * HOUR, planned["starts_at"])
    if now < meetups.cut_off(planned):
        assert until <= meetups.cut_off(planned)


def test_offer_that_expires_puts_its_person_back_once():
    """product.md §4: after expiry once back to the queue, at its end; then out."""
    waiting = registration("waitlisted", offer={"id": "ofr_1", "expires_at": NOW})
    later = NOW + HOUR
    once = registrations.lose_offer(waiting, later)
    assert (once["state"], once["queued_at"], once["offer"]) == ("waitlisted", later, None)
    twice = registrations.lose_offer({**once, "offer": waiting["offer"]}, later)
    assert (twice["state"], twice["live"]) == ("hold_expired", False)


def test_host_does_not_select_over_a_live_offer():
    """The seat is on its way to this person already."""
    waiting = registration("waitlisted", offer={"id": "ofr_1", "expires_at": NOW})
    with pytest.raises(DomainError) as refused:
        registrations.select(waiting, hold_id="hld_1", confirm_by=NOW)
    assert refused.value.error is REGISTRATION_WRONG_STATE


def test_check_in_opens_two_hours_before_and_mends_a_no_show():
    """A no-show noted by the job may be corrected at the door."""
    planned = meetup()
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
    ],
)
def test_winding_up_decides_whatever_is_open(meetup_state, before, after):
    """Nobody is left waiting for a meetup that is over."""
    wound_up = registrations.wind_up(registration(before), meetup(state=meetup_state))
    assert wound_up["state"] == after
