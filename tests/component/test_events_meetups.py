"""The events process alone: a meetup from draft to check-in, with crashes on the way."""

import dataclasses
import datetime as dt
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from contracts import events, membership
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.errors.events import ALREADY_REGISTERED, CHECK_IN_NOT_OPEN, MEMBERS_ONLY
from contracts.records import Rpc
from deploy.local.nodes import Nodes
from services.events.domain.registrations import COUNTED
from services.events.service import SERVICE
from tests.kit.commits import stored_events
from tests.kit.component import Component, component
from tests.kit.existing import existing
from tests.kit.neighbours import MEMBER, FakeMembership
from tests.kit.probe import probe

COMMUNITY = new_id("com")
HOST = new_id("per")


MEMBERSHIP = FakeMembership(COMMUNITY, everybody=MEMBER)
MEMBERSHIP.standings[HOST] = {**MEMBER, "roles": ["host", "member"]}


@pytest.fixture(scope="module")
def service(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Component]:
    with component(nodes, SERVICE, tmp_path_factory.mktemp("service"), {}) as made:
        made.answer(MEMBERSHIP.answers)
        made.start()
        yield made


@pytest.fixture(autouse=True)
def running(service: Component) -> None:
    """Each test begins with a running service, whatever the one before did to it."""
    if not service.is_running:
        service.start()


def by(person: str, key: str | None = None) -> Context:
    ctx = Context(Actor("person", person), "en", new_id("req"), new_traceparent())
    return dataclasses.replace(ctx, idempotency=IdempotencyKey(key, key)) if key else ctx


class Meetup:
    """A meetup of the service under test, and the people who apply."""

    def __init__(self, service: Component, *, capacity: int, applicants: int) -> None:
        self.service, self.capacity = service, capacity
        now = dt.datetime.now(dt.UTC)
        if service.clock_file.exists():
            now += dt.timedelta(seconds=int(service.clock_file.read_text()))
        wishes = {
            "community_id": COMMUNITY,
            "title": "周六午餐",
            "starts_at": now + dt.timedelta(days=10),
            "ends_at": now + dt.timedelta(days=10, hours=3),
            "city": "上海",
            "capacity": capacity,
            "hold_hours": 24,
        }
        self.id = service.call(events.CREATE_MEETUP, wishes, by(HOST, new_id("req")))["id"]
        self.host(events.PUBLISH_MEETUP)
        people = [new_id("per") for _ in range(applicants)]
        with ThreadPoolExecutor(8) as clients:
            applied = clients.map(
                lambda person: service.call(
                    events.REGISTER, {"meetup_id": self.id}, by(person, new_id("req"))
                ),
                people,
            )
            self.applied = sorted(applied, key=lambda one: (one["applied_at"], one["id"]))

    def host(self, record: Rpc, key: str | None = None, **more: Any) -> dict[str, Any]:
        request = {"meetup_id": self.id, **more}
        return self.service.call(record, request, by(HOST, key or new_id("req")))

    def select(self, chosen: list[dict[str, Any]], key: str | None = None) -> dict[str, Any]:
        ids = [one["id"] for one in chosen]
        return self.host(events.SELECT_REGISTRATIONS, key, registration_ids=ids)

    def do(self, record: Rpc, registration: dict[str, Any]) -> dict[str, Any]:
        request = {"registration_id": registration["id"]}
        return self.service.call(record, request, by(registration["person_id"], new_id("req")))

    def see(self, registration: dict[str, Any]) -> dict[str, Any]:
        return self.do(events.GET_REGISTRATION, registration)

    def states(self) -> list[str]:
        rows = self.service.database["registrations"].find({"meetup_id": self.id})
        return sorted(row["state"] for row in rows)

    def counted(self) -> int:
        return sum(state in COUNTED for state in self.states())

    def offered(self, registration: dict[str, Any]) -> dict[str, Any]:
        return probe(lambda: self.see(registration)["offer"], 10, "a seat is offered")


