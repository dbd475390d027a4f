"""The path through the whole house: apply, approve, pay, member, mail."""

from typing import Any

import pytest
import requests

from contracts.records import SERVICES
from tests.journeys import invariants
from tests.journeys.invariants import TYPE
from tests.journeys.world import DISCOUNT, PRICE, World, at_once, header

pytestmark = pytest.mark.shares_system


@pytest.mark.timeout(240)
def test_people_become_members(world: World) -> None:
    """I-1, I-3, I-5, I-8, I-10, I-11, I-13, T-42: four at once; every witness says the same."""
    people = world.applicants("wang", "li", "zhang", "chen")
    at_once(lambda one: one.join(hesitates=one is people[0]), people)
    invariants.check(world)
    for person in people:
        (membership,) = person.memberships
        assert membership["state"] == "active"
        assert 1 <= membership["number"] <= len(world.members)
        application = person.client.get(person.application)
        assert application["state"] == "joined"
        assert application["membership_id"] == membership["id"]
        order = person.client.get(f"/v1/orders/{person.order_id}")
        assert order["total"]["amount"] == PRICE - DISCOUNT
        mails = person.client.mails()
        (welcome,) = [one for one in mails if header(one, TYPE) == "membership_activated"]
        assert header(welcome, "Auto-Submitted") == "auto-generated"
        assert str(membership["number"]) in welcome["text"]


@pytest.mark.timeout(120)
def test_logs_hold_no_secrets(world: World) -> None:
    """I-18, P-28: what opens a door or an account is in nobody's log, nor is an address."""
    person = world.applicants("secretive")[0]
    person.join()
    client = person.client
    secrets = {
        "address": client.email,
        "access token": str(client.http.headers["Authorization"]).split()[1],
        "refresh token": client.refresh_token,
        "provider's key": world.system.credentials.read("payments/sandbox_api_key"),
        "broker password": world.system.credentials.read("broker_payments"),
    }
    for process in (*SERVICES, "gateway"):
        log = world.system.tail(process, 100_000)
        assert '"readiness"' in log
        for name, secret in secrets.items():
            assert secret not in log, f"{name} in the log of {process}"


@pytest.mark.timeout(120)
def test_operators_lists_are_empty(world: World) -> None:
    """M-14, I-9: what an operator asks for when all is well."""
    assert world.operate("payments", "outbox", "list").splitlines()[-1] == "0 pending"
    assert world.operate("payments", "parking", "list").splitlines()[-1] == "0 parked"
    assert world.operate("payments", "stuck-purchases", "list").splitlines()[-1] == "0 stuck"


@pytest.mark.timeout(120)
def test_what_is_not_yours_looks_as_if_it_were_not_there(world: World) -> None:
    """I-15, O-1: a stranger's answer about a foreign object is that about no object at all."""
    anna, stranger = world.applicants("anna", "stranger")
    anna.join()
    (membership,) = anna.memberships
    notification = anna.messages[0]["id"]
    quote = anna.client.get(f"/v1/orders/{anna.order_id}")["quote_id"]
    foreign = {
        "GET": [
            anna.application,
            anna.purchase,
            f"/v1/quotes/{quote}",
            f"/v1/orders/{anna.order_id}",
            f"/v1/memberships/{membership['id']}",
        ],
        "POST": [
            f"{anna.application}/withdraw",
            f"{anna.application}/approve",
            f"{anna.purchase}/quotes",
            f"/v1/quotes/{quote}/order",
            f"/v1/orders/{anna.order_id}/payments",
            f"/v1/orders/{anna.order_id}/cancel",
            f"/v1/memberships/{membership['id']}/renew",
            f"/v1/notifications/{notification}/read",
        ],
    }
    before = anna.client.get(anna.application)["version"]
    for method, paths in foreign.items():
        for path in paths:
            there = _ask(stranger.client, method, path)
            absent = _ask(stranger.client, method, _nowhere(path))
            assert there.status_code == absent.status_code == 404, (path, there.text)
            assert _told(there) == _told(absent), path
    assert anna.client.get(anna.application)["version"] == before
    assert _ask(stranger.client, "GET", f"{world.path}/memberships").status_code == 403
    assert _ask(stranger.client, "GET", f"{world.path}/ledger").status_code == 403


def _ask(client: Any, method: str, path: str) -> requests.Response:
    asked = {"provider": "sandbox"} if path.endswith("/payments") else {}
    body: dict[str, Any] | None = asked if method == "POST" else None
    headers = {"Idempotency-Key": f'"{path}"'} if method == "POST" else {}
    answer: requests.Response = client.raw(method, path, json=body, headers=headers)
    return answer


def _nowhere(path: str) -> str:
    """The same address with an id that nothing has."""
    steps = path.split("/")
    steps[3] = steps[3][:4] + "0" * 26
    return "/".join(steps)


def _told(answer: requests.Response) -> dict[str, Any]:
    """The problem without what differs for every request."""
    return {name: told for name, told in answer.json().items() if name != "instance"}
