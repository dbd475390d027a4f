"""How people are called in lists of staff: by the name that they said, where they belong."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from contracts import membership
from contracts.records import Rpc
from services.membership.store import open_stores
from tests.kit.databases import stages
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_privacy import rename
from tests.store.membership.world import World


def named(world: World, name: str, email: str = "") -> Context:
    """Somebody who signed in and said their name."""
    person = world.person(email)
    rename(world, person, name)
    return person


def listed(world: World, what: str) -> dict[str, str | None]:
    """The names in a list of the community, by person."""
    lists: dict[str, tuple[Callable[..., Any], Rpc]] = {
        "applications": (world.app.reviews.list_of_community, membership.LIST_APPLICATIONS),
        "memberships": (world.app.memberships.list_of_community, membership.LIST_MEMBERSHIPS),
    }
    page = world.ask(*lists[what], world.owner, community_id=world.community["id"])
    return {row["person_id"]: row["display_name"] for row in page["items"]}


def names(world: World, purpose: str, *people: str, community_id: str = "") -> dict[str, str]:
    """What a neighbour hears."""
    answer = world.ask(
        world.app.people.get_names,
        membership.GET_NAMES,
        Context.for_system("events"),
        community_id=community_id or world.community["id"],
        person_ids=list(people),
        purpose=purpose,
    )
    return {one["person_id"]: one["display_name"] for one in answer["names"]}


def test_applicants_and_members_are_listed_by_name(world: World) -> None:
    applicant, member = named(world, "林"), named(world, "孙")
    world.apply(applicant)
    world.member(member)
    both = {applicant.require_person(): "林", member.require_person(): "孙"}
    assert listed(world, "applications") == both
    assert listed(world, "memberships") == {member.require_person(): "孙"}
    assert names(world, "orders", *both) == {member.require_person(): "孙"}
    assert names(world, "registrations", *both) == {member.require_person(): "孙"}


def test_who_has_not_said_their_name_has_none(world: World) -> None:
    """What a name was made of is half an address, which is not for staff."""
    silent = world.person("zhang.san@example.com")
    world.member(silent)
    assert listed(world, "applications") == {silent.require_person(): None}
    assert listed(world, "memberships") == {silent.require_person(): None}
    assert names(world, "orders", silent.require_person()) == {}


def test_nobody_is_named_to_another_community(world: World) -> None:
    """O-1: whoever is asked about, only who belongs there is told."""
    member, stranger = named(world, "孙"), named(world, "王")
    world.member(member)
    people = [member.require_person(), stranger.require_person(), new_id("per")]
    for purpose in ("orders", "registrations"):
        assert names(world, purpose, *people) == {people[0]: "孙"}
        assert names(world, purpose, *people, community_id=new_id("com")) == {}


def test_an_import_tells_no_name_from_elsewhere(world: World, run_jobs: Callable[[], None]) -> None:
    """M7: a row with an address is no way to learn whose it is, until they come themselves."""
    known = named(world, "Zhang San, cardiologist", "m1@example.com")
    person_id = known.require_person()
    take_in(world, HEADER + lines(1, 1))
    run_jobs()
    assert listed(world, "memberships") == {person_id: None}
    # Neighbours ask about who registered or paid, and so came themselves.
    for purpose in ("registrations", "orders"):
        assert names(world, purpose, person_id) == {person_id: "Zhang San, cardiologist"}
    (stored,) = world.database["memberships"].find()
    world.database["memberships"].update_one({}, {"$set": {"terms.0.kind": "paid"}})
    assert stored["person_id"] == person_id
    assert listed(world, "memberships") == {person_id: "Zhang San, cardiologist"}


@pytest.mark.parametrize("kind", ["free", "imported"])
def test_who_pays_for_a_seat_is_named_and_found_however_they_joined(
    world: World, kind: str
) -> None:
    member = named(world, "孙")
    world.member(member)
    world.database["memberships"].update_one({}, {"$set": {"terms.0.kind": kind}})
    assert names(world, "orders", member.require_person()) == {member.require_person(): "孙"}
    found = world.ask(
        world.app.people.find,
        membership.FIND_PEOPLE,
        Context.for_system("payments"),
        community_id=world.community["id"],
        search="sun",
        purpose="orders",
    )
    assert found == {"person_ids": [member.require_person()], "is_all": True}


def test_an_erased_person_has_no_name(world: World) -> None:
    member = named(world, "孙")
    world.member(member)
    person_id = member.require_person()
    blanked = {"name": "", "email": f"{person_id.lower()}@erased.invalid"}
    world.database["people"].update_one({"_id": person_id}, {"$set": blanked})
    assert listed(world, "memberships") == {person_id: None}
    assert listed(world, "applications") == {person_id: None}
    assert names(world, "registrations", person_id) == {}


@pytest.mark.parametrize("purpose", ["registrations", "orders"])
def test_names_of_a_page_are_read_by_its_people(
    world: World, run_jobs: Callable[[], None], purpose: str
) -> None:
    """However many belong to the community, the memberships of those who are asked about."""
    take_in(world, HEADER + lines(1, 400))
    run_jobs()
    people = world.database["memberships"].distinct("person_id")[:50]
    plan = explained(world.database, world.community["id"], people, purpose)
    assert not stages(plan) & {"COLLSCAN", "SORT"}
    (first, *_) = plan["stages"]
    assert first["$cursor"]["executionStats"]["totalDocsExamined"] == 50


def explained(
    database: Database[Document], community_id: str, people: list[str], purpose: str
) -> Any:
    """The plan of what the store asks, as the store asks it."""
    memberships = open_stores(database).memberships
    asked: list[Document] = []

    class Recorder:
        def aggregate(self, stages: list[Document], **how: Any) -> list[Document]:
            asked.append({"pipeline": stages, "hint": how["hint"]})
            return []

    memberships.collection = Recorder()  # type: ignore[assignment]
    memberships.people_of(community_id, people, purpose)
    command = {"aggregate": "memberships", **asked[0], "cursor": {}}
    return database.command("explain", command, verbosity="executionStats")
