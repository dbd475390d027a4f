"""What membership itself has of a person who is erased, and how it goes.

Step by step, each aggregate in a unit of work of its own, so that somebody with much takes no
longer transaction than others. A crash leaves the erasure due, and every step does only what is
left.
"""

from collections.abc import Iterator
from functools import partial
from typing import Protocol

from chassis.aggregates import A, Page
from chassis.clock import real_now
from chassis.commit_updates import CommitUpdates
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.access import OPERATOR
from contracts.errors import DomainError
from contracts.errors.membership import ERASURE_BLOCKED
from contracts.membership import CANCELLED, PERSON_ERASED, SESSIONS_ENDED
from contracts.types import membership as wire
from services.membership.domain.identity import people
from services.membership.domain.identity.erasure import Erasure
from services.membership.domain.identity.identities import PHONE
from services.membership.domain.terms import memberships
from services.membership.domain.terms.standings import Standing, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications, vouching
from services.membership.domain.vetting.screening_keys import person_digests
from services.membership.store import Stores
from services.membership.usecases.files.kept import KeptFiles
from services.membership.usecases.identity.api_keys import tell_of_keys_left
from services.membership.usecases.terms.standings import (
    change_standing,
    store_standing,
    store_without_operator,
)
from services.membership.usecases.terms.views import membership_facts
from services.membership.usecases.terms.withdrawals import Withdrawals, withdraw_purchases
from services.membership.usecases.vetting.answer_files import AnswerFiles

PAGE = 100
REASON = "person_erased"


class OfPerson(Protocol[A]):
    """A page of what belongs to a person."""

    def __call__(self, person_id: str, *, after: str | None, limit: int) -> Page[A]: ...


class ForgetOne(Protocol):
    """Forgets one aggregate, in a unit of work."""

    def __call__(self, tx: Transaction, id: str) -> None: ...


