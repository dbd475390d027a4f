"""Memberships that owners give to who has none (rules.md §2.1, §2.2)."""

from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import DomainError
from contracts.errors import membership as codes
from tests.store.membership.test_decisions import conflict, end, suspend
from tests.store.membership.test_given_terms import give as give_term
from tests.store.membership.test_races import at_once
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World


def give(
    world: World, email: str, plan_id: str | None = None, by: Context | None = None
) -> dict[str, Any]:
    asked = {"community_id": world.community["id"], "email": email, "reason": "创始群主"}
    return world.ask(
        world.app.given_memberships.give,
        membership.GIVE_MEMBERSHIP,
        by or world.owner,
        **asked,
        plan_id=plan_id or world.sell(),
    )


def refusal(world: World, email: str, plan_id: str | None = None) -> DomainError:
    with pytest.raises(DomainError) as refused:
        give(world, email, plan_id)
    return refused.value


def standing(world: World, given: dict[str, Any]) -> dict[str, Any]:
    theirs = {"community_id": world.community["id"], "person_id": given["person_id"]}
    return world.ask(world.app.standings.get, membership.GET_STANDING, world.owner, **theirs)


def test_somebody_unknown_is_a_member_at_once(world: World) -> None:
    """By address, without a number; told as joining is, and the reason is for staff alone."""
    plan = world.sell()
    given = give(world, "sole@example.com", plan)
    term = given["term"]
    assert (given["state"], given["number"], given["joined_on"]) == (
        "active",
        None,
        term["starts_on"],
    )
    assert (term["kind"], term["plan_id"], term["order_id"]) == ("comped", plan, None)
    now = standing(world, given)
    assert (now["roles"], now["state"]) == (["member"], "active")
    assert now["ever_paid_or_imported"] is False
    (told,) = world.told(membership.ACTIVATED)
    assert (told.data["term"]["kind"], told.data["access_change"]) == ("comped", "gained")
    listed = world.ask(
        world.app.memberships.list_of_community,
        membership.LIST_MEMBERSHIPS,
        world.owner,
        community_id=world.community["id"],
    )
    assert [one["given_because"] for one in listed["items"]] == ["创始群主"]
    assert "创始群主" not in str(given) + str(told.data)


def test_no_owner_learns_a_name_by_it(world: World) -> None:
    """As with imports: who only was given something did not come here themselves."""
    ctx = world.person("known@example.com")
    given = give(world, "known@example.com")
    assert given["person_id"] == ctx.require_person()
    listed = world.ask(
        world.app.memberships.list_of_community,
        membership.LIST_MEMBERSHIPS,
        world.owner,
        community_id=world.community["id"],
    )
    assert [one["display_name"] for one in listed["items"]] == [None]


def test_a_sole_owner_joins_by_it(world: World) -> None:
    """And stays the owner (rules.md §1.4)."""
    person: Any = world.database.people.find_one({"_id": world.owner.require_person()})
    given = give(world, person["email"])
    assert given["person_id"] == person["_id"]
    assert standing(world, given)["roles"] == ["owner", "member"]


def test_a_renewal_is_the_first_payment(world: World) -> None:
    ctx, plan = world.person("later@example.com"), world.sell()
    given = give(world, "later@example.com", plan)
    go_to(world, "2027-02-20")
    renew(world, ctx, given["id"])
    pay_renewal(world, given["id"])
    paid = world.membership(given["id"])
    assert (paid["number"], paid["term"]["kind"]) == (1, "paid")


def test_who_has_a_membership_gets_no_second(world: World) -> None:
    """Awaiting its payment, active, suspended for good, and over so lately that it can be renewed;
    nothing is changed."""
    plan = world.sell()
    people = [f"{name}@example.com" for name in ("unpaid", "active", "banned", "over")]
    ctxs = [world.person(one) for one in people]
    world.approved(ctxs[0])
    held = [world.member(one) for one in ctxs[1:]]
    suspend(world, held[1]["id"], None)
    before = [world.membership(one["id"]) for one in held]
    found = [conflict(partial(give, world, one, plan)) for one in people[:3]]
    assert found == ["pending_payment", "active", "suspended"]
    assert [world.membership(one["id"]) for one in held] == before
    go_to(world, "2027-03-20")
    assert conflict(lambda: give(world, people[3], plan)) == "expired"
    assert give_term(world, held[2]["id"], plan)["state"] == "active"


def test_who_was_a_member_comes_back_with_the_number(world: World) -> None:
    member = world.member(world.person("back@example.com"))
    end(world, member["id"])
    given = give(world, "back@example.com")
    assert given["id"] != member["id"]
    assert (given["state"], given["number"]) == ("active", member["number"])


def test_a_live_application_is_decided_first(world: World) -> None:
    ctx, plan = world.person("applied@example.com"), world.sell()
    world.apply(ctx)
    error = refusal(world, "applied@example.com", plan)
    assert error.error is codes.APPLICATION_WRONG_STATE
    assert error.params == {"current_state": "submitted"}
    assert world.told(membership.ACTIVATED) == []


def test_the_block_list_holds(world: World) -> None:
    """For who is known and for who is not; nobody is made by a refusal."""
    world.person("known@example.com")
    plan = world.sell()
    here = {"community_id": world.community["id"], "reason": "垃圾信息"}
    for email in ("known@example.com", "unknown@example.com"):
        whom = {"kind": "email", "email": email}
        create, record = world.app.blocks.create, membership.CREATE_BLOCK
        world.ask(create, record, world.owner, **here, whom=whom)
        assert refusal(world, email, plan).error is codes.ON_BLOCK_LIST
    assert world.database.people.find_one({"email": "unknown@example.com"}) is None


def test_only_owners_and_only_what_is_on_sale(world: World) -> None:
    plan = world.sell()
    with pytest.raises(DomainError):
        give(world, "x@example.com", plan, by=world.person())
    assert refusal(world, "x@example.com", "pln_" + "0" * 26).error is codes.PLAN_NOT_ON_SALE
    assert world.database.people.find_one({"email": "x@example.com"}) is None


@pytest.mark.parametrize("repetition", range(5))
def test_two_owners_at_once_give_one(world: World, repetition: int) -> None:
    plan, other = world.sell(), world.another_process()
    gifts = [partial(give, one, "two@example.com", plan) for one in (world, other)]
    assert at_once(gifts).count(codes.MEMBERSHIP_WRONG_STATE.code) == 1
    assert len(world.told(membership.ACTIVATED)) == 1


@pytest.mark.parametrize("repetition", range(5))
def test_given_while_they_apply(world: World, repetition: int) -> None:
    """Whichever comes first: one membership at the most, and an application beside it opens no
    second."""
    ctx, plan, other = world.person("both@example.com"), world.sell(), world.another_process()
    at_once([partial(give, world, "both@example.com", plan), partial(other.apply, ctx)])
    theirs = {"person_id": ctx.require_person(), "live": True}
    members = world.database.memberships.count_documents(theirs)
    assert members + world.database.applications.count_documents(theirs) >= 1
    for one in world.database.applications.find(theirs) if members else ():
        with pytest.raises(DomainError) as refused:
            world.approve(one["_id"])
        assert refused.value.error is codes.ALREADY_MEMBER
