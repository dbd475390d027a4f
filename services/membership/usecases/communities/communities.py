"""Communities and their forms."""

from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.membership import COMMUNITY_SLUG_TAKEN
from contracts.membership import CHANGE_FORM, CREATE_COMMUNITY, SYSTEM
from contracts.types import membership as wire
from services.membership.domain.communities import communities as domain
from services.membership.domain.communities.communities import Community
from services.membership.domain.identity.people import Person
from services.membership.domain.terms.standings import nothing_yet, with_role
from services.membership.store import Stores
from services.membership.store.communities.communities import SlugTaken
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.terms.standings import store_standing


class CommunityUseCases:
    """Communities and their forms."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, people: PersonUseCases, access: Access
    ) -> None:
        self._communities = stores.communities
        self._forms = stores.forms
        self._numbers = stores.numbers
        self._standings = stores.standings
        self._uow = uow
        self._people = people
        self._access = access

    def create(self, request: wire.CreateCommunity, ctx: Context) -> wire.Community:
        """An operator creates a community and names its first owner."""
        self._access.require(ctx, CREATE_COMMUNITY.who, SYSTEM)
        asked = domain.new_community(id=new_id("com"), asked=request, owners=1)
        email, locale = request["owner_email"], request["locale"]

        def work(tx: Transaction, owner: Person) -> wire.Community:
            community = self._communities.insert(tx, asked)
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
        try:
            return self._people.unit_with(known, email, locale, ctx, work)
        except SlugTaken:
            raise DomainError(COMMUNITY_SLUG_TAKEN, slug=request["slug"]) from None

    def get(self, request: wire.CommunityRef, ctx: Context) -> wire.Community:
        """A community as anybody may see it."""
        return community_view(self._communities.require(request["community_id"]))

    def list_all(self, request: wire.PageRequest, ctx: Context) -> wire.Communities:
        """All communities by id."""
        page = self._communities.page({}, after=request["after"], limit=request["limit"])
        return page.answer(community_view)

    def change_form(self, request: wire.ChangeForm, ctx: Context) -> wire.Community:
        """Publishes a new version of the form; applications keep the version they answered."""
        community_id = request["community_id"]
        self._communities.fixed(community_id)
        self._access.require(ctx, CHANGE_FORM.who, community_id)

        def work(tx: Transaction) -> wire.Community:
            before = self._communities.require(community_id, tx=tx)
            if is_made(before, request["expected_version"], {"form": request["form"]}):
                return community_view(before)
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

    def get_form(self, request: wire.FormRef, ctx: Context) -> wire.Form:
        """The form as it stood in one version."""
        form = self._forms.require(request["community_id"], request["form_version"])
        return {
            "community_id": form["community_id"],
            "form_version": form["form_version"],
            "form": form["form"],
            "created_at": form["created_at"],
        }


def community_view(community: Community) -> wire.Community:
    """A community as anybody may see it."""
    return {
        "id": community["_id"],
        "slug": community["slug"],
        "name": community["name"],
        "description": community["description"],
        "zone": community["zone"],
        "locale": community["locale"],
        "currency": community["currency"],
        "form": community["form"],
        "form_version": community["form_version"],
        "policy": community["policy"],
        "version": community["version"],
        "created_at": community["created_at"],
    }
