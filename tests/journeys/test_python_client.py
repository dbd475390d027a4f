"""The Python client against a whole system: from an application to a seat, and what it does besides
asking."""

import base64
import datetime as dt
import json
import threading
from typing import Any

import pytest
import requests

from clients.python.coterie_client import Coterie, Refused
from deploy.local import clock
from tests.journeys.world import ANSWERS, Person, World, at_once
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system


@pytest.mark.timeout(180)
def test_people_join_are_reviewed_and_meet(world: World) -> None:
    """By the methods of the operations."""
    anna = _signed_in(world, "anna")
    community = world.community["id"]
    me = anna.get_me()
    assert anna.change_me({"name": "安娜"}, seen=me)["name"] == "安娜"
    applied = anna.create_application(
        community, {"plan_id": world.plan["id"], "answers": {**ANSWERS}, "submit": True}
    )
    heard = _hearing(anna, "application")
    queue = world.reviewer.list_review_queue(community)
    assert applied["id"] in [row["id"] for row in queue]
    world.reviewer.approve_application(applied["id"], {})
    assert probe(lambda: heard[0], 30, "the news")["subject"] == applied["id"]

    purchase = anna.get_application(applied["id"])["purchase_id"]
    assert purchase is not None
    anna.wait_for(f"/v1/purchases/{purchase}", lambda seen: seen["state"] == "open")
    quote = anna.create_quote(purchase, {"coupon_codes": []})
    order = anna.create_order(quote["id"])
    payment = anna.open_payment(order["id"], {"provider": "sandbox"})
    assert payment["pay_url"] is not None
    requests.post(payment["pay_url"], json={"script": {}}, timeout=10).raise_for_status()
    anna.wait_for(f"/v1/orders/{order['id']}", lambda seen: seen["fulfilment"] == "fulfilled")

    starts = clock.now(world.system.clock_file) + dt.timedelta(days=10)
    meetup = world.owner.create_meetup(
        community,
        {
            "title": "读图夜",
            "city": "上海",
            "capacity": 2,
            "starts_at": starts.isoformat(),
            "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
        },
    )["id"]
    world.owner.publish_meetup(meetup)
    seat = probe(lambda: _registered(anna, meetup), 30, "the news of the membership")
    world.owner.close_registration(meetup)
    world.owner.select_registrations(meetup, {"registration_ids": [seat]})
    assert anna.confirm_registration(seat)["state"] == "confirmed"
    assert [row["id"] for row in world.owner.list_registrations(meetup)] == [seat]


def test_a_token_that_is_over_is_renewed_once_for_all(world: World) -> None:
    told: list[Any] = []
    tokens = _tokens(_signed_in(world, "renewing"))
    asks = Coterie(world.system.url("http"), tokens=tokens, on_tokens=told.append)
    asks.http.headers["Authorization"] = f"Bearer {_of_gone_key(tokens['access_token'])}"
    at_once(lambda _: asks.get_me(), range(5))
    assert [set(tokens) <= set(one) for one in told] == [True]
    asks.end_session()
    with pytest.raises(Refused, match="401"):
        asks.renew()
    assert told[1:] == [None]


def test_a_lost_answer_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same key, so that the thing is done once; who has no key is told."""
    ben = _signed_in(world, "ben")
    sent = ben.http.request
    keys: list[Any] = []

    def lossy(*arguments: Any, **more: Any) -> requests.Response:
        answer = sent(*arguments, **more)
        keys.append(more["headers"].get("Idempotency-Key"))
        if len(keys) < 3:
            raise requests.ConnectionError("lost")
        return answer

    monkeypatch.setattr(ben.http, "request", lossy)
    made = ben.create_application(world.community["id"], {"answers": {}})
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert ben.retries == 2
    assert [one["id"] for one in ben.list_my_applications()] == [made["id"]]
    keys.clear()
    with pytest.raises(Refused, match="no_answer"):
        ben.start_sign_in({"email": "ben@example.com"})


def test_what_was_seen_is_what_is_changed(world: World) -> None:
    carla = _signed_in(world, "carla")
    seen = carla.get_me()
    carla.change_me({"name": "卡拉"}, seen=seen)
    with pytest.raises(Refused, match="412"):
        carla.change_me({"name": "?"}, seen=seen)
    community = carla.get_community(world.community["id"])
    assert carla.get_community(community["id"], seen=community) is community


def _signed_in(world: World, name: str) -> Person:
    return world.staff(f"{name}.py@example.com")


def _registered(who: Coterie, meetup: str) -> str:
    try:
        return who.register(meetup)["id"]
    except Refused as refused:
        if refused.code != "events.membership_inactive":
            raise
        raise LookupError(str(refused)) from None


def _hearing(who: Coterie, type: str) -> list[dict[str, Any]]:
    """Filled with the next event of the type, by a thread that then ends; it listens by now."""
    heard: list[dict[str, Any]] = []
    begun = threading.Event()
    who.http.hooks["response"].append(lambda *_, **__: begun.set())

    def listen() -> None:
        heard.append(next(event for event in who.events() if event["type"] == type))

    threading.Thread(target=listen, daemon=True).start()
    assert begun.wait(30)
    return heard


def _tokens(person: Person) -> dict[str, str]:
    access = str(person.http.headers["Authorization"]).removeprefix("Bearer ")
    return {"access_token": access, "refresh_token": person.refresh_token}


def _of_gone_key(token: str) -> str:
    """The token as if its key had been retired."""
    head, rest = token.split(".", 1)
    told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**told, "kid": "gone"}).encode())
    return f"{other.decode().rstrip('=')}.{rest}"
