"""Changes of meetups: what hosts may change and when, whom it concerns, and who hears of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bson import json_util

from chassis.aggregates import LATE_COMMITS
from chassis.ids import new_id
from chassis.state_counts import by_state
from contracts import events as records
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors.events import (
    CAPACITY_BELOW_COUNTED,
    CHECK_IN_NOT_OPEN,
    MEETUP_FIELD_FIXED,
    MEETUP_TIMES_WRONG,
    MEETUP_WRONG_STATE,
    SEAT_EXPIRED,
)
from contracts.types import events as wire
from tests.kit.commits import changes as trail
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.kit.neighbours import NOBODY
from tests.store.events.test_meetups import refusal
from tests.store.events.test_seats import at_once, seated, taken
from tests.store.events.world import COMMUNITY, Events, Shown, make_events

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SETTLED = dt.timedelta(seconds=16)


def told(events: Events, meetup: Shown) -> list[tuple[str, list[str]]]:
    """Who was told of a change, and of what, in order."""
    return [
        (event.data["person_id"], event.data["changed"])
        for event in told_events(events.db, records.MEETUP_CHANGED)
        if event.data["meetup_id"] == meetup["id"]
    ]


def crowd(events: Events, *, capacity: int = 2) -> tuple[wire.Meetup, list[wire.Registration]]:
    """A meetup with somebody confirmed, somebody selected, and two who wait."""
    meetup = events.meetup(capacity=capacity)
    people = [events.register(meetup) for _ in range(4)]
    events.close(meetup)
    events.select(meetup, people[:2])
    events.do("confirm", people[0])
    events.tick()
    events.tick(SETTLED)
    return meetup, people


# ── What, when, by whom ─────────────────────────────────────────────────────────────────────────


def test_a_draft_changes_in_everything_and_nobody_hears_of_it(events: Events) -> None:
    draft = events.meetup(capacity=2, published=False)
    starts_at = events.clock.now() + 20 * DAY
    wishes: dict[str, Any] = {
        "title": "周日早餐",
        "description": "新的",
        "starts_at": starts_at,
        "ends_at": starts_at + HOUR,
        "zone": "Europe/Berlin",
        "city": "柏林",
        "address": "某街 1 号",
        "capacity": 7,
        "hold_hours": 3,
    }
    changed = events.change(draft, **wishes)
    assert {name: changed[name] for name in wishes} == wishes  # type: ignore[literal-required]
    assert changed["version"] == draft["version"] + 1
    assert set(changed["affects"].values()) == {0}
    events.tick()
    assert told(events, draft) == []
    published = events.app.meetups.publish({"meetup_id": draft["id"]}, events.host)
    seats = existing(events.db["seats"].find_one({"_id": draft["id"]}))
    assert (seats["capacity"], published["seats_free"]) == (7, 7)
    (line,) = trail(events.db, "change_meetup")[-1:]
    assert {"title", "starts_at", "capacity"} <= set(line["fields"])


def test_seats_are_those_of_the_moment_of_publication(events: Events) -> None:
    """A counter that an earlier release left beside a draft is set right."""
    draft = events.meetup(capacity=2, published=False)
    counter = {"_id": draft["id"], "community_id": draft["community_id"], "taken": 0}
    events.db["seats"].insert_one({**counter, "capacity": 2})
    events.change(draft, capacity=5)
    events.app.meetups.publish({"meetup_id": draft["id"]}, events.host)
    assert existing(events.db["seats"].find_one({"_id": draft["id"]}))["capacity"] == 5


@pytest.mark.parametrize("wish", [{"zone": "Europe/Berlin"}, {"hold_hours": 1}])
def test_people_applied_by_zone_and_hold_time(events: Events, wish: dict[str, Any]) -> None:
    meetup = events.meetup(capacity=2)
    refused = refusal(lambda: events.change(meetup, **wish))
    assert refused.error is MEETUP_FIELD_FIXED
    assert refused.params == {"field": next(iter(wish))}
    same = {name: meetup[name] for name in wish}  # type: ignore[literal-required]
    assert events.change(meetup, **same)["version"] == meetup["version"]


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda events, meetup: events.clock.advance(11 * DAY), "started"),
        (lambda events, meetup: events.tick(11 * DAY), "held"),
        (
            lambda events, meetup: events.app.meetups.cancel(
                {"meetup_id": meetup["id"], "reason": "台风"}, events.host
            ),
            "cancelled",
        ),
    ],
)
def test_what_has_begun_or_ended_stays_as_it_was(
    events: Events, end: Callable[[Events, Shown], object], state: str
) -> None:
    meetup = events.meetup(capacity=2)
    end(events, meetup)
    refused = refusal(lambda: events.change(meetup, title="太晚"))
    assert refused.error is MEETUP_WRONG_STATE
    assert refused.params == {"current_state": state}


def test_times_are_refused_as_at_creation(events: Events) -> None:
    now = events.clock.now()
    for meetup in (events.meetup(capacity=2), events.meetup(capacity=2, published=False)):
        for wish in (
            {"starts_at": now},
            {"starts_at": now + 11 * DAY},
            {"ends_at": now + 9 * DAY},
        ):
            refused = refusal(lambda m=meetup, w=wish: events.change(m, **w))  # type: ignore[misc]
            assert refused.error is MEETUP_TIMES_WRONG


def test_a_draft_whose_time_has_passed_still_takes_another_title(events: Events) -> None:
    draft = events.meetup(capacity=2, published=False)
    events.clock.advance(11 * DAY)
    assert events.change(draft, title="下次")["title"] == "下次"


def test_a_change_needs_the_version_and_may_be_repeated(events: Events) -> None:
    meetup, _ = crowd(events)
    version = events.stored(meetup)["version"]
    first = events.change(meetup, city="杭州", expected_version=version)
    again = events.change(meetup, city="杭州", expected_version=version)
    assert again == first
    assert first["affects"]["told"] == 4
    stale = refusal(lambda: events.change(meetup, city="苏州", expected_version=version))
    assert stale.error is STALE_VERSION
    assert stale.params == {"current_version": version + 1}


def test_hosts_change_meetups_and_nobody_else(events: Events) -> None:
    meetup = events.meetup(capacity=2)
    member, stranger = new_id("per"), new_id("per")
    events.members.standings[stranger] = NOBODY
    request: Any = {
        "meetup_id": meetup["id"],
        "title": "我的",
        "expected_version": 2,
        "simulate": True,
    }
    for person, error in ((member, NOT_PERMITTED), (stranger, OBJECT_NOT_FOUND)):
        refused = refusal(
            lambda p=person: events.app.meetups.change(request, events.ctx(p))  # type: ignore[misc]
        )
        assert refused.error is error


# ── Seats ───────────────────────────────────────────────────────────────────────────────────────


def test_capacity_is_never_below_what_is_counted(events: Events) -> None:
    """Offers count, too; the refusal names the number."""
    meetup, people = crowd(events, capacity=3)
    events.tick()
    assert events.offer_of(people[2])
    for simulate in (True, False):
        refused = refusal(lambda s=simulate: events.change(meetup, capacity=2, simulate=s))  # type: ignore[misc]
        assert refused.error is CAPACITY_BELOW_COUNTED
        assert refused.params == {"counted": 3}
    events.do("withdraw", people[0])
    assert events.change(meetup, capacity=2)["capacity"] == 2
    events.tick()
    assert events.offer_of(people[3]) is None
    assert taken(events, meetup) == seated(events, meetup) == 2


def test_more_seats_are_offered_like_freed_ones(events: Events) -> None:
    meetup, people = crowd(events)
    assert events.change(meetup, capacity=4)["seats_free"] == 2
    events.tick()
    assert events.offer_of(people[2])
    assert events.offer_of(people[3])
    assert told(events, meetup) == []


def test_capacity_holds_against_people_who_are_selected_at_the_same_time(events: Events) -> None:
    for _ in range(8):
        meetup = events.meetup(capacity=4)
        people = [events.register(meetup) for _ in range(4)]
        events.close(meetup)
        at_once(
            [
                lambda m=meetup: events.change(m, capacity=2),  # type: ignore[misc]
                lambda m=meetup, p=people: events.select(m, p[:3]),  # type: ignore[misc]
            ]
        )
        capacity = events.stored(meetup)["capacity"]
        counter = existing(events.db["seats"].find_one({"_id": meetup["id"]}))
        assert counter["capacity"] == capacity
        assert counter["taken"] == seated(events, meetup) <= capacity


def test_capacity_holds_against_offers_that_are_made_at_the_same_time(events: Events) -> None:
    for _ in range(8):
        meetup, (first, *_) = crowd(events)
        events.do("withdraw", first)
        at_once(
            [lambda m=meetup: events.change(m, capacity=1), events.tick]  # type: ignore[misc]
        )
        counter = existing(events.db["seats"].find_one({"_id": meetup["id"]}))
        assert counter["capacity"] == events.stored(meetup)["capacity"]
        assert counter["taken"] == seated(events, meetup) <= counter["capacity"]


# ── Every process goes by what is now ───────────────────────────────────────────────────────────


def other_process(events: Events) -> Events:
    """The service in another process, for the same people at the same time."""
    other = make_events(events.db)
    other.members.standings = events.members.standings
    other.host_id = events.host_id
    other.clock.advance(events.clock.now() - other.clock.now())
    return other


def test_check_in_opens_by_the_new_start(events: Events) -> None:
    meetup, (first, *_) = crowd(events)
    other = other_process(events)
    asked: wire.RegistrationRef = {"registration_id": first["id"]}
    early = refusal(lambda: other.app.registrations.check_in(asked, events.host))
    assert early.error is CHECK_IN_NOT_OPEN
    events.change(meetup, starts_at=events.clock.now() + HOUR)
    assert other.app.registrations.check_in(asked, events.host)["state"] == "checked_in"


def test_messages_about_seats_say_the_new_times(events: Events) -> None:
    meetup, (_, second, *_) = crowd(events)
    starts_at = events.clock.now() + 5 * DAY
    events.change(meetup, starts_at=starts_at, title="新名")
    events.do("confirm", second)
    (event,) = told_events(events.db, records.REGISTRATION_CONFIRMED)[-1:]
    assert (event.data["starts_at"], event.data["title"]) == (starts_at, "新名")


def test_an_earlier_start_ends_kept_seats_and_offers_sooner(events: Events) -> None:
    """Not after the cut-off, refused at once and taken by the jobs then; never prolonged."""
    meetup, (_, selected, waiting, _) = crowd(events, capacity=3)
    events.tick()
    now = events.clock.now()
    before = existing(events.offer_of(waiting))["expires_at"]
    events.change(meetup, starts_at=now + 5 * HOUR)
    stored = existing(events.db["registrations"].find_one({"_id": selected["id"]}))
    assert stored["confirm_by"] == now + 3 * HOUR
    offer = existing(events.offer_of(waiting))
    assert offer["expires_at"] == now + 3 * HOUR < before
    assert (
        existing(events.db["offers"].find_one({"_id": offer["id"]}))["expires_at"]
        == (offer["expires_at"])
    )
    events.clock.advance(3 * HOUR + SETTLED)
    assert refusal(lambda: events.answer("accept", waiting)).error is SEAT_EXPIRED
    assert refusal(lambda: events.do("confirm", selected)).error is SEAT_EXPIRED
    events.tick()
    assert events.state(selected) == "hold_expired"
    assert events.offer_of(waiting) is None
    assert taken(events, meetup) == seated(events, meetup) == 1


def test_a_start_within_the_cut_off_ends_offers_and_leaves_the_selected_until_then(
    events: Events,
) -> None:
    meetup, (_, selected, waiting, _) = crowd(events, capacity=3)
    events.tick()
    starts_at = events.clock.now() + HOUR
    events.change(meetup, starts_at=starts_at)
    assert refusal(lambda: events.answer("accept", waiting)).error is SEAT_EXPIRED
    stored = existing(events.db["registrations"].find_one({"_id": selected["id"]}))
    assert stored["confirm_by"] == starts_at
    events.do("confirm", selected)


def test_a_later_start_lets_the_waitlist_move_again(events: Events) -> None:
    """What came free after the old cut-off was looked at and left; now there is time again."""
    meetup, (first, _, waiting, _) = crowd(events)
    events.clock.advance(existing(events.stored(meetup))["starts_at"] - events.clock.now() - HOUR)
    events.do("withdraw", first)
    events.tick()
    assert events.offer_of(waiting) is None
    now = events.clock.now()
    events.change(meetup, starts_at=now + 3 * DAY, ends_at=now + 4 * DAY)
    events.tick()
    assert events.offer_of(waiting)


def test_a_meetup_ends_at_its_new_end(events: Events) -> None:
    meetup = events.meetup(capacity=2)
    now = events.clock.now()
    events.change(meetup, starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    events.tick(2 * HOUR)
    assert events.stored(meetup)["state"] == "held"
    (event,) = told_events(events.db, records.MEETUP_HELD)[-1:]
    assert (event.subject, event.data["state"]) == (meetup["id"], "held")


# ── What would be, and who hears of it ──────────────────────────────────────────────────────────


def test_a_simulation_answers_like_the_change_and_stores_nothing(events: Events) -> None:
    meetup, _ = crowd(events, capacity=3)
    events.tick()
    names = ("meetups", "registrations", "offers", "seats", "commits")

    def everything() -> dict[str, list[Any]]:
        return {name: list(events.db[name].find().sort("_id", 1)) for name in names}

    before = everything()
    wishes = {"starts_at": events.clock.now() + DAY, "city": "杭州", "title": "新名"}
    simulated = events.change(meetup, **wishes, simulate=True)
    assert everything() == before
    assert simulated["version"] == events.stored(meetup)["version"]
    assert simulated["affects"] == {
        "confirmed": 1, "selected": 1, "waitlisted": 2, "offers": 1, "told": 4,
    }  # fmt: skip
    changed = events.change(meetup, **wishes)
    same = {"version": None, "updated_at": None}
    assert {**changed, **same} == {**simulated, **same}


@pytest.mark.parametrize(
    ("wish", "changed"),
    [
        ({"city": "杭州"}, ["place"]),
        ({"address": "别处 2 号"}, ["place"]),
        ({"ends_at": dt.datetime(2026, 12, 2, tzinfo=dt.UTC)}, ["times"]),
        ({"ends_at": dt.datetime(2026, 12, 2, tzinfo=dt.UTC), "city": "杭州"}, ["times", "place"]),
        ({"title": "新名", "description": "新的", "capacity": 9}, None),
    ],
)
def test_who_has_a_seat_or_waits_is_told_of_times_and_places(
    events: Events, wish: dict[str, Any], changed: list[str] | None
) -> None:
    """Once each; who declined before is not."""
    meetup, people = crowd(events)
    late = events.meetup(capacity=1)
    applied = events.register(late)
    events.do("withdraw", people[3])
    affects = events.change(meetup, **wish)["affects"]
    events.change(late, **{**wish, "capacity": 1})
    for _ in range(3):
        events.tick(SETTLED)
    heard = people[:3] if changed else []
    assert sorted(told(events, meetup)) == sorted((one["person_id"], changed) for one in heard)
    assert affects["told"] == len(heard)
    assert told(events, late) == [], applied["state"]
    assert not events.stored(meetup).get("telling")


def test_what_is_told_has_the_times_before_and_now(events: Events) -> None:
    meetup, _ = crowd(events)
    starts_at = events.clock.now() + 3 * DAY
    events.change(meetup, starts_at=starts_at)
    events.tick()
    facts = [
        event.data
        for event in told_events(events.db, records.MEETUP_CHANGED)
        if event.data["meetup_id"] == meetup["id"]
    ]
    assert {one["started_at"] for one in facts} == {meetup["starts_at"]}
    assert {one["ended_at"] for one in facts} == {meetup["ends_at"]}
    assert {one["starts_at"] for one in facts} == {starts_at}
    assert {one["ends_at"] for one in facts} == {meetup["ends_at"]}
    events.change(meetup, city="杭州")
    events.tick(SETTLED)
    (last,) = told_events(events.db, records.MEETUP_CHANGED)[-1:]
    assert last.data["changed"] == ["times", "place"], "not settled: told together"


def test_two_changes_before_anybody_heard_are_one_message(events: Events) -> None:
    """rules.md §4.11: from the first times to the last."""
    meetup, _ = crowd(events)
    first, second = (events.clock.now() + days * DAY for days in (3, 4))
    events.change(meetup, starts_at=first)
    events.change(meetup, starts_at=second, city="杭州")
    events.tick()
    events.tick(SETTLED)
    facts = [
        event.data
        for event in told_events(events.db, records.MEETUP_CHANGED)
        if event.data["meetup_id"] == meetup["id"]
    ]
    assert len(facts) == 4
    assert {(one["started_at"], one["starts_at"]) for one in facts} == {
        (meetup["starts_at"], second)
    }


def test_nobody_is_told_twice_when_the_job_dies(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches, each done whole: the next pass goes on with who was not told."""
    monkeypatch.setattr("services.events.store.registrations.TOLD_AT_ONCE", 3)
    meetup, _ = crowd(events)
    events.change(meetup, city="杭州")
    uow = events.app.changes._uow
    run, batches = uow.run, list[Any]()

    def dies(ctx: Any, work: Any) -> Any:
        if batches:
            raise RuntimeError("killed")
        batches.append(run(ctx, work))

    monkeypatch.setattr(uow, "run", dies)
    events.tick()
    assert len(told(events, meetup)) == 3
    monkeypatch.setattr(uow, "run", run)
    events.tick()
    assert len(told(events, meetup)) == len({one for one, _ in told(events, meetup)}) == 4


