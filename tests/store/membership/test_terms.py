"""Renewal, reminders, grace, expiry and revival on a real database with a moved clock."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import DomainError
from contracts.errors import membership as codes
from services.membership.domain.terms.memberships import Membership, Step
from services.membership.usecases.terms import deadlines
from tests.kit.existing import existing
from tests.store.membership.world import World


def renew(world: World, ctx: Context, membership_id: str) -> dict[str, Any]:
    return world.ask(
        world.app.memberships.start_renewal,
        membership.START_RENEWAL,
        ctx,
        membership_id=membership_id,
    )


def pay_renewal(world: World, membership_id: str, **more: Any) -> dict[str, Any]:
    """Pays the term that awaits payment; the order's data."""
    stored = existing(world.database.memberships.find_one({"_id": membership_id}))
    (term,) = [term for term in stored["terms"] if term["state"] == "awaiting"]
    order = world.paid(term["id"], stored["person_id"], purpose="renew", **more)
    world.deliver(payments.ORDER_PAID, order)
    return order


def go_to(world: World, day: str, hour: int = 4) -> None:
    at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), dt.UTC)
    world.clock.advance(at - world.clock.now())


def test_a_year_of_reminders_grace_and_expiry(world: World, run_jobs: Callable[[], None]) -> None:
    """product.md §2, §3: 30/7/1 days before, on the day, in grace; then grace and expiry, once."""
    member = world.member()  # term 2026-03-02 … 2027-03-01, grace to 2027-03-08
    told = []
    for day in ("2027-01-29", "2027-01-30", "2027-02-22", "2027-02-28", "2027-03-01"):
        go_to(world, day)
        run_jobs()
        run_jobs()
        told.append([event.data["days_left"] for event in world.told(membership.TERM_ENDING)])
    assert told == [[], [30], [30, 7], [30, 7, 1], [30, 7, 1, 0]]
    assert world.membership(member["id"])["state"] == "active"
    for day, state in (("2027-03-02", "grace"), ("2027-03-05", "grace"), ("2027-03-09", "expired")):
        go_to(world, day)
        assert world.membership(member["id"])["state"] == state  # before any sweep
        run_jobs()
        assert world.membership(member["id"])["state"] == state
    events = world.told(membership.ENTERED_GRACE, membership.TERM_ENDING, membership.EXPIRED)
    assert [event.event.name for event in events[4:]] == ["entered_grace", "term_ending", "expired"]
    assert events[5].data["days_left"] == -4
    public = world.told(membership.ACTIVATED, membership.ENTERED_GRACE, membership.EXPIRED)
    assert [event.sequence for event in public] == [1, 2, 3]


