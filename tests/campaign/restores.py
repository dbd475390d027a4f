"""`python -m tests.campaign.restores [--service payments] [--report FILE]`: a restored database.

One service's database goes back to an earlier copy while people are about (T-F19, D-17). Then what
the operators' guide says is done ("A database was restored"), and the witnesses are asked. Exit
status 1 when something does not hold.
"""

import argparse
import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pymongo

from contracts.membership import ACTIVATED
from contracts.records import SERVICES
from deploy.local.environment import PROCESSES
from examples.doctors.client import Refused
from tests.campaign.surroundings import LOCAL, running, tell
from tests.journeys import invariants
from tests.journeys.world import Applicant, World, header

Copy = dict[str, list[dict[str, Any]]]
NEIGHBOURS = ("payments", "events", "notifications")


@dataclass
class Drill:
    """A world, what was before the copy, and what came after it."""

    world: World
    service: str
    before: list[Applicant] = field(default_factory=list)
    after: list[Applicant] = field(default_factory=list)
    copied_at: str = ""
    notes: list[str] = field(default_factory=list)

    def play(self) -> None:
        """People before the copy, people after it, the restore."""
        self.before = self._joined("a", 3)
        self.meetup = self.published()
        self.seats = [self._register(self.meetup, one) for one in self.before]
        invariants.nothing_waits(self.world)
        self.copied_at = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S}"
        copy = self._copy()
        self.after = self._joined("b", 3)
        self._refund(self.before[0])
        self.late_meetup = self.published()
        self._register(self.late_meetup, self.after[0])
        self.select(self.seats[1])
        (self.unpaid,) = self.world.applicants("c")
        self.unpaid.apply()
        self.unpaid.be_approved()
        invariants.nothing_waits(self.world)
        control = self.world.system.control
        control.stop(self.service)
        self._restore(copy)
        control.start_again(self.service)
        self.world.system.wait_ready([self.service])
        self.world.renew_staff()

    def note(self, what: str) -> None:
        """Something to know about this restore."""
        tell(what)
        self.notes.append(what)

    # ── what operators do ───────────────────────────────────────────────────────────────────────

    def tell_again(self, *services: str, parked: int = 0) -> None:
        """What these services told since the copy; so many messages find nothing any more."""
        for service in services:
            tell(self.world.operate(service, "outbox", "retry", "--since", self.copied_at).strip())
        invariants.nothing_waits(self.world, parked)

    def discard_parked(self) -> None:
        """What is about something that the restored service knows no more."""
        listed = self.world.operate(self.service, "parking", "list").splitlines()
        for row in [line for line in listed if "on_purchase_fulfilled" in line]:
            asked = ("parking", "discard", row.split()[0], "--reason", "obsolete")
            self.world.operate(self.service, *asked)

    def compare_standings(self, *services: str, force: bool = False) -> None:
        for service in services:
            more = ["--force"] if force else []
            tell(self.world.operate(service, "standings", "resync", *more).strip())

    # ── people ──────────────────────────────────────────────────────────────────────────────────

    def newcomer(self) -> Applicant:
        """Somebody who finds that everything works."""
        (person,) = self._joined("d", 1)
        return person

    def _joined(self, name: str, number: int) -> list[Applicant]:
        people = self.world.applicants(*(f"{name}{n}" for n in range(number)))
        for person in people:
            person.join()
        return people

    def _refund(self, person: Applicant) -> None:
        self.world.owner.do(f"/v1/orders/{person.order_id}/refunds", {"reason": "drill"})
        person.client.until(
            f"/v1/orders/{person.order_id}", lambda seen: seen["state"] == "refunded", "refunded"
        )

    def published(self) -> str:
        starts = dt.datetime.now(dt.UTC) + dt.timedelta(days=20)
        times = {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=2)}
        shown = {name: time.isoformat() for name, time in times.items()}
        body = {"title": "小聚", "city": "上海", "capacity": 1, **shown}
        made: str = self.world.owner.do(f"{self.world.path}/meetups", body)["id"]
        self.world.owner.do(f"/v1/meetups/{made}/publish")
        return made

    def _register(self, meetup: str, person: Applicant) -> str:
        found: str = person.client.do(f"/v1/meetups/{meetup}/registrations")["id"]
        return found

    def select(self, registration: str) -> None:
        path = f"/v1/meetups/{self.meetup}"
        self.world.owner.do(f"{path}/close-registration")
        self.world.owner.do(f"{path}/selections", {"registration_ids": [registration]})

    # ── the database ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _database(self) -> "pymongo.database.Database[dict[str, Any]]":
        system = self.world.system
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            system.nodes.mongo_admin_url, timeoutMS=30_000
        )
        return client[system.target.database(self.service)]

    def _copy(self) -> Copy:
        """All documents at one moment: nothing writes while everything is at rest."""
        names = self._database.list_collection_names(filter={"type": "collection"})
        return {name: list(self._database[name].find()) for name in names if "." not in name}

    def _restore(self, copy: Copy) -> None:
        """Indexes and validators stay, as in a restore by MongoDB's own tools."""
        for name, documents in copy.items():
            self._database[name].delete_many({})
            if documents:
                self._database[name].insert_many(documents)


