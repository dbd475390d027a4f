"""What front ends meet at the gateway, over real HTTP, broker and database."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from deploy.local.nodes import Nodes
from tests.component.gateway_neighbour import ITEMS, VERSION
from tests.component.gateway_world import ORIGIN, PERSON, World, key, world
from tests.kit.processes import Process, free_port

COMMUNITY = "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
APPLICATION = "app_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
APPLY = f"/v1/communities/{COMMUNITY}/applications"


@pytest.fixture(scope="module")
def gateway(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(nodes, tmp_path_factory.mktemp("gateway")) as made:
        yield made


def test_an_alert_sees_the_first_of_what_should_not_happen(gateway: World) -> None:
    """`increase()` of a counter that begins with 1 is 0."""
    ours, theirs = (
        requests.get(f"{one.url}/metrics", timeout=5).text
        for one in (gateway.gateway, gateway.neighbour)
    )
    for reason in ("caller", "source", "full", "late", "gone"):
        assert f'coterie_http_requests_turned_away_total{{reason="{reason}"}}' in ours
    for outcome in ("foreign", "malformed"):
        assert (
            f'coterie_live_messages_heard_total{{kind="limits.used",outcome="{outcome}"}}' in ours
        )
    assert 'coterie_http_requests_limited_total{operations="sign_in"}' in ours
    for reason in ("full", "not_taken"):
        assert f'coterie_http_request_lines_dropped_total{{reason="{reason}"}}' in ours
    for reason in ("expired", "exchange", "caller", "actor", "headers"):
        assert f'coterie_rpc_calls_refused_total{{reason="{reason}"}}' in theirs
    assert "coterie_leader " in theirs
    assert "coterie_leader " not in ours, "nobody leads among gateways"


def test_a_port_that_is_taken_is_named(gateway: World, tmp_path: Path) -> None:
    """Exit 2, as for other settings."""
    other = Process(
        "chassis.run",
        "gateway",
        environment=gateway.gateway.environment | {"COTERIE_HEALTH_PORT": str(free_port())},
        port=0,
        log_path=tmp_path / "log",
    )
    other.start(wait=False)
    assert other.ended(20) == 2
    said = (tmp_path / "log").read_text().splitlines()
    assert said[-1] == f"gateway: COTERIE_HTTP_PORT: {gateway.port} is taken"


def problem(response: requests.Response, status: int, code: str) -> dict[str, object]:
    """The problem document, checked for what every one of them has (H-4)."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, object] = response.json()
    assert document["code"] == code, document
    assert document["type"] == f"https://coterie.example/problems/{code}"
    assert document["status"] == status
    assert document["instance"] == f"urn:coterie:request:{response.headers['X-Request-Id']}"
    assert document["title"]
    assert document["detail"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return document


# ── who asks, in which language, in which trace ─────────────────────────────────────────────────


def test_a_signed_in_person_reads(gateway: World) -> None:
    """H-24, H-25: actor, language, request id and trace reach the owner."""
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    response = gateway.ask(
        "GET", "/v1/me", headers={"X-Request-Id": "my-request-1", "traceparent": trace}
    )
    assert response.status_code == 200
    person = response.json()
    assert person["id"] == PERSON
    assert person["locale"] == "en"
    assert person["name"] == "my-request-1"
    assert person["email"].startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    assert response.headers["X-Request-Id"] == "my-request-1"
    assert response.headers["Content-Language"] == "en"
    assert response.headers["ETag"].startswith(f'"{VERSION}.')
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_one_request_id_is_in_the_logs_of_all(gateway: World) -> None:
    """H-24: one id in the logs of every service touched; a malformed one is replaced."""
    gateway.ask("GET", "/v1/me", headers={"X-Request-Id": "find-me-again"})
    for log in (gateway.gateway.log, gateway.neighbour.log):
        assert "find-me-again" in log
    replaced = gateway.ask("GET", "/v1/me", headers={"X-Request-Id": "no good id!"})
    assert replaced.json()["name"] == replaced.headers["X-Request-Id"] != "no good id!"


def test_unchanged_is_not_sent_again(gateway: World) -> None:
    """H-20: If-None-Match; the id in the answer is the request's, so it is kept the same here."""
    headers = {"X-Request-Id": "same-request", "traceparent": "00-" + "a" * 32 + "-bad"}
    listed = gateway.ask("GET", "/openapi.json", headers=headers)
    again = gateway.ask(
        "GET", "/openapi.json", headers={**headers, "If-None-Match": listed.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == listed.headers["ETag"]


def test_strangers_are_asked_to_sign_in(gateway: World) -> None:
    response = gateway.ask("GET", "/v1/me", headers={"Authorization": None})
    problem(response, 401, "request.sign_in_required")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="coterie"'
    forged = gateway.ask("GET", "/v1/me", headers={"Authorization": "Bearer e30.e30.e30"})
    problem(forged, 401, "gateway.token_malformed")
    assert 'error="invalid_token"' in forged.headers["WWW-Authenticate"]


def test_a_token_without_the_scope_is_refused(gateway: World) -> None:
    token = gateway.token(scope="applications:read")
    refused = gateway.ask("GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})
    document = problem(refused, 403, "gateway.scope_missing")
    assert document["params"] == {"needed": "profile:read"}


# ── wrong requests ──────────────────────────────────────────────────────────────────────────────


def test_wrong_fields_are_told_in_the_readers_language(gateway: World) -> None:
    """Issue "Bad input": 422 with pointer, code and what to do, in zh-CN or en; nothing changes."""
    before = gateway.applied()
    body = {"answers": {"1x": 1}, "submit": "yes", "status": "joined"}
    english = gateway.ask("POST", APPLY, json=body)
    document = problem(english, 422, "request.input_invalid")
    errors = document["errors"]
    assert errors == [
        {
            "pointer": "/status",
            "code": "field.unknown",
            "detail": "There is no such field here; remove it."
            " This takes: answers, invitation, plan_id, source, submit.",
            "params": {"known": ["answers", "invitation", "plan_id", "source", "submit"]},
        }
    ]
    chinese = gateway.ask(
        "POST", APPLY, json={"submit": "yes"}, headers={"Accept-Language": "zh-CN,zh;q=0.9"}
    )
    wrong = problem(chinese, 422, "request.input_invalid")
    assert wrong["errors"] == [
        {
            "pointer": "/submit",
            "code": "field.type",
            "detail": "类型不正确，应为不带引号的 true 或 false，请修改。",
            "params": {"expected": "boolean"},
        }
    ]
    assert chinese.headers["Content-Language"] == "zh-CN"
    assert gateway.applied() == before


def test_address_parameters_are_checked(gateway: World) -> None:
    """D-16: an id that is none, a page that is too large, a field nobody knows."""
    wrong_id = gateway.ask("GET", "/v1/applications/%24where")
    document = problem(wrong_id, 422, "request.input_invalid")
    assert document["errors"][0]["parameter"] == "application_id"  # type: ignore[index]
    large = gateway.ask("GET", "/v1/me/applications?limit=101&sort=name")
    document = problem(large, 422, "request.input_invalid")
    assert document["errors"][0]["parameter"] == "sort"  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "gateway.json_malformed"),
        (b'{"submit":true,"submit":false}', {}, 400, "gateway.json_malformed"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "gateway.media_type_unsupported"),
        (b"{}", {"Content-Encoding": "gzip"}, 415, "gateway.media_type_unsupported"),
        (b"{}", {"Accept": "text/html"}, 406, "gateway.accept_unsupported"),
        (b"{}", {"Idempotency-Key": None}, 400, "gateway.idempotency_key_missing"),
        (b"{}", {"Idempotency-Key": "bare"}, 400, "gateway.idempotency_key_malformed"),
        (b'{"answers":"' + b"x" * 65_536 + b'"}', {}, 413, "gateway.body_too_large"),
        (b'{"answers":{"a":{"$gt":""}}}', {}, 422, "request.input_invalid"),
    ],
)
def test_requests_that_cannot_be_read(
    gateway: World, body: bytes, headers: dict[str, str | None], status: int, code: str
) -> None:
    """H-7, H-10, D-16."""
    before = gateway.applied()
    sent = {"Content-Type": "application/json", **headers}
    problem(gateway.ask("POST", APPLY, data=body, headers=sent), status, code)
    assert gateway.applied() == before


def test_addresses_and_methods_that_do_not_exist(gateway: World) -> None:
    """H-7, O-8: 404 and 405 with Allow; OPTIONS and HEAD say what there is."""
    problem(gateway.ask("GET", "/v1/nothing"), 404, "gateway.route_unknown")
    problem(gateway.ask("GET", "/v1/me/"), 404, "gateway.route_unknown")
    problem(gateway.ask("GET", "/v1/%ff"), 404, "gateway.route_unknown")
    wrong = gateway.ask("DELETE", "/v1/me")
    problem(wrong, 405, "gateway.method_unsupported")
    assert wrong.headers["Allow"] == "GET, PATCH, HEAD, OPTIONS"
    problem(gateway.ask("TRACE", "/v1/me"), 405, "gateway.method_unsupported")
    options = gateway.ask("OPTIONS", "/v1/me")
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, PATCH, HEAD, OPTIONS")
    head = gateway.ask("HEAD", "/v1/me")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100


# ── commands ────────────────────────────────────────────────────────────────────────────────────


def test_a_command_is_executed_once_per_key(gateway: World) -> None:
    """H-11, H-13, H-16: the same answer again, marked; another body under the key is refused."""
    before = gateway.applied()
    mine = key()
    body = {"answers": {"city": "上海"}, "submit": True}
    first = gateway.ask("POST", APPLY, json=body, headers={"Idempotency-Key": mine})
    assert first.status_code == 201
    assert first.headers["Location"] == f"/v1/applications/{first.json()['id']}"
    assert first.headers["ETag"] == '"1"'
    assert "Idempotency-Replayed" not in first.headers
    again = gateway.ask("POST", APPLY, json=body, headers={"Idempotency-Key": mine})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = gateway.ask(
        "POST", APPLY, json={**body, "submit": False}, headers={"Idempotency-Key": mine}
    )
    problem(other, 422, "request.idempotency_key_reused")
    assert gateway.applied() == before + 1

    stranger = gateway.token("per_01JD6Q3F0M8V6Z4X2K9T7R5WYC")
    theirs = gateway.ask(
        "POST",
        APPLY,
        json=body,
        headers={"Idempotency-Key": mine, "Authorization": f"Bearer {stranger}"},
    )
    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers
    assert gateway.applied() == before + 2


def test_equal_commands_at_once_are_one(gateway: World) -> None:
    """H-12: many parallel equal requests: one effect, all answers equal."""
    for _ in range(3):
        before, mine = gateway.applied(), key()

        def apply(_: int, mine: str = mine) -> requests.Response:
            with requests.Session() as session:
                return session.post(
                    gateway.url + APPLY,
                    json={"answers": {"seconds": 0.1}},
                    headers={
                        "Authorization": f"Bearer {gateway.token()}",
                        "Idempotency-Key": mine,
                    },
                    timeout=20,
                )

        with ThreadPoolExecutor(12) as pool:
            responses = list(pool.map(apply, range(12)))
        assert {response.status_code for response in responses} == {201}
        assert len({response.content for response in responses}) == 1
        assert gateway.applied() == before + 1


def test_a_refusal_is_replayed_too(gateway: World) -> None:
    """H-13: a conflict tells the current state (409), and the same again under the same key."""
    mine = key()
    for replayed in (False, True):
        refused = gateway.ask(
            "POST", APPLY, json={"answers": {"conflict": 1}}, headers={"Idempotency-Key": mine}
        )
        document = problem(refused, 409, "membership.application_live")
        assert document["params"] == {"application_id": "app_1", "state": "submitted"}
        assert "handed in" in str(document["detail"])
        assert ("Idempotency-Replayed" in refused.headers) is replayed


def test_changes_need_the_version_they_are_based_on(gateway: World) -> None:
    """H-20: 428 without If-Match, 412 with a stale one, which names the current version."""
    problem(gateway.ask("PATCH", "/v1/me", json={"name": "x"}), 428, "gateway.if_match_missing")
    stale = gateway.ask("PATCH", "/v1/me", json={"name": "x"}, headers={"If-Match": '"2"'})
    assert problem(stale, 412, "request.version_stale")["params"] == {"current_version": VERSION}
    read = gateway.ask("GET", "/v1/me")
    changed = gateway.ask(
        "PATCH", "/v1/me", json={"name": "李伟"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (changed.status_code, changed.json()["name"]) == (200, "李伟")
    assert changed.headers["ETag"] == f'"{VERSION + 1}"'


def test_an_answer_without_a_body(gateway: World) -> None:
    ended = gateway.ask("DELETE", "/v1/sessions/current")
    assert (ended.status_code, ended.content) == (204, b"")


def test_lists_are_paged_by_cursor(gateway: World) -> None:
    """H-21: the pages together are the list; a tampered cursor is refused, as is another's."""
    seen, cursor = [], ""
    while True:
        page = gateway.ask("GET", f"/v1/me/applications?limit=3{cursor}").json()
        seen += [item["form_version"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == list(range(1, ITEMS + 1))
    tampered = gateway.ask("GET", f"/v1/me/applications?limit=3{cursor[:-1]}")
    problem(tampered, 400, "gateway.cursor_invalid")
    another = PERSON[:-1] + "C"
    foreign = gateway.ask("GET", f"/v1/me/applications?limit=3{cursor}", person=another)
    problem(foreign, 400, "gateway.cursor_invalid")


def test_a_file_is_taken_as_csv(gateway: World) -> None:
    text = "number,email\n" + "1,li.wei@example.com\n" * 1000
    address = f"/v1/communities/{COMMUNITY}/imports?dry_run=true"
    taken = gateway.ask(
        "POST", address, data=text.encode(), headers={"Content-Type": "text/csv; charset=utf-8"}
    )
    assert taken.status_code == 202, taken.text
    assert (taken.json()["rows"], taken.json()["dry_run"]) == (1000, True)
    large = gateway.ask("POST", address, data=b"x" * 716_801, headers={"Content-Type": "text/csv"})
    assert "716800" in str(problem(large, 413, "gateway.body_too_large")["detail"])


@pytest.mark.parametrize("piece", ["\n", '"', "\x01", "文", "\\"])
def test_a_file_of_the_documented_size_is_taken_whatever_is_in_it(
    gateway: World, piece: str
) -> None:
    """H-7: what JSON would escape counts like anything else, and the connection to the broker
    lives on."""
    data = (piece.encode() * 716_800)[:716_800].decode(errors="ignore").encode()
    taken = gateway.ask(
        "POST",
        f"/v1/communities/{COMMUNITY}/imports",
        data=data,
        headers={"Content-Type": "text/csv"},
    )
    assert taken.status_code == 202, taken.text
    assert "broker_connection_lost" not in gateway.logs()


# ── neighbours in trouble ───────────────────────────────────────────────────────────────────────


def test_what_is_not_there_is_not_found(gateway: World) -> None:
    problem(gateway.ask("GET", f"/v1/applications/{APPLICATION}"), 404, "request.object_not_found")


def test_too_often_says_when_to_come_back(gateway: World) -> None:
    """H-22: 429 with Retry-After."""
    refused = gateway.ask("POST", "/v1/sign-in", json={"email": "li.wei@example.com"})
    problem(refused, 429, "membership.sign_in_too_often")
    assert refused.headers["Retry-After"] == "42"


def test_a_defect_is_not_shown(gateway: World) -> None:
    """H-4: never a stack trace, never the message of a foreign exception."""
    refused = gateway.ask("POST", APPLY, json={"answers": {"defect": 1}})
    problem(refused, 500, "request.internal_error")
    assert "secret detail" not in refused.text


def test_a_neighbour_that_is_not_there_is_unavailable(gateway: World) -> None:
    """H-6: no queue takes the call."""
    refused = gateway.ask("GET", f"/v1/plans/pln_{COMMUNITY[4:]}/price")
    problem(refused, 503, "request.service_unavailable")
    assert int(refused.headers["Retry-After"]) >= 1


# ── pages and other origins ─────────────────────────────────────────────────────────────────────


def test_pages_are_served_without_foreign_hosts(gateway: World) -> None:
    """O-8: a policy that loads nothing from elsewhere."""
    docs = gateway.ask("GET", "/docs/")
    assert docs.status_code == 200
    assert "script-src 'self'" in docs.headers["Content-Security-Policy"]
    for name in ("manual.css", "en/rapidoc-min.js", "api.js"):
        asset = gateway.ask("GET", f"/docs/{name}")
        assert asset.status_code == 200
        assert len(asset.content) > 100
        assert f"/docs/{name}" in docs.text
    assert "https://" not in docs.text
    assert gateway.ask("GET", "/docs").headers["Location"] == "/docs/"
    problem(gateway.ask("GET", "/docs/../settings.py"), 404, "gateway.route_unknown")
    problem(gateway.ask("POST", "/docs/"), 405, "gateway.method_unsupported")


def test_each_problem_type_has_a_page(gateway: World) -> None:
    """H-4: a page behind the type."""
    document = problem(gateway.ask("GET", "/v1/nothing"), 404, "gateway.route_unknown")
    path = "/problems/" + str(document["code"])
    for language, said in (("en", "There is nothing at this address"), ("zh-CN", "该地址不存在")):
        page = gateway.ask("GET", path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert said in page.content.decode()


def test_the_description_is_the_generated_one(gateway: World) -> None:
    served = gateway.ask("GET", "/openapi.json")
    assert served.json()["openapi"] == "3.1.0"
    assert json.loads(served.content)["paths"]["/v1/me"]["get"]["operationId"]


def test_only_listed_origins_may_read(gateway: World) -> None:
    """H-23: an exact list; a hostile origin gets no Access-Control-Allow-Origin."""
    allowed = gateway.ask("GET", "/v1/me", headers={"Origin": ORIGIN})
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "ETag" in allowed.headers["Access-Control-Expose-Headers"]
    assert "Origin" in allowed.headers["Vary"]
    preflight = gateway.ask(
        "OPTIONS", "/v1/me", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH"}
    )
    assert preflight.status_code == 204
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]
    assert preflight.headers["Access-Control-Max-Age"]
    for hostile in ("https://evil.example.com", ORIGIN + ".evil.com", "null", ORIGIN.upper()):
        answer = gateway.ask("GET", "/v1/me", headers={"Origin": hostile})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers
        asking = {"Origin": hostile, "Access-Control-Request-Method": "PATCH"}
        refused = gateway.ask("OPTIONS", "/v1/me", headers=asking)
        assert refused.status_code == 403
        assert refused.json()["code"] == "gateway.origin_not_allowed"
        assert "COTERIE_CORS_ORIGINS" in refused.json()["detail"]
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_no_token_reaches_a_log(gateway: World) -> None:
    """I-18."""
    token = gateway.token()
    gateway.ask("GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert token not in gateway.logs()
    assert token.split(".")[2] not in gateway.logs()
