"""What a ban ends, and what its end gives back, inside the unit of work of its entry (ADR 0095)."""

from chassis.uow import Transaction
from services.membership.domain.terms import suspensions
from services.membership.domain.terms.memberships import Membership, is_suspended_for_good
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications
from services.membership.store import Stores
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.suspensions import save_lifted, save_suspended
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.withdrawals import Withdrawals


class Bans:
    """Used where entries of people come on the block list, and go."""

    def __init__(self, *, stores: Stores, withdrawals: Withdrawals) -> None:
        self._applications, self._memberships = stores.applications, stores.memberships
        self._standings, self._withdrawals = stores.standings, withdrawals

    def put_out(self, tx: Transaction, community_id: str, person_id: str) -> str | None:
        """Ends what is live of somebody; the membership that it suspended, if it did."""
        application = self._applications.live_of(community_id, person_id, tx=tx)
        if application is not None:
            ended = self._applications.save(tx, applications.withdraw(application, tx.now))
            if application["state"] == "approved":
                self._withdrawals.cancel(tx, ended, "application_withdrawn")
            tx.audit("withdraw_application", application, ended)
        found = self._memberships.live_of_people(tx, community_id, [person_id])
        before = found.get(person_id)
        if before is None:
            return None
        if is_suspended_for_good(before):  # by an owner, who said why, or by an earlier ban
            return None if "suspension_reason" in before else before["_id"]
        banned = suspensions.ban(before, day_in(before["zone"], tx.now))
        after = save_suspended(tx, self._memberships, before, banned)
        self._tell(tx, before, after)
        tx.audit("suspend_membership", before, after)
        return after["_id"]

    def let_in(self, tx: Transaction, membership_id: str) -> None:
        """Lifts the suspension that a ban made, unless somebody did already, or suspended them
        for a reason of its own since."""
        before = self._memberships.get(membership_id, tx=tx)
        if before is None or not before["live"] or not is_suspended_for_good(before):
            return
        if "suspension_reason" in before:
            return
        lifted = suspensions.lift_ban(before, day_in(before["zone"], tx.now))
        save = save_suspended if lifted["state"] == "suspended" else save_lifted
        after = save(tx, self._memberships, before, lifted)
        self._tell(tx, before, after)
        tx.audit("lift_suspension", before, after)

    def _tell(self, tx: Transaction, before: Membership, after: Membership) -> None:
        change_standing(
            tx,
            self._standings,
            after["community_id"],
            after["person_id"],
            after["zone"],
            lambda standing: with_membership(standing, after),
        )
        tell_dates(tx, before, after)