# ── what has to hold ────────────────────────────────────────────────────────────────────────────


def nothing_paid_twice(drill: Drill) -> None:
    """I-1: the provider took money once for an order, and gave back at most what it took."""
    taken: Counter[str] = Counter()
    for entry in drill.world.journal():
        if entry["kind"] == "payment.captured":
            assert not taken[entry["out_trade_no"]], entry
            taken[entry["out_trade_no"]] += entry["amount"]
        elif entry["kind"] == "refund.succeeded":
            taken[entry["out_trade_no"]] -= entry["amount"]
    assert min(taken.values()) >= 0, taken


def clearing(drill: Drill) -> int:
    """What our books say that the provider has of us; they sum to zero."""
    ledger = drill.world.owner.get(f"{drill.world.path}/ledger")
    balances = {row["account"]: row["balance"]["amount"] for row in ledger["balances"]}
    assert ledger["sum"] == sum(balances.values()) == 0, balances
    return int(balances["provider_clearing"])


def at_provider(drill: Drill) -> int:
    """What the provider has of us."""
    signs = {"payment.captured": 1, "refund.succeeded": -1}
    moved = [one for one in drill.world.journal() if one["kind"] in signs]
    return sum(signs[one["kind"]] * one["amount"] for one in moved)


def numbers(drill: Drill) -> dict[str, int]:
    """Member numbers of who has a membership, by person; unique."""
    rows = drill.world.owner.pages(f"{drill.world.path}/memberships")
    found = {one["person_id"]: one["number"] for one in rows if one["number"] is not None}
    assert len(set(found.values())) == len(found), found
    return found


def members_are(drill: Drill, *who: Applicant) -> None:
    """Those and nobody else."""
    rows = drill.world.owner.pages(f"{drill.world.path}/memberships")
    found = {one["person_id"] for one in rows if one["state"] == "active"}
    assert found == {one.client.person_id for one in who}, (found, who)


def books_agree(drill: Drill, lost: int = 0) -> None:
    """I-10: with the provider, but for what our books cannot know."""
    assert clearing(drill) + lost == at_provider(drill), (clearing(drill), lost, at_provider(drill))


def after_notifications(drill: Drill) -> None:
    """What was told since is in the inbox again; a mail may come twice, under one Message-ID."""
    drill.compare_standings("notifications")
    drill.tell_again("membership", "payments", "events")
    for person in [*drill.before[1:], *drill.after]:
        told = Counter(message["type"] for message in person.messages)
        for kind in invariants.TOLD_ONCE:
            assert told[kind] == 1, (person, told)
            mails = [one for one in person.client.mails() if header(one, invariants.TYPE) == kind]
            assert len({header(one, "Message-ID") for one in mails}) == 1, (person, kind)
    books_agree(drill)
    members_are(drill, *drill.before[1:], *drill.after, drill.newcomer())


