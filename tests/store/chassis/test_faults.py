"""The unit of work when the process dies or the connection breaks in the middle."""

import dataclasses
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chassis import mongo
from chassis.clock import FixedClock
from chassis.context import Actor, Context
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from deploy.local.nodes import Nodes
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.wire import Trouble, Wire
from tests.store.chassis.test_uow import COMMUNITY, add_thing, counts, thing
from tests.store.chassis.things import Things

Cut = Callable[[bytes, int], tuple[Database[Document], Wire]]

CHILD = """
import sys
from chassis import crash, mongo
from chassis.clock import Clock
from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.uow import UnitOfWork
from tests.store.chassis.things import Things
from tests.store.chassis.test_uow import add_thing

url, name, point = sys.stdin.read().split()
crash.arm(point)
database = mongo.open_database(mongo.connect(url, application="child"), name)
ctx = Context(
    Actor("person", "per_1"), "en", "req_00000000", new_traceparent(),
    idempotency=IdempotencyKey("k1", "f1", "membership.x"),
)
UnitOfWork(database, Clock()).run(ctx, add_thing(Things(database)))
"""


@pytest.mark.parametrize(
    ("point", "committed"),
    [("uow.before_insert", 0), ("uow.before_commit", 0), ("uow.after_commit", 1)],
)
def test_killed_around_the_commit(
    nodes: Nodes,
    db: Database[Document],
    uow: UnitOfWork,
    things: Things,
    keyed: Callable[..., Context],
    repository: Path,
    point: str,
    committed: int,
) -> None:
    """M-18, H-14: all or nothing; the retry with the same key finds the answer or completes."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=f"{nodes.mongo_admin_url} {db.name} {point}",
        text=True,
        cwd=repository,
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert set(counts(db).values()) == {committed}
    same = dataclasses.replace(keyed("k1"), actor=Actor("person", "per_1"))
    if committed:
        assert existing(existing(uow.idempotency.find(same)).answer)["id"] == "thing-1"
    else:
        # The dead process' transaction holds its locks until the server gives it up.
        probe(lambda: _succeeds(uow, same, things), deadline=20, message="the retry commits")
    assert counts(db) == {"things": 1, "commits": 1}


def _succeeds(uow: UnitOfWork, ctx: Context, things: Things) -> bool:
    try:
        uow.run(ctx, add_thing(things))
    except DomainError as error:
        assert error.error is SERVICE_UNAVAILABLE  # noqa: PT017
        return False
    return True


@pytest.fixture
def cut(nodes: Nodes, db: Database[Document]) -> Iterator[Cut]:
    """`cut(command, times)`: the same database, the answers to these commands get lost."""
    clients: list[MongoClient[Document]] = []

    def make(command: bytes, times: int) -> tuple[Database[Document], Wire]:
        wire = Wire(("127.0.0.1", nodes.ports["mongod"]))
        wire.suffer(Trouble.RESET_ANSWER, times=times, about=command)
        client = mongo.connect(wire.mongo_url(nodes.mongo_admin_url), application="cut")
        clients.append(client)
        return mongo.open_database(client, db.name), wire

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_to_the_commit_that_got_lost(
    db: Database[Document],
    things: Things,
    clock: FixedClock,
    keyed: Callable[..., Context],
    cut: Cut,
    times: int,
) -> None:
    """D-4: the outcome is unknown, the commit alone is repeated, the effect is there once."""
    database, wire = cut(b"commitTransaction", times)
    things.collection = database["things"]
    runs = []

    def work(tx: Transaction) -> Document:
        runs.append(1)
        return add_thing(things)(tx)

    UnitOfWork(database, clock).run(keyed("k1"), work)
    assert (wire.resets_left, len(runs)) == (0, 1)
    assert counts(db) == {"things": 1, "commits": 1}


def test_a_connection_lost_before_the_commit(
    db: Database[Document], things: Things, clock: FixedClock, ctx: Context, cut: Cut
) -> None:
    """D-4: a lost insert is a transient error, the work runs again, the effect is there once."""
    database, wire = cut(b"\x02insert\x00", 1)
    things.collection = database["things"]
    UnitOfWork(database, clock).run(ctx, lambda tx: things.insert(tx, thing()))
    assert wire.resets_left == 0
    assert things.require("thing-1", community_id=COMMUNITY)["version"] == 1


def test_no_server(
    clock: FixedClock, ctx: Context, things: Things, unused_tcp_port_url: str
) -> None:
    """H-6: without a database a call is refused as unavailable within its deadline."""
    with mongo.connect(unused_tcp_port_url, application="nobody") as client:
        database = mongo.open_database(client, "t_nobody")
        things.collection = database["things"]
        hurried = ctx.with_deadline(0.5)
        with pytest.raises(DomainError) as refused:
            UnitOfWork(database, clock).run(hurried, lambda tx: things.insert(tx, thing()))
        assert refused.value.error is SERVICE_UNAVAILABLE


@pytest.fixture
def unused_tcp_port_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"mongodb://127.0.0.1:{port}/?directConnection=true"
