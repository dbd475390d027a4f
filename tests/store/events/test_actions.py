"""What the answers say that somebody may do is what the commands take, and nothing else is."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from contracts.errors import DomainError
from tests.kit.neighbours import MEMBER
from tests.store.events.world import Events, Shown

DAY = dt.timedelta(days=1)


def on_meetup(events: Events, meetup: Shown, ctx: Context) -> list[str]:
    actions = events.app.meetups.get({"meetup_id": meetup["id"]}, ctx)["actions"]
    listing: Any = {"community_id": meetup["community_id"], "state": None, "sort": None}
    listing |= {"starts_from": None, "starts_before": None, "after": None, "limit": 50}
    page = events.app.meetups.list_of_community(listing, ctx)
    assert [one["actions"] for one in page["items"] if one["id"] == meetup["id"]] == [actions]
    return actions


def on_registration(events: Events, registration: Shown, ctx: Context | None = None) -> list[str]:
    ctx = ctx or events.ctx(registration["person_id"])
    asked: Any = {"registration_id": registration["id"], "include": None}
    actions = events.app.registrations.get(asked, ctx)["actions"]
    if ctx == events.host:
        assert _listed(events, registration) == actions
    return actions


def _listed(events: Events, registration: Shown) -> list[str]:
    listing: Any = {
        "meetup_id": registration["meetup_id"],
        "state": None,
        "sort": None,
        "updated_after": None,
        "count": False,
        "search": None,
        "after": None,
        "limit": 50,
    }
    page = events.app.registrations.list_of_meetup(listing, events.host)
    (row,) = [one for one in page["items"] if one["id"] == registration["id"]]
    return row["actions"]


def test_hosts_see_what_they_may_do_with_a_meetup(events: Events) -> None:
    draft, member = events.meetup(capacity=1, published=False), events.ctx(new_id("per"))
    assert on_meetup(events, draft, events.host) == [
        "publish_meetup", "cancel_meetup", "change_meetup",
    ]  # fmt: skip
    events.app.meetups.publish({"meetup_id": draft["id"]}, events.host)
    assert on_meetup(events, draft, events.host) == [
        "close_registration", "cancel_meetup", "change_meetup", "register",
    ]  # fmt: skip
    assert on_meetup(events, draft, member) == ["register"]
    own = events.register(draft)
    assert on_meetup(events, draft, events.ctx(own["person_id"])) == []
    events.close(draft)
    assert on_meetup(events, draft, events.host) == [
        "cancel_meetup", "change_meetup", "select_registrations",
    ]  # fmt: skip
    assert on_meetup(events, draft, member) == []
    events.tick(11 * DAY)
    assert on_meetup(events, draft, events.host) == []


def test_people_see_what_they_may_do_with_their_registration(events: Events) -> None:
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    assert on_registration(events, first) == ["withdraw_registration"]
    events.close(meetup)
    assert on_registration(events, first, events.host) == ["select_registrations"]
    events.select(meetup, [first])
    events.tick()
    assert on_registration(events, first) == [
        "confirm_registration", "decline_registration", "withdraw_registration",
    ]  # fmt: skip
    assert on_registration(events, second) == ["withdraw_registration"]
    former = {**MEMBER, "state": "cancelled", "term_ends_on": "2026-11-20"}
    events.members.standings[first["person_id"]] = former
    fresh = on_registration(events, first)
    assert "decline_registration" in fresh
    events.members.standings.pop(first["person_id"])


def test_nobody_is_selected_while_no_seat_is_free(events: Events) -> None:
    """Neither by the meetup nor by any of its rows; an offer keeps its seat, too."""
    meetup = events.meetup(capacity=1)
    first, second, third = (events.register(meetup) for _ in range(3))
    events.close(meetup)
    events.select(meetup, [first])
    for one in (second, third):
        assert "select_registrations" not in on_registration(events, one, events.host)
    assert "select_registrations" not in on_meetup(events, meetup, events.host)
    events.do("decline", first)
    assert on_registration(events, third, events.host) == ["select_registrations"]
    assert "select_registrations" in on_meetup(events, meetup, events.host)
    events.tick()
    assert events.offer_of(second) is not None
    assert on_registration(events, third, events.host) == []


def test_at_the_door_staff_check_in_and_undo(events: Events) -> None:
    meetup = events.meetup(capacity=1)
    person = events.register(meetup)
    events.close(meetup)
    events.select(meetup, [person])
    events.do("confirm", person)
    assert on_registration(events, person, events.host) == []
    events.clock.advance(meetup["starts_at"] - events.clock.now() - dt.timedelta(hours=1))
    assert on_registration(events, person, events.host) == ["check_in"]
    assert on_registration(events, person) == ["withdraw_registration"]
    events.app.registrations.check_in({"registration_id": person["id"]}, events.host)
    assert on_registration(events, person, events.host) == ["undo_check_in"]
    assert on_registration(events, person) == []


def test_commands_take_what_is_shown_and_refuse_the_rest(events: Events) -> None:
    """In each state of a meetup, by trying all of its commands on one of its own."""
    app = events.app
    steps: dict[str, Callable[[Shown], Any]] = {
        "publish_meetup": lambda m: app.meetups.publish({"meetup_id": m["id"]}, events.host),
        "close_registration": lambda m: app.meetups.close_registration(
            {"meetup_id": m["id"]}, events.host
        ),
        "cancel_meetup": lambda m: app.meetups.cancel(
            {"meetup_id": m["id"], "reason": "台风"}, events.host
        ),
        "change_meetup": lambda m: events.change(m, title="新名"),
    }

    def drafted() -> Shown:
        return events.meetup(capacity=1, published=False)

    def closed() -> Shown:
        meetup = events.meetup(capacity=1)
        events.close(meetup)
        return meetup

    def cancelled() -> Shown:
        meetup = events.meetup(capacity=1)
        steps["cancel_meetup"](meetup)
        return meetup

    for make in (drafted, lambda: events.meetup(capacity=1), closed, cancelled):
        for name, step in steps.items():
            meetup = make()
            shown = name in on_meetup(events, meetup, events.host)
            try:
                step(meetup)
            except DomainError:
                assert not shown, (name, meetup["state"])
            else:
                assert shown, (name, meetup["state"])
