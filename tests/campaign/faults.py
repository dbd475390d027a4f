"""What can go wrong, by name. Each fault is over, and what it broke is running, when it returns."""

import time
from collections.abc import Callable
from functools import partial

import requests

from deploy.local.control import Control
from deploy.local.environment import PROCESSES
from tests.journeys.world import MERCHANT, World

Fault = Callable[[World, float], None]
PROVIDER_FAULTS = ("http_500_before", "http_500_after", "timeout_after_effect", "garbage")


def _killed(name: str, control: Callable[[World], Control], world: World, _: float) -> None:
    control(world).signal(name, "SIGKILL")  # its supervisor starts it again


def _paused(name: str, control: Callable[[World], Control], world: World, seconds: float) -> None:
    """Beyond heartbeat, lease and deadline where it takes long enough (T-F3)."""
    control(world).signal(name, "SIGSTOP")
    try:
        time.sleep(seconds)
    finally:
        control(world).signal(name, "SIGCONT")


def _stopped(name: str, control: Callable[[World], Control], world: World, seconds: float) -> None:
    control(world).stop(name)
    try:
        time.sleep(seconds)
    finally:
        control(world).start_again(name)


def _provider(kind: str, world: World, seconds: float) -> None:
    url = world.system.url("sandbox-provider") + "/control/faults"
    for operation in ("create", "query", "close", "refund"):
        fault = {"merchant_id": MERCHANT, "on": operation, "kind": kind, "times": 1, "seconds": 6}
        requests.put(url, json=fault, timeout=10).raise_for_status()
    time.sleep(seconds)


def _system(world: World) -> Control:
    return world.system.control


def _nodes(world: World) -> Control:
    return world.system.nodes.control


FAULTS: dict[str, Fault] = {
    **{f"kill {name}": partial(_killed, name, _system) for name in PROCESSES},
    **{f"pause {name}": partial(_paused, name, _system) for name in PROCESSES},
    **{f"stop {name}": partial(_stopped, name, _system) for name in PROCESSES},
    **{f"kill {name}": partial(_killed, name, _nodes) for name in ("rabbitmq", "mongod")},
    **{f"pause {name}": partial(_paused, name, _nodes) for name in ("rabbitmq", "mongod")},
    "stop rabbitmq": partial(_stopped, "rabbitmq", _nodes),
    **{f"provider {kind}": partial(_provider, kind) for kind in PROVIDER_FAULTS},
}
#: After these a mail may have come twice, under one Message-ID (I-11).
MAIL_MAY_REPEAT = ("notifications", "mongod", "sandbox-mail", "gateway", "rabbitmq", "membership")
