"""From declarations to a database, and what a service refuses to start on."""

import dataclasses
import datetime as dt
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pymongo
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis import mongo
from chassis.leases import Lease
from chassis.migrate import migrate
from chassis.mongo import Document
from chassis.schema import (
    Collection,
    DatabaseSchema,
    Index,
    Migration,
    Progress,
    UnknownSchema,
    check_schema,
)
from chassis.validators import TEXT, WHOLE, document, optional
from deploy.local.nodes import Nodes
from tests.kit.databases import migrated
from tests.kit.existing import existing
from tests.kit.nodes import unique
from tests.kit.probe import probe
from tests.store.chassis.things import SCHEMA, THINGS

LEASE = dt.timedelta(seconds=0.6)


@pytest.fixture
def db(nodes: Nodes) -> Iterator[Database[Document]]:
    """One of the test's own, whose schema it may change."""
    with migrated(nodes, SCHEMA) as database:
        yield database


def quietly(line: str) -> None:
    pass


def with_steps(*steps: Migration) -> DatabaseSchema:
    return dataclasses.replace(SCHEMA, migrations=steps)


def step(
    number: int,
    apply: Callable[[Database[Document], Progress], None] = lambda database, progress: None,
    breaking: bool = False,
) -> Migration:
    return Migration(number, f"step {number}", apply, breaking)


def test_the_database_is_what_was_declared(db: Database[Document]) -> None:
    """D-11: validators and indexes in force = those in the code."""
    for collection in SCHEMA.all_collections:
        options = db[collection.name].options()
        assert options["validator"] == {"$jsonSchema": collection.validator}, collection.name
        assert (options["validationLevel"], options["validationAction"]) == ("strict", "error")
        in_force = db[collection.name].index_information()
        assert set(in_force) - {"_id_"} == {index.name for index in collection.indexes}
        for index in collection.indexes:
            assert in_force[index.name]["key"] == list(index.keys)
            assert in_force[index.name].get("unique", False) == index.unique
            assert in_force[index.name].get("partialFilterExpression") == index.partial


def test_a_second_run_changes_nothing(db: Database[Document]) -> None:
    """D-12: repeating is safe."""
    before = db["schema_version"].find_one()
    migrate(db, SCHEMA, quietly)
    assert db["schema_version"].find_one() == before
    check_schema(db, SCHEMA)


def test_a_changed_validator_is_applied(db: Database[Document]) -> None:
    changed = dataclasses.replace(
        SCHEMA, collections=[Collection("journal", validator=document(text=TEXT, by=TEXT))]
    )
    with pytest.raises(UnknownSchema):
        check_schema(db, changed)
    migrate(db, changed, quietly)
    assert "by" in db["journal"].options()["validator"]["$jsonSchema"]["required"]
    check_schema(db, changed)


def test_an_index_that_is_no_longer_declared_stays_and_is_reported(db: Database[Document]) -> None:
    said: list[str] = []
    fewer = dataclasses.replace(THINGS, indexes=THINGS.indexes[:1])
    migrate(db, dataclasses.replace(SCHEMA, collections=[fewer]), said.append)
    assert said == ["things: index by_rank is not declared (kept)"]
    assert "by_rank" in db["things"].index_information()


def test_a_database_that_was_never_migrated(
    mongo: MongoClient[Document], db: Database[Document]
) -> None:
    """The message says what to run."""
    empty = mongo[f"{db.name}_empty"]
    with pytest.raises(UnknownSchema, match=r"python -m chassis.migrate membership"):
        check_schema(empty, SCHEMA)


def test_migrations_run_once_in_order(db: Database[Document]) -> None:
    """D-12."""
    ran = []

    def noting(number: int) -> Migration:
        return step(number, lambda database, progress: ran.append(number))

    steps = [noting(n) for n in (1, 2)]
    migrate(db, with_steps(*steps), quietly)
    migrate(db, with_steps(*steps), quietly)
    steps.append(noting(3))
    migrate(db, with_steps(*steps), quietly)
    assert ran == [1, 2, 3]