def test_who_hears_that_it_is_called_off_hears_nothing_else(events: Events) -> None:
    meetup, _ = crowd(events)
    events.change(meetup, city="杭州")
    cancel: wire.CancelMeetup = {"meetup_id": meetup["id"], "reason": "台风"}
    events.app.meetups.cancel(cancel, events.host)
    for _ in range(3):
        events.tick(SETTLED)
    assert told(events, meetup) == []
    assert not events.stored(meetup)["telling"]


def test_the_address_is_told_to_who_has_a_seat(events: Events) -> None:
    meetup, (confirmed, selected, *_) = crowd(events)
    events.change(meetup, city="杭州", address="西湖 1 号")

    def words(registration: Shown) -> str:
        asked: wire.RegistrationRef = {"registration_id": registration["id"]}
        return events.app.registrations.place_words(asked, events.host)["words"]

    assert words(confirmed) == "杭州 西湖 1 号"
    assert words(selected) == "杭州"


# ── The door ────────────────────────────────────────────────────────────────────────────────────


def at_the_door(events: Events) -> tuple[wire.Meetup, wire.RegistrationRef]:
    meetup, (first, *_) = crowd(events)
    events.clock.advance(meetup["starts_at"] - events.clock.now() - HOUR)
    asked: wire.RegistrationRef = {"registration_id": first["id"]}
    events.app.registrations.check_in(asked, events.host)
    return meetup, asked


