"""What staff learn about people, and about themselves."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Actor, HeldKey
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_sign_in import refused
from tests.store.membership.world import World, anybody


def grant(world: World, email: str, role: str) -> dict[str, Any]:
    return world.ask(
        world.app.roles.grant,
        membership.GRANT_ROLE,
        world.owner,
        community_id=world.community["id"],
        email=email,
        role=role,
    )


def holders(world: World) -> dict[str, dict[str, Any]]:
    """Who holds roles, by person."""
    listed = world.ask(
        world.app.roles.list_of_community,
        membership.LIST_ROLES,
        world.owner,
        community_id=world.community["id"],
    )
    return {row["person_id"]: row for row in listed["items"]}


def rename(world: World, ctx: Any, name: str) -> None:
    me = world.ask(world.app.people.get_me, membership.GET_ME, ctx)
    changed = {"name": name, "expected_version": me["version"]}
    world.ask(world.app.people.change_me, membership.CHANGE_ME, ctx, **changed)


def test_a_role_tells_nothing_about_who_has_an_address(world: World) -> None:
    """F18, M7: the answer is the same for an address that is known, and for one that is not."""
    known = world.person("zhang@example.com")
    rename(world, known, "Zhang San, cardiologist")
    given = grant(world, "Zhang@Example.com", "scanner")
    assert given == {"email": "zhang@example.com", "role": "scanner"}
    assert grant(world, "nobody@example.com", "scanner")["email"] == "nobody@example.com"
    assert grant(world, "zhang@example.com", "scanner") == given  # it was given already
    row = holders(world)[known.require_person()]
    assert (row["name"], row["email"]) == (None, "zhang@example.com")


def test_who_joined_is_listed_by_name(world: World) -> None:
    member = world.person("sun@example.com")
    rename(world, member, "孙")
    world.member(member)
    grant(world, "sun@example.com", "host")
    row = holders(world)[member.require_person()]
    assert (row["name"], row["email"], row["roles"]) == ("孙", None, ["host"])


def test_an_import_tells_no_name_from_elsewhere(world: World, run_jobs: Callable[[], None]) -> None:
    """M7: a row with an address is no way to learn whose it is; who comes themselves is named."""
    known = world.person("m1@example.com")
    rename(world, known, "Zhang San, cardiologist")
    take_in(world, HEADER + lines(1, 1))
    run_jobs()
    grant(world, "m1@example.com", "scanner")
    row = holders(world)[known.require_person()]
    assert (row["name"], row["email"]) == (None, "m1@example.com")


@pytest.mark.parametrize("role", ["reviewer", "owner"])
def test_staff_read_no_notes_about_themselves(make_world: Any, role: str) -> None:
    """F9, M7: who applies sees their application as an applicant, whatever roles they hold."""
    world = make_world(reviewers_needed=2, approvals_needed=2)
    insider = world.person("insider@example.com")
    grant(world, "insider@example.com", role)
    applied = world.apply(insider)
    world.ask(
        world.app.reviews.approve,
        membership.APPROVE_APPLICATION,
        world.reviewers[0],
        application_id=applied["id"],
        note="SECRET-NOTE",
    )
    own = world.ask(
        world.app.reviews.get, membership.GET_APPLICATION, insider, application_id=applied["id"]
    )
    listed = world.ask(
        world.app.reviews.list_of_community,
        membership.LIST_APPLICATIONS,
        insider,
        community_id=world.community["id"],
    )
    for seen in (own, *listed["items"]):
        assert (seen["id"], seen["verdicts"], seen["claimed_by"]) == (applied["id"], [], None)
    (verdict,) = world.application(applied["id"])["verdicts"]
    assert verdict["note"] == "SECRET-NOTE"  # as another reviewer sees it


def test_no_key_tells_its_maker_how_they_were_judged(make_world: Any) -> None:
    """ADR 0072: an owner who applied makes a key with the reviewers' role, and is who holds it."""
    world = make_world(reviewers_needed=2, approvals_needed=2)
    insider = world.person("insider@example.com")
    grant(world, "insider@example.com", "owner")
    applied, app = world.apply(insider), world.app
    own, here = {"application_id": applied["id"]}, {"community_id": world.community["id"]}
    approve = membership.APPROVE_APPLICATION
    world.ask(app.reviews.approve, approve, world.reviewers[0], **own, note="SECRET-NOTE")
    key = HeldKey("key_" + "0" * 26, world.community["id"], ("owner", "reviewer"))
    program = dataclasses.replace(anybody(), actor=Actor("key", key=key))
    read = world.ask(app.reviews.get, membership.GET_APPLICATION, program, **own)
    listing = app.reviews.list_of_community
    (row,) = world.ask(listing, membership.LIST_APPLICATIONS, program, **here)["items"]
    for seen in (read, row):
        assert (seen["id"], seen["verdicts"], seen["claimed_by"]) == (applied["id"], [], None)
    history, record = app.history.of_application, membership.GET_APPLICATION_HISTORY
    assert refused(world.ask, history, record, program, **own).error is OBJECT_NOT_FOUND


def test_staff_see_others_as_staff_in_the_same_list(world: World) -> None:
    own = world.apply(world.reviewers[0])
    other = world.apply(world.person())
    for applied in (own, other):
        world.ask(
            world.app.reviews.claim,
            membership.CLAIM_APPLICATION,
            world.reviewers[1],
            application_id=applied["id"],
        )
    listed = world.ask(
        world.app.reviews.list_of_community,
        membership.LIST_APPLICATIONS,
        world.reviewers[0],
        community_id=world.community["id"],
    )["items"]
    claimed = {row["id"]: row["claimed_by"] for row in listed}
    assert claimed == {own["id"]: None, other["id"]: world.reviewers[1].require_person()}
