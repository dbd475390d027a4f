"""Bans on a real database: an entry of the block list, and the end of what is live (ADR 0095)."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_imports import HEADER, get, lines, take_in
from tests.store.membership.test_races import at_once
from tests.store.membership.test_rounds import NO, refused, reviewer, take
from tests.store.membership.test_screening import blocks, unblock
from tests.store.membership.test_undoing import lapse, neighbours, reopen, undo
from tests.store.membership.test_vouching import code_of as vouching_code
from tests.store.membership.test_vouching import vouch
from tests.store.membership.world import World

assert neighbours  # a fixture


def ban(world: World, whom: Context | str, ctx: Context | None = None) -> dict[str, Any]:
    person_id = whom if isinstance(whom, str) else whom.require_person()
    asked = {
        "community_id": world.community["id"],
        "whom": {"kind": "person", "person_id": person_id},
        "reason": "bothers people",
        "ban": True,
    }
    return world.ask(world.app.blocks.create, membership.CREATE_BLOCK, ctx or world.owner, **asked)


def pay(world: World, approved: dict[str, Any]) -> None:
    world.deliver(payments.ORDER_PAID, world.order(approved))


def lift_suspension(world: World, held: dict[str, Any]) -> None:
    lift, record = world.app.decisions.lift, membership.LIFT_SUSPENSION
    world.ask(lift, record, world.owner, membership_id=held["id"])


def renew(world: World, ctx: Context, held: dict[str, Any]) -> dict[str, Any]:
    start, record = world.app.memberships.start_renewal, membership.START_RENEWAL
    return world.ask(start, record, ctx, membership_id=held["id"])


def answers(world: World) -> list[str | None]:
    """What payments was told about paid orders: None, or why not."""
    told = [*world.told(membership.PURCHASE_FULFILLED), *world.told(membership.PURCHASE_REFUSED)]
    return [one.data["reason"] for one in told]


def test_a_member_is_put_out_and_let_in_again(world: World) -> None:
    """rules.md §2.7: suspended for good, without a word of why; the end gives back what dates
    still give."""
    member = world.person()
    held = world.member(member)
    made = ban(world, member)
    assert (made["kind"], made["ban"], made["reason"]) == ("person", True, "bothers people")
    out = world.membership(held["id"])
    assert out["state"] == "suspended"
    assert out["suspension"] == {"until": None, "reason": ""}
    (fact,) = world.told(membership.ACCESS_LOST)
    assert fact.data["cause"] == "suspended"
    assert "bothers" not in str(world.told(membership.SUSPENDED))
    assert refused(world.apply, member).error is codes.JOINING_NOT_POSSIBLE
    assert refused(renew, world, member, held).error is codes.MEMBERSHIP_WRONG_STATE
    unblock(world, made["id"])
    unblock(world, made["id"])
    assert world.membership(held["id"])["state"] == "active"
    assert len(world.told(membership.ACCESS_GAINED)) == 1
    assert blocks(world) == []


def test_an_applicant_is_put_out(world: World) -> None:
    """What is live ends, whatever its state, and cannot be handed in, vouched for or paid."""
    for step in ("draft", "submitted", "approved"):
        applicant = world.person()
        applied = world.apply(applicant, submit=step != "draft")
        if step == "draft":  # whom nobody there knows
            assert refused(ban, world, applicant).error is OBJECT_NOT_FOUND
            continue
        if step == "approved":
            applied = world.approve(applied["id"])
        made = ban(world, applicant)
        assert world.application(applied["id"])["state"] == "withdrawn"
        assert refused(world.apply, applicant).error is codes.JOINING_NOT_POSSIBLE
        assert refused(world.apply, applicant).params == {}
        error = refused(take, world, "approve", world.reviewers[0], applied)
        assert error.params["current_state"] == "withdrawn"
    assert len(world.told(membership.PURCHASE_WITHDRAWN)) == 1
    pay(world, applied)
    assert answers(world) == ["suspended"], "late money goes back"
    unblock(world, made["id"])
    assert world.apply(applicant)["state"] == "submitted"


def test_late_money_for_a_lapsed_application_goes_back(world: World) -> None:
    """It would have counted, had nobody banned them."""
    applicant = world.person()
    approved = world.approved(applicant)
    world.clock.advance(dt.timedelta(hours=73))
    world.app.application_deadlines.advance(OnePass(world.clock.now(), "membership"))
    assert world.application(approved["id"])["state"] == "lapsed"
    ban(world, applicant)
    pay(world, approved)
    assert answers(world) == ["suspended"]


@pytest.mark.parametrize("ends", ["expired", "cancelled"])
def test_what_is_over_cannot_be_renewed(world: World, ends: str) -> None:
    """Who expired or cancelled could come back for 30 days."""
    member = world.person()
    held = world.member(member)
    if ends == "cancelled":
        cancel, record = world.app.decisions.cancel, membership.CANCEL_MEMBERSHIP
        world.ask(cancel, record, member, membership_id=held["id"])
    world.clock.advance(dt.timedelta(days=366 + 8))
    world.app.membership_deadlines.advance(OnePass(world.clock.now(), "membership"))
    assert world.membership(held["id"])["state"] == ends
    made = ban(world, member)
    assert refused(renew, world, member, held).error is codes.MEMBERSHIP_WRONG_STATE
    unblock(world, made["id"])
    assert world.membership(held["id"])["state"] == ends


def test_who_may_be_banned(world: World) -> None:
    """Never oneself, nor who holds a role; only people are banned, by owners."""
    stranger, judge = world.person(), world.reviewers[0]
    assert refused(ban, world, stranger).error is OBJECT_NOT_FOUND
    assert refused(ban, world, world.owner).error is NOT_PERMITTED
    assert refused(ban, world, judge).error is codes.PERSON_HAS_ROLE
    other = reviewer(world, "second@example.com", "owner")
    assert refused(ban, world, other).error is codes.PERSON_HAS_ROLE
    applicant = world.person()
    world.apply(applicant)
    assert refused(ban, world, applicant, judge).error is NOT_PERMITTED
    asked = {
        "community_id": world.community["id"],
        "whom": {"kind": "email", "email": "a@example.com"},
        "reason": "x",
        "ban": True,
    }
    create = world.app.blocks.create
    error = refused(world.ask, create, membership.CREATE_BLOCK, world.owner, **asked)
    assert (error.error, error.fields[0].pointer) == (INVALID_INPUT, "/ban")
    assert blocks(world) == []


def test_a_ban_does_not_lift_an_older_suspension(world: World) -> None:
    """What an owner decided by itself stays; a suspension that was lifted stays lifted."""
    member = world.person()
    held = world.member(member)
    suspend, record = world.app.decisions.suspend, membership.SUSPEND_MEMBERSHIP
    asked = {"membership_id": held["id"], "until": None, "reason": "rude"}
    world.ask(suspend, record, world.owner, **asked)
    unblock(world, ban(world, member)["id"])
    assert world.membership(held["id"])["state"] == "suspended"
    lift_suspension(world, held)
    made = ban(world, member)
    lift_suspension(world, held)
    unblock(world, made["id"])
    assert world.membership(held["id"])["state"] == "active"


@pytest.mark.parametrize("meanwhile", ["nothing", "over", "lifted"])
def test_a_suspension_for_a_time_goes_on_after_a_ban(world: World, meanwhile: str) -> None:
    """rules.md §2.7: a suspension that was there before stays, until its own day or a hand."""
    member = world.person()
    held = world.member(member)
    suspend, record = world.app.decisions.suspend, membership.SUSPEND_MEMBERSHIP
    asked = {"membership_id": held["id"], "until": "2026-03-09", "reason": "rude"}
    world.ask(suspend, record, world.owner, **asked)
    made = ban(world, member)
    assert world.membership(held["id"])["suspension"] == {"until": None, "reason": ""}
    if meanwhile == "over":
        world.clock.advance(dt.timedelta(days=8))
    if meanwhile == "lifted":
        lift_suspension(world, held)
    unblock(world, made["id"])
    after = world.membership(held["id"])
    if meanwhile != "nothing":
        assert after["state"] == "active"
        return
    assert after["state"] == "suspended"
    assert after["suspension"] == {"until": "2026-03-09", "reason": "rude"}
    assert world.told(membership.SUSPENSION_ENDED) == []
    world.clock.advance(dt.timedelta(days=8))
    world.app.membership_deadlines.advance(OnePass(world.clock.now(), "membership"))
    assert world.membership(held["id"])["state"] == "active"
    assert len(world.told(membership.ACCESS_GAINED)) == 1


def test_who_is_banned_is_not_vouched_for(make_world: Callable[..., World]) -> None:
    world = make_world(vouching="flag", vouch_after_days=0)
    member, applicant = world.person(), world.person()
    world.member(member)
    applied = world.apply(applicant)
    code = vouching_code(world, applicant, applied)
    ban(world, applicant)
    assert refused(vouch, world, member, code).error is codes.VOUCHING_OVER
    other = world.person()
    again = vouching_code(world, other, world.apply(other))
    ban(world, member)
    assert refused(vouch, world, member, again).error is codes.VOUCHER_NOT_ELIGIBLE


def test_the_person_is_matched(world: World, run_jobs: Any) -> None:
    """After an erasure the entry stops who comes back with the address, and says no more why."""
    member = world.person("li@example.com")
    held = world.member(member)
    made = ban(world, member)
    world.ask(world.app.erasures.start_mine, membership.START_MY_ERASURE, member)
    world.clock.advance(dt.timedelta(days=7))
    world.app.erasures.advance(OnePass(world.clock.now(), "membership"))
    again = world.person("li@example.com")
    assert again.require_person() != member.require_person()
    assert refused(world.apply, again).error is codes.JOINING_NOT_POSSIBLE
    assert [one["reason"] for one in blocks(world)] == [""]
    unblock(world, made["id"])
    assert existing(world.database.memberships.find_one({"_id": held["id"]}))["live"] is False
    assert world.apply(again)["state"] == "submitted"


@pytest.mark.parametrize("repetition", range(4))
def test_ban_and_pay_at_once(world: World, repetition: int) -> None:
    """Whoever is first: nobody who is banned has access, and money without a term goes back."""
    applicant = world.person()
    approved = world.approved(applicant)
    at_once([partial(ban, world, applicant), partial(pay, world, approved)])
    held = world.membership(approved["membership_id"])
    (reason,) = answers(world)
    assert (held["state"], reason) in [("suspended", None), ("cancelled", "suspended")]


@pytest.mark.parametrize("repetition", range(4))
def test_ban_and_approve_at_once(world: World, repetition: int) -> None:
    applicant = world.person()
    applied = world.apply(applicant)
    at_once([partial(ban, world, applicant), partial(world.approve, applied["id"])])
    after = world.application(applied["id"])
    assert after["state"] == "withdrawn"
    if after["membership_id"] is not None:
        assert world.membership(after["membership_id"])["state"] == "cancelled"
        assert len(world.told(membership.PURCHASE_WITHDRAWN)) == 1


@pytest.mark.parametrize("repetition", range(6))
@pytest.mark.parametrize("at", ["create", "submit"])
def test_ban_and_submit_at_once(world: World, at: str, repetition: int) -> None:
    """The one who applies is found, or hears of it: nothing of theirs is live afterwards."""
    applicant = world.person()
    former = world.apply(applicant)
    withdraw, record = world.app.applications.withdraw, membership.WITHDRAW_APPLICATION
    world.ask(withdraw, record, applicant, application_id=former["id"])

    def submit(draft: dict[str, Any]) -> None:
        use_case, record = world.app.applications.submit, membership.SUBMIT_APPLICATION
        world.ask(use_case, record, applicant, application_id=draft["id"])

    apply: Callable[[], Any] = partial(world.apply, applicant)
    if at == "submit":
        apply = partial(submit, world.apply(applicant, submit=False))
    ban_, applied = at_once([partial(ban, world, applicant), apply])
    assert ban_["ban"] is True
    assert world.database.applications.count_documents({"live": True}) == 0
    if isinstance(applied, str):
        assert applied in (
            "membership.joining_not_possible",
            "membership.application_wrong_state",
        )


def test_who_applies_while_they_are_banned_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same by hand: the ban comes between what applying reads first and its unit of work."""
    applicant = world.person()
    former = world.apply(applicant)
    withdraw, record = world.app.applications.withdraw, membership.WITHDRAW_APPLICATION
    world.ask(withdraw, record, applicant, application_id=former["id"])
    possible = world.app.applications._screener.require_possible
    banned: list[dict[str, Any]] = []

    def once(*arguments: Any, **more: Any) -> None:
        possible(*arguments, **more)
        if not banned:
            banned.append(ban(world, applicant))

    monkeypatch.setattr(world.app.applications._screener, "require_possible", once)
    with pytest.raises(DomainError) as error:
        world.apply(applicant)
    assert error.value.error is codes.JOINING_NOT_POSSIBLE
    assert world.database.applications.count_documents({"live": True}) == 0


