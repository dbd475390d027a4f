"""`python -m tests.campaign [--minutes 30] [--seed N] [--cluster] [--bug NAME]`: one run (R-6).

Exit status: 0 nothing found and everything seen that has to be; with `--bug` 0 when it was found.
"""

import argparse
import dataclasses
import datetime as dt
import math
import random
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local import clock
from deploy.local.environment import kind_of, row
from deploy.local.nodes import Nodes
from tests.campaign import checks
from tests.campaign.bugs import BUGS
from tests.campaign.checks import Evidence
from tests.campaign.clocks import Clocks, beginnings
from tests.campaign.crowd import Crowd
from tests.campaign.faults import MAIL_MAY_REPEAT, faults_of
from tests.campaign.journal import Journal
from tests.campaign.network import Network
from tests.campaign.people import ALL, CampaignWorld
from tests.campaign.report import Run
from tests.campaign.surroundings import LOCAL, prepared, tell
from tests.journeys import invariants
from tests.kit.cluster import Cluster
from tests.kit.nodes import wait_registered
from tests.kit.probe import ProbeExpired

LANES = 4
IMPORTED = 6
LONGEST_PAUSE = 90.0
#: What an outage of a minute has delayed comes within ten more (M-13).
SETTLING_SECONDS = 700.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--cluster", action="store_true", help="three members and three nodes")
    parser.add_argument("--bug", choices=sorted(BUGS), help="plant it, and expect to find it")
    parser.add_argument("--pause", type=float, help="seconds that each fault lasts; else drawn")
    parser.add_argument(
        "--only", default="", help="faults with one of these words, apart by commas"
    )
    parser.add_argument("--report", type=Path, help="where to; default: with the journal")
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a wire takes two for a connection
    folder = LOCAL / (asked.bug or "clean")
    folder.mkdir(parents=True, exist_ok=True)
    done = campaign(asked, Journal(folder / "journal.jsonl"))
    (asked.report or folder / "report.md").write_text(done.report(), "utf-8")
    print(done.report())
    return int(not done.ok)


def campaign(asked: argparse.Namespace, journal: Journal) -> Run:
    """One run on nodes of its own, which are gone afterwards."""
    rng = random.Random(asked.seed)
    today = dt.datetime.now(dt.UTC)
    began, (zone, moment) = rng.choice(list(beginnings(today).items()))
    with prepared("campaign", ALL, Cluster if asked.cluster else Nodes) as system:
        if moment > today:
            clock.move_to(system.clock_file, moment)
        network, clocks = Network(system, ALL), Clocks(system, ALL)
        world = CampaignWorld(system, network, clocks, journal, zone)
        for name in ALL:
            world.configure(name)
        system.wait_ready(ALL, 120)
        if asked.bug:
            _plant(world, asked.bug)
        tell(f"seed {asked.seed}; {asked.minutes:g} minutes; {began}")
        return _played(world, asked, began, rng)


def _played(world: CampaignWorld, asked: argparse.Namespace, began: str, rng: random.Random) -> Run:
    system = world.system
    world.found()
    if not asked.cluster:
        wait_registered(system.nodes, system.target.vhost)
    crowd = Crowd(world, asked.seed)
    crowd.bring(IMPORTED)
    over = threading.Event()
    lanes = [
        threading.Thread(target=crowd.walk, args=(number, over), daemon=True)
        for number in range(LANES)
    ]
    for lane in lanes:
        lane.start()
    try:
        faults = _fault_for(world, crowd, asked, rng)
    finally:
        over.set()
    tell("healed; the last people arrive")
    for lane in lanes:
        lane.join()
    tell("draining")
    system.wait_ready(ALL, 120)
    world.renew_staff()
    found = _end(world, crowd)
    repeats = any(word in name for name in faults for word in MAIL_MAY_REPEAT)
    found += checks.violations(Evidence(world, crowd, world.answers, repeats))
    crowd.marks["a lost commit answer"] = world.answers.replayed
    return Run(
        asked.seed,
        asked.minutes,
        asked.bug,
        asked.cluster,
        began,
        faults,
        crowd.marks,
        found,
        world.answers.answers,
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
        invariants.nothing_waits(world, seconds=SETTLING_SECONDS)
    except ProbeExpired as error:
        found.append(f"I-9 (nothing_waits): {error}")
    return found


def _fault_for(
    world: CampaignWorld, crowd: Crowd, asked: argparse.Namespace, rng: random.Random
) -> Counter[str]:
    """One fault after the other, in an order that the seed gives; each kind before any again."""
    seconds, faults = asked.minutes * 60, faults_of(asked.cluster)
    words = [word for word in asked.only.split(",") if word]
    names = [name for name in faults if not words or any(word in name for word in words)]
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    renewed = time.monotonic()
    waiting: list[str] = []
    while True:
        time.sleep(min(rng.uniform(2, 10), max(0.0, end - time.monotonic())))
        if time.monotonic() >= end:
            return done
        if not waiting:
            waiting = rng.sample(names, len(names))
        name = waiting.pop()
        pause = asked.pause or math.exp(rng.uniform(0, math.log(LONGEST_PAUSE)))
        pause = min(pause, seconds / 8)
        tell(f"{name}, {pause:.0f} s")
        try:
            faults[name](world, pause, rng)
        except Exception as error:  # told at the end, with everything else
            crowd.failures.append(f"{name}: {type(error).__name__}: {str(error)[:500]}")
        done[name] += 1
        if time.monotonic() - renewed > 120:
            world.system.wait_ready(ALL, 120)
            world.renew_staff()
            renewed = time.monotonic()


def _plant(world: CampaignWorld, bug: str) -> None:
    """All processes of the service run with the bug from now on."""
    for name in world.of_kind(BUGS[bug].service):
        planted = row(world.system.place, name, world.settings(name))
        argv = [sys.executable, "-m", "tests.campaign.bugs", bug, kind_of(name)]
        world.system.control.stop(name)
        world.system.control.start(dataclasses.replace(planted, argv=argv))
    world.system.wait_ready(world.of_kind(BUGS[bug].service))


if __name__ == "__main__":
    sys.exit(main())
