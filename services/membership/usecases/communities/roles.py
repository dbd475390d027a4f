"""Who holds which role in a community."""

from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.access import Who
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import GRANT_ROLE, LIST_ROLES, MOST_HOLDERS, REVOKE_ROLE
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.identity.people import Person, address_of
from services.membership.domain.terms.standings import (
    Standing,
    nothing_yet,
    standing_id,
    with_role,
    without_role,
)
from services.membership.store import Stores
from services.membership.store.identity.people import Named
from services.membership.usecases.access import Access
from services.membership.usecases.identity.api_keys import tell_of_keys_left
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.terms.standings import emit_standing, store_standing


class RoleUseCases:
    """Roles in communities."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, people: PersonUseCases, access: Access
    ) -> None:
        self._communities = stores.communities
        self._standings = stores.standings
        self._keys = stores.api_keys
        self._person_store = stores.people
        self._uow = uow
        self._people = people
        self._access = access

    def grant(self, request: wire.GrantRole, ctx: Context) -> wire.RoleGiven:
        """Gives a role to the person behind an address; giving it twice is giving it once.

        The answer is the same whoever that is, or else any owner learns the name of anybody.
        """
        community = self._require_owned(request["community_id"], GRANT_ROLE.who, ctx)
        email, role = request["email"], request["role"]
        if role == "owner":
            ctx.require_recent_sign_in()

        def work(tx: Transaction, person: Person) -> wire.RoleGiven:
            self._person_store.mention(tx, [person["_id"]])
            given: wire.RoleGiven = {"email": email, "role": role}
            found = self._standings.get(standing_id(community["_id"], person["_id"]), tx=tx)
            if found is not None and role in found["roles"]:
                return given
            if role == "owner":
                self._communities.count_owner(tx, community["_id"])
            before = found or nothing_yet(community["_id"], person["_id"], community["zone"])
            after = store_standing(tx, self._standings, with_role(before, role))
            tx.audit("grant_role", found, after, kind="standing", role=role)
            return given

        known = self._people.by_address(email)
        return self._people.unit_with(known, email, community["locale"], ctx, work)

    def revoke(self, request: wire.RevokeRole, ctx: Context) -> wire.RoleHolder:
        """Takes a role back; raises DomainError(LAST_OWNER) for the last owner."""
        community = self._require_owned(request["community_id"], REVOKE_ROLE.who, ctx)
        person_id, role = request["person_id"], request["role"]

        def work(tx: Transaction) -> wire.RoleHolder:
            before, person = self._standings.named(tx, standing_id(community["_id"], person_id))
            if before is None or role not in before["roles"]:
                raise DomainError(OBJECT_NOT_FOUND, noun="role")
            if role == "owner":
                self._communities.discount_owner(tx, community["_id"])
            after = self._standings.save(tx, without_role(before, role))
            emit_standing(tx, after)
            if role == "owner":
                tell_of_keys_left(tx, self._keys, after)
            tx.audit("revoke_role", before, after, kind="standing", role=role)
            return holder(after, person, is_known_here=person["came_here"])

        return self._uow.run(ctx, work)

    def list_of_community(self, request: wire.ListRoles, ctx: Context) -> wire.RoleHolders:
        """Who holds which role in a community."""
        community = self._require_owned(request["community_id"], LIST_ROLES.who, ctx)
        page = self._standings.role_holders(
            community["_id"], after=request["after"], limit=request["limit"]
        )
        return page.answer(
            lambda standing: holder(
                standing, standing["person"], is_known_here=standing["person"]["came_here"]
            )
        )

    def list_holders(self, request: wire.HoldersRef, ctx: Context) -> wire.Holders:
        """Whom another service tells of something in a community."""
        found = self._standings.holders(request["community_id"], request["roles"], MOST_HOLDERS)
        return {"person_ids": found}

    def _require_owned(self, community_id: str, who: Who, ctx: Context) -> FixedCommunity:
        community = self._communities.fixed(community_id)
        self._access.require(ctx, who, community_id)
        return community


def holder(standing: Standing, person: Named, *, is_known_here: bool = False) -> wire.RoleHolder:
    """Somebody with the roles that a standing gives them; by name where they gave it themselves."""
    return {
        "person_id": standing["person_id"],
        "name": person["name"] if is_known_here else None,
        "email": None if is_known_here else address_of(person),
        "roles": standing["roles"],
    }
