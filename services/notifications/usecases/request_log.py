"""The log of requests, which the gateway tells and people ask for (ADR 0072)."""

from chassis.access import Access
from chassis.context import Context
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import SYSTEM
from contracts.notifications import GET_REQUEST
from contracts.types import notifications as wire
from services.notifications.store import Stores
from services.notifications.store.request_log import Row

NOUN = "request"


class RequestLogUseCases:
    def __init__(self, *, stores: Stores, access: Access) -> None:
        self._requests = stores.requests
        self._access = access

    def store(self, request: wire.StoreRequests, ctx: Context) -> wire.Empty:
        """Keeps what a gateway answered; told again, nothing is doubled."""
        batch_id = request["batch_id"]
        self._requests.add(
            [
                {"_id": f"{batch_id}:{place}", **answered}
                for place, answered in enumerate(request["requests"])
            ]
        )
        return {}

    def get(self, request: wire.RequestRef, ctx: Context) -> wire.RequestLog:
        """One's own requests of an id; for operators everybody's."""
        caller = self._access.caller(ctx, SYSTEM)
        of = None if caller.may(GET_REQUEST.who) else ctx.actor.id
        caller.require_may_see(GET_REQUEST.who, NOUN, about=of)
        found = self._requests.of(request["request_id"], of)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=NOUN)
        return {"request_id": request["request_id"], "requests": [_view(row) for row in found]}


def _view(row: Row) -> wire.LoggedRequest:
    return {
        "at": row["at"],
        "method": row["method"],
        "route": row["route"],
        "status": row["status"],
        "code": row["code"],
        "ms": row["ms"],
        "actor_id": row["actor_id"],
        "source": row["source"],
    }
