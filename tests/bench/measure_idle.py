"""What the system takes while nobody is there: just set up, and with a large community in it."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.ids import new_id
from tests.bench.front import at_once
from tests.bench.gauge import Gauge
from tests.bench.live import NODES
from tests.bench.operations import Community, Person, World
from tests.bench.rows import Bench, Row, measures
from tests.kit.probe import probe

SETTLING_SECONDS, SECONDS = 15.0, 60.0  # jobs look every 30 s
MEMBERS, MEETUPS, UPCOMING, ORDERS = 60_000, 10_000, 1_000, 5_000
MOST_COMMANDS, MOST_CPU_MS = 8, 15  # a second; 10 ms a second are 1 % of a core
BATCH = 1_000

_ID = re.compile(r"(?:[a-z]{3}_|\bP)([0-9A-HJKMNP-TV-Z]{26})\b")
# Of each document its own, besides ids.
_TEXTS = frozenset({"email", "transaction_id", "receipt_number"})
_NUMBERS = frozenset({"number"})


@measures("idle", "idle_grown")
def idle(bench: Bench) -> Iterator[Row]:
    """Commands a second, and CPU of our own processes, with one process for each service."""
    with ExitStack() as stack:
        world = World(bench, stack)
        yield _idle("idle", world.gauge, "just set up")
        _grow(world)
        told = f"{MEMBERS} members, {MEETUPS} meetups ({UPCOMING} to come), {ORDERS} orders"
        yield _idle("idle_grown", world.gauge, told)


def _idle(name: str, gauge: Gauge, note: str) -> Row:
    time.sleep(SETTLING_SECONDS)
    rates = gauge.rates(SECONDS)
    used = {name: round(seconds * 1000, 2) for name, seconds in rates.cpu.items()}
    ours = sum(ms for name, ms in used.items() if name not in NODES)
    commands = rates.commands
    return Row(
        name,
        commands,
        "commands/s",
        f"<= {MOST_COMMANDS}, CPU <= {MOST_CPU_MS} ms/s",
        commands <= MOST_COMMANDS and ours <= MOST_CPU_MS,
        cpu_ms=ours,
        note=f"{note}; {ours / 10:.1f} % of a core over our processes",
        commands=commands,
        transactions=rates.transactions,
        cpu_ms_by_process=used,
    )


def _grow(world: World) -> None:
    """One of each is made as people make it, and copied where the database keeps it."""
    community = Community(world, "grown", plan={"price_lock": "at_payment"})
    (member,) = community.payable(1, "member")
    at_once([member], Person.check_out)
    at_once([member], Person.pay)
    meetup = _confirmed_meetup(world, community, member)
    membership, payments, events = map(world.database, ("membership", "payments", "events"))
    # What was just closed is looked at again for some seconds; each copy would be, too.
    probe(lambda: not events["meetups"].find_one({"waitlisting": True}), 60, "all are waitlisted")
    world.gauge.rest()
    person = world.people.known(member.email)
    kept = _kept(payments, community)
    of_person = {"person_id": person}
    _copy(
        membership,
        {"people": {"_id": person}, "memberships": of_person, "community_standings": of_person},
        MEMBERS,
        kept,
    )
    paid = ("purchases", "quotes", "orders", "payments")
    _copy(payments, {name: {"community_id": community.id} for name in paid}, ORDERS, kept)
    of_meetup = {"meetups": {"_id": meetup}, "registrations": {"meetup_id": meetup}}
    _copy(events, {**of_meetup, "seats": {"_id": meetup}}, UPCOMING, kept)
    began = datetime.now(UTC) - timedelta(days=30)
    held = {"state": "held", "starts_at": began, "ends_at": began + timedelta(hours=3)}
    _copy(events, {"meetups": {"_id": meetup}}, MEETUPS - UPCOMING, kept, meetups=held)


def _confirmed_meetup(world: World, community: Community, member: Person) -> str:
    begins = datetime.now(UTC) + timedelta(days=10)
    asked = {
        "title": "周六午餐",
        "city": "上海",
        "capacity": 20,
        "starts_at": begins.isoformat(timespec="seconds"),
        "ends_at": (begins + timedelta(hours=3)).isoformat(timespec="seconds"),
    }
    post, owner = world.front.post, community.owner
    meetup = str(post(f"{community.path}/meetups", owner, asked)["id"])
    post(f"/v1/meetups/{meetup}/publish", owner)
    registration = post(f"/v1/meetups/{meetup}/registrations", member.token)["id"]
    post(f"/v1/meetups/{meetup}/close-registration", owner)
    post(f"/v1/meetups/{meetup}/selections", owner, {"registration_ids": [registration]})
    post(f"/v1/registrations/{registration}/confirm", member.token)
    return meetup


def _kept(payments: Any, community: Community) -> set[str]:
    """Ids that all copies share: the community, its plan, account and coupon."""
    names = ("plans", "provider_accounts", "coupons")
    shared = [row["_id"] for name in names for row in payments[name].find()]
    return {community.id.partition("_")[2], *(str(id).partition("_")[2] for id in shared)}


def _copy(
    database: Any,
    chosen: Mapping[str, dict[str, Any]],
    count: int,
    kept: set[str],
    **changes: dict[str, Any],
) -> None:
    """Copies the chosen documents of each collection together, so many times, with fresh ids."""
    found = {name: list(database[name].find(query)) for name, query in chosen.items()}
    assert all(found.values()), {name: len(rows) for name, rows in found.items()}
    ids = set(_ID.findall(repr(found))) - kept
    for start in range(0, count, BATCH):
        made: dict[str, list[Any]] = {name: [] for name in found}
        for number in range(start, min(start + BATCH, count)):
            fresh = {id: new_id("req").partition("_")[2] for id in ids}
            for name, rows in found.items():
                made[name] += [
                    {**_renewed(row, fresh, number), **changes.get(name, {})} for row in rows
                ]
        for name, rows in made.items():
            database[name].insert_many(rows, ordered=False)


def _renewed(value: Any, fresh: Mapping[str, str], number: int, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _renewed(below, fresh, number, key) for key, below in value.items()}
    if isinstance(value, list):
        return [_renewed(below, fresh, number) for below in value]
    if name in _NUMBERS and isinstance(value, int):
        return value + 1 + number
    if not isinstance(value, str):
        return value
    for old, new in fresh.items():
        if old in value:
            value = value.replace(old, new)
    return f"{number}-{value}" if name in _TEXTS else value
