"""What a load takes from the machine: CPU by process, and commands and transactions of mongod.

mongod is asked for its own counters, so commands are counted whoever sends them. What the system
does by itself is measured at rest and subtracted: its commands always, its CPU for the time in
which we only wait for the last effects.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pymongo

from tests.bench.live import NODES, Live, cpu_of
from tests.bench.rows import Use

T = TypeVar("T")
# Sent by drivers and by this file: nothing that an operation asks for.
NOT_OURS = frozenset(
    {"hello", "isMaster", "ismaster", "ping", "buildInfo", "serverStatus", "endSessions"}
    | {"saslStart", "saslContinue", "authenticate", "getLastError", "replSetHeartbeat"}
)
WINDOW_SECONDS = 0.4
LONGEST_REST_SECONDS = 60.0


@dataclass(frozen=True)
class Reading:
    """All counters at one moment."""

    at: float
    commands: float
    transactions: float
    aborted: int
    cpu: Mapping[str, float]


class Gauge:
    """Reads the counters of one running system of the named processes."""

    def __init__(self, live: Live, names: tuple[str, ...]) -> None:
        self._groups = dict(zip((*names, *NODES), live.groups(*names, *NODES), strict=True))
        client: Any = pymongo.MongoClient(live.system.nodes.mongo_admin_url)
        self._admin = client.admin
        self.idle: Reading = self.rates(3.0)

    def read(self) -> Reading:
        """The counters now."""
        status = self._admin.command("serverStatus")
        commands = sum(
            counts["total"]
            for name, counts in status["metrics"]["commands"].items()
            if isinstance(counts, dict) and "total" in counts and name not in NOT_OURS
        )
        transactions = status["transactions"]
        return Reading(
            at=time.monotonic(),
            commands=commands,
            transactions=transactions["totalStarted"],
            aborted=transactions["totalAborted"],
            cpu={name: cpu_of([pids]) for name, pids in self._groups.items()},
        )

    def rest(self) -> None:
        """Waits until hardly more happens than at rest; raises TimeoutError."""
        end = time.monotonic() + LONGEST_REST_SECONDS
        calm = 0
        while calm < 3:
            before = self.read()
            time.sleep(WINDOW_SECONDS)
            after = self.read()
            usual = self.idle.commands * (after.at - before.at)
            calm = calm + 1 if after.commands - before.commands <= 1.3 * usual + 6 else 0
            if time.monotonic() > end:
                raise TimeoutError(f"no rest; at rest {self.idle}, now {before} to {after}")

    def measure(self, operations: int, work: Callable[[], T]) -> tuple[T, Use]:
        """What `work` takes for each of its operations, all that follows from it included."""
        self.rest()
        before = self.read()
        done = work()
        loaded = time.monotonic()
        self.rest()
        after = self.read()
        waited, whole = after.at - loaded, after.at - before.at
        cpu = {
            name: (after.cpu[name] - before.cpu[name] - self.idle.cpu[name] * waited) / operations
            for name in self._groups
        }
        commands = after.commands - before.commands - self.idle.commands * whole
        return done, Use(
            commands=commands / operations,
            transactions=(after.transactions - before.transactions) / operations,
            aborted=(after.aborted - before.aborted) / operations,
            cpu_ms_by_process={name: round(seconds * 1000, 2) for name, seconds in cpu.items()},
        )

    def rates(self, seconds: float) -> Reading:
        """How much the counters grow in a second."""
        before = self.read()
        time.sleep(seconds)
        after = self.read()
        took = after.at - before.at
        return Reading(
            at=0.0,
            commands=(after.commands - before.commands) / took,
            transactions=(after.transactions - before.transactions) / took,
            aborted=0,
            cpu={name: (after.cpu[name] - before.cpu[name]) / took for name in self._groups},
        )
