"""Lanes of people; what each of them is known to have at the end stands in the lists."""

import datetime as dt
import itertools
import random
import threading
from collections import Counter
from typing import Any

from deploy.local import clock
from examples.doctors.client import Refused
from tests.campaign.people import LADDER, Buyer, CampaignWorld

SCRIPTS: tuple[dict[str, Any], ...] = (
    {},
    {"repeat": 20},
    {"lost": True},
    {"forge": True, "unknown_serial": True, "old_timestamp": True},
    {"late_seconds": 3},
)
SHOWN_FAILURES = 50


class Crowd:
    """The people of a run, their marks and their failures."""

    def __init__(self, world: CampaignWorld, seed: int) -> None:
        self.world, self._seed = world, seed
        self._names = (f"c{number}" for number in itertools.count())
        self._lock = threading.Lock()
        self.joined: list[Buyer] = []
        self.refunded: list[Buyer] = []
        self.imported: list[Buyer] = []  # members before the system was, who may renew
        self.renewed: list[Buyer] = []
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
        self.imported = self.world.buyers(*names)

    def walk(self, lane: int, over: threading.Event) -> None:
        """People come one after the other until it is `over`; a failure is kept and ends none."""
        rng = random.Random(f"{self._seed} {lane}")
        while not over.is_set():
            try:
                self._visit(rng)
            except Exception as error:  # told at the end, with everything else
                if len(self.failures) < SHOWN_FAILURES:
                    self.failures.append(f"lane {lane}: {type(error).__name__}: {str(error)[:500]}")

    def _visit(self, rng: random.Random) -> None:
        with self._lock:
            waiting = [one for one in self.imported if one not in self.renewed]
            renewing = rng.choice(waiting) if waiting and rng.random() < 0.3 else None
            if renewing is not None:
                self.renewed.append(renewing)
        person = renewing or self._fresh(1)[0]
        try:
            if renewing is not None:
                renewing.renew()
            elif rng.random() < 0.1:
                person.leave()
                self.marks["a person who left an order"] += 1
            else:
                self._join(person, rng)
        finally:
            person.client.http.close()

    def _join(self, person: Buyer, rng: random.Random) -> None:
        person.join(hesitates=rng.random() < 0.3, script=rng.choice(SCRIPTS))
        if rng.random() < 0.2:
            self.marks[f"a new key refused: {person.apply_again()}"] += 1
        if rng.random() < 0.2:
            self._be_refunded(person)
            return
        with self._lock:
            self.joined.append(person)
        if rng.random() < 0.4:
            self._meet(person)

    def _fresh(self, number: int) -> list[Buyer]:
        with self._lock:
            names = [next(self._names) for _ in range(number)]
        return self.world.buyers(*names)

    def _be_refunded(self, person: Buyer) -> None:
        path = f"/v1/orders/{person.order_id}/refunds"
        self.world.owner.do(path, {"reason": "campaign"})
        with self._lock:
            self.refunded.append(person)
        person.client.until(
            "/v1/me/memberships",
            lambda found: found["items"][0]["state"] == "cancelled",
            "the end of a membership refunded in full",
        )

    def _meet(self, person: Buyer) -> None:
        """A meetup of one seat: more people than seats are selected, which has to be refused.

        Time that jumps may close what was open a moment ago.
        """
        world = self.world
        with self._lock:
            others = [one for one in self.joined[-3:] if one is not person]
        takers = [person, *others]
        try:
            meetup_id = self.published(dt.timedelta(days=3))
            registered = [one.register(meetup_id) for one in takers]
            world.owner.do(f"/v1/meetups/{meetup_id}/close-registration")
        except Refused as refused:
            self._mark_refusal("a meetup refused", refused)
            return
        for taker, registration in zip(takers, registered, strict=True):
            body = {"registration_ids": [registration]}
            try:
                world.owner.do(f"/v1/meetups/{meetup_id}/selections", body)
                # At once: a seat that is not confirmed in time is nobody's when we look.
                taker.client.do(f"/v1/registrations/{registration}/confirm")
            except Refused as refused:
                self._mark_refusal("a seat refused", refused)

    def _mark_refusal(self, what: str, refused: Refused) -> None:
        if refused.status not in (409, 422):
            raise refused
        self.marks[f"{what}: {refused.code}"] += 1

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
        seats = [one.register(meetup_id) for one in (first, second)]
        self.world.owner.do(f"/v1/meetups/{meetup_id}/close-registration")
        body = {"registration_ids": [seats[0]]}
        self.world.owner.do(f"/v1/meetups/{meetup_id}/selections", body)
        first.client.do(f"/v1/registrations/{seats[0]}/withdraw")
        self.lapsing = second
        self.offer = second.client.until(
            f"/v1/registrations/{seats[1]}", lambda seen: seen["offer"] is not None, "offer"
        )["offer"]["id"]

    def lose_an_answer(self) -> None:
        """Membership dies between commit and answer; the person repeats, and is told the same."""
        (person,) = self._fresh(1)
        world, replayed = self.world, self.world.answers.replayed
        name, *others = world.of_kind("membership")
        for other in others:
            world.system.control.stop(other)
        flag = world.system.root / "answer-lost"
        world.configure(name, COTERIE_CRASH_POINT=f"uow.after_commit:{flag}")
        world.system.wait_ready([name])
        person.apply()
        world.configure(name)
        world.start_kind("membership")
        assert world.answers.replayed == replayed + 1, world.answers.replayed - replayed

    def let_time_pass(self, by: dt.timedelta) -> None:
        """Orders and offers end; one was paid while payments was away and nobody told it."""
        self.world.stop_kind("payments")
        self.late.pay({"lost": True})
        self.world.move_clock(by)
        self.world.start_kind("payments")

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
