"""Why somebody can or cannot join: what is said is what the command answers."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import JOINING_NOT_POSSIBLE
from tests.store.membership.test_screening import block, refused
from tests.store.membership.world import World

Step = Callable[[World, Context], object]
REJECT = {"reason": "not_a_fit", "message": "Sorry"}


def joining(world: World, ctx: Context, **asked: Any) -> dict[str, Any]:
    here = {"community_id": world.community["id"]}
    return world.ask(world.app.joining.get, membership.GET_MY_JOINING, ctx, **here, **asked)


def rejected(world: World, ctx: Context) -> None:
    asked = {"application_id": world.apply(ctx)["id"], **REJECT}
    who = world.reviewers[0]
    world.ask(world.app.reviews.reject, membership.REJECT_APPLICATION, who, **asked)


def suspended(world: World, ctx: Context) -> None:
    asked = {"membership_id": world.member(ctx)["id"], "reason": "?", "until": None}
    step = world.app.decisions.suspend
    world.ask(step, membership.SUSPEND_MEMBERSHIP, world.owner, **asked)


def blocked(world: World, ctx: Context) -> None:
    block(world, kind="person", person_id=ctx.actor.person_id)


def two_on_sale(world: World, ctx: Context) -> None:
    for _ in range(2):
        world.sell()


def nothing(world: World, ctx: Context) -> None:
    pass


def on_sale(world: World, ctx: Context) -> None:
    world.sell()


def draft(world: World, ctx: Context) -> None:
    world.apply(ctx, submit=False)


def one_after_another(*steps: Step) -> Step:
    def take(world: World, ctx: Context) -> None:
        for step in steps:
            step(world, ctx)

    return take


PLACES: tuple[Step, ...] = (
    nothing,
    on_sale,
    two_on_sale,
    draft,
    lambda world, ctx: world.apply(ctx),
    lambda world, ctx: world.approved(ctx),
    rejected,
    lambda world, ctx: world.member(ctx),
    suspended,
    one_after_another(rejected, two_on_sale),
    one_after_another(draft, two_on_sale),
    one_after_another(lambda world, ctx: world.apply(ctx), blocked),
    one_after_another(lambda world, ctx: world.member(ctx), blocked),
)


def test_what_is_said_is_what_the_command_answers(make_world: Callable[..., World]) -> None:
    """In every place, with and without a plan named; only what keeps somebody out has one name."""
    world = make_world(reapply_after_days=10)
    for at in PLACES:
        world.database.plans.delete_many({})
        ctx = world.person()
        at(world, ctx)
        for plan_id in (None, new_id("pln")):
            said = joining(world, ctx, plan_id=plan_id)
            try:
                withdrawn = world.apply(ctx, plan_id)
            except DomainError as error:
                told = error.code
                assert (said["possible"], said["code"]) == (False, told)
                assert said["words"]
            else:
                assert (said["possible"], said["code"], said["words"]) == (True, None, None)
                world.ask(
                    world.app.applications.withdraw,
                    membership.WITHDRAW_APPLICATION,
                    ctx,
                    application_id=withdrawn["id"],
                )


def test_the_next_step_comes_with_it(make_world: Callable[..., World]) -> None:
    world = make_world(reapply_after_days=10)
    ctx = world.person()
    assert joining(world, ctx)["next_step"] == "apply"
    assert joining(world, ctx)["notes"] == ["no_plan_on_sale"]
    plans = [world.sell(), world.sell()]
    assert joining(world, ctx)["plan_ids"] == sorted(plans)
    rejected_one = world.person()
    world.database.plans.delete_many({})
    rejected(world, rejected_one)
    said = joining(world, rejected_one)
    assert (said["next_step"], said["deadline"]) == (None, "2026-03-12T04:00:00.000Z")
    assert (said["rejection"]["reason"], said["rejection"]["message"]) == ("not_a_fit", "Sorry")


def test_a_draft_may_answer_an_earlier_form(world: World) -> None:
    world.sell()
    ctx = world.person()
    made = world.apply(ctx, submit=False)
    assert joining(world, ctx)["notes"] == []
    form = [{"title": "More", "questions": [{"key": "more", "kind": "short_text", "title": "?"}]}]
    change = {"community_id": world.community["id"], "form": form, "expected_version": 1}
    world.ask(world.app.communities.change_form, membership.CHANGE_FORM, world.owner, **change)
    said = joining(world, ctx)
    assert (said["notes"], said["next_step"]) == (["form_changed"], "submit")
    assert said["application_id"] == made["id"]


@pytest.mark.parametrize("at", [blocked, suspended])
def test_what_keeps_somebody_out_has_one_name(world: World, at: Step) -> None:
    ctx = world.person()
    if at is blocked:
        world.apply(ctx)
    at(world, ctx)
    said = joining(world, ctx)
    assert said["code"] == JOINING_NOT_POSSIBLE.code
    assert (said["next_step"], said["deadline"]) == (None, None)


def test_a_hidden_community_is_missing(world: World) -> None:
    world.database.communities.update_one({}, {"$set": {"visibility": "hidden"}})
    assert refused(joining, world, world.person()).error is OBJECT_NOT_FOUND
    applicant = world.person()
    world.apply(applicant, submit=False)
    assert joining(world, applicant)["code"] == "membership.application_live"


@pytest.mark.parametrize(
    ("shown", "told"),
    [("none", ("other", "")), ("reason", ("not_a_fit", "")), ("words", ("not_a_fit", "Sorry"))],
)
def test_applicants_hear_as_much_as_the_policy_says(
    make_world: Callable[..., World], shown: str, told: tuple[str, str]
) -> None:
    """Everywhere: their application, their place, here, and the mail; staff read it all."""
    world = make_world(show_reasons=shown)
    ctx = world.person()
    rejected(world, ctx)
    mine = world.ask(
        world.app.applications.list_mine, membership.LIST_MY_APPLICATIONS, ctx, limit=1
    )
    (own,) = mine["items"]
    for seen in (own["rejection"], joining(world, ctx)["rejection"]):
        assert (seen["reason"], seen["message"]) == told
    here = {"community_id": world.community["id"]}
    place = world.ask(world.app.places.get, membership.GET_MY_PLACE, ctx, **here)
    assert place["reason"] == told[0]
    asked = {"application_id": own["id"], "at": own["rejection"]["at"]}
    words = world.ask(world.app.reviews.words, membership.GET_DECISION_WORDS, ctx, **asked)
    assert words == {"words": told[1]}
    (event,) = world.told(membership.APPLICATION_REJECTED)
    assert event.data["reason"] == told[0]
    whole = world.application(own["id"])["rejection"]
    assert (whole["reason"], whole["message"]) == ("not_a_fit", "Sorry")
