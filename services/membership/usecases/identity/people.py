"""People: known by address, created when they first appear."""

from collections.abc import Callable
from typing import TypeVar

from chassis.access import Caller
from chassis.aggregates import PageAnswer, check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.access import OPERATORS
from contracts.membership.people import MOST_FOUND, MOST_ROLES
from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community
from services.membership.domain.identity.people import (
    Person,
    address_of,
    display_name,
    new_person,
    require_not_erased,
)
from services.membership.domain.terms.standings import Standing
from services.membership.store import Stores
from services.membership.store.identity.people import EmailTaken, Named
from services.membership.store.terms.memberships import BELONGING
from services.membership.usecases.access import Access
from services.membership.usecases.communities.heads import head_view

T = TypeVar("T")


class PersonUseCases:
    """Own data, and where to reach somebody."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._people = stores.people
        self._applications = stores.applications
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._uow = uow
        self._access = access

    # Addresses come in their one form here (`contracts.addresses`).

    def ensure(self, email: str, locale: str, ctx: Context) -> Person:
        """The person behind an address, created if unknown."""
        known = self.by_address(email)
        return known or self.unit_with(
            None, email, locale, ctx.without_key(), lambda tx, person: person
        )

    def by_address(self, email: str) -> Person | None:
        """The person behind an address, if known."""
        return self._people.by_email(email)

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

        def with_known(tx: Transaction) -> T:
            return work(tx, known or self._create(tx, email, locale))

        def with_quicker(tx: Transaction) -> T:
            # Nobody again, if who was quicker has changed their address since.
            return work(tx, self._people.by_email(email, tx=tx) or self._create(tx, email, locale))

        try:
            return self._uow.run(ctx, with_known)
        except EmailTaken:
            return self._uow.run(ctx, with_quicker)

    def get_me(self, request: wire.GetMe, ctx: Context) -> wire.Me:
        """The signed-in person."""
        me, roles = self._me(ctx), None
        if request["include"] is not None:
            found = self._standings.roles_of(me["id"], MOST_ROLES)
            roles = [_roles_view(standing, community) for standing, community in found]
        return {**me, "roles": roles}

    def list_me(self, request: wire.PageRequest, ctx: Context) -> PageAnswer[wire.Person]:
        """The signed-in person as a list of one, for their export."""
        return {"items": [self._me(ctx)], "next": None}

    def change_me(self, request: wire.ChangeMe, ctx: Context) -> wire.Person:
        """Changes own name or language."""

        def work(tx: Transaction) -> wire.Person:
            before, caller = self._access.read(ctx, self._people, ctx.require_person(), tx=tx)
            require_not_erased(before)
            name = request.get("name", before["name"])
            locale = request.get("locale", before["locale"])
            if is_made(before, request["expected_version"], {"name": name, "locale": locale}):
                return person_view(before, caller)
            check_version(before, request["expected_version"])
            changed: Person = {**before, "name": name, "locale": locale}
            after = self._people.save(tx, changed)
            if name != before["name"]:
                self._applications.rename(tx, after)
                self._memberships.rename(tx, after)
            tx.audit("change_person", before, after)
            return person_view(after, caller)

        return self._uow.run(ctx, work)

    def get_recipient(self, request: wire.RecipientRef, ctx: Context) -> wire.Recipient:
        """Where and in which language to reach a person."""
        person = self._people.require_known(request["person_id"])
        return {
            "person_id": person["_id"],
            "email": address_of(person),
            "name": person["name"],
            "locale": person["locale"],
        }

    def get_names(self, request: wire.NamesRef, ctx: Context) -> wire.Names:
        """What those of some people who belong to a community are called there."""
        found = self._memberships.people_of(
            request["community_id"], request["person_ids"], request["purpose"]
        )
        names: list[wire.Name] = []
        for person_id, person in found.items():
            name = name_of(person)
            if name is not None:
                names.append({"person_id": person_id, "display_name": name})
        return {"names": names}

    def find(self, request: wire.NameSearch, ctx: Context) -> wire.FoundPeople:
        """Whom of those who belong to a community a name finds there."""
        people, is_all = self._memberships.people_found(
            request["community_id"],
            request["search"],
            BELONGING[request["purpose"]],
            MOST_FOUND,
        )
        return {"person_ids": people, "is_all": is_all}

    def _me(self, ctx: Context) -> wire.Person:
        return person_view(*self._access.read(ctx, self._people, ctx.require_person()))

    def _create(self, tx: Transaction, email: str, locale: str) -> Person:
        person = new_person(id=new_id("per"), email=email, locale=locale)
        stored = self._people.insert(tx, person)
        tx.audit("create_person", None, stored)
        return stored


def person_view(person: Person, caller: Caller) -> wire.Person:
    """A person as they see themselves."""
    return {
        "id": person["_id"],
        "email": address_of(person),
        "name": person["name"],
        "locale": person["locale"],
        "is_operator": caller.may(OPERATORS),
        "version": person["version"],
        "created_at": person["created_at"],
    }


def _roles_view(standing: Standing, community: Community) -> wire.RolesHeld:
    return {"community": head_view(community), "roles": sorted(standing["roles"])}


def name_of(person: Named) -> str | None:
    """What staff call somebody who belongs to their community."""
    return display_name(person["name"], person["email"])
