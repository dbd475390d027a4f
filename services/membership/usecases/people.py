"""People: known by address, created when they first appear."""

from typing import Any

from chassis.aggregates import check_version
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import SYSTEM
from services.membership.domain.people import Person, new_person, same_address
from services.membership.domain.standings import OPERATOR
from services.membership.store.people import EmailTaken, People
from services.membership.usecases.access import Access


class PeopleUseCases:
    """Own data, and where to reach somebody."""

    def __init__(self, people: People, access: Access, uow: UnitOfWork) -> None:
        self._people = people
        self._access = access
        self._uow = uow

    def ensure(self, email: str, locale: str, ctx: Context) -> Person:
        """The person behind an address, created if unknown; done before the unit of work that
        needs it, and harmless when that one fails."""
        address = same_address(email)
        found = self._people.by_email(address)
        return found if found is not None else self._create(address, locale, ctx)

    def get_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The signed-in person."""
        return self._view(self._people.require(ctx.person()), ctx)

    def change_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Changes own name or language."""
        wanted: dict[str, Any] = {
            name: request[name] for name in ("name", "locale") if name in request
        }

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._people.require(ctx.person(), tx=tx)
            check_version(before, request["expected_version"])
            after = self._people.save(tx, {**before, **wanted})
            tx.audit("change_person", before, after)
            return self._view(after, ctx)

        return self._uow.run(ctx, work)

    def get_recipient(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Where and in which language to reach a person."""
        person = self._people.require(request["person_id"])
        return {
            "person_id": person["_id"],
            "email": person["email"],
            "name": person["name"],
            "locale": person["locale"],
        }

    def _create(self, address: str, locale: str, ctx: Context) -> Person:
        def work(tx: Transaction) -> Person:
            person = new_person(id=new_id("per"), email=address, locale=locale)
            stored = self._people.insert(tx, person)
            tx.audit("create_person", None, stored)
            return stored

        try:
            return self._uow.run(ctx.keyless(), work)
        except EmailTaken:
            found = self._people.by_email(address)
            assert found is not None  # people are never deleted
            return found

    def _view(self, person: Person, ctx: Context) -> dict[str, Any]:
        is_operator = OPERATOR in self._access.roles(ctx, SYSTEM)
        return {**person, "id": person["_id"], "is_operator": is_operator}
