"""Reading commits as tests do: the events that were committed, and whether all are published."""

from typing import Any

from pymongo.database import Database

from chassis.commits import LANES
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.records import Event


def stored_events(database: Database[Any], *events: Event) -> list[dict[str, Any]]:
    """The stored events of these types, or of all, in the order of their commits."""
    types = [event.type for event in events]
    found = database["commits"].find({"events.id": {"$exists": True}}, sort=[("_id", 1)])
    rows = [row for commit in found for row in commit["events"]]
    return [row for row in rows if not types or row["key"] in types]


def told_events(database: Database[Any], *events: Event) -> list[CloudEvent]:
    """The events of these types, or all, as their readers see them."""
    return [envelope.decode(row["body"]) for row in stored_events(database, *events)]


def pending_commits(database: Database[Any]) -> int:
    """How many commits have something left to publish, in any lane."""
    waiting = [{f"{lane}.pending": True} for lane in LANES]
    return database["commits"].count_documents({"$or": waiting})


def changes(database: Database[Any], action: str) -> list[dict[str, Any]]:
    """The lines of the trail with this action, each with the actor of its commit."""
    found = database["commits"].find({"changes.action": action}, sort=[("_id", 1)])
    return [
        {**change, "actor": commit["actor"]}
        for commit in found
        for change in commit["changes"]
        if change["action"] == action
    ]
