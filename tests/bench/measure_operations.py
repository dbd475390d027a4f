"""What people and staff do on a whole system, 16 at once, from request to last effect."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from examples.doctors.client import address_of
from tests.bench.front import Load, at_once
from tests.bench.operations import Community, Person, World, row_of
from tests.bench.rows import Bench, Row, measures

PEOPLE = 240
READS = 1500
# Everybody's price is the one that they saw; places are taken step by step all the same.
AT_PAYMENT = {"price_lock": "at_payment", "ladder": {"step": 10_000, "every": 100, "cap": 300_000}}
IMPORTED = "number,email,name,joined_on,term_ends_on,segment,city\n"


@measures("sign_in", "sign_in_first_time")
def signing_in(bench: Bench) -> Iterator[Row]:
    """Start, the mail with the code, the exchange; by known people, then by new ones."""
    with ExitStack() as stack:
        world = World(bench, stack)

        def sign_in(email: str) -> None:
            home = {"X-Forwarded-For": address_of(email)}
            asked = {"email": email, "locale": "zh-CN"}
            started = world.front.must("POST", "/v1/sign-in", "", asked, **home)
            code = world.postbox.code(email)
            told = {"challenge_id": started["challenge_id"], "code": code}
            world.front.must("POST", "/v1/sessions", "", told, **home)

        known = world.people.add(PEOPLE, "known")
        for name, emails, most in (
            ("sign_in", list(known), 18),
            ("sign_in_first_time", [f"new{number}@example.com" for number in range(PEOPLE)], 19),
        ):
            at_once([f"warm-{name}{number}@example.com" for number in range(32)], sign_in)
            load, use = world.measure(emails, sign_in)
            floor = world.floor(name)
            yield row_of(name, load, use, floor=floor, most_commands=most, most_cpu=22)


@measures("apply", "apply_no_plan")
def applying(bench: Bench) -> Iterator[Row]:
    """An application that is handed in, until it was received: message, price promised, mail."""
    with ExitStack() as stack:
        world = World(bench, stack)
        for name, plan, commands, cpu in (
            ("apply", {"price_lock": "at_application"}, 13, 15),
            ("apply_no_plan", None, 10, 12),
        ):
            community = Community(world, name.replace("_", "-"), plan=plan)
            at_once(community.newcomers(32, f"warm-{name}"), Person.apply)
            load, use = world.measure(community.newcomers(PEOPLE, name), Person.apply)
            floor = world.floor(name)
            yield row_of(name, load, use, floor=floor, most_commands=commands, most_cpu=cpu)


@measures(
    *("approve", "checkout", "checkout_one_step", "paid_member"),
    *("read_order", "list_orders", "list_memberships"),
)
def joining(bench: Bench) -> Iterator[Row]:
    """The same people from application to membership, then what is read about them."""
    with ExitStack() as stack:
        world = World(bench, stack)
        community = Community(world, "joining", plan=AT_PAYMENT)
        warm = community.payable(32, "warm")
        at_once(warm, Person.check_out)
        at_once(warm, Person.pay)
        people = community.newcomers(PEOPLE, "joining")
        at_once(people, Person.apply)

        load, use = world.measure(people, Person.be_approved)
        floor = world.floor("approve")
        yield row_of("approve", load, use, floor=floor, most_commands=22, most_cpu=24)
        at_once(people, Person.find_purchase)

        load, use = world.measure(people, Person.check_out)
        floor = world.floor("checkout")
        yield row_of("checkout", load, use, floor=floor, most_commands=19, most_cpu=16)
        quick = community.payable(PEOPLE, "quick")
        load, use = world.measure(quick, Person.check_out_in_one_step)
        floor = world.floor("checkout_one_step")
        yield row_of("checkout_one_step", load, use, floor=floor, most_commands=12, most_cpu=12)

        load, use = world.measure(people, Person.pay)
        _require_members(community, len(warm) + len(people))
        floor = world.floor("paid_member")
        limits: dict[str, Any] = {"most_commands": 50, "most_cpu": 60, "most_aborted": 0.2}
        yield row_of("paid_member", load, use, floor=floor, **limits)
        yield from _reads(world, community, people)


def _require_members(community: Community, wanted: int) -> None:
    """Everybody is a member, and each has a number of their own."""
    rows = community.world.database("membership")["memberships"].find({"state": "active"})
    numbers = sorted(row["number"] for row in rows)
    assert numbers == list(range(1, wanted + 1)), numbers


def _reads(world: World, community: Community, people: list[Person]) -> Iterator[Row]:
    def order(person: Person) -> None:
        world.front.get(f"/v1/orders/{person.order}", person.token)

    def listed(what: str) -> None:
        found = world.front.get(f"{community.path}/{what}?limit=50", next(community.staff))
        assert len(found["items"]) == 50

    load, use = world.measure(islice(cycle(people), READS), order)
    yield row_of("read_order", load, use, most_commands=2, most_cpu=2.5)
    for what, commands, cpu in (("orders", 3, 9), ("memberships", 2, 8)):
        load, use = world.measure([what] * (READS // 2), listed)
        yield row_of(f"list_{what}", load, use, most_commands=commands, most_cpu=cpu)


@measures("confirm_seat")
def confirming(bench: Bench) -> Iterator[Row]:
    """Selected people take their seats; latency counts until the message is in the inbox."""
    with ExitStack() as stack:
        world = World(bench, stack)
        community = Community(world, "confirming")
        warm = _selected(world, community, "warm", numbers_from=1)
        people = _selected(world, community, "seated", numbers_from=1 + PEOPLE)
        at_once(warm, lambda one: _confirm(world, *one))
        load, use = world.measure(people, lambda one: _confirm(world, *one))
        load = _until_written(world, load, len(people))
        floor = world.floor("confirm_seat")
        yield row_of("confirm_seat", load, use, floor=floor, most_commands=12, most_cpu=14)


def _selected(
    world: World, community: Community, name: str, *, numbers_from: int
) -> list[tuple[str, str]]:
    """Token and registration of everybody who was selected for a meetup."""
    tokens = _members(world, community, name, numbers_from)
    begins = datetime.now(UTC) + timedelta(days=10)
    asked = {
        "title": "周六午餐",
        "city": "上海",
        "capacity": PEOPLE,
        "starts_at": begins.isoformat(timespec="seconds"),
        "ends_at": (begins + timedelta(hours=3)).isoformat(timespec="seconds"),
    }
    meetup = world.front.post(f"{community.path}/meetups", community.owner, asked)["id"]
    path = f"/v1/meetups/{meetup}"
    world.front.post(f"{path}/publish", community.owner)
    registered: list[tuple[str, str]] = []

    def register(token: str) -> None:
        made = world.front.post(f"{path}/registrations", token)
        registered.append((token, made["id"]))

    at_once(tokens, register)
    world.front.post(f"{path}/close-registration", community.owner)
    chosen = {"registration_ids": [registration for _, registration in registered]}
    world.front.post(f"{path}/selections", community.owner, chosen)
    world.gauge.rest()
    return registered


def _members(world: World, community: Community, name: str, numbers_from: int) -> list[str]:
    """The tokens of imported members."""
    people = world.people.add(PEOPLE, name)
    lines = "".join(
        f"{number},{email},{name},2024-02-01,2031-01-31,,\n"
        for number, email in enumerate(people, numbers_from)
    )
    path = f"{community.path}/imports"
    document = (IMPORTED + lines).encode()
    headers = {"Content-Type": "text/csv"}
    started = world.front.must("POST", path, community.owner, document, **headers)
    while True:
        seen = world.front.get(f"/v1/imports/{started['id']}", community.owner)
        if seen["state"] == "done":
            break
        time.sleep(0.2)
    assert seen["accepted"] == PEOPLE, seen
    return [world.people.token(id) for id in people.values()]


def _confirm(world: World, token: str, registration: str) -> None:
    world.front.post(f"/v1/registrations/{registration}/confirm", token)


def _until_written(world: World, load: Load, wanted: int) -> Load:
    """The load as it looks from the messages that it caused, by the time of their writing."""
    found = world.database("notifications")["messages"].find(
        {"type": "registration_confirmed", "created_at": {"$gte": _instant(load.began)}}
    )
    written = sorted(row["created_at"].replace(tzinfo=UTC).timestamp() for row in found)
    assert len(written) == wanted, f"{len(written)} messages of {wanted}"
    # Both in order: who confirmed first is told first, within a few milliseconds.
    latencies = [at - began for at, began in zip(written, sorted(load.starts), strict=True)]
    return Load(load.began, written[-1] - load.began, latencies, load.starts)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