def test_a_killed_migration_resumes(db: Database[Document]) -> None:
    """D-12: it goes on from what it noted."""
    done, kills = [], [SystemExit("killed")]

    def batches(database: Database[Document], progress: Progress) -> None:
        for number in range(progress.noted.get("next", 0), 5):
            if number == 3 and kills:
                raise kills.pop()
            done.append(number)
            progress.save(next=number + 1)

    schema = with_steps(step(1, batches))
    with pytest.raises(SystemExit):
        migrate(db, schema, quietly)
    with pytest.raises(UnknownSchema):
        check_schema(db, schema)
    migrate(db, schema, quietly)
    assert done == [0, 1, 2, 3, 4]
    assert existing(db["schema_version"].find_one())["progress"] is None


def test_old_code_lives_with_a_new_schema_until_a_breaking_step(db: Database[Document]) -> None:
    """D-12: expand and backfill run beside old code; contract does not."""
    expanded = with_steps(step(1))
    migrate(db, expanded, quietly)
    check_schema(db, SCHEMA)
    check_schema(db, expanded)
    migrate(db, with_steps(step(1), step(2, breaking=True)), quietly)
    for older in (SCHEMA, expanded):
        with pytest.raises(UnknownSchema, match="deploy the newer version"):
            check_schema(db, older)


def test_going_back_to_an_older_declaration(db: Database[Document]) -> None:
    """After the old declarations were applied again, the newer code is refused."""
    wider = Collection("journal", validator=document(text=TEXT, by=optional(TEXT)))
    newer = dataclasses.replace(SCHEMA, collections=[THINGS, wider])
    migrate(db, newer, quietly)
    migrate(db, SCHEMA, quietly)
    check_schema(db, SCHEMA)
    with pytest.raises(UnknownSchema):
        check_schema(db, newer)


def test_two_migrations_at_once(db: Database[Document]) -> None:
    """One waits for the other."""
    running, most = [], []
    guard = threading.Lock()

    def note(database: Database[Document], progress: Progress) -> None:
        with guard:
            running.append(1)
            most.append(len(running))
        progress.save(half=True)
        with guard:
            running.pop()

    schema = with_steps(step(1, note))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate(db, schema, quietly), range(4)))
    assert most == [1]


