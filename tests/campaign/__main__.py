"""`python -m tests.campaign [--minutes 30] [--seed N] [--bug NAME]`: one campaign (R-6).

Exit status: 0 nothing found and everything seen that has to be; with `--bug` 0 when it was found.
"""

import argparse
import dataclasses
import datetime as dt
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local.environment import PROCESSES, row
from deploy.local.system import System
from tests.campaign import checks
from tests.campaign.bugs import BUGS
from tests.campaign.checks import Evidence
from tests.campaign.faults import FAULTS, MAIL_MAY_REPEAT
from tests.campaign.people import CampaignWorld, Crowd, Journal
from tests.campaign.surroundings import LOCAL, running, tell
from tests.journeys import invariants
from tests.kit.nodes import wait_registered
from tests.kit.probe import ProbeExpired

LANES = 3
IMPORTED = 6
LONGEST_PAUSE = 90.0
#: A run that did not see these does not count.
SOMETIMES = (
    "late capture",
    "a lapsed offer accepted",
    "a lost commit answer",
    "two at the ladder's boundary",
)


@dataclasses.dataclass
class Run:
    """What happened."""

    seed: int
    minutes: float
    bug: str | None
    faults: Counter[str]
    marks: Counter[str]
    violations: list[str]
    answers: Counter[str]
    joined: int = 0
    refunded: int = 0
    renewed: int = 0

    @property
    def missing(self) -> list[str]:
        return [name for name in SOMETIMES if not self.marks[name]]

    @property
    def ok(self) -> bool:
        if self.bug:
            return any(BUGS[self.bug].found_by in one for one in self.violations)
        return not self.violations and not self.missing

    def report(self) -> str:
        lines = [
            f"# Campaign of {dt.date.today():%d %B %Y}",
            "",
            f"`make campaign`: {self.minutes:g} minutes of load and faults, seed {self.seed}"
            + (f", planted bug `{self.bug}`." if self.bug else "."),
            "kill -9 says nothing about loss of power (R-4); one node of broker and database.",
            "",
            "| what | how often |",
            "| --- | --- |",
            f"| joined and stayed | {self.joined} |",
            f"| refunded in full | {self.refunded} |",
            f"| renewed | {self.renewed} |",
            *(f"| answers {status} | {n} |" for status, n in sorted(self.answers.items())),
            *(f"| fault: {name} | {n} |" for name, n in sorted(self.faults.items())),
            *(f"| seen: {name} | {n} |" for name, n in sorted(self.marks.items())),
            "",
            f"Not seen: {', '.join(self.missing) or 'nothing'}.",
            f"Violations: {len(self.violations)}.",
            *(f"- {one}" for one in self.violations),
            "",
        ]
        return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--bug", choices=sorted(BUGS), help="plant it, and expect to find it")
    parser.add_argument(
        "--only", default="", help="faults with one of these words, apart by commas"
    )
    parser.add_argument("--report", type=Path, help="where to; default: with the journal")
    asked = parser.parse_args()
    folder = LOCAL / (asked.bug or "clean")
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "journal.jsonl")
    done = campaign(journal, asked.minutes, asked.seed, asked.bug, asked.only)
    (asked.report or folder / "report.md").write_text(done.report(), "utf-8")
    print(done.report())
    return int(not done.ok)


def campaign(journal: Journal, minutes: float, seed: int, bug: str | None, only: str = "") -> Run:
    """One run on nodes of its own, which are gone afterwards."""
    CampaignWorld.clients = journal
    with running("campaign", PROCESSES) as system:
        return _played(system, journal, minutes, seed, bug, only)


def _played(
    system: System, journal: Journal, minutes: float, seed: int, bug: str | None, only: str
) -> Run:
    world = CampaignWorld(system)
    if bug:
        _plant(system, bug)
    world.found()
    wait_registered(system.nodes, system.target.vhost)
    crowd = Crowd(world, seed)
    crowd.bring(IMPORTED)
    tell(f"seed {seed}; {minutes:g} minutes")
    over = threading.Event()
    lanes = [
        threading.Thread(target=crowd.walk, args=(number, over), daemon=True)
        for number in range(LANES)
    ]
    for lane in lanes:
        lane.start()
    try:
        faults = _fault_for(world, minutes * 60, random.Random(seed), only)
    finally:
        over.set()
    for lane in lanes:
        lane.join()
    tell("healed; draining")
    system.wait_ready(PROCESSES, 120)
    world.renew_staff()
    found = _end(world, crowd)
    repeats = any(word in name for name in faults for word in MAIL_MAY_REPEAT)
    found += checks.violations(Evidence(world, crowd, journal, repeats))
    crowd.lost_answers()
    answers = Counter(str(line["status"]) for line in journal.lines)
    return Run(
        seed,
        minutes,
        bug,
        faults,
        crowd.marks,
        found,
        answers,
        joined=len(crowd.joined),
        refunded=len(crowd.refunded),
        renewed=len(crowd.renewed),
    )


def _end(world: CampaignWorld, crowd: Crowd) -> list[str]:
    """The scenes of every run, and rest (I-9)."""
    found = []
    scenes: tuple[Callable[[], None], ...] = (
        crowd.lose_an_answer,
        crowd.pay_twice,
        crowd.hurry_at_the_boundary,
        crowd.let_an_offer_lapse,
        world.renew_staff,
        # Orders end after 30 minutes, offers after 12 h.
        partial(crowd.let_time_pass, dt.timedelta(hours=30)),
        crowd.come_too_late,
    )
    for scene in scenes:
        try:
            scene()
        except Exception as error:
            found.append(f"scene {scene}: {type(error).__name__}: {str(error)[:500]}")
    try:
        invariants.nothing_waits(world)
    except ProbeExpired as error:
        found.append(f"I-9 (nothing_waits): {error}")
    return found


def _fault_for(world: CampaignWorld, seconds: float, rng: random.Random, only: str) -> Counter[str]:
    """One fault after the other, in an order that the seed gives; each kind before any again."""
    words = [word for word in only.split(",") if word]
    names = [name for name in FAULTS if not words or any(word in name for word in words)]
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    renewed = time.monotonic()
    waiting: list[str] = []
    while True:
        time.sleep(min(rng.uniform(5, 15), max(0.0, end - time.monotonic())))
        if time.monotonic() >= end:
            return done
        if not waiting:
            waiting = rng.sample(names, len(names))
        name = waiting.pop()
        pause = min(rng.uniform(1, LONGEST_PAUSE), seconds / 10)
        tell(f"{name}, {pause:.0f} s")
        FAULTS[name](world, pause)
        done[name] += 1
        if time.monotonic() - renewed > 120:
            world.system.wait_ready(PROCESSES, 120)
            world.renew_staff()
            renewed = time.monotonic()


def _plant(system: System, bug: str) -> None:
    """The service runs with the bug from now on."""
    service = BUGS[bug].service
    planted = row(system.place, service, {})
    argv = [sys.executable, "-m", "tests.campaign.bugs", bug, *planted.argv[3:]]
    system.control.stop(service)
    system.control.start(dataclasses.replace(planted, argv=argv))
    system.wait_ready([service])


if __name__ == "__main__":
    sys.exit(main())