def test_a_check_in_is_undone_and_told(events: Events) -> None:
    _, asked = at_the_door(events)
    undone = events.app.registrations.undo_check_in(asked, events.host)
    assert (undone["state"], undone["checked_in_at"]) == ("confirmed", None)
    kinds = (records.REGISTRATION_CHECKED_IN, records.REGISTRATION_CHECK_IN_UNDONE)
    told_at_door = [
        (event.event.name, event.data["state"])
        for event in told_events(events.db, *kinds)
        if event.subject == asked["registration_id"]
    ]
    assert told_at_door == [
        ("registration_checked_in", "checked_in"),
        ("registration_check_in_undone", "confirmed"),
    ]
    again = events.app.registrations.check_in(asked, events.host)
    assert again["state"] == "checked_in"


def test_after_the_end_an_undone_check_in_is_a_no_show(events: Events) -> None:
    """rules.md §4.12: also before the job has noted the end; and it does not count as attended."""
    for noted in (False, True):
        meetup, asked = at_the_door(events)
        events.clock.advance(5 * HOUR)
        if noted:
            events.tick()
            assert events.stored(meetup)["state"] == "held"
        undone = events.app.registrations.undo_check_in(asked, events.host)
        assert undone["state"] == "no_show"
        attended: wire.AttendanceRef = {
            "community_id": meetup["community_id"],
            "person_id": undone["person_id"],
            "since": meetup["created_at"],
        }
        assert not events.app.registrations.has_attended(attended, events.host)["attended"]


