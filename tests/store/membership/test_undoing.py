"""Decisions taken back, applications reopened and edited, on a real database (rules.md §1.10)."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from chassis import crash
from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.errors import payments as payment_codes
from services.membership.domain.vetting.applications import LIVE
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_races import at_once
from tests.store.membership.test_rounds import NO, RUBRIC, history, refused, reviewer, take
from tests.store.membership.world import Neighbours, World

WRONG = codes.APPLICATION_WRONG_STATE


@pytest.fixture(autouse=True)
def neighbours() -> Iterator[None]:
    """Payments pauses whatever it is asked to, and forgets it between tests."""
    Neighbours.PAUSES.clear()
    Neighbours.PAUSED.clear()
    yield
    Neighbours.PAUSES.clear()


def undo(world: World, ctx: Context, application: dict[str, Any]) -> dict[str, Any]:
    use_case, record = world.app.undos.undo, membership.UNDO_DECISION
    return world.ask(use_case, record, ctx, application_id=application["id"])


def reopen(world: World, ctx: Context, application: dict[str, Any]) -> dict[str, Any]:
    use_case, record = world.app.undos.reopen, membership.REOPEN_APPLICATION
    return world.ask(use_case, record, ctx, application_id=application["id"])


def edit(
    world: World, ctx: Context, application: dict[str, Any], version: int, **answers: Any
) -> dict[str, Any]:
    return world.ask(
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        ctx,
        application_id=application["id"],
        answers=answers,
        expected_version=version,
    )


def withdraw(world: World, ctx: Context, application: dict[str, Any]) -> dict[str, Any]:
    use_case, record = world.app.applications.withdraw, membership.WITHDRAW_APPLICATION
    return world.ask(use_case, record, ctx, application_id=application["id"])


def actions(world: World, ctx: Context, application: dict[str, Any]) -> set[str]:
    return set(take(world, "get", ctx, application)["actions"])


def lapse(world: World) -> None:
    world.clock.advance(dt.timedelta(hours=73))
    world.app.application_deadlines.advance(OnePass(world.clock.now(), "membership"))


def told(world: World) -> list[tuple[str, str]]:
    return [
        (one.data["decision"], one.data["by"]) for one in world.told(membership.DECISION_UNDONE)
    ]


def test_an_approval_is_taken_back_until_it_is_paid(make_world: Callable[..., World]) -> None:
    """Only the deciding verdict goes, the purchase is withdrawn, and the round goes on."""
    world = make_world(reviewers_needed=3, approvals_needed=2)
    first, second = world.reviewers
    third, applicant = reviewer(world, "sun@example.com"), world.person()
    applied = world.apply(applicant)
    for one in (first, second):
        approved = take(world, "approve", one, applied)
    assert approved["state"] == "approved"
    assert refused(undo, world, third, applied).error is codes.DECISION_NOT_YOURS
    assert refused(undo, world, first, applied).error is codes.DECISION_NOT_YOURS
    assert "undo_decision" in actions(world, second, applied) & actions(world, world.owner, applied)
    assert "undo_decision" not in actions(world, first, applied)
    undone = undo(world, second, applied)
    assert (undone["state"], undone["pay_by"], undone["purchase_id"]) == ("in_review", None, None)
    assert [one["reviewer_id"] for one in undone["verdicts"]] == [first.actor.person_id]
    assert [approved["purchase_id"]] == Neighbours.PAUSED
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.data["purchase_id"] == approved["purchase_id"]
    assert (withdrawn.data["reason"], withdrawn.data["lapsed"]) == ("decision_undone", False)
    assert told(world) == [("approved", "staff")]
    assert history(world, third, applied)[0] == "undo_decision"
    assert world.membership(approved["membership_id"])["state"] == "cancelled"
    assert refused(undo, world, second, applied).error is WRONG
    again = take(world, "approve", third, applied)
    assert again["state"] == "approved"
    assert again["purchase_id"] != approved["purchase_id"]
    openings = [one.data["opening"] for one in world.told(membership.APPLICATION_APPROVED)]
    assert openings == [1, 2]


def test_a_rejection_is_taken_back_for_a_day(make_world: Callable[..., World]) -> None:
    """A veto, or who said no last; 24 hours later the person applies again."""
    world = make_world(veto="any", reviewers_needed=3, approvals_needed=2)
    first, second = world.reviewers
    applicant = world.person()
    applied = world.apply(applicant)
    take(world, "approve", first, applied)
    assert take(world, "reject", second, applied, **NO, veto=True)["state"] == "rejected"
    world.clock.advance(dt.timedelta(hours=24) - dt.timedelta(seconds=1))
    undone = undo(world, world.owner, applied)
    assert (undone["state"], undone["rejection"]) == ("in_review", None)
    assert [one["verdict"] for one in undone["verdicts"]] == ["approve"]
    assert (Neighbours.PAUSED, told(world)) == ([], [("rejected", "staff")])
    for one in (second, world.owner):
        take(world, "reject", one, applied, **NO)
    world.clock.advance(dt.timedelta(hours=24))
    assert refused(undo, world, world.owner, applied).error is codes.UNDO_OVER
    assert "undo_decision" not in actions(world, world.owner, applied)


def test_who_applied_again_keeps_that_application(world: World) -> None:
    """409 `application_live`, be it a draft."""
    applicant = world.person()
    applied = world.apply(applicant)
    take(world, "reject", world.reviewers[0], applied, **NO)
    newer = world.apply(applicant, submit=False)
    error = refused(undo, world, world.reviewers[0], applied)
    assert (error.error, error.params["application_id"]) == (codes.APPLICATION_LIVE, newer["id"])


def test_an_owner_s_decision_goes_back_to_the_owners(world: World) -> None:
    """What reviewers said stays, so an owner is asked again; nobody undoes their own admission."""
    applied = world.apply(world.person())
    for one in (*world.reviewers, world.owner):
        take(world, "declare_conflict", one, applied)
    decided = take(world, "decide", world.owner, applied, verdict="approve", note="ja")
    assert decided["state"] == "approved"
    assert refused(undo, world, world.reviewers[0], applied).error is codes.DECISION_NOT_YOURS
    undone = undo(world, world.owner, applied)
    assert (undone["needs_owner"], undone["owner_decision"]) == (True, None)
    other = reviewer(world, "zhou@example.com", "owner")
    mine = world.approved(other)
    assert refused(undo, world, other, mine).error is codes.REVIEWER_CONFLICTED
    assert refused(reopen, world, other, mine).error is WRONG


@pytest.mark.parametrize(
    "refusal",
    [
        DomainError(payment_codes.PURCHASE_WRONG_STATE, current_state="paid"),
        DomainError(payment_codes.PAYMENT_UNDER_WAY, current_state="open"),
        DomainError(payment_codes.PROVIDER_UNAVAILABLE),
    ],
    ids=lambda one: str(one.code),
)
def test_money_wins(world: World, refusal: DomainError) -> None:
    """What payments says keeps the approval as it is."""
    approved = world.approved()
    Neighbours.PAUSES[approved["purchase_id"]] = refusal
    assert refused(undo, world, world.owner, approved).error is refusal.error
    assert world.application(approved["id"])["state"] == "approved"
    world.deliver(payments.ORDER_PAID, world.order(approved))
    error = refused(undo, world, world.owner, approved)
    assert (error.error, error.params["current_state"]) == (WRONG, "joined")
    assert told(world) == []


def test_money_that_comes_after_all_goes_back(world: World) -> None:
    """The term is withdrawn, so payments refunds; a later approval has a term of its own."""
    approved = world.approved()
    late = world.order(approved)
    undo(world, world.owner, approved)
    world.deliver(payments.ORDER_PAID, late)
    again = world.approve(approved["id"])
    world.deliver(payments.ORDER_PAID, {**late, "order_id": new_id("ord")})
    reasons = [one.data["reason"] for one in world.told(membership.PURCHASE_REFUSED)]
    assert reasons == ["application_in_review", "membership_ended"]
    world.deliver(payments.ORDER_PAID, world.order(again))
    assert world.application(approved["id"])["state"] == "joined"


@pytest.mark.parametrize("repetition", range(5))
def test_undoing_and_paying_at_once(world: World, repetition: int) -> None:
    """Either the membership began and the undo hears it, or the money goes back."""
    approved, other = world.approved(), world.another_process()
    paid = world.order(approved)
    outcomes = at_once(
        [
            lambda: undo(world, world.owner, approved),
            lambda: other.deliver(payments.ORDER_PAID, paid),
        ]
    )
    state = world.application(approved["id"])["state"]
    assert state in ("joined", "in_review")
    refunded = len(world.told(membership.PURCHASE_REFUSED))
    assert (state == "joined", refunded) == (outcomes[0] == WRONG.code, state == "in_review")


@pytest.mark.parametrize("repetition", range(5))
def test_the_same_undo_and_reopening_twice_at_once(world: World, repetition: int) -> None:
    """One of two does it; the other hears the state."""
    approved, other = world.approved(), world.another_process()
    twice = [partial(undo, one, world.owner, approved) for one in (world, other)]
    assert at_once(twice).count(WRONG.code) == 1
    assert (len(told(world)), len(world.told(membership.PURCHASE_WITHDRAWN))) == (1, 1)
    world.approve(approved["id"])
    lapse(world)
    twice = [partial(reopen, one, world.owner, approved) for one in (world, other)]
    assert at_once(twice).count(WRONG.code) == 1
    assert len(world.told(membership.APPLICATION_REOPENED)) == 1


def test_an_owner_reopens_once_what_lapsed(world: World) -> None:
    """The whole time to pay from now on, and a purchase of its own; not for who applied again."""
    applicant = world.person()
    approved = world.approved(applicant)
    assert refused(reopen, world, world.owner, approved).error is WRONG
    lapse(world)
    assert "reopen_application" in actions(world, world.owner, approved)
    assert "reopen_application" not in actions(world, world.reviewers[0], approved)
    reopened = reopen(world, world.owner, approved)
    assert reopened["state"] == "approved"
    assert reopened["purchase_id"] not in (None, approved["purchase_id"])
    hours = dt.datetime.fromisoformat(reopened["pay_by"]) - world.clock.now()
    assert hours == dt.timedelta(hours=72)
    (fact,) = world.told(membership.APPLICATION_REOPENED)
    assert fact.data["opening"] == 2
    lapse(world)
    assert refused(reopen, world, world.owner, approved).error is codes.REOPENING_OVER
    other = world.approved(again := world.person())
    lapse(world)
    world.apply(again, submit=False)
    assert refused(reopen, world, world.owner, other).error is codes.APPLICATION_LIVE


def test_an_edit_reopens_where_the_policy_lets_it(make_world: Callable[..., World]) -> None:
    """rules.md §1.8: a new round, in review and when approved, whose purchase is withdrawn."""
    world = make_world(reopen="until_paid", reviewers_needed=2, approvals_needed=2)
    applicant = world.person()
    applied = world.apply(applicant)
    take(world, "approve", world.reviewers[0], applied)
    seen = applied["version"]
    assert edit(world, applicant, applied, seen, city="上海")["version"] == seen  # no change
    edited = edit(world, applicant, applied, seen, city="北京")
    assert (edited["state"], edited["answers"]) == ("in_review", {"city": "北京"})
    assert refused(edit, world, applicant, applied, edited["version"]).error is (
        codes.APPLICATION_INCOMPLETE
    )
    for one in world.reviewers:
        approved = take(world, "approve", one, applied)
    assert approved["state"] == "approved"
    assert "change_application" in actions(world, applicant, applied)
    anew = edit(world, applicant, applied, approved["version"], city="广州")
    assert (anew["state"], anew["purchase_id"]) == ("in_review", None)
    assert edit(world, applicant, applied, approved["version"], city="广州") == anew  # repeated
    seen_by_staff = world.application(applied["id"])
    assert (seen_by_staff["round"], seen_by_staff["verdicts"]) == (3, [])
    assert [len(one["verdicts"]) for one in seen_by_staff["former_rounds"]] == [1, 2]
    assert [approved["purchase_id"]] == Neighbours.PAUSED
    assert told(world) == [("approved", "applicant")]


@pytest.mark.parametrize("step", ["approve", "reject", "request_info"])
def test_who_decides_names_the_round_that_they_read(
    make_world: Callable[..., World], step: str
) -> None:
    """rules.md §1.8: said of answers that were edited meanwhile it is a conflict that names the
    round of now, and nothing is stored."""
    world = make_world(reopen="until_paid", reviewers_needed=2, approvals_needed=2)
    applicant, (first, _) = world.person(), world.reviewers
    applied = world.apply(applicant)
    said = {"approve": {}, "reject": NO, "request_info": {"message": "?"}}[step]
    read = take(world, "get", first, applied)["round"]
    edit(world, applicant, applied, applied["version"], city="北京")
    before = take(world, "get", first, applied)
    stale = refused(take, world, step, first, applied, round=read, **said)
    assert (stale.error, stale.params["current_round"]) == (codes.ROUND_OVER, 2)
    assert take(world, "get", first, applied) == before
    assert before["verdicts"] == []
    now = take(world, step, first, applied, round=before["round"], **said)
    assert now["round"] == 2


def test_an_owner_decides_on_the_answers_that_they_read(make_world: Callable[..., World]) -> None:
    """rules.md §1.8: an edit may leave it to the owners again, with other answers."""
    world = make_world(reopen="until_paid", least_score=500, rubric=RUBRIC)
    applicant, (first, second) = world.person(), world.reviewers
    applied = world.apply(applicant)
    low = {"scores": {"fit": 1, "depth": 1}}
    asked = take(world, "approve", first, applied, **low)
    edit(world, applicant, applied, asked["version"], city="北京")
    assert take(world, "approve", second, applied, **low)["needs_owner"]
    decided = {"verdict": "approve", "note": "known"}
    stale = refused(take, world, "decide", world.owner, applied, round=1, **decided)
    assert (stale.error, stale.params["current_round"]) == (codes.ROUND_OVER, 2)
    approved = take(world, "decide", world.owner, applied, round=2, **decided)
    assert approved["state"] == "approved"


def test_who_may_not_judge_is_not_told_the_round(make_world: Callable[..., World]) -> None:
    """rules.md §1.9: an applicant who reviews hears that they are too near, whatever they send."""
    world = make_world(reopen="until_paid")
    applicant = reviewer(world, "near@example.com")
    applied = world.apply(applicant)
    edit(world, applicant, applied, applied["version"], city="北京")
    for number in (1, 2, 3):
        error = refused(take, world, "approve", applicant, applied, round=number)
        assert (error.error, error.params) == (codes.REVIEWER_CONFLICTED, {})


def test_without_it_nobody_edits_what_was_handed_in(world: World) -> None:
    """The default policy says never."""
    applicant = world.person()
    approved = world.approved(applicant)
    error = refused(edit, world, applicant, approved, approved["version"], city="北京")
    assert (error.error, error.params["current_state"]) == (WRONG, "approved")
    assert "change_application" not in actions(world, applicant, approved)
    assert world.community["policy"]["reopen"] == "never"


@pytest.mark.parametrize("state", [*LIVE, "needs_owner"])
def test_the_applicant_withdraws_in_every_live_state(
    make_world: Callable[..., World], state: str
) -> None:
    """product.md §2: at the latest before paying; what can be paid is not for sale any more."""
    world = make_world()
    applicant, (first, second) = world.person(), world.reviewers
    applied = world.apply(applicant, submit=state != "draft")
    if state == "in_review":
        take(world, "claim", first, applied)
    elif state == "needs_info":
        world.ask(
            world.app.reviews.request_info,
            membership.REQUEST_INFO,
            first,
            application_id=applied["id"],
            message="?",
        )
    elif state == "approved":
        world.approve(applied["id"])
    elif state == "needs_owner":
        for one in (first, second, world.owner):
            take(world, "declare_conflict", one, applied)
    assert "withdraw_application" in actions(world, applicant, applied)
    withdrawn = withdraw(world, applicant, applied)
    assert (withdrawn["state"], withdrawn["needs_owner"]) == ("withdrawn", False)
    stored = existing(world.database.applications.find_one({"_id": applied["id"]}))
    assert (stored["live"], stored.get("needs_owner", False)) == (False, False)
    assert len(world.told(membership.PURCHASE_WITHDRAWN)) == (state == "approved")
    assert world.apply(applicant)["state"] == "submitted"


class Killed(BaseException):
    """A process that died."""


@pytest.mark.parametrize(
    "point",
    ["membership.after_pause", "uow.before_insert", "uow.before_commit", "uow.after_commit"],
)
def test_a_crash_between_any_two_steps_of_an_undo(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Approved as before, or in review with everything told; the same command does the rest."""
    approved = world.approved()

    def dies(name: str) -> None:
        if name == point:
            raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(crash, "point", dies)
        with pytest.raises(Killed):
            undo(world, world.owner, approved)
    done = point == "uow.after_commit"
    state = world.application(approved["id"])["state"]
    assert state == ("in_review" if done else "approved")
    assert len(world.told(membership.PURCHASE_WITHDRAWN)) == done
    if not done:
        assert undo(world, world.owner, approved)["state"] == "in_review"
    assert (told(world), len(world.told(membership.PURCHASE_WITHDRAWN))) == (
        [("approved", "staff")],
        1,
    )
