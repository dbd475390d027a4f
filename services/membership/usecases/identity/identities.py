"""Identities: who somebody is by them, linked and unlinked (ADR 0073)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from chassis.access import require_own, require_self
from chassis.aggregates import PageAnswer
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.membership import EMAIL_PRESENT, IDENTITY_TAKEN, LINK_CODE_WRONG
from contracts.membership import (
    IDENTITY_LINKED,
    IDENTITY_UNLINKED,
    LINK_BY_CODE,
    UNLINK_IDENTITY,
)
from contracts.types import membership as wire
from services.membership.domain.identity import identities as domain
from services.membership.domain.identity.identities import Identity, Shown, best_of
from services.membership.domain.identity.people import (
    Person,
    address_of,
    new_person_without_address,
)
from services.membership.domain.identity.sign_in import Challenge
from services.membership.store import Stores
from services.membership.store.identity.identities import KeyTaken
from services.membership.store.identity.people import EmailTaken
from services.membership.usecases.identity.sessions import SessionUseCases

T = TypeVar("T")
Work = Callable[[Transaction, Person, bool], T]  # the last: whether the person came just now


class IdentityUseCases:
    """What somebody has besides an address."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, sessions: SessionUseCases) -> None:
        self._identities = stores.identities
        self._people = stores.people
        self._challenges = stores.challenges
        self._uow = uow
        self._sessions = sessions

    def unit_with(self, shown: Shown, locale: str, ctx: Context, work: Work[T]) -> T:
        """A unit of work for the person who showed this; created in it at the first time."""

        def attempt(tx: Transaction) -> T:
            found = self._identities.by_keys(tx, shown.keys)
            identity = best_of(found, shown)
            if identity is None:
                person = self._create(tx, shown, locale)
                self._link(tx, person["_id"], shown)
                return work(tx, person, True)
            learned = domain.learn(identity, found, shown)
            if learned is not identity:
                self._identities.save(tx, learned)
                tx.audit("learn_identity", identity, learned, person=identity["person_id"])
            # Written, so that no session outlives an unlinking or an erasure at the same moment.
            return work(tx, self._people.mentioned(tx, identity["person_id"]), False)

        try:
            return self._uow.run(ctx, attempt)
        except KeyTaken:  # somebody was quicker: now it is known whose it is
            return self._uow.run(ctx, attempt)

    def link(self, shown: Shown, person_id: str, ctx: Context) -> wire.Identity:
        """Makes it the person's; what is theirs already stays so.

        Raises DomainError(IDENTITY_TAKEN) when it is another person's.
        """
        return self._taking(lambda: self._uow.run(ctx, lambda tx: self._take(tx, shown, person_id)))

    def link_by_challenge(
        self, challenge: Challenge, use: Callable[[Transaction], bool], ctx: Context
    ) -> wire.Identities:
        """Links where the challenge's code went; `use` spends it."""
        person_id = require_self(ctx, LINK_BY_CODE.who)

        def work(tx: Transaction) -> wire.Identities:
            if not use(tx):
                raise DomainError(LINK_CODE_WRONG)
            if "phone" in challenge:
                self._take(tx, domain.shown_phone(challenge["phone"]), person_id)
            person = self._people.require_known(person_id, tx=tx)
            if "email" in challenge:
                person = self._with_address(tx, person, challenge["email"])
            return _listed(person, self._identities.all_of_person(tx, person_id))

        return self._taking(lambda: self._uow.run(ctx, work))

    def list_mine(self, request: wire.Empty, ctx: Context) -> wire.Identities:
        """All by which the signed-in person can come."""
        person = self._people.require_known(ctx.require_person())
        found = self._identities.of_person(person["_id"], after=None, limit=domain.MOST)
        return _listed(person, found.items)

    def list_page(self, request: wire.PageRequest, ctx: Context) -> PageAnswer[wire.Identity]:
        """A page of them, for the export of a person."""
        page = self._identities.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(_view)

    def unlink(self, request: wire.IdentityRef, ctx: Context) -> wire.Empty:
        """Takes one away, and ends the sessions that others may have opened by it."""

        def work(tx: Transaction) -> wire.Empty:
            identity = self._identities.require(request["identity_id"], tx=tx)
            require_own(ctx, UNLINK_IDENTITY.who, identity["person_id"], self._identities.noun)
            ctx.require_recent_sign_in()
            # Two at once meet here, so that one way is left.
            before = self._people.require_known(identity["person_id"], tx=tx)
            mine = self._identities.all_of_person(tx, before["_id"])
            domain.require_other_way(before, len(mine))
            person = self._people.save(tx, before)
            self._identities.remove(tx, identity["_id"])
            tx.emit(IDENTITY_UNLINKED, identity, _facts(identity))
            count = self._sessions.end_others(tx, person, ctx.actor.session_id)
            tx.audit("unlink_identity", identity, identity, person=before["_id"], sessions=count)
            return {}

        return self._uow.run(ctx, work)

    def _with_address(self, tx: Transaction, before: Person, email: str) -> Person:
        if address_of(before) is not None:
            raise DomainError(EMAIL_PRESENT)
        changed: Person = {**before, "email": email}
        after = self._people.save(tx, changed)
        facts: wire.IdentityFacts = {
            "identity_id": None,
            "person_id": after["_id"],
            "way": "email",
        }
        tx.emit(IDENTITY_LINKED, after, facts)
        tx.audit("link_email", before, after)
        return after

    def _take(self, tx: Transaction, shown: Shown, person_id: str) -> wire.Identity:
        found = self._identities.by_keys(tx, shown.keys)
        if any(identity["person_id"] != person_id for identity in found):
            raise DomainError(IDENTITY_TAKEN)
        mine = best_of(found, shown)
        if mine is not None:
            learned = domain.learn(mine, found, shown)
            return _view(mine if learned is mine else self._identities.save(tx, learned))
        self._people.mention(tx, [person_id])
        domain.require_room(len(self._identities.all_of_person(tx, person_id)))
        linked = self._link(tx, person_id, shown)
        tx.emit(IDENTITY_LINKED, linked, _facts(linked))
        return _view(linked)

    def _link(self, tx: Transaction, person_id: str, shown: Shown) -> Identity:
        identity = domain.new_identity(id=new_id("idn"), person_id=person_id, shown=shown)
        linked = self._identities.insert(tx, identity)
        tx.audit("link_identity", None, linked, person=person_id)
        return linked

    def _create(self, tx: Transaction, shown: Shown, locale: str) -> Person:
        person = new_person_without_address(id=new_id("per"), name=shown.name, locale=locale)
        stored = self._people.insert(tx, person)
        tx.audit("create_person", None, stored)
        return stored

    def _taking(self, link: Callable[[], T]) -> T:
        """Whoever was quicker may have been the same person."""
        try:
            return link()
        except KeyTaken:
            return link()
        except EmailTaken:
            raise DomainError(IDENTITY_TAKEN) from None


def _facts(identity: Identity) -> wire.IdentityFacts:
    return {
        "identity_id": identity["_id"],
        "person_id": identity["person_id"],
        "way": identity["way"],
    }


def _view(identity: Identity) -> wire.Identity:
    return {
        "id": identity["_id"],
        "way": identity["way"],
        "label": identity["label"],
        "linked_at": identity["created_at"],
    }


def _listed(person: Person, found: Sequence[Identity]) -> wire.Identities:
    return {"email": address_of(person), "identities": [_view(identity) for identity in found]}
