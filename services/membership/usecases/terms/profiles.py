"""Profiles: changed by members themselves and by owners."""

from collections.abc import Mapping
from typing import Any

from chassis.aggregates import check_version, is_made
from chassis.clock import Clock
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import CHANGE_FORM, CHANGE_PROFILE
from contracts.types import membership as wire
from services.membership.domain.terms.memberships import Membership, require_live
from services.membership.domain.terms.profiles import KNOWN, Profile, check, with_profile
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import membership_view


class ProfileUseCases:
    def __init__(self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access) -> None:
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._standings = stores.standings
        self._people = stores.people
        self._uow, self._clock, self._access = uow, clock, access

    def change(self, request: wire.ChangeProfile, ctx: Context) -> wire.Membership:
        """Changes the fields that are given; own fields are those that the form fills now."""
        changes: Profile = {**_known_fields(request), **request["details"]}

        def work(tx: Transaction) -> wire.Membership:
            before, caller = self._access.read(
                ctx, self._memberships, request["membership_id"], tx=tx
            )
            who, noun = CHANGE_PROFILE.who, self._memberships.noun
            caller.require_may_see(who, noun, about=before["person_id"])
            changed = with_profile(before, changes)
            if is_made(before, request["expected_version"], _profile_of(changed)):
                return self._view(before)
            check_version(before, request["expected_version"])
            require_live(before)
            form = self._communities.require(before["community_id"], tx=tx)["form"]
            check(form, changes, by_owner=caller.may(CHANGE_FORM.who))
            self._people.mention(tx, [before["person_id"]])
            after = self._memberships.save(tx, changed)
            change_standing(
                tx,
                self._standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            tx.audit("change_profile", before, after)
            return self._view(after)

        return self._uow.run(ctx, work)

    def _view(self, membership: Membership) -> wire.Membership:
        return membership_view(membership, day_in(membership["zone"], self._clock.now()))


def _known_fields(request: Mapping[str, Any]) -> dict[str, str | None]:
    """Those of the well-known fields that are given."""
    return {field: request[field] for field in KNOWN if field in request}


def _profile_of(membership: Membership) -> dict[str, object]:
    """The fields by which a repeated change is known."""
    names = ("segment", "city", "company", "details")
    return {name: value for name, value in membership.items() if name in names}
