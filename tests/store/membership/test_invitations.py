"""Owners invite people, on a real database: uses, what a link shows and approves, races."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from tests.kit.existing import existing
from tests.store.membership.test_erasure import WEEK, pass_time
from tests.store.membership.test_races import at_once
from tests.store.membership.test_screening import block
from tests.store.membership.test_undoing import undo, withdraw
from tests.store.membership.world import World, anybody

SKIPS = "invitations_skip_review"


def invite(world: World, ctx: Context | None = None, **asked: Any) -> dict[str, Any]:
    create = world.app.invitations.create
    asked = {"community_id": world.community["id"], "label": "dinner", **asked}
    return world.ask(create, membership.CREATE_INVITATION, ctx or world.owner, **asked)


def listed(world: World, ctx: Context | None = None, **asked: Any) -> list[dict[str, Any]]:
    found = world.ask(
        world.app.invitations.list_of_community,
        membership.LIST_INVITATIONS,
        ctx or world.owner,
        community_id=world.community["id"],
        **asked,
    )
    return list(found["items"])


def revoke(world: World, made: dict[str, Any], ctx: Context | None = None) -> None:
    asked = {"community_id": world.community["id"], "invitation_id": made["id"]}
    step = world.app.invitations.revoke
    world.ask(step, membership.REVOKE_INVITATION, ctx or world.owner, **asked)


def read(world: World, code: str) -> dict[str, Any]:
    return world.ask(world.app.invitations.read, membership.READ_INVITATION, anybody(), code=code)


def accept(
    world: World, made: dict[str, Any], ctx: Context | None = None, **asked: Any
) -> dict[str, Any]:
    """Who comes by an invitation hands an application in, or begins one."""
    return world.ask(
        world.app.applications.create,
        membership.CREATE_APPLICATION,
        ctx or world.person(),
        **{
            "community_id": world.community["id"],
            "answers": {"city": "上海"},
            "submit": True,
            "invitation": made["code"],
            **asked,
        },
    )


def submit(world: World, ctx: Context, application: dict[str, Any]) -> dict[str, Any]:
    asked = {"application_id": application["id"]}
    return world.ask(world.app.applications.submit, membership.SUBMIT_APPLICATION, ctx, **asked)


def reject(world: World, application: dict[str, Any], ctx: Context | None = None) -> None:
    asked = {"application_id": application["id"], "reason": "full"}
    by = ctx or world.reviewers[0]
    world.ask(world.app.reviews.reject, membership.REJECT_APPLICATION, by, **asked)


def used(world: World) -> int:
    return int(listed(world)[0]["used"])


def refused(call: Callable[..., object], *arguments: Any, **asked: Any) -> Any:
    with pytest.raises(DomainError) as error:
        call(*arguments, **asked)
    return error.value.error


def rules(world: World, *wanted: dict[str, Any]) -> None:
    asked = {"community_id": world.community["id"], "rules": list(wanted), "expected_version": 0}
    world.ask(world.app.screening.change, membership.CHANGE_SCREENING, world.owner, **asked)


def test_from_the_link_to_the_membership(world: World) -> None:
    """rules.md §1.11, §1.13: plan and source come with the link, and the list counts who came."""
    plan_id, _ = world.sell(plan_name="春季"), world.sell()
    made = invite(world, uses=3, plan_id=plan_id)
    shown = read(world, made["code"])
    assert (shown["community_name"], shown["plan_name"]) == ("医者同行", "春季")
    assert (shown["invited_by"], shown["expires_at"]) == (None, made["expires_at"])
    draft = accept(world, made, submit=False)
    ctx = world.person()
    applied = accept(world, made, ctx)
    assert (applied["source"], applied["plan_id"], applied["invitation"]) == (
        "invitation",
        plan_id,
        None,
    )
    kept = world.application(applied["id"])["invitation"]
    owner = world.owner.actor.person_id
    assert kept == {"invitation_id": made["id"], "inviter_id": owner, "approved": False}
    approved = world.approve(applied["id"])
    world.deliver(payments.ORDER_PAID, world.order(approved))
    reject(world, accept(world, made))
    (row,) = listed(world)
    names = ("begun", "submitted", "approved", "joined", "given_back", "used")
    assert [row[name] for name in names] == [3, 2, 1, 1, 1, 2]
    assert draft["plan_id"] == plan_id


def test_a_link_that_is_none_changes_nothing(world: World) -> None:
    """Tampered, of elsewhere, revoked, late and used up: a code each."""
    made = invite(world)
    for wrong in (made["id"], f"{made['code']}x", made["code"][:-1], f"{made['id']}.", "邀请"):
        assert refused(accept, world, {"code": wrong}) is codes.INVITATION_UNKNOWN
        assert refused(read, world, wrong) is codes.INVITATION_UNKNOWN
    elsewhere = {"community_id": "com_01JD0000000000000000000000"}
    world.database.invitations.update_one({}, {"$set": elsewhere})
    assert refused(accept, world, made) is codes.INVITATION_UNKNOWN
    back = {"community_id": world.community["id"]}
    world.database.invitations.update_one({}, {"$set": back})
    accept(world, made, submit=False)
    late, revoked = invite(world, expires_in_days=1), invite(world)
    revoke(world, revoked)
    revoke(world, revoked)
    world.clock.advance(WEEK)
    over = {
        codes.INVITATION_USED_UP: invite(world, uses=1),
        codes.INVITATION_EXPIRED: late,
        codes.INVITATION_REVOKED: revoked,
    }
    accept(world, over[codes.INVITATION_USED_UP], submit=False)
    before = world.database.applications.count_documents({})
    for code, one in over.items():
        assert refused(accept, world, one) is code
        assert refused(read, world, one["code"]) is code
    assert refused(accept, world, made, source="poster") is INVALID_INPUT
    assert world.database.applications.count_documents({}) == before
    assert existing(world.database.invitations.find_one({"_id": late["id"]}))["used"] == 0


def test_owners_alone_invite(world: World) -> None:
    made = invite(world)
    for who in (world.reviewers[0], world.person()):
        assert refused(invite, world, who) is NOT_PERMITTED
        assert refused(listed, world, who) is NOT_PERMITTED
        assert refused(revoke, world, made, who) is NOT_PERMITTED
    assert refused(invite, world, skips_review=True) is codes.INVITATION_MAY_NOT_SKIP
    plan = "pln_01JD0000000000000000000000"
    assert refused(invite, world, plan_id=plan) is codes.PLAN_NOT_ON_SALE
    other = {"id": "inv_01JD0000000000000000000000"}
    assert refused(revoke, world, other) is OBJECT_NOT_FOUND
    assert len(listed(world)) == 1


@pytest.mark.parametrize("repetition", range(3))
def test_two_acceptances_of_one_use(world: World, repetition: int) -> None:
    """One wins, in whichever process; the others change nothing."""
    made, other = invite(world), world.another_process()
    outcomes = at_once(
        [partial(accept, one, made, world.person()) for one in (world, other, world, other)]
    )
    assert outcomes.count(codes.INVITATION_USED_UP.code) == 3, outcomes
    assert world.database.applications.count_documents({}) == 1
    assert used(world) == 1


@pytest.mark.parametrize("repetition", range(3))
def test_a_use_that_two_steps_end_comes_back_once(world: World, repetition: int) -> None:
    made, ctx = invite(world, uses=2), world.person()
    applied = accept(world, made, ctx)
    accept(world, made)
    at_once([partial(withdraw, world, ctx, applied), partial(reject, world, applied)])
    assert used(world) == 1
    accept(world, made)
    assert used(world) == 2


def test_a_use_comes_back_by_every_end_without_approval(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """rules.md §1.11: withdrawn, rejected, by a rule, a draft that lay, erased; not once it was
    approved."""
    made = invite(world, uses=10, expires_in_days=366)
    ctx = world.person()
    withdraw(world, ctx, accept(world, made, ctx))
    withdraw(world, ctx, accept(world, made, ctx, submit=False))
    reject(world, accept(world, made))
    assert used(world) == 0
    approved = world.approve(accept(world, made, ctx)["id"])
    withdraw(world, ctx, approved)
    assert used(world) == 1
    accept(world, made, submit=False)
    erased = world.person()
    accept(world, made, erased)
    world.ask(world.app.erasures.start_mine, membership.START_MY_ERASURE, erased)
    pass_time(world, WEEK)
    assert used(world) == 2
    world.clock.advance(5 * WEEK)
    run_jobs()
    assert used(world) == 1
    texts = {"kind": "text_at_least", "question": "city", "characters": 2}
    rules(world, {**texts, "weight": 1, "effect": "reject", "reason": "other"})
    assert accept(world, made)["state"] == "rejected"
    assert used(world) == 1


def test_an_undone_rejection_takes_the_use_again(world: World) -> None:
    """rules.md §1.11: also where none is left; who comes back holds it as before."""
    made = invite(world)
    applied = accept(world, made)
    reject(world, applied)
    accept(world, made)
    undo(world, world.owner, applied)
    assert used(world) == 2
    assert refused(accept, world, made) is codes.INVITATION_USED_UP
    reject(world, applied)
    assert used(world) == 1
    assert refused(accept, world, made) is codes.INVITATION_USED_UP


def test_who_invited_neither_judges_nor_reads(world: World) -> None:
    """rules.md §1.6: as who vouches."""
    applied = accept(world, invite(world), answers={"city": "上海", "license": "110310"})
    seen = world.ask(
        world.app.reviews.get,
        membership.GET_APPLICATION,
        world.owner,
        application_id=applied["id"],
        include="person",
    )
    assert seen["answers"] == {"city": "上海"}
    assert "approve_application" not in seen["actions"]
    assert refused(world.approve, applied["id"], world.owner) is codes.REVIEWER_CONFLICTED
    assert world.application(applied["id"])["answers"]["license"] == "110310"


def test_it_approves_at_once_where_the_policy_allows_it(make_world: Callable[..., World]) -> None:
    """rules.md §1.11: told as handed in and as approved; owners alone undo it, and then people
    review it."""
    world = make_world(**{SKIPS: True})
    made, ctx = invite(world, uses=9, skips_review=True), world.person()
    approved = accept(world, made, ctx)
    assert (approved["state"], approved["membership_id"] is None) == ("approved", False)
    assert world.application(approved["id"])["invitation"]["approved"]
    events = (membership.APPLICATION_SUBMITTED, membership.APPLICATION_APPROVED)
    assert [len(world.told(one)) for one in events] == [1, 1]
    other = world.person()
    draft = accept(world, made, other, submit=False)
    assert submit(world, other, draft)["state"] == "approved"
    assert refused(undo, world, world.reviewers[0], approved) is codes.DECISION_NOT_YOURS
    undone = undo(world, world.owner, approved)
    assert (undone["state"], undone["invitation"]["approved"]) == ("in_review", False)
    assert world.approve(approved["id"])["state"] == "approved"
    assert accept(world, made, world.owner)["state"] == "submitted"  # nobody lets themselves in


def test_nothing_else_is_skipped(make_world: Callable[..., World]) -> None:
    """rules.md §1.11: a rule rejects, a block stops, flags do not hinder; what the link or the
    policy says no more is reviewed."""
    world = make_world(**{SKIPS: True})
    made = invite(world, uses=9, skips_review=True)
    stopped, flagged, late = world.person("stop@example.com"), world.person(), world.person()
    block(world, kind="email", email="stop@example.com")
    assert refused(accept, world, made, stopped) is codes.JOINING_NOT_POSSIBLE
    draft = accept(world, made, late, submit=False)
    short = {"kind": "text_at_least", "question": "city", "weight": 1}
    rules(
        world,
        {**short, "characters": 2, "effect": "flag"},
        {**short, "characters": 9, "effect": "reject", "reason": "other"},
    )
    approved = accept(world, made, flagged)
    assert approved["state"] == "approved"
    assert world.application(approved["id"])["screening"]["score"] == 1
    assert accept(world, made, answers={"city": "上海" * 5})["state"] == "rejected"
    revoke(world, made)
    assert submit(world, late, draft)["state"] == "submitted"


def test_who_belongs_there_by_now_is_not_let_in_again(make_world: Callable[..., World]) -> None:
    """Somebody imported them, say, between draft and handing in; nothing changes."""
    world = make_world(**{SKIPS: True})
    made, ctx = invite(world, skips_review=True), world.person()
    draft = accept(world, made, ctx, submit=False)
    held = world.database.memberships
    membership_id = world.member()["id"]
    of = {"person_id": ctx.actor.person_id}
    held.update_one({"_id": membership_id}, {"$set": of})
    assert refused(submit, world, ctx, draft) is codes.ALREADY_MEMBER
    stored = existing(world.database.applications.find_one({"_id": draft["id"]}))
    assert (stored["state"], used(world)) == ("draft", 1)


def test_a_policy_of_now_says_whether_it_approves(make_world: Callable[..., World]) -> None:
    world = make_world(**{SKIPS: True})
    made = invite(world, skips_review=True)
    world.database.communities.update_one({}, {"$unset": {f"policy.{SKIPS}": ""}})
    assert accept(world, made)["state"] == "submitted"


def test_who_holds_a_link_comes_to_a_hidden_community(world: World) -> None:
    """product.md §2: they see what it is for, and with their draft all that applicants see."""
    made, ctx = invite(world), world.person()
    world.database.communities.update_one({}, {"$set": {"visibility": "hidden"}})
    here = {"community_id": world.community["id"]}
    get = partial(world.ask, world.app.communities.get, membership.GET_COMMUNITY, ctx, **here)
    assert refused(get) is OBJECT_NOT_FOUND
    assert read(world, made["code"])["community_id"] == world.community["id"]
    assert refused(get) is OBJECT_NOT_FOUND
    accept(world, made, ctx, submit=False, answers={})
    assert get()["form"] == world.community["form"]


def test_a_plan_that_is_sold_no_more_holds_nobody_up(world: World) -> None:
    plan_id = world.sell()
    made = invite(world, plan_id=plan_id, uses=2)
    other = world.sell()
    assert accept(world, made, plan_id=other)["plan_id"] == other
    world.sell(plan_id=plan_id, state="closed", version=2)
    assert accept(world, made)["plan_id"] == other
