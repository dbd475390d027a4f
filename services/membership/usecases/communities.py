"""Communities and who holds which role in them."""

from typing import Any

from chassis.aggregates import check_version
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import SYSTEM
from services.membership.domain import communities as domain
from services.membership.domain.communities import Community
from services.membership.domain.people import Person
from services.membership.domain.standings import (
    OPERATOR,
    Standing,
    nothing_yet,
    standing_id,
    with_role,
    without_role,
)
from services.membership.store.communities import Communities, Forms, MemberNumbers
from services.membership.store.standings import Standings
from services.membership.usecases.access import OWNERS, Access
from services.membership.usecases.people import PeopleUseCases
from services.membership.usecases.standings import store_standing, tell_standing


class CommunityUseCases:
    """Communities and their forms."""

    def __init__(
        self,
        *,
        communities: Communities,
        forms: Forms,
        numbers: MemberNumbers,
        standings: Standings,
        people: PeopleUseCases,
        access: Access,
        uow: UnitOfWork,
    ) -> None:
        self._communities = communities
        self._forms = forms
        self._numbers = numbers
        self._standings = standings
        self._people = people
        self._access = access
        self._uow = uow

    def create(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """An operator creates a community and names its first owner."""
        self._access.require_role(ctx, SYSTEM, ())
        asked = domain.new_community(id=new_id("com"), asked=request)
        email, locale = request["owner_email"], request["locale"]

        def work(tx: Transaction, owner: Person) -> dict[str, Any]:
            community = self._communities.insert(tx, {**asked, "owners": 1})
            self._forms.add(tx, community)
            first = community["policy"]["first_member_number"]
            self._numbers.start(tx, community["_id"], first)
            first_owner = nothing_yet(community["_id"], owner["_id"], community["zone"])
            store_standing(tx, self._standings, with_role(first_owner, "owner"))
            # A community's own trail is read by its id, like that of all that is in it.
            tx.audit(
                "create_community",
                None,
                {**community, "community_id": community["_id"]},
                owner=owner["_id"],
            )
            return community_view(community)

        known = self._people.by_address(email)
        return self._people.unit_with(known, email, locale, ctx, work)

    def get(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """A community as anybody may see it."""
        return community_view(self._communities.require(request["community_id"]))

    def page(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """All communities by id."""
        found, following = self._communities.page(
            {}, after=request["after"], limit=request["limit"]
        )
        return {"items": [community_view(community) for community in found], "next": following}

    def change_form(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Publishes a new version of the form; applications keep the version they answered."""
        community_id = request["community_id"]
        self._communities.fixed(community_id)
        self._access.require_role(ctx, community_id, OWNERS)

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._communities.require(community_id, tx=tx)
            check_version(before, request["expected_version"])
            after = self._communities.save(tx, domain.change_form(before, request["form"]))
            self._forms.add(tx, after)
            tx.audit(
                "change_form",
                before,
                {**after, "community_id": community_id},
                form_version=after["form_version"],
            )
            return community_view(after)

        return self._uow.run(ctx, work)

    def get_form(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The form as it stood in one version."""
        return self._forms.require(request["community_id"], request["form_version"])


class RoleUseCases:
    """Roles in communities, and the operators of the system."""

    def __init__(
        self,
        *,
        communities: Communities,
        standings: Standings,
        people: PeopleUseCases,
        access: Access,
        uow: UnitOfWork,
    ) -> None:
        self._communities = communities
        self._standings = standings
        self._people = people
        self._access = access
        self._uow = uow

    def create_operator(self, email: str, locale: str, ctx: Context) -> Person:
        """The first operator of an empty system; raises DomainError(OPERATOR_EXISTS) ever after."""
        person = self._people.ensure(email, locale, ctx)

        def work(tx: Transaction) -> Person:
            operator = with_role(nothing_yet(SYSTEM, person["_id"], "UTC"), OPERATOR)
            standing = self._standings.insert_first_operator(tx, operator)
            tell_standing(tx, standing)
            tx.audit("create_operator", None, standing, kind="standing", role=OPERATOR)
            return person

        return self._uow.run(ctx, work)

    def grant(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Gives a role to the person behind an address; giving it twice is giving it once."""
        community = self._owned(request["community_id"], ctx)
        email, role = request["email"], request["role"]

        def work(tx: Transaction, person: Person) -> dict[str, Any]:
            found = self._standings.get(standing_id(community["_id"], person["_id"]), tx=tx)
            if found is not None and role in found["roles"]:
                return _holder(found, person["name"])
            if role == "owner":
                self._communities.count_owner(tx, community["_id"])
            before = found or nothing_yet(community["_id"], person["_id"], community["zone"])
            after = store_standing(tx, self._standings, with_role(before, role))
            tx.audit("grant_role", found, after, kind="standing", role=role)
            return _holder(after, person["name"])

        known = self._people.by_address(email)
        return self._people.unit_with(known, email, community["locale"], ctx, work)

    def revoke(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Takes a role back; raises DomainError(LAST_OWNER) for the last owner."""
        community = self._owned(request["community_id"], ctx)
        person_id, role = request["person_id"], request["role"]

        def work(tx: Transaction) -> dict[str, Any]:
            before, name = self._standings.named(tx, standing_id(community["_id"], person_id))
            if before is None or role not in before["roles"]:
                raise DomainError(OBJECT_NOT_FOUND, noun="role")
            if role == "owner":
                self._communities.discount_owner(tx, community["_id"])
            after = self._standings.save(tx, without_role(before, role))
            tell_standing(tx, after)
            tx.audit("revoke_role", before, after, kind="standing", role=role)
            return _holder(after, name)

        return self._uow.run(ctx, work)

    def page(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Who holds which role in a community."""
        community = self._owned(request["community_id"], ctx)
        found, following = self._standings.role_holders(
            community["_id"], after=request["after"], limit=request["limit"]
        )
        holders = [_holder(standing, standing["name"]) for standing in found]
        return {"items": holders, "next": following}

    def _owned(self, community_id: str, ctx: Context) -> Community:
        community = self._communities.fixed(community_id)
        self._access.require_role(ctx, community_id, OWNERS)
        return community


def community_view(community: Community) -> dict[str, Any]:
    return {**community, "id": community["_id"]}


def _holder(standing: Standing, name: str) -> dict[str, Any]:
    return {"person_id": standing["person_id"], "name": name, "roles": standing["roles"]}
