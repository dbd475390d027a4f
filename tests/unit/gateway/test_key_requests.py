"""Requests by an API key: who they are for a service, what they are good for, how they count."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.context import HeldKey
from contracts import events, membership, notifications
from contracts.access import Scope
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.errors.gateway import API_KEY_UNKNOWN
from contracts.notifications import STORE_REQUESTS
from tests.kit.limits import WIDE_FIELDS
from tests.unit.gateway.test_api_keys import SECRET, other
from tests.unit.gateway.test_application import COMMUNITY, ULID, Answers, Client, client_of, example

KEY_ID = f"key_{ULID}"
UNKNOWN = hashlib.sha256(other(1).encode()).hexdigest()
ROLES, MEETUPS = f"{COMMUNITY}/roles", f"{COMMUNITY}/meetups"
HOSTING = ["cancel_meetup", "change_meetup"]
NARROW = {"limit_read_burst": 5, "limit_read_per_minute": 6}


class Neighbours(Answers):
    """Membership knows one key, good for what is asked here."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.scopes = [Scope.COMMUNITIES_READ, Scope.ROLES_READ, Scope.ROLES_WRITE]
        self.answer = self._say

    def _say(self) -> tuple[dict[str, Any], bool]:
        method, request, _ = self.calls[-1]
        if self.away:
            raise DomainError(SERVICE_UNAVAILABLE)
        if method != membership.RESOLVE_API_KEY.routing_key:
            if method == membership.GET_COMMUNITY.routing_key:
                return example(membership.Community), False
            if method == events.GET_MEETUP.routing_key:
                return {"actions": [*HOSTING], "version": 1}, False
            if method == events.LIST_MEETUPS.routing_key:
                return {"items": [{"actions": [*HOSTING]}], "next": None}, False
            return {"items": [], "next": None}, False
        if request["digest"] == UNKNOWN:
            raise DomainError(API_KEY_UNKNOWN)
        told = {"id": KEY_ID, "community_id": f"com_{ULID}", "roles": ["owner"]}
        over = {"expires_at": "2199-01-01T00:00:00.000Z", "revoked_at": None}
        return {**told, **over, "scopes": [str(scope) for scope in self.scopes]}, False

    @property
    def others(self) -> list[Any]:
        """The calls that are not about keys."""
        ours = (membership.RESOLVE_API_KEY.routing_key, STORE_REQUESTS.routing_key)
        return [call for call in self.calls if call[0] not in ours]


@pytest.fixture
def answers() -> Neighbours:
    return Neighbours()


@pytest.fixture
def client(answers: Neighbours, tmp_path: Path) -> Client:
    return client_of(answers, tmp_path, **WIDE_FIELDS)


def showing(secret: str = SECRET) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def refusal(client: Client, method: str, path: str, secret: str = SECRET) -> tuple[int, str]:
    headers = {**showing(secret), "HTTP_IDEMPOTENCY_KEY": '"k"', "HTTP_IF_MATCH": '"1"'}
    status, _, body = client.ask(method, path, b"", **headers)
    return status, json.loads(body)["code"]


def test_a_service_hears_which_key_it_is_and_what_it_holds(
    client: Client, answers: Neighbours
) -> None:
    """H-32: no person, no session; and no secret leaves the gateway."""
    assert client.ask("GET", ROLES, b"", **showing())[0] == 200
    ((_, _, ctx),) = answers.others
    assert ctx.actor.key == HeldKey(KEY_ID, f"com_{ULID}", ("owner",))
    assert (ctx.actor.kind, ctx.actor.person_id, ctx.actor.id) == ("key", None, KEY_ID)
    assert SECRET not in str(answers.calls)


def test_a_known_key_costs_no_call(client: Client, answers: Neighbours) -> None:
    for _ in range(20):
        assert client.ask("GET", ROLES, b"", **showing())[0] == 200
    assert len(answers.others) == 20
    assert len(answers.calls) == 21


