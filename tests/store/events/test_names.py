"""A meetup's list of registrations names its people; who may be named is membership's to say."""

from typing import Any

import pytest

from chassis.ids import new_id
from contracts import membership
from contracts.errors import INTERNAL, SERVICE_UNAVAILABLE, DomainError, ErrorCode
from contracts.records import Rpc
from services.events.store.registrations import RegistrationStore
from tests.kit.databases import stages
from tests.store.events.world import COMMUNITY, Events


def listed(world: Events, meetup_id: str, search: str | None = None) -> dict[str, str | None]:
    request: Any = {
        "meetup_id": meetup_id,
        "state": None,
        "search": search,
        "sort": None,
        "updated_after": None,
        "count": False,
        "after": None,
        "limit": 50,
    }
    page = world.app.registrations.list_of_meetup(request, world.host)
    return {row["person_id"]: row["display_name"] for row in page["items"]}


def test_hosts_see_names(events: Events) -> None:
    meetup, people = events.meetup(capacity=5), [new_id("per") for _ in range(2)]
    for person in people:
        events.register(meetup, person)
    events.members.names = {people[0]: "孙"}
    events.members.asked.clear()
    assert listed(events, meetup["id"]) == {people[0]: "孙", people[1]: None}
    asked = [request for rpc, request, _ in events.members.asked if rpc is membership.GET_NAMES]
    assert asked == [
        {
            "community_id": COMMUNITY,
            "person_ids": sorted(people),
            "purpose": "registrations",
        }
    ]


def test_hosts_find_people_by_name(events: Events) -> None:
    """In the list of the meetup alone, whomever else of the community a name finds."""
    meetup, people = events.meetup(capacity=5), [new_id("per") for _ in range(3)]
    for person in people[:2]:
        events.register(meetup, person)
    events.members.names = dict(zip(people, ("李一", "孙二", "李三"), strict=True))
    assert listed(events, meetup["id"], "李") == {people[0]: "李一"}
    assert listed(events, meetup["id"], "王") == {}


def test_a_search_sorts_nothing_in_memory(events: Events) -> None:
    meetup, people = events.meetup(capacity=5), [new_id("per") for _ in range(20)]
    for person in people:
        events.register(meetup, person)
    asked: Any = {
        "community_id": COMMUNITY,
        "meetup_id": meetup["id"],
        "person_id": {"$in": people[:3]},
    }
    store = RegistrationStore(events.db)
    rows = store.first_rows(asked, after=f'["{new_id("reg")}","{new_id("reg")}"]', limit=20)
    query = {"aggregate": "registrations", "pipeline": rows, "cursor": {}}
    plan = events.db.command("explain", query, verbosity="executionStats")
    assert not stages(plan) & {"COLLSCAN", "SORT"}


def test_who_searches_for_too_many_is_told_to_write_more(events: Events) -> None:
    meetup = events.meetup(capacity=5)
    events.members.names = {new_id("per"): "李" for _ in range(101)}
    with pytest.raises(DomainError) as refused:
        listed(events, meetup["id"], "李")
    assert [one.code for one in refused.value.fields] == ["field.search_wide"]


def test_without_membership_nobody_can_be_found(events: Events) -> None:
    """An empty list would say that there is nobody."""
    meetup = events.meetup(capacity=5)
    listed(events, meetup["id"])
    fail_with(events, SERVICE_UNAVAILABLE, membership.FIND_PEOPLE)
    with pytest.raises(DomainError) as refused:
        listed(events, meetup["id"], "李")
    assert refused.value.error is SERVICE_UNAVAILABLE


def test_nobody_is_asked_about_an_empty_list(events: Events) -> None:
    meetup = events.meetup(capacity=5)
    assert listed(events, meetup["id"]) == {}
    assert membership.GET_NAMES not in [rpc for rpc, *_ in events.members.asked]


def fail_with(world: Events, error: ErrorCode, rpc: Rpc = membership.GET_NAMES) -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        raise DomainError(error)

    world.members.answers[rpc] = answer


def test_without_membership_the_list_comes_without_names(events: Events) -> None:
    meetup, person = events.meetup(capacity=5), new_id("per")
    events.register(meetup, person)
    listed(events, meetup["id"])  # the host's standing is known from here on
    fail_with(events, SERVICE_UNAVAILABLE)
    assert listed(events, meetup["id"]) == {person: None}


def test_a_defect_is_not_hidden(events: Events) -> None:
    meetup = events.meetup(capacity=5)
    events.register(meetup)
    fail_with(events, INTERNAL)
    with pytest.raises(DomainError):
        listed(events, meetup["id"])
