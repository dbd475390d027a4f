"""kill -9 of every process between every two steps of the path, while people walk it.

Processes die along their chains of points (`falling`). People repeat what was not answered, as
front ends do, and the invariants are checked when all chains are through. How a paid seat survives
shows `test_seat_crashes.py`.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts.records import SERVICES
from tests.journeys import invariants
from tests.journeys.falling import Chains, falling
from tests.journeys.world import Applicant, World
from tests.kit.probe import probe

# `@N`: the N-th time that the process comes there, to die in another step than before.
ROUNDS: dict[str, Chains] = {
    "quoting": {
        "membership": ("rpc.before_handler", "uow.before_insert", "uow.before_commit@2"),
        "payments": (
            "uow.before_insert",
            "uow.before_commit",
            "payments.after_holds_let_go",
            "payments.after_holds_taken",
            "payments.after_quote",
        ),
        "notifications": ("consumer.before_handler", "notifications.after_send"),
        "events": ("consumer.before_handler",),
    },
    "ordering": {
        "membership": ("rpc.before_reply", "rpc.after_reply@2", "uow.before_insert@2"),
        "payments": (
            "rpc.before_handler@3",
            "rpc.after_reply@2",
            "payments.after_holds_kept",
            "payments.after_order",
            "payments.after_provider_close",
        ),
        "notifications": ("consumer.before_ack", "rpc.before_handler"),
        "events": ("consumer.before_ack",),
    },
    "paying": {
        "membership": ("uow.after_commit@2", "relay.before_publish"),
        "payments": (
            "payments.after_order_closed",
            "payments.after_payment_row",
            "relay.before_publish",
            "consumer.before_handler",
        ),
        "notifications": ("rpc.before_reply", "rpc.after_reply"),
    },
    "capturing": {
        "membership": ("rpc.before_ack@3", "relay.after_publish"),
        "payments": (
            "rpc.before_reply@4",
            "payments.after_provider_create",
            "payments.after_callback_stored",
            "payments.after_callback_answered",
            "consumer.before_ack",
        ),
        "notifications": ("consumer.before_ack@2", "rpc.before_ack"),
    },
    "joining": {
        "membership": (
            "consumer.before_handler",
            "consumer.before_ack",
            "uow.before_commit@3",
            "uow.after_commit",
        ),
        "payments": (
            "uow.after_commit@3",
            "rpc.before_ack@2",
            "payments.after_holds_used",
            "payments.after_confirm_commit",
            "relay.after_publish",
        ),
    },
}

# Not on the path; each is proven where its step is at home.
ELSEWHERE = {
    "membership.after_pause": "tests/store/membership/test_undoing.py",
    "payments.after_pause": "tests/store/payments/test_pausing.py",
    "payments.after_quote_ended": "tests/component/test_payments_crashes.py",
    "payments.after_holds_taken_for_order": "tests/component/test_payments_crashes.py",
    "payments.after_refund_submitted": "tests/component/test_payments_crashes.py",
    "payments.after_transfer_confirmed": "tests/component/test_payments_crashes.py",
}
LANES, PEOPLE_PER_LANE = 3, 3


def test_every_crash_point_is_planned(repository: Path) -> None:
    """T-F1: the points in the code and those that are proven are the same; none is forgotten."""
    found: set[str] = set()
    for folder in ("chassis", "services", "gateway"):
        for module in (repository / folder).rglob("*.py"):
            found |= set(re.findall(r"crash\.point\(\s*\"([^\"]+)\"", module.read_text()))
    chassis_points = {name for name in found if name.split(".")[0] not in SERVICES}
    planned = {process: _points(process) for process in SERVICES}
    assert set.union(*planned.values(), ELSEWHERE) == found
    for point, proof in ELSEWHERE.items():
        assert point in (repository / proof).read_text(), point
    # Every step of the chassis that the path comes to in a process is one to die in.
    assert planned["membership"] >= chassis_points
    assert planned["payments"] >= chassis_points
    # Messages are written without a unit of work, and tell nobody.
    assert planned["notifications"] >= {
        point for point in chassis_points if point.split(".")[0] not in ("uow", "relay")
    }
    assert planned["events"] >= {"consumer.before_handler", "consumer.before_ack"}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", ROUNDS)
def test_killed_between_steps(world: World, name: str) -> None:
    """M-10, M-15, M-18, M-21, I-1..I-3, I-5..I-11: nothing lost, nothing twice, at any step."""
    chains = ROUNDS[name]
    people = _fresh_people(world, name)
    with falling(world, name, chains) as over:
        _walk_until(over, people)
    invariants.check(world, mail_may_repeat="notifications" in chains)


@pytest.mark.timeout(300)
def test_killed_from_outside(world: World) -> None:
    """T-F1, I-11: the gateway and the outside world die in the middle, twice each."""
    people = _fresh_people(world, "outside")
    control = world.system.control

    def kill_all() -> None:
        for process in ("gateway", "sandbox-provider", "sandbox-mail") * 2:
            restarts = control.status()[process]["restarts"]
            control.signal(process, "SIGKILL")
            probe(
                partial(_is_back, world, process, restarts),
                30,
                f"{process} is back",
            )

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_all)
        _walk_until(killing.done, people)
        killing.result()
    invariants.check(world, mail_may_repeat=True)


def _is_back(world: World, process: str, restarts: int) -> bool:
    began_again = world.system.control.status()[process]["restarts"] > restarts
    return began_again and world.system.is_ready(process)


def _points(process: str) -> set[str]:
    return {point.split("@")[0] for chains in ROUNDS.values() for point in chains.get(process, ())}


def _fresh_people(world: World, name: str) -> list[list[Applicant]]:
    """Lanes of signed-in people; a lane's first one is always needed, the others may be."""
    world.renew_staff()
    names = [f"{name}{number}" for number in range(LANES * PEOPLE_PER_LANE)]
    people = world.applicants(*names)
    return [people[lane::LANES] for lane in range(LANES)]


def _walk_until(over: Callable[[], bool], lanes: list[list[Applicant]]) -> None:
    """In each lane people walk the path one after the other until `over()`."""

    def walk(lane: list[Applicant]) -> None:
        for number, person in enumerate(lane):
            if number and over():
                return
            person.join(hesitates=True)
            person.client.patiently(partial(_read_messages, person))

    with ThreadPoolExecutor(LANES) as pool:
        list(pool.map(walk, lanes))


def _read_messages(person: Applicant) -> list[dict[str, Any]]:
    return person.messages
