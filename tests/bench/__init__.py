"""Measurements: `python -m tests.bench [--only NAME]` prints a table and writes .local/bench.json.

Each row has a stable name (docs/reference/benchmarks.md). Baselines run in the same call, rounds of
both alternate, and the CPU of all our processes stands beside every rate: client and servers share
the machine's cores. A module of this package adds rows by `@measures(...)`.
"""
