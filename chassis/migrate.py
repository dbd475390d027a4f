"""Brings a service's database to what its code declares: `python -m chassis.migrate <service>`.

Runs with the owner's credentials (COTERIE_MONGO_OWNER_URL), alone through a lease that is renewed
beside the work, and may be killed and run again at any point. Indexes that are no longer declared
stay and are reported: removing one is a decision, so it takes a numbered migration.
"""

import contextlib
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from chassis import mongo
from chassis.collections import Collection
from chassis.leases import LEASES, Lease
from chassis.mongo import Document
from chassis.schema import SCHEMA_ID, SCHEMA_VERSION, DatabaseSchema, Migration, Progress
from chassis.settings import MigrationSettings, SettingsError
from contracts.records import SERVICES

Report = Callable[[str], None]

_NAMESPACE_EXISTS, _ROLE_EXISTS = 48, 51002
_WRITE = ["find", "insert", "update", "remove"]
_APPEND = ["find", "insert"]
_KEEP = ["find", "insert", "update", "changeStream"]
_READ = ["find"]
_LONGEST_SECONDS = 4 * 3600.0
_LEASE_SECONDS = 30.0


def migrate(
    database: Database[Document],
    schema: DatabaseSchema,
    report: Report,
    *,
    wait_seconds: float = 60.0,
) -> None:
    """Collections, validators, indexes, numbered migrations, the service's role, in this order.

    Raises TimeoutError when another migration holds the lease for longer than `wait_seconds`,
    RuntimeError when the lease was lost in between.
    """
    with mongo.bounded(None, _LONGEST_SECONDS):  # index builds take what they take
        for collection in (LEASES, SCHEMA_VERSION):
            apply_collection(database, collection, report)
        lease = Lease(database, "migrate", seconds=_LEASE_SECONDS)
        _take(lease, wait_seconds)
        with _kept(lease):
            for collection in schema.all_collections:
                _check(lease)
                apply_collection(database, collection, report)
            _run_migrations(database, schema, lease, report)
            _check(lease)
            grant_role(database, schema)
            _record_declaration(database, schema)


def apply_collection(database: Database[Document], collection: Collection, report: Report) -> None:
    """Creates or changes one collection; applying it twice changes nothing."""
    rules: dict[str, Any] = {
        "validator": {"$jsonSchema": collection.validator},
        "validationLevel": "strict",
        "validationAction": "error",
    }
    try:
        database.create_collection(collection.name, check_exists=False, **rules)
    except OperationFailure as error:
        if error.code != _NAMESPACE_EXISTS:
            raise
        in_force = database[collection.name].options()
        if {name: in_force.get(name) for name in rules} != rules:
            database.command("collMod", collection.name, **rules)
    declared = {index.name for index in collection.indexes}
    existing = set(database[collection.name].index_information()) - {"_id_"}
    if collection.indexes:
        database[collection.name].create_indexes([i.model() for i in collection.indexes])
    for name in sorted(existing - declared):
        report(f"{collection.name}: index {name} is not declared (kept)")


def grant_role(database: Database[Document], schema: DatabaseSchema) -> None:
    """The role `coterie_<service>`: what the service may do with each of its collections.

    By grants and revocations, because updateRole asks for rights over all databases.
    """
    role = f"coterie_{schema.service}"
    try:
        database.command("createRole", role, privileges=[], roles=[])
    except OperationFailure as error:
        if error.code != _ROLE_EXISTS:
            raise
    wanted = [
        {
            "resource": {"db": database.name, "collection": collection.name},
            "actions": sorted(_actions(collection)),
        }
        for collection in schema.all_collections
    ]
    # One change stream over the whole database (`chassis.changes`) instead of one per collection.
    every = {"db": database.name, "collection": ""}
    wanted.append({"resource": every, "actions": ["changeStream", "find"]})
    found = database.command("rolesInfo", role, showPrivileges=True)["roles"][0]["privileges"]
    held = [{**privilege, "actions": sorted(privilege["actions"])} for privilege in found]
    if surplus := [privilege for privilege in held if privilege not in wanted]:
        database.command("revokePrivilegesFromRole", role, privileges=surplus)
    if missing := [privilege for privilege in wanted if privilege not in held]:
        database.command("grantPrivilegesToRole", role, privileges=missing)


