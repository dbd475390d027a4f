"""A meetup against a small model: whatever people do in whatever order, seats add up (T-1)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from pymongo.database import Database

from chassis.ids import new_id
from chassis.mongo import Document
from contracts import events, payments
from contracts.errors import DomainError, Kind
from contracts.errors.events import SEAT_TO_BE_PAID
from contracts.types import events as wire
from services.events.domain.registrations import COUNTED, LIVE
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.store.events.seats import FEE, deliver, paid
from tests.store.events.world import make_events

# What a person may be in, as an observer would write it down without knowing the code.
SEATED = {"selected", "confirmed"}


class Place:
    """Where the machine's examples live (hypothesis makes the machines itself)."""

    database: Database[Document]


class MeetupModel(RuleBasedStateMachine):
    """The model keeps for each person the last state it was told, and the capacity."""

    people: Bundle[wire.Registration] = Bundle("people")

    @initialize(
        capacity=st.integers(1, 3),
        applicants=st.integers(1, 6),
        fee=st.sampled_from([None, FEE]),
        target=people,
    )
    def open(
        self, capacity: int, applicants: int, fee: dict[str, Any] | None
    ) -> MultipleResults[wire.Registration]:
        self.events = make_events(Place.database)
        self.capacity, self.fee = capacity, fee
        self.meetup = self.events.meetup(capacity=capacity, hold_hours=6, fee=fee)
        applied = [self.events.register(self.meetup, new_id("per")) for _ in range(applicants)]
        self.events.close(self.meetup)
        return multiple(*applied)

    def attempt(self, act: Callable[[], object]) -> None:
        """A conflict is an answer, and that a seat is to be paid for; all else is a defect."""
        try:
            act()
        except DomainError as refusal:
            if refusal.kind is not Kind.CONFLICT and refusal.error is not SEAT_TO_BE_PAID:
                raise

    @rule(chosen=st.lists(people, min_size=1, max_size=3, unique_by=lambda r: r["id"]))
    def select(self, chosen: list[wire.Registration]) -> None:
        before = self.rows()
        try:
            self.events.select(self.meetup, chosen)
        except DomainError:
            assert self.rows() == before, "a refused selection changes nobody"
        else:
            assert all(self.events.state(one) == "selected" for one in chosen)

    @rule(person=people, step=st.sampled_from(["confirm", "decline", "withdraw"]))
    def answer_seat(self, person: wire.Registration, step: str) -> None:
        self.attempt(lambda: self.events.do(step, person))

    @rule(person=people, step=st.sampled_from(["accept", "decline"]))
    def answer_offer(self, person: wire.Registration, step: str) -> None:
        if self.events.offer_of(person):
            self.attempt(lambda: self.events.answer(step, person))

    @rule(person=people)
    def pay(self, person: wire.Registration) -> None:
        """For the seat that was given or offered last, in time or not."""
        purchase = self.rows()[person["id"]].get("purchase")
        if purchase is not None:
            seat = {"id": purchase["ref"]}
            deliver(self.events, payments.ORDER_PAID, paid(seat, new_id("ord")))

    @rule(hours=st.sampled_from([0, 1, 7, 30]))
    def let_time_pass(self, hours: int) -> None:
        self.events.tick(dt.timedelta(hours=hours))

    @rule(capacity=st.integers(1, 4))
    def change_capacity(self, capacity: int) -> None:
        try:
            self.events.change(self.meetup, capacity=capacity)
        except DomainError as refusal:
            if refusal.kind is not Kind.CONFLICT:
                raise
        else:
            self.capacity = capacity

    @rule(hours=st.sampled_from([1, 5, 48, 300]))
    def move(self, hours: int) -> None:
        """To any time at all; nothing is kept beyond what that allows."""
        starts_at = self.events.clock.now() + dt.timedelta(hours=hours)
        ends_at = starts_at + dt.timedelta(hours=3)
        self.attempt(lambda: self.events.change(self.meetup, starts_at=starts_at, ends_at=ends_at))

    def rows(self) -> dict[str, Document]:
        found = self.events.db["registrations"].find({"meetup_id": self.meetup["id"]})
        return {row["_id"]: row for row in found}

    @invariant()
    def seats_add_up(self) -> None:
        """I-4: counted people and offers have one seat each, within capacity."""
        if not hasattr(self, "meetup"):
            return
        rows = self.rows().values()
        live = list(
            self.events.db["offers"].find({"meetup_id": self.meetup["id"], "state": "live"})
        )
        counted = [row for row in rows if row["state"] in COUNTED]
        assert len(counted) + len(live) <= self.capacity
        assert sum(row["state"] in SEATED for row in rows) <= self.capacity
        counter = self.events.db["seats"].find_one({"_id": self.meetup["id"]})
        if counter is None:
            assert not live, "seats are closed only when the meetup is over"
        else:
            assert counter["taken"] == len(counted) + len(live)
        starts_at = self.events.stored(self.meetup)["starts_at"]
        assert all(one["expires_at"] <= starts_at - dt.timedelta(hours=2) for one in live)
        assert all(row["confirm_by"] <= starts_at for row in rows if row["state"] == "selected")
        offered = {row["offer"]["id"] for row in rows if row["offer"]}
        assert offered == {offer["_id"] for offer in live}
        assert all(row["live"] == (row["state"] in LIVE) for row in rows)

    @invariant()
    def what_costs_something_is_paid(self) -> None:
        """Nobody is certain of a seat with a fee without an order; payments hears of each end."""
        if not hasattr(self, "meetup") or self.fee is None:
            return
        for row in self.rows().values():
            purchase = row.get("purchase")
            if row["state"] in ("confirmed", "no_show"):
                assert existing(purchase)["order_id"] is not None
            elif purchase is not None and row["state"] != "selected" and not row["offer"]:
                ended = told_events(self.events.db, events.SEAT_GIVEN_UP)
                assert [one.subject for one in ended].count(purchase["id"]) == 1

    @invariant()
    def nobody_waits_beside_a_free_seat(self) -> None:
        """After a pass of the jobs the queue never stands still while a seat is free."""
        if not hasattr(self, "meetup"):
            return
        self.events.tick()
        meetup = existing(self.events.db["meetups"].find_one({"_id": self.meetup["id"]}))
        now = self.events.clock.now()
        if meetup["state"] != "registration_closed" or now >= meetup["starts_at"] - dt.timedelta(
            hours=2
        ):
            return
        waiting = [
            row for row in self.rows().values() if row["state"] == "waitlisted" and not row["offer"]
        ]
        counter = self.events.db["seats"].find_one({"_id": self.meetup["id"]})
        assert not waiting or existing(counter)["taken"] == self.capacity


@pytest.mark.timeout(300)
def test_seats_add_up_whatever_happens(database: Database[Document]) -> None:
    """T-1: hypothesis against the real database, bounded for every run of the suite."""
    Place.database = database
    run_state_machine_as_test(
        MeetupModel,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