def test_each_thing_that_is_wrong_has_its_code(client: Client, answers: Neighbours) -> None:
    """The issue: a code each, before any service is asked."""
    assert refusal(client, "GET", ROLES, SECRET[:-1]) == (401, "gateway.api_key_malformed")
    assert refusal(client, "GET", ROLES, other(1)) == (401, "gateway.api_key_unknown")
    assert refusal(client, "GET", MEETUPS) == (403, "gateway.scope_missing")
    not_taken = (403, "request.api_key_not_taken")
    for method, path in (
        ("GET", "/v1/me"),
        ("DELETE", "/v1/me/sessions"),
        ("POST", f"{COMMUNITY}/api-keys"),
        ("GET", f"{COMMUNITY}/api-keys"),
        ("POST", f"/v1/api-keys/{KEY_ID}/revoke"),
        ("POST", f"{COMMUNITY}/roles"),
        ("POST", f"/v1/applications/app_{ULID}/approve"),
        ("POST", f"/v1/orders/ord_{ULID}/refunds"),
    ):
        assert refusal(client, method, path) == not_taken, path
    client.application.keys.heard({"api_key_id": KEY_ID, "community_id": f"com_{ULID}"})
    assert refusal(client, "GET", ROLES) == (401, "gateway.api_key_revoked")
    assert answers.others == []
    _, headers, _ = client.ask("GET", ROLES, b"", **showing())
    assert headers["WWW-Authenticate"] == 'Bearer realm="coterie", error="invalid_token"'


def test_what_is_public_is_shown_to_every_key(client: Client, answers: Neighbours) -> None:
    """A key that is worth nothing is no hindrance; one that is good is told to the service."""
    for secret in (SECRET[:-1], other(1), SECRET):
        assert client.ask("GET", COMMUNITY, b"", **showing(secret))[0] == 200
    kinds = [ctx.actor.kind for _, _, ctx in answers.others]
    assert kinds == ["anonymous", "anonymous", "key"]


@pytest.mark.parametrize(
    ("scopes", "promised"),
    [([Scope.MEETUPS_READ], []), ([Scope.MEETUPS_READ, Scope.MEETUPS_HOST], HOSTING)],
)
def test_no_key_is_promised_what_its_scopes_refuse(
    client: Client, answers: Neighbours, scopes: list[Scope], promised: list[str]
) -> None:
    """H-33: `actions` of a thing and of a list are what would not be refused, to a key either."""
    answers.scopes = scopes
    _, _, one = client.ask("GET", f"/v1/meetups/mtp_{ULID}", b"", **showing())
    _, _, listed = client.ask("GET", MEETUPS, b"", **showing())
    assert json.loads(one)["actions"] == promised
    assert [row["actions"] for row in json.loads(listed)["items"]] == [promised]


def test_while_membership_is_away_an_unknown_key_waits(client: Client, answers: Neighbours) -> None:
    answers.away = True
    assert refusal(client, "GET", ROLES) == (503, "request.service_unavailable")


def test_a_key_has_buckets_of_its_own(answers: Neighbours, tmp_path: Path) -> None:
    """As a person has; and inventing keys is bounded by the address, without a call for each."""
    client = client_of(answers, tmp_path, **NARROW)
    statuses = [client.ask("GET", ROLES, b"", **showing())[0] for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    asked = len(answers.calls)
    elsewhere = {"HTTP_X_FORWARDED_FOR": "10.9.9.9"}
    assert client.ask("GET", ROLES, b"", **showing(), **elsewhere)[0] == 429
    invented = [
        client.ask("GET", ROLES, b"", **showing(other(number)), **elsewhere)[0]
        for number in range(2, 12)
    ]
    assert set(invented) <= {200, 429}  # membership knows them all here
    assert len(answers.calls) - asked <= 10


def test_lines_say_which_key_and_never_what_it_is(client: Client) -> None:
    with capture_logs() as lines:
        client.ask("GET", ROLES, b"", **showing())
        client.ask("GET", ROLES, b"", **showing(SECRET[:-1]))
    served = [line for line in lines if line["event"] == "request_served"]
    assert [line["key"] for line in served] == [KEY_ID, None]
    refused = [line for line in lines if line["event"] == "api_key_refused"]
    assert [line["reason"] for line in refused] == ["gateway.api_key_malformed"]
    assert SECRET[8:-1] not in str(lines)


def test_its_requests_are_in_the_log_under_its_id(client: Client, answers: Neighbours) -> None:
    client.ask("GET", ROLES, b"", **showing(), HTTP_X_REQUEST_ID="checkout-0001")
    client.ask("GET", "/v1/me", b"", **showing(), HTTP_X_REQUEST_ID="checkout-0002")
    client.application.requests.flush()
    method, told, _ = answers.calls[-1]
    assert method == notifications.STORE_REQUESTS.routing_key
    first, second = told["requests"]
    assert (first["request_id"], first["actor_id"], first["status"]) == (
        "checkout-0001",
        KEY_ID,
        200,
    )
    assert (second["code"], second["route"]) == ("request.api_key_not_taken", "/v1/me")
