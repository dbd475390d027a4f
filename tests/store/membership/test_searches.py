"""Lists of staff: found by name or number, in the order of a heading, by what changed."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from chassis.aggregates import LATE_COMMITS
from chassis.context import Context
from chassis.mongo import Document
from chassis.schema import Progress
from contracts import membership
from contracts.errors import INVALID_INPUT, DomainError
from contracts.records import Rpc
from contracts.text import rfc3339
from services.membership.store import migrations
from services.membership.store.identity import names as store_names
from services.membership.usecases.identity import names
from tests.kit.databases import stages
from tests.kit.passes import OnePass
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_names import named
from tests.store.membership.test_privacy import rename
from tests.store.membership.world import World

LISTS: dict[str, Rpc] = {
    "applications": membership.LIST_APPLICATIONS,
    "memberships": membership.LIST_MEMBERSHIPS,
}


def page(world: World, what: str, **asked: Any) -> dict[str, Any]:
    app = world.app
    lists: dict[str, Callable[..., Any]] = {
        "applications": app.reviews.list_of_community,
        "memberships": app.memberships.list_of_community,
    }
    here = {"community_id": world.community["id"], **asked}
    return world.ask(lists[what], LISTS[what], world.owner, **here)


def listed_names(world: World, what: str, **asked: Any) -> list[str]:
    """The names on all pages, two rows at a time."""
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        one = page(world, what, after=after, limit=2, **asked)
        rows += one["items"]
        after = one["next"]
        if after is None:
            return [row["display_name"] for row in rows]


def keys(world: World, person: Context) -> list[list[str]]:
    rows = world.database.name_keys.find({"person_id": person.require_person()})
    return [row["keys"] for row in rows]


def test_people_are_found_by_name_in_both_lists(world: World) -> None:
    for name in ("李小龙", "李伟", "欧阳锋", "John Smith"):
        world.member(named(world, name))
    for what in LISTS:
        for search in ("李", "li", "LI"):
            assert listed_names(world, what, search=search) == ["李小龙", "李伟"]
        assert listed_names(world, what, search="xl") == ["李小龙"]
        assert listed_names(world, what, search="ouyang") == ["欧阳锋"]
        assert listed_names(world, what, search="smi") == ["John Smith"]
        assert (
            listed_names(world, what, search="mith") == listed_names(world, what, search="·") == []
        )


def test_a_search_goes_with_a_state(world: World) -> None:
    world.apply(named(world, "李一"))
    world.approved(named(world, "李二"))
    world.apply(named(world, "李三"), submit=False)  # a draft is nobody else's
    assert listed_names(world, "applications", search="li") == ["李一", "李二"]
    assert listed_names(world, "applications", search="li", state="submitted") == ["李一"]
    assert listed_names(world, "memberships", search="li", state="pending_payment") == ["李二"]
    assert listed_names(world, "memberships", search="li", state="active") == []


def test_pages_of_a_search_neither_repeat_nor_skip(world: World) -> None:
    """Also where one person has several rows, and where a page ends between them."""
    again, other = named(world, "王五"), named(world, "王六")
    for _ in range(3):
        application = world.apply(again)
        world.ask(
            world.app.applications.withdraw,
            membership.WITHDRAW_APPLICATION,
            again,
            application_id=application["id"],
        )
    world.apply(other)
    assert listed_names(world, "applications", search="wang") == ["王五"] * 3 + ["王六"]


def test_members_are_found_by_number(world: World) -> None:
    first, second = world.member(named(world, "林")), world.member(named(world, "孙"))
    assert listed_names(world, "memberships", search=str(second["number"])) == ["孙"]
    assert listed_names(world, "memberships", search=" １ ") == ["林"]
    assert listed_names(world, "memberships", search="1", state="expired") == []
    assert first["number"] == 1
    assert listed_names(world, "memberships", search="999999999") == []
    assert listed_names(world, "memberships", search="9" * 80) == []


def test_a_change_of_name_counts_at_once_and_everywhere(world: World) -> None:
    person = named(world, "李小龙")
    world.apply(person)
    rename(world, person, "陈真")
    assert listed_names(world, "applications", search="li") == []
    assert listed_names(world, "applications", search="chen") == ["陈真"]


def test_nobody_is_found_by_a_name_made_of_an_address(world: World) -> None:
    world.apply(world.person("wolfgang@example.com"))
    assert listed_names(world, "applications", search="wolf") == []


def test_who_was_imported_is_not_found_by_a_name_that_is_not_shown(
    world: World, run_jobs: Callable[[], None]
) -> None:
    take_in(world, HEADER + lines(1, 12))
    run_jobs()
    assert world.database.name_keys.count_documents({"keys": "huiyuan"}) == 12
    assert listed_names(world, "memberships", search="huiyuan") == []
    assert len(listed_names(world, "memberships")) == 12


def test_other_communities_find_nobody(world: World) -> None:
    world.apply(named(world, "李小龙"))
    known = world.database.name_keys.find_one({}) or {}
    assert known["community_id"] == world.community["id"]
    world.database.name_keys.update_many({}, {"$set": {"community_id": "com_another"}})
    assert listed_names(world, "applications", search="li") == []


def test_lists_are_sorted_both_ways(world: World) -> None:
    for name in "甲乙丙":
        world.clock.advance(dt.timedelta(days=40))
        world.member(named(world, name))
    world.approved(named(world, "丁"))  # has no number and no end yet
    by_number = ["甲", "乙", "丙"]
    assert listed_names(world, "memberships", sort="number") == by_number
    assert listed_names(world, "memberships", sort="-number", state="active") == by_number[::-1]
    assert listed_names(world, "memberships", sort="ends_on", state="active") == by_number
    assert listed_names(world, "memberships", sort="-ends_on") == by_number[::-1]
    assert listed_names(world, "memberships", sort="-updated_at")[0] == "丁"
    submitted = ["甲", "乙", "丙", "丁"]
    assert listed_names(world, "applications", sort="submitted_at") == submitted
    assert listed_names(world, "applications", sort="-submitted_at", state="approved") == ["丁"]
    assert len(listed_names(world, "applications", sort="-updated_at")) == 4


def test_what_changed_is_listed_and_a_little_of_before(world: World) -> None:
    """A unit of work that commits late is dated before one that was read already."""
    world.member(named(world, "甲"))
    world.clock.advance(LATE_COMMITS * 3)
    seen = world.clock.now()
    world.member(named(world, "乙"))
    for what in LISTS:
        assert listed_names(world, what, updated_after=rfc3339(seen)) == ["乙"]
        again = {"updated_after": rfc3339(seen + LATE_COMMITS), "sort": "updated_at"}
        assert listed_names(world, what, **again) == ["乙"]
        assert listed_names(world, what, updated_after=rfc3339(seen + LATE_COMMITS * 2)) == []
    assert (
        listed_names(world, "memberships", updated_after=rfc3339(seen), state="pending_payment")
        == []
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"search": "li", "sort": "updated_at"}, "/search"),
        ({"search": "li", "updated_after": "2026-11-28T00:00:00Z"}, "/search"),
        ({"sort": "-updated_at", "updated_after": "2026-11-28T00:00:00Z"}, "/updated_after"),
    ],
)
@pytest.mark.parametrize("what", LISTS)
def test_what_has_no_index_is_refused(
    world: World, what: str, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        page(world, what, **asked)
    assert refused.value.error is INVALID_INPUT
    assert [(one.pointer, one.code) for one in refused.value.fields] == [
        (field, "field.combination")
    ]


def test_a_made_up_position_of_a_search_is_refused(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        page(world, "memberships", search="li", after="here")
    assert refused.value.error is INVALID_INPUT


def test_a_search_reads_one_range_of_the_index_and_sorts_nothing(world: World) -> None:
    for name in ("李一", "李二", "王三"):
        world.member(named(world, name))
    query: list[Document] = [
        {"$match": {"community_id": world.community["id"], "keys": "li"}},
        {"$sort": {"person_id": 1}},
    ]
    asked = {"aggregate": "name_keys", "pipeline": query, "cursor": {}}
    plan = world.database.command("explain", asked, verbosity="executionStats")
    assert {"IXSCAN"} <= stages(plan)
    assert not stages(plan) & {"COLLSCAN", "SORT"}
    assert plan["executionStats"]["totalKeysExamined"] <= 3


def found_without_rows(world: World, number: int) -> None:
    """Many who are called so and have nothing that is looked for."""
    here = world.community["id"]
    ids = [f"per_{n:026}" for n in range(number)]  # before all others
    world.database.name_keys.insert_many(
        {"_id": f"{here}:{id}", "community_id": here, "person_id": id, "keys": ["l", "li"]}
        for id in ids
    )


def test_a_page_of_a_search_looks_at_a_bounded_number_of_people(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many are found who have nothing that is wanted, pages are short and go on."""
    monkeypatch.setattr(store_names, "MOST_LOOKED_AT", 10)
    for name in ("李一", "李二", "李三"):
        world.member(named(world, name))
    found_without_rows(world, 95)
    world.database.command("profile", 2)
    try:
        first = page(world, "memberships", search="li", limit=2)
        reads = list(world.database["system.profile"].find({"ns": {"$regex": "name_keys$"}}))
        found = find(world, "li")
    finally:
        world.database.command("profile", 0)
        world.database["system.profile"].drop()
    assert first["items"] == []
    assert [read["keysExamined"] for read in reads] == [10 + 1, 10]
    assert [read["docsExamined"] for read in reads] == [0, 10]
    for what in LISTS:
        assert listed_names(world, what, search="li") == ["李一", "李二", "李三"]
    assert found == {"person_ids": [], "is_all": False}
    assert find(world, "liyi")["is_all"]


