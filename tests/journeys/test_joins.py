"""A join seen as one thing while payments is away; what was lost on the way is told again once."""

from typing import Any

import pytest

from tests.journeys import invariants
from tests.journeys.world import World
from tests.kit.probe import probe

LOST = "payments.on_application_approved"


def steps(seen: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["state"] for step in seen["steps"]}


@pytest.mark.timeout(240)
def test_an_approval_is_lost_and_told_again(world: World) -> None:
    """Payments never hears of it; the operator has it told again, twice, and nothing is twice."""
    world.renew_staff()
    (person,) = world.applicants("lost")
    person.apply()
    control = world.system.control
    control.stop("payments")
    application = world.reviewer.do(f"{person.application}/approve")
    id = application["purchase_id"]
    path = f"/v1/joins/{id}"
    away = person.client.get(path)
    assert (steps(away)["approved"], steps(away)["payable"]) == ("done", "unavailable")
    with world.admin() as broker:
        probe(lambda: broker.depth(LOST) == 1, 20, "the approval is on its way")
        broker.channel.queue_purge(LOST)
    control.start_again("payments")
    world.system.wait_ready(["payments"])

    waiting = person.client.until(
        path, lambda seen: steps(seen)["payable"] == "current", "payments to answer"
    )
    assert waiting["steps"][2]["waits_for"] == "message"
    done = world.operate("membership", "joins", "retry", id)
    assert done == f"the opening of {id} is told again\n"
    payable = person.client.until(
        path, lambda seen: steps(seen)["payable"] == "done", "the purchase"
    )
    assert "order_purchase" in payable["actions"]
    assert world.owner.get(path)["actions"] == []
    person.purchase = f"/v1/purchases/{id}"
    person.order()
    assert steps(person.client.get(path))["paid"] == "current"
    person.open_payment()
    person.pay()
    person.be_member()
    joined = person.client.until(path, lambda seen: seen["state"] == "done", "the whole join")
    assert joined["order_id"] == person.order_id
    assert world.operate("membership", "joins", "list").splitlines()[-1] == "0 stuck"
    invariants.check(world)
