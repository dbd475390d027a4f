"""Members vouch for applicants, on a real database: what it counts as, who learns what, races."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from tests.kit.existing import existing
from tests.store.membership.test_erasure import WEEK, pass_time
from tests.store.membership.test_races import at_once
from tests.store.membership.world import World

WORDS = "五年同事"


def vouching(make_world: Callable[..., World], counts_as: str = "flag", **policy: Any) -> World:
    usual = {"vouching": counts_as, "vouch_after_days": 0, "vouches_a_month": 100}
    return make_world(**{**usual, **policy})


def a_member(world: World) -> Context:
    ctx = world.person()
    application = world.apply(ctx)
    for one in (*world.reviewers, world.owner):
        if world.application(application["id"])["state"] == "submitted":
            world.approve(application["id"], one)
    world.deliver(payments.ORDER_PAID, world.order(world.application(application["id"])))
    return ctx


def code_of(world: World, ctx: Context, application: dict[str, Any]) -> str:
    asked = {"application_id": application["id"]}
    return str(
        world.ask(world.app.vouching.get_code, membership.GET_VOUCHING_CODE, ctx, **asked)["code"]
    )


def applied(world: World) -> tuple[dict[str, Any], str]:
    """An application and its code."""
    ctx = world.person()
    application = world.apply(ctx)
    return application, code_of(world, ctx, application)


def vouch(world: World, ctx: Context, code: str) -> dict[str, Any]:
    create = world.app.vouching.create
    return world.ask(create, membership.CREATE_VOUCH, ctx, code=code, words=WORDS)


def take_back(world: World, ctx: Context, application: dict[str, Any]) -> None:
    asked = {"application_id": application["id"]}
    world.ask(world.app.vouching.take_back, membership.TAKE_BACK_VOUCH, ctx, **asked)


def mine(world: World, ctx: Context) -> list[dict[str, Any]]:
    found = world.ask(world.app.vouching.list_mine, membership.LIST_MY_VOUCHES, ctx)
    return list(found["items"])


def record(world: World, ctx: Context, voucher: Context) -> dict[str, Any]:
    return world.ask(
        world.app.vouching.get_record,
        membership.GET_VOUCHER_RECORD,
        ctx,
        community_id=world.community["id"],
        person_id=voucher.actor.person_id,
    )


def queue(world: World, after: str | None = None, limit: int = 50) -> dict[str, Any]:
    return world.ask(
        world.app.review_queue.list_waiting,
        membership.LIST_REVIEW_QUEUE,
        world.owner,
        community_id=world.community["id"],
        after=after,
        limit=limit,
    )


def refused(call: Callable[..., object], *arguments: Any) -> Any:
    with pytest.raises(DomainError) as error:
        call(*arguments)
    return error.value.error


def test_a_vouch_and_one_reviewer_approve(make_world: Callable[..., World]) -> None:
    """rules.md §1.6, §1.7: never alone; who vouched gives no verdict; the outcome is not told."""
    world = vouching(make_world, "approval", reviewers_needed=2, approvals_needed=2)
    member, application, code = a_member(world), *applied(world)
    said = vouch(world, member, code)
    assert (said["application_id"], said["words"]) == (application["id"], WORDS)
    assert said["actions"] == ["take_back_vouch"]
    seen = world.application(application["id"])
    assert seen["state"] == "submitted"
    (one,) = seen["vouches"]
    assert (one["voucher_id"], one["words"]) == (member.actor.person_id, WORDS)
    assert refused(vouch, world, member, code) is codes.VOUCHED_ALREADY
    assert world.approve(application["id"])["state"] == "approved"
    assert refused(take_back, world, member, application) is codes.VOUCHING_OVER
    assert refused(vouch, world, a_member(world), code) is codes.VOUCHING_OVER
    (listed,) = mine(world, member)
    assert listed == {**said, "actions": []}
    counts = record(world, world.reviewers[0], member)
    assert (counts["approved"], counts["waiting"], counts["joined"]) == (1, 0, 0)
    assert refused(record, world, member, member) is NOT_PERMITTED


def test_the_vouch_that_was_missing_approves(make_world: Callable[..., World]) -> None:
    """rules.md §1.3: after each vouch, too; and with the membership that follows."""
    world = vouching(make_world, "approval", reviewers_needed=2, approvals_needed=2)
    member, application, code = a_member(world), *applied(world)
    assert world.approve(application["id"])["state"] == "submitted"
    assert "state" not in vouch(world, member, code)
    after = world.application(application["id"])
    assert (after["state"], after["membership_id"] is None) == ("approved", False)


def test_a_reviewer_who_vouches_is_conflicted(make_world: Callable[..., World]) -> None:
    """rules.md §1.6: their verdict goes and comes not again, nor when they take the vouch back."""
    world = vouching(make_world, reviewers_needed=3, approvals_needed=2)
    reviewer = world.reviewers[1]
    theirs = world.apply(reviewer)
    for one in (world.reviewers[0], world.owner):
        world.approve(theirs["id"], one)
    world.deliver(payments.ORDER_PAID, world.order(world.application(theirs["id"])))
    application, code = applied(world)
    world.approve(application["id"], reviewer)
    vouch(world, reviewer, code)
    stored = existing(world.database.applications.find_one({"_id": application["id"]}))
    assert stored["verdicts"] == []
    assert refused(world.approve, application["id"], reviewer) is codes.REVIEWER_CONFLICTED
    take_back(world, reviewer, application)
    stored = existing(world.database.applications.find_one({"_id": application["id"]}))
    assert "vouches" not in stored
    assert mine(world, reviewer) == []
    assert refused(take_back, world, reviewer, application) is OBJECT_NOT_FOUND
    assert refused(world.approve, application["id"], reviewer) is codes.REVIEWER_CONFLICTED


def test_nobody_learns_who_applies(make_world: Callable[..., World]) -> None:
    """A code is for its applicant to hand out; who may not vouch hears the same of every state,
    and an id is no code."""
    world = vouching(make_world)
    member = a_member(world)
    ctx = world.person()
    application = world.apply(ctx)
    for other in (member, world.reviewers[0], world.person()):
        assert refused(code_of, world, other, application) in (OBJECT_NOT_FOUND, NOT_PERMITTED)
    code = code_of(world, ctx, application)
    for wrong in (application["id"], f"{code}x", code[:-1], f"{application['id']}."):
        assert refused(vouch, world, member, wrong) is codes.VOUCHING_CODE_WRONG
    for who in (world.person(), ctx, world.reviewers[0]):
        assert refused(vouch, world, who, code) is codes.VOUCHER_NOT_ELIGIBLE
    vouch(world, member, code)
    withdraw = world.app.applications.withdraw
    asked = {"application_id": application["id"]}
    seen = world.ask(withdraw, membership.WITHDRAW_APPLICATION, ctx, **asked)
    assert seen["vouches"] == []
    assert refused(code_of, world, ctx, application) is codes.APPLICATION_WRONG_STATE
    assert refused(vouch, world, world.person(), code) is codes.VOUCHER_NOT_ELIGIBLE
    assert record(world, world.owner, member)["withdrawn"] == 1


def test_nobody_vouches_where_the_policy_says_nothing(world: World) -> None:
    ctx = world.person()
    application = world.apply(ctx)
    assert refused(code_of, world, ctx, application) is codes.VOUCHING_OFF
    code = world.app.vouching._codes.of(application["id"])
    assert refused(vouch, world, world.reviewers[0], code) is codes.VOUCHING_OFF


def test_the_month_is_used_up_once(make_world: Callable[..., World]) -> None:
    """Five at once where two are allowed: two; what is taken back is not given back."""
    world = vouching(make_world, vouches_a_month=2)
    member = a_member(world)
    made = [applied(world) for _ in range(5)]
    outcomes = at_once([partial(vouch, world, member, code) for _, code in made])
    assert outcomes.count("membership.vouches_used_up") == 3
    (one, *_) = [told for told in outcomes if isinstance(told, dict)]
    take_back(world, member, {"id": one["application_id"]})
    left = next(code for application, code in made if application["id"] == one["application_id"])
    assert refused(vouch, world, member, left) is codes.VOUCHES_USED_UP
    world.clock.advance(5 * WEEK)
    vouch(world, member, left)


@pytest.mark.parametrize("repetition", range(3))
def test_a_vouch_and_a_decision_at_once(make_world: Callable[..., World], repetition: int) -> None:
    """Either the vouch came first and stays, or it is told that it is over; none is lost."""
    world = vouching(make_world)
    member, application, code = a_member(world), *applied(world)
    said, _ = at_once(
        [partial(vouch, world, member, code), partial(world.approve, application["id"])]
    )
    seen = world.application(application["id"])
    assert seen["state"] == "approved"
    assert len(seen["vouches"]) == isinstance(said, dict), said
    assert isinstance(said, dict) or said == "membership.vouching_over"


def test_whom_members_vouch_for_comes_first(make_world: Callable[..., World]) -> None:
    """rules.md §1.7: sorted first, each part longest waiting first, through all pages."""
    world = vouching(make_world, "first")
    member = a_member(world)
    made = []
    for _ in range(5):
        made.append(applied(world))
        world.clock.advance(WEEK / 7)
    for place in (3, 1):
        vouch(world, member, made[place][1])
    wanted = [made[place][0]["id"] for place in (1, 3, 0, 2, 4)]
    for limit in range(1, 7):
        found: list[str] = []
        after = None
        for _ in itertools.count():
            page = queue(world, after, limit)
            found += [one["id"] for one in page["items"]]
            if (after := page["next"]) is None:
                break
        assert found == wanted, limit
    assert [one["vouches"] for one in queue(world)["items"]] == [1, 1, 0, 0, 0]


def test_a_new_round_keeps_vouches_and_words_go_with_their_people(
    make_world: Callable[..., World],
) -> None:
    """rules.md §1.8; and an erased member's vouch counts without its words."""
    world = vouching(make_world, "approval", reviewers_needed=2, approvals_needed=2)
    member, ctx = a_member(world), world.person()
    application = world.apply(ctx)
    vouch(world, member, code_of(world, ctx, application))
    asked = {"application_id": application["id"]}
    request = world.app.reviews.request_info
    world.ask(request, membership.REQUEST_INFO, world.owner, **asked, message="Which year?")
    world.ask(world.app.applications.submit, membership.SUBMIT_APPLICATION, ctx, **asked)
    erase(world, member)
    pass_time(world, WEEK)
    (kept,) = world.application(application["id"])["vouches"]
    assert (kept["voucher_id"], kept["words"]) == (member.actor.person_id, "")
    assert WORDS not in str(list(world.database.commits.find({})))
    assert world.approve(application["id"])["state"] == "approved"


def erase(world: World, ctx: Context) -> None:
    start = world.app.erasures.start_mine
    world.ask(start, membership.START_MY_ERASURE, ctx)
