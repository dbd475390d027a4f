"""Paid seats as hosts and members see them, through the gateway."""

import datetime as dt
from typing import Any

from deploy.local import clock
from examples.doctors.client import Refused
from tests.journeys.world import Applicant, World, money

FEE = 9_900
BRACKETS = [
    {"hours_before": 72, "percent": "100.00"},
    {"hours_before": 24, "percent": "50.00"},
]


def closed_meetup(world: World, people: list[Applicant], capacity: int) -> tuple[str, list[str]]:
    """A meetup with a fee in ten days, closed, and the registrations of these people."""
    starts = clock.now(world.system.clock_file) + dt.timedelta(days=10)
    body = {
        "title": "周六午餐",
        "city": "上海",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
        "capacity": capacity,
        "fee": money(FEE),
        "refund_brackets": BRACKETS,
    }
    meetup = world.owner.do(f"{world.path}/meetups", body)["id"]
    world.owner.do(f"/v1/meetups/{meetup}/publish")
    registered = [
        person.client.do(f"/v1/meetups/{meetup}/registrations")["id"] for person in people
    ]
    world.owner.do(f"/v1/meetups/{meetup}/close-registration")
    return meetup, [f"/v1/registrations/{id}" for id in registered]


def select(world: World, meetup: str, registration: str) -> None:
    body = {"registration_ids": [registration.rpartition("/")[2]]}
    world.owner.do(f"/v1/meetups/{meetup}/selections", body)


def pay_for_seat(person: Applicant, registration: str, *, at_once: bool = False) -> None:
    """As a front end does: the purchase is named with the seat, and paid like any other."""
    seen = person.client.until(registration, lambda one: one["payable"] is not None, "a seat")
    person.purchase = f"/v1/purchases/{seen['payable']['purchase_id']}"
    person.client.until(person.purchase, lambda one: one["state"] == "open", "its purchase")
    person.order_id = _ordered(person, seen["payable"]["amount"], at_once=at_once)["id"]
    person.open_payment()
    person.pay()


def _ordered(person: Applicant, total: Any, *, at_once: bool) -> Any:
    while True:
        try:
            if at_once:
                return person.client.do(f"{person.purchase}/orders", {"total": total})
            quote = person.client.do(f"{person.purchase}/quotes", {"coupon_codes": []})
            return person.client.do(f"/v1/quotes/{quote['id']}/order")
        except Refused as refused:
            # A request that died had asked for another quote, or had made the order.
            if refused.code == "payments.purchase_has_order":
                return {"id": refused.problem["params"]["order_id"]}
            if refused.code != "payments.quote_expired":
                raise
