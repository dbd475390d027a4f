"""Databases as a service finds them: migrated, opened with the chassis' concerns and limits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.monitoring import CommandListener

from chassis import mongo
from chassis.migrate import migrate
from chassis.mongo import Document
from chassis.schema import DatabaseSchema
from deploy.local.nodes import Nodes
from tests.kit.nodes import unique


@contextmanager
def migrated(
    nodes: Nodes, schema: DatabaseSchema, listeners: Sequence[CommandListener] = ()
) -> Iterator[Database[Document]]:
    """A fresh database with `schema` applied; dropped with its role afterwards."""
    with mongo.connect(
        nodes.mongo_admin_url, application="tests", max_workers=100, listeners=listeners
    ) as client:
        database = mongo.open_database(client, unique("t_"))
        try:
            migrate(database, schema, lambda line: None)
            yield database
        finally:
            database.command("dropAllRolesFromDatabase")
            client.drop_database(database.name)


def emptied(database: Database[Document]) -> Database[Document]:
    """The same database without documents; its schema stays."""
    for name in database.list_collection_names():
        if name != "schema_version":
            database[name].delete_many({})
    return database


def stages(found: Cursor[Document] | Document) -> set[str]:
    """The stages of the winning plan of a query (or of a given `explain` answer)."""
    explained = found if isinstance(found, dict) else found.explain()
    names: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "stage" in node:
                names.add(node["stage"])
            if int(node.get("collectionScans", 0)):  # of a $lookup; told after executing only
                names.add("COLLSCAN")
            for name, below in node.items():
                if name not in ("rejectedPlans", "allPlansExecution"):
                    walk(below)
        elif isinstance(node, list):
            for below in node:
                walk(below)

    walk(explained)
    return names