class Forgetting:
    """Used by the job that erases people."""

    def __init__(
        self,
        *,
        stores: Stores,
        commits: CommitUpdates,
        uow: UnitOfWork,
        withdrawals: Withdrawals,
    ) -> None:
        self._stores = stores
        self._commits = commits
        self._uow = uow
        self._withdrawals = withdrawals
        self._files = KeptFiles(stores=stores)
        self._answers = AnswerFiles(stores=stores)

    def require_unhindered(self, person_id: str) -> None:
        """Raises DomainError(ERASURE_BLOCKED) for the last owner of a community and the last
        operator: nobody could name another one afterwards."""
        for standing in _all(self._stores.standings.of_person, person_id):
            for role in standing["roles"]:
                self._require_other(standing, role)

    def _require_other(self, standing: Standing, role: str, tx: Transaction | None = None) -> None:
        if role not in ("owner", OPERATOR):
            return
        if not self._stores.standings.others_with(standing, role, tx=tx):
            raise DomainError(
                ERASURE_BLOCKED, hindrance=f"last_{role}", community_id=standing["community_id"]
            )

    def end_roles(self, person_id: str, ctx: Context) -> None:
        """Every role in every community, and what an owner noted about the member."""

        def end(tx: Transaction, id: str) -> None:
            before = self._stores.standings.require(id, tx=tx)
            for role in before["roles"]:
                self._require_other(before, role, tx)
            if "owner" in before["roles"]:
                self._stores.communities.discount_owner(tx, before["community_id"])
            ended: Standing = {**before, "roles": [], "segment": None, "city": None}
            operated = OPERATOR in before["roles"]
            store = store_without_operator if operated else store_standing
            after = store(tx, self._stores.standings, ended)
            if "owner" in before["roles"]:
                tell_of_keys_left(tx, self._stores.api_keys, after)
            tx.audit("end_roles", before, after, kind="standing")

        for standing in _all(self._stores.standings.of_person, person_id):
            if standing["roles"] or standing["segment"] or standing.get("city"):
                self._uow.run(ctx, partial(end, id=standing["_id"]))

    def forget(self, erasure: Erasure, ctx: Context) -> None:
        """All else. Raises what `end_roles` does, for a role that was given meanwhile."""
        person_id = erasure["person_id"]
        of_blocks = self._forget_person(erasure, ctx)
        self.end_roles(person_id, ctx)  # those that somebody gave meanwhile
        of_applications = self._for_each(
            self._stores.applications.of_person, person_id, self._forget_application, ctx
        )
        of_vouched = self._for_each(
            self._stores.applications.of_voucher,
            person_id,
            partial(self._forget_vouch, person_id),
            ctx,
        )
        of_memberships = self._for_each(
            self._stores.memberships.of_person, person_id, self._forget_membership, ctx
        )
        of_uploads = self._for_each(
            self._stores.uploads.of_person, person_id, self._forget_upload, ctx
        )
        standings = [one["_id"] for one in _all(self._stores.standings.of_person, person_id)]
        self._commits.forget_answers(
            person_id,
            [
                person_id,
                *of_applications,
                *of_vouched,
                *of_memberships,
                *of_uploads,
                *standings,
                *of_blocks,
            ],
        )

    def _forget_person(self, erasure: Erasure, ctx: Context) -> list[str]:
        """Name, address, identities and sessions; from here on the other services forget, too. The
        entries of block lists that no longer say why."""
        blocks: list[str] = []

        def work(tx: Transaction) -> None:
            blocks.clear()
            before = self._stores.people.require(erasure["person_id"], tx=tx)
            if "erased_at" in before:
                return  # a crash came between this and what follows
            self._stores.sessions.forget(tx, before["_id"])
            self._stores.challenges.forget(tx, before["email"])
            identities = self._stores.identities.all_of_person(tx, before["_id"])
            keys = [key for identity in identities for key in identity["keys"]]
            blocks.extend(self._stores.blocks.forget(tx, person_digests(before, keys)))
            for identity in identities:
                if identity["way"] == PHONE:
                    self._stores.challenges.forget_phone(tx, identity["label"])
            self._stores.identities.forget(tx, before["_id"])
            self._stores.sign_in_states.forget(tx, before["_id"])
            self._stores.email_changes.forget(tx, before["_id"])
            after = self._stores.people.save(tx, people.erase(before, tx.now))
            self._stores.applications.rename(tx, after)
            self._stores.memberships.rename(tx, after)
            facts: wire.PersonErased = {"erasure_id": erasure["_id"], "person_id": before["_id"]}
            tx.emit(PERSON_ERASED, after, facts)
            ended: wire.SessionsEnded = {
                "person_id": before["_id"],
                "session_id": None,
                "kept_session_id": None,
                "ended_at": real_now(),
            }
            tx.emit(SESSIONS_ENDED, after, ended)
            tx.audit("erase_person", before, after)

        self._uow.run(ctx, work)
        return blocks

    def _forget_application(self, tx: Transaction, id: str) -> None:
        before = self._stores.applications.require(id, tx=tx)
        ended = applications.withdraw(before, tx.now) if before["live"] else before
        after = applications.forget(ended)
        if after == before:
            return
        self._answers.free(tx, before)
        after = self._stores.applications.save(tx, after)
        self._stores.notes.forget(tx, after)
        if before["state"] == "approved":
            self._withdrawals.cancel(tx, after, REASON)
        tx.audit("erase_application", before, after)

    def _forget_vouch(self, person_id: str, tx: Transaction, id: str) -> None:
        """What they said for somebody else, who keeps the vouch."""
        before = self._stores.applications.require(id, tx=tx)
        after = vouching.forget_words(before, person_id)
        if after != before:
            after = self._stores.applications.save(tx, after)
            tx.audit("erase_vouch", before, after)

    def _forget_membership(self, tx: Transaction, id: str) -> None:
        """It ends without money going back, and announces that where it had begun."""
        before = self._stores.memberships.require(id, tx=tx)
        begun = before["ends_on"] is not None
        ends = before["live"] and (begun or before["state"] != "cancelled")
        after = memberships.forget(memberships.cancel(before) if ends else before)
        if after == before:
            return
        if ends and begun:  # for figures of the time that they were there
            after["ended_on"] = day_in(before["zone"], tx.now)
        is_public = ends and begun and before["state"] != "cancelled"
        after = {**after, "sequence": before["sequence"] + is_public}
        after = self._stores.memberships.save(tx, after)
        if ends:
            change_standing(
                tx,
                self._stores.standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            withdraw_purchases(tx, before, after, REASON)
        if is_public:
            facts = membership_facts(before, after, "erased")
            tx.emit(CANCELLED, after, facts, sequence=after["sequence"])
        tx.audit("erase_membership", before, after)

    def _forget_upload(self, tx: Transaction, id: str) -> None:
        """One that is claimed belongs to what needs it, and goes with that."""
        upload = self._stores.uploads.get(id, tx=tx)
        if upload is not None and upload["state"] != "claimed":
            self._files.remove(tx, id)

    def _for_each(
        self,
        of_person: OfPerson[A],
        person_id: str,
        forget: ForgetOne,
        ctx: Context,
    ) -> list[str]:
        """Forgets each in a unit of work of its own; their ids."""
        ids = [document["_id"] for document in _all(of_person, person_id)]
        for id in ids:
            self._uow.run(ctx, partial(forget, id=id))
        return ids


def _all(of_person: OfPerson[A], person_id: str) -> Iterator[A]:
    """Everything that belongs to the person, page by page."""
    after = None
    while True:
        found, after = of_person(person_id, after=after, limit=PAGE)
        yield from found
        if after is None:
            return
