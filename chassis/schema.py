"""What a service's database looks like, declared in code; `chassis.migrate` applies it (D-12).

`schema_version` holds one document, `{_id: "schema"}`:

    declarations  digests of the declarations applied, oldest first; the last one is in force
    number        of the last numbered migration that was done
    breaking      number of the last one done that older code cannot live with (a "contract" step)
    progress      what the running migration noted, so that a killed one resumes

A service starts when its own declaration was applied and nothing breaking came after it. So old and
new code run side by side while a release rolls out: expand, backfill, and contract in the next one.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database

from chassis.collections import Collection, Index
from chassis.commits import COMMITS
from chassis.job_state import JOB_STATE
from chassis.leases import LEASES
from chassis.mongo import Document
from chassis.standings import STANDINGS
from chassis.validators import OPEN, TEXT, WHOLE, document, list_of, nullable

__all__ = [
    "Collection",
    "DatabaseSchema",
    "Index",
    "Migration",
    "Progress",
    "UnknownSchema",
    "check_schema",
]

SCHEMA_ID = "schema"
SCHEMA_VERSION = Collection(
    "schema_version",
    kept="for ever",
    validator=document(
        declarations=list_of(TEXT), number=WHOLE, breaking=WHOLE, progress=nullable(OPEN)
    ),
)
CHASSIS_COLLECTIONS = (
    SCHEMA_VERSION,
    COMMITS,
    LEASES,
    JOB_STATE,
    STANDINGS,
)


class UnknownSchema(Exception):
    """The database is not in a state that this version of the service knows."""


class Progress:
    """What a running migration remembers between batches: any BSON document."""

    def __init__(self, noted: Document | None, save: Callable[[Document], None]) -> None:
        self.noted = noted or {}
        self._save = save

    def save(self, **noted: Any) -> None:
        """Notes how far it came; after a kill the next run finds it in `noted`."""
        self.noted = noted
        self._save(noted)


@dataclass(frozen=True)
class Migration:
    """A numbered change of stored documents; safe to run twice, and in batches with `Progress`.

    `breaking`: code released before it cannot live with the result.
    """

    number: int
    meaning: str
    apply: Callable[[Database[Document], Progress], None]
    breaking: bool = False


@dataclass(frozen=True)
class DatabaseSchema:
    """All collections and migrations of one service; the chassis' own collections come with it."""

    service: str
    collections: Sequence[Collection]
    migrations: Sequence[Migration] = field(default=())

    def __post_init__(self) -> None:
        names = [collection.name for collection in self.all_collections]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.service}: a collection is declared twice: {sorted(names)}")
        if [step.number for step in self.migrations] != list(range(1, len(self.migrations) + 1)):
            raise ValueError(f"{self.service}: migrations are numbered 1, 2, 3, … in order")

    @property
    def all_collections(self) -> tuple[Collection, ...]:
        return (*CHASSIS_COLLECTIONS, *self.collections)

    @property
    def digest(self) -> str:
        """A fingerprint of everything that is declared."""
        declared = [
            {
                "collection": collection.name,
                "validator": collection.validator,
                "indexes": [index.model().document for index in collection.indexes],
                "append_only": collection.append_only,
                "never_removed": collection.never_removed,
            }
            for collection in self.all_collections
        ]
        text = json.dumps([declared, len(self.migrations)], sort_keys=True, default=dict)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_schema(database: Database[Document], schema: DatabaseSchema) -> None:
    """Raises UnknownSchema, saying what to run, unless the service can live with the database."""
    row = database["schema_version"].find_one({"_id": SCHEMA_ID})
    advice = f"run `python -m chassis.migrate {schema.service}` of this version"
    if row is None:
        raise UnknownSchema(f"database {database.name} was never migrated; {advice}")
    if schema.digest not in row["declarations"]:
        raise UnknownSchema(
            f"database {database.name} (migration {row['number']}) does not know this version's"
            f" declarations (migration {len(schema.migrations)}); {advice}"
        )
    if row["breaking"] > len(schema.migrations):
        raise UnknownSchema(
            f"database {database.name} has migration {row['breaking']}, which this version (up to"
            f" {len(schema.migrations)}) cannot live with; deploy the newer version"
        )
