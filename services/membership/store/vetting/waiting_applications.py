"""What waits for staff: the review queue in its orders, what is overdue, and how long it waits."""

import datetime as dt
from collections.abc import Sequence
from typing import cast

from chassis.aggregates import Page, position
from chassis.mongo import Document
from chassis.uow import Transaction
from services.membership.domain.communities.communities import Community
from services.membership.domain.vetting.applications import REVIEWABLE, Application
from services.membership.store.identity.names import WITHOUT_KEYS, FindableStore
from services.membership.store.identity.people import WITH_PERSON, Named
from services.membership.store.vetting.application_collection import APPLICATIONS, VOUCHED, WAITING

WITH_CLAIMER: Document = {
    "$lookup": {
        "from": "people",
        "localField": "claimed_by",
        "foreignField": "_id",
        "as": "claimer",
        "pipeline": [{"$project": {"_id": 0, "name": 1, "email": 1}}],
    }
}
_FIRST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # before all that was handed in
_VOUCHED = "vouched:"  # begins positions among those whom members vouch for


class NamedApplication(Application):
    """An application with its person, as a list of one."""

    person: list[Named]


class QueuedApplication(NamedApplication):
    """With who claimed it, as a list of one or none."""

    claimer: list[Named]


def in_queue(community_id: str, states: Sequence[str]) -> Document:
    """The filter of those that wait in some states; no draft does."""
    wanted = {"state": {"$in": list(states)}}
    return {"community_id": community_id, "$and": [WAITING, wanted]}  # the index's own (D-9)


def _overdue(now: dt.datetime) -> Document:
    return {"decide_by": {"$type": "date", "$lte": now}}


class WaitingApplications(FindableStore[Application]):
    """The readings of applications that wait; all of them go along indexes of those alone."""

    noun = "application"
    collection_schema = APPLICATIONS

    def queue(
        self, community_id: str, states: Sequence[str], *, after: str | None, limit: int
    ) -> Page[QueuedApplication]:
        """Those that wait in one of these states, longest first, with who applied and who claimed
        each."""
        return self._queue(community_id, states, {}, after, limit)

    def vouched_queue(
        self, community_id: str, states: Sequence[str], *, after: str | None, limit: int
    ) -> Page[QueuedApplication]:
        """As `queue`, but first all whom members vouch for."""
        items = list[QueuedApplication]()
        if after is None or after.startswith(_VOUCHED):
            of_vouched = None if after is None else after.removeprefix(_VOUCHED)
            page = self._queue(community_id, states, VOUCHED, of_vouched, limit)
            items = list(page.items)
            if page.next is not None:
                return Page(items, _VOUCHED + page.next)
            if len(items) == limit:
                return Page(items, _VOUCHED + position(cast(Document, items[-1]), "submitted_at"))
            after = None
        others: Document = {"vouches": {"$exists": False}}
        rest = self._queue(community_id, states, others, after, limit - len(items))
        return Page([*items, *rest.items], rest.next)

    def due_queue(
        self,
        community_id: str,
        states: Sequence[str],
        *,
        before: dt.datetime | None,
        but: str | None,
        descending: bool,
        after: str | None,
        limit: int,
    ) -> Page[QueuedApplication]:
        """Those on which a decision is due, soonest first; `before`: only those that were due then;
        `but`: without those of a person, who hears nothing of it."""
        due: Document = {"decide_by": {"$type": "date"}} if before is None else _overdue(before)
        wanted = {**in_queue(community_id, states), **due, "person_id": {"$ne": but}}
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            sort_field="decide_by",
            descending=descending,
            joined=[WITHOUT_KEYS, WITH_PERSON, WITH_CLAIMER],
        )
        return cast(Page[QueuedApplication], page)

    def count_overdue(
        self, community_id: str, now: dt.datetime, most: int, *, tx: Transaction | None = None
    ) -> int:
        """On how many a decision is overdue, counted up to `most`."""
        wanted = {**in_queue(community_id, REVIEWABLE), **_overdue(now)}
        session = None if tx is None else tx.session
        return self.collection.count_documents(wanted, limit=most, session=session)

    def next_overdue(self, now: dt.datetime, after: str | None) -> Community | None:
        """The first community, by id, beyond one in which a decision is overdue."""
        there = {"from": "communities", "localField": "community_id", "foreignField": "_id"}
        waiting = [WAITING, {"state": {"$in": list(REVIEWABLE)}}]  # the index's own (D-9)
        beyond = {"community_id": {"$gt": after or ""}, "$and": waiting, **_overdue(now)}
        found = self.collection.aggregate(
            [
                {"$match": beyond},
                {"$sort": {"community_id": 1, "decide_by": 1, "_id": 1}},
                {"$limit": 1},
                {"$lookup": {**there, "as": "community"}},
                {"$replaceRoot": {"newRoot": {"$first": "$community"}}},
                {"$project": {"zone": 1, "reminded_on": 1}},
            ]
        ).to_list(1)
        return cast(Community, found[0]) if found else None

    def _queue(
        self,
        community_id: str,
        states: Sequence[str],
        among: Document,
        after: str | None,
        limit: int,
    ) -> Page[QueuedApplication]:
        wanted = {**in_queue(community_id, states), **among}
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            sort_field="submitted_at",
            joined=[WITHOUT_KEYS, WITH_PERSON, WITH_CLAIMER],
        )
        return cast(Page[QueuedApplication], page)

    def waiting(
        self, joined: Sequence[Document], *, after: str | None, limit: int
    ) -> Page[Application]:
        """Those that wait anywhere, longest first."""
        return self.page(
            WAITING, after=after, limit=limit, sort_field="submitted_at", joined=joined
        )

    def oldest_waiting(self, community_id: str) -> dt.datetime | None:
        """When the one was handed in that waits longest for a decision."""
        wanted = in_queue(community_id, REVIEWABLE)
        found = self.collection.find_one(
            wanted, {"submitted_at": 1}, sort=[("submitted_at", 1), ("_id", 1)]
        )
        return None if found is None else found["submitted_at"]

    def waiting_since(
        self, community_id: str, moments: Sequence[dt.datetime], most: int
    ) -> list[int]:
        """How many of those that wait longest for a decision, `most` in all, were handed in before
        the first of these moments, before each next one, and since the last."""
        rows = self.collection.aggregate(
            [
                {"$match": in_queue(community_id, REVIEWABLE)},
                {"$sort": {"submitted_at": 1, "_id": 1}},
                {"$limit": most},
                {
                    "$bucket": {
                        "groupBy": "$submitted_at",
                        "boundaries": [_FIRST, *moments],
                        "default": moments[-1],
                    }
                },
            ]
        )
        found = {row["_id"]: row["count"] for row in rows}
        return [found.get(moment, 0) for moment in (_FIRST, *moments)]
