"""Who operates the system: made, unmade, and never nobody once there was one."""

from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.access import OPERATOR
from contracts.errors import DEFAULT_LOCALE, OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import OPERATOR_EXISTS
from contracts.membership import GRANT_OPERATOR, LIST_OPERATORS, REVOKE_OPERATOR, SYSTEM
from contracts.types import membership as wire
from services.membership.domain.identity.people import Person
from services.membership.domain.terms.standings import (
    nothing_yet,
    standing_id,
    with_role,
    without_role,
)
from services.membership.store import Stores
from services.membership.store.terms.standings import OperatorExists
from services.membership.usecases.access import Access
from services.membership.usecases.communities.roles import holder
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.terms.standings import (
    emit_standing,
    store_standing,
    store_without_operator,
)


class OperatorUseCases:
    """One operator carries the mark `first_operator`, which a unique index gives to one at a time.

    Whoever has it can only be revoked by giving it to another one, who is thereby kept from being
    revoked at the same time: so two revocations at once never leave nobody.
    """

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, people: PersonUseCases, access: Access
    ) -> None:
        self._standings = stores.standings
        self._person_store = stores.people
        self._uow = uow
        self._people = people
        self._access = access

    def create(self, email: str, locale: str, ctx: Context) -> Person:
        """The first operator of an empty system; raises DomainError(OPERATOR_EXISTS) ever after."""
        person = self._people.ensure(email, locale, ctx)

        def work(tx: Transaction) -> Person:
            if self._standings.get(standing_id(SYSTEM, person["_id"]), tx=tx) is not None:
                raise DomainError(OPERATOR_EXISTS)
            operator = with_role(nothing_yet(SYSTEM, person["_id"], "UTC"), OPERATOR)
            standing = self._standings.insert(tx, {**operator, "first_operator": True})
            emit_standing(tx, standing)
            tx.audit("create_operator", None, standing, kind="standing", role=OPERATOR)
            return person

        try:
            return self._uow.run(ctx, work)
        except OperatorExists:
            raise DomainError(OPERATOR_EXISTS) from None

    def list_all(self, request: wire.PageRequest, ctx: Context) -> wire.RoleHolders:
        """Everybody who operates the system."""
        self._access.require(ctx, LIST_OPERATORS.who, SYSTEM)
        page = self._standings.role_holders(SYSTEM, after=request["after"], limit=request["limit"])
        return page.answer(lambda standing: holder(standing, standing["person"]))

    def grant(self, request: wire.GrantOperator, ctx: Context) -> wire.RoleHolder:
        """Makes the person behind an address an operator; twice is once."""
        self._access.require(ctx, GRANT_OPERATOR.who, SYSTEM)
        email = request["email"]

        def work(tx: Transaction, person: Person) -> wire.RoleHolder:
            self._person_store.mention(tx, [person["_id"]])
            found = self._standings.get(standing_id(SYSTEM, person["_id"]), tx=tx)
            if found is not None and OPERATOR in found["roles"]:
                return holder(found, person)
            before = found or nothing_yet(SYSTEM, person["_id"], "UTC")
            after = store_standing(tx, self._standings, with_role(before, OPERATOR))
            tx.audit("grant_operator", found, after, kind="standing", role=OPERATOR)
            return holder(after, person)

        known = self._people.by_address(email)
        return self._people.unit_with(known, email, DEFAULT_LOCALE, ctx, work)

    def revoke(self, request: wire.RevokeOperator, ctx: Context) -> wire.RoleHolder:
        """Takes the role back; raises DomainError(LAST_OPERATOR) for the last one."""
        self._access.require(ctx, REVOKE_OPERATOR.who, SYSTEM)
        person_id = request["person_id"]

        def work(tx: Transaction) -> wire.RoleHolder:
            before, person = self._standings.named(tx, standing_id(SYSTEM, person_id))
            if before is None or OPERATOR not in before["roles"]:
                raise DomainError(OBJECT_NOT_FOUND, noun="operator")
            without = without_role(before, OPERATOR)
            after = store_without_operator(tx, self._standings, without)
            tx.audit("revoke_operator", before, after, kind="standing", role=OPERATOR)
            return holder(after, person)

        return self._uow.run(ctx, work)
