"""Nobody polls: what concerns a person is told while it happens, or waited for."""

import contextlib
import datetime as dt
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.journeys.seats import closed_meetup, select
from tests.journeys.world import Applicant, Person, World
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system

MOST_OF_ONE = 5  # streams
TWICE_SECONDS = 7.0  # what was told so lately is told again to who comes back
SOON = 15.0  # seconds; on an idle machine it is a tenth of one


class Listening:
    """A person's stream, as their front end reads it."""

    def __init__(self, client: Person, last: str | None = None) -> None:
        address = urlsplit(client.base_url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        headers = {name: str(value) for name, value in client.http.headers.items()}
        connection.request(
            "GET", "/v1/me/events", headers=headers | ({"Last-Event-ID": last} if last else {})
        )
        self._connection, self._socket = connection, connection.sock
        self.answer = connection.getresponse()
        self.status = self.answer.status
        assert self.status in (200, 429)
        self.events: list[dict[str, Any]] = []
        self.last = last or ""
        self.begun, self.ended = threading.Event(), threading.Event()
        if self.status == 200:
            self._reading = threading.Thread(target=self._read)
            self._reading.start()
            assert self.begun.wait(SOON)

    def _read(self) -> None:
        try:
            while line := self.answer.readline().decode():
                self.begun.set()
                if line.startswith("id: "):
                    self.last = line[4:].strip()
                if line.startswith("data: "):
                    self.events.append(json.loads(line[6:]))
        except (OSError, http.client.HTTPException):
            pass  # cut off
        self.ended.set()

    def close(self) -> None:
        """As a tab that is closed."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self.status == 200:
            self._reading.join()
        self.answer.close()
        self._connection.close()
        self._socket.close()

    def until(self, type: str, subject: str | None = None, version: int = 0) -> dict[str, Any]:
        """The first event of this kind, as soon as it is there."""

        def look() -> dict[str, Any]:
            found = (
                event
                for event in list(self.events)
                if event["type"] == type
                and subject in (None, event["subject"])
                and (event["version"] or 0) >= version
            )
            event = next(found, None)
            assert event is not None, self.events
            return event

        found: dict[str, Any] = probe(look, SOON, f"{type} {subject}")
        return found


@pytest.fixture
def listen() -> Iterator[Callable[..., Listening]]:
    opened: list[Listening] = []

    def open_one(client: Person, last: str | None = None) -> Listening:
        opened.append(Listening(client, last))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def _id(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.mark.timeout(240)
def test_a_person_hears_the_whole_way_into_a_membership(
    world: World, listen: Callable[..., Listening]
) -> None:
    """What changed, and nobody else's; who was away for a moment hears the rest."""
    anna, bert = world.applicants("anna", "bert")
    hers, his = listen(anna.client), listen(bert.client)
    time.sleep(TWICE_SECONDS)  # nobody can be told again what was before the gateway heard anything
    anna.apply()
    hers.until("application", _id(anna.application))
    anna.be_approved()
    hers.until("application", _id(anna.application), version=2)
    hers.until("purchase", _id(anna.purchase))
    hers.until("notification")
    anna.order()
    hers.until("order", anna.order_id)
    time.sleep(TWICE_SECONDS)
    hers.close()
    last = hers.last
    anna.open_payment()
    anna.pay()
    anna.be_member()
    again = listen(anna.client, last)
    order = anna.client.get(f"/v1/orders/{anna.order_id}")
    again.until("order", anna.order_id, version=order["version"])
    again.until("purchase", _id(anna.purchase), version=2)
    membership = again.until("membership")
    assert anna.client.get(f"/v1/memberships/{membership['subject']}")["state"] == "active"
    assert "reset" not in {event["type"] for event in again.events}
    assert [event for event in his.events if event["type"] != "reset"] == []


@pytest.mark.timeout(120)
def test_who_was_away_too_long_is_told_to_read_again(
    world: World, listen: Callable[..., Listening]
) -> None:
    (anna,) = world.applicants("cleo")
    assert listen(anna.client, "1000").until("reset")["subject"] is None


@pytest.mark.timeout(120)
def test_one_person_has_so_many_streams_and_gets_places_back(
    world: World, listen: Callable[..., Listening]
) -> None:
    (dora,) = world.applicants("dora")
    mine = [listen(dora.client) for _ in range(MOST_OF_ONE)]
    refused = listen(dora.client)
    assert refused.status == 429
    assert json.loads(refused.answer.read())["code"] == "gateway.event_streams_too_many"
    mine[0].close()
    probe(lambda: listen(dora.client).status == 200, SOON, "a place is free again")


@pytest.mark.timeout(120)
def test_a_stream_ends_with_its_session(world: World, listen: Callable[..., Listening]) -> None:
    (erin,) = world.applicants("erin")
    other = world.staff(erin.client.email)
    mine, others = listen(erin.client), listen(other)
    assert erin.client.raw("DELETE", "/v1/sessions/current").status_code == 204
    assert mine.ended.wait(SOON)
    assert not others.ended.is_set()


@pytest.mark.timeout(180)
def test_waiting_is_answered_by_what_happens(world: World) -> None:
    """A purchase that is not there yet, a version that comes, and nothing new."""
    (finn,) = world.applicants("finn")
    finn.apply()
    known = finn.client.raw("GET", finn.application)
    answers: list[tuple[float, requests.Response]] = []

    def wait_for(path: str, etag: str | None) -> threading.Thread:
        def ask() -> None:
            headers = {**finn.client.http.headers, **({"If-None-Match": etag} if etag else {})}
            began = time.monotonic()
            answer = requests.get(
                f"{finn.client.base_url}{path}?wait=20", headers=headers, timeout=40
            )
            answers.append((time.monotonic() - began, answer))

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    waits = wait_for(finn.application, known.headers["ETag"])
    approved = world.reviewer.do(f"{finn.application}/approve")
    assert approved["purchase_id"] is not None
    finn.purchase = f"/v1/purchases/{approved['purchase_id']}"
    at_once = finn.client.raw("GET", f"{finn.purchase}?wait=20")
    assert (at_once.status_code, at_once.json()["state"]) == (200, "open")
    waits.join()
    seconds, answer = answers.pop()
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert seconds < 19

    finn.order()
    order = f"/v1/orders/{finn.order_id}"
    shown = finn.client.raw("GET", order)
    assert finn.client.raw(
        "GET", order, headers={"If-None-Match": shown.headers["ETag"]}
    ).status_code == 304  # fmt: skip
    began = time.monotonic()
    unchanged = finn.client.raw(
        "GET", f"{order}?wait=2", headers={"If-None-Match": shown.headers["ETag"]}
    )
    assert unchanged.status_code == 304
    assert time.monotonic() - began >= 2
    finn.open_payment()
    shown = finn.client.raw("GET", order)
    waits = wait_for(order, shown.headers["ETag"])
    finn.pay()
    waits.join()
    seconds, answer = answers.pop()
    assert answer.status_code == 200
    assert answer.headers["ETag"] != shown.headers["ETag"]
    assert seconds < 19
    finn.be_member()


@pytest.mark.timeout(180)
def test_an_answer_about_a_refund_or_a_seat_is_waited_for(
    world: World, listen: Callable[..., Listening]
) -> None:
    (hugo,) = world.applicants("hugo")
    hugo.join()
    asked = hugo.client.post(f"/v1/orders/{hugo.order_id}/refund-requests", {"why": "搬家"})
    meetup, (seat,) = closed_meetup(world, [hugo], 1)
    request = f"/v1/refund-requests/{asked['id']}"
    hers = listen(hugo.client)
    world.renew_staff()
    answers: dict[str, Any] = {}

    def wait_for(path: str) -> threading.Thread:
        etag = hugo.client.raw("GET", path).headers["ETag"]

        def ask() -> None:
            headers = {**hugo.client.http.headers, "If-None-Match": etag}
            address = f"{hugo.client.base_url}{path}?wait=20"
            answers[path] = requests.get(address, headers=headers, timeout=40).json()

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    waiting = [wait_for(path) for path in (request, seat)]
    world.owner.post(f"{request}/decline", {"words": "请先参加一次活动"})
    hers.until("refund_request", asked["id"], version=2)
    select(world, meetup, seat)
    hers.until("registration", _id(seat), version=2)
    for thread in waiting:
        thread.join()
    assert (answers[request]["state"], answers[seat]["state"]) == ("declined", "selected")


@pytest.mark.timeout(120)
def test_an_import_is_heard_by_who_started_it(
    world: World, listen: Callable[..., Listening]
) -> None:
    world.renew_staff()
    hers, others = listen(world.owner), listen(world.operator)
    row = "90001,heard@example.com,Heard,2026-01-01,2099-01-01,,"
    text = f"number,email,name,joined_on,term_ends_on,segment,city\n{row}\n"
    made = world.owner.upload(f"{world.path}/imports", text)
    hers.until("import", made["id"], version=made["version"] + 1)
    assert world.owner.get(f"/v1/imports/{made['id']}")["state"] == "done"
    assert "import" not in {event["type"] for event in others.events}


@pytest.mark.timeout(180)
def test_renewing_answers_with_the_purchase(world: World) -> None:
    (gale,) = world.applicants("gale")
    gale.join()
    (membership,) = gale.memberships
    ends = membership["term"]["ends_on"]
    renewed = _renew(world, gale, membership["id"], ends)
    purchase = gale.client.raw("GET", f"/v1/purchases/{renewed['purchase_id']}?wait=20")
    assert (purchase.status_code, purchase.json()["purpose"]) == (200, "renew")


def _renew(world: World, who: Applicant, membership_id: str, ends_on: str) -> dict[str, Any]:
    left = dt.date.fromisoformat(ends_on) - dt.date.fromisoformat(world.today)
    world.move_clock(left - dt.timedelta(days=5))
    who.client.renew()
    answer: dict[str, Any] = who.client.do(f"/v1/memberships/{membership_id}/renew")
    return answer
