"""Documents of imports and of what became of their rows."""

import datetime as dt
from collections.abc import Sequence

from chassis.aggregates import AggregateStore, Page
from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import aggregate_of, document_of
from contracts.errors import DomainError
from contracts.errors.membership import IMPORTS_RUNNING
from contracts.files import IMPORTS_AT_ONCE
from services.membership.domain.terms.imports import Import, ImportRow

_PLACED = {"state": "running", "place": {"$exists": True}}
ROWS_KEPT = dt.timedelta(days=90)


class ImportsRunning(DomainError):
    """A community has as many running imports as it may; also who was second in a race."""

    def __init__(self, _id: str) -> None:
        super().__init__(IMPORTS_RUNNING, maximum=IMPORTS_AT_ONCE)


class ImportStore(AggregateStore[Import]):
    noun = "import"
    collection_schema = Collection(
        "imports",
        kept="for ever; the file until its last row is done, or no row was for a day",
        validator=aggregate_of(Import),
        indexes=[
            Index(
                [("state", 1), ("_id", 1)],
                partial={"state": "running"},
                name="running",
                across_communities=True,
            ),
            Index(
                [("community_id", 1), ("place", 1)],
                unique=True,
                partial=_PLACED,
                name="places",
                refusal=ImportsRunning,
            ),
        ],
    )

    def running(self, after: str) -> Import | None:
        """The oldest import that is not done, of those that came after another."""
        running = self.collection.find({"state": "running", "_id": {"$gt": after}})
        return next(iter(self.all_of(running.sort("_id", 1).limit(1))), None)

    def free_place(self, tx: Transaction, community_id: str) -> int:
        """One that no running import of the community has; raises ImportsRunning."""
        placed = {**_PLACED, "community_id": community_id}
        running = self.collection.find(placed, {"place": 1}, session=tx.session)
        free = set(range(IMPORTS_AT_ONCE)) - {one["place"] for one in running}
        if not free:
            raise ImportsRunning(community_id)
        return min(free)

    def running_but(self, import_id: str) -> bool:
        """Whether another one is not done either."""
        other = {"state": "running", "_id": {"$ne": import_id}}
        return self.collection.find_one(other, {"_id": 1}) is not None


class ImportRowStore(AggregateStore[ImportRow]):
    noun = "import row"
    collection_schema = Collection(
        "import_rows",
        kept="90 days (real time); no names or addresses",
        validator=document_of(ImportRow),
        indexes=[
            Index([("import_id", 1), ("_id", 1)], name="by_import"),
            Index([("import_id", 1), ("result", 1), ("_id", 1)], name="by_result"),
            Index([("garbage_at", 1)], name="garbage", expire_after=dt.timedelta(0)),
        ],
    )

    def add(self, tx: Transaction, rows: Sequence[ImportRow]) -> None:
        """Keeps the results of rows, for as long as somebody may look at them."""
        garbage_at = real_now() + ROWS_KEPT
        kept = [{**row, "garbage_at": garbage_at} for row in rows]
        self.collection.insert_many(kept, session=tx.session)

    def of_import(
        self, import_id: str, result: str | None, *, after: str | None, limit: int
    ) -> Page[ImportRow]:
        """The results of an import's rows, in the order of the file."""
        wanted = {"import_id": import_id, **({"result": result} if result else {})}
        return self.page(wanted, after=after, limit=limit)
