"""What a caller may do instead, said with a refusal for the wrong state (`allowed_actions`).

The service asks itself what the object's own query answers (`payments.get_order` where
`payments.order_wrong_state` is refused), as the same caller: who may not see it is told nothing.
There is no table: which query that is follows from the names, as everywhere (`dialect.md`).
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from chassis.context import Context
from contracts.errors import DomainError
from contracts.records import Rpc

WRONG_STATE = "_wrong_state"
ALLOWED = "allowed_actions"

Query = Callable[[Any, Context], Any]


def queries_of(record: Rpc, known: Mapping[str, Rpc]) -> dict[str, Rpc]:
    """By the code of a refusal, the query that answers the object which `record` acts on."""
    found = {}
    for error in record.errors:
        name = error.code.removesuffix(WRONG_STATE)
        service, _, noun = name.partition(".")
        query = known.get(f"{service}.get_{noun}")
        if name == error.code or query is None or "actions" not in query.response._declared_fields:
            continue
        needed = {n for n, field in query.request._declared_fields.items() if field.required}
        if needed == {f"{noun}_id"} <= set(record.request._declared_fields):
            found[error.code] = query
    return found


def say_instead(
    error: DomainError, queries: Mapping[str, Query], request: Mapping[str, Any], ctx: Context
) -> None:
    """Adds to the refusal what the caller may do; nothing where that is not asked for, or is not
    theirs to see."""
    query = queries.get(error.code)
    if query is None or ctx.actor.kind != "person" or ctx.actor.link is not None:
        return
    noun = error.code.removesuffix(WRONG_STATE).partition(".")[2]
    with contextlib.suppress(DomainError):
        answer = query({f"{noun}_id": request[f"{noun}_id"]}, ctx)
        error.params[ALLOWED] = list(answer["actions"])
