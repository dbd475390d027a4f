"""Seats that are taken by paying for them (rules.md §3.12, §4; architecture.md §5a)."""

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.delivery import Ignored
from chassis.ids import new_id
from chassis.mongo import Document
from contracts import payments
from contracts.errors import STALE_VERSION, DomainError
from contracts.errors.events import MEETUP_FIELD_FIXED, MEETUP_WRONG_STATE, SEAT_TO_BE_PAID
from contracts.types import events as wire
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.store.events.seats import FEE, deliver, paid, refunded
from tests.store.events.world import Events, Shown

BRACKETS = [
    {"hours_before": 72, "basis_points": 10_000},
    {"hours_before": 24, "basis_points": 5_000},
]
HOUR = dt.timedelta(hours=1)
Payable = Mapping[str, Any]


def paid_meetup(events: Events, *, capacity: int = 1, **more: Any) -> wire.Meetup:
    return events.meetup(capacity=capacity, fee=FEE, refund_brackets=BRACKETS, **more)


def chosen(events: Events, *, waiting: int = 0) -> tuple[wire.Meetup, list[wire.Registration]]:
    """A meetup of one seat that is kept for the first until it is paid for."""
    meetup = paid_meetup(events)
    people = [events.register(meetup) for _ in range(1 + waiting)]
    events.close(meetup)
    events.select(meetup, people[:1])
    events.tick()
    return meetup, people


def shown(events: Events, registration: Shown) -> wire.ShownRegistration:
    request: wire.GetRegistration = {"registration_id": registration["id"], "include": None}
    return events.app.registrations.get(request, events.ctx(registration["person_id"]))


def told(events: Events, name: str, purchase_id: str) -> list[Document]:
    """The data of the events of this name about a purchase."""
    found = [event.data for event in told_events(events.db) if event.event.name == name]
    return [
        data
        for data in found
        if purchase_id in (data.get("purchase_id"), data.get("payable", {}).get("purchase_id"))
    ]


def asked_to_pay(events: Events, registration: Shown) -> Payable:
    """What payments was told last of the seat that is kept for it."""
    payable = existing(shown(events, registration)["payable"])
    (fact,) = told(events, "seat_payable", payable["purchase_id"])
    found: Payable = fact["payable"]
    return found


def pay(events: Events, payable: Payable, order_id: str | None = None, **more: Any) -> str:
    """Payments tells that an order was paid; its id."""
    order_id = order_id or new_id("ord")
    seat = {"id": payable["subject"]["ref"]}
    told = {"subject": payable["subject"], "purchase_id": payable["purchase_id"], **more}
    deliver(events, payments.ORDER_PAID, paid(seat, order_id, paid_at=events.clock.now(), **told))
    return order_id


def refund(
    events: Events, payable: Payable, order_id: str, *, full: bool, gives_up: bool = False
) -> None:
    told = refunded({"id": payable["subject"]["ref"]}, order_id, full=full, gives_up=gives_up)
    told |= {"subject": payable["subject"], "purchase_id": payable["purchase_id"]}
    deliver(events, payments.ORDER_REFUNDED, told)


def ends(events: Events, payable: Payable) -> list[tuple[str, bool, bool]]:
    """How payments was told that the seat is free again: reason, paid, in full."""
    facts = told(events, "seat_given_up", payable["purchase_id"])
    return [(fact["reason"], fact["paid"], fact["in_full"]) for fact in facts]


def test_a_seat_with_a_fee_is_confirmed_by_its_payment(events: Events) -> None:
    _, (first,) = chosen(events)
    seen = shown(events, first)
    assert (seen["state"], seen["order_id"]) == ("selected", None)
    assert events.told(first) == ["seat_payable"]
    assert seen["actions"] == ["decline_registration", "withdraw_registration"]
    payable = asked_to_pay(events, first)
    assert payable["subject"] == {"kind": "meetup_seat", "ref": first["id"]}
    assert payable["lines"] == [{"kind": "seat", "amount": FEE, "quantity": 1}]
    confirm_by = existing(seen["confirm_by"])
    assert existing(seen["payable"])["pay_by"] == confirm_by - dt.timedelta(minutes=15)
    with pytest.raises(DomainError) as refused:
        events.do("confirm", first)
    assert refused.value.error is SEAT_TO_BE_PAID
    order_id = pay(events, payable)
    seen = shown(events, first)
    assert (seen["state"], seen["payable"], seen["order_id"]) == ("confirmed", None, order_id)
    assert events.told(first) == ["seat_payable", "registration_confirmed"]
    assert len(told(events, "purchase_fulfilled", payable["purchase_id"])) == 1
    pay(events, payable, order_id)  # an operator asks again
    assert len(told(events, "purchase_fulfilled", payable["purchase_id"])) == 2
    assert events.told(first) == ["seat_payable", "registration_confirmed"]


