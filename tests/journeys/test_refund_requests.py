"""A payer asks for a refund, staff decide, and it ends like any refund (product.md §3)."""

import datetime as dt
from typing import Any

import pytest

from tests.journeys.world import DISCOUNT, PRICE, Applicant, World
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system

PAID = PRICE - DISCOUNT
BRACKETS = [{"days_after": 30, "percent": "50.00"}]


def heard(person: Applicant, kind: str, said: str) -> None:
    def look() -> bool:
        texts = [message["text"] for message in person.messages if message["type"] == kind]
        assert any(said in text for text in texts), texts
        return True

    probe(look, 30, f"{person} hears {kind}")


@pytest.mark.timeout(300)
def test_asked_declined_asked_again_and_granted(world: World) -> None:
    """The policy is that of the moment of asking; a grant in full ends the membership."""
    plan = world.owner.get(f"/v1/plans/{world.plan['id']}")
    body: dict[str, Any] = {"refund_brackets": BRACKETS}
    world.owner.patch(f"/v1/plans/{plan['id']}", body, version=plan["version"])
    (person,) = world.applicants("asking")
    person.join()
    me = person.client.get("/v1/me")
    person.client.patch("/v1/me", {"name": "李伟"}, version=me["version"])
    order = f"/v1/orders/{person.order_id}"
    seen = person.client.until(order, lambda one: one["fulfilment"] == "fulfilled", "fulfilled")
    assert seen["actions"] == ["ask_refund"]
    preview = person.client.get(f"{order}/refund-preview")
    assert (preview["percent"], preview["amount"]["amount"]) == ("100.00", PAID)
    world.move_clock(dt.timedelta(days=5))
    world.owner.renew()
    assert person.client.get(f"{order}/refund-preview")["percent"] == "50.00"

    first = person.client.post(f"{order}/refund-requests", {"why": "我要搬到外地了"})
    again = person.client.raw(
        "POST",
        f"{order}/refund-requests",
        json={},
        headers={"Idempotency-Key": '"a-second-request"'},
    )
    assert (again.status_code, again.json()["code"]) == (409, "payments.refund_request_open")
    found = world.owner.until(
        f"{world.path}/refund-requests?state=open",
        lambda page: page["items"][0]["display_name"] == "李伟",
        "a request with a name",
    )
    assert [(one["id"], one["why"]) for one in found["items"]] == [(first["id"], "我要搬到外地了")]
    path = f"/v1/refund-requests/{first['id']}"
    decide = ["grant_refund_request", "decline_refund_request"]
    assert world.owner.get(path)["actions"] == decide
    world.owner.post(f"{path}/decline", {"words": "请先参加一次活动"})
    heard(person, "refund_declined", "请先参加一次活动")
    assert person.client.get(path)["state"] == "declined"

    second = person.client.post(f"{order}/refund-requests", {})
    assert second["policy_amount"]["amount"] == PAID // 2
    path = f"/v1/refund-requests/{second['id']}"
    whole = {"amount": {"amount": PAID, "currency": "CNY"}, "words": "祝一切顺利"}
    assert world.owner.post(f"{path}/grant", whole)["state"] == "granted"
    person.client.until(order, lambda one: one["state"] == "refunded", "the money back")
    person.client.until(
        "/v1/me/memberships",
        lambda found: found["items"][0]["state"] == "cancelled",
        "the end of the membership",
    )
    heard(person, "order_refunded", "祝一切顺利")
    mine = person.client.pages("/v1/me/refund-requests")
    assert [one["state"] for one in mine] == ["granted", "declined"]
    actions = [one["action"] for one in world.owner.pages(f"{path}/history")]
    assert actions == ["grant_refund_request", "ask_refund"]
