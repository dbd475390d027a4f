"""Screening, names and suspensions where applications are judged in rounds, on a real database."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import membership as codes
from services.membership.usecases.vetting import rounds
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_decisions import suspend
from tests.store.membership.test_names import named
from tests.store.membership.test_rounds import dismiss, refused, take
from tests.store.membership.test_screening import DUPLICATE, FORM, REJECTING, rules
from tests.store.membership.world import World, uploaded


def test_flags_are_for_who_reads_private_answers(make_world: Callable[..., World]) -> None:
    """In their own language; not for who is too near, operators and applicants."""
    world = make_world(FORM)
    rules(world, DUPLICATE)
    first, second = world.reviewers
    world.apply(world.person(), license="A")
    applicant = world.person()
    applied = world.apply(applicant, license="A")

    def flags(ctx: Context, locale: str = "zh-CN") -> Any:
        found = take(world, "get", dataclasses.replace(ctx, locale=locale), applied)
        return found["screening"] and [one["words"] for one in found["screening"]["flags"]]

    (chinese,), (english,) = flags(second), flags(second, "en")
    assert chinese != english
    take(world, "declare_conflict", first, applied)
    for ctx in (first, applicant, Context.for_operator("membership")):
        assert flags(ctx) is None
    approved = take(world, "approve", dataclasses.replace(second, locale="en"), applied)
    assert approved["screening"]["flags"][0]["words"] == english


def test_a_rule_rejects_before_an_owner_is_asked(make_world: Callable[..., World]) -> None:
    world = make_world(FORM, reviewers_needed=3, approvals_needed=2)
    rules(world, REJECTING)
    world.apply(world.person(), license="A")
    for reviewer in world.reviewers:
        dismiss(world, reviewer)
    asked = world.apply(world.person(), license="B")
    assert take(world, "get", world.owner, asked)["needs_owner"] is True
    rejected = world.apply(world.person(), license="A")
    found = take(world, "get", world.owner, rejected)
    assert (found["state"], found["needs_owner"]) == ("rejected", False)


def test_who_is_blind_hears_no_names_of_who_judged(make_world: Callable[..., World]) -> None:
    """rules.md §1.9; and everybody whom an application shows is named to who sees them."""
    world = make_world(reviewers_needed=3, approvals_needed=3, blind=True)
    judge, (first, second) = named(world, "李雷", "judge@example.com"), world.reviewers
    world.ask(
        world.app.roles.grant,
        membership.GRANT_ROLE,
        world.owner,
        community_id=world.community["id"],
        email="judge@example.com",
        role="reviewer",
    )
    applied = world.apply(world.person())
    take(world, "approve", judge, applied)

    def staff(ctx: Context) -> list[str]:
        found = take(world, "get", ctx, applied, include="person")
        return [one["display_name"] for one in found["staff"]]

    assert (staff(first), staff(world.owner), staff(judge)) == ([], [], ["李雷"])
    take(world, "approve", first, applied)
    assert (staff(first), staff(second)) == (["李雷"], [])
    asked = {"application_id": applied["id"], "message": "?"}
    world.ask(world.app.reviews.request_info, membership.REQUEST_INFO, second, **asked)
    assert staff(second) == []


def test_who_is_suspended_meanwhile_is_not_approved(
    make_world: Callable[..., World], run_jobs: Callable[[], None]
) -> None:
    """The verdict that would decide is refused, and nothing of it is stored."""
    world = make_world()
    ctx = world.person("nine@example.com")
    applied = world.apply(ctx)
    header = "number,email,name,joined_on,term_ends_on,segment,city\n"
    row = "9,nine@example.com,Nine,2024-02-01,2027-01-31,,\n"
    world.ask(
        world.app.imports.create,
        membership.CREATE_IMPORT,
        world.owner,
        community_id=world.community["id"],
        csv=uploaded(header + row),
    )
    run_jobs()
    wanted = {"person_id": ctx.require_person()}
    held = existing(world.database.memberships.find_one(wanted))
    suspend(world, held["_id"], None)
    error = refused(take, world, "approve", world.reviewers[0], applied)
    assert error.error is codes.JOINING_NOT_POSSIBLE
    found = world.application(applied["id"])
    assert (found["state"], found["verdicts"]) == ("submitted", [])


def test_the_job_goes_through_what_waits_in_batches(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pass goes on where the one before stopped, and begins again after the last."""
    monkeypatch.setattr(rounds, "BATCH", 2)
    world = make_world(reviewers_needed=3, approvals_needed=2)
    waiting = [world.apply(world.person()) for _ in range(3)]
    for reviewer in world.reviewers:
        dismiss(world, reviewer)
    run = OnePass(world.clock.now(), "membership")

    def asked() -> list[bool]:
        return [take(world, "get", world.owner, one)["needs_owner"] for one in waiting]

    for found in ([True, True, False], [True, True, True]):
        world.app.rounds.settle(run)
        assert asked() == found
    assert run.cursor is None
