"""The running term is refunded while the next one is paid already (rules.md §2.6)."""

import pytest

from chassis.ids import new_id
from contracts import membership, payments
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import World


def test_the_next_term_starts_on_the_day_of_the_refund(world: World) -> None:
    """R20, F10: no access without a term, and none is lost."""
    applicant = world.person()
    approved = world.approved(applicant)
    first = world.order(approved)
    world.deliver(payments.ORDER_PAID, first)
    member_id = approved["membership_id"]
    go_to(world, "2027-02-01")
    renew(world, applicant, member_id)
    second = pay_renewal(world, member_id)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(first))
    after = world.membership(member_id)
    term = after["term"]
    assert (after["state"], term["order_id"]) == ("active", second["order_id"])
    assert (term["starts_on"], term["ends_on"]) == ("2027-02-01", "2028-01-31")
    (revoked,) = world.told(membership.TERM_REVOKED)
    assert revoked.data["term"] == term
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert standing["term_ends_on"] == "2028-01-31"


@pytest.mark.parametrize(("gives_up", "state"), [(True, "cancelled"), (False, "active")])
def test_a_term_given_up_for_a_part_ends(world: World, gives_up: bool, state: str) -> None:
    approved = world.approved(world.person())
    first = world.order(approved)
    world.deliver(payments.ORDER_PAID, first)
    part = world.refunded(first, full=False, gives_up=gives_up)
    world.deliver(payments.ORDER_REFUNDED, part)
    world.deliver(payments.ORDER_REFUNDED, {**part, "refund_id": new_id("rfd")})
    assert world.membership(approved["membership_id"])["state"] == state


@pytest.mark.parametrize("refunds", [(0, 1), (1, 0)])
def test_both_refunded_leave_nothing(world: World, refunds: tuple[int, int]) -> None:
    applicant = world.person()
    approved = world.approved(applicant)
    first = world.order(approved)
    world.deliver(payments.ORDER_PAID, first)
    go_to(world, "2027-02-01")
    renew(world, applicant, approved["membership_id"])
    orders = (first, pay_renewal(world, approved["membership_id"]))
    for number in refunds:
        world.deliver(payments.ORDER_REFUNDED, world.refunded(orders[number]))
    assert world.membership(approved["membership_id"])["state"] == "cancelled"
