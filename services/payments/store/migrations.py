"""Numbered migrations of payments' own documents."""

from pymongo.database import Database

from chassis.commit_updates import checked
from chassis.commits import OWN, pending
from chassis.mongo import Document
from chassis.schema import Migration, Progress

_FORMER = "coterie.payments.callback_received.v1"


def tell_of_no_callbacks(number: int) -> Migration:
    """Payments tells itself of callbacks no more: those events have no reader. The job applies what
    they stood for."""
    return Migration(number, "callbacks are applied where they are answered", _apply)


def _apply(database: Database[Document], progress: Progress) -> None:
    # Such an event is alone in its commit.
    gone = {f"{OWN}.{name}": "" for name in ("pending", "left", "due_at")}
    database["commits"].update_many(
        {**pending(OWN), "events.key": _FORMER}, checked({"$unset": gone})
    )
