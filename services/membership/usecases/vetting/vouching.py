"""Members vouch for who applied, by a code that the applicant hands out (ADR 0087)."""

from collections.abc import Sequence
from typing import cast

from chassis.access import caller_with, require_own, require_self
from chassis.actions import Action, possible
from chassis.clock import Clock
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import (
    ALREADY_MEMBER,
    JOINING_NOT_POSSIBLE,
    VOUCHES_USED_UP,
    VOUCHING_OVER,
)
from contracts.membership import (
    CREATE_VOUCH,
    GET_VOUCHER_RECORD,
    GET_VOUCHING_CODE,
    TAKE_BACK_VOUCH,
)
from contracts.types import membership as wire
from services.membership.adapters.signed_codes import SignedCodes
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import vouching as domain
from services.membership.domain.vetting.applications import Application
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.identity.people import WITH_PERSON, Named
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.vetting.decisions import Decisions

MOST_COUNTED = 500
_JOINED: Sequence[Document] = (*joined_policy(), joined_reviewers(), WITH_PERSON)
_ACTIONS: tuple[Action[Application], ...] = (
    Action(TAKE_BACK_VOUCH, lambda it, now: domain.require_waiting(it)),
)


class VouchingUseCases:
    """Nobody learns by it who applies: the code is handed out by who did, and staff alone see what
    became of whom somebody vouched for."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        decisions: Decisions,
        codes: SignedCodes,
    ) -> None:
        self._applications, self._memberships = stores.applications, stores.memberships
        self._communities, self._people = stores.communities, stores.people
        self._vouch_counts = stores.vouch_counts
        self._uow, self._clock, self._access = uow, clock, access
        self._decisions, self._codes = decisions, codes

    def get_code(self, request: wire.ApplicationRef, ctx: Context) -> wire.VouchingCode:
        """The code of the caller's application, while it waits."""
        application = self._applications.require(request["application_id"], joined=joined_policy())
        policy = take_joined_policy(application)
        about = application["person_id"]
        require_own(ctx, GET_VOUCHING_CODE.who, about, self._applications.noun)
        domain.require_code_possible(application, policy)
        id = application["_id"]
        return {"application_id": id, "code": self._codes.of(id)}

    def create(self, request: wire.CreateVouch, ctx: Context) -> wire.MyVouch:
        """Says something for who applied, which may be what was missing to approve them."""
        person_id = require_self(ctx, CREATE_VOUCH.who)
        application_id = self._codes.id_of(request["code"])

        def work(tx: Transaction) -> wire.MyVouch:
            before = self._applications.require(application_id, tx=tx, joined=_JOINED)
            policy, staff = take_joined_policy(before), take_joined_reviewers(before)
            domain.require_on(policy)
            community_id = before["community_id"]
            today = day_in(self._communities.fixed(community_id)["zone"], tx.now)
            held = self._memberships.live_of_people(tx, community_id, [person_id]).get(person_id)
            domain.require_eligible(held, policy, today)
            applicant = _take_name(before)
            vouched = domain.vouch(before, person_id, request["words"], tx.now)
            given = self._vouch_counts.add(tx, community_id, person_id, today[:7])
            if given > (limit := policy["vouches_a_month"]):
                raise DomainError(VOUCHES_USED_UP, limit=limit)
            self._people.mention(tx, [person_id])
            panel = self._decisions.panel(vouched, staff)
            try:
                after = self._decisions.settle(tx, before, vouched, policy, panel)
            except DomainError as refusal:
                # That they belong there by now is not for who vouches to know.
                if refusal.error in (ALREADY_MEMBER, JOINING_NOT_POSSIBLE):
                    raise DomainError(VOUCHING_OVER) from None
                raise
            tx.audit("create_vouch", before, after)
            return self._view(after, applicant, ctx)

        return self._uow.run(ctx, work)

    def take_back(self, request: wire.ApplicationRef, ctx: Context) -> wire.Empty:
        """Takes back what the caller said; the month has one fewer all the same."""
        person_id = ctx.require_person()

        def work(tx: Transaction) -> wire.Empty:
            before = self._applications.get(request["application_id"], tx=tx, joined=_JOINED)
            if before is None:
                raise DomainError(OBJECT_NOT_FOUND, noun="vouch")
            policy, staff = take_joined_policy(before), take_joined_reviewers(before)
            _take_name(before)
            voucher_id = domain.vouch_of(before, person_id)["voucher_id"]
            require_own(ctx, TAKE_BACK_VOUCH.who, voucher_id, "vouch")
            left = domain.take_back(before, person_id)
            panel = self._decisions.panel(left, staff)
            after = self._decisions.settle(tx, before, left, policy, panel)
            tx.audit("take_back_vouch", before, after)
            return {}

        return self._uow.run(ctx, work)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyVouches:
        """For whom the caller vouches, newest application first."""
        page = self._applications.of_voucher(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(lambda one: self._view(one, _take_name(one), ctx))

    def get_record(self, request: wire.VoucherRef, ctx: Context) -> wire.VoucherRecord:
        """What became of those for whom somebody vouches, for staff."""
        community_id, person_id = request["community_id"], request["person_id"]
        self._communities.fixed(community_id)
        self._access.require(ctx, GET_VOUCHER_RECORD.who, community_id)
        found = self._applications.outcomes_of_voucher(community_id, person_id, MOST_COUNTED)
        counts = {
            outcome: sum(found.get(state, 0) for state in states)
            for outcome, states in domain.OUTCOMES.items()
        }
        return {
            "community_id": community_id,
            "person_id": person_id,
            "waiting": counts["waiting"],
            "approved": counts["approved"],
            "rejected": counts["rejected"],
            "withdrawn": counts["withdrawn"],
            "lapsed": counts["lapsed"],
            "joined": counts["joined"],
        }

    def _view(self, application: Application, applicant: str | None, ctx: Context) -> wire.MyVouch:
        said = domain.vouch_of(application, ctx.require_person())
        caller = caller_with(ctx, lambda: (frozenset(), lambda: False), "")
        return {
            "application_id": application["_id"],
            "community_id": application["community_id"],
            "display_name": applicant,
            "words": said["words"],
            "at": said["at"],
            "actions": possible(
                _ACTIONS, application, self._clock.now(), caller, about=said["voucher_id"]
            ),
        }


def _take_name(found: Application) -> str | None:
    """What the applicant is called who came with an application, which has them no more."""
    person: list[Named] = cast(Document, found).pop("person")
    return name_of(person[0]) if person else None