def find(world: World, search: str) -> dict[str, Any]:
    return world.ask(
        world.app.people.find,
        membership.FIND_PEOPLE,
        Context.for_system("payments"),
        community_id=world.community["id"],
        search=search,
        purpose="orders",
    )


def test_a_name_that_changes_while_somebody_applies_is_found_by_the_new_one(world: World) -> None:
    """The two meet on the person: whichever comes second sees what the first one did."""
    for _ in range(5):
        person = named(world, "李小龙")
        both = [
            threading.Thread(target=world.apply, args=(person,)),
            threading.Thread(target=rename, args=(world, person, "陈真")),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert [("chen" in found, "li" in found) for found in keys(world, person)] == [
            (True, False)
        ]


def unfilled(database: Database[Document]) -> None:
    """As it was before people were found by name."""
    database.name_keys.delete_many({})


def test_the_migration_finds_everybody_that_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "BATCH", 2)
    for name in ("李小龙", "陈真", "王五"):
        world.member(named(world, name))
    nowhere = named(world, "赵六")
    world.database.memberships.create_index([("community_id", 1), ("number", 1)], name="by_number")
    before = sorted(world.database.name_keys.find({}), key=lambda row: row["_id"])
    unfilled(world.database)
    noted: list[Document] = []
    step = migrations.find_people_by_name(10)
    for _ in range(2):  # safe to run twice
        step.apply(world.database, Progress(None, noted.append))
    after = sorted(world.database.name_keys.find({}), key=lambda row: row["_id"])
    assert after == before
    assert keys(world, nowhere) == []
    assert len(noted) >= 4
    assert "by_number" not in world.database.memberships.index_information()
    assert listed_names(world, "memberships", search="lxl") == ["李小龙"]


