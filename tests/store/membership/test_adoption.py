"""Imports beside what goes on meanwhile: numbers kept free, people who were here before."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from contracts import membership, payments
from services.membership.usecases.terms import import_runs as usecase
from tests.kit.passes import OnePass
from tests.store.membership.test_imports import HEADER, get, lines, rows, take_in
from tests.store.membership.world import World

Jobs = Callable[[], None]


def test_who_joins_during_an_import_takes_none_of_its_numbers(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R13: also not before the first batch, and between two of them."""
    monkeypatch.setattr(usecase, "BATCH", 10)
    started = take_in(world, HEADER + lines(1, 35))
    assert world.member()["number"] == 36
    admit = usecase.ImportRuns._admit
    joined: list[None] = []

    def somebody_joins_first(self: Any, *arguments: Any) -> None:
        admit(self, *arguments)
        if not joined:
            joined.append(None)
            raise RuntimeError("stopped after the first batch")

    monkeypatch.setattr(usecase.ImportRuns, "_admit", somebody_joins_first)
    run_jobs()
    assert world.member()["number"] == 37
    run_jobs()
    done = get(world, started["id"])
    assert (done["state"], done["accepted"], done["refused"]) == ("done", 35, 0)


def test_the_next_number_is_told_before_anything_is_changed(world: World, run_jobs: Jobs) -> None:
    """F14: a typing error in a number would move the numbering for ever, so a dry run shows it."""
    world.member()  # number 1
    wrong = "999999999,typo@example.com,T,2024-02-01,2027-01-31,,\n"
    refused = "999999998,no address,T,2024-02-01,2027-01-31,,\n"
    tried = take_in(world, HEADER + lines(2, 9) + wrong, dry_run=True)
    assert tried["next_number"] == 1_000_000_000
    assert take_in(world, HEADER + lines(2, 9) + refused, dry_run=True)["next_number"] == 10
    assert world.member()["number"] == 2  # nothing was taken
    run_jobs()  # the dry runs are over
    assert take_in(world, HEADER + lines(3, 9) + refused)["next_number"] == 10
    assert take_in(world, HEADER + lines(1, 1))["next_number"] == 10
    assert world.member()["number"] == 10


def test_an_import_of_an_earlier_version_still_moves_the_numbers(
    world: World, run_jobs: Jobs
) -> None:
    started = take_in(world, HEADER + lines(1, 20))
    world.database.imports.update_one({}, {"$unset": {"next_number": ""}})
    world.database.member_numbers.update_one({}, {"$set": {"next": 1}})
    assert get(world, started["id"])["next_number"] is None
    run_jobs()
    assert world.member()["number"] == 21


def imports_one(world: World, run_jobs: Jobs, email: str, number: int) -> list[Any]:
    line = f"{number},{email},会员,2024-02-01,2027-01-31,,\n"
    started = take_in(world, HEADER + line)
    run_jobs()
    (row,) = rows(world, started["id"])
    problems: list[Any] = [(problem["column"], problem["code"]) for problem in row["problems"]]
    return problems or [world.membership(row["membership_id"])]


def test_who_did_not_pay_can_be_imported(world: World, run_jobs: Jobs) -> None:
    """F14, R32: cancelled without ever having been a member, they may come in as who may apply."""
    ctx = world.person("late@example.com")
    applied = world.approved(ctx)
    assert imports_one(world, run_jobs, "late@example.com", 7) == [("email", "field.taken")]
    world.ask(
        world.app.applications.withdraw,
        membership.WITHDRAW_APPLICATION,
        ctx,
        application_id=applied["id"],
    )
    assert world.membership(applied["membership_id"])["state"] == "cancelled"
    (member,) = imports_one(world, run_jobs, "late@example.com", 7)
    assert (member["number"], member["state"]) == (7, "active")
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["membership_id"], standing["state"]) == (member["id"], "active")
    live = world.database.memberships.count_documents(
        {"person_id": ctx.require_person(), "live": True}
    )
    assert live == 1


def test_a_refunded_member_can_be_imported_and_a_member_cannot(
    world: World, run_jobs: Jobs
) -> None:
    ctx = world.person("back@example.com")
    order = world.order(world.approved(ctx))
    world.deliver(payments.ORDER_PAID, order)
    assert imports_one(world, run_jobs, "back@example.com", 7) == [("email", "field.taken")]
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    # Once a number, always that number (rules.md §2.2); it is not anybody else's either.
    assert imports_one(world, run_jobs, "back@example.com", 7) == [("number", "field.choice")]
    assert imports_one(world, run_jobs, "other@example.com", 1) == [("number", "field.taken")]
    (member,) = imports_one(world, run_jobs, "back@example.com", 1)
    assert (member["number"], member["state"]) == (1, "active")


def test_an_import_tells_whose_former_membership_had_ended_untold(world: World) -> None:
    """The import itself is not announced; that the former one is over is (rules.md §2.15)."""
    former = world.member(world.person("long.ago@example.com"))
    world.clock.advance(dt.timedelta(days=600))  # no job was running
    started = take_in(world, HEADER + "1,long.ago@example.com,会员,2026-03-02,2030-01-31,,\n")
    world.app.import_runs.run(OnePass(world.clock.now(), "membership"))
    assert [row["result"] for row in rows(world, started["id"])] == ["accepted"]
    (lost,) = world.told(membership.ACCESS_LOST)
    assert (lost.sequence, lost.data["membership_id"]) == (2, former["id"])
