"""Memberships: reading them, counting them, and starting a renewal."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from chassis.access import require_own
from chassis.actions import possible, possible_with_rows
from chassis.aggregates import Page
from chassis.clock import Clock
from chassis.context import Context, Link
from chassis.ids import new_id
from chassis.list_orders import list_order, within
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import LINK_ELSEWHERE, LINK_USED, DomainError
from contracts.errors.membership import RENEWAL_AWAITS_PAYMENT
from contracts.fields import words_of
from contracts.lists import MOST_COUNTED
from contracts.membership import (
    EXPORT_MEMBERSHIPS,
    GET_MEMBERSHIP,
    GET_MEMBERSHIP_COUNTS,
    LIST_MEMBERSHIPS,
    PLAN_CHANGED,
    RENEWAL_STARTED,
    RENEWED,
    START_RENEWAL,
)
from contracts.states.membership import APPLICATION_STATES, MEMBERSHIP_STATES
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.paid_terms import begin_free, changes_plan
from services.membership.domain.terms.plans import Plan, chosen
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.terms.memberships import (
    AMONG,
    CAME_HERE,
    NamedMembership,
    in_states,
)
from services.membership.store.terms.plans import joined_plans_on_sale, take_joined_plans
from services.membership.usecases.access import Access
from services.membership.usecases.actions import MEMBERSHIP_ACTIONS, Held
from services.membership.usecases.files.tables import ROWS, piece_of_table
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import (
    MEMBERSHIP_COLUMNS,
    membership_facts,
    membership_row,
    membership_view,
    purchase_id,
    shown_membership_view,
    without_profile,
)


class MembershipUseCases:
    """States are those of today, computed from dates, whether or not a sweep has run."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        plans: PlanUseCases,
    ) -> None:
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._counts = stores.counts
        self._standings = stores.standings
        self._plans = plans
        self._uow = uow
        self._clock = clock
        self._access = access

    def get(self, request: wire.MembershipRef, ctx: Context) -> wire.ShownMembership:
        """A membership, for its person and the community's staff."""
        membership, caller = self._access.read(
            ctx, self._memberships, request["membership_id"], joined=joined_policy()
        )
        policy = take_joined_policy(membership)
        who, noun, about = GET_MEMBERSHIP.who, self._memberships.noun, membership["person_id"]
        caller.require_may_see(who, noun, about=about)
        held, now = Held(membership, lambda: policy), self._clock.now()
        actions = possible(MEMBERSHIP_ACTIONS, held, now, caller, about=about)
        return shown_membership_view(membership, day_in(membership["zone"], now), policy, actions)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyMemberships:
        """The caller's memberships, newest first."""
        page = self._memberships.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(self._view)

    def list_of_community(self, request: wire.ListMemberships, ctx: Context) -> wire.Memberships:
        """The memberships of a community, found by name or number or in some order."""
        community = self._communities.fixed(request["community_id"])
        caller = self._access.require(ctx, LIST_MEMBERSHIPS.who, community["_id"])
        states, today = words_of(request["state"]), self._today(community)
        after, limit = request["after"], request["limit"]
        page: Page[NamedMembership]
        total: int | None = None
        if (search := request["search"]) is None:
            bounds = within("ends_on", request["ends_from"], None, last=request["ends_to"])
            sort = request["sort"] or ("ends_on" if bounds else None)
            order = list_order(sort, request["updated_after"], AMONG)
            page = self._memberships.of_community(
                community["_id"], states, today, order, bounds, after=after, limit=limit
            )
            if request["count"]:
                total = self._memberships.count_listed(
                    community["_id"], states, today, order, bounds, MOST_COUNTED
                )
        elif (number := member_number(search)) is not None:
            page = self._memberships.of_number(
                community["_id"], number, states, today, after=after, limit=limit
            )
        else:
            # Who is not called by name in this list is not found by it either.
            wanted = {**in_states(states, today), **CAME_HERE}
            page = self._memberships.page_found(
                community["_id"], search, wanted, after=after, limit=limit
            )
        actions = possible_with_rows(MEMBERSHIP_ACTIONS, self._clock.now(), caller)
        policy = cache(lambda: self._communities.require(community["_id"])["policy"])

        def view(membership: NamedMembership) -> wire.ListedMembership:
            held = Held(membership, policy)
            return self._listed_view(membership, actions(held, membership["person_id"]))

        return {**page.answer(view), "total": total}

    def export(self, request: wire.ExportMemberships, ctx: Context) -> wire.Piece:
        """The same list as a table, a page at a time."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, EXPORT_MEMBERSHIPS.who, community["_id"])
        page = self._memberships.of_community(
            community["_id"],
            words_of(request["state"]),
            self._today(community),
            list_order(None, None, AMONG),
            after=request["after"],
            limit=ROWS,
        )
        return piece_of_table(
            "memberships.csv",
            MEMBERSHIP_COLUMNS,
            page,
            lambda membership: membership_row(self._listed_view(membership, [])),
            after=request["after"],
        )

    def count(self, request: wire.CommunityRef, ctx: Context) -> wire.MembershipCounts:
        """How many people of a community are in each state."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, GET_MEMBERSHIP_COUNTS.who, community["_id"])
        today = self._today(community)
        counts, next_number = self._counts.read(community["_id"], today)
        memberships, applications = counts.memberships, counts.applications
        return {
            "community_id": community["_id"],
            "counted_on": today,
            "memberships": {state: memberships.get(state, 0) for state in MEMBERSHIP_STATES},
            "applications": {state: applications.get(state, 0) for state in APPLICATION_STATES},
            "next_number": next_number,
        }

    def start_renewal(self, request: wire.StartRenewal, ctx: Context) -> wire.Membership:
        """Puts the next term up for payment, the same one until it is paid; one of a free plan
        begins."""
        self._plans.make_known(request["plan_id"], ctx)

        def work(tx: Transaction) -> wire.Membership:
            started = start(tx)
            return started if ctx.actor.link is None else without_profile(started)

        def start(tx: Transaction) -> wire.Membership:
            before, policy = self._require_own(tx, request["membership_id"], ctx)
            on_sale = take_joined_plans(before)
            today = day_in(before["zone"], tx.now)
            if ctx.actor.link is not None:
                _require_by_link(ctx.actor.link, before, request["plan_id"])
            if domain.renewal_is_open(before, today, policy):
                _require_same_plan(before, on_sale, request["plan_id"])
                return membership_view(before, today)
            plan = _plan_to_renew(before, on_sale, request["plan_id"])
            plan_id = None if plan is None else plan["_id"]
            started = domain.start_renewal(before, new_id("trm"), plan_id, today, policy)
            if plan is not None and plan["free"]:
                return self._begin_free(tx, before, started, plan, today, policy)
            after = self._memberships.save(tx, started)
            tx.emit(RENEWAL_STARTED, after, _renewal_facts(after))
            tx.audit("start_renewal", before, after)
            return membership_view(after, today)

        return self._uow.run(ctx, work)

    def _begin_free(
        self,
        tx: Transaction,
        before: Membership,
        started: Membership,
        plan: Plan,
        today: str,
        policy: wire.Policy,
    ) -> wire.Membership:
        """The membership with a further term that nobody pays for."""
        term = domain.awaiting_term(started)
        assert term is not None
        begun = begin_free(started, term["id"], plan, today, policy)
        numbered: Membership = {**begun, "sequence": before["sequence"] + 1}
        after = self._memberships.save(tx, numbered)
        change_standing(
            tx,
            self._standings,
            after["community_id"],
            after["person_id"],
            after["zone"],
            lambda standing: with_membership(standing, after),
        )
        public = PLAN_CHANGED if changes_plan(before, plan["_id"]) else RENEWED
        tx.emit(public, after, membership_facts(before, after), sequence=after["sequence"])
        tx.audit("renew_for_free", before, after, plan=plan["_id"])
        return membership_view(after, today)

    def _require_own(
        self, tx: Transaction, membership_id: str, ctx: Context
    ) -> tuple[Membership, wire.Policy]:
        joined = [*joined_policy(), joined_plans_on_sale()]
        membership = self._memberships.require(membership_id, tx=tx, joined=joined)
        policy = take_joined_policy(membership)
        require_own(ctx, START_RENEWAL.who, membership["person_id"], self._memberships.noun)
        return membership, policy

    def _today(self, community: FixedCommunity) -> str:
        return self._clock.today(community["zone"]).isoformat()

    def _listed_view(
        self, membership: NamedMembership, actions: list[str]
    ) -> wire.ListedMembership:
        name = name_of(membership["person"][0]) if domain.came_here(membership) else None
        term = domain.current_term(membership)
        because = None if term is None else term.get("given_because")
        shown = self._view(membership)
        return {**shown, "display_name": name, "given_because": because, "actions": actions}

    def _view(self, membership: Membership) -> wire.Membership:
        return membership_view(membership, day_in(membership["zone"], self._clock.now()))


