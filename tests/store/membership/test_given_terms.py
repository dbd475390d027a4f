"""Terms that owners give (rules.md §2.1, §2.2)."""

from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from services.membership.domain.terms.memberships import forget
from tests.store.membership.test_decisions import conflict, decide, end, suspend
from tests.store.membership.test_races import at_once
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World


def give(world: World, id: str, plan_id: str, by: Context | None = None) -> dict[str, Any]:
    words = {"membership_id": id, "plan_id": plan_id, "reason": "长期志愿者"}
    return world.ask(world.app.given_terms.give, membership.GIVE_TERM, by or world.owner, **words)


def test_it_follows_the_running_term_and_is_told(world: World) -> None:
    """From the day after the old end; number kept, and the reason is for the list of staff."""
    member, plan = world.member(), world.sell()
    given = give(world, member["id"], plan)
    term = given["term"]
    assert (term["kind"], term["plan_id"], term["order_id"]) == ("comped", plan, None)
    assert (term["starts_on"], term["ends_on"]) == ("2027-03-02", "2028-03-01")
    assert given["number"] == member["number"]
    told = [*world.told(membership.RENEWED), *world.told(membership.PLAN_CHANGED)]
    assert [one.data["term"]["kind"] for one in told] == ["comped"]
    listed = world.ask(
        world.app.memberships.list_of_community,
        membership.LIST_MEMBERSHIPS,
        world.owner,
        community_id=world.community["id"],
    )
    assert [one["given_because"] for one in listed["items"]] == ["长期志愿者"]
    assert "长期志愿者" not in str(world.membership(member["id"]))


def test_one_at_a_time(world: World) -> None:
    member, plan = world.member(), world.sell()
    give(world, member["id"], plan)
    given = world.membership(member["id"])
    with pytest.raises(DomainError) as refused:
        give(world, member["id"], plan)
    assert refused.value.error is codes.TERM_TO_COME
    assert refused.value.params == {"starts_on": "2027-03-02"}
    assert world.membership(member["id"]) == given
    go_to(world, "2027-03-02")
    assert give(world, member["id"], plan)["term"]["starts_on"] == "2028-03-02"


def test_after_the_end_it_begins_today(world: World) -> None:
    member, plan = world.member(), world.sell()
    go_to(world, "2027-03-20")
    given = give(world, member["id"], plan)
    assert (given["state"], given["term"]["starts_on"]) == ("active", "2027-03-20")
    assert given["joined_on"] == member["joined_on"]


def test_a_cancellation_holds_for_what_is_given(world: World) -> None:
    """It was not the member's doing: the membership ends with the given term, without grace."""
    ctx = world.person()
    member, plan = world.member(ctx), world.sell()
    decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    given = give(world, member["id"], plan)
    assert (given["cancels_at_end"], given["grace_ends_on"]) == (True, "2028-03-01")
    kept = decide(world, membership.KEEP_MEMBERSHIP, ctx, member["id"])
    assert (kept["cancels_at_end"], kept["grace_ends_on"]) == (False, "2028-03-08")


def test_who_could_not_renew_gets_none(world: World) -> None:
    """Out for good, ended, and over for longer than revival lasts."""
    plan = world.sell()
    banned, ended, over = (world.member()["id"] for _ in range(3))
    suspend(world, banned, None)
    assert conflict(lambda: give(world, banned, plan)) == "suspended"
    end(world, ended)
    assert conflict(lambda: give(world, ended, plan)) == "cancelled"
    go_to(world, "2028-01-01")
    assert conflict(lambda: give(world, over, plan)) == "expired"


def test_only_owners_and_only_what_is_on_sale(world: World) -> None:
    ctx = world.person()
    member, plan = world.member(ctx), world.sell()
    with pytest.raises(DomainError):
        give(world, member["id"], plan, by=ctx)
    with pytest.raises(DomainError) as foreign:
        give(world, member["id"], plan, by=world.person())
    assert foreign.value.error is OBJECT_NOT_FOUND
    assert world.membership(member["id"]) == member


def test_a_renewal_that_awaits_its_payment_follows_it(world: World) -> None:
    """It can be paid as much later, and starts after what was given."""
    ctx = world.person()
    member, plan = world.member(ctx), world.sell()
    go_to(world, "2027-02-20")
    renew(world, ctx, member["id"])
    give(world, member["id"], plan)
    assert len(world.told(membership.PURCHASE_EXTENDED)) == 1
    go_to(world, "2028-02-20")
    pay_renewal(world, member["id"])
    assert world.membership(member["id"])["term"]["starts_on"] == "2028-03-02"


def test_nothing_of_the_reason_outlives_its_member(world: World) -> None:
    member, plan = world.member(), world.sell()
    give(world, member["id"], plan)
    stored: Any = world.database.memberships.find_one({"_id": member["id"]})
    assert "长期志愿者" in str(stored)
    assert "长期志愿者" not in str(forget(stored))


@pytest.mark.parametrize("repetition", range(5))
def test_two_owners_at_once_give_one(world: World, repetition: int) -> None:
    member, plan, other = world.member(), world.sell(), world.another_process()
    gifts = [partial(give, one, member["id"], plan) for one in (world, other)]
    assert at_once(gifts).count(codes.TERM_TO_COME.code) == 1
    assert world.membership(member["id"])["term"]["ends_on"] == "2028-03-01"
