"""The history of one aggregate as its staff read it: a reading of the trail (`chassis.commits`).

    history = History(database=platform.database, access=access)

    rpc, plans = contract.GET_PLAN_HISTORY, self._stores.plans
    return self._history.of(plans, request["plan_id"], rpc, request, ctx)

Newest first, by what was committed: what one unit of work did to the aggregate stands together, and
a position is the commit's id. What `chassis.archive` moved into a file is not there any more.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from pymongo.database import Database

from chassis.access import Access
from chassis.aggregates import A, AggregateStore, PageAnswer
from chassis.commits import COMMITS
from chassis.context import Context
from chassis.mongo import Document
from contracts.access import OPERATOR
from contracts.records import Rpc


class Change(TypedDict):
    """One step, as it is answered (`contracts.history`)."""

    at: dt.datetime
    actor_id: str
    action: str
    version: int
    changed_fields: list[str]
    details: dict[str, Any]
    request_id: str


class History:
    """The histories of one service's aggregates."""

    def __init__(self, *, database: Database[Document], access: Access) -> None:
        self._commits = database[COMMITS.name]
        self._access = access

    def of(
        self, store: AggregateStore[A], id: str, rpc: Rpc, request: Mapping[str, Any], ctx: Context
    ) -> PageAnswer[Change]:
        """A page of what was done to an aggregate of a community, for whom the RPC lets in there.

        Raises DomainError(OBJECT_NOT_FOUND) for all others.
        """
        # Stores that find nothing without the community have requests that name it.
        found = store.require(id, community_id=request.get("community_id"))
        self._access.caller(ctx, found["community_id"]).require_may_see(rpc.who, store.noun)
        return self.page(id, request)

    def page(
        self,
        id: str,
        request: Mapping[str, Any],
        *,
        without: Sequence[str] = (),
        unnamed: Sequence[str] = (),
    ) -> PageAnswer[Change]:
        """A page of what was done to the aggregate with this id, `without` some actions, and some
        fields left out of what they changed; the caller was checked."""
        after, limit = request["after"], request["limit"]
        wanted: Document = {"changes.id": id}
        if without:
            step = {"id": id, "action": {"$nin": list(without)}}
            wanted["changes"] = {"$elemMatch": step}
        found = self._commits.find(
            {**wanted, **({} if after is None else {"_id": {"$lt": after}})},
            # A unit of work may have changed hundreds of others.
            {"at": 1, "actor": 1, "request_id": 1, "changes": _those_of(id, without)},
            sort=[("_id", -1)],
            limit=limit + 1,
        )
        return _cut(found, limit, unnamed)


def _those_of(id: str, without: Sequence[str]) -> Document:
    of_it = {"$eq": ["$$this.id", id]}
    shown = {"$not": {"$in": ["$$this.action", list(without)]}}
    return {"$filter": {"input": "$changes", "cond": {"$and": [of_it, shown]}}}


def _cut(commits: Iterable[Document], limit: int, unnamed: Sequence[str]) -> PageAnswer[Change]:
    """At most `limit` steps, and more only where one unit of work took more."""
    items: list[Change] = []
    last: str | None = None
    for commit in commits:
        steps = [_step(commit, change, unnamed) for change in reversed(commit["changes"])]
        if items and len(items) + len(steps) > limit:
            return {"items": items, "next": last}
        items += steps
        last = commit["_id"]
    return {"items": items, "next": None}


def _step(commit: Document, change: Document, unnamed: Sequence[str]) -> Change:
    return {
        "at": commit["at"],
        "actor_id": _shown(commit["actor"]),
        "action": change["action"],
        "version": change["version"],
        "changed_fields": [name for name in change["fields"] if name not in unnamed],
        "details": change.get("details", {}),
        "request_id": commit["request_id"],
    }


def _shown(actor: str) -> str:
    """Whose account at a shell it was is for operators to know."""
    return OPERATOR if actor.startswith(f"{OPERATOR}:") else actor
