"""Documents of invitations."""

import datetime as dt
from typing import cast

from pymongo import ReturnDocument

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.membership.domain.vetting.invitations import Invitation

# Stages that add what who holds an invitation is shown: its community, and who made it.
JOINED_SHOWN: tuple[Document, ...] = (
    {
        "$lookup": {
            "from": "communities",
            "localField": "community_id",
            "foreignField": "_id",
            "as": "community",
            "pipeline": [{"$project": {"_id": 0, "name": 1, "description": 1}}],
        }
    },
    {
        "$lookup": {
            "from": "people",
            "localField": "inviter_id",
            "foreignField": "_id",
            "as": "inviter",
            "pipeline": [{"$project": {"_id": 0, "name": 1, "email": 1}}],
        }
    },
)


class InvitationStore(AggregateStore[Invitation]):
    noun = "invitation"
    collection_schema = Collection(
        "invitations",
        kept="for ever: ids, codes and numbers",
        validator=aggregate_of(Invitation),
        indexes=[Index([("community_id", 1), ("_id", 1)], name="listed")],
    )

    def take_use(
        self, tx: Transaction, community_id: str, id: str, now: dt.datetime
    ) -> Invitation | None:
        """The invitation with one use more, if one is left; who takes the last one at the same
        moment meets on this document."""
        usable: Document = {
            "community_id": community_id,
            "_id": id,
            "revoked_at": None,
            "expires_at": {"$gt": now},
            "$expr": {"$lt": ["$used", "$uses"]},
        }
        found = self.collection.find_one_and_update(
            usable,
            {"$inc": {"used": 1}},
            session=tx.session,
            return_document=ReturnDocument.AFTER,
        )
        return cast(Invitation | None, found)

    def of_community(self, community_id: str, *, after: str | None, limit: int) -> Page[Invitation]:
        """The invitations of a community, newest first."""
        wanted = {"community_id": community_id}
        return self.page(wanted, after=after, limit=limit, descending=True)
