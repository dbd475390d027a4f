"""Counts of what a change leaves alone: so far as somebody who decides needs them."""

from pymongo.collection import Collection

from chassis.mongo import Document
from contracts.payments.changes import MOST_COUNTED
from contracts.types.payments import Counted


def counted(collection: Collection[Document], among: Document) -> Counted:
    """How many documents are `among` them; it stops where nobody needs to know more."""
    found = collection.count_documents(among, limit=MOST_COUNTED + 1)
    return {"number": min(found, MOST_COUNTED), "at_least": found > MOST_COUNTED}
