"""Simulated people, each a front end that does not give up, with a journal of what was answered."""

import datetime as dt
import itertools
import json
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from deploy.local import clock
from examples.doctors.client import Refused
from tests.journeys.world import PATIENCE_SECONDS, PRICE, Applicant, Person, World, money

LADDER = {"step": 10_000, "every": 4, "places_before": 0}
SCRIPTS: tuple[dict[str, Any], ...] = (
    {},
    {"repeat": 20},
    {"lost": True},
    {"forge": True, "unknown_serial": True, "old_timestamp": True},
    {"late_seconds": 3},
)


class Journal:
    """One line for each answer that a client got (R-5)."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        self._lock = threading.Lock()
        self.lines: list[dict[str, Any]] = []

    def watch(self, who: Person) -> None:
        def note(answer: requests.Response, *_: Any, **__: Any) -> None:
            self.note(who.email, answer)

        who.http.hooks["response"].append(note)

    def note(self, email: str, answer: requests.Response) -> None:
        ended = time.time()
        line = {
            "who": email,
            "method": answer.request.method,
            "path": answer.request.path_url,
            "key": answer.request.headers.get("Idempotency-Key"),
            "status": answer.status_code,
            "media": answer.headers.get("Content-Type", ""),
            "replayed": "Idempotency-Replayed" in answer.headers,
            "began": ended - answer.elapsed.total_seconds(),
            "ended": ended,
        }
        with self._lock:
            self.lines.append(line)
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


class CampaignWorld(World):
    """A world with a steep ladder, whose clients keep a journal."""

    ladder = LADDER
    clients: Journal

    def person(self, email: str) -> Person:
        made = super().person(email)
        self.clients.watch(made)
        made.patience = 120.0
        return made


class Crowd:
    """Lanes of people; what each of them is known to have at the end stands in the lists."""

    def __init__(self, world: CampaignWorld, seed: int) -> None:
        self.world, self._seed = world, seed
        self._names = (f"c{number}" for number in itertools.count())
        self._lock = threading.Lock()
        self.joined: list[Applicant] = []
        self.refunded: list[Applicant] = []
        self.imported: list[Applicant] = []  # members before the system was, who may renew
        self.renewed: list[Applicant] = []
        self.meetups: list[str] = []
        self.marks: Counter[str] = Counter()
        self.failures: list[str] = []

    def bring(self, number: int) -> None:
        """Members come with an import, numbered before everybody; their terms can be renewed."""
        today = clock.now(self.world.system.clock_file)
        joined, ends = today - dt.timedelta(days=300), today + dt.timedelta(days=40)
        names = [f"imported{position}" for position in range(1, number + 1)]
        rows = [
            f"{position},{name}@example.com,会员,{joined:%Y-%m-%d},{ends:%Y-%m-%d},,"
            for position, name in enumerate(names, 1)
        ]
        text = "\n".join(("number,email,name,joined_on,term_ends_on,segment,city", *rows)) + "\n"
        made = self.world.operator.upload(f"{self.world.path}/imports", text)
        path = f"/v1/imports/{made['id']}"
        self.world.operator.until(path, lambda seen: seen["state"] == "done", "the import")
        self.imported = self._signed_in(names)

    def walk(self, lane: int, over: threading.Event) -> None:
        """People come one after the other until it is `over`; a failure is kept and ends none."""
        rng = random.Random(f"{self._seed} {lane}")
        while not over.is_set():
            try:
                self._visit(rng)
            except Exception as error:  # told at the end, with everything else
                self.failures.append(f"lane {lane}: {type(error).__name__}: {str(error)[:500]}")

    def _visit(self, rng: random.Random) -> None:
        waiting = [one for one in self.imported if one not in self.renewed]
        if waiting and rng.random() < 0.3:
            self._renew(rng.choice(waiting))
            return
        (person,) = self._fresh(1)
        person.join(hesitates=rng.random() < 0.3, script=rng.choice(SCRIPTS))
        with self._lock:
            self.joined.append(person)
        if rng.random() < 0.2:
            self._be_refunded(person)
        elif rng.random() < 0.4:
            self._meet(person)

    def _fresh(self, number: int) -> list[Applicant]:
        with self._lock:
            names = [next(self._names) for _ in range(number)]
        return self._signed_in(names)

    def _signed_in(self, names: list[str]) -> list[Applicant]:
        """Who cannot get at their mail asks for another code a little later."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.world.applicants(*names)
            except (TimeoutError, requests.ConnectionError):
                if time.monotonic() > end:
                    raise
                time.sleep(5)

    def _renew(self, person: Applicant) -> None:
        with self._lock:
            if person in self.renewed:  # another lane was faster
                return
            self.renewed.append(person)
        term = person.client.patiently(lambda: person.memberships)[0]
        purchase = person.client.do(f"/v1/memberships/{term['id']}/renew")["purchase_id"]
        path = f"/v1/purchases/{purchase}"
        person.client.until(path, lambda seen: seen["plan_id"] is not None, "a purchase")
        body = {"coupon_codes": [], "total": money(PRICE)}
        person.order_id = person.client.do(f"{path}/orders", body)["id"]
        person.open_payment()
        person.pay()
        person.client.until(
            f"/v1/orders/{person.order_id}", lambda o: o["fulfilment"] == "fulfilled", "renewed"
        )

    def _be_refunded(self, person: Applicant) -> None:
        path = f"/v1/orders/{person.order_id}/refunds"
        self.world.owner.do(path, {"reason": "campaign"})
        with self._lock:
            self.joined.remove(person)
            self.refunded.append(person)
        person.client.until(
            "/v1/me/memberships",
            lambda found: found["items"][0]["state"] == "cancelled",
            "the end of a membership refunded in full",
        )

    def _meet(self, person: Applicant) -> None:
        """A meetup of one seat: more people than seats are selected, which has to be refused."""
        world = self.world
        others = [one for one in self.joined[-3:] if one is not person]
        meetup_id = self.published(dt.timedelta(days=3))
        takers = [person, *others]
        registered = [one.client.do(f"/v1/meetups/{meetup_id}/registrations") for one in takers]
        world.owner.do(f"/v1/meetups/{meetup_id}/close-registration")
        for taker, registration in zip(takers, registered, strict=True):
            body = {"registration_ids": [registration["id"]]}
            try:
                world.owner.do(f"/v1/meetups/{meetup_id}/selections", body)
                # At once: a seat that is not confirmed in time is nobody's when we look.
                taker.client.do(f"/v1/registrations/{registration['id']}/confirm")
            except Refused as refused:
                if refused.status not in (409, 422):
                    raise
                self.marks[f"a seat refused: {refused.code}"] += 1

    def published(self, lead: dt.timedelta) -> str:
        """A meetup of one seat that starts after `lead`, open for registration."""
        starts = clock.now(self.world.system.clock_file) + lead
        body = {
            "title": "小聚",
            "city": "上海",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + dt.timedelta(hours=2)).isoformat(),
            "capacity": 1,
        }
        made: str = self.world.owner.do(f"{self.world.path}/meetups", body)["id"]
        self.world.owner.do(f"/v1/meetups/{made}/publish")
        with self._lock:
            self.meetups.append(made)
        return made

    # ── scenes that every run has to have seen ──────────────────────────────────────────────────

    def pay_twice(self) -> None:
        """The provider takes the money of one order twice: the second time it goes back."""
        (person,) = self._fresh(1)
        person.apply()
        person.be_approved()
        person.order()
        person.open_payment()
        for _ in range(2):
            person.pay({"pay_twice": True})
        person.client.until(
            f"/v1/orders/{person.order_id}", lambda o: o["fulfilment"] == "fulfilled", "fulfilled"
        )
        self.joined.append(person)

    def hurry_at_the_boundary(self) -> None:
        """More people than places of a step order at the same moment."""
        people = self._fresh(LADDER["every"] + 2)
        for person in people:
            person.apply()
            person.be_approved()
        threads = [threading.Thread(target=person.order) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        totals = {
            person.client.get(f"/v1/orders/{person.order_id}")["total"]["amount"]
            for person in people
        }
        self.marks["two at the ladder's boundary"] += len(totals) > 1
        for person in people:
            person.open_payment()
        # All but the last pay; that one lets the order expire and pays then.
        for person in people[:-1]:
            person.pay()
            person.client.until(
                f"/v1/orders/{person.order_id}",
                lambda order: order["fulfilment"] == "fulfilled",
                "the order fulfilled",
            )
            self.joined.append(person)
        self.late = people[-1]

    def let_an_offer_lapse(self) -> None:
        """The next in the queue gets an offer, and answers when it is over."""
        first, second = self.joined[-1], self.joined[-2]
        meetup_id = self.published(dt.timedelta(days=2))
        seats = [one.client.do(f"/v1/meetups/{meetup_id}/registrations") for one in (first, second)]
        self.world.owner.do(f"/v1/meetups/{meetup_id}/close-registration")
        body = {"registration_ids": [seats[0]["id"]]}
        self.world.owner.do(f"/v1/meetups/{meetup_id}/selections", body)
        first.client.do(f"/v1/registrations/{seats[0]['id']}/withdraw")
        self.lapsing = second
        self.offer = second.client.until(
            f"/v1/registrations/{seats[1]['id']}", lambda seen: seen["offer"] is not None, "offer"
        )["offer"]["id"]

    def lose_an_answer(self) -> None:
        """Membership dies between commit and answer; the person repeats, and is told the same."""
        (person,) = self._fresh(1)
        system = self.world.system
        flag = system.root / "answer-lost"
        system.configure("membership", {"COTERIE_CRASH_POINT": f"uow.after_commit:{flag}"})
        system.wait_ready(["membership"])
        before = len(self.world.clients.lines)
        person.apply()
        system.wait_ready(["membership"])
        replayed = [line for line in self.world.clients.lines[before:] if line["replayed"]]
        assert len(replayed) == 1, replayed
        system.configure("membership", {})
        system.wait_ready(["membership"])

    def let_time_pass(self, by: dt.timedelta) -> None:
        """Orders and offers end; one was paid while payments was away and nobody told it."""
        control = self.world.system.control
        control.stop("payments")
        self.late.pay({"lost": True})
        self.world.move_clock(by)
        control.start_again("payments")
        self.world.system.wait_ready(["payments"])

    def come_too_late(self) -> None:
        """An answer to a lapsed offer; money for an order that is past its end."""
        try:
            self.lapsing.client.do(f"/v1/offers/{self.offer}/accept")
        except Refused as refused:
            self.marks["a lapsed offer accepted"] += refused.status in (409, 422)
        self.late.client.until(
            f"/v1/orders/{self.late.order_id}",
            lambda order: order["fulfilment"] == "fulfilled" or order["state"] != "open",
            "a late capture settled",
        )
        self.marks["late capture"] += 1
        order = self.late.client.get(f"/v1/orders/{self.late.order_id}")
        if order["fulfilment"] == "fulfilled" or order["state"] == "paid":
            self.late.client.until(
                f"/v1/orders/{self.late.order_id}",
                lambda seen: seen["fulfilment"] == "fulfilled",
                "the late order fulfilled",
            )
            self.joined.append(self.late)

    def lost_answers(self) -> None:
        """Answers that came only when the request was repeated: the first was carried out."""
        lines = self.world.clients.lines
        self.marks["a lost commit answer"] = sum(line["replayed"] for line in lines)
