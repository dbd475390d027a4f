"""Meetups: who may do and see what, their end, and the queries behind the lists."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.collection import Collection

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from contracts import membership
from contracts.errors import (
    MEMBERSHIP_REQUIRED,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
)
from contracts.errors.events import MEETUP_WRONG_STATE, MEMBERS_ONLY
from contracts.types import events as wire
from tests.kit.commits import stored_events
from tests.kit.databases import stages
from tests.kit.existing import existing
from tests.kit.neighbours import MEMBER, NOBODY
from tests.store.events.world import COMMUNITY, Events, Shown

DAY = dt.timedelta(days=1)


def refusal(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def test_drafts_and_foreign_meetups_are_like_missing_ones(events: Events) -> None:
    """O-1: members see no drafts, strangers see nothing, and neither learns that it exists."""
    draft, open_one = events.meetup(capacity=2, published=False), events.meetup(capacity=2)
    member, stranger = new_id("per"), new_id("per")
    events.members.standings[stranger] = NOBODY
    app = events.app
    missing = refusal(lambda: app.meetups.get({"meetup_id": new_id("mtp")}, events.ctx(member)))
    for meetup, person in ((draft, member), (draft, stranger), (open_one, stranger)):
        asked: wire.MeetupRef = {"meetup_id": meetup["id"]}
        seen = refusal(partial(app.meetups.get, asked, events.ctx(person)))
        done = refusal(partial(app.meetups.publish, asked, events.ctx(person)))
        applied = refusal(partial(events.register, meetup, person))
        assert seen.as_dict() == done.as_dict() == applied.as_dict() == missing.as_dict()
    assert app.meetups.get({"meetup_id": open_one["id"]}, events.ctx(member))["title"]


@pytest.mark.parametrize("step", ["publish", "close_registration", "cancel"])
def test_members_do_not_host(events: Events, step: str) -> None:
    """Deny by default: only hosts and owners run a meetup."""
    meetup = events.meetup(capacity=2)
    request = {"meetup_id": meetup["id"], "reason": "rain"}
    refused = refusal(lambda: getattr(events.app.meetups, step)(request, events.ctx(new_id("per"))))
    assert refused.error is NOT_PERMITTED


def test_address_is_for_confirmed_people(events: Events) -> None:
    """product.md §4: the address only for confirmed."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])

    def address(registration: Shown) -> str | None:
        ctx = events.ctx(registration["person_id"])
        return events.app.meetups.get({"meetup_id": meetup["id"]}, ctx)["address"]

    assert address(first) is None
    events.do("confirm", first)
    assert address(first) == "南京西路 1 号"
    assert address(second) is None


def test_only_active_members_take_part(events: Events) -> None:
    """A membership whose dates have passed is expired, whatever was announced (product.md §2)."""
    meetup = events.meetup(capacity=1)
    person = new_id("per")
    events.members.standings[person] = {
        **MEMBER,
        "state": "expired",
        "term_ends_on": "2026-01-31",
        "grace_ends_on": "2026-02-07",
    }
    assert refusal(lambda: events.register(meetup, person)).error is MEMBERS_ONLY
    shown = refusal(lambda: events.app.meetups.get({"meetup_id": meetup["id"]}, events.ctx(person)))
    assert shown.error is OBJECT_NOT_FOUND, "M7: meetups are for members"


def ends(events: Events, person: str) -> None:
    """The person was refunded in full."""
    events.members.standings[person] = {
        **MEMBER,
        "state": "cancelled",
        "term_ends_on": "2026-11-20",
    }
    facts = events.members.call(
        membership.GET_STANDING, {"community_id": COMMUNITY, "person_id": person}, events.host
    )
    told: Any = SimpleNamespace(data={**facts, "version": 2})
    events.app.standings.apply(told, events.host)


def test_who_is_a_member_no_longer_takes_no_seat(events: Events) -> None:
    """F8: neither the one that is kept nor the one that is offered; both go on to others."""
    meetup = events.meetup(capacity=1)
    first, second, third = (events.register(meetup) for _ in range(3))
    events.close(meetup)
    events.select(meetup, [first])
    ends(events, first["person_id"])
    assert refusal(lambda: events.do("confirm", first)).error is MEMBERS_ONLY
    assert events.state(first) == "selected"
    assert events.do("decline", first)["state"] == "declined"
    events.tick()
    ends(events, second["person_id"])
    assert refusal(lambda: events.answer("accept", second)).error is MEMBERS_ONLY
    assert events.answer("decline", second)["state"] == "declined"
    events.tick()
    assert events.answer("accept", third)["state"] == "confirmed"


