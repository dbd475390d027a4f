"""API keys of a team's server, and the log of its requests, over the whole system (ADR 0072)."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pymongo
import pytest
import requests
from bson import json_util

from contracts.records import SERVICES
from deploy.local.environment import PROCESSES
from deploy.local.system import System
from tests.journeys.world import COMMUNITY, World
from tests.kit.probe import probe

DAY = "2050-01-02"
WITHIN = 5.0  # seconds, from the answer of who revokes


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    """With two gateways."""
    return World(system(*PROCESSES, "gateway-2")).found()


class Server:
    """A program with a key and nothing else, at one of the gateways."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        shown = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en"}
        keyed = {"Idempotency-Key": f'"{uuid.uuid4()}"'} if method == "POST" else {}
        return requests.request(
            method, self._url + path, json=body, headers={**shown, **keyed, **headers}, timeout=15
        )

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.ok, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        answer = self.ask(method, path, body)
        return answer.status_code, answer.json().get("code", "")


def made(world: World, *roles: str, scopes: list[str] | None = None) -> dict[str, Any]:
    about = {"name": "网站", "roles": list(roles), "scopes": scopes or ["meetups:host"]}
    key: dict[str, Any] = world.owner.post(f"{world.path}/api-keys", about)
    return key


def test_a_server_does_the_work_of_a_role(world: World) -> None:
    """H-32: made by the owner, used on a real route of another service, in the trail by its id."""
    key = made(world, "host", scopes=["meetups:host", "meetups:read", "payments:read"])
    assert key["key"].startswith("ck_test_")
    server = Server(world.system.url("http"), key["key"])
    meetup = {"title": "晚餐", "starts_at": f"{DAY}T10:00:00Z", "ends_at": f"{DAY}T12:00:00Z"}
    body = {**meetup, "capacity": 8, "city": "上海", "address": "静安区"}
    drafted = server.ask("POST", f"{world.path}/meetups", body)
    assert drafted.status_code == 201, drafted.text
    address = f"/v1/meetups/{drafted.json()['id']}"
    assert server.ask("POST", f"{address}/publish").ok
    assert server.get(address)["state"] == "published"
    assert "cancel_meetup" in server.get(address)["actions"]
    reads = made(world, "host", scopes=["meetups:read"])
    reader = Server(world.system.url("http"), reads["key"])
    assert reader.get(address)["actions"] == []  # what its scope refuses it is not promised
    assert reader.refused("POST", f"{address}/cancel") == (403, "gateway.scope_missing")
    listed = server.get(f"{world.path}/meetups")["items"]
    assert drafted.json()["id"] in {one["id"] for one in listed}
    changes = list(world.owner.pages(f"{address}/history"))
    assert {change["actor_id"] for change in changes} == {key["id"]}
    used = {one["id"]: one["last_used_at"] for one in world.owner.pages(f"{world.path}/api-keys")}
    assert used[key["id"]] is not None
    # Its role is not enough for the orders; and what people do it cannot.
    assert server.refused("GET", f"{world.path}/orders") == (403, "request.not_permitted")
    assert server.refused("GET", "/v1/me") == (403, "request.api_key_not_taken")
    keys = f"{world.path}/api-keys"
    assert server.refused("POST", keys, {}) == (403, "request.api_key_not_taken")
    assert server.refused("GET", f"{world.path}/memberships") == (403, "gateway.scope_missing")


def test_a_key_is_repeated_as_its_own(world: World) -> None:
    """Two keys with one Idempotency-Key do two things; one key does one."""
    body: dict[str, Any] = {
        "title": "早餐",
        "starts_at": f"{DAY}T01:00:00Z",
        "ends_at": f"{DAY}T02:00:00Z",
    }
    body |= {"capacity": 8, "city": "上海", "address": "静安区"}
    once = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    ids = []
    for key in [made(world, "host")["key"]] * 2 + [made(world, "owner")["key"]]:
        server = Server(world.system.url("http"), key)
        ids.append(server.ask("POST", f"{world.path}/meetups", body, **once).json()["id"])
    assert ids[0] == ids[1] != ids[2]


