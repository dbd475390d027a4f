"""What others do between the reading of a document and the unit of work that saves it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts.errors import DomainError
from contracts.errors.events import OFFER_CLOSED, REGISTRATION_WRONG_STATE
from contracts.types import events as wire
from tests.kit.existing import existing
from tests.store.events.test_seats import seated, taken
from tests.store.events.world import Events, Pass, Shown

Before = Callable[[Callable[[], object]], None]


@pytest.fixture
def before_next_unit(events: Events, monkeypatch: pytest.MonkeyPatch) -> Before:
    """`before_next_unit(act)`: something happens just before the next unit of work begins."""
    uow = events.app.registrations._uow
    run = uow.run

    def arrange(act: Callable[[], object]) -> None:
        def interrupted(ctx: Context, work: Any) -> Any:
            monkeypatch.setattr(uow, "run", run)
            act()
            return run(ctx, work)

        monkeypatch.setattr(uow, "run", interrupted)

    return arrange


def selected(events: Events) -> tuple[wire.Meetup, wire.Registration]:
    """A meetup, and the registration of a person who may confirm."""
    meetup = events.meetup(capacity=1)
    registration = events.register(meetup)
    events.close(meetup)
    events.select(meetup, [registration])
    return meetup, registration


def test_a_seat_that_was_declined_meanwhile_is_not_confirmed(
    events: Events, before_next_unit: Before
) -> None:
    meetup, registration = selected(events)
    before_next_unit(lambda: events.do("decline", registration))
    with pytest.raises(DomainError) as refused:
        events.do("confirm", registration)
    assert refused.value.error is REGISTRATION_WRONG_STATE
    assert events.state(registration) == "declined"
    assert taken(events, meetup) == seated(events, meetup) == 0


def test_a_seat_that_was_confirmed_meanwhile_is_withdrawn_as_it_is(
    events: Events, before_next_unit: Before
) -> None:
    """A step that is right from both states is done from the newer one."""
    meetup, registration = selected(events)
    before_next_unit(lambda: events.do("confirm", registration))
    assert events.do("withdraw", registration)["state"] == "withdrawn"
    stored = existing(events.db["registrations"].find_one({"_id": registration["id"]}))
    assert stored["version"] == 4
    assert events.told(registration)[-1] == "registration_confirmed"
    assert taken(events, meetup) == 0


def test_an_offer_that_was_declined_meanwhile_is_not_accepted(
    events: Events, before_next_unit: Before
) -> None:
    meetup, first = selected(events)
    events.do("decline", first)
    second = offered(events, meetup)
    asked: wire.OfferRef = {"offer_id": existing(events.offer_of(second))["id"]}
    ctx = events.ctx(second["person_id"])
    before_next_unit(lambda: events.app.offers.decline(asked, ctx))
    with pytest.raises(DomainError) as refused:
        events.app.offers.accept(asked, ctx)
    assert refused.value.error is OFFER_CLOSED
    assert events.state(second) == "declined"
    assert taken(events, meetup) == seated(events, meetup) == 0


def offered(events: Events, meetup: Shown) -> Shown:
    """Somebody else, to whom the free seat is offered."""
    stored = existing(events.db["registrations"].find_one({"meetup_id": meetup["id"]}))
    person = new_id("per")
    waiting = {
        **stored,
        "_id": new_id("reg"),
        "person_id": person,
        "state": "waitlisted",
        "live": True,
        "confirm_by": None,
    }
    events.db["registrations"].insert_one(waiting)
    events.app.offers.promote(Pass(events.clock.now()))
    return {"id": waiting["_id"], "person_id": person}


def test_who_registers_while_registration_closes_waits_like_the_others(
    events: Events, before_next_unit: Before
) -> None:
    """The meetup was open when it was read; what was under way is waitlisted before it settles."""
    meetup = events.meetup(capacity=1)
    first = events.register(meetup)

    def closes() -> None:
        events.close(meetup)
        events.select(meetup, [first])
        events.app.selection.waitlist_others(Pass(events.clock.now()))

    before_next_unit(closes)
    late = events.register(meetup)
    assert events.state(late) == "applied"
    events.tick(dt.timedelta(seconds=10))
    assert events.state(late) == "waitlisted"


def test_two_hosts_change_a_meetup_in_turn(events: Events, before_next_unit: Before) -> None:
    """The second one's step is judged by what the first one's left."""
    meetup = events.meetup(capacity=1)
    before_next_unit(lambda: events.close(meetup))
    cancelled = events.app.meetups.cancel(
        {"meetup_id": meetup["id"], "reason": "台风"}, events.host
    )
    assert (cancelled["state"], cancelled["version"]) == ("cancelled", 4)


def test_people_who_left_while_they_were_chosen_are_not_selected(
    events: Events, before_next_unit: Before
) -> None:
    """All or nobody: no seat is taken for the others."""
    meetup = events.meetup(capacity=3)
    people = [events.register(meetup) for _ in range(3)]
    events.close(meetup)
    before_next_unit(lambda: events.do("withdraw", people[1]))
    with pytest.raises(DomainError) as refused:
        events.select(meetup, people)
    assert refused.value.error is REGISTRATION_WRONG_STATE
    assert events.states(meetup) == {"applied": 2, "withdrawn": 1}
    assert taken(events, meetup) == 0