def test_an_unpaid_seat_expires_and_goes_to_the_next(events: Events) -> None:
    """Who comes next gets an offer, with a purchase of its own; late money is refused."""
    _, (first, second) = chosen(events, waiting=1)
    late = asked_to_pay(events, first)
    events.tick(25 * HOUR)
    assert events.state(first) == "hold_expired"
    assert shown(events, first)["payable"] is None
    assert ends(events, late) == [("lapsed", False, False)]
    offered = asked_to_pay(events, second)
    assert offered["subject"]["ref"] == existing(events.offer_of(second))["id"]
    with pytest.raises(DomainError) as refused:
        events.answer("accept", second)
    assert refused.value.error is SEAT_TO_BE_PAID
    pay(events, late)
    (answer,) = told(events, "purchase_refused", late["purchase_id"])
    assert answer["reason"] == "seat_gone"
    pay(events, offered)
    assert events.state(second) == "confirmed"
    assert existing(events.db["offers"].find_one({"registration_id": second["id"]}))["state"] == (
        "accepted"
    )


def test_who_pays_in_the_last_minute_keeps_the_seat(events: Events) -> None:
    """It is kept a little longer than it can be paid."""
    _, (first,) = chosen(events)
    payable = asked_to_pay(events, first)
    until = existing(shown(events, first)["payable"])["pay_by"]
    events.tick(until - events.clock.now() + dt.timedelta(minutes=14))
    pay(events, payable)
    assert events.state(first) == "confirmed"


def test_an_offer_that_lapses_twice_has_two_purchases(events: Events) -> None:
    """Each is closed; only the one of the present offer takes the seat."""
    _, (first, second) = chosen(events, waiting=1)
    events.do("decline", first)
    events.tick()
    once = asked_to_pay(events, second)
    events.tick(24 * HOUR)
    again = asked_to_pay(events, second)
    assert again["purchase_id"] != once["purchase_id"]
    assert ends(events, once) == [("lapsed", False, False)]
    pay(events, once)
    assert events.state(second) == "waitlisted"
    assert len(told(events, "purchase_refused", once["purchase_id"])) == 1
    pay(events, again)
    assert events.state(second) == "confirmed"


@pytest.mark.parametrize("is_paid", [True, False])
def test_who_withdraws_frees_the_seat_and_payments_hears_of_it(
    events: Events, is_paid: bool
) -> None:
    _, (first, second) = chosen(events, waiting=1)
    payable = asked_to_pay(events, first)
    if is_paid:
        pay(events, payable)
    events.do("withdraw", first)
    assert ends(events, payable) == [("given_up", is_paid, False)]
    events.tick()
    assert shown(events, second)["payable"] is not None
    assert events.told(first)[-1] in ("registration_confirmed", "seat_payable")


def test_an_offer_that_is_declined_closes_its_purchase(events: Events) -> None:
    _, (first, second) = chosen(events, waiting=1)
    events.do("decline", first)
    events.tick()
    payable = asked_to_pay(events, second)
    events.answer("decline", second)
    assert ends(events, payable) == [("given_up", False, False)]


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_meetup_that_is_called_off_gives_all_of_it_back(events: Events, is_paid: bool) -> None:
    """Whatever the brackets say."""
    meetup, (first,) = chosen(events)
    payable = asked_to_pay(events, first)
    if is_paid:
        pay(events, payable)
    events.app.meetups.cancel({"meetup_id": meetup["id"], "reason": "台风"}, events.host)
    if not is_paid:
        pay(events, payable)  # it crossed the cancellation
        assert len(told(events, "purchase_refused", payable["purchase_id"])) == 1
    events.tick()
    assert events.state(first) == "cancelled"
    assert ends(events, payable) == [("called_off", is_paid, True)]