def test_keys_of_another_community_are_strangers(world: World) -> None:
    """The issue: a code each; what only belongs to this one is as if it were not there (O-1)."""
    elsewhere = {**COMMUNITY, "slug": "elsewhere", "owner_email": "owner@example.com"}
    other = world.operator.post("/v1/communities", elsewhere)
    about = {"name": "site", "roles": ["owner"], "scopes": ["roles:read", "payments:read"]}
    key = world.owner.post(f"/v1/communities/{other['id']}/api-keys", about)
    server = Server(world.system.url("http"), key["key"])
    assert server.get(f"/v1/communities/{other['id']}/roles")["items"]
    elsewhere_code = (403, "request.api_key_elsewhere")
    assert server.refused("GET", f"{world.path}/roles") == elsewhere_code
    assert server.refused("GET", f"{world.path}/orders") == elsewhere_code
    coupon = f"/v1/coupons/{world.coupon['id']}"
    assert server.refused("GET", coupon) == (404, "request.object_not_found")


def test_a_revoked_key_is_over_at_every_gateway(world: World) -> None:
    """H-32: within five seconds, also while it is in use there."""
    key = made(world, "host", scopes=["meetups:read"])
    servers = [Server(world.system.url(door), key["key"]) for door in ("http", "http-2")]
    path = f"{world.path}/meetups"
    for server in servers:
        assert server.ask("GET", path).ok
    world.owner.post(f"/v1/api-keys/{key['id']}/revoke")
    revoked, began = (401, "gateway.api_key_revoked"), time.monotonic()
    while [server.refused("GET", path) for server in servers] != [revoked] * 2:
        assert time.monotonic() - began < WITHIN
    listed = {one["id"]: one["state"] for one in world.owner.pages(f"{world.path}/api-keys")}
    assert listed[key["id"]] == "revoked"


def test_an_operators_key_is_good_for_all_communities(world: World) -> None:
    about = {"name": "ops", "scopes": ["roles:read", "requests:read"]}
    key = world.operator.post("/v1/api-keys", about)
    server = Server(world.system.url("http"), key["key"])
    assert server.get(f"{world.path}/roles")["items"]
    assert [one["id"] for one in world.operator.pages("/v1/api-keys")] == [key["id"]]


def test_requests_are_looked_up_by_whose_they_are(world: World) -> None:
    """The request log: own ones, for operators any; no bodies, no addresses, for a second late."""
    key = made(world, "host", scopes=["meetups:read", "requests:read"])
    server = Server(world.system.url("http"), key["key"])
    mine, theirs = f"req-{uuid.uuid4().hex}", f"req-{uuid.uuid4().hex}"
    meetup = f"/v1/meetups/mtp_{'0' * 26}"
    assert server.ask("GET", meetup, **{"X-Request-Id": mine}).status_code == 404
    refused = world.owner.raw("GET", meetup, headers={"X-Request-Id": theirs})
    assert refused.headers["X-Request-Id"] == theirs
    (line,) = found(lambda: server.get(f"/v1/requests/{mine}"))
    assert (line["actor_id"], line["method"], line["status"]) == (key["id"], "GET", 404)
    assert (line["route"], line["code"]) == ("/v1/meetups/{meetup_id}", "request.object_not_found")
    (line,) = found(lambda: world.owner.get(f"/v1/requests/{theirs}"))
    assert line["actor_id"] == world.owner.person_id
    for stranger, id in ((world.reviewer, theirs), (world.owner, mine)):
        assert stranger.raw("GET", f"/v1/requests/{id}").status_code == 404
    assert server.refused("GET", f"/v1/requests/{theirs}") == (404, "request.object_not_found")
    for id in (mine, theirs):
        assert len(found(lambda id=id: world.operator.get(f"/v1/requests/{id}"))) == 1  # type: ignore[misc]


def found(look: Callable[[], Any]) -> list[dict[str, Any]]:
    """The requests of an id once they are told."""

    def seen() -> Any:
        try:
            return look()["requests"]
        except (AssertionError, Exception) as problem:
            raise LookupError(str(problem)) from None

    requests_found: list[dict[str, Any]] = probe(seen, 10, "the log has it")
    return requests_found


def test_no_key_stands_anywhere(world: World) -> None:
    """H-32: neither in the databases nor in a log, whole or without its first characters."""
    key = made(world, "host", scopes=["meetups:read"])
    assert Server(world.system.url("http"), key["key"]).ask("GET", f"{world.path}/meetups").ok
    secret = key["key"][len(key["hint"]) :]
    prefix = world.system.target.database("")
    with pymongo.MongoClient[dict[str, Any]](world.system.nodes.mongo_admin_url) as mongo:
        for service in SERVICES:
            database = mongo[prefix + service]
            for name in database.list_collection_names():
                assert secret not in json_util.dumps(list(database[name].find())), name
    for path in (world.system.root / "logs").glob("*.log"):
        assert secret not in path.read_text(errors="replace"), path.name
