"""The events process alone: a meetup from draft to check-in, with crashes on the way."""

import dataclasses
import datetime as dt
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from contracts import events, membership
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.errors.events import ALREADY_REGISTERED, CHECK_IN_NOT_OPEN
from contracts.records import Rpc
from services.events.domain.registrations import COUNTED
from services.events.service import SERVICE
from tests.kit.commits import stored_events
from tests.kit.component import component
from tests.kit.probe import probe

COMMUNITY = new_id("com")
HOST = new_id("per")


def standing(request):
    host = request["person_id"] == HOST
    inside = request["community_id"] == COMMUNITY
    return {
        **request,
        "roles": ["host", "member"] if host and inside else ["member"] if inside else [],
        "membership_id": new_id("mbr") if inside else None,
        "state": "active" if inside else None,
        "zone": "Asia/Shanghai",
        "joined_on": "2026-01-01" if inside else None,
        "term_ends_on": "2099-12-31" if inside else None,
        "grace_ends_on": "2100-01-07" if inside else None,
        "level": None,
        "segment": None,
        "version": 1 if inside else 0,
    }


def community(request):
    return {
        "id": request["community_id"],
        "slug": "doctors",
        "name": "医生圈",
        "description": "",
        "zone": "Asia/Shanghai",
        "locale": "zh-CN",
        "currency": "CNY",
        "form": [],
        "form_version": 1,
        "policy": membership.Policy().load({}),
        "member_count": 0,
        "version": 1,
        "created_at": dt.datetime.now(dt.UTC),
    }


@pytest.fixture(scope="module")
def service(nodes, tmp_path_factory):
    with component(nodes, SERVICE, tmp_path_factory.mktemp("service"), {}) as made:
        made.answer({membership.GET_STANDING: standing, membership.GET_COMMUNITY: community})
        made.start()
        yield made


@pytest.fixture(autouse=True)
def running(service):
    """Each test begins with a running service, whatever the one before did to it."""
    if service.process.poll() is not None:
        service.start()


def by(person: str, key: str | None = None) -> Context:
    ctx = Context(Actor("person", person), "en", new_id("req"), new_traceparent())
    return dataclasses.replace(ctx, idempotency=IdempotencyKey(key, key)) if key else ctx


class Meetup:
    """A meetup of the service under test, and the people who apply."""

    def __init__(self, service, *, capacity: int, applicants: int) -> None:
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

    def host(self, record: Rpc, key: str | None = None, **more) -> dict:
        request = {"meetup_id": self.id, **more}
        return self.service.call(record, request, by(HOST, key or new_id("req")))

    def select(self, chosen: list[dict], key: str | None = None) -> dict:
        ids = [one["id"] for one in chosen]
        return self.host(events.SELECT_REGISTRATIONS, key, registration_ids=ids)

    def do(self, record: Rpc, registration: dict) -> dict:
        request = {"registration_id": registration["id"]}
        return self.service.call(record, request, by(registration["person_id"], new_id("req")))

    def see(self, registration: dict) -> dict:
        return self.do(events.GET_REGISTRATION, registration)

    def states(self) -> list[str]:
        rows = self.service.database["registrations"].find({"meetup_id": self.id})
        return sorted(row["state"] for row in rows)

    def counted(self) -> int:
        return sum(state in COUNTED for state in self.states())

    def offered(self, registration: dict) -> dict:
        return probe(lambda: self.see(registration)["offer"], 10, "a seat is offered")


def checked_in(service, registration: dict) -> dict | None:
    """The registration after check-in; None while the process has not seen the new time."""
    request = {"registration_id": registration["id"]}
    try:
        return service.call(events.CHECK_IN, request, by(HOST, new_id("req")))
    except DomainError as refusal:
        if refusal.error is not CHECK_IN_NOT_OPEN:
            raise
        return None


def test_story_of_a_meetup(service):
    """Issue 3, step 7, over the broker: 60 apply, 20 are confirmed, one withdraws, the next takes
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
    assert service.call(events.HAS_ATTENDED, asked, by(HOST)) == {"attended": True}


def test_registering_again_with_the_key_gives_the_same_answer(service):
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


@pytest.mark.parametrize(
    "point", ["events.after_seats_taken", "uow.before_commit", "uow.after_commit"]
)
def test_crash_while_selecting_heals_by_the_same_request(service, tmp_path, point):
    """Killed before, in and after the unit of work: the same key selects once, nobody twice."""
    # Room for what the killed attempt and its redelivery keep until they are swept.
    meetup = Meetup(service, capacity=12, applicants=6)
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
    holds = [
        row["hold_id"]
        for row in service.database["registrations"].find(
            {"meetup_id": meetup.id, "hold_id": {"$ne": None}}
        )
    ]
    kept = service.database["seats"].find_one({"_id": meetup.id})["holds"]
    assert len(set(holds)) == 3
    assert set(holds) <= {hold["id"] for hold in kept}
    emitted = stored_events(service.database, events.REGISTRATION_SELECTED)
    assert [row["subject"] for row in emitted].count(meetup.applied[0]["id"]) == 1


def test_crash_while_promoting_offers_the_seat_once(service, tmp_path):
    """Killed after the seat was held: the queue moves on after the restart, one offer each."""
    meetup = Meetup(service, capacity=3, applicants=4)
    meetup.host(events.CLOSE_REGISTRATION)
    marked = {"freed": {"$type": "string"}}
    seats = service.database["seats"]
    probe(lambda: seats.count_documents(marked) == 0, 15, "nobody else waits for a seat")
    service.stop()
    service.start(COTERIE_CRASH_POINT=f"events.after_seat_held:{tmp_path}/crashed")
    meetup.select(meetup.applied[:1])
    assert service.ended() == -signal.SIGKILL
    service.start()
    offer = meetup.offered(meetup.applied[1])
    offers = list(service.database["offers"].find({"meetup_id": meetup.id, "state": "live"}))
    assert len({one["registration_id"] for one in offers}) == len(offers)
    assert meetup.counted() + len(offers) <= 3
    person = meetup.applied[1]["person_id"]
    answer = service.call(events.ACCEPT_OFFER, {"offer_id": offer["id"]}, by(person, new_id("req")))
    assert answer["state"] == "confirmed"


def test_stop_while_people_apply(service):
    """SIGTERM with work in hand: what was answered stands, nothing is done twice, exit 0."""
    meetup = Meetup(service, capacity=5, applicants=0)
    people = [new_id("per") for _ in range(40)]
    keys = {person: new_id("req") for person in people}

    def register(person):
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