def test_a_meetup_called_off_at_the_door_gives_all_of_it_back(events: Events) -> None:
    """Who is checked in already, too; from then on nobody is."""
    meetup = paid_meetup(events, capacity=2)
    people = [events.register(meetup) for _ in range(2)]
    events.close(meetup)
    events.select(meetup, people)
    payable, other = (asked_to_pay(events, one) for one in people)
    pay(events, payable)
    pay(events, other)
    events.tick(dt.timedelta(days=9, hours=23))
    first, second = ({"registration_id": one["id"]} for one in people)
    events.app.registrations.check_in(first, events.host)  # type: ignore[arg-type]
    events.app.meetups.cancel({"meetup_id": meetup["id"], "reason": "台风"}, events.host)
    with pytest.raises(DomainError) as refused:
        events.app.registrations.check_in(second, events.host)  # type: ignore[arg-type]
    assert refused.value.error is MEETUP_WRONG_STATE
    events.tick()
    assert [events.state(one) for one in people] == ["cancelled", "cancelled"]
    assert ends(events, payable) == ends(events, other) == [("called_off", True, True)]
    assert events.told(people[0])[-1] == "registration_cancelled"
    assert shown(events, people[0])["checked_in_at"] is None


def test_who_does_not_come_keeps_nothing_and_gets_nothing(events: Events) -> None:
    _, (first,) = chosen(events)
    payable = asked_to_pay(events, first)
    order_id = pay(events, payable)
    events.tick(dt.timedelta(days=11))
    assert events.state(first) == "no_show"
    assert ends(events, payable) == []
    refund(events, payable, order_id, full=True)  # a treasurer is kind
    assert events.state(first) == "no_show"


@pytest.mark.parametrize(("gives_up", "state"), [(True, "withdrawn"), (False, "confirmed")])
def test_a_share_for_giving_it_up_frees_the_seat(
    events: Events, gives_up: bool, state: str
) -> None:
    _, (first,) = chosen(events)
    payable = asked_to_pay(events, first)
    refund(events, payable, pay(events, payable), full=False, gives_up=gives_up)
    assert events.state(first) == state


def test_a_full_refund_takes_the_seat_back(events: Events) -> None:
    """A part of the money changes nothing; another order's neither."""
    _, (first, second) = chosen(events, waiting=1)
    payable = asked_to_pay(events, first)
    order_id = pay(events, payable)
    refund(events, payable, order_id, full=False)
    refund(events, payable, new_id("ord"), full=True)
    assert events.state(first) == "confirmed"
    refund(events, payable, order_id, full=True)
    refund(events, payable, order_id, full=True)
    assert events.state(first) == "withdrawn"
    assert ends(events, payable) == []
    events.tick()
    assert events.offer_of(second) is not None


def test_a_refund_that_is_heard_before_its_payment_gives_no_seat(events: Events) -> None:
    """The two come by queues of their own. The seat stays kept: another order may pay for it."""
    _, (first,) = chosen(events)
    payable, order_id = asked_to_pay(events, first), new_id("ord")
    refund(events, payable, order_id, full=True)
    pay(events, payable, order_id)
    assert events.state(first) == "selected"
    (answer,) = told(events, "purchase_refused", payable["purchase_id"])
    assert (answer["order_id"], answer["reason"]) == (order_id, "order_refunded")
    pay(events, payable)
    assert events.state(first) == "confirmed"


def test_a_paid_order_that_is_asked_again_is_answered_as_before(events: Events) -> None:
    """Whatever became of the seat: by its terms the money went back already."""
    _, (first,) = chosen(events)
    payable = asked_to_pay(events, first)
    order_id = pay(events, payable)
    events.do("withdraw", first)
    pay(events, payable, order_id)
    assert len(told(events, "purchase_fulfilled", payable["purchase_id"])) == 2
    assert told(events, "purchase_refused", payable["purchase_id"]) == []
    assert events.state(first) == "withdrawn"


def test_other_subjects_are_not_ours(events: Events) -> None:
    _, (first,) = chosen(events)
    payable = {
        **asked_to_pay(events, first),
        "subject": {"kind": "membership_term", "ref": "trm_1"},
    }
    with pytest.raises(Ignored):
        pay(events, payable)
    with pytest.raises(Ignored):
        refund(events, payable, new_id("ord"), full=True)