def test_a_clock_that_jumps_tells_states_but_no_stale_reminders(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """P-15: after a jump the states are told in order, reminders only if nothing overtook them."""
    world.member()
    go_to(world, "2027-02-25")
    run_jobs()
    assert [event.data["days_left"] for event in world.told(membership.TERM_ENDING)] == [7]
    go_to(world, "2027-06-01")
    run_jobs()
    states = world.told(membership.ENTERED_GRACE, membership.EXPIRED, membership.TERM_ENDING)
    assert [event.event.name for event in states] == ["term_ending", "entered_grace", "expired"]


def test_renewal_while_active_continues_the_term(world: World) -> None:
    """product.md §2, P-16: starts the day after the old end; the same purchase until it is paid."""
    applicant = world.person()
    member = world.member(applicant)
    with pytest.raises(DomainError) as early:
        renew(world, applicant, member["id"])
    assert early.value.error is codes.RENEWAL_TOO_EARLY
    assert early.value.params["opens_on"] == "2026-12-31"
    go_to(world, "2027-01-15")
    waiting = renew(world, applicant, member["id"])
    (told,) = world.told(membership.RENEWAL_STARTED)
    assert waiting["purchase_id"] == payments.purchase_id_of(told.data["term_id"])
    assert renew(world, applicant, member["id"]) == waiting
    assert len(world.told(membership.RENEWAL_STARTED)) == 1
    pay_renewal(world, member["id"])
    renewed = world.membership(member["id"])
    assert renewed["term"]["starts_on"] == "2027-03-02"
    assert renewed["term"]["ends_on"] == "2028-03-01"
    assert (renewed["number"], renewed["purchase_id"]) == (1, None)
    (event,) = world.told(membership.RENEWED)
    assert event.sequence == 2
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert standing["term_ends_on"] == "2028-03-01"


def test_revival_keeps_number_and_join_date_for_thirty_days(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: after expiry the term starts today; after 30 days it is over."""
    applicant = world.person()
    member = world.member(applicant)
    go_to(world, "2027-04-07")  # the last day: 30 days after 2027-03-08
    run_jobs()
    renew(world, applicant, member["id"])
    pay_renewal(world, member["id"])
    revived = world.membership(member["id"])
    assert (revived["state"], revived["number"]) == ("active", 1)
    assert revived["joined_on"] == "2026-03-02"
    assert revived["term"]["starts_on"] == "2027-04-07"
    go_to(world, "2028-05-14")  # term to 2028-04-06, grace to 04-13, revival to 05-13
    with pytest.raises(DomainError) as over:
        renew(world, applicant, member["id"])
    assert over.value.params["current_state"] == "expired"


def test_renewal_paid_after_revival_is_refused(world: World) -> None:
    """architecture.md §5a: too late is refused, so that the money goes back."""
    applicant = world.person()
    member = world.member(applicant)
    go_to(world, "2027-04-01")
    renew(world, applicant, member["id"])
    go_to(world, "2027-04-08")
    pay_renewal(world, member["id"])
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.data["reason"] == "revival_over"


def test_refunded_renewal_gives_way_to_the_term_before(world: World) -> None:
    """product.md §2: the current term of today goes on when the next one is refunded."""
    applicant = world.person()
    member = world.member(applicant)
    go_to(world, "2027-02-01")
    renew(world, applicant, member["id"])
    order = pay_renewal(world, member["id"], period=year_and_days(365))
    assert world.membership(member["id"])["term"]["ends_on"] == "2029-03-01"
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    after = world.membership(member["id"])
    assert (after["state"], after["term"]["ends_on"]) == ("active", "2027-03-01")
    (revoked,) = world.told(membership.TERM_REVOKED)
    assert revoked.sequence == 3
    assert world.told(membership.CANCELLED) == []


def test_refunded_revival_leaves_an_expired_membership(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: access is over at once, integrators are told so, and nothing but that."""
    applicant = world.person()
    member = world.member(applicant)
    go_to(world, "2027-04-01")
    run_jobs()
    renew(world, applicant, member["id"])
    order = pay_renewal(world, member["id"])
    run_jobs()
    before = len(world.told(membership.ENTERED_GRACE))
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    (revoked,) = world.told(membership.TERM_REVOKED)
    assert revoked.data["state"] == "expired"
    assert world.told(membership.STANDING_CHANGED)[-1].data["state"] == "expired"
    run_jobs()
    assert len(world.told(membership.ENTERED_GRACE)) == before
    told = world.told(membership.EXPIRED)[-1]
    assert (told.data["state"], told.sequence) == ("expired", existing(revoked.sequence) + 1)


def test_refund_withdraws_a_renewal_that_is_open(world: World) -> None:
    """architecture.md §5a: who has no membership any more cannot pay for its next term."""
    applicant = world.person()
    approved = world.approved(applicant)
    order = world.order(approved)
    world.deliver(payments.ORDER_PAID, order)
    go_to(world, "2027-02-01")
    purchase_id = renew(world, applicant, approved["membership_id"])["purchase_id"]
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.subject == purchase_id
    stored = existing(world.database.memberships.find_one({"_id": approved["membership_id"]}))
    late = world.paid(stored["terms"][-1]["id"], applicant.require_person(), purpose="renew")
    world.deliver(payments.ORDER_PAID, late)
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.subject == late["order_id"]


def year_and_days(days: int) -> dict[str, Any]:
    return {"plan_id": "pln_01JD0000000000000000000000", "months": 12, "extra_days": days}


def test_counts_and_lists_follow_from_dates(world: World) -> None:
    """architecture.md §5: reads never depend on a sweep; counts are exact."""
    people = [world.person() for _ in range(3)]
    members = [world.member(person) for person in people]
    world.apply(world.person())
    go_to(world, "2027-02-01")
    renew(world, people[0], members[0]["id"])
    pay_renewal(world, members[0]["id"])
    for day, expected in (
        ("2027-03-01", {"active": 3}),
        ("2027-03-02", {"active": 1, "grace": 2}),
        ("2027-03-09", {"active": 1, "expired": 2}),
    ):
        go_to(world, day)
        counts = world.ask(
            world.app.memberships.count,
            membership.GET_MEMBERSHIP_COUNTS,
            world.owner,
            community_id=world.community["id"],
        )
        assert counts["counted_on"] == day
        assert {s: n for s, n in counts["memberships"].items() if n} == expected
        assert counts["applications"]["joined"] == 3
        assert counts["applications"]["submitted"] == 1
        assert counts["next_number"] == 4
        for state, number in expected.items():
            listed = world.ask(
                world.app.memberships.list_of_community,
                membership.LIST_MEMBERSHIPS,
                world.owner,
                community_id=world.community["id"],
                state=state,
            )
            assert len(listed["items"]) == number
            assert {item["state"] for item in listed["items"]} == {state}


def test_a_membership_that_cannot_be_advanced_holds_up_no_other(
    world: World, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-22: the others of its batch are told of their time all the same."""
    stuck, fine = world.member(), world.member()
    advance = deadlines.domain.advance

    def trips(membership: Membership, today: str) -> tuple[Membership, Step | None]:
        if membership["_id"] == stuck["id"]:
            raise OverflowError("date value out of range")
        return advance(membership, today)

    monkeypatch.setattr(deadlines.domain, "advance", trips)
    go_to(world, "2027-03-05")
    run_jobs()
    assert [event.data["membership_id"] for event in world.told(membership.ENTERED_GRACE)] == [
        fine["id"]
    ]
    monkeypatch.setattr(deadlines.domain, "advance", advance)
    run_jobs()
    assert len(world.told(membership.ENTERED_GRACE)) == 2
