"""The operators' command `extend-deadlines`: more time where nobody could act (rules.md §2.19)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from chassis.aggregates import Page
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import PAYMENT_REMINDER_DUE, PURCHASE_EXTENDED
from contracts.types.membership import PaymentReminder, PurchaseExtended
from services.membership.domain.terms import memberships
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.outages import (
    Outage,
    extend_grace,
    extend_time_to_pay,
    with_time_to_pay,
)
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import purchase_id
from services.membership.usecases.vetting.views import application_facts

BATCH = 100


class Extended(NamedTuple):
    """How many got more time."""

    applications: int
    memberships: int


class OutageUseCases:
    """One unit of work each; after a crash the same command does the rest."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._applications = stores.applications
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._standings = stores.standings
        self._uow = uow

    def extend_deadlines(self, outage: Outage, reason: str, ctx: Context) -> Extended:
        """Gives approved applicants, and members in grace, the time back that an outage took."""
        applications = memberships = 0
        for community in self._communities.ids():
            for id in self._approved(community["_id"]):
                applications += self._extend_application(id, outage, reason, ctx)
            for id in self._in_grace(community["_id"], outage):
                memberships += self._extend_membership(id, outage, reason, ctx)
        return Extended(applications, memberships)

    def _approved(self, community_id: str) -> Iterator[str]:
        return _ids(
            lambda after: self._applications.of_community(
                community_id, ("approved",), after=after, limit=BATCH
            )
        )

    def _in_grace(self, community_id: str, outage: Outage) -> Iterator[str]:
        zone = self._communities.fixed(community_id)["zone"]
        days = day_in(zone, outage.since), day_in(zone, outage.until)
        return _ids(
            lambda after: self._memberships.in_grace(community_id, *days, after=after, limit=BATCH)
        )

    def _extend_application(self, id: str, outage: Outage, reason: str, ctx: Context) -> bool:
        def work(tx: Transaction) -> bool:
            before = self._applications.require(id, tx=tx)
            extended = extend_time_to_pay(before, outage)
            if extended is None:
                return False
            after = self._applications.save(tx, extended)
            membership_id, pay_by = after["membership_id"], after["pay_by"]
            assert membership_id is not None  # it is approved
            assert pay_by is not None
            unpaid = self._memberships.require(membership_id, tx=tx)
            self._tell(tx, self._memberships.save(tx, with_time_to_pay(unpaid, pay_by)))
            reminder: PaymentReminder = {**application_facts(after), "pay_by": pay_by}
            tx.emit(PAYMENT_REMINDER_DUE, after, reminder)
            tx.audit("extend_time_to_pay", before, after, reason=reason)
            return True

        return self._uow.run(ctx, work)

    def _extend_membership(self, id: str, outage: Outage, reason: str, ctx: Context) -> bool:
        def work(tx: Transaction) -> bool:
            before = self._memberships.require(id, tx=tx)
            extended = extend_grace(before, outage, day_in(before["zone"], tx.now))
            if extended is None:
                return False
            after = save_and_tell_access(tx, self._memberships, before, extended, "more_grace")
            self._tell(tx, after)
            change_standing(
                tx,
                self._standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            tx.audit("extend_grace", before, after, reason=reason)
            return True

        return self._uow.run(ctx, work)

    def _tell(self, tx: Transaction, membership: Membership) -> None:
        """Lets payments know until when the term that awaits its payment can be paid."""
        awaiting = memberships.awaiting_term(membership)
        if awaiting is None or awaiting["pay_by"] is None:
            return
        extended = purchase_id(awaiting, awaiting["id"])
        facts: PurchaseExtended = {
            "purchase_id": extended,
            "community_id": membership["community_id"],
            "pay_by": awaiting["pay_by"],
        }
        tx.emit(PURCHASE_EXTENDED, {"_id": extended, "version": membership["version"]}, facts)


def _ids(page: Callable[[str | None], Page[Any]]) -> Iterator[str]:
    """The ids on all pages."""
    after = None
    while True:
        found, after = page(after)
        for document in found:
            yield document["_id"]
        if after is None:
            return