def test_the_fee_is_fixed_once_the_meetup_is_published(events: Events) -> None:
    draft = events.meetup(capacity=1, published=False)
    assert draft["fee"] is None
    changed = events.change(draft, fee=FEE, refund_brackets=BRACKETS)
    assert (changed["fee"], changed["refund_brackets"]) == (FEE, BRACKETS)
    assert events.change(draft, fee=None)["fee"] is None
    events.app.meetups.publish({"meetup_id": draft["id"]}, events.host)
    wishes: list[dict[str, Any]] = [{"fee": FEE}, {"refund_brackets": []}]
    for wish in wishes:
        with pytest.raises(DomainError) as refused:
            events.change(draft, **wish)
        assert refused.value.error is MEETUP_FIELD_FIXED
    events.change(draft, fee=None, title="周日早餐")


def test_a_meetup_of_the_version_before_is_free_and_says_so(events: Events) -> None:
    """It has neither fee nor brackets; who sends them as they were read changes nothing."""
    meetup = events.meetup(capacity=1)
    lacks = {"fee": "", "refund_brackets": ""}
    events.db["meetups"].update_one({"_id": meetup["id"]}, {"$unset": lacks})
    with pytest.raises(DomainError) as refused:
        events.change(meetup, fee=FEE, expected_version=meetup["version"] - 1)
    assert refused.value.error is STALE_VERSION
    changed = events.change(meetup, fee=None, refund_brackets=[], title="周日早餐")
    assert (changed["fee"], changed["refund_brackets"]) == (None, [])


def test_a_fee_is_in_the_currency_of_the_community(events: Events) -> None:
    """Else nobody could be paid: merchant accounts and receipts are in that one."""
    draft, dollars = events.meetup(capacity=1, published=False), {**FEE, "currency": "USD"}
    refusals: list[Callable[[], object]] = [
        lambda: events.meetup(capacity=1, fee=dollars),
        lambda: events.meetup(capacity=1, fee=dollars, zone="Asia/Tokyo"),
        lambda: events.change(draft, fee=dollars),
        lambda: events.change(draft, fee=dollars, simulate=True),
    ]
    for refuse in refusals:
        with pytest.raises(DomainError) as refused:
            refuse()
        (problem,) = refused.value.fields
        assert (problem.pointer, problem.code) == ("/fee/currency", "field.currency")
    assert events.stored(draft)["version"] == draft["version"]


def test_an_earlier_start_leaves_less_time_to_pay(events: Events) -> None:
    meetup, (first,) = chosen(events)
    starts_at = events.clock.now() + 6 * HOUR
    events.change(meetup, starts_at=starts_at, ends_at=starts_at + HOUR)
    seen = shown(events, first)
    pay_by = existing(seen["confirm_by"]) - dt.timedelta(minutes=15)
    assert existing(seen["payable"])["pay_by"] == pay_by
    before, again = (
        fact["payable"]
        for fact in told(events, "seat_payable", existing(seen["payable"])["purchase_id"])
    )
    assert again == {**before, "pay_by": pay_by}  # with the terms that it had


def test_payment_withdrawal_and_lapse_at_once_leave_one_outcome(events: Events) -> None:
    """Paid and kept, or gone and refused; the seat is counted once."""
    for _ in range(4):
        meetup, (first,) = chosen(events)
        payable = asked_to_pay(events, first)
        events.clock.advance(25 * HOUR)

        def act(step: int, payable: Payable = payable, first: Shown = first) -> None:
            try:
                if step == 0:
                    pay(events, payable)
                elif step == 1:
                    events.do("withdraw", first)
                else:
                    events.tick()
            except DomainError as problem:
                if problem.kind.value not in ("conflict", "unavailable"):
                    raise

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(act, range(3)))
        state = events.state(first)
        counter = existing(events.db["seats"].find_one({"_id": meetup["id"]}))
        assert counter["taken"] == (1 if state == "confirmed" else 0)
        answers = [
            name
            for name in ("purchase_fulfilled", "purchase_refused")
            for _ in told(events, name, payable["purchase_id"])
        ]
        gone = ends(events, payable)
        assert len(answers) <= 1  # an answer that met another change is given when it comes again
        if answers == ["purchase_fulfilled"]:
            assert gone in ([], [("given_up", True, False)])
        else:
            assert [was_paid for _, was_paid, _ in gone] == [False]