def checked_in(service: Component, registration: dict[str, Any]) -> dict[str, Any] | None:
    """The registration after check-in; None while the process has not seen the new time."""
    request = {"registration_id": registration["id"]}
    try:
        return service.call(events.CHECK_IN, request, by(HOST, new_id("req")))
    except DomainError as refusal:
        if refusal.error is not CHECK_IN_NOT_OPEN:
            raise
        return None


def test_story_of_a_meetup(service: Component) -> None:
    """product.md §4, over the broker: 60 apply, 20 are confirmed, one withdraws, the next takes
    the seat; then the day comes."""
    meetup = Meetup(service, capacity=20, applicants=60)
    meetup.host(events.CLOSE_REGISTRATION)
    meetup.select(meetup.applied[:20])
    with ThreadPoolExecutor(8) as clients:
        taken = clients.map(
            lambda one: meetup.do(events.CONFIRM_REGISTRATION, one), meetup.applied[:20]
        )
        assert {one["state"] for one in taken} == {"confirmed"}
    probe(lambda: meetup.states().count("waitlisted") == 40, 10, "the others wait")
    assert meetup.see(meetup.applied[20])["position"] == 1
    meetup.do(events.WITHDRAW_REGISTRATION, meetup.applied[3])
    offer = meetup.offered(meetup.applied[20])
    person = meetup.applied[20]["person_id"]
    answer = service.call(events.ACCEPT_OFFER, {"offer_id": offer["id"]}, by(person, new_id("req")))
    assert answer["state"] == "confirmed"
    assert meetup.counted() == 20
    service.move_clock(dt.timedelta(days=10))
    there = probe(lambda: checked_in(service, answer), 5, "check-in is open at the new time")
    assert there["state"] == "checked_in"
    service.move_clock(dt.timedelta(hours=4))
    probe(lambda: meetup.states().count("no_show") == 19, 10, "the others did not come")
    assert meetup.states().count("not_selected") == 39
    since = dt.datetime.fromisoformat(there["checked_in_at"])
    asked = {"community_id": COMMUNITY, "person_id": person, "since": since}
    asker = Context.for_system("payments")
    assert service.call(events.HAS_ATTENDED, asked, asker) == {"attended": True}


def test_registering_again_with_the_key_gives_the_same_answer(service: Component) -> None:
    """H-11: replayed with the key, refused without."""
    meetup = Meetup(service, capacity=1, applicants=0)
    person, key = new_id("per"), new_id("req")
    request = {"meetup_id": meetup.id}
    first, replayed = service.call_marked(events.REGISTER, request, by(person, key))
    again, replayed_again = service.call_marked(events.REGISTER, request, by(person, key))
    assert first == again
    assert (replayed, replayed_again) == (False, True)
    with pytest.raises(DomainError) as refused:
        service.call(events.REGISTER, request, by(person, new_id("req")))
    assert refused.value.error is ALREADY_REGISTERED
    assert refused.value.params["registration_id"] == first["id"]


@pytest.mark.parametrize("point", ["uow.before_insert", "uow.before_commit", "uow.after_commit"])
def test_crash_while_selecting_heals_by_the_same_request(
    service: Component, tmp_path: Path, point: str
) -> None:
    """Killed in and after the unit of work: the same key selects once, nobody twice."""
    meetup = Meetup(service, capacity=3, applicants=6)
    meetup.host(events.CLOSE_REGISTRATION)
    service.stop()
    # Without the jobs, whose own units of work would come first.
    service.start(roles="rpc", COTERIE_CRASH_POINT=f"{point}:{tmp_path}/crashed")
    key = new_id("req")
    with pytest.raises((DomainError, TimeoutError)) as lost:
        meetup.select(meetup.applied[:3], key)
    if isinstance(lost.value, DomainError):
        assert lost.value.error is SERVICE_UNAVAILABLE
    assert service.ended() == -signal.SIGKILL
    service.start()
    told = meetup.select(meetup.applied[:3], key)
    assert told["registration_ids"] == [one["id"] for one in meetup.applied[:3]]
    assert meetup.counted() == 3
    assert existing(service.database["seats"].find_one({"_id": meetup.id}))["taken"] == 3
    emitted = stored_events(service.database, events.REGISTRATION_SELECTED)
    assert [row["subject"] for row in emitted].count(meetup.applied[0]["id"]) == 1