def test_known_members_take_part_while_membership_is_away(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a member operates the whole system is asked only where that makes a difference."""
    meetup, person = events.meetup(capacity=1), new_id("per")
    asked = {"community_id": COMMUNITY, "person_id": person}
    facts = events.members.call(membership.GET_STANDING, asked, events.host)
    told: Any = SimpleNamespace(data=facts)
    events.app.standings.apply(told, events.host)

    def away(*args: object, **more: object) -> None:
        raise DomainError(SERVICE_UNAVAILABLE)

    monkeypatch.setattr(events.members, "call", away)
    registration = events.register(meetup, person)
    assert events.state(registration) == "applied"
    stranger = refusal(lambda: events.register(meetup, new_id("per")))
    assert stranger.error is SERVICE_UNAVAILABLE


def test_people_act_on_their_own_registrations_only(events: Events) -> None:
    """O-1: somebody else's registration or offer is like a missing one."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])
    events.tick()
    events.do("decline", first)
    events.tick()
    other = events.ctx(new_id("per"))
    request = {"registration_id": first["id"]}
    for step in ("get", "confirm", "decline", "withdraw", "check_in"):
        refused = refusal(partial(getattr(events.app.registrations, step), request, other))
        assert refused.error is OBJECT_NOT_FOUND
    offer: wire.OfferRef = {"offer_id": existing(events.offer_of(second))["id"]}
    assert refusal(lambda: events.app.offers.accept(offer, other)).error is OBJECT_NOT_FOUND


def test_after_the_end_people_were_there_or_not(events: Events) -> None:
    """Checked in at the door counts as attended; nobody is left waiting; a no-show is mended."""
    meetup = events.meetup(capacity=3)
    there, missing, unsure, waiting = (events.register(meetup) for _ in range(4))
    events.close(meetup)
    events.select(meetup, [there, missing, unsure])
    events.do("confirm", there)
    events.do("confirm", missing)
    events.do("confirm", unsure)
    events.tick(10 * DAY)
    check_in = events.app.registrations.check_in
    assert check_in({"registration_id": there["id"]}, events.host)["checked_in_at"]
    events.tick(dt.timedelta(hours=4))
    events.tick(dt.timedelta(minutes=1))
    assert [events.state(one) for one in (there, missing, unsure, waiting)] == [
        "checked_in", "no_show", "no_show", "not_selected",
    ]  # fmt: skip
    check_in({"registration_id": unsure["id"]}, events.host)

    def attended(registration: Shown, since: dt.datetime) -> bool:
        request: wire.AttendanceRef = {
            "community_id": COMMUNITY,
            "person_id": registration["person_id"],
            "since": since,
        }
        return events.app.registrations.has_attended(request, events.host)["attended"]

    before = events.clock.now() - 2 * DAY
    assert [attended(one, before) for one in (there, missing, unsure)] == [True, False, True]
    assert not attended(there, events.clock.now() + DAY)
    shown = events.app.meetups.get({"meetup_id": meetup["id"]}, events.host)
    assert (shown["state"], shown["seats_free"]) == ("held", 0)
    assert events.db["seats"].find_one({"_id": meetup["id"]}) is None
    assert not existing(events.db["meetups"].find_one({"_id": meetup["id"]}))["winding_up"]


def test_what_is_called_off_has_no_free_seat(events: Events) -> None:
    """From its first moment on, not only once its registrations have been wound up."""
    meetup = events.meetup(capacity=2)
    events.close(meetup)
    asked: wire.MeetupRef = {"meetup_id": meetup["id"]}
    assert events.app.meetups.get(asked, events.host)["seats_free"] == 2
    cancelled = events.app.meetups.cancel({**asked, "reason": "台风"}, events.host)
    assert cancelled["seats_free"] == 0
    assert events.app.meetups.get(asked, events.host)["seats_free"] == 0


def test_everybody_is_told_when_a_meetup_is_called_off(events: Events) -> None:
    """Confirmed, waiting, and with an offer in hand: all registrations end, all are told."""
    meetup = events.meetup(capacity=2)
    applied = [events.register(meetup) for _ in range(4)]
    events.close(meetup)
    events.select(meetup, applied[:2])
    events.do("confirm", applied[0])
    events.do("decline", applied[1])
    events.tick()
    assert events.offer_of(applied[2])
    events.app.meetups.cancel({"meetup_id": meetup["id"], "reason": "台风"}, events.host)
    events.tick()
    assert events.states(meetup) == {"cancelled": 3, "declined": 1}
    for one in (applied[0], applied[2], applied[3]):
        assert events.told(one)[-1] == "registration_cancelled"
    assert events.db["offers"].count_documents({"meetup_id": meetup["id"], "state": "live"}) == 0
    assert refusal(lambda: events.register(meetup)).error is MEETUP_WRONG_STATE
    public = [row["key"] for row in stored_events(events.db) if row["subject"] == meetup["id"]]
    assert public == ["coterie.events.meetup_published.v1", "coterie.events.meetup_cancelled.v1"]


def test_lists_are_paged_in_order(events: Events) -> None:
    """H-21: every item once, in the promised order; drafts for hosts only."""
    person, stranger = new_id("per"), new_id("per")
    events.members.standings[stranger] = NOBODY
    meetups = [events.meetup(capacity=1) for _ in range(3)]
    draft = events.meetup(capacity=1, published=False)

    def pages(call: Callable[[Any, Context], Any], ctx: Context, **request: Any) -> list[str]:
        items: list[str] = []
        after = None
        while True:
            page = call({**request, "after": after, "limit": 2}, ctx)
            items += [item["id"] for item in page["items"]]
            after = page["next"]
            if after is None:
                return items

    listing = events.app.meetups.list_of_community
    whole = {"sort": None, "starts_from": None, "starts_before": None}
    request = {"community_id": COMMUNITY, "state": None, **whole}
    drafts = {**request, "state": "draft"}
    seen = pages(listing, events.ctx(person), **request)
    assert {one["id"] for one in meetups} <= set(seen)
    assert draft["id"] not in seen
    assert len(seen) == len(set(seen))
    assert draft["id"] in pages(listing, events.host, **drafts)
    hidden = pages(listing, events.ctx(person), **drafts)
    assert hidden == []
    assert (
        refusal(lambda: pages(listing, events.ctx(stranger), **request)).error
        is MEMBERSHIP_REQUIRED
    )
    mine = [events.register(one, person)["id"] for one in meetups]
    assert pages(events.app.registrations.list_mine, events.ctx(person), include=None) == mine[::-1]
    others = [events.register(meetups[0])["id"] for _ in range(4)]
    listed = pages(
        events.app.registrations.list_of_meetup,
        events.host,
        meetup_id=meetups[0]["id"],
        state="applied",
        search=None,
        sort=None,
        updated_after=None,
        count=False,
    )
    assert listed == [mine[0], *others]


def clones(
    collection: Collection[Document],
    document: Document,
    count: int,
    **changes: Callable[[int], object],
) -> None:
    """Stores many documents like one, so that the planner has something to choose by."""
    collection.insert_many(
        {
            **document,
            **{name: change(number) for name, change in changes.items()},
            "_id": f"{document['_id'][:-5]}{number:05}",
        }
        for number in range(count)
    )


def test_queries_use_indexes(events: Events) -> None:
    """No collection scan and no sort in memory in any list or job."""
    db, now = events.db, events.clock.now()
    meetup = events.meetup(capacity=1, published=False)
    applied = events.register(events.meetup(capacity=1))
    registrations, meetups = db["registrations"], db["meetups"]
    clones(
        meetups,
        existing(meetups.find_one({"_id": meetup["id"]})),
        300,
        state=lambda n: ("draft", "published", "registration_closed")[n % 3],
        starts_at=lambda n: now + dt.timedelta(minutes=n),
    )
    clones(
        registrations,
        existing(registrations.find_one({"_id": applied["id"]})),
        300,
        person_id=lambda n: f"per_{n % 2}",
        live=lambda n: False,
        state=lambda n: ("applied", "waitlisted")[n % 2],
        applied_at=lambda n: now + dt.timedelta(seconds=n),
    )
    of = {"community_id": COMMUNITY, "meetup_id": applied["meetup_id"]}
    queue = [("queued_at", 1), ("_id", 1)]
    by_application = [("applied_at", 1), ("_id", 1)]
    by_start = [("starts_at", 1), ("_id", 1)]
    by_update = [("updated_at", 1), ("_id", 1)]
    changed = {"updated_at": {"$gt": now}}
    to_tell = {"state": {"$in": ["selected", "waitlisted"]}, "told_of": {"$ne": 3}}
    to_end = {"state": {"$in": ["published", "registration_closed"]}}
    public = ["published", "registration_closed", "held", "cancelled"]
    for query in (
        meetups.find({"community_id": COMMUNITY, "state": "draft"}).sort(by_start),
        meetups.find({"community_id": COMMUNITY, "state": {"$in": public}}).sort(by_start),
        meetups.find({**to_end, "ends_at": {"$lte": now}}).sort("ends_at", 1),
        meetups.find(to_end).sort("ends_at", 1),
        meetups.find({"waitlisting": True}),
        meetups.find({"winding_up": True}),
        meetups.find({"telling": True}),
        registrations.find(of).sort(by_application),
        registrations.find({**of, "state": "applied"}).sort(by_application),
        registrations.find({**of, "state": "waitlisted", "offer": None}).sort(queue),
        registrations.find({**of, "state": {"$in": ["applied", "selected"]}}),
        registrations.find({**of, **changed}).sort(by_update),
        registrations.find({**of, "state": "applied", **changed}).sort(by_update),
        registrations.find({**of, **to_tell}).sort(by_application),
        registrations.find({**of, "$or": [{"state": "selected"}, {"_id": {"$in": ["reg_1"]}}]}),
        registrations.find({**of, "person_id": "per_1", "live": True}),
        registrations.find({"person_id": "per_1"}).sort("_id", -1),
        registrations.find({"state": "selected", "confirm_by": {"$lt": now}}).sort("confirm_by", 1),
        registrations.find(
            {"community_id": COMMUNITY, "person_id": "per_1", "checked_in_at": {"$gte": now}}
        ),
        db["offers"].find({"state": "live", "expires_at": {"$lte": now}}).sort("expires_at", 1),
        db["offers"].find({"state": "live"}).sort("expires_at", 1),
        db["offers"].find({"community_id": COMMUNITY, "state": "live", "meetup_id": "mtp_1"}),
        registrations.find({"state": "selected"}).sort("confirm_by", 1),
        db["seats"].find({"freed": {"$type": "string"}}),
    ):
        assert not stages(query.limit(21)) & {"COLLSCAN", "SORT"}, query._spec


def test_places_in_a_waitlist_are_the_same_in_every_list(events: Events) -> None:
    """A page counts them for all its people at once; one that was put back is behind the others."""
    meetup, other = events.meetup(capacity=1), events.meetup(capacity=1)
    people = [events.register(meetup) for _ in range(5)]
    elsewhere = [events.register(other, one["person_id"]) for one in (people[0], people[3])]
    for one, chosen in ((meetup, people[:1]), (other, elsewhere[:1])):
        events.close(one)
        events.select(one, chosen)
    events.tick()
    events.do("decline", people[0])
    events.tick()
    events.tick(dt.timedelta(hours=24))  # nobody answers the first offer
    app = events.app.registrations

    def place(registration: Shown) -> int | None:
        ctx = events.ctx(registration["person_id"])
        return app.get({"registration_id": registration["id"], "include": None}, ctx)["position"]

    assert [place(one) for one in people] == [None, 4, 1, 2, 3]
    asked: wire.ListRegistrations = {
        "meetup_id": meetup["id"],
        "state": None,
        "search": None,
        "sort": None,
        "updated_after": None,
        "count": False,
        "after": None,
        "limit": 2,
    }
    listed: list[wire.Registration] = []
    while not listed or asked["after"] is not None:
        page = app.list_of_meetup(asked, events.host)
        listed += page["items"]
        asked["after"] = page["next"]
    assert [one["position"] for one in listed] == [None, 4, 1, 2, 3]
    whole: wire.ListMyRegistrations = {"include": None, "after": None, "limit": 20}
    mine = app.list_mine(whole, events.ctx(people[3]["person_id"]))["items"]
    assert [(one["meetup_id"], one["position"]) for one in mine] == [
        (other["id"], place(elsewhere[1])),
        (meetup["id"], 2),
    ]


def test_places_are_counted_along_an_index(events: Events) -> None:
    """Once for a page, however many of its people wait and however long the waitlist is."""
    meetup = events.meetup(capacity=1)
    first = events.register(meetup)
    registrations = events.db["registrations"]
    clones(
        registrations,
        existing(registrations.find_one({"_id": first["id"]})),
        300,
        person_id=lambda n: f"per_{n:026}",
        state=lambda n: "waitlisted",
        applied_at=lambda n: events.clock.now() + dt.timedelta(seconds=n),
    )
    events.db.command("profile", 2)
    try:
        request: wire.ListRegistrations = {
            "meetup_id": meetup["id"],
            "state": None,
            "search": None,
            "sort": None,
            "updated_after": None,
            "count": False,
            "after": None,
            "limit": 100,
        }
        assert len(events.app.registrations.list_of_meetup(request, events.host)["items"]) == 100
        lists = {"op": "command", "command.aggregate": "registrations"}
        (listed,) = events.db["system.profile"].find(lists)
    finally:
        events.db.command("profile", 0)
        events.db["system.profile"].drop()
    # And the meetup with the counter of its seats.
    assert listed["keysExamined"] <= 101 + 301 + 2
    assert listed["docsExamined"] <= 101 + 2
