"""A service's part in the erasure of a person (ADR 0049): it forgets what it has, then confirms.

    REACTIONS = {membership.PERSON_ERASED: lambda app: app.erasure.erase}

Each step is safe to repeat; a crash between two of them leaves the event unhandled, and all are
done again. The confirmation is told in the unit of work that notes the message, so it is told once.
"""

from collections.abc import Callable, Sequence

from pymongo.database import Database

from chassis.commit_updates import CommitUpdates
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.envelope import CloudEvent
from contracts.records import Event

# Forgets what one aggregate has of a person, in units of work of its own; the ids of the aggregates
# of which answers may show more than ids.
Forget = Callable[[str, Context], Sequence[str]]


class PersonErasure:
    """The reaction to `membership.person_erased`."""

    def __init__(
        self,
        *,
        database: Database[Document],
        uow: UnitOfWork,
        forget: Sequence[Forget],
        confirms: Event,
    ) -> None:
        self._commits = CommitUpdates(database)
        self._uow = uow
        self._forget = forget
        self._confirms = confirms

    def erase(self, event: CloudEvent, ctx: Context) -> None:
        """Forgets the person and confirms."""
        person_id = event.data["person_id"]
        for forget in self._forget:
            ids = forget(person_id, ctx.without_key_or_message())
            self._commits.forget_answers(person_id, ids)

        def work(tx: Transaction) -> None:
            about = {"_id": person_id, "version": event.aggregateversion}
            tx.emit(self._confirms, about, event.data)

        self._uow.run(ctx, work)
