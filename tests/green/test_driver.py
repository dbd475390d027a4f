"""What we rest on of the database driver under greenlets, which its makers do not test."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import eventlet
import pytest
from eventlet.greenthread import GreenThread
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError, ServerSelectionTimeoutError

from chassis import mongo
from chassis.clock import FixedClock
from chassis.commits import COMMITS
from chassis.context import Context
from chassis.migrate import apply_collection
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from tests.kit.existing import existing
from tests.kit.nodes import unique
from tests.kit.processes import free_port
from tests.store.chassis.things import NOON

POOL = 3
GUARD_SECONDS = 20  # a test that hangs ends by this


@pytest.fixture
def client(nodes: Nodes) -> Iterator[MongoClient[Document]]:
    """A client of the chassis with very few connections."""
    with mongo.connect(
        nodes.mongo_admin_url, application="green", max_workers=POOL - mongo.WATCHERS
    ) as opened:
        yield opened


@pytest.fixture
def database(client: MongoClient[Document]) -> Iterator[Database[Document]]:
    opened = mongo.open_database(client, unique("t_"))
    apply_collection(opened, COMMITS, lambda line: None)
    opened.create_collection("things")
    with eventlet.Timeout(GUARD_SECONDS * 3):
        yield opened
    client.drop_database(opened.name)


def wait_for_news(
    database: Database[Document], seconds: float, name: str = "watching"
) -> Document | None:
    """A getMore of a change stream keeps a connection until there is `news` or time is over.

    The document `name` says that it begins now.
    """
    seen = [{"$match": {"documentKey._id": {"$in": [name, "news"]}}}]
    with database.things.watch(seen, max_await_time_ms=int(seconds * 1000)) as stream:
        database.things.insert_one({"_id": name})
        assert existing(stream.try_next())["documentKey"]["_id"] == name
        return stream.try_next()


def wait_until_watching(database: Database[Document], name: str = "watching") -> None:
    while database.things.find_one({"_id": name}) is None:
        eventlet.sleep(0)
    eventlet.sleep(0)


def all_connections_work(database: Database[Document]) -> bool:
    """As many transactions at once as the pool has connections, all of them in time."""
    uow = UnitOfWork(database, FixedClock(NOON))
    ctx = Context.for_system("green")

    def work(number: int) -> bool:
        def change(tx: Transaction) -> bool:
            database.things.find_one({"_id": number}, session=tx.session)
            database.things.update_one(
                {"_id": number}, {"$inc": {"n": 1}}, upsert=True, session=tx.session
            )
            return True

        with mongo.bounded(None, 5.0):
            return uow.run(ctx, change)

    return all(eventlet.GreenPool().imap(work, range(POOL)))


def test_a_full_pool_is_an_outage_within_the_callers_time(database: Database[Document]) -> None:
    """D-1: who finds no free connection in time is told so, and finds one afterwards."""
    waiting = [eventlet.spawn(wait_for_news, database, 2.0, f"watching-{n}") for n in range(POOL)]

    def look_until_refused() -> None:
        while not all(one.dead for one in waiting):
            with mongo.bounded(None, 0.1):
                database.things.find_one({})
            eventlet.sleep(0)

    with eventlet.Timeout(GUARD_SECONDS):
        with pytest.raises(PyMongoError) as refused:
            look_until_refused()
        assert mongo.is_unavailable(refused.value)
        for one in waiting:
            one.wait()
    assert all_connections_work(database)


def test_others_work_while_a_change_stream_waits(database: Database[Document]) -> None:
    """A getMore that waits at the server holds up no other greenlet, and wakes at a change."""
    watching = eventlet.spawn(wait_for_news, database, 4.0)
    with eventlet.Timeout(GUARD_SECONDS):
        wait_until_watching(database)
        for number in range(50):
            database.things.find_one({"_id": number})
        assert not watching.dead
        database.things.insert_one({"_id": "news"})
        assert watching.wait()["documentKey"] == {"_id": "news"}


def test_transactions_that_meet_are_repeated(database: Database[Document]) -> None:
    """D-4: greenlets that change one document at once: every change counts, none twice."""
    database.things.insert_one({"_id": "one", "n": 0})
    uow, ctx = UnitOfWork(database, FixedClock(NOON)), Context.for_system("green")

    def count(_: int) -> None:
        def work(tx: Transaction) -> None:
            found = existing(database.things.find_one({"_id": "one"}, session=tx.session))
            changed = {"$set": {"n": found["n"] + 1}}
            database.things.update_one({"_id": "one"}, changed, session=tx.session)

        for _ in range(5):
            uow.run(ctx, work)

    with eventlet.Timeout(GUARD_SECONDS):
        list(eventlet.GreenPool().imap(count, range(6)))
    assert existing(database.things.find_one({"_id": "one"}))["n"] == 30


def unit_of_work(database: Database[Document]) -> None:
    """What the killed ones were about to do, from checking a connection out to the commit."""
    uow = UnitOfWork(database, FixedClock(NOON))

    def work(tx: Transaction) -> None:
        for name in ("a", "b"):
            database.things.insert_one({"n": name}, session=tx.session)

    uow.run(Context.for_system("green"), work)


def killed(workers: list[GreenThread], turns: int) -> None:
    """After so many turns of the hub."""
    for _ in range(turns):
        eventlet.sleep(0)
    for worker in workers:
        worker.kill()
        eventlet.sleep(0)


def timed_out(workers: list[GreenThread], turns: int) -> None:
    """As killed, but by an exception like that of a timer."""
    for _ in range(turns):
        eventlet.sleep(0)
    for worker in workers:
        worker.kill(eventlet.Timeout, eventlet.Timeout(), None)
        with contextlib.suppress(eventlet.Timeout):
            worker.wait()


@pytest.mark.parametrize("end", [killed, timed_out])
def test_a_greenlet_that_ends_anywhere_leaves_its_client_whole(
    database: Database[Document], end: Callable[[list[GreenThread], int], None]
) -> None:
    """Whatever it was about, from waiting for a connection to the commit: none and no lock of the
    client is lost (a worker that hangs is killed when its process stops; timers end calls)."""
    with eventlet.Timeout(GUARD_SECONDS * 2):
        for turns in range(60):
            end([eventlet.spawn(unit_of_work, database) for _ in range(POOL * 4)], turns)
            assert all_connections_work(database)
    assert database.things.count_documents({"n": {"$in": ["a", "b"]}}) % 2 == 0


def test_a_greenlet_that_ends_while_it_waits_at_the_server(database: Database[Document]) -> None:
    """A kill in a getMore costs its connection, not the pool its place."""
    for number in range(POOL * 2):
        name = f"watching-{number}"
        watching = eventlet.spawn(wait_for_news, database, 4.0, name)
        with eventlet.Timeout(GUARD_SECONDS):
            wait_until_watching(database, name)
        watching.kill()
    assert all_connections_work(database)


def test_who_finds_no_server_gives_up_by_its_own_limit() -> None:
    """D-1: a database that is away ends a call by the caller's limit, and others go on."""
    away = mongo.connect(f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0", application="green")
    with away:
        ended: list[str] = []

        def look(name: str, seconds: float) -> None:
            with mongo.bounded(None, seconds), pytest.raises(ServerSelectionTimeoutError) as error:
                away["x"]["things"].find_one({})
            assert mongo.is_unavailable(error.value)
            ended.append(name)

        def sleep(name: str, seconds: float) -> None:
            eventlet.sleep(seconds)
            ended.append(name)

        with eventlet.Timeout(GUARD_SECONDS):
            both = [
                eventlet.spawn(*what)
                for what in (
                    (look, "the third", 1.0),
                    (sleep, "the second", 0.6),
                    (look, "the first", 0.2),
                    (sleep, "the last", 1.6),
                )
            ]
            for one in both:
                one.wait()
    assert ended == ["the first", "the second", "the third", "the last"]


PROGRAM = """
import eventlet
eventlet.monkey_patch()
from chassis import mongo
client = mongo.connect({url!r}, application="green")
things = mongo.open_database(client, {name!r}).things
def watch():
    with things.watch(max_await_time_ms=4000) as stream:
        stream.try_next()
eventlet.spawn(watch)
for _ in range(20):
    eventlet.sleep(0)
print(things.find_one({{}}))
"""


def test_a_process_ends_whatever_its_client_does(nodes: Nodes) -> None:
    """Neither the driver's own threads nor a getMore under way keep it, or print anything."""
    program = PROGRAM.format(url=nodes.mongo_admin_url, name=unique("t_"))
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=GUARD_SECONDS,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "None\n", "")
