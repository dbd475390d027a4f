"""What follows from a suspension and from its end, inside the unit of work that decides it."""

from chassis.uow import Transaction
from contracts.membership import SUSPENDED, SUSPENSION_ENDED
from contracts.types import membership as wire
from services.membership.domain.terms.memberships import Membership, is_suspended_for_good
from services.membership.store.terms.memberships import MembershipStore
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.views import membership_facts
from services.membership.usecases.terms.withdrawals import withdraw_purchases


def save_suspended(
    tx: Transaction, store: MembershipStore, before: Membership, suspended: Membership
) -> Membership:
    """Saves and tells it; what can be paid for no more is withdrawn."""
    after = save_and_tell_access(tx, store, before, suspended, "suspended")
    if after["state"] == "suspended":
        until = None if is_suspended_for_good(after) else after["suspended_until"]
        facts: wire.SuspendedFacts = {**membership_facts(before, after), "until": until}
        tx.emit(SUSPENDED, after, facts)
    withdraw_purchases(tx, before, after, "suspended")
    return after


def save_lifted(
    tx: Transaction, store: MembershipStore, before: Membership, lifted: Membership
) -> Membership:
    """Saves and tells that the member is kept out no more."""
    after = save_and_tell_access(tx, store, before, lifted, "suspension_over")
    if before["state"] == "suspended":
        tx.emit(SUSPENSION_ENDED, after, membership_facts(before, after))
    return after
