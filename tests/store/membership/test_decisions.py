"""Memberships that members cancel, and that owners suspend or end (rules.md §2.5, §2.7)."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.records import Rpc
from tests.kit.existing import existing
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World

Jobs = Callable[[], None]
PUBLIC = (
    membership.ACTIVATED,
    membership.RENEWED,
    membership.ENTERED_GRACE,
    membership.EXPIRED,
    membership.CANCELLED,
    membership.TERM_REVOKED,
    membership.ACCESS_GAINED,
    membership.ACCESS_LOST,
)


def decide(world: World, record: Rpc, ctx: Context, id: str, **more: Any) -> dict[str, Any]:
    """One of the steps."""
    step = {
        membership.CANCEL_MEMBERSHIP: world.app.decisions.cancel,
        membership.KEEP_MEMBERSHIP: world.app.decisions.keep,
        membership.PAUSE_MEMBERSHIP: world.app.decisions.pause,
        membership.RESUME_MEMBERSHIP: world.app.decisions.resume,
        membership.SUSPEND_MEMBERSHIP: world.app.decisions.suspend,
        membership.LIFT_SUSPENSION: world.app.decisions.lift,
        membership.END_MEMBERSHIP: world.app.decisions.end,
    }[record]
    return world.ask(step, record, ctx, membership_id=id, **more)


def suspend(world: World, id: str, until: str | None) -> dict[str, Any]:
    words = {"until": until, "reason": "违反社群公约"}
    return decide(world, membership.SUSPEND_MEMBERSHIP, world.owner, id, **words)


def end(world: World, id: str) -> dict[str, Any]:
    return decide(world, membership.END_MEMBERSHIP, world.owner, id, reason="违反社群公约")


def place(world: World, ctx: Context) -> dict[str, Any]:
    where = world.app.places.get
    return world.ask(where, membership.GET_MY_PLACE, ctx, community_id=world.community["id"])


def listed(world: World, *states: str) -> list[str]:
    found = world.ask(
        world.app.memberships.list_of_community,
        membership.LIST_MEMBERSHIPS,
        world.owner,
        community_id=world.community["id"],
        state=",".join(states),
    )
    return [one["id"] for one in found["items"]]


def counted(world: World) -> dict[str, int]:
    """How many are in each state, of those who are in one."""
    record, where = membership.GET_MEMBERSHIP_COUNTS, {"community_id": world.community["id"]}
    found = world.ask(world.app.memberships.count, record, world.owner, **where)
    return {state: n for state, n in found["memberships"].items() if n}


def conflict(step: Callable[[], object]) -> str:
    """The state that a refusal names."""
    with pytest.raises(DomainError) as refused:
        step()
    assert refused.value.error is codes.MEMBERSHIP_WRONG_STATE
    return str(refused.value.params["current_state"])


def told(world: World) -> list[tuple[str, str, str | None]]:
    """What was said in public after the beginning, without gaps."""
    events = world.told(*PUBLIC)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [
        (event.event.name, event.data["access_change"], event.data["cause"]) for event in events[1:]
    ]


def standing(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.told(membership.STANDING_CHANGED)[-1].data
    return found


def test_suspended_until_a_day_that_day_included(world: World, run_jobs: Jobs) -> None:
    """rules.md §2.7: no access, the clock runs; it ends by itself before any job has said so."""
    ctx = world.person()
    member = world.member(ctx)  # term 2026-03-02 … 2027-03-01
    found = suspend(world, member["id"], "2026-03-10")
    assert found["state"] == "suspended"
    assert found["suspension"] == {"until": "2026-03-10", "reason": "违反社群公约"}
    assert standing(world)["suspended_until"] == "2026-03-10"
    (hears,) = world.told(membership.SUSPENDED)
    assert (hears.data["until"], hears.data["access_change"]) == ("2026-03-10", "lost")
    where = place(world, ctx)
    assert (where["state"], where["reason"]) == ("suspended", "for_a_time")
    assert where["deadline"] == "2026-03-10T16:00:00.000Z"  # midnight in Shanghai
    assert set(where["actions"]) == {"cancel_membership", "change_profile"}
    go_to(world, "2026-03-10")
    assert listed(world, "suspended") == [member["id"]]
    assert (listed(world, "active"), counted(world)) == ([], {"suspended": 1})
    go_to(world, "2026-03-11")
    assert world.membership(member["id"])["state"] == "active"
    assert (listed(world, "suspended"), listed(world, "active")) == ([], [member["id"]])
    run_jobs()
    run_jobs()
    assert counted(world) == {"active": 1}
    assert told(world) == [
        ("access_lost", "lost", "suspended"),
        ("access_gained", "gained", "suspension_over"),
    ]
    assert len(world.told(membership.SUSPENSION_ENDED)) == 1
    assert (standing(world)["state"], standing(world)["suspended_until"]) == ("active", None)


def test_a_suspension_survives_payment_and_renewal(world: World, run_jobs: Jobs) -> None:
    """rules.md §2.7: renewing is allowed, and the new term follows the old one."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-20")
    suspend(world, member["id"], "2027-03-20")
    renew(world, ctx, member["id"])
    go_to(world, "2027-03-05")  # would be grace
    run_jobs()
    assert world.membership(member["id"])["state"] == "suspended"
    pay_renewal(world, member["id"])
    found = world.membership(member["id"])
    assert (found["state"], found["term"]["starts_on"]) == ("suspended", "2027-03-02")
    go_to(world, "2027-03-21")
    run_jobs()
    assert world.membership(member["id"])["state"] == "active"
    assert [one[:2] for one in told(world)] == [
        ("access_lost", "lost"),
        ("renewed", "none"),
        ("access_gained", "gained"),
    ]


