"""Numbered migrations of membership's own documents."""

from pymongo.database import Database

from chassis.commit_updates import CommitUpdates
from chassis.mongo import Document
from chassis.schema import Migration, Progress
from contracts.membership import APPLICATION_APPROVED, RENEWAL_STARTED


def tell_of_terms_without_purchase(number: int) -> Migration:
    """Terms that wait for a purchase of an id that payments chooses get one that follows from their
    own: what put them up for payment is told again, which everybody who knows it ignores."""
    return Migration(number, "payments opens purchases by itself", _apply, breaking=True)


def _apply(database: Database[Document], progress: Progress) -> None:
    memberships = database["memberships"]
    if "awaiting_payment" in memberships.index_information():
        memberships.drop_index("awaiting_payment")  # of the job that opened them
    unopened = {"state": "awaiting", "purchase_id": None}
    told_of = [
        term["application_id"] or membership["_id"]
        for membership in memberships.find({"terms": {"$elemMatch": unopened}})
        for term in membership["terms"]
        if term["state"] == "awaiting"
    ]
    types = [APPLICATION_APPROVED.type, RENEWAL_STARTED.type]
    told = {"subject": {"$in": told_of}, "key": {"$in": types}}
    CommitUpdates(database).publish_again({"events": {"$elemMatch": told}})
