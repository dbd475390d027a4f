"""Documents of imports and of what became of their rows."""

from collections.abc import Sequence

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    OPEN,
    TEXT,
    WHOLE,
    aggregate,
    document,
    list_of,
    nullable,
    one_of,
)


class Imports(AggregateStore):
    noun = "import"
    collection_schema = Collection(
        "imports",
        validator=aggregate(
            community_id=TEXT,
            dry_run=FLAG,
            state=one_of("running", "done"),
            # The file, with personal data, until the last row is done.
            csv=nullable(TEXT),
            read_on=TEXT,
            rows=WHOLE,
            accepted=WHOLE,
            refused=WHOLE,
        ),
        indexes=[
            Index(
                [("state", 1), ("_id", 1)],
                partial={"state": "running"},
                name="running",
                across_communities=True,
            )
        ],
    )

    def running(self, limit: int) -> list[Document]:
        """The oldest imports that are not done."""
        return list(self.collection.find({"state": "running"}).sort("_id", 1).limit(limit))


class ImportRows(AggregateStore):
    noun = "import row"
    collection_schema = Collection(
        "import_rows",
        validator=document(
            import_id=TEXT,
            line=WHOLE,
            number=nullable(WHOLE),
            result=one_of("accepted", "refused"),
            problems=list_of(OPEN),
            membership_id=nullable(TEXT),
        ),
        indexes=[
            Index([("import_id", 1), ("_id", 1)], name="by_import"),
            Index([("import_id", 1), ("result", 1), ("_id", 1)], name="by_result"),
        ],
    )

    def add(self, tx: Transaction, import_id: str, rows: Sequence[Document]) -> None:
        """Keeps the results of rows; their ids sort in the order of the file."""
        self.collection.insert_many(
            [{"_id": f"{import_id}:{r['line']:06d}", "import_id": import_id, **r} for r in rows],
            session=tx.session,
        )

    def of_import(
        self, import_id: str, result: str | None, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """The results of an import's rows, in the order of the file."""
        wanted = {"import_id": import_id, **({"result": result} if result else {})}
        return self.page(wanted, after=after, limit=limit)
