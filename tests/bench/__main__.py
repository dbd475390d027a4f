"""`python -m tests.bench [--only NAME,…]`: run measurements, print the table, write the file."""

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from pathlib import Path

import tests.bench
from tests.bench.rows import MEASUREMENTS, Bench, Row
from tests.kit.nodes import shared_nodes

LOCAL = Path(__file__).parents[2] / ".local"
RESULTS = LOCAL / "bench.json"
NODES_ROOT = LOCAL / "bench"


def main() -> int:
    """Exit status: 0 all targets met, 1 one missed, 2 no such row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rows, apart by commas: run what gives them")
    only = {name for name in parser.parse_args().only.split(",") if name}
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name.startswith("measure_"):
            importlib.import_module(f"tests.bench.{module.name}")
    known = sorted(name for names in MEASUREMENTS for name in names)
    if not only <= set(known):
        print(f"no row {min(only - set(known))!r}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = {names: run for names, run in MEASUREMENTS.items() if not only or only & set(names)}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="coterie-bench-") as directory:
        # Not the nodes of the tests: CPU of broker and database counts, and must be ours alone.
        bench = Bench(shared_nodes(NODES_ROOT), Path(directory))
        for names, run in chosen.items():
            print(f"measuring {', '.join(names)} …", file=sys.stderr, flush=True)
            rows += run(bench)
    write(rows)
    shown = [row for row in rows if not only or row.name in only]
    print(table(shown))
    return int(any(row.ok is False for row in shown))


def table(rows: list[Row]) -> str:
    """The rows for people."""
    head = (
        *("row", "value", "unit", "baseline", "ratio", "CPU ms/op", "floor", "p50 ms", "p99 ms"),
        *("commands", "transactions", "aborted", "target", "ok", "note"),
    )
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write(rows: list[Row]) -> None:
    """Puts the rows into the results file; rows of other measurements stay."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    fresh = {row.name: row.as_dict() for row in rows}
    RESULTS.parent.mkdir(exist_ok=True)
    merged = [row for row in kept if row["name"] not in fresh] + list(fresh.values())
    RESULTS.write_text(json.dumps(merged, indent=2, ensure_ascii=False) + "\n")


def _cells(row: Row) -> tuple[str, ...]:
    ok = {True: "yes", False: "NO", None: "-"}[row.ok]
    return (
        row.name,
        _number(row.value),
        row.unit,
        _number(row.baseline),
        _number(row.ratio),
        _number(row.cpu_ms),
        _number(row.floor_cpu_ms),
        _number(row.p50_ms),
        _number(row.p99_ms),
        _number(row.commands),
        _number(row.transactions),
        _number(row.aborted),
        row.target,
        ok,
        row.note,
    )


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
