"""Reasons that a community keeps, on a real database: who keeps them, and what is told by them."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, STALE_VERSION, DomainError
from contracts.errors import membership as codes
from tests.store.membership.world import World

REFERENCES = {"code": "references_missing", "text": "请补充两位同行的推荐。"}
LATER = {"code": "next_season", "text": "Apply again next season."}


def read(world: World, ctx: Context) -> dict[str, Any]:
    here = {"community_id": world.community["id"]}
    return world.ask(world.app.reasons.get, membership.GET_REASONS, ctx, **here)


def keep(
    world: World, *reasons: dict[str, str], version: int | None = None, ctx: Context | None = None
) -> dict[str, Any]:
    return world.ask(
        world.app.reasons.change,
        membership.CHANGE_REASONS,
        ctx or world.owner,
        community_id=world.community["id"],
        reasons=list(reasons),
        expected_version=version or read(world, world.owner)["version"],
    )


def reject(world: World, application: dict[str, Any], reason: str, message: str = "") -> Any:
    return world.ask(
        world.app.reviews.reject,
        membership.REJECT_APPLICATION,
        world.reviewers[0],
        application_id=application["id"],
        reason=reason,
        message=message,
    )


def ask_for_more(world: World, application: dict[str, Any], **asked: Any) -> Any:
    return world.ask(
        world.app.reviews.request_info,
        membership.REQUEST_INFO,
        world.reviewers[0],
        application_id=application["id"],
        **asked,
    )


def refused(call: Callable[..., object], *arguments: Any, **asked: Any) -> Any:
    with pytest.raises(DomainError) as error:
        call(*arguments, **asked)
    return error.value.error


def test_owners_keep_them_and_reviewers_read_them(world: World) -> None:
    """rules.md §1.15: in the owners' order; guarded by the community's version."""
    assert read(world, world.reviewers[0])["reasons"] == []
    kept = keep(world, REFERENCES, LATER, version=1)
    assert (kept["reasons"], kept["version"]) == ([REFERENCES, LATER], 2)
    assert read(world, world.reviewers[0]) == kept
    assert keep(world, REFERENCES, LATER, version=1) == kept  # the same once more
    assert refused(keep, world, version=1) is STALE_VERSION
    assert refused(keep, world, ctx=world.reviewers[0]) is NOT_PERMITTED
    assert refused(read, world, world.person()) is NOT_PERMITTED
    for wrong in ([LATER, LATER], [{"code": "full", "text": "Full"}]):
        assert refused(keep, world, *wrong) is INVALID_INPUT
    assert read(world, world.owner) == kept


def test_its_words_are_told_where_the_reviewer_gives_none_and_stay(world: World) -> None:
    keep(world, LATER)
    silent = reject(world, world.apply(world.person()), "next_season")
    assert silent["rejection"]["reason"] == "next_season"
    assert silent["rejection"]["message"] == LATER["text"]
    wordy = reject(world, world.apply(world.person()), "next_season", "Come back in May.")
    assert wordy["rejection"]["message"] == "Come back in May."
    plain = reject(world, world.apply(world.person()), "full")
    assert (plain["rejection"]["reason"], plain["rejection"]["message"]) == ("full", "")
    keep(world, {**LATER, "text": "Other words."})
    keep(world)
    assert world.application(silent["id"])["rejection"] == silent["rejection"]


def test_a_request_for_more_takes_its_words(world: World) -> None:
    keep(world, REFERENCES)
    application = world.apply(world.person())
    assert refused(ask_for_more, world, application, reason="full") is INVALID_INPUT
    asked = ask_for_more(world, application, reason="references_missing")
    assert asked["info_request"]["message"] == REFERENCES["text"]


def test_a_code_that_the_community_does_not_keep_decides_nothing(
    make_world: Callable[..., World],
) -> None:
    world = make_world(reviewers_needed=2, approvals_needed=2)
    application = world.apply(world.person())
    assert refused(reject, world, application, "next_season") is codes.REASON_UNKNOWN
    unknown = {"reason": "next_season", "message": "?"}
    assert refused(ask_for_more, world, application, **unknown) is codes.REASON_UNKNOWN
    assert world.application(application["id"])["version"] == application["version"]


def test_owners_and_bulk_decisions_take_them_too(make_world: Callable[..., World]) -> None:
    world = make_world()
    keep(world, LATER)
    one = world.apply(world.person())
    (done,) = world.ask(
        world.app.bulk.decide,
        membership.DECIDE_APPLICATIONS,
        world.reviewers[0],
        community_id=world.community["id"],
        decision="reject",
        reason="next_season",
        applications=[{"application_id": one["id"], "version": one["version"]}],
    )["results"]
    assert done["done"]
    assert world.application(one["id"])["rejection"]["message"] == LATER["text"]
    other = world.apply(world.person())
    for ctx in (*world.reviewers, world.owner):
        conflict = {"application_id": other["id"]}
        world.ask(world.app.reviews.declare_conflict, membership.DECLARE_CONFLICT, ctx, **conflict)
    decided = world.ask(
        world.app.reviews.decide,
        membership.DECIDE_APPLICATION,
        world.owner,
        application_id=other["id"],
        verdict="reject",
        note="All know them.",
        reason="next_season",
    )
    assert decided["rejection"]["message"] == LATER["text"]
