"""Access that changes by what has no event of its own (rules.md §2.15)."""

from chassis.uow import Transaction
from contracts.membership import ACCESS_GAINED, ACCESS_LOST
from contracts.states.membership import ChangeCause
from services.membership.domain.terms.memberships import Membership
from services.membership.store.terms.memberships import MembershipStore
from services.membership.usecases.terms.views import access_change, membership_facts


def save_and_tell_access(
    tx: Transaction,
    store: MembershipStore,
    before: Membership,
    membership: Membership,
    cause: ChangeCause | None = None,
) -> Membership:
    """Saves a membership of which nothing else is told in public; a change of access is, with its
    cause."""
    change = access_change(before, membership)
    if change == "none":
        return store.save(tx, membership)
    after = store.save(tx, {**membership, "sequence": before["sequence"] + 1})
    event = ACCESS_GAINED if change == "gained" else ACCESS_LOST
    tx.emit(event, after, membership_facts(before, after, cause), sequence=after["sequence"])
    return after
