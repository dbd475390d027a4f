"""One decision on many applications, each in a unit of work of its own, by the rules for one."""

import dataclasses
from collections.abc import Callable
from typing import cast

from chassis.context import Context
from chassis.idempotency import Replayed
from chassis.uow import UnitOfWork
from chassis.wording import error_text
from contracts.errors import IDEMPOTENCY_KEY_REUSED, OBJECT_NOT_FOUND, DomainError, Kind
from contracts.membership import DECIDE_APPLICATIONS
from contracts.types import membership as wire
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.vetting.reviews import ReviewUseCases, Seen

# Nothing is known of the item: the whole request is to be repeated.
_UNKNOWN = frozenset({Kind.UNAVAILABLE, Kind.INTERNAL})


class BulkUseCases:
    """After a crash the same request under the same key does what is left: each item has a key that
    follows from it."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, reviews: ReviewUseCases
    ) -> None:
        self._communities = stores.communities
        self._uow, self._access, self._reviews = uow, access, reviews

    def decide(self, request: wire.DecideApplications, ctx: Context) -> wire.DecisionResults:
        """Decides on each; a refusal of one changes nothing for the others."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, DECIDE_APPLICATIONS.who, community_id)
        results = [self._result(request, one, ctx) for one in request["applications"]]
        answer: wire.DecisionResults = {"results": results}
        return self._uow.run(ctx, lambda tx: answer)  # which holds the key for this request

    def _result(
        self, request: wire.DecideApplications, one: wire.SeenApplication, ctx: Context
    ) -> wire.DecisionResult:
        id = one["application_id"]
        try:
            view = self._once(_keyed(ctx, id), lambda own: self._decide(request, one, own))
        except DomainError as error:
            if error.kind in _UNKNOWN or error.error is IDEMPOTENCY_KEY_REUSED:
                raise
            return {
                "application_id": id,
                "done": False,
                "state": None,
                "version": None,
                "problem": {
                    "code": error.code,
                    "params": error.params,
                    "detail": error_text(error, ctx.locale),
                },
            }
        return {
            "application_id": id,
            "done": True,
            "state": view["state"],
            "version": view["version"],
            "problem": None,
        }

    def _decide(
        self, request: wire.DecideApplications, one: wire.SeenApplication, ctx: Context
    ) -> wire.Application:
        id, seen = one["application_id"], Seen(request["community_id"], one["version"])
        message, reason = request["message"], request["reason"]
        if request["decision"] == "request_info":
            asked: wire.AskForInfo = {
                "application_id": id,
                "round": None,  # the version says it
                "reason": reason,
                "message": message,
                "questions": request["questions"],
            }
            return self._reviews.request_info(asked, ctx, seen)
        if reason is None or request["decision"] == "approve":
            yes: wire.Approve = {
                "application_id": id,
                "round": None,
                "scores": {},
                "note": request["note"],
            }
            return self._reviews.approve(yes, ctx, seen)
        no: wire.Reject = {
            "application_id": id,
            "round": None,
            "scores": {},
            "reason": reason,
            "message": message,
            "veto": False,
        }
        return self._reviews.reject(no, ctx, seen)

    def _once(self, ctx: Context, work: Callable[[Context], wire.Application]) -> wire.Application:
        """As an RPC of its own would be answered: what was stored under the key, or else `work`."""
        stored = self._uow.idempotency.find(ctx)
        if stored is None:
            try:
                return work(ctx)
            except Replayed as replay:
                stored = replay.stored
            except DomainError as error:
                try:
                    self._uow.idempotency.store_error(ctx, error)
                except Replayed as replay:
                    stored = replay.stored
                else:
                    raise
        if stored.error is not None:
            raise stored.error
        if stored.answer is None:  # who was answered about is erased
            raise DomainError(OBJECT_NOT_FOUND, noun="answer")
        return cast(wire.Application, stored.answer)


def _keyed(ctx: Context, application_id: str) -> Context:
    if ctx.idempotency is None:
        return ctx
    key = f"{ctx.idempotency.key}:{application_id}"
    return dataclasses.replace(ctx, idempotency=dataclasses.replace(ctx.idempotency, key=key))
