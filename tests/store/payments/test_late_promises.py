"""A promise is the price of when the person applied, whenever we hear of it (rules.md §3.3)."""

import datetime as dt
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.records import Event
from tests.kit.usecases import made_event
from tests.store.payments.shop import Shop

LADDER = {"step": 10_000, "every": 2, "places_before": 0}


def deliver_late(shop: Shop, event: Event, data: dict[str, Any], at: dt.datetime) -> None:
    """An event that was made at a moment that is past."""
    told = made_event(event, data, at)
    ctx = Context.for_event("payments", f"payments.on_{event.name}", told)
    shop.reactions[event](shop.app)(told, ctx)


def promised(shop: Shop, applied: dict[str, Any]) -> int:
    promise = shop.database.promises.find_one({"application_id": applied["application_id"]})
    assert promise is not None
    return int(promise["price"]["amount"])


@pytest.mark.parametrize("lock", ["at_application", "at_approval"])
def test_an_event_that_is_heard_of_late_promises_the_price_of_its_moment(
    empty: Shop, lock: str
) -> None:
    """R12: steps that closed since are not the applicant's loss."""
    shop = empty
    shop.sell(price_lock=lock, ladder=LADDER)
    for _ in range(2):
        shop.paid()
    shop.later(minutes=1)
    buyer, then = shop.person(), shop.clock.now()
    shop.later(minutes=1)
    for _ in range(4):
        shop.paid()
    assert shop.price()["price"]["amount"] == 330_000
    applied = shop.applied(buyer)
    approved = shop.approval(buyer, application_id=applied["application_id"])
    if lock == "at_application":
        deliver_late(shop, membership.APPLICATION_SUBMITTED, applied, then)
    else:
        deliver_late(shop, membership.APPLICATION_APPROVED, approved, then)
    assert promised(shop, applied) == 310_000


@pytest.mark.parametrize("heard_first", [membership.APPLICATION_APPROVED, "handed in again"])
def test_what_is_heard_first_does_not_decide(empty: Shop, heard_first: Event | str) -> None:
    """R12: the application's own event is still on its way when it was approved, or handed in
    again, at a higher price; the promise is of when it was first handed in."""
    shop = empty
    shop.sell(price_lock="at_application", ladder=LADDER)
    buyer, then = shop.person(), shop.clock.now()
    shop.later(minutes=1)
    for _ in range(2):
        shop.paid()
    assert shop.price()["price"]["amount"] == 310_000
    applied = {**shop.applied(buyer), "submitted_at": then}
    if isinstance(heard_first, Event):
        ids = {"application_id": applied["application_id"], "submitted_at": then}
        shop.deliver(heard_first, shop.approval(buyer, **ids))
    else:
        shop.deliver(membership.APPLICATION_SUBMITTED, applied)
    deliver_late(shop, membership.APPLICATION_SUBMITTED, applied, then)
    assert promised(shop, applied) == 300_000


def test_a_price_that_is_locked_at_approval_is_that_of_the_approval(empty: Shop) -> None:
    shop = empty
    shop.sell(price_lock="at_approval", ladder=LADDER)
    buyer, then = shop.person(), shop.clock.now()
    shop.later(minutes=1)
    for _ in range(2):
        shop.paid()
    applied = {**shop.applied(buyer), "submitted_at": then}
    ids = {"application_id": applied["application_id"], "submitted_at": then}
    shop.deliver(membership.APPLICATION_APPROVED, shop.approval(buyer, **ids))
    assert promised(shop, applied) == 310_000


def test_places_that_others_hold_make_no_promise_dearer(empty: Shop) -> None:
    """They may come back, and who hears of it when must not decide."""
    shop = empty
    shop.sell(price_lock="at_application", ladder=LADDER)
    for _ in range(2):
        shop.ordered()
    applied = shop.applied(shop.person())
    shop.deliver(membership.APPLICATION_SUBMITTED, applied)
    assert promised(shop, applied) == 300_000


def test_steps_closed_before_their_time_was_kept_are_closed(empty: Shop) -> None:
    shop = empty
    shop.sell(price_lock="at_application", ladder=LADDER)
    for _ in range(2):
        shop.paid()
    closed = {"closed": True, "closed_at": {"$type": "date"}}
    found = shop.database.ladder_steps.update_many(closed, {"$unset": {"closed_at": ""}})
    assert found.modified_count == 1
    long_ago = shop.clock.now() - dt.timedelta(days=30)
    applied = shop.applied(shop.person())
    deliver_late(shop, membership.APPLICATION_SUBMITTED, applied, long_ago)
    assert promised(shop, applied) == 310_000


def test_a_step_of_several_counters_is_closed_when_all_are(empty: Shop) -> None:
    shop = empty
    shop.sell(price_lock="at_application", ladder={**LADDER, "every": 200})
    shop.paid()
    (first, _second) = list(shop.database.ladder_steps.find().sort("_id", 1))
    shop.database.ladder_steps.update_one(
        {"_id": first["_id"]},
        {"$set": {"closed": True, "closed_at": shop.clock.now(), "used": first["limit"]}},
    )
    shop.later(minutes=1)
    applied = shop.applied(shop.person())
    shop.deliver(membership.APPLICATION_SUBMITTED, applied)
    assert promised(shop, applied) == 300_000
