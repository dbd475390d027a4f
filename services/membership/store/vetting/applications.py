"""Documents of applications."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pymongo.database import Database

from chassis.aggregates import Page, soonest
from chassis.list_orders import AS_MADE, ListOrder
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from contracts.errors import STALE_VERSION, DomainError
from services.membership.domain.terms.counts import application_counts_as
from services.membership.domain.terms.report_days import Fact, application_facts
from services.membership.domain.vetting.applications import IN_QUEUE, Application
from services.membership.domain.vetting.invitations import settle_use
from services.membership.store.identity.names import WITHOUT_KEYS
from services.membership.store.identity.people import WITH_PERSON
from services.membership.store.terms.report_days import OF_APPLICATIONS
from services.membership.store.vetting.application_collection import (
    HANDED_IN,
    KEYED,
    VOUCHED,
)
from services.membership.store.vetting.invitations import InvitationStore
from services.membership.store.vetting.waiting_applications import (
    NamedApplication,
    WaitingApplications,
)


def handed_in(states: Sequence[str]) -> Document:
    """The filter of those that staff see, in some states; none are all."""
    if not states:
        return HANDED_IN
    return {"state": states[0] if len(states) == 1 else {"$in": list(states)}, **HANDED_IN}


def _as_read(application: Mapping[str, Any]) -> Document:
    return {"version": application["version"], "revision": application.get("revision")}


# Whoever is on it or said anything of it, as `staff`: their ids, and in their place who they are.
WITH_STAFF: list[Document] = [
    {
        "$set": {
            "staff": {
                "$concatArrays": [
                    "$verdicts.reviewer_id",
                    ["$claimed_by", "$owner_decision.owner_id"],
                    {"$ifNull": ["$conflicts", []]},
                    {"$ifNull": ["$vouches.voucher_id", []]},
                    ["$invitation.inviter_id"],
                    {
                        "$reduce": {
                            "input": {"$ifNull": ["$former_rounds.verdicts.reviewer_id", []]},
                            "initialValue": [],
                            "in": {"$concatArrays": ["$$value", "$$this"]},
                        }
                    },
                ]
            }
        }
    },
    {
        "$lookup": {
            "from": "people",
            "localField": "staff",
            "foreignField": "_id",
            "as": "staff",
            "pipeline": [{"$project": {"name": 1, "email": 1}}],
        }
    },
]


# What reviewers say, one by one, in silence: who is blind notices nothing of it (rules.md §1.9).
UNSEEN = frozenset({"round", "verdicts", "conflicts"})


def _listed(
    community_id: str, states: Sequence[str], order: ListOrder, source: str | None
) -> Document:
    wanted = {"community_id": community_id, **handed_in(states), **order.wanted}
    return wanted if source is None else {**wanted, "source": source}


class ApplicationStore(WaitingApplications):
    decisive = OF_APPLICATIONS

    def __init__(self, database: Database[Document]) -> None:
        super().__init__(database)
        self._zones: Unchanging[str] = Unchanging()
        self._invitations = database[InvitationStore.collection_schema.name]

    def counts_as(self, document: Application) -> str:
        return application_counts_as(document)

    def facts(self, document: Application, community_id: str) -> list[Fact]:
        if document["submitted_at"] is None:
            return []
        return application_facts(document, community_id, self._zone(community_id))

    def _zone(self, community_id: str) -> str:
        """The zone of a community, which never changes: its days are those of figures."""

        def load() -> str:
            communities = self.collection.database["communities"]
            found = communities.find_one({"_id": community_id}, {"zone": 1})
            assert found is not None  # an application was handed in there
            return str(found["zone"])

        return self._zones.get(community_id, load)

    def insert(self, tx: Transaction, document: Application) -> Application:
        return super().insert(tx, self._with_use(tx, document))

    def save(self, tx: Transaction, document: Application) -> Application:
        return super().save(tx, self._with_use(tx, document))

    def _with_use(self, tx: Transaction, application: Application) -> Application:
        """Whatever ends an application, or undoes that, changes what is used of its invitation in
        the same unit of work; once, since both notes are guarded by its version."""
        settled, by = settle_use(application)
        if by:
            of = settled["invitation"]["invitation_id"]
            wanted = {"community_id": settled["community_id"], "_id": of}
            self._invitations.update_one(wanted, {"$inc": {"used": by}}, session=tx.session)
        return settled

    def save_review(self, tx: Transaction, before: Application, after: Application) -> Application:
        """As `save`; but what is `UNSEEN` moves neither the version nor `updated_at`, is told to
        nobody who waits, and is guarded by `revision`. What changed nothing is not stored."""
        changed = {name: value for name, value in after.items() if before.get(name) != value}
        gone = before.keys() - after.keys()
        if not changed and not gone:
            return before
        if gone or not changed.keys() <= UNSEEN:
            return self.save(tx, after)
        return self._save_unseen(tx, before, after, changed)

    def move_revision(self, tx: Transaction, before: Application) -> Application:
        """As a change that who is blind does not notice: of what stands beside the application."""
        return self._save_unseen(tx, before, before, {})

    def _save_unseen(
        self, tx: Transaction, before: Application, after: Application, changed: Document
    ) -> Application:
        changed = {**changed, "revision": before.get("revision", 0) + 1}
        guarded = {"community_id": before["community_id"], "_id": before["_id"], **_as_read(before)}
        # An update: replacements are told of (`chassis.changes`).
        done = self.collection.update_one(guarded, {"$set": changed}, session=tx.session)
        if not done.matched_count:
            raise DomainError(STALE_VERSION, current_version=before["version"])
        return cast(Application, {**after, **changed})

    def _replace(self, tx: Transaction, guarded: Document, stored: Document) -> bool:
        return super()._replace(tx, {**_as_read(stored), **guarded}, stored)

    def live_of(
        self, community_id: str, person_id: str, *, tx: Transaction | None = None
    ) -> Application | None:
        """The person's live application in a community, if any."""
        wanted = {"community_id": community_id, "person_id": person_id, "live": True}
        session = None if tx is None else tx.session
        return cast(Application | None, self.collection.find_one(wanted, session=session))

    def has_any(self, community_id: str, person_id: str) -> bool:
        """Whether the person ever applied in a community, drafts included."""
        theirs = {"person_id": person_id, "community_id": community_id}
        return self.collection.find_one(theirs, {"_id": 1}) is not None

    def newer_than(self, tx: Transaction, application: Application) -> Application | None:
        """A newer application of the person in the community, whatever became of it."""
        newer = {
            "community_id": application["community_id"],
            "person_id": application["person_id"],
            "_id": {"$gt": application["_id"]},
        }
        found = self.collection.find_one(newer, {"state": 1}, session=tx.session)
        return cast(Application | None, found)

    def of_community(
        self,
        community_id: str,
        states: Sequence[str],
        order: ListOrder = AS_MADE,
        *,
        source: str | None = None,
        after: str | None,
        limit: int,
    ) -> Page[NamedApplication]:
        """The applications that were handed in at a community, with who did; those of one source
        in the order of their making, in all states."""
        wanted = _listed(community_id, states, order, source)
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            sort_field=order.sort_field,
            descending=order.descending,
            joined=[WITHOUT_KEYS, WITH_PERSON],
        )
        return cast(Page[NamedApplication], page)

    def count_listed(
        self,
        community_id: str,
        states: Sequence[str],
        order: ListOrder,
        most: int,
        *,
        source: str | None = None,
    ) -> int:
        """How many the same list has, counted up to `most`."""
        wanted = _listed(community_id, states, order, source)
        return self.collection.count_documents(wanted, limit=most)

    def has_handed_in(self, tx: Transaction, community_id: str, person_id: str) -> bool:
        """Whether the person ever handed an application in there."""
        theirs = {"community_id": community_id, "person_id": person_id, **HANDED_IN}
        return self.collection.find_one(theirs, {"_id": 1}, session=tx.session) is not None

    def newest_handed_in(self, community_id: str, limit: int) -> list[Application]:
        """Those that came last to a community, newest first."""
        wanted = {"community_id": community_id, **HANDED_IN}
        return self.all_of(self.collection.find(wanted).sort("_id", -1).limit(limit))

    def answered_same(
        self, community_id: str, keys: Sequence[str], limit: int, *, tx: Transaction | None = None
    ) -> list[Application]:
        """Ids, people and keys of those that wait, were approved or joined and gave one of these
        answers, `limit` in all."""
        wanted = {
            "community_id": community_id,
            "$and": [KEYED, {"answer_keys": {"$in": list(keys)}}],  # the index's own (D-9)
            "state": {"$in": [*IN_QUEUE, "approved", "joined"]},
        }
        session, shown = None if tx is None else tx.session, {"person_id": 1, "answer_keys": 1}
        return self.all_of(self.collection.find(wanted, shown, session=session).limit(limit))

    def of_voucher(
        self, person_id: str, *, after: str | None, limit: int
    ) -> Page[NamedApplication]:
        """Those for which somebody vouches, newest first, with who applied."""
        wanted = {"vouches.voucher_id": person_id, **VOUCHED}
        page = self.page(wanted, after=after, limit=limit, descending=True, joined=[WITH_PERSON])
        return cast(Page[NamedApplication], page)

    def outcomes_of_voucher(self, community_id: str, person_id: str, most: int) -> dict[str, int]:
        """How many of the newest for which somebody vouches there are in each state."""
        theirs = {"community_id": community_id, "vouches.voucher_id": person_id, **VOUCHED}
        rows = self.collection.aggregate(
            [
                {"$match": theirs},
                {"$sort": {"_id": -1}},
                {"$limit": most},
                {"$group": {"_id": "$state", "count": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["count"] for row in rows}

    def outcomes_of_invitations(
        self, community_id: str, invitation_ids: Sequence[str], limit: int
    ) -> dict[str, dict[str, int]]:
        """By invitation, how many began, handed in, were approved, joined, and gave a use back;
        `limit` applications of all of them are counted."""
        of = "invitation.invitation_id"

        def count(condition: Document) -> Document:
            return {"$sum": {"$cond": [condition, 1, 0]}}

        stages: list[Document] = [
            {
                "$match": {
                    "community_id": community_id,
                    of: {"$in": list(invitation_ids), "$exists": True},  # the index's own (D-9)
                }
            },
            {"$limit": limit},
            {
                "$group": {
                    "_id": f"${of}",
                    "begun": {"$sum": 1},
                    "submitted": count({"$gt": ["$submitted_at", None]}),
                    "approved": count({"$gt": ["$openings", 0]}),
                    "joined": count({"$eq": ["$state", "joined"]}),
                    "given_back": count({"$eq": ["$invitation.holds_use", False]}),
                }
            },
        ]
        with self.collection.aggregate(stages) as rows:
            return {row.pop("_id"): dict(row) for row in rows}

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[Application]:
        """A person's applications, newest first."""
        return self.page({"person_id": person_id}, after=after, limit=limit, descending=True)

    def due(self, now: dt.datetime, limit: int) -> list[Application]:
        """Approved applications that time asks something of, longest due first."""
        wanted = {"due_at": {"$lte": now, "$type": "date"}}  # the index's own filter named (D-9)
        order = [("due_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(wanted).sort(order).limit(limit))

    def soonest_due(self) -> dt.datetime | None:
        """When time asks something of one next."""
        return soonest(self.collection, "due_at", {"due_at": {"$type": "date"}})
