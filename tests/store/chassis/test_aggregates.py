"""Stores of versioned documents: optimistic locking, communities kept apart, pages."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.aggregates import check_version
from chassis.clock import FixedClock
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from tests.kit.existing import existing
from tests.store.chassis.test_uow import COMMUNITY, thing
from tests.store.chassis.things import Things

OTHER = "com_other"


def add(uow: UnitOfWork, things: Things, ctx: Context, **changes: Any) -> Document:
    return uow.run(ctx, lambda tx: things.insert(tx, {**thing(), **changes}))


def test_a_new_document_is_version_one(
    uow: UnitOfWork, things: Things, ctx: Context, clock: FixedClock
) -> None:
    stored = add(uow, things, ctx)
    assert (stored["version"], stored["created_at"], stored["updated_at"]) == (
        1,
        clock.now(),
        clock.now(),
    )
    assert things.get("thing-1", community_id=COMMUNITY) == stored


def test_saving_moves_the_version_on(
    uow: UnitOfWork, things: Things, ctx: Context, clock: FixedClock
) -> None:
    stored = add(uow, things, ctx)
    clock.advance(dt.timedelta(hours=1))
    saved = uow.run(ctx, lambda tx: things.save(tx, {**stored, "rank": 2}))
    assert (saved["version"], saved["created_at"]) == (2, stored["created_at"])
    assert saved["updated_at"] == clock.now()
    assert things.require("thing-1", community_id=COMMUNITY) == saved


def test_a_stale_save_changes_nothing(uow: UnitOfWork, things: Things, ctx: Context) -> None:
    """H-20: the conflict names the current version."""
    stored = add(uow, things, ctx)
    uow.run(ctx, lambda tx: things.save(tx, {**stored, "rank": 2}))
    with pytest.raises(DomainError) as refused:
        uow.run(ctx, lambda tx: things.save(tx, {**stored, "rank": 3}))
    assert refused.value.error is STALE_VERSION
    assert refused.value.params == {"current_version": 2}
    assert things.require("thing-1", community_id=COMMUNITY)["rank"] == 2


def test_twenty_saves_of_one_version_at_once(uow: UnitOfWork, things: Things, ctx: Context) -> None:
    """H-20: exactly one wins; the others are told the current version."""
    stored = add(uow, things, ctx)

    def save(rank: int) -> Any:
        try:
            uow.run(ctx, lambda tx: things.save(tx, {**stored, "rank": rank}))
        except DomainError as error:
            return error.params["current_version"]
        return "saved"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(save, range(20)))
    assert outcomes.count("saved") == 1
    assert outcomes.count(2) == 19


def test_several_are_saved_together_or_not_at_all(
    uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """H-20: one that was changed since keeps all from being saved, and is the one that is named."""
    first, second = (add(uow, things, ctx, _id=f"thing-{n}", name=f"name {n}") for n in (1, 2))
    saved = uow.run(
        ctx, lambda tx: things.save_all(tx, [{**first, "rank": 2}, {**second, "rank": 2}])
    )
    assert [one["version"] for one in saved] == [2, 2]
    assert things.require("thing-2", community_id=COMMUNITY) == saved[1]
    uow.run(ctx, lambda tx: things.save(tx, {**saved[1], "rank": 3}))
    with pytest.raises(DomainError) as refused:
        uow.run(ctx, lambda tx: things.save_all(tx, [{**one, "rank": 4} for one in saved]))
    assert refused.value.error is STALE_VERSION
    assert refused.value.params == {"current_version": 3}
    assert things.require("thing-1", community_id=COMMUNITY)["rank"] == 2
    assert uow.run(ctx, lambda tx: things.save_all(tx, [])) == []


def test_what_is_not_there(uow: UnitOfWork, things: Things, ctx: Context) -> None:
    assert things.get("thing-9", community_id=COMMUNITY) is None
    with pytest.raises(DomainError) as refused:
        things.require("thing-9", community_id=COMMUNITY)
    assert (refused.value.error, refused.value.params) == (OBJECT_NOT_FOUND, {"noun": "thing"})
    with pytest.raises(DomainError) as refused:
        uow.run(ctx, lambda tx: things.save(tx, {**thing("thing-9"), "version": 1}))
    assert refused.value.error is OBJECT_NOT_FOUND


def test_what_a_unique_index_refuses_has_a_meaning(
    uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    name_taken = existing(things.collection_schema.indexes[0].refusal)
    add(uow, things, ctx)
    with pytest.raises(name_taken, match="thing-2"):
        add(uow, things, ctx, _id="thing-2")
    other = add(uow, things, ctx, _id="thing-3", name="other")
    with pytest.raises(name_taken, match="thing-3"):
        uow.run(ctx, lambda tx: things.save(tx, {**other, "name": "one"}))
    with pytest.raises(DuplicateKeyError):  # nothing is said about the id's own index
        add(uow, things, ctx, name="again")
    assert things.collection.count_documents({}) == 2


def test_communities_are_kept_apart(uow: UnitOfWork, things: Things, ctx: Context) -> None:
    """D-15, I-15: equal business keys in two communities; no access without naming one."""
    add(uow, things, ctx)
    stored = add(uow, things, ctx, _id="thing-2", community_id=OTHER)
    assert things.get("thing-2", community_id=COMMUNITY) is None
    assert [d["_id"] for d in things.page({}, after=None, limit=9, community_id=OTHER)[0]] == [
        "thing-2"
    ]
    with pytest.raises(DomainError) as refused:
        uow.run(ctx, lambda tx: things.save(tx, {**stored, "community_id": COMMUNITY}))
    assert refused.value.error is OBJECT_NOT_FOUND
    for access in (
        lambda: things.get("thing-1"),
        lambda: things.page({}, after=None, limit=9),
    ):
        with pytest.raises(TypeError, match="community"):
            access()


def test_check_version() -> None:
    check_version({"version": 3}, 3)
    with pytest.raises(DomainError) as refused:
        check_version({"version": 3}, 2)
    assert refused.value.params == {"current_version": 3}


@pytest.mark.parametrize("letter", ["x", "文", '"', "\n"])
def test_a_page_is_cut_by_bytes(uow: UnitOfWork, things: Things, ctx: Context, letter: str) -> None:
    """H-21: as many as fit, at least one, and the rest on the pages behind, whatever is in them."""
    names = [f"thing-{n:02}" for n in range(12)]
    for number, name in enumerate(names):
        length = 200_000 if number == 5 else 30_000
        add(uow, things, ctx, _id=name, name=f"{number}{letter * length}")
    found, after = [], None
    while True:
        page, after = things.page({}, after=after, limit=100, community_id=COMMUNITY)
        found += [document["_id"] for document in page]
        size = sum(len(json.dumps(d["name"], ensure_ascii=False).encode()) for d in page)
        assert len(page) == 1 or size <= 400 * 1024
        if after is None:
            break
    assert found == names


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort_field", ["_id", "rank", "updated_at"])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ranks=st.lists(st.integers(0, 3), max_size=12), limit=st.integers(1, 5))
def test_pages_make_up_the_whole(
    db: Database[Document],
    things: Things,
    clock: FixedClock,
    sort_field: str,
    descending: bool,
    ranks: list[int],
    limit: int,
) -> None:
    """H-21: no repetition, no gap, in order, whatever the ties; inserts behind do no harm."""
    db["things"].delete_many({})
    at = clock.now()
    rows = [
        {
            **thing(f"t{i:02}", f"n{i}", rank),
            "version": 1,
            "created_at": at,
            "updated_at": at + dt.timedelta(seconds=rank),
        }
        for i, rank in enumerate(ranks)
    ]
    if rows:
        db["things"].insert_many(rows)
    seen, after = [], None
    for _ in range(len(rows) + 1):
        items, after = things.page(
            {},
            after=after,
            limit=limit,
            community_id=COMMUNITY,
            sort_field=sort_field,
            descending=descending,
        )
        assert len(items) == limit or after is None
        seen.extend(items)
        if after is None:
            break
    assert seen == sorted(rows, key=lambda d: (d[sort_field], d["_id"]), reverse=descending)


def test_pages_keep_the_filter(uow: UnitOfWork, things: Things, ctx: Context) -> None:
    for i in range(4):
        add(uow, things, ctx, _id=f"t{i}", name=f"n{i}", rank=i % 2)
    first, after = things.page({"rank": 1}, after=None, limit=1, community_id=COMMUNITY)
    second, end = things.page({"rank": 1}, after=after, limit=1, community_id=COMMUNITY)
    assert ([d["_id"] for d in first + second], end) == (["t1", "t3"], None)


@pytest.mark.parametrize(
    "position",
    ["", "x", "{}", "[1]", '[{"$regex":"a"},"t1"]', '[{"a":1},"t1"]', '["a",{"$gt":""}]'],
)
def test_a_made_up_position(things: Things, position: str) -> None:
    """D-16, H-21: wrong input, never a query operator."""
    with pytest.raises(DomainError) as refused:
        things.page({}, after=position, limit=1, community_id=COMMUNITY, sort_field="rank")
    assert refused.value.error is INVALID_INPUT
    assert refused.value.fields[0].pointer == "/after"


def stages(plan: Document) -> list[str]:
    """The stages of an explained plan, outermost first."""
    return [plan["stage"], *(stages(plan["inputStage"]) if "inputStage" in plan else [])]


def test_pages_are_one_index_scan(
    db: Database[Document], things: Things, clock: FixedClock
) -> None:
    """The sort comes from the index, and a later page examines no more than it returns."""
    at = clock.now()
    db["things"].insert_many(
        {
            **thing(f"t{i:04}", f"n{i}", i % 10),
            "version": 1,
            "created_at": at,
            "updated_at": at,
        }
        for i in range(1000)
    )
    _, after = things.page({}, after=None, limit=450, community_id=COMMUNITY, sort_field="rank")
    value, id = json.loads(existing(after))
    criteria = things.scoped(
        COMMUNITY,
        {
            "rank": {"$gte": value},
            "$or": [{"rank": {"$gt": value}}, {"_id": {"$gt": id}}],
        },
    )
    explained = db["things"].find(criteria).sort([("rank", 1), ("_id", 1)]).limit(20).explain()
    assert "SORT" not in stages(explained["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in stages(explained["queryPlanner"]["winningPlan"])
    assert explained["executionStats"]["totalDocsExamined"] <= 120
