"""An approval is taken back while its order is open, and given again; one that lapsed is reopened
(rules.md §1.10)."""

import datetime as dt

import pytest

from examples.doctors.client import Refused
from tests.journeys.world import Applicant, World

pytestmark = pytest.mark.shares_system


def hears(person: Applicant, kind: str) -> None:
    person.client.until(
        "/v1/me/notifications",
        lambda seen: any(one["type"] == kind for one in seen["items"]),
        f"the message {kind}",
    )


@pytest.mark.timeout(300)
def test_undone_with_an_open_order_then_approved_and_paid(world: World) -> None:
    """The order closes, the person hears of it, and the next approval has a purchase of its own."""
    person, late = world.applicants("undone", "lapsing")
    for one in (person, late):
        one.apply()
        one.be_approved()
    person.order()
    person.open_payment()
    first, order = person.purchase, f"/v1/orders/{person.order_id}"
    undone = world.reviewer.do(f"{person.application}/undo-decision")
    assert (undone["state"], undone["verdicts"]) == ("in_review", [])
    assert person.client.get(order)["state"] == "cancelled"
    person.client.until(first, lambda seen: seen["state"] == "withdrawn", "the purchase withdrawn")
    hears(person, "application_decision_undone")
    person.be_approved()
    assert person.purchase != first
    person.order()
    person.open_payment()
    person.pay()
    person.be_member()
    with pytest.raises(Refused) as refused:
        world.owner.do(f"{person.application}/undo-decision")
    assert refused.value.code == "membership.application_wrong_state"

    world.move_clock(dt.timedelta(hours=73))
    for staff in (world.owner, late.client):
        staff.renew()
    late.client.until(late.application, lambda seen: seen["state"] == "lapsed", "the lapse")
    reopened = world.owner.do(f"{late.application}/reopen")
    late.purchase = f"/v1/purchases/{reopened['purchase_id']}"
    late.client.until(late.purchase, lambda seen: seen["plan_id"] is not None, "a purchase")
    hears(late, "application_reopened")
    late.order()
    late.open_payment()
    late.pay()
    late.be_member()
