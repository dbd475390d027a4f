"""What a measurement is and what it says."""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.local.nodes import Nodes


@dataclass(frozen=True)
class Use:
    """What one operation takes: commands and transactions of mongod, milliseconds of CPU."""

    commands: float
    transactions: float
    aborted: float
    cpu_ms_by_process: dict[str, float]

    @property
    def cpu_ms(self) -> float:
        return sum(self.cpu_ms_by_process.values())


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` = value / baseline; `cpu_ms` = CPU per operation of all our
    processes (its client's, too, where docs/reference/benchmarks.md says so); `floor_cpu_ms` = that
    of the bare commands and publishes; `ok` is None where there is no target.
    """

    name: str
    value: float
    unit: str
    target: str = ""
    ok: bool | None = None
    baseline: float | None = None
    cpu_ms: float | None = None
    note: str = ""
    p50_ms: float | None = None
    p99_ms: float | None = None
    commands: float | None = None
    transactions: float | None = None
    aborted: float | None = None
    cpu_ms_by_process: dict[str, float] | None = None
    floor_cpu_ms: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


@dataclass(frozen=True)
class Bench:
    """Where measurements run: nodes of the tests, and a directory for logs."""

    nodes: Nodes
    directory: Path


Measurement = Callable[[Bench], Iterable[Row]]
MEASUREMENTS: dict[tuple[str, ...], Measurement] = {}


def measures(*names: str) -> Callable[[Measurement], Measurement]:
    """Marks a function that returns the rows with these names, in this order."""

    def register(measurement: Measurement) -> Measurement:
        MEASUREMENTS[names] = measurement
        return measurement

    return register


def cpu_seconds(*pids: int) -> float:
    """CPU time that these processes have used, user and system."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def percentile(values: list[float], percent: float) -> float:
    """The value below which `percent` of a non-empty list lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
