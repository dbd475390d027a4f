"""Whose requests are counted together, what they are told, and what is not counted."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from structlog.testing import capture_logs

from contracts import membership
from contracts.errors import DomainError
from contracts.errors.gateway import TOKEN_INVALID
from contracts.errors.membership import EMAIL_CODE_WRONG, SIGN_IN_CODE_WRONG
from gateway.limits import OF_A_SOURCE
from tests.unit.gateway.test_application import COMMUNITY, ULID, Answers, Client, client_of, example

NARROW = {"limit_read_burst": 3, "limit_read_per_minute": 6}
PERSON, OTHER = f"per_{ULID}", f"per_{ULID[:-1]}C"
CODE = "gateway.rate_limited"


@pytest.fixture
def answers() -> Answers:
    made = Answers()
    made.answer = lambda: (example(membership.Community), False)
    return made


@pytest.fixture
def client(answers: Answers, tmp_path: Path) -> Client:
    return client_of(answers, tmp_path, **NARROW)


def bearer(client: Client, person: str, scope: str = "user") -> dict[str, str]:
    now = int(time.time())
    times = {"iat": now, "nbf": now, "exp": now + 300}
    who = {"iss": "coterie", "aud": "coterie", "sub": person, "sid": f"ses_{ULID}", "scope": scope}
    head = {"typ": "at+jwt", "kid": "one"}
    token = jwt.encode({**who, **times}, client.key, algorithm="ES256", headers=head)
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def come_from(address: str) -> dict[str, str]:
    return {"HTTP_X_FORWARDED_FOR": address}


def statuses(client: Client, times: int, path: str = COMMUNITY, **headers: str) -> list[int]:
    return [client.ask("GET", path, b"", **headers)[0] for _ in range(times)]


@pytest.mark.parametrize(("locale", "words"), [("en", "10 seconds"), ("zh-CN", "10 秒")])
def test_who_asks_too_often_is_told_when_to_come_back(
    client: Client, answers: Answers, locale: str, words: str
) -> None:
    """H-22: headers on every answer, Retry-After on a refusal, of which no service hears."""
    asked = [client.ask("GET", COMMUNITY, HTTP_ACCEPT_LANGUAGE=locale) for _ in range(4)]
    assert [status for status, _, _ in asked] == [200, 200, 200, 429]
    assert {headers["RateLimit-Policy"] for _, headers, _ in asked} == {'"read";q=3;w=30'}
    left = [re.fullmatch(r'"read";r=([0-9]+);t=([0-9]+)', h["RateLimit"]) for _, h, _ in asked]
    assert [int(found[1]) for found in left if found] == [2, 1, 0, 0]
    _, headers, body = asked[-1]
    problem = json.loads(body)
    assert (problem["code"], problem["params"]["operations"]) == (CODE, "read")
    assert words in problem["detail"]
    assert headers["Retry-After"] == "10"
    assert headers["RateLimit"] == '"read";r=0;t=10'
    assert headers["Content-Type"] == "application/problem+json"
    assert len(answers.calls) == 3


def test_refusals_of_other_kinds_count_and_say_what_is_left(client: Client) -> None:
    """O-4: a request that is wrong is a request."""
    for left in (2, 1, 0):
        status, headers, _ = client.ask("GET", "/v1/me")
        assert status == 401
        assert headers["RateLimit"].startswith(f'"read";r={left};')
    assert client.ask("GET", "/v1/me")[0] == 429


def test_people_behind_one_address_are_told_apart(client: Client, answers: Answers) -> None:
    """O-6: a person has one bucket wherever they are, and whatever sessions they have."""
    answers.answer = lambda: (example(membership.Person), False)
    one, other = bearer(client, PERSON), bearer(client, OTHER)
    assert statuses(client, 4, "/v1/me", **one) == [200, 200, 200, 429]
    assert statuses(client, 1, "/v1/me", **bearer(client, PERSON), **come_from("10.9.9.9")) == [429]
    assert statuses(client, 3, "/v1/me", **other) == [200, 200, 200]
    answers.answer = lambda: (example(membership.Community), False)
    assert statuses(client, 1, **other) == [429], "their own, also where no token is needed"
    assert statuses(client, 3) == [200, 200, 200]
    assert statuses(client, 1) == [429]


def test_a_token_that_is_not_valid_counts_for_the_address(client: Client) -> None:
    forged = {"HTTP_AUTHORIZATION": "Bearer forged"}
    assert statuses(client, 4, "/v1/me", **forged) == [401, 401, 401, 429]
    assert statuses(client, 1, **forged) == [429], "nor is it looked through where none is needed"
    narrow = bearer(client, PERSON, scope="meetups:read")
    assert statuses(client, 4, "/v1/me", **narrow) == [403, 403, 403, 429]


def test_one_source_with_many_accounts_is_bounded(client: Client) -> None:
    """H-22: ten times a person's limits; others, and the same people elsewhere, are served."""
    people = [bearer(client, f"per_{ULID[:-2]}{number}") for number in range(10, 21)]
    seen = Counter(status for who in people for status in statuses(client, 3, **who))
    assert seen == {200: 30, 429: 3}
    status, headers, _ = client.ask("GET", COMMUNITY, b"", **people[0])
    assert (status, headers["RateLimit-Policy"]) == (429, '"read";q=30;w=30')
    assert statuses(client, 1, **people[-1], **come_from("10.9.9.9")) == [200]


def test_who_floods_leaves_the_others_at_their_source_theirs(client: Client) -> None:
    """O-4: what a person is refused is not taken from what all there have together."""
    flood = Counter(statuses(client, 60, **bearer(client, PERSON)))
    assert flood == {200: 3, 429: 57}
    assert statuses(client, 3, **bearer(client, OTHER)) == [200] * 3


