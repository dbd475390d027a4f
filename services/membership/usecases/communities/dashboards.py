"""How a community stands, for its owners, and what neighbours show of communities."""

import datetime as dt
from collections.abc import Mapping

from chassis.clock import Clock
from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import events
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem, Kind
from contracts.membership import GET_DASHBOARD
from contracts.membership.dashboards import EXPIRING_DAYS, LONGEST_DAYS, MOST_COUNTED
from contracts.types import membership as wire
from services.membership.domain.terms.counts import Span
from services.membership.domain.terms.term_dates import plus_days
from services.membership.domain.vetting.applications import REVIEWABLE
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.communities.heads import head_view


class DashboardUseCases:
    """Figures are kept, or counted up to a bound: they cost the same at any size."""

    def __init__(self, *, stores: Stores, clock: Clock, access: Access, rpc: RpcClient) -> None:
        self._communities, self._counts = stores.communities, stores.counts
        self._memberships, self._applications = stores.memberships, stores.applications
        self._clock, self._access, self._rpc = clock, access, rpc

    def get(self, request: wire.DashboardRef, ctx: Context) -> wire.Dashboard:
        """Members, applications and the next meetups; the events service is asked for those."""
        community = self._communities.require(request["community_id"])
        community_id = community["_id"]
        self._access.require(ctx, GET_DASHBOARD.who, community_id)
        today = self._clock.today(community["zone"]).isoformat()
        days = asked_days(request["since"], request["until"], today)
        counts, _ = self._counts.read(community_id, today)
        ahead = Span(today, plus_days(today, EXPIRING_DAYS))
        # Whose grace ended on a day is without access from the day after.
        over = Span(plus_days(days.first, -1), min(days.last, plus_days(today, -1)))
        expiring, lapsed = self._counts.ends(community_id, ("ended", ahead), ("over", over))
        joined = self._memberships.joined(community_id, *days, MOST_COUNTED)
        return {
            "community": head_view(community),
            "since": days.first,
            "until": days.last,
            "members": {
                "active": counts.memberships.get("active", 0),
                "grace": counts.memberships.get("grace", 0),
                "expiring": expiring,
                "joined": joined,
                "lapsed": lapsed,
            },
            "applications": {
                "waiting": _waiting(counts.applications),
                "oldest_at": self._applications.oldest_waiting(community_id),
                "overdue": self._applications.count_overdue(
                    community_id, self._clock.now(), MOST_COUNTED
                ),
            },
            "meetups": self._next_meetups(community_id, ctx),
        }

    def heads(self, request: wire.CommunityHeadsRef, ctx: Context) -> wire.CommunityHeads:
        """Names and zones of the communities that there are among these."""
        found = self._communities.of_ids(request["community_ids"])
        return {"communities": [head_view(community) for community in found]}

    def _next_meetups(self, community_id: str, ctx: Context) -> list[wire.NextMeetup] | None:
        asked = {"community_id": community_id}
        try:
            found = self._rpc.call(events.LIST_NEXT_MEETUPS, asked, ctx)
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                raise
            return None  # all else is known
        meetups: list[wire.NextMeetup] = found["meetups"]
        return meetups


def asked_days(since: str | None, until: str | None, today: str) -> Span:
    """The days that somebody asked for; raises DomainError(INVALID_INPUT) for too many, or none."""
    last = today if until is None else until
    first = plus_days(last, 1 - LONGEST_DAYS) if since is None else since
    span = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
    if not 1 <= span <= LONGEST_DAYS:
        earliest = plus_days(last, 1 - LONGEST_DAYS)
        wrong = FieldProblem("/since", "field.range", {"minimum": earliest, "maximum": last})
        raise DomainError(INVALID_INPUT, fields=[wrong])
    return Span(first, last)


def _waiting(applications: Mapping[str, int]) -> int:
    return sum(applications.get(state, 0) for state in REVIEWABLE)
