"""What was approved or offered but not paid: no more for sale, or to be paid until later."""

from chassis.uow import Transaction
from contracts.membership import PURCHASE_EXTENDED, PURCHASE_WITHDRAWN
from contracts.types.membership import PurchaseExtended, PurchaseWithdrawn
from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.vetting.applications import Application
from services.membership.store import Stores
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import purchase_id


class Withdrawals:
    """Used inside the unit of work that ends the application."""

    def __init__(self, *, stores: Stores) -> None:
        self._memberships = stores.memberships
        self._standings = stores.standings

    def cancel(
        self, tx: Transaction, application: Application, reason: str, *, lapsed: bool = False
    ) -> None:
        """Cancels the membership of an application and withdraws its purchase."""
        membership_id = application["membership_id"]
        assert membership_id is not None  # it was approved
        before = self._memberships.require(membership_id, tx=tx)
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
        withdraw_purchases(tx, before, after, reason, lapsed=lapsed)


def withdraw_purchases(
    tx: Transaction, before: Membership, after: Membership, reason: str, *, lapsed: bool = False
) -> None:
    """Lets payments know that what awaited payment is not for sale any more."""
    awaiting = domain.awaiting_term(before)
    if awaiting is None or domain.find_term(after, awaiting["id"])["state"] != "withdrawn":
        return
    withdrawn = purchase_id(awaiting, awaiting["id"])
    facts: PurchaseWithdrawn = {
        "purchase_id": withdrawn,
        "community_id": after["community_id"],
        "reason": reason,
        "lapsed": lapsed,
    }
    tx.emit(PURCHASE_WITHDRAWN, {"_id": withdrawn, "version": after["version"]}, facts)


def extend_purchases(tx: Transaction, before: Membership, after: Membership) -> None:
    """Lets payments know until when the term that awaits its payment can be paid now."""
    awaiting = domain.awaiting_term(after)
    if awaiting is None or awaiting["pay_by"] is None:
        return
    if awaiting["pay_by"] == domain.find_term(before, awaiting["id"])["pay_by"]:
        return
    extended = purchase_id(awaiting, awaiting["id"])
    facts: PurchaseExtended = {
        "purchase_id": extended,
        "community_id": after["community_id"],
        "pay_by": awaiting["pay_by"],
    }
    tx.emit(PURCHASE_EXTENDED, {"_id": extended, "version": after["version"]}, facts)
