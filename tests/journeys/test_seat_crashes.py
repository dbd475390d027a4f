"""kill -9 of every process between every two steps of a paid seat, while members take theirs.

Members apply, the host selects them, they pay, and some give the seat up again; what was not
answered is repeated, as front ends do. In the end every seat is paid once or free, and every fen is
kept or back.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from contracts.records import SERVICES
from tests.journeys.falling import Chains, falling
from tests.journeys.invariants import nothing_waits
from tests.journeys.seats import FEE, closed_meetup, pay_for_seat, select
from tests.journeys.test_paid_meetups import confirmed, given_back
from tests.journeys.world import Applicant, World, at_once

ROUNDS: dict[str, Chains] = {
    "taking": {
        "events": (
            "rpc.before_handler",
            "rpc.before_reply",
            "uow.before_insert",
            "uow.before_commit",
            "uow.after_commit",
            "relay.before_publish",
            "relay.after_publish",
        ),
        "payments": (
            "consumer.before_handler",
            "consumer.before_ack",
            "payments.after_quote",
            "payments.after_order",
            "payments.after_payment_row",
            "payments.after_provider_create",
        ),
    },
    "paying": {
        "events": (
            "consumer.before_handler",
            "consumer.before_ack",
            "rpc.after_reply",
            "rpc.before_ack",
            "uow.before_commit@2",
        ),
        "payments": (
            "payments.after_callback_stored",
            "payments.after_callback_answered",
            "payments.after_holds_used",
            "payments.after_confirm_commit",
            "relay.before_publish",
            "payments.after_refund_submitted",
        ),
        "notifications": ("consumer.before_handler", "consumer.before_ack"),
    },
}
LANES, MOST_SEATS = 2, 12


def test_every_step_of_events_is_one_to_die_in() -> None:
    """Each point of the chassis that a seat comes to in the service that owns it."""
    points = {point.split("@")[0] for chains in ROUNDS.values() for point in chains["events"]}
    of_chassis = ("rpc.", "uow.", "relay.", "consumer.")
    assert {point.split(".")[0] + "." for point in points} == set(of_chassis)
    assert all(process in SERVICES for chains in ROUNDS.values() for process in chains)


@pytest.mark.timeout(500)
@pytest.mark.parametrize("name", ROUNDS)
def test_killed_between_the_steps_of_a_paid_seat(world: World, name: str) -> None:
    """Nothing is lost and nothing happens twice, at whichever step a process dies."""
    world.renew_staff()
    people = world.applicants(*(f"{name}{number}" for number in range(LANES)))
    at_once(lambda one: one.join(), people)
    with falling(world, name, ROUNDS[name]) as over, ThreadPoolExecutor(LANES) as pool:
        seats = list(pool.map(partial(_take_until, world, over), people))
    nothing_waits(world)
    for person, taken in zip(people, seats, strict=True):
        _everything_adds_up(person, taken)


def _take_until(
    world: World, over: Callable[[], bool], person: Applicant
) -> list[tuple[str, str, bool]]:
    """Seats of one person, each with its order and whether it was given up again."""
    taken: list[tuple[str, str, bool]] = []
    while not (taken and over()) and len(taken) < MOST_SEATS:
        meetup, (seat,) = closed_meetup(world, [person], 1)
        select(world, meetup, seat)
        pay_for_seat(person, seat)
        person.client.until(seat, confirmed, "the seat confirmed")
        gives_up = len(taken) % 2 == 0
        if gives_up:
            person.client.do(f"{seat}/withdraw")
            order = f"/v1/orders/{person.order_id}"
            person.client.until(order, partial(given_back, FEE), "the money back")
        taken.append((seat, person.order_id, gives_up))
    return taken


def _everything_adds_up(person: Applicant, taken: list[tuple[str, str, bool]]) -> None:
    """One paid order for each seat, kept or given back; told once; free seats are free."""
    orders = {order["id"]: order for order in person.client.pages("/v1/me/orders")}
    paid = {id for id, order in orders.items() if not order["plan_id"] and order["paid_at"]}
    assert paid == {order_id for _, order_id, _ in taken}
    assert len({orders[id]["purchase_id"] for id in paid}) == len(taken)
    for seat, order_id, given_up in taken:
        registration = person.client.get(seat)
        assert registration["state"] == ("withdrawn" if given_up else "confirmed")
        order = orders[order_id]
        assert (order["state"], order["fulfilment"]) == (
            "refunded" if given_up else "paid",
            "fulfilled",
        )
        assert sum(refund["amount"]["amount"] for refund in order["refunds"]) == (
            FEE if given_up else 0
        )
        meetup = person.client.get(f"/v1/meetups/{registration['meetup_id']}")
        assert meetup["seats_free"] == (1 if given_up else 0)
    told = Counter(message["type"] for message in person.messages)
    assert told["seat_payable"] == told["registration_confirmed"] == len(taken)
