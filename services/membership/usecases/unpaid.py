"""What was approved or offered but not paid, and is not for sale any more."""

from chassis.uow import Transaction
from contracts.membership import PURCHASE_WITHDRAWN
from services.membership.domain import memberships as domain
from services.membership.domain.applications import Application
from services.membership.domain.memberships import Membership
from services.membership.domain.standings import with_membership
from services.membership.store.memberships import Memberships
from services.membership.store.standings import Standings
from services.membership.usecases.standings import change_standing
from services.membership.usecases.views import purchase_id


class UnpaidMemberships:
    """Used inside the unit of work that ends the application."""

    def __init__(self, memberships: Memberships, standings: Standings) -> None:
        self._memberships = memberships
        self._standings = standings

    def cancel(self, tx: Transaction, application: Application, reason: str) -> None:
        """Cancels the membership of an application and withdraws its purchase."""
        before = self._memberships.require(application["membership_id"], tx=tx)
        after = self._memberships.save(tx, domain.cancel(before))
        change_standing(
            tx,
            self._standings,
            after["community_id"],
            after["person_id"],
            after["zone"],
            lambda standing: with_membership(standing, after),
        )
        tx.audit("cancel_unpaid_membership", before, after, reason=reason)
        withdraw_purchases(tx, before, after, reason)


def withdraw_purchases(tx: Transaction, before: Membership, after: Membership, reason: str) -> None:
    """Tells payments that what awaited payment is not for sale any more."""
    awaiting = domain.awaiting_term(before)
    if awaiting is None or domain.find_term(after, awaiting["id"])["state"] != "withdrawn":
        return
    purchase = {"_id": purchase_id(awaiting, awaiting["id"]), "version": after["version"]}
    data = {
        "purchase_id": purchase["_id"],
        "community_id": after["community_id"],
        "reason": reason,
    }
    tx.emit(PURCHASE_WITHDRAWN, purchase, data)
