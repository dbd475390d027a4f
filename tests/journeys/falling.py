"""Processes that kill themselves at named points (`COTERIE_CRASH_POINT`), one after the other.

Each has a chain of points: when it died at one, its supervisor starts it again armed with the next.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from deploy.local.environment import row
from tests.journeys.world import World
from tests.kit.probe import probe

Chains = dict[str, tuple[str, ...]]

CHAIN_SECONDS = 240.0


@contextmanager
def falling(world: World, name: str, chains: Chains) -> Iterator[Callable[[], bool]]:
    """Processes die along their chains; gives a function that says whether all are through."""
    with ThreadPoolExecutor(len(chains)) as pool:
        armed = threading.Barrier(len(chains) + 1)
        falls: list[Future[None]] = [
            pool.submit(_fall, world, f"{name}-{process}", process, points, armed)
            for process, points in chains.items()
        ]
        armed.wait(60)
        world.system.wait_ready(chains)
        yield lambda: all(fall.done() for fall in falls)
        for fall in falls:
            fall.result()
    world.system.wait_ready(chains)


def _fall(
    world: World, name: str, process: str, points: tuple[str, ...], armed: threading.Barrier
) -> None:
    """Lets one process die at each point in turn, and live afterwards."""
    control = world.system.control
    flags = [world.system.root / f"died-{name}-{number}" for number in range(len(points))]

    def define(number: int) -> None:
        """What the next start of the process is armed with."""
        alive = number == len(points)
        point = "" if alive else f"{points[number]}:{flags[number]}"
        control.define(row(world.system.place, process, {"COTERIE_CRASH_POINT": point}))

    def born_after(before: int | None) -> int | None:
        seen = control.status()[process]
        if seen["state"] == "waiting":  # not to wait for the supervisor's back-off
            control.start_again(process)
        return None if seen["pid"] == before else seen["pid"]

    pid = control.pid(process)
    define(0)
    control.signal(process, "SIGKILL")
    for number, flag in enumerate(flags):
        pid = probe(partial(born_after, pid), 20, f"{process} started")
        define(number + 1)
        if number == 0:
            armed.wait(60)
        probe(flag.exists, CHAIN_SECONDS, f"{process} comes to {points[number]}")
    probe(lambda: born_after(pid), 20, f"{process} started")
