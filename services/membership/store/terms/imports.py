"""Documents of imports and of what became of their rows."""

import datetime as dt
from collections.abc import Sequence

from chassis.aggregates import AggregateStore, Page
from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import aggregate_of, document_of
from services.membership.domain.terms.imports import Import, ImportRow

ROWS_KEPT = dt.timedelta(days=90)


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
            )
        ],
    )

    def running(self, after: str) -> Import | None:
        """The oldest import that is not done, of those that came after another."""
        running = self.collection.find({"state": "running", "_id": {"$gt": after}})
        return next(iter(self.all_of(running.sort("_id", 1).limit(1))), None)

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
