"""Numbered migrations of the events service's own documents."""

from pymongo.database import Database

from chassis.mongo import Document
from chassis.schema import Migration, Progress


def look_at_freed_seats(number: int) -> Migration:
    """Free seats are found by a mark on their counter: every counter is looked at once."""
    return Migration(number, "all seats are looked at once for who waits for them", _apply)


def _apply(database: Database[Document], progress: Progress) -> None:
    unmarked = {"freed": {"$exists": False}}
    database["seats"].update_many(unmarked, {"$set": {"freed": "upgrade"}})
    for collection, index in (("meetups", "upcoming"), ("offers", "live")):
        if index in database[collection].index_information():
            database[collection].drop_index(index)
