"""A meetup's list of registrations names its people; who may be named is membership's to say."""

from typing import Any

import pytest

from chassis.ids import new_id
from contracts import membership
from contracts.errors import INTERNAL, SERVICE_UNAVAILABLE, DomainError, ErrorCode
from tests.store.events.world import COMMUNITY, Events


def listed(world: Events, meetup_id: str) -> dict[str, str | None]:
    request: Any = {
        "meetup_id": meetup_id,
        "state": None,
        "updated_after": None,
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


def test_nobody_is_asked_about_an_empty_list(events: Events) -> None:
    meetup = events.meetup(capacity=5)
    assert listed(events, meetup["id"]) == {}
    assert membership.GET_NAMES not in [rpc for rpc, *_ in events.members.asked]


def fail_with(world: Events, error: ErrorCode) -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        raise DomainError(error)

    world.members.answers[membership.GET_NAMES] = answer


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
