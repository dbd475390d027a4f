"""The release rolls out beside the version before it, on that version's data, and back again.

`test_rolling_release` has two versions of today's code; here the old one is really the last that
was released, with its own migrations, topology and rules (`tests.kit.version_before`). What people
left half-done with it is finished with it, with this one, or with both.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pymongo
import pytest

from deploy.local.control import REPOSITORY
from deploy.local.environment import PROCESSES
from deploy.local.nodes import Nodes
from deploy.local.system import System
from deploy.provision import load_topology
from examples.doctors.client import Refused
from tests.journeys import invariants
from tests.journeys.test_rolling_release import ORDER, meetup
from tests.journeys.world import ANSWERS, QUEUE, Applicant, World, at_once
from tests.kit.commits import pending_commits
from tests.kit.nodes import leaderless, unique
from tests.kit.probe import probe
from tests.kit.version_before import VersionBefore

SECOND = "gateway-2"
BESIDE = {service: f"{service}-2" for service in ORDER}


class Upgraded(World):
    """A world whose people renew whenever they like."""

    policy: Mapping[str, Any] = {"renewal_opens_days": 366}

    def __init__(self, system: System, before: VersionBefore) -> None:
        super().__init__(system)
        self.before, self.is_old = before, True
        self.renewed: list[Walker] = []

    def operate(self, service: str, *arguments: str) -> str:
        if self.is_old:
            return self.before.operate(service, *arguments)
        return super().operate(service, *arguments)

    def walkers(self, *names: str) -> list["Walker"]:
        """Signed-in people who have not applied yet."""
        people = [Walker(self, f"{name}@example.com") for name in names]
        at_once(lambda one: one.client.sign_in(), people)
        return people


class Walker(Applicant):
    """Goes to a membership, and to its next term, step by step; may rest after any of them."""

    world: Upgraded
    coupons: tuple[str, ...] = ("WELC2ME",)

    def __init__(self, world: World, email: str) -> None:
        super().__init__(world, email)
        self.ahead: list[Callable[[], Any]] = [
            *(self.draft, self.submit, self.be_approved),
            *(self.quote, self.take, self.open_payment, self.pay, self.be_member),
        ]

    def go(self, steps: int | None = None) -> None:
        """So many of the steps ahead, or all."""
        for _ in range(len(self.ahead) if steps is None else steps):
            self.ahead.pop(0)()

    def draft(self) -> None:
        made = self.client.do(f"{self.world.path}/applications", {"answers": ANSWERS})
        self.application = f"/v1/applications/{made['id']}"

    def submit(self) -> None:
        self.client.do(f"{self.application}/submit")

    def quote(self) -> None:
        asked = {"coupon_codes": [*self.coupons]}
        self.quote_id = self.client.do(f"{self.purchase}/quotes", asked)["id"]

    def take(self) -> None:
        self.order_id = self.client.do(f"/v1/quotes/{self.quote_id}/order")["id"]

    def to_renew(self) -> None:
        """Sets out for the next term."""
        self.coupons = ()
        self.ahead = [
            *(self.renew, self.quote, self.take),
            *(self.open_payment, self.pay, self.be_renewed),
        ]

    def renew(self) -> None:
        (mine,) = self.memberships
        started = self.client.do(f"/v1/memberships/{mine['id']}/renew")
        self.purchase = f"/v1/purchases/{started['purchase_id']}"
        self.client.until(self.purchase, lambda found: found["plan_id"] is not None, "a purchase")

    def be_renewed(self) -> None:
        self.be_member()
        self.world.members.remove(self)
        self.world.renewed.append(self)

    def register(self, path: str) -> str:
        """Takes part in a meetup as soon as the events service knows of the membership."""

        def ask() -> Any:
            try:
                return self.client.do(f"{path}/registrations")
            except Refused as refused:
                if refused.code != "events.membership_inactive":
                    raise
                return None

        return f"/v1/registrations/{probe(ask, 30, f'{self} registers')['id']}"


class Seat:
    """The only seat of a meetup: somebody gives it up, and it is offered to the next."""

    def __init__(self, world: Upgraded, giver: Walker, taker: Walker) -> None:
        owner, self.taker = world.owner, taker
        made = owner.do(f"{world.path}/meetups", {**meetup(), "capacity": 1})
        self.path = f"/v1/meetups/{made['id']}"
        owner.do(f"{self.path}/publish")
        given, self.waiting = giver.register(self.path), taker.register(self.path)
        owner.do(f"{self.path}/close-registration")
        owner.do(f"{self.path}/selections", {"registration_ids": [given.rsplit("/", 1)[1]]})
        giver.client.do(f"{given}/withdraw")
        offered = taker.client.until(self.waiting, lambda seen: seen["offer"], "an offer")
        self.offer = f"/v1/offers/{offered['offer']['id']}"

    def accept(self) -> None:
        self.taker.client.do(f"{self.offer}/accept")
        assert self.taker.client.get(self.waiting)["state"] == "confirmed"


class Door:
    """A meetup that begins soon, with people who have a seat for certain."""

    def __init__(self, world: Upgraded, guests: list[Walker]) -> None:
        self.owner = world.owner
        starts_at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=100)
        times = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=3)}
        shown = {name: time.isoformat() for name, time in times.items()}
        made = self.owner.do(f"{world.path}/meetups", {**meetup(), **shown, "capacity": 10})
        path = f"/v1/meetups/{made['id']}"
        self.owner.do(f"{path}/publish")
        self.seats = at_once(lambda guest: guest.register(path), guests)
        self.owner.do(f"{path}/close-registration")
        chosen = [seat.rsplit("/", 1)[1] for seat in self.seats]
        self.owner.do(f"{path}/selections", {"registration_ids": chosen})
        for guest, seat in zip(guests, self.seats, strict=True):
            guest.client.do(f"{seat}/confirm")

    def check_in(self) -> None:
        for seat in self.seats:
            self.owner.do(f"{seat}/check-in")


class Left:
    """What people have not finished: one of them after each step, and a seat on offer."""

    def __init__(self, world: Upgraded, name: str) -> None:
        self.world = world
        givers = world.walkers(f"{name}-giver", f"{name}-taker")
        self.renewing = world.walkers(*(f"{name}-renews{steps}" for steps in (1, 2, 4)))
        at_once(Walker.go, [*givers, *self.renewing])
        for steps, person in zip((1, 2, 4), self.renewing, strict=True):
            person.to_renew()
            person.go(steps)
        self.joining = world.walkers(*(f"{name}-joins{steps}" for steps in range(1, 8)))
        at_once(lambda one: one[1].go(one[0]), list(enumerate(self.joining, 1)))
        self.seat = Seat(world, *givers)

    def step(self) -> None:
        """All go one step further."""
        at_once(lambda one: one.go(min(1, len(one.ahead))), [*self.joining, *self.renewing])

    def finish(self) -> None:
        at_once(Walker.go, [*self.joining, *self.renewing])
        self.seat.accept()


@pytest.fixture
def world(nodes: Nodes, tmp_path: Path) -> Iterator[Upgraded]:
    """A community that the version before made and runs, on the shared nodes."""
    name = unique("t")
    system = System(
        tmp_path / "system",
        nodes=nodes,
        vhost=name,
        db_prefix=f"{name}_",
        user_prefix=f"{name}-",
        env="test",
    )
    before = VersionBefore(tmp_path / "before", system)
    system.control.launch()
    system.control.hold()
    try:
        before.start(PROCESSES, prepare=[*PROCESSES, *BESIDE.values(), SECOND])
        world = Upgraded(system, before)
        world.found()
        yield world
    finally:
        system.stop()
        system.erase()


def versions_seen(world: Upgraded, person: Walker, seat: Seat, service: str) -> set[bool]:
    """Which versions answer: whether one that says more, one that does not, or both."""
    ask: Callable[[], Any]
    ask, more = {
        "membership": (lambda: person.client.get(person.application), "actions"),
        "events": (lambda: world.owner.get(seat.path), "actions"),
        "payments": (lambda: person.client.get(f"/v1/orders/{person.order_id}"), "actions"),
        "notifications": (lambda: person.messages[0], "page"),
    }[service]
    return {more in ask() for _ in range(10)}


def both_answer(world: Upgraded, person: Walker, seat: Seat, service: str) -> bool:
    return versions_seen(world, person, seat, service) == {True, False}


def walk(world: Upgraded, name: str) -> Walker:
    """Somebody joins and renews."""
    (person,) = world.walkers(name)
    person.go()
    person.to_renew()
    person.go()
    return person


def queues_of(code: Path) -> set[str]:
    """The queues of the topology that a version declares."""
    topology = load_topology(code / "deploy" / "rabbitmq" / "topology.json")
    return {queue["name"] for queue in topology["queues"]}


# Figures that the version before does not note are put right in the night, which comes during the
# test at some hours of the day.
PUT_RIGHT = ('"event": "totals_wrong"', '"event": "counts_wrong"')


def errors_logged(system: System) -> list[str]:
    """The lines that call somebody, but of figures."""
    found = []
    for log in (system.root / "logs").glob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if any(event in line for event in PUT_RIGHT):
                continue
            if "Traceback" in line or '"level": "error"' in line or '"level": "critical"' in line:
                found.append(f"{log.stem}: {line}")
    return found


def told_late(world: Upgraded, person: Walker) -> None:
    """What the old process committed and could not publish is published by the new one."""
    system = world.system
    membership = system.target.database("membership")
    with (
        pymongo.MongoClient[Any](system.nodes.mongo_admin_url, timeoutMS=10_000) as mongo,
        leaderless(system.nodes, system.target.vhost, "notifications.on_application_news"),
    ):
        person.go(2)
        system.control.stop("membership")
        assert pending_commits(mongo[membership])
    person.client.until(
        "/v1/me/notifications",
        lambda seen: any(one["type"] == "application_received" for one in seen["items"]),
        "the news of the application",
    )


def change_what_is_old(world: Upgraded, seat: Seat) -> None:
    """What the changelog keeps for the time when all processes are new."""
    owner = world.owner
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        (world.path, {"name": "同行者"}),
        (world.path, {"policy": {"grace_days": 20}}),
        (f"/v1/plans/{world.plan['id']}", {"name": "一年会员"}),
        (f"/v1/coupons/{world.coupon['id']}", {"name": "新朋友"}),
        (seat.path, {"address": "一楼"}),
    )
    for path, change in changes:
        owner.patch(path, change, version=owner.get(path)["version"])
        seen = owner.get(path)
        for name, value in change.items():
            assert seen[name] == value or value.items() <= seen[name].items()


def known_of_members(world: Upgraded) -> None:
    """What standings say since this version is true of whom an old process let in, too."""
    system, asked = world.system, {"state": "active", "ever_paid_or_imported": {"$ne": True}}
    with pymongo.MongoClient[Any](system.nodes.mongo_admin_url, timeoutMS=10_000) as mongo:
        standings = mongo[system.target.database("membership")]["community_standings"]
        probe(lambda: not standings.count_documents(asked), 60, "standings that say who paid")


def renew_by_transfer(world: Upgraded, payer: Walker) -> None:
    """A member is to pay by bank transfer, which the version before does not have."""
    pay_to = {"holder": "同行会", "bank": "建设银行", "number": "6222 0000", "note": ""}
    terms = {"pay_to": pay_to, "transfer_days": 7, "second_person_above": None}
    world.owner.put(f"{world.path}/provider-accounts/transfer", {"transfer": terms})
    payer.to_renew()
    payer.go(3)
    payer.transfer()


def check(world: Upgraded, *waiting: str, unread: Iterable[str] = ()) -> None:
    """The invariants, for people of whom some renewed; these orders wait, and what is in these
    queues, which nobody reads."""
    rest = partial(invariants.nothing_waits, world, besides={QUEUE, *unread})
    rest()
    world.move_clock(dt.timedelta(minutes=40))  # what nobody pays any more is free
    rest()
    paid = invariants.everyone_paid_once(world, world.renewed, waiting)
    invariants.books_agree_with_the_provider(world, paid)
    invariants.nothing_is_held(world, paid, len(world.renewed))
    invariants.everyone_is_a_member_once(world)
    joined = [event for event in world.read_queue() if ".activated." in event["type"]]
    assert {event["subject"] for event in joined} == {
        one["id"] for one in world.owner.pages(f"{world.path}/memberships")
    }
    assert len({event["id"] for event in joined}) == len(world.members)
    assert errors_logged(world.system) == []


@pytest.mark.timeout(500)
def test_the_release_rolls_out_beside_the_version_before(world: Upgraded) -> None:
    """T-F18, E-22: in the order of docs/guides/operators.md, and all the way back."""
    system = world.system
    names = ("beside", "bit-by-bit", "later")
    beside, bit_by_bit, later = at_once(lambda name: Left(world, name), names)
    (late,) = world.walkers("late")
    person, seat = beside.seat.taker, beside.seat
    door = Door(world, [*later.renewing, *bit_by_bit.renewing])
    system.prepare(PROCESSES)
    for service in ORDER:
        world.renew_staff()
        system.start([BESIDE[service]])
        answer = partial(both_answer, world, person, seat, service)
        probe(answer, 20, f"both versions of {service} at work")
        bit_by_bit.step()
        walk(world, f"beside-{service}")
        if service == "events":
            door.check_in()  # what integrators hear of it is new, and the old relay may send
        if service == "membership":
            beside.finish()
            told_late(world, late)
        else:
            system.control.stop(service)
        assert versions_seen(world, person, seat, service) == {True}
    with pytest.raises(Refused, match="404"):
        world.owner.get(f"{world.path}/me")
    system.start([SECOND])  # behind a proxy they share the work; here one takes the other's place
    system.control.stop("gateway")
    system.start(["gateway"])
    system.control.stop(SECOND)
    world.renew_staff()
    world.is_old = False
    at_once(lambda left: left.finish(), [bit_by_bit, later])
    late.go()
    assert world.owner.get(f"{world.path}/me")["actions"]
    known_of_members(world)
    change_what_is_old(world, seat)
    walk(world, "all-new")
    check(world)
    world.renew_staff()
    after = Left(world, "after")
    renew_by_transfer(world, person)

    system.control.stop("gateway")  # callers first
    world.before.start(["gateway"])
    for service in reversed(ORDER):
        world.before.start([service])
        system.control.stop(BESIDE[service])
    world.renew_staff()
    after.finish()
    walk(world, "back")
    (attempt,) = person.client.get(f"/v1/orders/{person.order_id}")["payments"]
    assert attempt["pay_url"] is None
    # What is new to the old version waits for this one to be there again.
    check(world, person.order_id, unread=queues_of(REPOSITORY) - queues_of(world.before.folder))
