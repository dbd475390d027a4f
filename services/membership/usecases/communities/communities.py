"""Communities and their forms."""

from collections.abc import Mapping

from chassis.aggregates import check_version, is_made
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import COMMUNITY_SLUG_TAKEN
from contracts.membership import (
    CHANGE_COMMUNITY,
    CHANGE_FORM,
    CHANGE_LINK_HOSTS,
    CREATE_COMMUNITY,
    SYSTEM,
)
from contracts.types import membership as wire
from services.membership.domain.communities import communities as domain
from services.membership.domain.communities.communities import Community
from services.membership.domain.identity.people import Person
from services.membership.domain.terms.standings import nothing_yet, with_role
from services.membership.store import Stores
from services.membership.store.communities.communities import SlugTaken
from services.membership.usecases.access import Access
from services.membership.usecases.communities.visibility import Visibility
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.terms.standings import store_standing

UNDECIDED = ("draft", "submitted", "in_review", "needs_info")


class CommunityUseCases:
    """Communities and their forms."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        people: PersonUseCases,
        access: Access,
        local_links: bool,
    ) -> None:
        self._communities = stores.communities
        self._forms = stores.forms
        self._former_policies = stores.former_policies
        self._visibility = Visibility(stores)
        self._counts = stores.counts
        self._numbers = stores.numbers
        self._standings = stores.standings
        self._uow = uow
        self._clock = clock
        self._people = people
        self._access = access
        self._local_links = local_links

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
        return community_view(self._require_visible(request["community_id"], ctx))

    def get_by_slug(self, request: wire.CommunitySlug, ctx: Context) -> wire.Community:
        """The community with a short name, as anybody may see it."""
        found = self._communities.by_slug(request["slug"])
        if found is None or not self._visibility.may_see(found, ctx):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._communities.noun)
        return community_view(found)

    def list_all(self, request: wire.ListCommunities, ctx: Context) -> wire.Communities:
        """The public communities by id, and what the caller runs; or the one with a slug."""
        if (slug := request["slug"]) is not None:
            found = self._communities.by_slug(slug)
            visible = found is not None and self._visibility.may_see(found, ctx)
            return {"items": [community_view(found)] if found and visible else [], "next": None}
        person_id, position = ctx.actor.person_id, {"after": request["after"]}
        run = [] if person_id is None else self._standings.run_by(person_id)
        ids = [standing["community_id"] for standing in run]
        if ctx.actor.key is not None:
            ids.append(ctx.actor.key.community_id)
        if SYSTEM in ids:
            page = self._communities.all(**position, limit=request["limit"])
        else:
            page = self._communities.listed(ids, **position, limit=request["limit"])
        return page.answer(community_view)

    def change(self, request: wire.ChangeCommunity, ctx: Context) -> wire.CommunityChange:
        """Changes what was asked for, or says what that would change."""
        community_id = request["community_id"]
        self._communities.fixed(community_id)
        self._access.require(ctx, CHANGE_COMMUNITY.who, community_id)
        if request["simulate"]:
            before, after = self._changed(request)
            check_version(before, request["expected_version"])
            concerned = self._concerned(before, after)
            return _change_view(before, after, before["version"], concerned, simulated=True)

        def work(tx: Transaction) -> wire.CommunityChange:
            before, after = self._changed(request, tx)
            if not is_made(before, request["expected_version"], {**after}):
                check_version(before, request["expected_version"])
            if not domain.differences(before, after):
                return _change_view(before, after, before["version"])
            if after["policy_version"] != before["policy_version"]:
                self._former_policies.add(tx, before)
            saved = self._communities.save(tx, after)
            theirs, version = {"community_id": community_id}, saved["policy_version"]
            befores, afters = {**before, **theirs}, {**saved, **theirs}
            tx.audit("change_community", befores, afters, policy_version=version)
            return _change_view(before, saved, saved["version"])

        return self._uow.run(ctx, work)

    def change_link_hosts(self, request: wire.ChangeLinkHosts, ctx: Context) -> wire.Community:
        """Says to which hosts links may lead; those that lead elsewhere go."""
        community_id, hosts = request["community_id"], sorted({*request["link_hosts"]})
        self._access.require(ctx, CHANGE_LINK_HOSTS.who, community_id)

        def work(tx: Transaction) -> wire.Community:
            before = domain.whole(self._communities.require(community_id, tx=tx))
            after = domain.change_link_hosts(before, hosts, local=self._local_links)
            if is_made(before, request["expected_version"], {**after}):
                return community_view(before)
            check_version(before, request["expected_version"])
            saved = self._communities.save(tx, after)
            theirs = {"community_id": community_id}
            tx.audit("change_link_hosts", {**before, **theirs}, {**saved, **theirs})
            return community_view(saved)

        return self._uow.run(ctx, work)

    def get_policy(self, request: wire.PolicyRef, ctx: Context) -> wire.PolicyVersion:
        """The policy as it stands, or stood in an earlier version."""
        community = domain.whole(self._require_visible(request["community_id"], ctx))
        asked: wire.PolicyVersion = {**request, "policy": community["policy"], "until": None}
        if request["policy_version"] == community["policy_version"]:
            return asked
        former = self._former_policies.require(community["_id"], request["policy_version"])
        policy = domain.whole_policy(former["policy"])
        return {**asked, "policy": policy, "until": former["until"]}

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
                {**before, "community_id": community_id},
                {**after, "community_id": community_id},
                form_version=after["form_version"],
            )
            return community_view(after)

        return self._uow.run(ctx, work)

    def get_form(self, request: wire.FormRef, ctx: Context) -> wire.Form:
        """The form as it stood in one version, to who sees its community."""
        self._require_visible(request["community_id"], ctx)
        form = self._forms.require(request["community_id"], request["form_version"])
        return {
            "community_id": form["community_id"],
            "form_version": form["form_version"],
            "form": form["form"],
            "created_at": form["created_at"],
        }

    def _changed(
        self, request: wire.ChangeCommunity, tx: Transaction | None = None
    ) -> tuple[Community, Community]:
        """The whole community as it is, and as it was asked to be."""
        before = domain.whole(self._communities.require(request["community_id"], tx=tx))
        return before, domain.change_community(before, request, local=self._local_links)

    def _concerned(self, before: Community, after: Community) -> wire.Concerned | None:
        """Whom another policy meets, by the kept counts."""
        if after["policy_version"] == before["policy_version"]:
            return None
        counts, _ = self._counts.read(before["_id"], self._clock.today(before["zone"]).isoformat())
        return {
            "applications": sum(counts.applications.get(state, 0) for state in UNDECIDED),
            "memberships": counts.memberships.get("pending_payment", 0),
        }

    def _require_visible(self, community_id: str, ctx: Context) -> Community:
        """A hidden one is missing for who may not see it (O-1)."""
        community = self._communities.require(community_id)
        self._visibility.require(community, ctx)
        return community


def _change_view(
    before: Community,
    after: Community,
    version: int,
    concerned: wire.Concerned | None = None,
    *,
    simulated: bool = False,
) -> wire.CommunityChange:
    return {
        "community": community_view(after),
        "changed": domain.differences(before, after),
        "concerned": concerned,
        "simulated": simulated,
        "version": version,
    }


def community_view(stored: Community) -> wire.Community:
    """A community as anybody may see it."""
    community = domain.whole(stored)
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
        "policy_version": community["policy_version"],
        "visibility": community["visibility"],
        "links": links_view(community["links"]),
        "link_hosts": community["link_hosts"],
        "version": community["version"],
        "created_at": community["created_at"],
    }


def links_view(links: Mapping[str, str | None]) -> wire.Links:
    """Each kind by name; null where the community shows none."""
    return {
        "application": links["application"],
        "membership": links["membership"],
        "order": links["order"],
        "registration": links["registration"],
    }
