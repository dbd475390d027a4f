"""Decisions about a membership that meet one another, or a payment, on the real database."""

from functools import partial

import pytest

from contracts import membership
from contracts.errors import membership as codes
from tests.store.membership.test_decisions import decide, standing, suspend, told
from tests.store.membership.test_races import at_once
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World


@pytest.mark.parametrize("repetition", range(5))
def test_suspending_for_good_and_a_renewal_s_payment_at_once(world: World, repetition: int) -> None:
    """Both orders are right: the term came first and stays, or the money goes back."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-20")
    renew(world, ctx, member["id"])
    other = world.another_process()
    at_once(
        [
            lambda: suspend(world, member["id"], None),
            lambda: pay_renewal(other, member["id"]),
        ]
    )
    found = world.membership(member["id"])
    refused, withdrawn = (
        len(world.told(event))
        for event in (membership.PURCHASE_REFUSED, membership.PURCHASE_WITHDRAWN)
    )
    renewed = found["term"]["starts_on"] == "2027-03-02"
    assert found["state"] == "suspended"
    assert (refused, withdrawn) == ((0, 0) if renewed else (1, 1))
    expected = [("access_lost", "lost", "suspended")]
    assert sorted(told(world)) == sorted([*expected, *[("renewed", "none", None)] * renewed])


@pytest.mark.parametrize("repetition", range(5))
def test_the_same_decision_twice_at_once(world: World, repetition: int) -> None:
    """One of two suspends, one of two lifts; the others hear the state, and all is told once."""
    member, other = world.member(), world.another_process()
    refusal = codes.MEMBERSHIP_WRONG_STATE.code
    suspended = at_once([partial(suspend, one, member["id"], None) for one in (world, other)])
    assert suspended.count(refusal) == 1
    step = membership.LIFT_SUSPENSION
    lifts = [partial(decide, one, step, world.owner, member["id"]) for one in (world, other)]
    assert at_once(lifts).count(refusal) == 1
    assert [one[0] for one in told(world)] == ["access_lost", "access_gained"]
    assert len(world.told(membership.SUSPENSION_ENDED)) == 1


@pytest.mark.parametrize("repetition", range(5))
def test_cancelling_and_paying_the_next_term_at_once(world: World, repetition: int) -> None:
    """Who cancelled first took it back by paying; who paid first ends with the later term."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-20")
    renew(world, ctx, member["id"])
    other = world.another_process()
    at_once(
        [
            partial(decide, world, membership.CANCEL_MEMBERSHIP, ctx, member["id"]),
            lambda: pay_renewal(other, member["id"]),
        ]
    )
    found = world.membership(member["id"])
    assert (found["state"], found["term"]["ends_on"]) == ("active", "2028-03-01")
    last = "2028-03-01" if found["cancels_at_end"] else "2028-03-08"
    assert found["grace_ends_on"] == last == standing(world)["grace_ends_on"]
