"""People: known by address, created when they first appear."""

from collections.abc import Callable
from typing import Any, TypeVar

from chassis.aggregates import check_version
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from services.membership.domain.people import Person, new_person, same_address
from services.membership.domain.standings import OPERATOR
from services.membership.store.people import EmailTaken, People
from services.membership.usecases.access import Access

T = TypeVar("T")


class PeopleUseCases:
    """Own data, and where to reach somebody."""

    def __init__(self, people: People, access: Access, uow: UnitOfWork) -> None:
        self._people = people
        self._access = access
        self._uow = uow

    def ensure(self, email: str, locale: str, ctx: Context) -> Person:
        """The person behind an address, created if unknown."""
        known = self.by_address(email)
        return known or self.unit_with(
            None, email, locale, ctx.keyless(), lambda tx, person: person
        )

    def by_address(self, email: str) -> Person | None:
        """The person behind an address, if known."""
        return self._people.by_email(same_address(email))

    def unit_with(
        self,
        known: Person | None,
        email: str,
        locale: str,
        ctx: Context,
        work: Callable[[Transaction, Person], T],
    ) -> T:
        """A unit of work for the person behind an address, who was found as `known` before, or is
        created in it."""
        address = same_address(email)

        def with_known(tx: Transaction) -> T:
            return work(tx, known or self._create(tx, address, locale))

        def with_quicker(tx: Transaction) -> T:
            person = self._people.by_email(address, tx=tx)
            assert person is not None  # people are never deleted
            return work(tx, person)

        try:
            return self._uow.run(ctx, with_known)
        except EmailTaken:
            return self._uow.run(ctx, with_quicker)

    def get_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The signed-in person."""
        return _view(*self._access.read(ctx, self._people, ctx.person()))

    def change_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Changes own name or language."""
        wanted: dict[str, Any] = {
            name: request[name] for name in ("name", "locale") if name in request
        }

        def work(tx: Transaction) -> dict[str, Any]:
            before, held = self._access.read(ctx, self._people, ctx.person(), tx=tx)
            check_version(before, request["expected_version"])
            after = self._people.save(tx, {**before, **wanted})
            tx.audit("change_person", before, after)
            return _view(after, held)

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

    def _create(self, tx: Transaction, address: str, locale: str) -> Person:
        person = new_person(id=new_id("per"), email=address, locale=locale)
        stored = self._people.insert(tx, person)
        tx.audit("create_person", None, stored)
        return stored


def _view(person: Person, held: frozenset[str]) -> dict[str, Any]:
    """A person as they see themselves; `held` are their roles in the system."""
    return {**person, "id": person["_id"], "is_operator": OPERATOR in held}