def member_number(search: str) -> int | None:
    """The number that somebody looks for, if it is one."""
    digits = unicodedata.normalize("NFKC", search)
    return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else None


def _plan_to_renew(
    membership: Membership, on_sale: Sequence[Plan], named: str | None
) -> Plan | None:
    """The plan named, else that of the present term, else the only one."""
    present = domain.current_term(membership)
    return chosen(on_sale, named, None if present is None else present.get("plan_id"))


def _require_by_link(link: Link, membership: Membership, named: str | None) -> None:
    """A link adds the one term that it is for, of the plan that goes without saying.

    Raises DomainError(LINK_USED) once that term has come, and (LINK_ELSEWHERE) where a plan is
    named: which one is for who signs in.
    """
    if link.after != membership["ends_on"]:
        raise DomainError(LINK_USED)
    if named is not None:
        raise DomainError(LINK_ELSEWHERE)


def _require_same_plan(membership: Membership, on_sale: Sequence[Plan], named: str | None) -> None:
    """Raises DomainError(RENEWAL_AWAITS_PAYMENT) where another plan is named than the one that the
    term is for which awaits its payment, and (PLAN_NOT_ON_SALE) for none of ours."""
    term = domain.awaiting_term(membership)
    assert term is not None
    if named is None or named == term.get("plan_id"):
        return
    plan = chosen(on_sale, named)
    if term.get("plan_id") is not None or (plan is not None and plan["free"]):
        raise DomainError(RENEWAL_AWAITS_PAYMENT, purchase_id=purchase_id(term, term["id"]))


def _renewal_facts(membership: Membership) -> wire.RenewalFacts:
    term = domain.awaiting_term(membership)
    assert term is not None
    pay_by = term["pay_by"]
    assert pay_by is not None  # every renewal has one
    return {
        "membership_id": membership["_id"],
        "community_id": membership["community_id"],
        "person_id": membership["person_id"],
        "term_id": term["id"],
        "plan_id": term.get("plan_id"),
        "first_payment": domain.is_first_payment(membership),
        "pay_by": pay_by,
    }
