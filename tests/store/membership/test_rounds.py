"""Rounds of review on a real database: rubric, conflicts, owners, blindness, races."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, DomainError
from contracts.errors import membership as codes
from contracts.records import Rpc
from services.membership.store import SCHEMA
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_races import at_once
from tests.store.membership.world import FORM, World

RUBRIC = [{"key": "fit", "title": "Fit"}, {"key": "depth", "title": "Depth", "weight": 2}]
WITH_COMPANY = [
    {
        "title": "About you",
        "questions": [
            {"key": "city", "kind": "short_text", "title": "City"},
            {"key": "firm", "kind": "short_text", "title": "Firm", "fills": "company"},
            {"key": "license", "kind": "short_text", "title": "License", "private": True},
        ],
    }
]
STEPS: dict[str, Rpc] = {
    "approve": membership.APPROVE_APPLICATION,
    "reject": membership.REJECT_APPLICATION,
    "decide": membership.DECIDE_APPLICATION,
    "declare_conflict": membership.DECLARE_CONFLICT,
    "claim": membership.CLAIM_APPLICATION,
    "request_info": membership.REQUEST_INFO,
    "get": membership.GET_APPLICATION,
}
NO = {"reason": "not_a_fit", "message": "Sorry"}


def take(
    world: World, name: str, ctx: Context, application: dict[str, Any], **more: Any
) -> dict[str, Any]:
    use_case = getattr(world.app.reviews, name)
    return world.ask(use_case, STEPS[name], ctx, application_id=application["id"], **more)


def refused(call: Callable[..., object], *arguments: Any, **request: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        call(*arguments, **request)
    return error.value


def reviewer(world: World, email: str, role: str = "reviewer") -> Context:
    """One more who reviews."""
    world.ask(
        world.app.roles.grant,
        membership.GRANT_ROLE,
        world.owner,
        community_id=world.community["id"],
        email=email,
        role=role,
    )
    return world.person(email)


def dismiss(world: World, ctx: Context) -> None:
    world.ask(
        world.app.roles.revoke,
        membership.REVOKE_ROLE,
        world.owner,
        community_id=world.community["id"],
        person_id=ctx.actor.person_id,
        role="reviewer",
    )


def settle(world: World) -> None:
    world.app.rounds.settle(OnePass(world.clock.now(), "membership"))


def queue(world: World, ctx: Context) -> dict[str, Any]:
    page = world.ask(
        world.app.review_queue.list_waiting,
        membership.LIST_REVIEW_QUEUE,
        ctx,
        community_id=world.community["id"],
    )
    (one,) = page["items"]
    return dict(one)


def history(world: World, ctx: Context, application: dict[str, Any]) -> list[str]:
    page = world.ask(
        world.app.history.of_application,
        membership.GET_APPLICATION_HISTORY,
        ctx,
        application_id=application["id"],
    )
    return [step["action"] for step in page["items"]]


def test_a_verdict_scores_the_rubric_of_the_rounds_beginning(
    make_world: Callable[..., World],
) -> None:
    """rules.md §1.2, §1.3: incomplete is refused, nothing stored; a rubric that changes meanwhile
    meets the next round."""
    world = make_world(rubric=RUBRIC)
    applied = world.apply(world.person())
    first = world.reviewers[0]
    for scores in ({}, {"fit": 3}, {"fit": 3, "depth": 2, "looks": 1}):
        error = refused(take, world, "approve", first, applied, scores=scores)
        assert error.error is codes.SCORES_INCOMPLETE
    assert world.application(applied["id"])["verdicts"] == []
    community = world.ask(
        world.app.communities.change,
        membership.CHANGE_COMMUNITY,
        world.owner,
        community_id=world.community["id"],
        policy={"rubric": [], "reviewers_needed": 5, "approvals_needed": 5},
        expected_version=1,
    )["community"]
    assert community["policy"]["rubric"] == []
    approved = take(world, "approve", first, applied, scores={"fit": 3, "depth": 5})
    assert approved["state"] == "approved"
    (verdict,) = approved["verdicts"]
    assert verdict["scores"] == {"fit": 3, "depth": 5}
    assert [one["key"] for one in approved["rubric"]] == ["fit", "depth"]


def test_two_of_three_and_two_noes(make_world: Callable[..., World]) -> None:
    """rules.md §1.3: a yeses approve; r - a + 1 noes reject, with the words of the first."""
    world = make_world(reviewers_needed=3, approvals_needed=2)
    first, second = world.reviewers
    applied = world.apply(world.person())
    said = take(world, "reject", first, applied, **NO)
    assert (said["state"], said["rejection"]) == ("submitted", None)
    assert take(world, "approve", world.owner, applied)["state"] == "submitted"
    assert take(world, "approve", second, applied)["state"] == "approved"
    other = world.apply(world.person())
    take(world, "reject", first, other, reason="full", message="first")
    rejected = take(world, "reject", second, other, reason="not_a_fit", message="second")
    assert rejected["state"] == "rejected"
    assert (rejected["rejection"]["reason"], rejected["rejection"]["message"]) == ("full", "first")
    assert [one["reason"] for one in rejected["verdicts"]] == ["full", "not_a_fit"]


def test_a_veto_is_for_who_may(make_world: Callable[..., World]) -> None:
    """rules.md §1.2: a flag on a rejection by who may; a plain rejection is none."""
    world = make_world(reviewers_needed=3, approvals_needed=2, veto="owners")
    applied = world.apply(world.person())
    error = refused(take, world, "reject", world.reviewers[0], applied, **NO, veto=True)
    assert error.error is codes.VETO_NOT_ALLOWED
    take(world, "reject", world.reviewers[0], applied, reason="full", message="plain")
    vetoed = take(world, "reject", world.owner, applied, **NO, veto=True)
    assert (vetoed["state"], vetoed["rejection"]["message"]) == ("rejected", "Sorry")


def test_a_low_mean_goes_to_an_owner(make_world: Callable[..., World]) -> None:
    """rules.md §1.3, §1.4: approvals with a low mean decide nothing; no further verdicts come; an
    owner decides, with a reason."""
    world = make_world(rubric=RUBRIC, least_score=300)
    owner, (first, second) = world.owner, world.reviewers
    applied = world.apply(world.person())
    low = {"fit": 5, "depth": 1}
    flagged = take(world, "approve", first, applied, scores=low)
    assert (flagged["state"], flagged["needs_owner"]) == ("in_review", True)
    for name, more in (("approve", {"scores": low}), ("reject", {**NO, "scores": low})):
        error = refused(take, world, name, second, applied, **more)
        assert error.error is codes.APPLICATION_NEEDS_OWNER
    assert (
        refused(take, world, "decide", second, applied, verdict="approve", note="!").error
        is NOT_PERMITTED
    )
    assert "decide_application" in take(world, "get", owner, applied)["actions"]
    decided = take(world, "decide", owner, applied, verdict="approve", note="I know her.")
    assert (decided["state"], decided["needs_owner"]) == ("approved", False)
    assert decided["owner_decision"]["note"] == "I know her."
    assert world.told(membership.APPLICATION_APPROVED)
    late = refused(take, world, "decide", owner, applied, verdict="reject", note="?")
    assert late.params["current_state"] == "approved"


def test_nobody_hangs_for_want_of_reviewers(make_world: Callable[..., World]) -> None:
    """rules.md §1.3: when a role is lost; r stays r; it goes again when staff comes."""
    world = make_world(reviewers_needed=3, approvals_needed=3)
    first, second = world.reviewers
    applicant = world.person()
    applied = world.apply(applicant)
    for one in (first, world.owner):
        take(world, "approve", one, applied)
    settle(world)
    assert take(world, "get", first, applied)["needs_owner"] is False
    dismiss(world, second)
    settle(world)
    found = take(world, "get", first, applied)
    assert (found["state"], found["needs_owner"]) == ("in_review", True)
    assert queue(world, first)["needs_owner"] is True
    assert take(world, "get", applicant, applied)["needs_owner"] is False
    new = reviewer(world, "sun@example.com")
    settle(world)
    assert take(world, "get", first, applied)["needs_owner"] is False
    assert take(world, "approve", new, applied)["state"] == "approved"


def test_at_submission_an_owner_is_asked_where_nobody_could_judge(
    make_world: Callable[..., World],
) -> None:
    """rules.md §1.3: "at submission"; nobody decides on their own application (rules.md §1.4)."""
    world = make_world(reviewers_needed=3, approvals_needed=2)
    dismiss(world, world.reviewers[1])
    mine = world.apply(world.reviewers[0])
    found = take(world, "get", world.owner, mine)
    assert (found["state"], found["needs_owner"]) == ("in_review", True)
    theirs = world.apply(world.owner)
    error = refused(take, world, "decide", world.owner, theirs, verdict="approve", note="me")
    assert error.error is codes.REVIEWER_CONFLICTED


def test_a_declared_conflict_takes_the_verdict_away(make_world: Callable[..., World]) -> None:
    """rules.md §1.3, §1.6: it counts no more, another is refused, private answers hide."""
    world = make_world(reviewers_needed=2, approvals_needed=2)
    first, second = world.reviewers
    applied = world.apply(world.person(), city="上海", license="secret")
    take(world, "approve", first, applied)
    declared = take(world, "declare_conflict", first, applied)
    assert (declared["verdicts"], "license" in declared["answers"]) == ([], False)
    for name, more in (("approve", {}), ("reject", NO), ("claim", {}), ("declare_conflict", {})):
        error = refused(take, world, name, first, applied, **more)
        assert error.error is codes.REVIEWER_CONFLICTED, name
    assert "approve_application" not in take(world, "get", first, applied)["actions"]
    take(world, "approve", second, applied)
    assert take(world, "approve", world.owner, applied)["state"] == "approved"


def test_colleagues_do_not_judge_each_other(make_world: Callable[..., World]) -> None:
    """rules.md §1.6: the same company, compared after NFKC, case and blanks; it is found after a
    verdict as well."""
    world = make_world(form=WITH_COMPANY, reviewers_needed=2, approvals_needed=2)
    first, second = world.reviewers
    answers: Any = {"city": "上海", "firm": "Ren Ji 医院"}
    joined = world.apply(first, **answers)
    for one in (second, world.owner):
        take(world, "approve", one, joined)
    applied = world.apply(world.person(), city="上海", firm="ＲＥＮＪＩ医院", license="secret")
    take(world, "approve", first, applied)  # nothing is known of them yet
    world.database.memberships.update_one(
        {"person_id": first.actor.person_id}, {"$set": {"company": "renji 医院"}}
    )
    seen = take(world, "get", first, applied)
    assert "license" not in seen["answers"]
    settle(world)
    assert take(world, "get", second, applied)["verdicts"] == []
    assert refused(take, world, "approve", first, applied).error is codes.REVIEWER_CONFLICTED


def test_where_every_owner_is_conflicted_one_decides_all_the_same(
    make_world: Callable[..., World],
) -> None:
    """rules.md §1.4: the conflict is recorded and does not bar."""
    world = make_world()
    other = reviewer(world, "wu@example.com", "owner")
    applied = world.apply(world.person())
    for one in (*world.reviewers, world.owner):
        take(world, "declare_conflict", one, applied)
    assert (
        refused(take, world, "decide", world.owner, applied, verdict="approve", note="-").error
        is codes.APPLICATION_WRONG_STATE
    ), "the other owner may still judge"
    last = take(world, "declare_conflict", other, applied)
    assert last["needs_owner"] is True
    decided = take(world, "decide", other, applied, verdict="reject", note="full", reason="full")
    assert (decided["state"], decided["owner_decision"]["conflicted"]) == ("rejected", True)
    (told,) = world.told(membership.APPLICATION_REJECTED)
    assert told.data["reason"] == "full"


def test_an_unconflicted_owner_goes_first(make_world: Callable[..., World]) -> None:
    """rules.md §1.4: a conflict bars while another owner has none."""
    world = make_world(rubric=RUBRIC, least_score=500)
    reviewer(world, "wu@example.com", "owner")
    applied = world.apply(world.person())
    take(world, "declare_conflict", world.owner, applied)
    take(world, "approve", world.reviewers[0], applied, scores={"fit": 1, "depth": 1})
    error = refused(take, world, "decide", world.owner, applied, verdict="approve", note="-")
    assert error.error is codes.REVIEWER_CONFLICTED


def test_rounds_stay_readable(make_world: Callable[..., World]) -> None:
    """rules.md §1.8: earlier verdicts do not count and are kept with their rubric."""
    world = make_world(reviewers_needed=2, approvals_needed=2, rubric=RUBRIC)
    first, second = world.reviewers
    applicant = world.person()
    applied = world.apply(applicant)
    scores = {"fit": 4, "depth": 4}
    take(world, "approve", first, applied, scores=scores, note="good")
    world.ask(
        world.app.reviews.request_info,
        membership.REQUEST_INFO,
        second,
        application_id=applied["id"],
        message="?",
    )
    world.ask(
        world.app.applications.submit,
        membership.SUBMIT_APPLICATION,
        applicant,
        application_id=applied["id"],
    )
    found = take(world, "get", second, applied)
    assert (found["round"], found["verdicts"]) == (2, [])
    (former,) = found["former_rounds"]
    assert (former["number"], former["verdicts"][0]["note"]) == (1, "good")
    take(world, "approve", first, applied, scores=scores)
    assert take(world, "approve", second, applied, scores=scores)["state"] == "approved"


# ── Races ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("repetition", range(3))
def test_eight_approvals_at_once(make_world: Callable[..., World], repetition: int) -> None:
    """rules.md §1.3: five of eight decide, each counted once; three come too late."""
    world = make_world(reviewers_needed=5, approvals_needed=5, blind=True)
    eight = [*world.reviewers, *(reviewer(world, f"r{n}@example.com") for n in range(6))]
    applied = world.apply(world.person())
    processes = itertools.cycle([world, world.another_process()])
    outcomes = at_once(
        [
            partial(take, process, "approve", one, applied)
            for process, one in zip(processes, eight, strict=False)
        ]
    )
    assert outcomes.count("membership.application_wrong_state") == 3
    stored = existing(world.database.applications.find_one({"_id": applied["id"]}))
    assert stored["state"] == "approved"
    judges = [one["reviewer_id"] for one in stored["verdicts"]]
    assert len(judges) == len(set(judges)) == 5
    assert len(world.told(membership.APPLICATION_APPROVED)) == 1


@pytest.mark.parametrize("repetition", range(5))
def test_a_verdict_and_a_withdrawal_at_once(
    make_world: Callable[..., World], repetition: int
) -> None:
    """rules.md §1.9: the inner revision guards writes: neither is lost."""
    world = make_world(reviewers_needed=2, approvals_needed=2)
    applicant = world.person()
    applied = world.apply(applicant)
    outcomes = at_once(
        [
            partial(take, world, "approve", world.reviewers[0], applied),
            partial(
                world.ask,
                world.app.applications.withdraw,
                membership.WITHDRAW_APPLICATION,
                applicant,
                application_id=applied["id"],
            ),
        ]
    )
    stored = existing(world.database.applications.find_one({"_id": applied["id"]}))
    assert stored["state"] == "withdrawn"
    assert len(stored["verdicts"]) == (0 if isinstance(outcomes[0], str) else 1)


def test_policies_of_before_are_migrated(make_world: Callable[..., World]) -> None:
    """rules.md §1.1: `decisions_needed` n is r = a = n, veto none; twice is once."""
    world = make_world(form=FORM)
    split = next(one for one in SCHEMA.migrations if "rubric" in one.meaning)
    names = ("reviewers_needed", "approvals_needed", "veto", "blind", "least_score", "rubric")
    world.database.communities.update_one(
        {},
        {"$unset": {f"policy.{name}": 1 for name in names}, "$set": {"policy.decisions_needed": 3}},
    )
    for _ in range(2):
        split.apply(world.database, None)  # type: ignore[arg-type]
        policy = existing(world.database.communities.find_one({}))["policy"]
        assert [policy[name] for name in names] == [3, 3, "none", False, None, []]
        assert policy["decisions_needed"] == 3  # the version before reads it
