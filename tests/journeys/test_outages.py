"""Broker and database go away while people walk the path: nothing lost, nothing twice.

On nodes of the module's own. The same faults under a chassis-level load with every command counted
are in tests/integration/test_outages.py; two relays with a paused owner in
tests/integration/test_relay.py.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.environment import PROCESSES
from deploy.local.nodes import Nodes
from deploy.local.system import System
from tests.journeys import invariants
from tests.journeys.world import World, at_once, open_world
from tests.kit.nodes import wait_registered

RECOVERY_SECONDS = 60.0
Outage = Callable[[Nodes], Iterator[float]]


@pytest.fixture(scope="module")
def world(private_nodes: Nodes, system: Callable[..., System]) -> World:
    """A world on a broker and a database that may be killed."""
    opened = open_world(system, nodes=private_nodes)
    wait_registered(private_nodes, opened.system.target.vhost)
    return opened


def broker_stopped(nodes: Nodes) -> Iterator[float]:
    nodes.control.stop("rabbitmq")
    yield 10
    nodes.control.start_again("rabbitmq")


def broker_killed(nodes: Nodes) -> Iterator[float]:
    nodes.control.signal("rabbitmq", "SIGKILL")  # its supervisor starts it again
    yield 0


def broker_paused(nodes: Nodes) -> Iterator[float]:
    nodes.control.signal("rabbitmq", "SIGSTOP")
    yield 30
    nodes.control.signal("rabbitmq", "SIGCONT")


def mongod_killed(nodes: Nodes) -> Iterator[float]:
    nodes.control.signal("mongod", "SIGKILL")
    yield 0


@pytest.mark.timeout(400)
@pytest.mark.parametrize("outage", [broker_stopped, broker_killed, broker_paused, mongod_killed])
def test_outage_on_the_way(world: World, outage: Outage) -> None:
    """T-F4..T-F7, M-1, M-2a, M-24, I-1..I-11: three walk, one part goes, all arrive once.

    A mail that was sent when the database went may come twice, under one Message-ID (I-11).
    """
    nodes = world.system.nodes
    restarts = _restarts(world)
    world.renew_staff()
    first, *others = world.applicants(*(f"{outage.__name__}{number}" for number in range(4)))
    first.apply()
    with ThreadPoolExecutor(1) as pool:
        walking = pool.submit(at_once, lambda one: one.join(hesitates=True), others)
        steps = outage(nodes)
        end = time.monotonic() + next(steps)
        while time.monotonic() < end:
            # The outage lasts as long as it lasts; a walk that fails meanwhile ends it early.
            if walking.done():
                walking.result()
            time.sleep(0.2)
        next(steps, None)
        healed = time.monotonic()
        nodes.wait_ready()
        first.be_approved()
        recovered = time.monotonic() - healed
        world.system.wait_ready(PROCESSES, RECOVERY_SECONDS)
        print(f"{outage.__name__}: a write and its consequence {recovered:.1f} s after the end")
        first.order()
        first.open_payment()
        first.pay()
        first.be_member()
        walking.result()
    assert recovered < RECOVERY_SECONDS
    assert _restarts(world) == restarts, "a process gave up"
    invariants.check(world, mail_may_repeat=outage is mongod_killed)


def _restarts(world: World) -> dict[str, int]:
    return {name: row["restarts"] for name, row in world.system.control.status().items()}
