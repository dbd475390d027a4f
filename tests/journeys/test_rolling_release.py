"""A release rolls out: two versions of each service side by side, in either order, and back again.

The later version is this one with unknown fields and words in all that it writes
(`tests.kit.next_version`). The order is that of docs/guides/operators.md, and its reverse.
"""

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts.records import SERVICES
from tests.journeys import invariants
from tests.journeys.seats import closed_meetup, pay_for_seat, select
from tests.journeys.world import Applicant, World
from tests.kit.planting import FIELD
from tests.kit.probe import probe
from tests.kit.processes import Process, free_port

ORDER = ("membership", "events", "payments", "notifications")
NAMES = (f"roller{number}" for number in itertools.count())


@contextlib.contextmanager
def next_version(world: World, service: str, path: Path) -> Iterator[None]:
    """The service's next version, ready, beside what runs of it."""
    port = free_port()
    process = Process(
        "tests.kit.next_version",
        service,
        environment=world.system.environment(service) | {"COTERIE_HEALTH_PORT": str(port)},
        port=port,
        log_path=path / f"{service}.log",
    )
    process.start()
    try:
        yield
    finally:
        assert process.stop() == 0


def walk(world: World) -> Applicant:
    """Somebody joins; the rest of the house answers, too."""
    person = world.applicants(next(NAMES))[0]
    person.join()
    assert person.memberships[0]["state"] == "active"
    drafted = world.owner.do(f"{world.path}/meetups", meetup())
    assert world.owner.get(f"/v1/meetups/{drafted['id']}")["zone"] == "Asia/Shanghai"
    return person


def meetup() -> dict[str, object]:
    starts_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=20)
    times = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=2)}
    shown = {name: time.isoformat() for name, time in times.items()}
    return {"title": "小聚", "city": "上海", "capacity": 5, **shown}


def versions_seen(world: World, person: Applicant, service: str) -> set[bool]:
    """Which versions answer: whether one that has more fields, one that has not, or both."""
    if service == "notifications":
        return {FIELD in person.messages[0] for _ in range(10)}
    path = {
        "membership": person.application,
        "payments": f"/v1/orders/{person.order_id}",
        "events": f"{world.path}/meetups",
    }[service]
    return {FIELD in _first(world.owner.get(path)) for _ in range(10)}


def _first(answer: dict[str, Any]) -> Any:
    items = answer.get("items")
    return items[0] if isinstance(items, list) else answer


def _both_answer(world: World, person: Applicant, service: str) -> bool:
    return versions_seen(world, person, service) == {True, False}


def roll(world: World, order: tuple[str, ...], path: Path) -> None:
    """One service after the other: N, N beside N+1, N+1; at the end all go back to N."""
    with contextlib.ExitStack() as later:
        for service in order:
            world.renew_staff()
            later.enter_context(next_version(world, service, path))
            person = walk(world)
            probe(
                partial(_both_answer, world, person, service),
                20,
                f"both versions of {service} at work",
            )
            world.system.control.stop(service)
            assert versions_seen(world, person, service) == {True}
        walk(world)  # the next version of all
        world.system.start(order)
    world.renew_staff()
    walk(world)  # the version before, with what the next one left


def _has_heard(person: Applicant, news: str) -> bool:
    return news in {message["type"] for message in person.messages}


def meet(world: World) -> None:
    """A member gets a seat, and hears of it."""
    person = walk(world)
    drafted = world.owner.do(f"{world.path}/meetups", meetup())
    path = f"/v1/meetups/{drafted['id']}"
    world.owner.do(f"{path}/publish")
    seat = person.client.do(f"{path}/registrations")
    world.owner.do(f"{path}/close-registration")
    world.owner.do(f"{path}/selections", {"registration_ids": [seat["id"]]})
    person.client.do(f"/v1/registrations/{seat['id']}/confirm")
    for news in ("registration_selected", "registration_confirmed"):
        probe(
            partial(_has_heard, person, news),
            30,
            f"{news} in the inbox",
        )


def pay_for_a_seat(world: World) -> None:
    """A member pays for a seat: its purchase goes from events to payments and back."""
    person = walk(world)
    meetup_id, (seat,) = closed_meetup(world, [person], 1)
    select(world, meetup_id, seat)
    pay_for_seat(person, seat)
    person.client.until(seat, lambda one: one["state"] == "confirmed", "the seat confirmed")
    probe(partial(_has_heard, person, "seat_payable"), 30, "seat_payable in the inbox")


@pytest.mark.timeout(500)
def test_people_join_and_meet_while_a_release_rolls_out(world: World, tmp_path: Path) -> None:
    """T-F18, E-22: N and N+1 share the work of a service, whichever service is first."""
    assert sorted(ORDER) == sorted(SERVICES)
    for order in (ORDER, ORDER[::-1]):
        roll(world, order, tmp_path)
        invariants.check(world)
    with contextlib.ExitStack() as later:
        for service in ORDER:
            later.enter_context(next_version(world, service, tmp_path))
        for _ in range(3):  # calls and events go to either version in turns
            meet(world)
            pay_for_a_seat(world)
    invariants.nothing_waits(world)
