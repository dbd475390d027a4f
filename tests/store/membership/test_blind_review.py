"""Blind review on a real database: who has not judged yet notices nothing (rules.md §1.9)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from chassis.context import Context
from contracts import membership
from tests.store.membership.test_api_keys import made_key, showing
from tests.store.membership.test_rounds import RUBRIC, history, queue, take
from tests.store.membership.world import World


def seen_by(world: World, ctx: Context, application: dict[str, Any]) -> list[Any]:
    """Everything that somebody can read about it."""
    page = world.ask(
        world.app.reviews.list_of_community,
        membership.LIST_APPLICATIONS,
        ctx,
        community_id=world.community["id"],
        sort="-updated_at",
        count=True,
    )
    row = queue(world, ctx)
    states = [
        [
            one["id"]
            for one in world.ask(
                world.app.reviews.list_of_community,
                membership.LIST_APPLICATIONS,
                ctx,
                community_id=world.community["id"],
                state=state,
            )["items"]
        ]
        for state in ("submitted", "in_review")
    ]
    shown = take(world, "get", ctx, application, include="person,form")
    told = [] if ctx.actor.key else history(world, ctx, application)  # no key reads one
    return [shown, page, row, told, states]


def test_who_is_blind_notices_nothing(make_world: Callable[..., World]) -> None:
    """rules.md §1.9: no verdict, score, note, nor their number, in any answer, history, version or
    `updated_at`, to reviewers, owners, operators; until one's own verdict."""
    world = make_world(reviewers_needed=3, approvals_needed=3, blind=True, rubric=RUBRIC)
    first, second = world.reviewers
    operator = Context.for_operator("membership")
    applicant = world.person()
    applied = world.apply(applicant)
    scores = {"fit": 1, "depth": 2}
    program = showing(made_key(world, roles=["reviewer"]))
    readers = (second, world.owner, operator, program)
    before = [seen_by(world, one, applied) for one in readers]
    own = take(world, "get", applicant, applied)
    world.clock.advance(dt.timedelta(hours=1))
    said = take(world, "approve", first, applied, scores=scores, note="SECRET")
    assert [one["note"] for one in said["verdicts"]] == ["SECRET"]
    assert [seen_by(world, one, applied) for one in readers] == before
    assert take(world, "get", applicant, applied) == own
    assert queue(world, second)["verdicts"] is None
    assert queue(world, first)["verdicts"] == 1
    assert "approve_application" in history(world, first, applied)
    both = take(world, "approve", second, applied, scores=scores)
    assert len(both["verdicts"]) == 2, "one's own verdict opens one's eyes"
    assert [seen_by(world, world.owner, applied)] == before[1:2]
    take(world, "approve", world.owner, applied, scores=scores)
    assert len(take(world, "get", operator, applied)["verdicts"]) == 3, "it is decided"


def test_an_edit_does_not_tell_whether_somebody_had_judged(
    make_world: Callable[..., World],
) -> None:
    """It begins a new round, which keeps what was said in the one before."""
    world = make_world(reviewers_needed=2, approvals_needed=2, blind=True, reopen="until_paid")
    first, second = world.reviewers
    changed = []
    for is_judged in (False, True):
        applicant = world.person()
        applied = world.apply(applicant)
        if is_judged:
            take(world, "approve", first, applied)
        answers = {**applied["answers"], "city": "广州"}
        edited = {"application_id": applied["id"], "answers": answers}
        edited["expected_version"] = applied["version"]
        change = world.app.applications.change
        world.ask(change, membership.CHANGE_APPLICATION, applicant, **edited)
        asked = {"application_id": applied["id"]}
        read = world.app.history.of_application
        page = world.ask(read, membership.GET_APPLICATION_HISTORY, second, **asked)
        changed.append([one["changed_fields"] for one in page["items"]])
    assert changed[0] == changed[1]


def test_a_taken_back_verdict_is_not_noticed_either(make_world: Callable[..., World]) -> None:
    """rules.md §1.9: a conflict that was declared after a verdict shows no trace of the verdict."""
    world = make_world(reviewers_needed=2, approvals_needed=2, blind=True)
    first, second = world.reviewers
    applied = world.apply(world.person())
    before = take(world, "get", second, applied)
    take(world, "approve", first, applied)
    take(world, "declare_conflict", first, applied)
    after = take(world, "get", second, applied)
    assert after["version"] == before["version"]
    assert after["updated_at"] == before["updated_at"]
    assert "declare_conflict" not in history(world, second, applied)


def test_an_owner_who_is_to_decide_sees_everything(make_world: Callable[..., World]) -> None:
    """rules.md §1.4: also where the review is blind; the other reviewers still see nothing."""
    world = make_world(blind=True, rubric=RUBRIC, least_score=500)
    first, second = world.reviewers
    applied = world.apply(world.person())
    take(world, "approve", first, applied, scores={"fit": 1, "depth": 1}, note="hm")
    assert take(world, "get", world.owner, applied)["verdicts"][0]["note"] == "hm"
    assert take(world, "get", second, applied)["verdicts"] == []