def test_a_flood_of_forged_tokens_is_not_looked_at(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H-22: a signature costs more than a bucket."""
    looked_at: list[str | None] = []

    def verify(header: str | None) -> None:
        looked_at.append(header)
        raise DomainError(TOKEN_INVALID)

    monkeypatch.setattr(client.application.tokens, "verify", verify)
    statuses(client, 50, "/v1/me", HTTP_AUTHORIZATION="Bearer forged")
    assert len(looked_at) == 3 * OF_A_SOURCE


def test_a_method_that_is_not_there_counts_as_reading(client: Client) -> None:
    asked = [client.ask("DELETE", COMMUNITY)[0] for _ in range(4)]
    assert asked == [405, 405, 405, 429]


def test_addresses_are_those_that_the_trusted_proxy_saw(client: Client) -> None:
    """O-4: of IPv6 a /64 is one; what a client writes before the proxy counts for nothing."""
    assert statuses(client, 3, **come_from("10.0.0.1")) == [200] * 3
    assert statuses(client, 1, **come_from("1.2.3.4, 10.0.0.1")) == [429]
    assert statuses(client, 1, **come_from("10.0.0.2")) == [200]
    for last in "123":
        assert statuses(client, 1, **come_from(f"2001:db8:0:1::{last}")) == [200]
    assert statuses(client, 1, **come_from("2001:db8:0:1:ffff::9")) == [429]
    assert statuses(client, 1, **come_from("2001:db8:0:2::1")) == [200]


def test_pages_and_unknown_addresses_count_as_reading(client: Client) -> None:
    assert statuses(client, 2, "/docs/") == [200, 200]
    assert statuses(client, 1, "/wp-login.php") == [404]
    assert statuses(client, 1, "/openapi.json") == [429]
    assert statuses(client, 1) == [429]


def test_what_must_always_be_answered_is_not_counted(client: Client, answers: Answers) -> None:
    """P-27: health, preflights, and callbacks, behind whose sender all payers stand."""
    answers.answer = lambda: ({"status": 200, "content_type": "text/plain", "body": "ok"}, False)
    callback = f"/v1/callbacks/sandbox/acc_{ULID}"
    for _ in range(200):
        for method, path in (("GET", "/health/live"), ("OPTIONS", COMMUNITY), ("POST", callback)):
            status, headers, _ = client.ask(method, path)
            assert status in (200, 204)
            assert "RateLimit" not in headers


def test_signing_in_counts_by_address_whatever_token_comes_along(
    answers: Answers, tmp_path: Path
) -> None:
    """O-2: many accounts are not many tries."""
    client = client_of(answers, tmp_path, limit_sign_in_burst=4, limit_sign_in_per_minute=1)
    answers.answer = lambda: (example(membership.SignInStarted), False)
    seen: Counter[int] = Counter()
    for number in range(6):
        who = bearer(client, f"per_{ULID[:-1]}{number}")
        body = b'{"email":"li.wei@example.com"}'
        status, headers, _ = client.ask(
            "POST", "/v1/sign-in", body, CONTENT_TYPE="application/json", **who
        )
        seen[status] += 1
        assert headers["RateLimit-Policy"] == '"sign_in";q=4;w=240'
    assert seen == {202: 4, 429: 2}


def refuses(error: DomainError) -> Callable[[], tuple[dict[str, Any], bool]]:
    def answer() -> tuple[dict[str, Any], bool]:
        raise error

    return answer


def test_a_wrong_code_costs_its_source_five_requests(answers: Answers, tmp_path: Path) -> None:
    """ADR 0045: whoever is guessed at."""
    client = client_of(answers, tmp_path, limit_sign_in_burst=11, limit_sign_in_per_minute=1)
    answers.answer = refuses(DomainError(SIGN_IN_CODE_WRONG))
    body = json.dumps({"challenge_id": f"chl_{ULID}", "code": "1234 5678"}).encode()
    with capture_logs() as lines:
        asked = [
            client.ask(
                "POST",
                "/v1/sessions",
                body,
                CONTENT_TYPE="application/json",
                **come_from("203.0.113.7"),
            )[0]
            for _ in range(4)
        ]
    assert asked == [401, 401, 401, 429]
    guesses = [line for line in lines if line["event"] == "guess_wrong"]
    assert [(line["source"], line["problem"]) for line in guesses] == [
        ("203.0.113.0/24", "membership.sign_in_code_wrong")
    ] * 3


def test_wrong_codes_of_many_people_cost_their_source(answers: Answers, tmp_path: Path) -> None:
    """ADR 0045, 0052: 10 × 3 tokens are six wrong guesses."""
    client = client_of(answers, tmp_path, limit_guessable_burst=3, limit_guessable_per_minute=1)
    answers.answer = refuses(DomainError(EMAIL_CODE_WRONG))
    asked = [
        client.ask(
            "POST",
            "/v1/me/email-change/confirm",
            b'{"old_code":"1234 5678","new_code":"1234 5678"}',
            CONTENT_TYPE="application/json",
            HTTP_IDEMPOTENCY_KEY=f'"{number}"',
            **bearer(client, f"per_{ULID[:-2]}{number}"),
        )[0]
        for number in range(10, 17)
    ]
    assert len(answers.calls) == 6, asked
    assert asked[6] == 429


def test_one_caller_floods_and_others_do_not_notice(client: Client, answers: Answers) -> None:
    """O-4: of ten times what is allowed the rest reaches no service."""
    flood = Counter(statuses(client, 30, **come_from("10.0.0.1")))
    assert flood == {200: 3, 429: 27}
    others: list[Any] = [statuses(client, 3, **come_from(f"10.0.1.{n}")) for n in range(20)]
    assert others == [[200] * 3] * 20
    assert len(answers.calls) == 3 + 60
