"""What a service told about some thing: a reading of its commits (`chassis.commits`)."""

from collections.abc import Sequence

from pymongo.database import Database

from chassis.commit_updates import CommitUpdates
from chassis.commits import COMMITS, OWN, pending
from chassis.mongo import Document
from contracts.records import Event

_FEW = 20


class Outbox:
    """Events of one service towards its neighbours."""

    def __init__(self, database: Database[Document]) -> None:
        self._commits, self._updates = database[COMMITS.name], CommitUpdates(database)

    def unpublished(self, subjects: Sequence[str]) -> frozenset[str]:
        """About which of these things the broker does not have everything yet."""
        wanted = {**pending(OWN), "events.subject": {"$in": list(subjects)}}
        found = self._commits.find(wanted, {"events.subject": 1}).limit(_FEW)
        told = {event["subject"] for commit in found for event in commit["events"]}
        return frozenset(told.intersection(subjects))

    def tell_again(self, changed: str, events: Sequence[Event], naming: str) -> bool:
        """Publishes the unit of work again that changed an aggregate and told one of these events
        that names an id; whether there is one. Who handled it knows it by the event's id."""
        wanted = {"changes.id": changed, "events.key": {"$in": [event.type for event in events]}}
        newest = self._commits.find(wanted, {"events": 1}, sort=[("_id", -1)], limit=_FEW)
        for commit in newest:
            if any(naming in event["body"] for event in commit["events"]):
                return self._updates.publish_again({"_id": commit["_id"]}) == 1
        return False