def after_events(drill: Drill) -> None:
    """Meetups since are gone, seats are as they were, and none is given twice."""
    drill.compare_standings("events")
    drill.tell_again("membership")
    owner, path = drill.world.owner, f"/v1/meetups/{drill.meetup}"
    assert owner.find(f"/v1/meetups/{drill.late_meetup}") is None
    drill.select(drill.seats[2])
    body = {"registration_ids": [drill.seats[1]]}
    assert refusal(lambda: owner.do(f"{path}/selections", body)) == "events.meetup_full"
    ended = drill.before[0].client  # whose membership ended since
    another = f"/v1/meetups/{drill.published()}/registrations"
    assert refusal(lambda: ended.do(another)), "a meetup is open to who is a member no longer"
    books_agree(drill)
    members_are(drill, *drill.before[1:], *drill.after, drill.newcomer())


def after_membership(drill: Drill) -> None:
    """Who joined since is a stranger: their money goes back; who was refunded since is none."""
    drill.tell_again("payments", "events")
    drill.compare_standings(*NEIGHBOURS, force=True)
    members_are(drill, *drill.before[1:])
    orders = drill.world.owner.pages(f"{drill.world.path}/orders")
    known = set(numbers(drill))
    for order in [one for one in orders if one["state"] == "paid" and one["payer_id"] not in known]:
        drill.world.owner.do(f"/v1/orders/{order['id']}/refunds", {"reason": "restored"})
    invariants.nothing_waits(drill.world)
    (again,) = drill.world.applicants("b0")
    again.join()
    books_agree(drill)
    members_are(drill, *drill.before[1:], again, drill.newcomer())
    facts = {event["id"]: event for event in drill.world.read_queue()}.values()
    told = Counter(one["data"]["number"] for one in facts if one["type"] == ACTIVATED.type)
    twice = [number for number, times in told.items() if times > 1]
    drill.note(f"integrators were told of two people with each of the numbers {twice}")


def after_payments(drill: Drill) -> None:
    """Who joined since stays; what the provider took since is in no book, and is known to it."""
    before = at_provider(drill)
    lost = before - clearing(drill)
    drill.tell_again("membership", parked=len(drill.after))
    drill.discard_parked()
    drill.compare_standings("payments")
    assert at_provider(drill) == before, "nothing moved money"
    newcomer = drill.newcomer()
    books_agree(drill, lost)
    states = [next(one.client.pages("/v1/me/purchases"))["state"] for one in drill.after]
    drill.note(f"purchases of who joined since are {states}")
    drill.note(f"{lost / 100:.2f} CNY at the provider stands in no book")
    members_are(drill, *drill.before[1:], *drill.after, newcomer)


def at_rest(drill: Drill) -> None:
    """I-9: and no parking lot holds anything."""
    invariants.nothing_waits(drill.world)


def refusal(ask: Callable[[], Any]) -> str:
    """The code of what is refused; "" when it is not."""
    try:
        ask()
    except Refused as refused:
        return refused.code
    return ""


AFTER: dict[str, Callable[[Drill], None]] = {
    "membership": after_membership,
    "payments": after_payments,
    "events": after_events,
    "notifications": after_notifications,
}


def drilled(service: str) -> tuple[list[str], list[str]]:
    """What does not hold after the restore of this service's database, and what is to be known."""
    found = []
    with running("restored", PROCESSES) as system:
        drill = Drill(World(system).found(), service)
        drill.play()
        tell(f"{service} is restored to {drill.copied_at}")
        for check in (AFTER[service], nothing_paid_twice, numbers, at_rest):
            try:
                check(drill)
            except Exception as error:
                found.append(f"{check.__name__}: {type(error).__name__}: {str(error)[:1500]}")
    return found, drill.notes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", choices=SERVICES, help="this one alone")
    parser.add_argument("--report", type=Path, help="where to")
    asked = parser.parse_args()
    lines = [f"# Restored databases, {dt.date.today():%d %B %Y}", ""]
    violations = 0
    for service in [asked.service] if asked.service else SERVICES:
        found, notes = drilled(service)
        violations += len(found)
        lines.append(f"- {service}: {len(found)} violations")
        lines += [f"  - {one}" for one in [*found, *notes]]
    LOCAL.mkdir(parents=True, exist_ok=True)
    (asked.report or LOCAL / "restores.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))
    return int(bool(violations))


if __name__ == "__main__":
    sys.exit(main())
