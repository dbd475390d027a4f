"""The operators' command `extend-deadlines`: more time where nobody could act (rules.md §2.19)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from chassis.aggregates import Page
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import PAYMENT_REMINDER_DUE
from contracts.types.membership import PaymentReminder
from services.membership.domain.terms import memberships
from services.membership.domain.terms.outages import (
    Outage,
    extend_grace,
    extend_time_to_pay,
)
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in, days_between
from services.membership.domain.vetting import applications
from services.membership.store import Stores
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.withdrawals import extend_purchases
from services.membership.usecases.vetting.views import application_facts

BATCH = 100


class Extended(NamedTuple):
    """How many of one community got more time, and how much at the most."""

    community_id: str
    applications: int
    more_time: dt.timedelta
    memberships: int
    more_days: int


class OutageUseCases:
    """One unit of work each; after a crash the same command does the rest."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._applications = stores.applications
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._standings = stores.standings
        self._uow = uow

    def extend_deadlines(
        self, outage: Outage, reason: str, ctx: Context, *, dry_run: bool = False
    ) -> Iterator[Extended]:
        """Gives approved applicants, and members in grace, the time back that an outage took; one
        community after the other, those in which nothing changes left out. A dry run finds the same
        and changes nothing."""
        for community in self._communities.ids():
            times, days = list[dt.timedelta](), list[int]()
            for id in self._approved(community["_id"]):
                time = self._extend_application(id, outage, reason, ctx, dry_run=dry_run)
                times += [] if time is None else [time]
            for id in self._in_grace(community["_id"], outage):
                more = self._extend_membership(id, outage, reason, ctx, dry_run=dry_run)
                days += [] if more is None else [more]
            if times or days:
                most = max(times, default=dt.timedelta()), max(days, default=0)
                yield Extended(community["_id"], len(times), most[0], len(days), most[1])

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

    def _extend_application(
        self, id: str, outage: Outage, reason: str, ctx: Context, *, dry_run: bool
    ) -> dt.timedelta | None:
        """By how much one has more time."""

        def work(tx: Transaction) -> dt.timedelta | None:
            before = self._applications.require(id, tx=tx)
            extended = extend_time_to_pay(before, outage)
            if extended is None:
                return None
            _, pay_by_before = applications.payment_times(before)
            _, pay_by = applications.payment_times(extended)
            if dry_run:
                return pay_by - pay_by_before
            after = self._applications.save(tx, extended)
            membership_id = after["membership_id"]
            assert membership_id is not None  # it is approved
            unpaid = self._memberships.require(membership_id, tx=tx)
            payable = memberships.with_time_to_pay(unpaid, pay_by)
            extend_purchases(tx, unpaid, self._memberships.save(tx, payable))
            reminder: PaymentReminder = {**application_facts(after), "pay_by": pay_by}
            tx.emit(PAYMENT_REMINDER_DUE, after, reminder)
            tx.audit("extend_time_to_pay", before, after, reason=reason)
            return pay_by - pay_by_before

        return self._uow.run(ctx, work)

    def _extend_membership(
        self, id: str, outage: Outage, reason: str, ctx: Context, *, dry_run: bool
    ) -> int | None:
        """By how many days one has more grace."""

        def work(tx: Transaction) -> int | None:
            before = self._memberships.require(id, tx=tx)
            extended = extend_grace(before, outage, day_in(before["zone"], tx.now))
            if extended is None:
                return None
            more = days_between(*(memberships.end_dates(one)[1] for one in (before, extended)))
            if dry_run:
                return more
            after = save_and_tell_access(tx, self._memberships, before, extended, "more_grace")
            extend_purchases(tx, before, after)
            tell_dates(tx, before, after)
            change_standing(
                tx,
                self._standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            tx.audit("extend_grace", before, after, reason=reason)
            return more

        return self._uow.run(ctx, work)


def _ids(page: Callable[[str | None], Page[Any]]) -> Iterator[str]:
    """The ids on all pages."""
    after = None
    while True:
        found, after = page(after)
        for document in found:
            yield document["_id"]
        if after is None:
            return
