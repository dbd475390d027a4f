"""What can go wrong, by name. Each fault is over, and what it broke is running, when it returns."""

import datetime as dt
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import requests
from pymongo.errors import PyMongoError

from deploy.local.control import Control
from deploy.local.environment import PROCESSES
from tests.campaign.network import EDGES, TO_MONGOD
from tests.campaign.people import CampaignWorld
from tests.journeys.world import MERCHANT
from tests.kit.cluster import Cluster
from tests.kit.nodes import memory_alarm, rabbitmqctl
from tests.kit.probe import probe
from tests.kit.wire import Trouble

Fault = Callable[[CampaignWorld, float, random.Random], None]
PROVIDER_FAULTS = ("http_500_before", "http_500_after", "timeout_after_effect", "garbage")
LONGEST_SKEW = 300.0
BUSY_LOOPS = 2


# ── processes: one of those of a kind, while another one may take over ──────────────────────────


def _killed(control: Control, name: str) -> Iterator[None]:
    control.signal(name, "SIGKILL")  # its supervisor starts it again
    yield


def _paused(control: Control, name: str) -> Iterator[None]:
    """Beyond heartbeat, lease and deadline where it takes long enough (T-F3)."""
    control.signal(name, "SIGSTOP")
    try:
        yield
    finally:
        control.signal(name, "SIGCONT")


def _stopped(control: Control, name: str) -> Iterator[None]:
    control.stop(name)
    try:
        yield
    finally:
        control.start_again(name)


def _lost(control: Control, name: str) -> Iterator[None]:
    """Killed, and not there again before its time."""
    control.hold_down(name)
    control.signal(name, "SIGKILL")
    try:
        yield
    finally:
        control.start_again(name)


Harm = Callable[[Control, str], Iterator[None]]
HARMS: dict[str, Harm] = {"kill": _killed, "pause": _paused, "stop": _stopped}


def _harmed(
    harm: Harm, kind: str, world: CampaignWorld, seconds: float, rng: random.Random
) -> None:
    with contextmanager(harm)(world.system.control, rng.choice(world.of_kind(kind))):
        # Who was killed comes back by itself: no reason to wait for that.
        time.sleep(0 if harm is _killed else seconds)


def _node_harmed(
    harm: Harm, name: str, world: CampaignWorld, seconds: float, rng: random.Random
) -> None:
    with contextmanager(harm)(world.system.nodes.control, name):
        time.sleep(0 if harm is _killed else seconds)


# ── what is around them ─────────────────────────────────────────────────────────────────────────


