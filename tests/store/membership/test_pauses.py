"""Memberships that are paused and resumed, and what payments hears (rules.md §2.8, §2.14)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from tests.store.membership.test_decisions import (
    conflict,
    counted,
    decide,
    end,
    listed,
    place,
    standing,
    suspend,
    told,
)
from tests.store.membership.test_races import at_once
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World

Jobs = Callable[[], None]


@pytest.fixture
def pausing(make_world: Callable[..., World]) -> World:
    return make_world(pause_days=30)


def pause(world: World, ctx: Context, id: str) -> dict[str, Any]:
    return decide(world, membership.PAUSE_MEMBERSHIP, ctx, id)


def resume(world: World, ctx: Context, id: str) -> dict[str, Any]:
    return decide(world, membership.RESUME_MEMBERSHIP, ctx, id)


def dates_told(world: World) -> list[tuple[str, str, int]]:
    """The dates of terms that payments heard of, in order."""
    return [
        (event.data["starts_on"], event.data["ends_on"], event.data["paused_days"])
        for event in world.told(membership.TERM_DATES_CHANGED)
    ]


def test_paused_on_the_10th_and_resumed_on_the_15th_moves_the_end_by_five(
    pausing: World, run_jobs: Jobs
) -> None:
    """Once, at resume; access goes and comes, and everybody hears it once."""
    ctx = pausing.person()
    member = pausing.member(ctx)  # term 2026-03-02 … 2027-03-01
    go_to(pausing, "2026-05-10")
    assert "pause_membership" in place(pausing, ctx)["actions"]
    found = pause(pausing, ctx, member["id"])
    assert (found["state"], found["term"]["ends_on"]) == ("paused", "2027-03-01")
    assert found["pause"] == {"on": "2026-05-10", "through": "2026-06-08"}
    assert found["grace_ends_on"] == "2027-03-08"
    where = place(pausing, ctx)
    assert (where["state"], where["reason"]) == ("paused", "resumes_by_itself")
    assert (where["next_step"], where["deadline"]) == ("resume", "2026-06-08T16:00:00.000Z")
    assert set(where["actions"]) == {"cancel_membership", "change_profile", "resume_membership"}
    assert (listed(pausing, "paused"), listed(pausing, "active")) == ([member["id"]], [])
    assert counted(pausing) == {"paused": 1}
    assert standing(pausing)["paused_through"] == "2026-06-08"
    assert conflict(partial(pause, pausing, ctx, member["id"])) == "paused"
    go_to(pausing, "2026-05-15")
    run_jobs()
    found = resume(pausing, ctx, member["id"])
    assert (found["state"], found["pause"]) == ("active", None)
    assert (found["term"]["ends_on"], found["grace_ends_on"]) == ("2027-03-06", "2027-03-13")
    assert conflict(partial(resume, pausing, ctx, member["id"])) == "active"
    assert counted(pausing) == {"active": 1}
    assert told(pausing) == [
        ("access_lost", "lost", "paused"),
        ("access_gained", "gained", "pause_over"),
    ]
    assert dates_told(pausing) == [("2026-03-02", "2027-03-06", 5)]
    assert standing(pausing)["term_ends_on"] == "2027-03-06"
    assert (standing(pausing)["paused_on"], standing(pausing)["paused_through"]) == (None, None)
    heard = pausing.told(membership.PAUSED, membership.RESUMED)
    assert [event.event.name for event in heard] == ["paused", "resumed"]


def test_a_pause_ends_by_itself_and_its_days_are_used_up(pausing: World, run_jobs: Jobs) -> None:
    """Before any job has said so; an end that passes meanwhile does not expire it."""
    ctx = pausing.person()
    member = pausing.member(ctx)
    go_to(pausing, "2027-02-20")  # ten days are left with today
    assert pause(pausing, ctx, member["id"])["pause"]["through"] == "2027-03-01"
    go_to(pausing, "2027-03-01")
    run_jobs()
    assert pausing.membership(member["id"])["state"] == "paused"
    go_to(pausing, "2027-03-02")
    assert pausing.membership(member["id"])["state"] == "active"
    assert (listed(pausing, "paused"), listed(pausing, "active")) == ([], [member["id"]])
    run_jobs()
    run_jobs()
    found = pausing.membership(member["id"])
    assert (found["state"], found["term"]["ends_on"]) == ("active", "2027-03-11")
    assert dates_told(pausing) == [("2026-03-02", "2027-03-11", 10)]
    assert told(pausing)[-1] == ("access_gained", "gained", "pause_over")
    assert len(pausing.told(membership.RESUMED)) == 1
    assert not [e for e in pausing.told(membership.TERM_ENDING) if e.data["days_left"] < 1]
    go_to(pausing, "2027-03-10")
    assert pause(pausing, ctx, member["id"])["pause"]["through"] == "2027-03-11"


def test_a_term_has_no_more_days_than_the_policy_says(world: World) -> None:
    """By default none; what was used does not come back."""
    ctx = world.person()
    member = world.member(ctx)
    assert "pause_membership" not in place(world, ctx)["actions"]
    with pytest.raises(DomainError) as refused:
        pause(world, ctx, member["id"])
    assert refused.value.error is codes.NO_PAUSE_LEFT
    assert world.told(membership.PAUSED) == []


def test_the_next_term_can_be_paid_later_and_moves_along(pausing: World) -> None:
    """Its chain is its own; payments hears both dates, and until when it can be paid."""
    ctx = pausing.person()
    member = pausing.member(ctx)
    go_to(pausing, "2027-02-20")
    renew(pausing, ctx, member["id"])
    pause(pausing, ctx, member["id"])
    (more,) = pausing.told(membership.PURCHASE_EXTENDED)
    assert more.data["pay_by"].isoformat() == "2027-04-17T16:00:00+00:00"  # ten days later
    pay_renewal(pausing, member["id"])
    assert pausing.membership(member["id"])["state"] == "paused"
    go_to(pausing, "2027-02-27")
    found = resume(pausing, ctx, member["id"])
    assert (found["term"]["starts_on"], found["term"]["ends_on"]) == ("2027-03-09", "2028-03-08")
    assert dates_told(pausing) == [
        ("2026-03-02", "2027-03-08", 7),
        ("2027-03-09", "2028-03-08", 0),
    ]


def test_an_owner_pauses_for_a_member_and_nobody_else_does(pausing: World) -> None:
    member = pausing.member(pausing.person())
    with pytest.raises(DomainError) as refused:
        pause(pausing, pausing.person(), member["id"])
    assert refused.value.error is OBJECT_NOT_FOUND
    assert pause(pausing, pausing.owner, member["id"])["state"] == "paused"
    assert end(pausing, member["id"])["state"] == "cancelled"
    assert conflict(partial(resume, pausing, pausing.owner, member["id"])) == "cancelled"
    assert (standing(pausing)["paused_on"], told(pausing)[-1]) == (
        None,
        ("cancelled", "none", "by_staff"),
    )


def test_suspended_while_paused(pausing: World, run_jobs: Jobs) -> None:
    """The pause ends unseen; what is told is the suspension, until that is over."""
    ctx = pausing.person()
    member = pausing.member(ctx)
    pause(pausing, ctx, member["id"])  # through 2026-03-31
    assert suspend(pausing, member["id"], "2026-04-10")["state"] == "suspended"
    go_to(pausing, "2026-04-02")
    run_jobs()
    found = pausing.membership(member["id"])
    assert (found["state"], found["term"]["ends_on"]) == ("suspended", "2027-03-31")
    go_to(pausing, "2026-04-11")
    run_jobs()
    assert told(pausing) == [
        ("access_lost", "lost", "paused"),
        ("access_gained", "gained", "suspension_over"),
    ]


@pytest.mark.parametrize("repetition", range(5))
def test_resumed_twice_at_once(pausing: World, repetition: int) -> None:
    """The end moves once."""
    ctx = pausing.person()
    member, other = pausing.member(ctx), pausing.another_process()
    pause(pausing, ctx, member["id"])
    go_to(pausing, "2026-03-05")
    both = at_once([partial(resume, one, ctx, member["id"]) for one in (pausing, other)])
    assert both.count(codes.MEMBERSHIP_WRONG_STATE.code) == 1
    assert dates_told(pausing) == [("2026-03-02", "2027-03-04", 3)]
    assert len(told(pausing)) == 2


@pytest.mark.parametrize("repetition", range(5))
def test_paused_and_the_next_term_paid_at_once(pausing: World, repetition: int) -> None:
    """Either order gives the same dates."""
    ctx = pausing.person()
    member = pausing.member(ctx)
    go_to(pausing, "2027-02-20")
    renew(pausing, ctx, member["id"])
    other = pausing.another_process()
    at_once([partial(pause, pausing, ctx, member["id"]), lambda: pay_renewal(other, member["id"])])
    found = pausing.membership(member["id"])
    assert (found["state"], found["term"]["starts_on"]) == ("paused", "2027-03-02")
    go_to(pausing, "2027-02-22")
    found = resume(pausing, ctx, member["id"])
    assert (found["term"]["starts_on"], found["term"]["ends_on"]) == ("2027-03-04", "2028-03-03")
    assert sorted(told(pausing)) == [
        ("access_gained", "gained", "pause_over"),
        ("access_lost", "lost", "paused"),
        ("renewed", "none", None),
    ]