def test_a_rejection_of_who_is_banned_is_not_undone(world: World) -> None:
    """rules.md §2.7: who decided might not know of it; what nobody paid is not reopened either,
    also where an owner lifted the suspension alone."""
    applicant = world.person()
    applied = world.apply(applicant)
    take(world, "reject", world.reviewers[0], applied, **NO)
    made = ban(world, applicant)
    for who in (world.reviewers[0], world.owner):
        assert refused(undo, world, who, applied).error is codes.JOINING_NOT_POSSIBLE
    assert world.application(applied["id"])["state"] == "rejected"
    unblock(world, made["id"])
    assert undo(world, world.reviewers[0], applied)["state"] == "in_review"
    lapsed = world.approve(applied["id"])
    lapse(world)
    ban(world, applicant)
    held = existing(world.database.memberships.find_one({"_id": lapsed["membership_id"]}))
    assert held["suspended_until"] == "9999-12-31"
    assert refused(reopen, world, world.owner, applied).error is codes.JOINING_NOT_POSSIBLE


@pytest.mark.parametrize("repetition", range(6))
def test_ban_and_undo_a_rejection_at_once(world: World, repetition: int) -> None:
    """Whoever is first: nothing of theirs is live afterwards."""
    applicant = world.person()
    applied = world.apply(applicant)
    take(world, "reject", world.reviewers[0], applied, **NO)
    undone = partial(undo, world, world.reviewers[0], applied)
    banned, _ = at_once([partial(ban, world, applicant), undone])
    assert banned["ban"] is True
    assert world.database.applications.count_documents({"live": True}) == 0


