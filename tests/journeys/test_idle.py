"""A system that nobody uses costs next to nothing: its commands to the database are counted."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo
import pytest
from pymongo.database import Database

from contracts.records import SERVICES
from tests.journeys.world import World
from tests.kit.probe import probe

COMMANDS_A_SECOND = 8
PASSES = 2  # of each job: so all of them have looked around at least so often
PATIENCE_SECONDS = 100.0


@contextmanager
def profiled(databases: list[Database[dict[str, Any]]]) -> Iterator[None]:
    """Every command to these databases is written down by the server."""
    for database in databases:
        database.command("profile", 2)
    try:
        yield
    finally:
        for database in databases:
            database.command("profile", 0)


def commands(database: Database[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the service itself sent, as the server wrote it down."""
    return list(database["system.profile"].find({"appName": {"$in": list(SERVICES)}}))


def passes(
    databases: list[Database[dict[str, Any]]],
) -> list[tuple[Database[dict[str, Any]], str, dt.datetime]]:
    """When each job passed last."""
    return [
        (database, row["_id"], row["last_pass_at"])
        for database in databases
        for row in database["job_state"].find()
    ]


@pytest.mark.timeout(240)
def test_commands_of_a_system_that_nobody_uses(world: World) -> None:
    """Leases, jobs, relays, change streams and readiness of one process per service together."""
    with pymongo.MongoClient[dict[str, Any]](world.system.nodes.mongo_admin_url) as client:
        databases = [client[world.system.target.database(name)] for name in SERVICES]
        world.move_clock(dt.timedelta(minutes=1))  # nothing of founding the world is left to do
        with profiled(databases):
            for _ in range(PASSES):
                before = {(database.name, job): at for database, job, at in passes(databases)}

                def passed(before: dict[tuple[str, str], dt.datetime] = before) -> bool:
                    now = passes(databases)
                    return all(at > before[database.name, job] for database, job, at in now)

                probe(passed, PATIENCE_SECONDS, "every job made another pass")
        sent = [entry for database in databases for entry in commands(database)]
    seconds = (max(e["ts"] for e in sent) - min(e["ts"] for e in sent)).total_seconds()
    kinds = Counter((entry["ns"].partition("_")[2], entry["op"]) for entry in sent)
    print(f"{len(sent)} commands in {seconds:.0f} s: {kinds.most_common()}")
    assert len(sent) <= COMMANDS_A_SECOND * seconds, kinds.most_common()