def test_a_step_longer_than_the_lease_keeps_it(
    db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-22: the lease is renewed beside the work, however long one index build takes."""
    monkeypatch.setattr("chassis.migrate._LEASE_SECONDS", 0.6)
    rival = Lease(db, "migrate", seconds=60)
    since = []

    def until(database: Database[Document]) -> dt.datetime:
        lease = existing(database["leases"].find_one({"_id": "migrate"}))
        ends: dt.datetime = lease["until"]
        return ends

    def long_step(database: Database[Document], progress: Progress) -> None:
        since.append(until(database))

        def outlasted() -> bool:
            assert rival.acquire() is None
            return until(database) > since[0] + 2 * LEASE

        probe(outlasted, 20, "the lease is renewed past its first end")

    migrate(db, with_steps(step(1, long_step)), quietly)
    assert rival.acquire() is not None


def test_a_migration_that_lost_its_lease_stops(
    db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another owner took over, for instance while this process was stopped: nothing is written."""
    monkeypatch.setattr("chassis.migrate._LEASE_SECONDS", 3.0)

    def robbed(database: Database[Document], progress: Progress) -> None:
        database["leases"].update_one({"_id": "migrate"}, {"$set": {"owner": "another"}})
        probe(lambda: ended(progress), 30, "the lease is found lost")

    def ended(progress: Progress) -> bool:
        try:
            progress.save(half=True)
        except RuntimeError:
            return True
        return False

    migrated = with_steps(step(1, robbed))
    with pytest.raises(RuntimeError, match="taken over"):
        migrate(db, migrated, quietly)
    assert existing(db["schema_version"].find_one())["number"] == 0


def test_a_migration_that_holds_on_too_long(db: Database[Document]) -> None:
    Lease(db, "migrate", seconds=60).acquire()
    with pytest.raises(TimeoutError, match="another migration"):
        migrate(db, SCHEMA, quietly, wait_seconds=0.3)


def test_the_services_rights(db: Database[Document], nodes: Nodes) -> None:
    """P-2: append-only collections can be read and added to; the schema's row only read."""
    db.command(
        "createUser",
        "svc",
        pwd="svc-password",
        roles=[{"role": "coterie_membership", "db": db.name}],
    )
    url = nodes.mongo_url("svc", "svc-password", db.name)
    try:
        with mongo.connect(url, application="svc") as client:
            own = mongo.open_database(client, db.name)
            own["things"].count_documents({})
            own["journal"].insert_one({"_id": "a", "text": "t"})
            assert own["journal"].find_one({"_id": "a"})
            check_schema(own, SCHEMA)
            for refused in (
                lambda: own["journal"].update_one({"_id": "a"}, {"$set": {"text": "u"}}),
                lambda: own["journal"].delete_one({"_id": "a"}),
                lambda: own["commits"].delete_many({}),
                lambda: own["schema_version"].update_one({}, {"$set": {"number": 9}}),
                lambda: own["elsewhere"].insert_one({"_id": "a"}),
                lambda: own["things"].drop(),
                lambda: client["another"]["things"].find_one(),
            ):
                with pytest.raises(OperationFailure) as error:
                    refused()
                assert error.value.code == 13
    finally:
        db.command("dropUser", "svc")


def run_command(
    repository: Path, *arguments: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chassis.migrate", *arguments],
        cwd=repository,
        env={"PATH": "/usr/bin", "PYTHONPATH": str(repository), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command(nodes: Nodes, mongo: MongoClient[Document], repository: Path) -> None:
    """`python -m chassis.migrate payments` on an empty database, twice."""
    name = unique("t_")
    environ = {"COTERIE_MONGO_OWNER_URL": nodes.mongo_admin_url, "COTERIE_MONGO_DATABASE": name}
    try:
        for _ in range(2):
            done = run_command(repository, "payments", **environ)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout == f"payments: database {name} is up to date\n"
        assert {"commits", "orders", "schema_version"} <= set(mongo[name].list_collection_names())
    finally:
        mongo[name].command("dropAllRolesFromDatabase")
        mongo.drop_database(name)


def test_the_command_says_what_it_needs(repository: Path) -> None:
    """Every problem at once; no traceback, no secret."""
    unset = run_command(repository, "payments")
    assert unset.returncode == 2
    assert unset.stderr.splitlines() == [
        "COTERIE_MONGO_OWNER_URL (or COTERIE_MONGO_OWNER_URL_FILE) is not set",
        "COTERIE_MONGO_DATABASE (or COTERIE_MONGO_DATABASE_FILE) is not set",
    ]
    for arguments in ((), ("gateway",), ("payments", "events")):
        wrong = run_command(repository, *arguments)
        assert (wrong.returncode, wrong.stderr.split(":")[0]) == (2, "usage")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nobody = run_command(
        repository,
        "payments",
        COTERIE_MONGO_OWNER_URL=f"mongodb://owner:hush@127.0.0.1:{port}/",
        COTERIE_MONGO_DATABASE="x",
    )
    assert nobody.returncode == 1
    assert nobody.stderr.startswith("payments: not migrated: ")
    assert "Traceback" not in nobody.stderr
    assert "hush" not in nobody.stderr


def test_declarations_are_checked() -> None:
    """D-15, D-12."""
    per_community = document(community_id=TEXT, rank=WHOLE)
    with pytest.raises(ValueError, match="community_id comes first"):
        Collection(
            "x",
            per_community=True,
            validator=per_community,
            indexes=[Index([("rank", pymongo.ASCENDING)], name="by_rank")],
        )
    with pytest.raises(ValueError, match="required community_id"):
        Collection("x", per_community=True, validator=document(rank=WHOLE))
    with pytest.raises(ValueError, match="twice"):
        dataclasses.replace(SCHEMA, collections=[THINGS, THINGS])
    with pytest.raises(ValueError, match="numbered"):
        with_steps(step(2))