def _actions(collection: Collection) -> list[str]:
    if collection is SCHEMA_VERSION:
        return _READ
    if collection.never_removed:
        return _KEEP
    return _APPEND if collection.append_only else _WRITE


def _run_migrations(
    database: Database[Document], schema: DatabaseSchema, lease: Lease, report: Report
) -> None:
    rows = database["schema_version"]
    newest = len(schema.migrations)
    breaking = max((step.number for step in schema.migrations if step.breaking), default=0)
    fresh = {"declarations": [], "number": newest, "breaking": breaking, "progress": None}
    # A database that was never migrated has nothing that would have to be changed.
    rows.update_one({"_id": SCHEMA_ID}, {"$setOnInsert": fresh}, upsert=True)

    def save(noted: Document) -> None:
        _check(lease)
        rows.update_one({"_id": SCHEMA_ID}, {"$set": {"progress": noted}})

    row = rows.find_one({"_id": SCHEMA_ID})
    assert row is not None
    for step in schema.migrations[row["number"] :]:
        _check(lease)
        report(f"migration {step.number}: {step.meaning}")
        step.apply(database, Progress(row["progress"], save))
        _check(lease)
        rows.update_one({"_id": SCHEMA_ID}, {"$set": _done(step)})
        row["progress"] = None


def _done(step: Migration) -> Document:
    done: Document = {"number": step.number, "progress": None}
    return {**done, "breaking": step.number} if step.breaking else done


def _record_declaration(database: Database[Document], schema: DatabaseSchema) -> None:
    """Notes the digest as the newest; going back to an older one forgets those after it."""
    rows = database["schema_version"]
    row = rows.find_one({"_id": SCHEMA_ID})
    assert row is not None
    earlier: list[str] = row["declarations"]
    if schema.digest in earlier:
        earlier = earlier[: earlier.index(schema.digest)]
    rows.update_one({"_id": SCHEMA_ID}, {"$set": {"declarations": [*earlier[-50:], schema.digest]}})


def _take(lease: Lease, wait_seconds: float) -> None:
    give_up_at = time.monotonic() + wait_seconds
    while lease.acquire() is None:
        if time.monotonic() >= give_up_at:
            raise TimeoutError("another migration of this database is running")
        time.sleep(0.2)


@contextlib.contextmanager
def _kept(lease: Lease) -> Iterator[None]:
    """Renews the lease beside the work, because one index build may take longer than it lasts."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(lease.seconds / 3):
            try:
                with mongo.bounded(None, lease.seconds / 3):
                    lease.acquire()
            except PyMongoError:
                pass  # it runs out unless a later try succeeds; `_check` sees that

    renewing = threading.Thread(target=renew, name="migrate-lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()
        lease.release()


def _check(lease: Lease) -> None:
    """Raises RuntimeError when the lease is not ours any more."""
    if not lease.held:
        raise RuntimeError("another migration may have taken over; this one stops")


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 the database refused, 2 wrong call or settings."""
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        print(f"usage: python -m chassis.migrate {{{'|'.join(SERVICES)}}}", file=sys.stderr)
        return 2
    service = arguments[0]
    try:
        settings = MigrationSettings.from_environment(os.environ)
    except SettingsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    schema = importlib.import_module(f"services.{service}.store").SCHEMA
    client = mongo.connect(settings.mongo_owner_url, application=f"migrate-{service}")
    try:
        mongo.check_replica_set(client)
        database = mongo.open_database(client, settings.mongo_database)
        migrate(database, schema, print)
    except (PyMongoError, TimeoutError, RuntimeError) as error:
        print(f"{service}: not migrated: {mongo.told(error)}", file=sys.stderr)
        return 1
    finally:
        client.close()
    print(f"{service}: database {settings.mongo_database} is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
