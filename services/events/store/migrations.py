"""Numbered migrations of the events service's own documents."""

from pymongo.database import Database

from chassis.mongo import Document
from chassis.schema import Migration, Progress


def look_at_freed_seats(number: int) -> Migration:
    """Free seats are found by a mark on their counter: every counter is looked at once."""
    return Migration(number, "all seats are looked at once for who waits for them", _apply)


def _apply(database: Database[Document], progress: Progress) -> None:
    unmarked = {"freed": {"$exists": False}}
    # Of what they were: the next step but one makes them what they are to be now.
    database["seats"].update_many(
        unmarked, {"$set": {"freed": "upgrade"}}, bypass_document_validation=True
    )
    for collection, index in (("meetups", "upcoming"), ("offers", "live")):
        if index in database[collection].index_information():
            database[collection].drop_index(index)


def count_taken_seats(number: int) -> Migration:
    """A counter says how many seats are taken instead of by which holds; services are stopped."""
    return Migration(number, "seats are counted where they are given", _count, breaking=True)


def _count(database: Database[Document], progress: Progress) -> None:
    counted = {"$in": ["selected", "confirmed", "checked_in", "no_show"]}
    for counter in list(database["seats"].find({"taken": {"$exists": False}})):
        of_meetup = {
            "community_id": counter["community_id"],
            "meetup_id": counter["_id"],
            "$or": [{"state": counted}, {"offer": {"$ne": None}}],
        }
        database["seats"].replace_one(
            {"_id": counter["_id"]},
            {
                "community_id": counter["community_id"],
                "capacity": counter["limit"],
                "taken": database["registrations"].count_documents(of_meetup),
                # Whoever waits beside a seat that a crash left behind is looked at once.
                "freed": "upgrade",
            },
        )
    for collection in ("registrations", "offers"):
        named = {"hold_id": {"$exists": True}}
        database[collection].update_many(named, {"$unset": {"hold_id": ""}})
    for collection, index in (
        ("seats", "unsettled"),
        ("seats", "taken"),
        ("registrations", "changed"),
        ("offers", "of_registration"),
    ):
        if index in database[collection].index_information():
            database[collection].drop_index(index)
    database["job_state"].delete_one({"_id": "free_orphaned_seats"})
