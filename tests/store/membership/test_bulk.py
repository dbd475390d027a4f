"""One decision on many applications on a real database: results, repetitions, races, crashes."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context, IdempotencyKey
from chassis.ids import new_id
from contracts import membership
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors import membership as codes
from tests.store.membership.test_races import at_once
from tests.store.membership.test_rounds import RUBRIC, refused, take
from tests.store.membership.world import World

YES = {"decision": "approve"}
NO = {"decision": "reject", "reason": "full", "message": "Full"}
MORE = {"decision": "request_info", "message": "License?", "questions": ["license"]}


def decide(world: World, ctx: Context, *seen: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    named = [{"application_id": one["id"], "version": one["version"]} for one in seen]
    answer = world.ask(
        world.app.bulk.decide,
        membership.DECIDE_APPLICATIONS,
        ctx,
        community_id=world.community["id"],
        applications=named,
        **said,
    )
    return list(answer["results"])


def keyed(ctx: Context, key: str) -> Context:
    rpc = membership.DECIDE_APPLICATIONS.routing_key
    return dataclasses.replace(ctx, idempotency=IdempotencyKey(key, "same", rpc))


def problems(results: list[dict[str, Any]]) -> list[str | None]:
    return [one["problem"] and one["problem"]["code"] for one in results]


def states(world: World) -> list[str]:
    return [one["state"] for one in world.database.applications.find({}, sort=[("_id", 1)])]


def test_each_has_a_result_of_its_own(world: World) -> None:
    """product.md §2: bulk decisions with a result per item; stale, foreign and own ones are
    refused by themselves, in the reader's language."""
    reviewer = world.reviewers[0]
    done, gone, stale, own = (
        world.apply(one) for one in (world.person(), world.person(), world.person(), reviewer)
    )
    take(world, "reject", world.owner, gone, reason="other", message="")
    gone = world.application(gone["id"])
    take(world, "claim", reviewer, stale)
    unknown = {"id": new_id("app"), "version": 1}
    results = decide(world, reviewer, done, gone, stale, own, unknown, **NO)
    assert [one["application_id"] for one in results] == [
        one["id"] for one in (done, gone, stale, own, unknown)
    ]
    assert problems(results) == [
        None,
        codes.APPLICATION_WRONG_STATE.code,
        STALE_VERSION.code,
        codes.REVIEWER_CONFLICTED.code,
        OBJECT_NOT_FOUND.code,
    ]
    assert (results[0]["state"], results[0]["version"]) == ("rejected", done["version"] + 1)
    assert world.application(done["id"])["rejection"]["message"] == "Full"
    in_english = dataclasses.replace(reviewer, locale="en")
    (again,) = decide(world, in_english, gone, **NO)
    assert again["problem"]["detail"] != results[1]["problem"]["detail"]


def test_more_is_asked_of_many_and_yes_is_said(world: World) -> None:
    first, second = world.apply(world.person()), world.apply(world.person())
    (asked,) = decide(world, world.reviewers[0], first, **MORE)
    assert asked["state"] == "needs_info"
    assert world.application(first["id"])["info_request"]["questions"] == ["license"]
    (approved,) = decide(world, world.reviewers[0], second, **YES)
    assert approved["state"] == "approved"


def test_who_scores_a_rubric_judges_one_by_one(make_world: Callable[..., World]) -> None:
    world = make_world(rubric=RUBRIC)
    applied = world.apply(world.person())
    for said in (YES, NO):
        refusals = problems(decide(world, world.reviewers[0], applied, **said))
        assert refusals == [codes.SCORED_ONE_BY_ONE.code]
    assert problems(decide(world, world.reviewers[0], applied, **MORE)) == [None]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"decision": "reject"}, "/reason"),
        ({"decision": "request_info"}, "/message"),
    ],
)
def test_what_a_decision_needs_is_asked_for(
    world: World, said: dict[str, Any], pointer: str
) -> None:
    applied = world.apply(world.person())
    error = refused(decide, world, world.reviewers[0], applied, **said)
    assert (error.error, error.fields[0].pointer) == (INVALID_INPUT, pointer)
    twice = refused(decide, world, world.reviewers[0], applied, applied, **YES)
    assert twice.fields[0].pointer == "/applications/1/application_id"


def test_a_repetition_after_a_crash_does_what_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Done once each, however often the request comes; answers are the first ones."""
    applied = [world.apply(world.person()) for _ in range(3)]
    reviewer = keyed(world.reviewers[0], "bulk")
    asked = partial(decide, world, reviewer, *applied, **YES)
    for left in (2, 1):
        reviews, steps = world.app.reviews, iter((True, *(False,) * 3))
        approve = reviews.approve

        def breaks(*args: Any, approve: Any = approve, steps: Any = steps) -> Any:
            if not next(steps):
                raise KeyboardInterrupt
            return approve(*args)

        with monkeypatch.context() as broken:
            broken.setattr(reviews, "approve", breaks)
            with pytest.raises(KeyboardInterrupt):
                asked()
        assert states(world).count("submitted") == left
    results = asked()
    assert problems(results) == [None] * 3
    assert [one["version"] for one in results] == [one["version"] + 1 for one in applied]
    assert len(world.told(membership.APPLICATION_APPROVED)) == 3
    assert world.database.memberships.count_documents({}) == 3


def test_many_and_a_single_verdict_at_once(world: World) -> None:
    """One of the two decides; the other is told that it came second."""
    applied = world.apply(world.person())
    others = world.another_process()
    many, single = at_once(
        [
            partial(decide, world, world.reviewers[0], applied, **NO),
            partial(take, others, "approve", world.reviewers[1], applied),
        ]
    )
    (refusal,) = problems(many)
    state = world.application(applied["id"])["state"]
    if refusal is None:
        assert (state, single) == ("rejected", codes.APPLICATION_WRONG_STATE.code)
    else:
        assert refusal in (STALE_VERSION.code, codes.APPLICATION_WRONG_STATE.code)
        assert state == "approved"


def test_others_decide_nothing(world: World) -> None:
    applied = world.apply(world.person())
    with pytest.raises(DomainError):
        decide(world, world.person(), applied, **YES)
    assert states(world) == ["submitted"]