def test_only_a_check_in_is_undone(events: Events) -> None:
    _, (first, *_) = crowd(events)
    asked: wire.RegistrationRef = {"registration_id": first["id"]}
    with pytest.raises(DomainError) as refused:
        events.app.registrations.undo_check_in(asked, events.host)
    assert refused.value.params == {"current_state": "confirmed"}


# ── Lists of staff ──────────────────────────────────────────────────────────────────────────────


def test_registrations_are_counted_by_state(events: Events) -> None:
    meetup, _ = crowd(events)
    ask = events.app.registrations.count_of_meetup
    counts = ask({"meetup_id": meetup["id"]}, events.host)["counts"]
    assert {state: count for state, count in counts.items() if count} == events.states(meetup)
    assert counts["no_show"] == 0
    member = events.ctx(new_id("per"))
    assert refusal(lambda: ask({"meetup_id": meetup["id"]}, member)).error is NOT_PERMITTED


def test_meetups_are_counted_by_state(events: Events) -> None:
    ask = events.app.meetups.count_of_community
    asked: wire.CountMeetups = {"community_id": COMMUNITY}
    before = ask(asked, events.host)["counts"]
    events.meetup(capacity=1, published=False)
    events.meetup(capacity=1)
    after = ask(asked, events.host)["counts"]
    assert {state: after[state] - before[state] for state in after} == {
        "draft": 1, "published": 1, "registration_closed": 0, "held": 0, "cancelled": 0,
    }  # fmt: skip
    assert refusal(lambda: ask(asked, events.ctx(new_id("per")))).error is NOT_PERMITTED


