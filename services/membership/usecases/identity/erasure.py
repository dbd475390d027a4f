"""Erasing a person: asked for, taken back, and done when its time has come (ADR 0049).

The other services begin with `person_erased` and confirm when they have nothing left.
"""

from collections.abc import Callable

import structlog

from chassis.access import require_self
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.access import Who
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import ERASURE_BLOCKED, LAST_OPERATOR, LAST_OWNER
from contracts.membership import (
    ERASURE_ASKED,
    GET_ERASURE,
    START_ERASURE,
    START_MY_ERASURE,
    SYSTEM,
    WITHDRAW_ERASURE,
)
from contracts.records import SERVICES
from contracts.types import membership as wire
from services.membership.domain.identity import erasure as domain
from services.membership.domain.identity.erasure import Erasure
from services.membership.store import Stores
from services.membership.store.identity.erasure import ErasureIsLive
from services.membership.usecases.access import Access
from services.membership.usecases.identity.forgetting import Forgetting

log = structlog.get_logger()


class ErasureUseCases:
    """The erasures of all people."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, forgetting: Forgetting
    ) -> None:
        self._people = stores.people
        self._erasures = stores.erasures
        self._uow = uow
        self._access = access
        self._forgetting = forgetting

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────

    def start_mine(self, request: wire.Empty, ctx: Context) -> wire.Erasure:
        """A person asks to be erased; who asked before gets that erasure."""
        return self._start(require_self(ctx, START_MY_ERASURE.who), ctx)

    def start(self, request: wire.PersonRef, ctx: Context) -> wire.Erasure:
        """An operator asks for somebody."""
        return self._start(self._asked_by_operator(request, START_ERASURE.who, ctx), ctx)

    def withdraw_mine(self, request: wire.Empty, ctx: Context) -> wire.Erasure:
        """A person takes it back."""
        return self._withdraw(ctx.require_person(), ctx)

    def withdraw(self, request: wire.PersonRef, ctx: Context) -> wire.Erasure:
        """An operator takes it back for somebody."""
        return self._withdraw(self._asked_by_operator(request, WITHDRAW_ERASURE.who, ctx), ctx)

    def get_mine(self, request: wire.Empty, ctx: Context) -> wire.Erasure:
        """How far one's own erasure is."""
        return self._get(ctx.require_person())

    def get(self, request: wire.PersonRef, ctx: Context) -> wire.Erasure:
        """How far the erasure of somebody is."""
        return self._get(self._asked_by_operator(request, GET_ERASURE.who, ctx))

    def unconfirmed(self, limit: int) -> list[Erasure]:
        """Erasures that are not done, oldest first, for operators."""
        return self._erasures.unconfirmed(limit)

    def _asked_by_operator(self, request: wire.PersonRef, who: Who, ctx: Context) -> str:
        self._access.require(ctx, who, SYSTEM)
        return self._people.require(request["person_id"])["_id"]

    def _start(self, person_id: str, ctx: Context) -> wire.Erasure:
        self._forgetting.require_unhindered(person_id)

        def work(tx: Transaction) -> wire.Erasure:
            asked = domain.ask(
                id=new_id("era"), person_id=person_id, asked_by=ctx.actor.id, now=tx.now
            )
            stored = self._erasures.insert(tx, asked)
            facts: wire.ErasureAsked = {
                "erasure_id": stored["_id"],
                "person_id": person_id,
                "erase_at": stored["erase_at"],
                "by_operator": stored["asked_by"] != person_id,
            }
            tx.emit(ERASURE_ASKED, stored, facts)
            tx.audit("ask_erasure", None, stored, person=person_id)
            return _view(stored)

        try:
            return self._uow.run(ctx, work)
        except ErasureIsLive:
            return self._get(person_id)

    def _withdraw(self, person_id: str, ctx: Context) -> wire.Erasure:
        def work(tx: Transaction) -> wire.Erasure:
            before = self._newest(person_id, tx)
            after = self._erasures.save(tx, domain.take_back(before))
            tx.audit("withdraw_erasure", before, after, person=person_id)
            return _view(after)

        return self._uow.run(ctx, work)

    def _get(self, person_id: str) -> wire.Erasure:
        return _view(self._newest(person_id))

    def _newest(self, person_id: str, tx: Transaction | None = None) -> Erasure:
        found = self._erasures.newest_of(person_id, tx)
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._erasures.noun)
        return found

    # ── Its time has come ───────────────────────────────────────────────────────────────────────

    def advance(self, run: JobRun) -> None:
        """The job: erases everybody whose seven days are over."""
        act_on_due(
            run,
            lambda most: self._erasures.due(run.now, most),
            lambda erasure: self._advance(erasure, run.ctx),
            soonest=self._erasures.soonest_due,
        )

    def _advance(self, erasure: Erasure, ctx: Context) -> None:
        person_id = erasure["person_id"]
        try:
            if erasure["state"] == "asked":
                self._forgetting.require_unhindered(person_id)
                self._change(erasure["_id"], "begin_erasure", domain.begin, ctx)
            self._forgetting.end_roles(person_id, ctx)
            self._forgetting.forget(erasure, ctx)
        except DomainError as problem:
            if problem.error not in (ERASURE_BLOCKED, LAST_OPERATOR, LAST_OWNER):
                raise
            other = "last_operator" if problem.error is LAST_OPERATOR else "last_owner"
            hindrance = str(problem.params.get("hindrance", other))
            log.warning("erasure_put_off", erasure=erasure["_id"], hindrance=hindrance)
            self._put_off(erasure["_id"], hindrance, ctx)
            return
        self._confirm(erasure["_id"], "membership", ctx)

    def note_confirmation(self, event: CloudEvent, ctx: Context) -> None:
        """A service has nothing of the person left."""
        self._confirm(event.data["erasure_id"], event.event.service, ctx)

    def _confirm(self, erasure_id: str, service: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            before = self._erasures.require(erasure_id, tx=tx)
            after = self._erasures.save(tx, domain.confirm(before, service, tx.now, SERVICES))
            tx.audit("confirm_erasure", before, after, service=service)

        self._uow.run(ctx, work)

    def _put_off(self, erasure_id: str, hindrance: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            before = self._erasures.require(erasure_id, tx=tx)
            after = self._erasures.save(tx, domain.put_off(before, hindrance, tx.now))
            tx.audit("put_off_erasure", before, after, hindrance=hindrance)

        self._uow.run(ctx, work)

    def _change(
        self, erasure_id: str, action: str, change: Callable[[Erasure], Erasure], ctx: Context
    ) -> None:
        def work(tx: Transaction) -> None:
            before = self._erasures.require(erasure_id, tx=tx)
            after = self._erasures.save(tx, change(before))
            tx.audit(action, before, after)

        self._uow.run(ctx, work)


def _view(erasure: Erasure) -> wire.Erasure:
    return {
        "id": erasure["_id"],
        "person_id": erasure["person_id"],
        "state": erasure["state"],
        "asked_at": erasure["asked_at"],
        "erase_at": erasure["erase_at"],
        "hindrance": erasure["hindrance"],
        "confirmed": [{"service": one["service"], "at": one["at"]} for one in erasure["confirmed"]],
        "version": erasure["version"],
    }