def _provider(kind: str, world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    url = world.system.url("sandbox-provider") + "/control/faults"
    for operation in ("create", "query", "close", "refund"):
        fault = {"merchant_id": MERCHANT, "on": operation, "kind": kind, "times": 1, "seconds": 6}
        requests.put(url, json=fault, timeout=10).raise_for_status()
    time.sleep(seconds)


def _wire(
    edge: str, trouble: Trouble, world: CampaignWorld, seconds: float, rng: random.Random
) -> None:
    world.network.trouble(edge, trouble, seconds, rng)


def _jump(by: dt.timedelta, world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    world.move_clock(by)


def _skew(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    """One process is ahead of all others in business time (T-F13)."""
    name, by = rng.choice(world.clocked), dt.timedelta(seconds=int(rng.uniform(1, LONGEST_SKEW)))
    world.clocks.put_ahead(name, by)
    try:
        time.sleep(seconds)
    finally:
        world.clocks.catch_up(name, by)


def _starve(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    """Somebody else's work takes the processors (T-F20)."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_LOOPS)
    ]
    try:
        time.sleep(seconds)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def _memory(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    with memory_alarm(world.system.nodes):
        time.sleep(seconds)


def _disk(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    """The broker believes that its disk is nearly full (T-F14)."""
    rabbitmqctl(world.system.nodes, "set_disk_free_limit", "100000GB")
    try:
        time.sleep(seconds)
    finally:
        rabbitmqctl(world.system.nodes, "set_disk_free_limit", "200MB")


# ── three members of the database, three nodes of the broker ────────────────────────────────────


def _cluster(world: CampaignWorld) -> Cluster:
    nodes = world.system.nodes
    assert isinstance(nodes, Cluster)
    return nodes


def _primary(world: CampaignWorld) -> str:
    return _cluster(world).mongod_primary()


def _secondary(world: CampaignWorld) -> str:
    primary = _primary(world)
    return next(name for name in ("mongod", "mongod-2") if name != primary)


def _leader(world: CampaignWorld) -> str:
    return _cluster(world).broker_leader()


def _member_harmed(
    harm: Harm,
    which: Callable[[CampaignWorld], str],
    world: CampaignWorld,
    seconds: float,
    rng: random.Random,
) -> None:
    _node_harmed(harm, which(world), world, seconds, rng)
    _whole(world)


def _stepped_down(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    _cluster(world).step_down()
    time.sleep(seconds)
    _whole(world)


def _parted(world: CampaignWorld, seconds: float, rng: random.Random) -> None:
    """T-F12: the node that leads the most queues sees the others no more, and they not it."""
    nodes = _cluster(world)
    name = nodes.broker_leader()
    nodes.part_broker(name, part=True)
    try:
        time.sleep(seconds)
    finally:
        nodes.part_broker(name, part=False)
        _whole(world)


def _whole(world: CampaignWorld) -> None:
    """The next fault may take another one: two away at once are no cluster any more."""
    nodes = _cluster(world)

    def members() -> bool:
        try:
            assert nodes.mongods_are_whole()
        except PyMongoError as error:
            raise AssertionError(str(error)) from None
        return nodes.brokers_are_whole()

    probe(members, 180, "all members are back")


ANYWHERE: dict[str, Fault] = {
    **{
        f"{verb} {kind}": partial(_harmed, harm, kind)
        for verb, harm in HARMS.items()
        for kind in PROCESSES
    },
    **{
        f"{trouble}: {edge}": partial(_wire, edge, trouble) for edge in EDGES for trouble in Trouble
    },
    **{f"provider {kind}": partial(_provider, kind) for kind in PROVIDER_FAULTS},
    "clock an hour on": partial(_jump, dt.timedelta(hours=1)),
    "clock a day on": partial(_jump, dt.timedelta(days=1)),
    "clock of one process ahead": _skew,
    "no processor": _starve,
}
ALONE: dict[str, Fault] = {
    **{
        f"{verb} {name}": partial(_node_harmed, HARMS[verb], name)
        for name, verbs in (("rabbitmq", HARMS), ("mongod", ("kill", "pause")))
        for verb in verbs
    },
    "memory alarm of rabbitmq": _memory,
    "disk alarm of rabbitmq": _disk,
}
MEMBERS: dict[str, Fault] = {
    **{
        f"{verb} mongod primary": partial(_member_harmed, harm, _primary)
        for verb, harm in {"kill": _killed, "pause": _paused, "lose": _lost}.items()
    },
    "step mongod primary down": _stepped_down,
    "lose mongod secondary": partial(_member_harmed, _lost, _secondary),
    **{
        f"{verb} rabbitmq leader": partial(_member_harmed, harm, _leader)
        for verb, harm in {"kill": _killed, "pause": _paused, "lose": _lost}.items()
    },
    "part rabbitmq leader": _parted,
}
#: After these a mail may have come twice, under one Message-ID (I-11): its sender or a part on
#: which it relies did not hear that it was taken.
MAIL_MAY_REPEAT = (
    "notifications",
    "mongod",
    "sandbox-mail",
    "gateway",
    "rabbitmq",
    "membership",
    "processor",
    "clock",
)


def faults_of(cluster: bool) -> dict[str, Fault]:
    """All that this system can meet."""
    if not cluster:
        return ANYWHERE | ALONE
    wired = {name: fault for name, fault in ANYWHERE.items() if not name.endswith(TO_MONGOD)}
    return wired | MEMBERS
