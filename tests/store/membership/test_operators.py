"""Operators: granted and revoked, never nobody, and only by who signed in lately."""

import dataclasses
import time
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, SIGN_IN_AGAIN
from contracts.errors import membership as codes
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sign_in import refused
from tests.store.membership.world import World

SHELL = Context.for_operator("membership", "li.wei")


def first(world: World) -> Context:
    world.app.operators.create("op1@example.com", "en", SHELL)
    return world.person("op1@example.com")


def grant(world: World, ctx: Context, email: str) -> dict[str, Any]:
    return world.ask(world.app.operators.grant, membership.GRANT_OPERATOR, ctx, email=email)


def revoke(world: World, ctx: Context, person_id: str) -> dict[str, Any]:
    record = membership.REVOKE_OPERATOR
    return world.ask(world.app.operators.revoke, record, ctx, person_id=person_id)


def ids(world: World, ctx: Context) -> set[str]:
    page = world.ask(world.app.operators.list_all, membership.LIST_OPERATORS, ctx)
    return {one["person_id"] for one in page["items"]}


def long_ago(ctx: Context) -> Context:
    """The same person, who signed in more than ten minutes ago."""
    actor = dataclasses.replace(ctx.actor, signed_in_at=int(time.time()) - 601)
    return dataclasses.replace(ctx, actor=actor)


def test_operators_make_and_unmake_each_other(empty: World) -> None:
    """M3: a departed operator can be revoked, whoever was the first; neighbours hear of it."""
    one = first(empty)
    two = grant(empty, one, "op2@example.com")["person_id"]
    assert grant(empty, one, "OP2@example.com")["person_id"] == two  # twice is once
    ctx = empty.person("op2@example.com")
    assert ids(empty, ctx) == {one.require_person(), two}
    assert revoke(empty, ctx, one.require_person())["roles"] == []
    assert refused(ids, empty, one).error is NOT_PERMITTED
    assert refused(revoke, empty, ctx, one.require_person()).error is OBJECT_NOT_FOUND
    told = [event.data for event in empty.told(membership.STANDING_CHANGED)]
    assert [(facts["person_id"], facts["roles"]) for facts in told[-3:]] == [
        (two, ["operator"]),
        (one.require_person(), []),
        (two, ["operator"]),  # who carries the mark now
    ]


def test_the_last_operator_stays(empty: World) -> None:
    one = first(empty)
    assert refused(revoke, empty, one, one.require_person()).error is codes.LAST_OPERATOR
    two = grant(empty, one, "op2@example.com")["person_id"]
    revoke(empty, one, two)
    assert refused(revoke, empty, one, one.require_person()).error is codes.LAST_OPERATOR
    again = refused(lambda: empty.app.operators.create("op3@example.com", "en", SHELL))
    assert again.error is codes.OPERATOR_EXISTS


@pytest.mark.parametrize("repetition", range(5))
def test_operators_who_revoke_each_other_at_once(empty: World, repetition: int) -> None:
    """M3: of n revocations of all n operators at once, one at least does not go through."""
    one = first(empty)
    emails = [f"op{n}@example.com" for n in (2, 3)]
    people = [one.require_person(), *(grant(empty, one, email)["person_id"] for email in emails)]
    outcomes = at_once([partial(revoke, empty, SHELL, person) for person in people])
    left = ids(empty, SHELL)
    assert len(left) == outcomes.count("membership.operator_is_last") >= 1
    marked = list(empty.database.community_standings.find({"first_operator": True}))
    assert [standing["person_id"] for standing in marked] == list(left)


def test_power_is_given_by_who_signed_in_lately(world: World) -> None:
    """M3, RFC 9470: operators and owners are made within ten minutes of a sign-in; listing, and
    other roles, need none."""
    operator = long_ago(first(world))
    owner = long_ago(world.owner)
    ids(world, operator)
    told = refused(grant, world, operator, "op2@example.com")
    assert (told.error, told.params) == (SIGN_IN_AGAIN, {"max_age": 600})
    mine = operator.require_person()
    assert refused(revoke, world, operator, mine).error is SIGN_IN_AGAIN
    asked = {"community_id": world.community["id"], "email": "sun@example.com"}

    def give(role: str, ctx: Context) -> Any:
        return world.ask(world.app.roles.grant, membership.GRANT_ROLE, ctx, **asked, role=role)

    assert refused(give, "owner", owner).error is SIGN_IN_AGAIN
    assert give("reviewer", owner)["role"] == "reviewer"
    assert give("owner", world.owner)["role"] == "owner"
    stranger = long_ago(world.person("stranger@example.com"))
    assert refused(grant, world, stranger, "op2@example.com").error is NOT_PERMITTED
