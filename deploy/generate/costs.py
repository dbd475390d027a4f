"""The costs that are declared: `costs.toml` of each service and of the chassis.

The tests in `tests/store/*/test_costs.py` count what each operation takes and fail when that is not
what is declared; `make costs` writes down what they count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from chassis import topology
from chassis.jobs import JobEntrypoint
from chassis.platform import ServiceDefinition
from chassis.rpc_server import RpcEntrypoint

ROOT = Path(__file__).parents[2]
HEAD = "# Counted by tests/store/*/test_costs.py; `make costs` writes this file.\n"

Costs = dict[str, dict[str, "Cost"]]


@dataclass(frozen=True)
class Cost:
    """What one operation takes. `publishes`: events that it tells; `calls`: RPCs that it makes;
    `bytes`: of those events, calls, their answers and its own, rounded up to a hundred.
    """

    commands: int
    transactions: int
    aborts: int
    publishes: int
    calls: int
    bytes: int

    def __str__(self) -> str:
        parts = ", ".join(f"{name} = {value}" for name, value in asdict(self).items())
        return f"{{ {parts} }}"


def operation(row: str) -> str:
    """The operation that a row is about; behind a comma it may name the case."""
    return row.partition(",")[0]


def operations(definition: ServiceDefinition) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that a service does on a call, an event, or in time."""
    for method, entrypoint in topology.entrypoints(definition):
        if isinstance(entrypoint, JobEntrypoint):
            yield "jobs", entrypoint.name
        elif isinstance(entrypoint, RpcEntrypoint):
            yield "rpcs", method
        else:
            yield "reactions", method


def path_of(owner: str) -> Path:
    """Where the costs of a service, or of `chassis`, are declared; relative to the root."""
    folder = owner if owner == "chassis" else f"services/{owner}"
    return Path(folder) / "costs.toml"


def declared(owner: str) -> Costs:
    """The costs by kind and row; raises FileNotFoundError, or TypeError for a malformed one."""
    read = tomllib.loads((ROOT / path_of(owner)).read_text("utf-8"))
    return {
        kind: {row: Cost(**values) for row, values in rows.items()} for kind, rows in read.items()
    }


def text_of(costs: Costs) -> str:
    """The file that declares these costs."""
    parts = [HEAD]
    for kind, rows in sorted(costs.items()):
        parts.append(f"\n[{kind}]\n")
        parts += [f'"{row}" = {cost}\n' for row, cost in sorted(rows.items())]
    return "".join(parts)