@pytest.mark.parametrize("point", ["uow.before_commit", "uow.after_commit"])
def test_crash_while_promoting_offers_the_seat_once(
    service: Component, tmp_path: Path, point: str
) -> None:
    """Killed in and after the unit of work: after a restart the queue moves on, one offer each."""
    meetup = Meetup(service, capacity=2, applicants=4)
    meetup.host(events.CLOSE_REGISTRATION)
    meetup.select(meetup.applied[:1])
    first = meetup.offered(meetup.applied[1])
    service.move_clock(dt.timedelta(minutes=1))
    stored = service.database["meetups"]
    probe(lambda: not existing(stored.find_one({"_id": meetup.id}))["waitlisting"], 10, "all wait")
    service.stop()
    service.start(roles="rpc")
    person = meetup.applied[1]["person_id"]
    service.call(events.DECLINE_OFFER, {"offer_id": first["id"]}, by(person, new_id("req")))
    service.stop()
    service.start(roles="jobs", wait=False, COTERIE_CRASH_POINT=f"{point}:{tmp_path}/crashed")
    assert service.ended() == -signal.SIGKILL
    service.start()
    offer = meetup.offered(meetup.applied[2])
    wanted = {"meetup_id": meetup.id, "state": "live"}
    assert [one["_id"] for one in service.database["offers"].find(wanted)] == [offer["id"]]
    assert existing(service.database["seats"].find_one({"_id": meetup.id}))["taken"] == 2
    person = meetup.applied[2]["person_id"]
    answer = service.call(events.ACCEPT_OFFER, {"offer_id": offer["id"]}, by(person, new_id("req")))
    assert answer["state"] == "confirmed"


def test_stop_while_people_apply(service: Component) -> None:
    """SIGTERM with work in hand: what was answered stands, nothing is done twice, exit 0."""
    meetup = Meetup(service, capacity=5, applicants=0)
    people = [new_id("per") for _ in range(40)]
    keys = {person: new_id("req") for person in people}

    def register(person: str) -> dict[str, Any] | None:
        try:
            return service.call(events.REGISTER, {"meetup_id": meetup.id}, by(person, keys[person]))
        except (DomainError, TimeoutError, OSError):
            return None

    with ThreadPoolExecutor(8) as clients:
        answers = clients.map(register, people)
        probe(lambda: meetup.states(), 10, "the first registration")
        assert service.stop() == 0
        first = dict(zip(people, answers, strict=True))
    service.start()
    for person in people:
        told = service.call(events.REGISTER, {"meetup_id": meetup.id}, by(person, keys[person]))
        assert first[person] is None or first[person] == told
    assert meetup.states() == ["applied"] * 40


def test_an_unknown_state_of_a_standing_gives_no_access(service: Component) -> None:
    """E-22, T-F18: what a later version of membership says of somebody opens nothing here."""
    meetup = Meetup(service, capacity=3, applicants=0)
    person = new_id("per")
    facts = MEMBERSHIP.standing({"community_id": COMMUNITY, "person_id": person})

    def tell(version: int, **changes: Any) -> None:
        said = {**facts, "version": version}
        subject = f"{COMMUNITY}:{person}"
        service.tell(
            membership.STANDING_CHANGED,
            subject,
            said,
            plant=lambda data: data.update(changes),
            aggregateversion=version,
        )
        rows = service.database["standings"]
        probe(lambda: rows.find_one({"_id": subject, "version": version}), 15, "the standing")

    def register() -> dict[str, Any]:
        asked = {"meetup_id": meetup.id}
        return service.call(events.REGISTER, asked, by(person, new_id("req")))

    tell(2, state="frozen", roles=["member", "archivist"])
    with pytest.raises(DomainError) as refused:
        register()
    assert refused.value.error is MEMBERS_ONLY
    tell(3)
    assert register()["state"] == "applied"
    assert service.queue_depth("events.parking") == 0