@pytest.mark.parametrize(
    ("until", "day", "name", "change"),
    [
        ("2027-03-04", "2027-03-05", "entered_grace", "gained"),
        ("2027-03-20", "2027-03-21", "expired", "none"),
    ],
)
def test_what_ran_out_meanwhile_is_told_when_it_is_over(
    world: World, run_jobs: Jobs, until: str, day: str, name: str, change: str
) -> None:
    """One change, one event: who comes out into grace, or into nothing, hears that."""
    member = world.member()  # term to 2027-03-01, grace to 2027-03-08
    suspend(world, member["id"], until)
    go_to(world, day)
    run_jobs()
    assert told(world)[1:] == [(name, change, "suspension_over")]


def test_for_good_nothing_is_sold(world: World) -> None:
    """rules.md §2.7: what is open closes, money that comes late goes back, and nobody comes in by
    another door; lifted, all is as the dates say."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-20")
    purchase = renew(world, ctx, member["id"])["purchase_id"]
    stored = existing(world.database.memberships.find_one({"_id": member["id"]}))
    late = world.paid(stored["terms"][-1]["id"], ctx.require_person(), purpose="renew")
    found = suspend(world, member["id"], None)
    assert (found["purchase_id"], found["suspension"]["until"]) == (None, None)
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert (withdrawn.data["purchase_id"], withdrawn.data["reason"]) == (purchase, "suspended")
    world.deliver(payments.ORDER_PAID, late)
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.data["reason"] == "suspended"
    assert conflict(lambda: renew(world, ctx, member["id"])) == "suspended"
    where = place(world, ctx)
    assert (where["state"], where["reason"], where["next_step"]) == ("suspended", "for_good", None)
    go_to(world, "2029-02-20")
    with pytest.raises(DomainError) as closed:
        world.apply(ctx)
    assert (closed.value.error, closed.value.params) == (codes.JOINING_NOT_POSSIBLE, {})
    decide(world, membership.LIFT_SUSPENSION, world.owner, member["id"])
    assert world.membership(member["id"])["state"] == "expired"
    assert world.apply(ctx)["state"] == "submitted"


def test_a_ban_outlives_the_membership(world: World) -> None:
    """Who is suspended for good and refunded in full still hears only that it is not possible."""
    ctx = world.person()
    application = world.approved(ctx)
    order = world.order(application)
    world.deliver(payments.ORDER_PAID, order)
    suspend(world, application["membership_id"], None)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    assert world.membership(application["membership_id"])["state"] == "cancelled"
    with pytest.raises(DomainError) as closed:
        world.apply(ctx)
    assert closed.value.error is codes.JOINING_NOT_POSSIBLE
    where = place(world, ctx)
    assert (where["reason"], where["next_step"], where["actions"]) == (
        "not_possible",
        None,
        ["change_profile"],
    )


def test_lifted_by_an_owner(world: World) -> None:
    """At once, and told once; a second time there is nothing to lift."""
    member = world.member()
    suspend(world, member["id"], "2026-12-31")
    lifted = decide(world, membership.LIFT_SUSPENSION, world.owner, member["id"])
    assert (lifted["state"], lifted["suspension"]) == ("active", None)
    assert [one[0] for one in told(world)] == ["access_lost", "access_gained"]
    assert standing(world)["suspended_until"] is None
    again = decide, world, membership.LIFT_SUSPENSION, world.owner, member["id"]
    assert conflict(lambda: again[0](*again[1:])) == "active"
    history = world.database.commits.distinct("changes.action")
    assert {"suspend_membership", "lift_suspension"} <= set(history)


def test_a_day_that_is_past_changes_nothing(world: World) -> None:
    member = world.member()
    with pytest.raises(DomainError) as past:
        suspend(world, member["id"], "2026-03-01")
    assert past.value.error is codes.SUSPENSION_OVER
    assert world.membership(member["id"]) == member


def test_cancelled_by_choice_at_the_end_of_the_term(world: World, run_jobs: Jobs) -> None:
    """rules.md §2.5: active until the end, no reminders, no grace; comes back as who expired."""
    ctx = world.person()
    member = world.member(ctx)
    found = decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    assert (found["state"], found["cancels_at_end"]) == ("active", True)
    assert found["grace_ends_on"] == "2027-03-01"
    assert len(world.told(membership.CANCELLATION_CHOSEN)) == 1
    where = place(world, ctx)
    assert (where["state"], where["reason"]) == ("active", "cancels_at_end")
    assert "keep_membership" in where["actions"]
    assert "cancel_membership" not in where["actions"]
    assert standing(world)["cancels_at_end"]
    again = [membership.CANCEL_MEMBERSHIP, ctx, member["id"]]
    assert conflict(lambda: decide(world, *again)) == "active"
    go_to(world, "2027-03-01")
    run_jobs()
    assert world.told(membership.TERM_ENDING) == []
    go_to(world, "2027-03-02")
    assert world.membership(member["id"])["state"] == "cancelled"  # before any sweep
    assert listed(world, "cancelled") == [member["id"]]
    assert [listed(world, state) for state in ("active", "grace", "expired")] == [[], [], []]
    run_jobs()
    run_jobs()
    assert told(world) == [("cancelled", "lost", "by_choice")]
    assert counted(world) == {"cancelled": 1}
    assert listed(world, "cancelled") == [member["id"]]
    assert conflict(lambda: decide(world, membership.KEEP_MEMBERSHIP, ctx, member["id"])) == (
        "cancelled"
    )
    where = place(world, ctx)
    assert (where["state"], where["reason"], where["next_step"]) == (
        "cancelled",
        "revivable",
        "renew",
    )
    with pytest.raises(DomainError) as closed:
        world.apply(ctx)
    assert closed.value.error is codes.ALREADY_MEMBER
    renew(world, ctx, member["id"])
    pay_renewal(world, member["id"])
    back = world.membership(member["id"])
    assert (back["state"], back["number"], back["cancels_at_end"]) == ("active", 1, False)
    assert back["term"]["starts_on"] == "2027-03-02"
    assert back["grace_ends_on"] == "2028-03-08"


def test_taken_back_while_the_term_runs(world: World, run_jobs: Jobs) -> None:
    """The days of grace that were given up are there again, whatever the policy says now."""
    ctx = world.person()
    member = world.member(ctx)
    decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    kept = decide(world, membership.KEEP_MEMBERSHIP, ctx, member["id"])
    assert (kept["cancels_at_end"], kept["grace_ends_on"]) == (False, "2027-03-08")
    assert conflict(lambda: decide(world, membership.KEEP_MEMBERSHIP, ctx, member["id"])) == (
        "active"
    )
    go_to(world, "2027-03-02")
    run_jobs()
    assert told(world) == [("entered_grace", "none", None)]


def test_a_further_term_takes_it_back(world: World) -> None:
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-01")
    decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    renew(world, ctx, member["id"])
    pay_renewal(world, member["id"])
    found = world.membership(member["id"])
    assert (found["cancels_at_end"], found["grace_ends_on"]) == (False, "2028-03-08")
    assert not standing(world)["cancels_at_end"]


def test_in_grace_it_ends_at_once(world: World, run_jobs: Jobs) -> None:
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-03-03")
    run_jobs()
    found = decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    assert (found["state"], counted(world)) == ("cancelled", {"cancelled": 1})
    run_jobs()
    assert told(world)[1:] == [("cancelled", "lost", "by_choice")]


def test_who_is_suspended_may_cancel(world: World, run_jobs: Jobs) -> None:
    """And is suspended until that is over; then cancelled."""
    ctx = world.person()
    member = world.member(ctx)
    suspend(world, member["id"], "2027-03-05")
    decide(world, membership.CANCEL_MEMBERSHIP, ctx, member["id"])
    go_to(world, "2027-03-03")
    run_jobs()
    assert world.membership(member["id"])["state"] == "suspended"
    assert (listed(world, "suspended"), listed(world, "cancelled")) == ([member["id"]], [])
    go_to(world, "2027-03-06")
    assert listed(world, "cancelled") == [member["id"]]
    run_jobs()
    assert told(world)[1:] == [("cancelled", "none", "suspension_over")]


def test_ended_by_the_community(world: World, run_jobs: Jobs) -> None:
    """rules.md §2.5: on D, whose last day was D − 1; they may apply like anybody, and keep the
    number. Money goes back by a refund of the order, which ends nothing twice."""
    ctx = world.person()
    application = world.approved(ctx)
    order = world.order(application)
    world.deliver(payments.ORDER_PAID, order)
    id = application["membership_id"]
    go_to(world, "2027-02-20")
    purchase = renew(world, ctx, id)["purchase_id"]
    ended = end(world, id)
    assert (ended["state"], ended["ended_on"], ended["end_reason"]) == (
        "cancelled",
        "2027-02-20",
        "违反社群公约",
    )
    assert standing(world)["ended_on"] == "2027-02-20"
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.data["purchase_id"] == purchase
    assert conflict(lambda: end(world, id)) == "cancelled"
    go_to(world, "2027-06-20")
    run_jobs()
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    assert told(world) == [("cancelled", "lost", "by_staff")]
    assert place(world, ctx)["reason"] == "membership_ended"
    again = world.approve(world.apply(ctx)["id"])
    assert world.membership(again["membership_id"])["number"] == 1


def test_nobody_decides_about_themselves_or_without_the_role(world: World) -> None:
    member = world.member(world.owner)
    words = {"until": None, "reason": "违反社群公约"}
    reviewer, id = world.reviewers[0], member["id"]
    steps: list[Callable[[], object]] = [
        lambda: suspend(world, id, None),
        lambda: end(world, id),
        lambda: decide(world, membership.SUSPEND_MEMBERSHIP, reviewer, id, **words),
        lambda: decide(world, membership.CANCEL_MEMBERSHIP, reviewer, id),
    ]
    for step in steps:
        with pytest.raises(DomainError) as refused:
            step()
        assert refused.value.error.kind in ("permission_denied", "not_found")
    assert world.membership(member["id"])["state"] == "active"


def test_who_has_not_paid_yet_is_neither_suspended_nor_ended(world: World) -> None:
    ctx = world.person()
    id = world.approved(ctx)["membership_id"]
    assert conflict(lambda: suspend(world, id, None)) == "pending_payment"
    assert conflict(lambda: end(world, id)) == "pending_payment"
    cancelled = [membership.CANCEL_MEMBERSHIP, ctx, id]
    assert conflict(lambda: decide(world, *cancelled)) == "pending_payment"
