"""`python -m tests.campaign.described [--examples 500]`: schemathesis at length (H-2).

As tests/journeys/test_access.py does shortly: every operation as everybody, every boundary, and
sequences. Exit status 1 when anything was found; what was found is printed.
"""

import argparse
import datetime as dt
import sys
import time
from pathlib import Path

from deploy.local.environment import PROCESSES
from tests.campaign.surroundings import LOCAL, running, tell
from tests.journeys import described
from tests.journeys.access_gate import Gate
from tests.journeys.access_world import AccessWorld
from tests.journeys.test_access import EXPECTED, may
from tests.journeys.world import World


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=500, help="for each operation")
    parser.add_argument("--planned", type=float, default=1.0, help="share of the boundaries")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--report", type=Path, help="where to; default: beside the tool's files")
    asked = parser.parse_args()
    folder = LOCAL / "described"
    folder.mkdir(parents=True, exist_ok=True)
    budget = described.Budget(
        random=asked.examples,
        sequences=max(1, asked.examples // 4),
        planned=asked.planned,
        seconds=12 * 3600,
    )
    with running("described", PROCESSES) as system:
        gate = Gate(AccessWorld(World(system).found()).found(), EXPECTED, may)
        tell(f"seed {asked.seed}; {asked.examples} examples for each operation")
        found = described.explore(gate, Path(folder), budget, seed=asked.seed)
    answers = sum(sum(found.statuses(one).values()) for one in gate.operations)
    lines = [
        f"# The description at length, {dt.date.today():%d %B %Y}",
        "",
        f"`make fuzz EXAMPLES={asked.examples} SEED={asked.seed}`: {answers} answers of"
        f" {len(gate.operations)} operations, {len(found.findings)} kinds of finding.",
        *(f"- {one}" for one in found.findings),
        "",
    ]
    (asked.report or folder / "report.md").write_text("\n".join(lines), "utf-8")
    print(found.text, *lines, sep="\n")
    return int(bool(found.findings))


if __name__ == "__main__":
    sys.exit(main())
