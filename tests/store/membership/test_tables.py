"""Lists as tables: all of them, page by page, and nothing in them that a spreadsheet runs."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND
from services.membership.usecases.terms import imports, memberships
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_uploads import refused
from tests.store.membership.world import World

Jobs = Callable[[], None]


def table(ask: Callable[..., Any], request: dict[str, Any], ctx: Context) -> list[dict[str, str]]:
    """The rows of the whole file, by the names of its columns."""
    whole, after, pieces = b"", None, 0
    while pieces == 0 or after is not None:
        piece = ask({**request, "after": after}, ctx)
        assert piece["content_type"] == "text/csv"
        whole, after, pieces = whole + piece["data"], piece["next"], pieces + 1
    assert whole.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))


def test_memberships_as_a_table(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, with the names that the list shows; a page is a piece."""
    monkeypatch.setattr(memberships, "ROWS", 7)
    take_in(world, HEADER + lines(1, 30))
    run_jobs()
    ctx = world.person("li.wei@example.com")
    named = {"name": "=cmd|' /C calc'!A0", "expected_version": 1}
    world.ask(world.app.people.change_me, membership.CHANGE_ME, ctx, **named)
    world.member(ctx)
    asked = {"community_id": world.community["id"], "state": None}
    for reader in (world.owner, world.reviewers[0]):
        found = table(world.app.memberships.export, asked, reader)
        assert sorted(int(row["number"]) for row in found) == list(range(1, 32))
    assert {row["display_name"] for row in found} == {"", "'=cmd|' /C calc'!A0"}
    by_number = {row["number"]: row for row in found}
    assert (by_number["7"]["city"], by_number["7"]["kind"]) == ("上海", "imported")
    expired = table(world.app.memberships.export, {**asked, "state": "expired"}, world.owner)
    assert expired == []
    stranger = world.person()
    refused(NOT_PERMITTED, lambda: table(world.app.memberships.export, asked, stranger))


def test_results_of_an_import_as_a_table(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for each row, with what is wrong in the reader's language."""
    monkeypatch.setattr(imports, "ROWS", 7)
    bad = "x,no,,yesterday,2027-01-31,,\n"
    started = take_in(world, HEADER + lines(1, 20) + bad)
    run_jobs()
    asked = {"import_id": started["id"], "result": None}
    found = table(world.app.imports.export_rows, asked, world.owner)
    assert [int(row["line"]) for row in found] == list(range(2, 23))
    assert {row["result"] for row in found[:20]} == {"accepted"}
    assert "email: 格式不正确" in found[20]["problems"]
    only = table(world.app.imports.export_rows, {**asked, "result": "refused"}, world.owner)
    assert [row["line"] for row in only] == ["22"]
    reviewer = world.reviewers[0]
    refused(OBJECT_NOT_FOUND, lambda: table(world.app.imports.export_rows, asked, reviewer))