def test_the_night_completes_what_earlier_processes_did_not_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They did not know of keys while a release rolled out, neither of new ones nor of changes, and
    did not forget those of whom they erased."""
    monkeypatch.setattr(names, "BATCH", 1)
    first = OnePass(world.clock.now(), "membership")
    world.app.names.verify(first)
    new, renamed, erased = (named(world, name) for name in ("李小龙", "陈真", "王五"))
    for person in (new, renamed, erased):
        world.apply(person)
    world.database.name_keys.delete_one({"person_id": new.require_person()})
    of_before = {"_id": renamed.require_person()}
    world.database.people.update_one(of_before, {"$set": {"name": "赵六"}})
    gone = {"$set": {"erased_at": world.clock.now()}}
    world.database.people.update_one({"_id": erased.require_person()}, gone)
    absent = {"_id": f"{world.community['id']}:per_absent", "person_id": "per_absent"}
    world.database.name_keys.insert_one(
        {"community_id": world.community["id"], "keys": ["li"], **absent}
    )
    world.app.names.verify(OnePass(world.clock.now(), "membership", first.cursor))
    assert listed_names(world, "applications", search="li") == []
    world.clock.advance(dt.timedelta(days=1))
    world.app.names.verify(OnePass(world.clock.now(), "membership", first.cursor))
    assert listed_names(world, "applications", search="lxl") == ["李小龙"]
    assert listed_names(world, "applications", search="zhao") == ["赵六"]
    assert listed_names(world, "applications", search="chen") == []
    assert keys(world, erased) == []
    assert world.database.name_keys.count_documents({"person_id": "per_absent"}) == 0
    assert world.database.name_keys.count_documents({}) == 2


def test_a_killed_migration_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "BATCH", 1)
    people = [named(world, name) for name in ("李小龙", "陈真")]
    for person in people:
        world.apply(person)
    unfilled(world.database)
    last = max(person.require_person() for person in people)
    step = migrations.find_people_by_name(10)
    step.apply(world.database, Progress({"id": min(p.require_person() for p in people)}, print))
    assert [row["person_id"] for row in world.database.name_keys.find({})] == [last]
