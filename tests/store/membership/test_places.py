"""Where somebody stands in a community: one verdict in every state."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from tests.store.membership.test_plans import renew
from tests.store.membership.world import Neighbours, World

APPLY = "create_application"


def place(world: World, ctx: Context) -> dict[str, Any]:
    asked = {"community_id": world.community["id"]}
    return world.ask(world.app.places.get, membership.GET_MY_PLACE, ctx, **asked)


def said(world: World, ctx: Context) -> tuple[Any, ...]:
    """State, reason, next step and deadline."""
    found = place(world, ctx)
    return tuple(found[name] for name in ("state", "reason", "next_step", "deadline"))


def ask(world: World, use_case: Any, record: Any, ctx: Context, **asked: Any) -> Any:
    return world.ask(use_case, record, ctx, **asked)


def later(world: World, **delta: float) -> None:
    world.clock.advance(dt.timedelta(**delta))


def test_from_a_stranger_to_an_applicant(world: World) -> None:
    """may apply, draft, under review, more wanted: each names its next step and what goes now."""
    ctx = world.person()
    found = place(world, ctx)
    assert (found["state"], found["next_step"], found["actions"]) == ("may_apply", "apply", [APPLY])
    draft = world.apply(ctx, submit=False)
    assert said(world, ctx) == ("draft", None, "submit", "2026-04-01T04:00:00.000Z")
    found = place(world, ctx)
    assert found["application_id"] == draft["id"]
    assert found["actions"] == [
        "change_application",
        "choose_application_plan",
        "submit_application",
        "withdraw_application",
    ]
    one = {"application_id": draft["id"]}
    ask(world, world.app.applications.submit, membership.SUBMIT_APPLICATION, ctx, **one)
    assert said(world, ctx) == ("under_review", None, "wait", None)
    assert place(world, ctx)["actions"] == ["choose_application_plan", "withdraw_application"]
    more = {**one, "message": "哪家医院？"}
    reviewer = world.reviewers[0]
    ask(world, world.app.reviews.request_info, membership.REQUEST_INFO, reviewer, **more)
    assert said(world, ctx) == ("more_wanted", None, "answer", None)
    assert "submit_application" in place(world, ctx)["actions"]


def test_what_came_of_a_rejection(make_world: Callable[..., World]) -> None:
    """rejected until: with the reviewer's code; then they may apply again."""
    world = make_world(reapply_after_days=10)
    ctx = world.person()
    asked = {"application_id": world.apply(ctx)["id"], "reason": "not_a_fit", "message": "抱歉"}
    ask(
        world,
        world.app.reviews.reject,
        membership.REJECT_APPLICATION,
        world.reviewers[0],
        **asked,
    )
    assert said(world, ctx) == ("rejected", "not_a_fit", None, "2026-03-12T04:00:00.000Z")
    assert place(world, ctx)["actions"] == []
    later(world, days=11)
    assert said(world, ctx) == ("rejected", "not_a_fit", "apply", None)
    assert place(world, ctx)["actions"] == [APPLY]


def test_approved_paying_and_lapsed(world: World, run_jobs: Callable[[], None]) -> None:
    """The purchase is named; payments says whether an order is open, and is not needed."""
    ctx = world.person()
    approved = world.approved(ctx)
    assert said(world, ctx) == ("approved", None, "pay", "2026-03-05T04:00:00.000Z")
    found = place(world, ctx)
    assert (found["purchase_id"], found["order_id"]) == (approved["purchase_id"], None)
    assert found["actions"] == ["withdraw_application", "change_profile"]
    Neighbours.ORDERS[approved["purchase_id"]] = new_id("ord")
    try:
        found = place(world, ctx)
        assert found["state"] == "paying"
        assert found["order_id"] == Neighbours.ORDERS[approved["purchase_id"]]
        Neighbours.ORDERS[approved["purchase_id"]] = DomainError(SERVICE_UNAVAILABLE)
        assert said(world, ctx)[0] == "approved"
    finally:
        del Neighbours.ORDERS[approved["purchase_id"]]
    later(world, days=4)
    run_jobs()
    assert said(world, ctx) == ("lapsed", "not_paid_in_time", "apply", None)


def test_from_member_to_expired(world: World) -> None:
    """active, grace, expired: revivable, and not any more; by dates, whether or not a job ran."""
    world.sell(plan_id=world.plan_id)
    ctx = world.person()
    member = world.member(ctx)
    assert said(world, ctx) == ("active", None, None, "2027-03-01T16:00:00.000Z")
    assert place(world, ctx)["membership_id"] == member["id"]
    later(world, days=330)
    assert said(world, ctx)[2] == "renew"
    assert place(world, ctx)["actions"] == [
        "start_renewal",
        "cancel_membership",
        "change_profile",
    ]
    renew(world, ctx, member["id"])
    found = place(world, ctx)
    assert (found["state"], found["next_step"]) == ("active", "pay")
    assert found["actions"] == ["cancel_membership", "change_profile"]
    assert found["purchase_id"] is not None
    later(world, days=37)
    assert said(world, ctx) == ("grace", None, "pay", "2027-03-08T16:00:00.000Z")
    later(world, days=8)
    assert said(world, ctx) == ("expired", "revivable", "pay", "2027-04-07T16:00:00.000Z")
    later(world, days=60)
    assert said(world, ctx) == ("expired", "revival_over", "apply", None)
    assert APPLY in place(world, ctx)["actions"]


def test_who_was_refunded_may_apply(world: World) -> None:
    ctx = world.person()
    order = world.order(world.approved(ctx))
    world.deliver(payments.ORDER_PAID, order)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    assert said(world, ctx) == ("may_apply", "membership_ended", "apply", None)


@pytest.mark.parametrize("kind", ["application", "membership"])
def test_the_page_is_where_the_community_says(world: World, kind: str) -> None:
    ctx = world.person()
    known = world.member(ctx) if kind == "membership" else world.apply(ctx)
    assert place(world, ctx)["page"] is None
    links = {f"links.{kind}": f"https://club.example.cn/{kind}s/{{id}}"}
    world.database.communities.update_one({}, {"$set": links})
    assert place(world, ctx)["page"] == f"https://club.example.cn/{kind}s/{known['id']}"


def test_staff_see_what_they_may_do(world: World) -> None:
    """By the rules of the commands: nobody judges twice, nor what is decided."""
    applied = world.apply(world.person())

    def shown(ctx: Context) -> list[str]:
        asked = {"application_id": applied["id"]}
        one = world.ask(world.app.reviews.get, membership.GET_APPLICATION, ctx, **asked)
        listing = world.app.reviews.list_of_community
        of = {"community_id": applied["community_id"]}
        page = world.ask(listing, membership.LIST_APPLICATIONS, ctx, **of)
        assert [row["actions"] for row in page["items"]] == [one["actions"]]
        return one["actions"]

    judging = [
        "claim_application",
        "approve_application",
        "reject_application",
        "declare_conflict",
        "request_info",
        "add_note",
    ]
    assert shown(world.reviewers[0]) == judging
    world.approve(applied["id"])
    assert shown(world.reviewers[0]) == ["undo_decision", "add_note"]
    assert shown(world.owner) == ["undo_decision", "add_note"]


def test_members_are_listed_with_what_their_owner_may_do(world: World) -> None:
    member = world.member(world.person())
    listing = world.app.memberships.list_of_community
    page = world.ask(
        listing, membership.LIST_MEMBERSHIPS, world.owner, community_id=member["community_id"]
    )
    assert [row["actions"] for row in page["items"]] == [
        ["suspend_membership", "end_membership", "give_term", "change_profile"]
    ]
