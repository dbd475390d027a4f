"""Signed links: made for mails, and looked at by who follows one (ADR 0061)."""

import datetime as dt
from typing import Any

from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from contracts import events
from contracts.errors import LINK_UNKNOWN, LINK_USED, OBJECT_NOT_FOUND, DomainError
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.domain.identity import links
from services.membership.domain.identity.links import Link
from services.membership.domain.terms import memberships
from services.membership.domain.terms.term_dates import day_after, day_in, start_of_day
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.usecases.terms.views import purchase_id

Facts = tuple[str, dt.datetime, str | None]  # what is acted on, until when, after which term


class LinkUseCases:
    def __init__(
        self, *, stores: Stores, clock: Clock, tokens: AccessTokens, rpc: RpcClient
    ) -> None:
        self._stores, self._clock, self._tokens, self._rpc = stores, clock, tokens, rpc

    def sign(self, request: wire.SignLink, ctx: Context) -> wire.SignedLink:
        """A link for a mail; none where nothing is left to do."""
        person = self._stores.people.require_known(request["person_id"])
        facts = self._facts(request)
        now = self._clock.now()
        if facts is None or (lasts := links.lifetime(facts[1], now)) <= dt.timedelta(0):
            return {"token": None}
        object_id, until, after = facts
        link = Link(
            new_id("lnk"),
            request["purpose"],
            request["community_id"],
            request["about_id"],
            object_id,
            until,
            after,
        )
        issued = real_now()
        token = self._tokens.sign_link(link, person["_id"], now=issued, expires_at=issued + lasts)
        return {"token": token}

    def get(self, request: wire.Empty, ctx: Context) -> wire.ShownLink:
        """What the link is for that somebody followed.

        Raises DomainError(LINK_USED) when that is done, and (LINK_UNKNOWN) of an erased person.
        """
        link = ctx.actor.link
        if link is None or ctx.actor.person_id is None:
            raise DomainError(LINK_UNKNOWN)
        ctx.require_linked(link.object_id)
        asked: Any = {
            "purpose": link.purpose,
            "person_id": ctx.actor.person_id,
            "community_id": link.community_id,
            "about_id": link.about,
            "object_id": link.object_id,
            "until": dt.datetime.fromtimestamp(link.until, dt.UTC),
        }
        try:
            self._stores.people.require_known(ctx.actor.person_id)
            community = self._stores.communities.require(link.community_id)
            facts = self._facts(asked)
        except DomainError as error:
            if error.error is not OBJECT_NOT_FOUND:
                raise
            raise DomainError(LINK_UNKNOWN) from error
        is_open = facts is not None and (facts[0], facts[2]) == (link.object_id, link.after)
        if facts is None or not is_open or facts[1] <= self._clock.now():
            raise DomainError(LINK_USED)
        about = links.about_kind_of(link.about)
        if about == "registration" and not self._is_seat_kept(link.about, ctx):
            raise DomainError(LINK_USED)
        return {
            "purpose": link.purpose,
            "about": {"kind": about, "id": link.about},
            "object": {"kind": links.kind_of(link.object_id), "id": link.object_id},
            "community_id": community["_id"],
            "community_name": community["name"],
            "until": facts[1],
            "expires_at": dt.datetime.fromtimestamp(link.expires_at, dt.UTC),
        }

    def _facts(self, request: wire.SignLink) -> Facts | None:
        """What there is to do; None when it is done, or cannot be done any more."""
        about = links.about_kind_of(request["about_id"])
        if request["purpose"] == "pay" and about != "registration":
            return self._payable(request)
        if request["purpose"] == "renew":
            return self._renewable(request)
        return None if request["until"] is None else (request["object_id"], request["until"], None)

    def _payable(self, request: wire.SignLink) -> Facts | None:
        application = self._stores.applications.get(request["about_id"])
        if application is None or application["person_id"] != request["person_id"]:
            return None
        term_id, pay_by = application["term_id"], application["pay_by"]
        if application["state"] != "approved" or term_id is None or pay_by is None:
            return None
        return purchase_id(application, term_id), pay_by, None

    def _renewable(self, request: wire.SignLink) -> Facts | None:
        membership = self._stores.memberships.get(request["about_id"], joined=joined_policy())
        if membership is None or membership["person_id"] != request["person_id"]:
            return None
        policy = take_joined_policy(membership)
        today = day_in(membership["zone"], self._clock.now())
        if not membership["live"] or not memberships.may_be_renewed(membership, today, policy):
            return None
        last_day = memberships.last_revival_day(membership, policy)
        until = start_of_day(day_after(last_day), membership["zone"])
        return membership["_id"], until, membership["ends_on"]

    def _is_seat_kept(self, registration_id: str, ctx: Context) -> bool:
        asked = {"registration_id": registration_id}
        kept: dict[str, bool] = self._rpc.call(events.IS_SEAT_KEPT, asked, ctx)
        return kept["kept"]
