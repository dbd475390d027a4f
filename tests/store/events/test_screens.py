"""What screens show of a meetup: to its guests, to the door, to the dashboard."""

import datetime as dt
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts.errors import NOT_PERMITTED, DomainError
from services.events.store import SCHEMA
from tests.kit.databases import stages
from tests.kit.existing import existing
from tests.kit.neighbours import MEMBER
from tests.store.events.world import COMMUNITY, Events, Shown

DAY = dt.timedelta(days=1)
ALL: dict[str, Any] = {
    "community_id": COMMUNITY,
    "state": None,
    "sort": None,
    "starts_from": None,
    "starts_before": None,
    "after": None,
    "limit": 50,
}


def listed(world: Events, ctx: Context, **asked: Any) -> list[Any]:
    request: Any = {**ALL, **asked}
    return list(world.app.meetups.list_of_community(request, ctx)["items"])


def guests(world: Events, meetup: Shown, ctx: Context, search: str | None = None) -> list[Any]:
    request: Any = {"meetup_id": meetup["id"], "search": search, "after": None, "limit": 50}
    return list(world.app.registrations.list_guests(request, ctx)["items"])


def test_a_meetup_brings_what_the_reader_has_there(events: Events) -> None:
    """With what they may do; their place in the waitlist where one is read; over, it is gone."""
    meetup = events.meetup(capacity=1)
    first, second = (events.register(meetup) for _ in range(2))
    me = events.ctx(second["person_id"])
    mine = events.app.meetups.get({"meetup_id": meetup["id"]}, me)["my_registration"]
    assert mine is not None
    assert (mine["id"], mine["state"], mine["position"]) == (second["id"], "applied", None)
    assert mine["actions"] == ["withdraw_registration"]
    events.close(meetup)
    events.select(meetup, [first])
    events.tick()
    events.tick(dt.timedelta(minutes=1))
    mine = events.app.meetups.get({"meetup_id": meetup["id"]}, me)["my_registration"]
    assert mine is not None
    assert (mine["state"], mine["position"]) == ("waitlisted", 1)
    (row,) = [one for one in listed(events, me) if one["id"] == meetup["id"]]
    assert row["my_registration"] == {**mine, "position": None}
    assert row["address"] is None
    events.do("confirm", first)
    theirs = listed(events, events.ctx(first["person_id"]))
    (row,) = [one for one in theirs if one["id"] == meetup["id"]]
    assert row["address"] == "南京西路 1 号"
    events.do("withdraw", second)
    after = events.app.meetups.get({"meetup_id": meetup["id"]}, me)
    assert after["my_registration"] is None


def test_the_list_goes_both_ways_and_within_times(events: Events) -> None:
    start = events.clock.now() + 400 * DAY
    times: list[dict[str, Any]] = [
        {"starts_at": start + n * DAY, "ends_at": start + n * DAY + dt.timedelta(hours=2)}
        for n in range(3)
    ]
    ids = [events.meetup(capacity=5, **one)["id"] for one in times]
    ctx, since = events.host, {"starts_from": start}
    assert [one["id"] for one in listed(events, ctx, **since)] == ids
    assert [one["id"] for one in listed(events, ctx, **since, sort="-starts_at")] == ids[::-1]
    within = {**since, "starts_before": start + 2 * DAY}
    assert [one["id"] for one in listed(events, ctx, **within)] == ids[:2]
    both = listed(events, ctx, **since, state="published,draft", limit=1, sort="-starts_at")
    assert [one["id"] for one in both] == ids[2:]


def test_the_door_sees_names_and_who_is_there(events: Events) -> None:
    """Scanners too, who see no list of registrations; only people with a seat."""
    meetup = events.meetup(capacity=3, starts_at=events.clock.now() + 4 * DAY)
    people = [events.register(meetup) for _ in range(3)]
    events.close(meetup)
    events.select(meetup, people[:2])
    for one in people[:2]:
        events.do("confirm", one)
    scanner = new_id("per")
    events.members.standings[scanner] = {**MEMBER, "roles": ["scanner"]}
    door = events.ctx(scanner)
    events.members.names = {people[0]["person_id"]: "孙一", people[1]["person_id"]: "李二"}
    rows = guests(events, meetup, door)
    assert [(row["display_name"], row["state"]) for row in rows] == [
        ("孙一", "confirmed"),
        ("李二", "confirmed"),
    ]
    assert rows[0]["actions"] == []
    events.clock.advance(4 * DAY)
    (found,) = guests(events, meetup, door, "李")
    assert (found["id"], found["actions"]) == (people[1]["id"], ["check_in"])
    events.app.registrations.check_in({"registration_id": found["id"]}, door)
    (found,) = guests(events, meetup, door, "李")
    assert found["state"] == "checked_in"
    assert found["checked_in_at"] is not None
    assert found["actions"] == ["undo_check_in"]
    with pytest.raises(DomainError) as refused:
        guests(events, meetup, events.ctx(people[0]["person_id"]))
    assert refused.value.error is NOT_PERMITTED


def test_hosts_get_counts_with_the_list(events: Events) -> None:
    meetup = events.meetup(capacity=3)
    for _ in range(3):
        events.register(meetup)
    asked: Any = {"meetup_id": meetup["id"], "search": None, "sort": None, "updated_after": None}
    asked |= {"after": None, "limit": 2, "state": "applied,selected"}
    with_counts: Any = {**asked, "count": True}
    page = events.app.registrations.list_of_meetup(with_counts, events.host)
    assert page["counts"] is not None
    assert (len(page["items"]), page["counts"]["applied"]) == (2, 3)
    without: Any = {**asked, "count": False}
    assert events.app.registrations.list_of_meetup(without, events.host)["counts"] is None