def test_a_ban_lifts_no_suspension_that_came_after_it(world: World) -> None:
    """The ban was lifted by hand, and an owner suspended for another reason since."""
    member = world.person()
    held = world.member(member)
    made = ban(world, member)
    lift_suspension(world, held)
    suspend, record = world.app.decisions.suspend, membership.SUSPEND_MEMBERSHIP
    asked = {"membership_id": held["id"], "until": None, "reason": "rude"}
    world.ask(suspend, record, world.owner, **asked)
    unblock(world, made["id"])
    assert world.membership(held["id"])["state"] == "suspended"


@pytest.mark.parametrize("lifted", [False, True])
def test_of_two_bans_the_last_one_lets_in_again(world: World, lifted: bool) -> None:
    member = world.person()
    held = world.member(member)
    first = ban(world, member)
    if lifted:
        lift_suspension(world, held)
    second = ban(world, member)
    unblock(world, first["id"])
    assert world.membership(held["id"])["state"] == "suspended"
    unblock(world, second["id"])
    assert world.membership(held["id"])["state"] == "active"


@pytest.mark.parametrize("ends", ["lapsed", "ended"])
def test_who_is_banned_does_not_come_in_by_an_import(
    world: World, run_jobs: Callable[[], None], ends: str
) -> None:
    """Also where what they had is over, and would make room for what an import brings."""
    person = world.person("m1@example.com")
    if ends == "lapsed":
        world.approved(person)
        lapse(world)
    else:
        end, record = world.app.decisions.end, membership.END_MEMBERSHIP
        world.ask(end, record, world.owner, membership_id=world.member(person)["id"], reason="rude")
    made = ban(world, person)
    number = 1 if ends == "ended" else 5
    row = lines(1, 1).replace("1,m1", f"{number},m1")
    started = take_in(world, HEADER + row)
    run_jobs()
    found = get(world, started["id"])
    assert (found["accepted"], found["refused"]) == (0, 1)
    assert world.database.memberships.count_documents({"live": True, "state": "active"}) == 0
    unblock(world, made["id"])
    again = take_in(world, HEADER + row)
    run_jobs()
    assert get(world, again["id"])["accepted"] == 1
