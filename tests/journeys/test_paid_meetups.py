"""A meetup with a fee: selected, paid, given up, offered to the next (product.md §4)."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from tests.journeys.seats import FEE, closed_meetup, pay_for_seat, select
from tests.journeys.world import Applicant, World, at_once
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system


def types(person: Applicant) -> list[str]:
    return [message["type"] for message in person.messages]


def heard(person: Applicant, kind: str) -> None:
    def look() -> bool:
        assert kind in types(person), types(person)
        return True

    probe(look, 30, f"{person} hears {kind}")


def confirmed(registration: Any) -> bool:
    return bool(registration["state"] == "confirmed")


def given_back(amount: int, order: Any) -> bool:
    return bool(order["refunded"]["amount"] == amount)


@pytest.mark.timeout(300)
def test_a_seat_is_paid_given_up_and_goes_to_the_next(world: World) -> None:
    """One protocol with plans: quote, order, payment; money back by what the preview says."""
    people = world.applicants("first", "second")
    at_once(lambda one: one.join(), people)
    first, second = people
    meetup, (seat, waiting) = closed_meetup(world, people, 1)
    select(world, meetup, seat)
    heard(first, "seat_payable")
    asked = first.client.get(seat)
    assert asked["actions"] == ["decline_registration", "withdraw_registration"]
    pay_for_seat(first, seat)
    paid = first.client.until(seat, confirmed, "the seat confirmed")
    assert (paid["payable"], paid["order_id"]) == (None, first.order_id)
    heard(first, "registration_confirmed")
    order = f"/v1/orders/{first.order_id}"
    assert first.client.get(order)["fulfilment"] == "fulfilled"
    assert first.client.get(order)["lines"][0]["kind"] == "seat"

    assert first.client.get(f"{order}/refund-preview")["percent"] == "100.00"  # the cool-off
    world.move_clock(dt.timedelta(days=8))
    preview = first.client.get(f"{order}/refund-preview")
    assert (preview["amount"]["amount"], preview["percent"]) == (FEE // 2, "50.00")
    first.client.do(f"{seat}/withdraw")
    first.client.until(order, partial(given_back, FEE // 2), "the money back")
    assert first.client.get(f"{order}/refund-preview")["amount"]["amount"] == 0

    offered = second.client.until(waiting, lambda one: one["offer"] is not None, "an offer")
    lapsed = f"/v1/purchases/{offered['payable']['purchase_id']}"
    world.move_clock(dt.timedelta(hours=25))  # 12 h, and the night
    second.client.until(lapsed, lambda one: one["state"] == "withdrawn", "the purchase closed")
    heard(second, "seat_lapsed")
    pay_for_seat(second, waiting, at_once=True)
    second.client.until(waiting, confirmed, "the seat confirmed")
    assert second.purchase != lapsed


@pytest.mark.timeout(200)
def test_a_meetup_that_is_called_off_gives_all_of_it_back(world: World) -> None:
    """However late, and whatever the brackets say; coupons are refused, and nothing changes."""
    (person,) = world.applicants("called.off")
    person.join()
    meetup, (seat,) = closed_meetup(world, [person], 1)
    select(world, meetup, seat)
    seen = person.client.until(seat, lambda one: one["payable"] is not None, "a seat")
    purchase = f"/v1/purchases/{seen['payable']['purchase_id']}"
    person.client.until(purchase, lambda one: one["state"] == "open", "its purchase")
    refused = person.client.raw(
        "POST",
        f"{purchase}/quotes",
        json={"coupon_codes": ["WELC2ME"]},
        headers={"Idempotency-Key": '"seat-coupon"'},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "payments.coupon_covers_lines")
    pay_for_seat(person, seat)
    person.client.until(seat, confirmed, "the seat confirmed")
    world.move_clock(dt.timedelta(days=9, hours=20))
    world.owner.renew()
    world.owner.do(f"/v1/meetups/{meetup}/cancel", {"reason": "台风"})
    person.client.until(f"/v1/orders/{person.order_id}", partial(given_back, FEE), "all of it back")
    assert person.client.get(seat)["state"] == "cancelled"