def test_hosts_read_registrations_both_ways(events: Events) -> None:
    """By when people applied or when something changed, the newest first too, page by page."""
    meetup = events.meetup(capacity=1)
    people = []
    for _ in range(3):
        events.clock.advance(dt.timedelta(seconds=1))
        people.append(events.register(meetup)["id"])
    events.clock.advance(dt.timedelta(seconds=1))
    first = existing(events.db["registrations"].find_one({"_id": people[0]}))
    events.do("withdraw", {**first, "id": people[0]})

    def ids(sort: str | None, state: str | None = None) -> list[str]:
        asked: Any = {"meetup_id": meetup["id"], "search": None, "updated_after": None}
        asked |= {"sort": sort, "state": state, "count": False, "after": None, "limit": 1}
        found = []
        while True:
            page = events.app.registrations.list_of_meetup(asked, events.host)
            found += [one["id"] for one in page["items"]]
            asked["after"] = page["next"]
            if page["next"] is None:
                return found

    assert ids(None) == ids("applied_at") == people
    assert ids("-applied_at") == people[::-1]
    assert ids("-applied_at", "applied") == people[:0:-1]
    assert ids("updated_at") == [*people[1:], people[0]]
    assert ids("-updated_at") == [people[0], *people[:0:-1]]


def test_a_registration_brings_its_meetup_when_asked(events: Events) -> None:
    """Both readings: when and where it is; the address for who has a seat, and for hosts."""
    meetup, other = events.meetup(capacity=1), events.meetup(capacity=1, city="北京")
    mine = events.register(meetup)
    me = events.ctx(mine["person_id"])
    events.register(other, mine["person_id"])

    def read(ctx: Context, include: str | None = "meetup") -> Any:
        asked: Any = {"registration_id": mine["id"], "include": include}
        return events.app.registrations.get(asked, ctx)["meetup"]

    def both(include: str | None = "meetup") -> list[Any]:
        asked: Any = {"include": include, "after": None, "limit": 9}
        items = events.app.registrations.list_mine(asked, me)["items"]
        return [one["meetup"] for one in items]

    head = {name: meetup[name] for name in ("id", "title", "starts_at", "ends_at", "zone", "city")}
    hidden = {**head, "address": None, "state": "published"}
    assert read(me) == hidden
    assert [one and one["city"] for one in both()] == ["北京", "上海"]
    assert both()[1] == hidden
    assert (read(me, None), both(None)) == (None, [None, None])
    assert read(events.host)["address"] == "南京西路 1 号"
    events.close(meetup)
    events.select(meetup, [mine])
    assert read(me)["address"] is None
    events.do("confirm", mine)
    assert read(me)["address"] == both()[1]["address"] == "南京西路 1 号"


def test_what_comes_next_is_what_is_open_and_not_over(events: Events) -> None:
    community_id = new_id("com")
    begins = events.clock.now() + DAY
    ids = []
    for n, published in enumerate((True, True, False)):
        starts = {"starts_at": begins + n * DAY, "ends_at": begins + n * DAY + DAY / 2}
        more: dict[str, Any] = {"community_id": community_id, "published": published, **starts}
        ids.append(events.meetup(capacity=2, **more)["id"])
    ctx = Context.for_system("membership")
    coming = events.app.meetups.list_next
    found = coming({"community_id": community_id}, ctx)["meetups"]
    assert [one["id"] for one in found] == ids[:2]
    events.clock.advance(1.6 * DAY)
    found = coming({"community_id": community_id}, ctx)["meetups"]
    assert [one["id"] for one in found] == ids[1:2]


def test_new_readings_use_indexes(events: Events) -> None:
    """Lists both ways, the next ones and the door: no scan, nothing sorted in memory."""
    meetup = events.meetup(capacity=2)
    events.register(meetup)
    own = {collection.name for collection in SCHEMA.collections}
    events.db.command("profile", 2)
    try:
        for sort in (None, "-starts_at"):
            listed(events, events.host, sort=sort, starts_from=events.clock.now(), limit=1)
            listed(events, events.host, sort=sort, state="published,held")
        events.app.meetups.list_next({"community_id": COMMUNITY}, Context.for_system("membership"))
        guests(events, meetup, events.host)
        for sort in ("applied_at", "-applied_at", "updated_at", "-updated_at"):
            asked: Any = {"meetup_id": meetup["id"], "search": None, "updated_after": None}
            asked |= {"sort": sort, "state": None, "count": False, "after": None, "limit": 1}
            events.app.registrations.list_of_meetup(asked, events.host)
    finally:
        events.db.command("profile", 0)
    commands = [
        entry["command"]
        for entry in events.db["system.profile"].find({"command.aggregate": {"$in": sorted(own)}})
    ]
    events.db.drop_collection("system.profile")
    assert len(commands) >= 10
    for command in commands:
        query = {"aggregate": command["aggregate"], "pipeline": command["pipeline"], "cursor": {}}
        plan = events.db.command("explain", query, verbosity="executionStats")
        assert not stages(plan) & {"COLLSCAN", "SORT"}, (query, stages(plan))