def test_states_are_counted_along_an_index(events: Events) -> None:
    """No document is read, however many there are."""
    meetup, _ = crowd(events)
    for name, of in (
        ("registrations", {"community_id": COMMUNITY, "meetup_id": meetup["id"]}),
        ("meetups", {"community_id": COMMUNITY}),
    ):
        command = {"aggregate": name, "pipeline": by_state(of), "cursor": {}}
        plan = events.db.command("explain", command, verbosity="executionStats")
        assert '"totalDocsExamined": 0' in json_util.dumps(plan), name
        assert "COLLSCAN" not in json_util.dumps(plan), name


def test_staff_reads_what_changed_since_then(events: Events) -> None:
    meetup, people = crowd(events)
    since = events.clock.now()
    events.clock.advance(HOUR)
    events.do("confirm", people[1])
    events.clock.advance(HOUR)
    events.do("withdraw", people[0])

    def listed(**more: Any) -> list[str]:
        request: Any = {
            "meetup_id": meetup["id"],
            "state": None,
            "search": None,
            "sort": None,
            "updated_after": since,
            "count": False,
            "after": None,
            "limit": 1,
            **more,
        }
        found: list[str] = []
        while True:
            page = events.app.registrations.list_of_meetup(request, events.host)
            found += [one["id"] for one in page["items"]]
            request["after"] = page["next"]
            if request["after"] is None:
                return found

    assert listed() == [people[1]["id"], people[0]["id"]]
    assert listed(state="confirmed") == [people[1]["id"]]
    assert listed(state="waitlisted") == []
    # What may have been committed late comes again.
    assert listed(updated_after=events.clock.now()) == [people[0]["id"]]
    assert listed(updated_after=events.clock.now() + LATE_COMMITS * 2) == []
