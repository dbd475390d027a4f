"""The history of an aggregate: its own changes, newest first, page by page along the index."""

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from chassis.access import Access
from chassis.commands import Operation
from chassis.commands import history as history_command
from chassis.context import Context
from chassis.history import History
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.events import GET_MEETUP_HISTORY
from tests.kit.databases import stages
from tests.store.chassis.test_commits import commit
from tests.store.chassis.things import Sent, Things

COMMUNITY = "com_01JD6ZK3V9Q4M8N2R5T7W0X10Y"
ID, OTHER = new_id("mtp"), new_id("mtp")
MEETUP = {"_id": ID, "community_id": COMMUNITY, "version": 1}


def change(number: int, id: str = ID) -> Document:
    return {
        "kind": "meetup",
        "id": id,
        "community_id": COMMUNITY,
        "version": number,
        "action": f"step_{number}",
        "fields": ["state"],
    }


def history(db: Database[Document], *roles: str) -> History:
    access = Access(lambda ctx, community_id: (frozenset(roles), lambda: False))
    return History(database=db, access=access)


def page(db: Database[Document], after: str | None = None, limit: int = 100) -> dict[str, Any]:
    return cast(dict[str, Any], history(db).page(ID, {"after": after, "limit": limit}))


def steps(answer: dict[str, Any]) -> list[int]:
    return [one["version"] for one in answer["items"]]


def test_a_step_says_who_when_and_what(
    db: Database[Document], uow: UnitOfWork, ctx: Context
) -> None:
    def work(tx: Transaction) -> None:
        tx.audit("publish_meetup", MEETUP, {**MEETUP, "state": "published"}, offer=OTHER)

    uow.run(ctx, work)
    [step] = page(db)["items"]
    assert isinstance(step.pop("at"), dt.datetime)
    assert step == {
        "actor_id": ctx.actor.id,
        "action": "publish_meetup",
        "version": 1,
        "changed_fields": ["state"],
        "details": {"state": "published", "offer": OTHER},
        "request_id": ctx.request_id,
    }


def test_the_account_at_a_shell_is_not_told(db: Database[Document], uow: UnitOfWork) -> None:
    for ctx in (Context.for_operator("events", "li.wei"), Context.for_system("events")):
        uow.run(ctx, lambda tx: tx.audit("extend", None, MEETUP))
    assert [one["actor_id"] for one in page(db)["items"]] == ["system:events", "operator"]


def test_what_else_a_unit_of_work_changed_is_not_shown(db: Database[Document]) -> None:
    db["commits"].insert_one(commit(1, changes=[change(1, OTHER), change(2), change(3, OTHER)]))
    db["commits"].insert_one(commit(2, changes=[change(4, OTHER)]))
    assert steps(page(db)) == [2]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_are_the_history(db: Database[Document], limit: int) -> None:
    """H-21; what one unit of work did twice stays together."""
    rows = [[1], [2], [3, 4], [5], [6]]
    db["commits"].insert_many(
        commit(number, changes=[change(version) for version in versions])
        for number, versions in enumerate(rows, 1)
    )
    seen, after = [], None
    while True:
        answer = page(db, after, limit)
        assert 0 < len(answer["items"]) <= max(limit, 2)
        seen += steps(answer)
        after = answer["next"]
        if after is None:
            break
        db["commits"].insert_one(commit(90 + len(seen), changes=[change(90)]))
    assert seen == [6, 5, 4, 3, 2, 1]


def test_nothing_was_done_yet(db: Database[Document]) -> None:
    assert page(db) == {"items": [], "next": None}


def test_it_is_there_for_whom_the_record_lets_in(
    db: Database[Document], things: Things, uow: UnitOfWork, ctx: Context
) -> None:
    """O-1: to all others, and in another community, it is like one that is missing."""
    stored = {"_id": ID, "community_id": COMMUNITY, "name": "n", "rank": 1}
    uow.run(ctx, lambda tx: tx.audit("made", None, things.insert(tx, stored)))
    rpc, here = GET_MEETUP_HISTORY, {"community_id": COMMUNITY, "after": None, "limit": 10}
    elsewhere = {**here, "community_id": COMMUNITY[:-1] + "Z"}
    assert len(history(db, "host").of(things, ID, rpc, here, ctx)["items"]) == 1
    for role, id, asked in (
        ("member", ID, here),
        ("reviewer", ID, here),
        ("host", OTHER, here),
        ("host", ID, elsewhere),
    ):
        with pytest.raises(DomainError) as refused:
            history(db, role).of(things, id, rpc, asked, ctx)
        assert (refused.value.error, refused.value.params) == (OBJECT_NOT_FOUND, {"noun": "thing"})


def test_a_page_is_one_index_scan(watched: tuple[Database[Document], Sent]) -> None:
    """However many commits there are, those of a page are read, in the index's order."""
    db, sent = watched
    db["commits"].insert_many(
        commit(number, changes=[change(number), change(number, OTHER)]) for number in range(1, 301)
    )
    db["commits"].insert_many(
        commit(number, changes=[change(number, OTHER)]) for number in range(301, 1301)
    )
    first = page(db, limit=50)
    sent.commands.clear()
    assert steps(page(db, first["next"], limit=50)) == list(range(250, 200, -1))
    [asked] = sent.commands
    command = {
        name: value
        for name, value in asked.command.items()
        if name in ("find", "filter", "projection", "sort", "limit")
    }
    explained = db.command("explain", command, verbosity="executionStats")
    assert not stages(explained) & {"COLLSCAN", "SORT"}
    assert '"history"' in str(explained).replace("'", '"')
    assert explained["executionStats"]["totalDocsExamined"] <= 51
    assert explained["executionStats"]["totalKeysExamined"] <= 52


def test_an_unknown_aggregate_has_no_changes(db: Database[Document], ctx: Context) -> None:
    operation = Operation(cast(Any, SimpleNamespace(database=db)), None, ctx)
    done = CliRunner().invoke(history_command, ["mbr_nobody"], obj=operation)
    assert (done.exit_code, done.output) == (0, "0 changes\n")
