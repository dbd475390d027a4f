"""Lists of staff: found by name or number, in the order of a heading, by what changed."""

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from chassis.aggregates import LATE_COMMITS
from chassis.context import Context
from chassis.mongo import Document
from chassis.schema import Progress
from contracts import membership, payments
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
    return [
        row.get("name_keys", [])
        for name in LISTS
        for row in world.database[name].find({"person_id": person.require_person()})
    ]


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
    assert world.database.memberships.count_documents({"name_keys": "huiyuan"}) == 12
    assert listed_names(world, "memberships", search="huiyuan") == []
    assert len(listed_names(world, "memberships")) == 12


def test_other_communities_find_nobody(world: World) -> None:
    world.apply(named(world, "李小龙"))
    elsewhere = {"$set": {"community_id": "com_another"}}
    world.database.applications.update_many({}, elsewhere)
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
        {"$match": {"community_id": world.community["id"], "name_keys": "li"}},
        {"$sort": {"person_id": 1, "_id": 1}},
    ]
    asked = {"aggregate": "memberships", "pipeline": query, "cursor": {}}
    plan = world.database.command("explain", asked, verbosity="executionStats")
    assert {"IXSCAN"} <= stages(plan)
    assert not stages(plan) & {"COLLSCAN", "SORT"}
    assert plan["executionStats"]["totalKeysExamined"] <= 3


def found_and_not_wanted(world: World, number: int) -> None:
    """Many who are called so and have nothing that is looked for: drafts, and imported members."""
    application = world.database.applications.find_one({}) or {}
    membership = world.database.memberships.find_one({}) or {}
    for n in range(number):
        id = f"{n:026}"  # before all others
        found = {"person_id": f"per_{id}", "name_keys": ["l", "li"], "live": False}
        draft = {"_id": f"app_{id}", "state": "draft", "submitted_at": None}
        term = {**membership["terms"][0], "id": f"trm_{id}", "kind": "imported"}
        world.database.applications.insert_one({**application, **found, **draft})
        world.database.memberships.insert_one(
            {**membership, **found, "_id": f"mbr_{id}", "terms": [term]}
        )


def test_a_page_of_a_search_looks_at_a_bounded_number_of_people(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many are found who have nothing that is wanted, pages are short and go on."""
    monkeypatch.setattr(store_names, "MOST_LOOKED_AT", 10)
    for name in ("李一", "李二", "李三"):
        world.member(named(world, name))
    found_and_not_wanted(world, 95)
    world.database.command("profile", 2)
    try:
        first = page(world, "memberships", search="li", limit=2)
        reads = list(world.database["system.profile"].find({"ns": {"$regex": "memberships$"}}))
        found = find(world, "li")
    finally:
        world.database.command("profile", 0)
        world.database["system.profile"].drop()
    assert first["items"] == []
    assert [read["keysExamined"] for read in reads[:2]] == [10 + 1, 10]
    assert [read["docsExamined"] for read in reads[:2]] == [0, 10]
    for what in LISTS:
        assert listed_names(world, what, search="li") == ["李一", "李二", "李三"]
    assert (len(found["person_ids"]), found["is_all"]) == (10, False)
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


@pytest.mark.parametrize("step", ["apply", "be approved", "pay"])
def test_a_name_that_changes_meanwhile_is_found_by_the_new_one(world: World, step: str) -> None:
    """The two meet on the person, or on the application: whichever comes second sees what the
    first one did."""
    for _ in range(5):
        person = named(world, "李小龙")
        take: Callable[[], Any] = partial(world.apply, person)
        if step == "be approved":
            take = partial(world.approve, world.apply(person)["id"])
        elif step == "pay":
            order = world.order(world.approved(person))
            take = partial(world.deliver, payments.ORDER_PAID, order)
        both = [
            threading.Thread(target=take),
            threading.Thread(target=rename, args=(world, person, "陈真")),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        rows = 1 if step == "apply" else 2
        assert [("chen" in found, "li" in found) for found in keys(world, person)] == [
            (True, False)
        ] * rows


def unfilled(database: Database[Document]) -> None:
    """As it was before people were found by name."""
    for name in LISTS:
        database[name].update_many({}, {"$unset": {"name_keys": ""}})


def kept_keys(database: Database[Document]) -> dict[str, list[str] | None]:
    """By what each row is found."""
    return {row["_id"]: row.get("name_keys") for name in LISTS for row in database[name].find({})}


def test_the_migration_finds_everybody_that_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "BATCH", 2)
    for name in ("李小龙", "陈真", "王五"):
        world.member(named(world, name))
    nowhere = named(world, "赵六")
    world.database.memberships.create_index([("community_id", 1), ("number", 1)], name="by_number")
    before = kept_keys(world.database)
    unfilled(world.database)
    world.database.name_keys.insert_one({"keys": ["li"]})  # as it was for a while
    noted: list[Document] = []
    for step in (migrations.find_people_by_name(10), migrations.keep_names_with_rows(12)):
        for _ in range(2):  # safe to run twice
            step.apply(world.database, Progress(None, noted.append))
    assert kept_keys(world.database) == before
    assert "name_keys" not in world.database.list_collection_names()
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
    of_new = {"person_id": new.require_person()}
    world.database.applications.update_one(of_new, {"$unset": {"name_keys": ""}})
    of_before = {"_id": renamed.require_person()}
    world.database.people.update_one(of_before, {"$set": {"name": "赵六"}})
    gone = {"$set": {"erased_at": world.clock.now()}}
    world.database.people.update_one({"_id": erased.require_person()}, gone)
    world.app.names.verify(OnePass(world.clock.now(), "membership", first.cursor))
    assert listed_names(world, "applications", search="li") == []
    world.clock.advance(dt.timedelta(days=1))
    world.app.names.verify(OnePass(world.clock.now(), "membership", first.cursor))
    assert listed_names(world, "applications", search="lxl") == ["李小龙"]
    assert listed_names(world, "applications", search="zhao") == ["赵六"]
    assert listed_names(world, "applications", search="chen") == []
    assert keys(world, erased) == [[]]


def test_a_killed_migration_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "BATCH", 1)
    people = [named(world, name) for name in ("李小龙", "陈真")]
    for person in people:
        world.apply(person)
    unfilled(world.database)
    last = max(person.require_person() for person in people)
    step = migrations.keep_names_with_rows(12)
    step.apply(world.database, Progress({"id": min(p.require_person() for p in people)}, print))
    filled = world.database.applications.find({"name_keys": {"$exists": True}})
    assert [row["person_id"] for row in filled] == [last]
