"""Requests by a signed link: who they are for a service, how they count, what is written (H-34)."""

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts import membership, payments
from tests.kit.limits import WIDE_FIELDS
from tests.unit.gateway.test_application import ULID, Answers, Client, client_of, example
from tests.unit.gateway.test_limited_requests import PERSON, bearer
from tests.unit.gateway.test_link_tokens import at, link

QUOTES = f"/v1/purchases/pur_{ULID}/quotes"
RENEW = f"/v1/memberships/mbr_{ULID}/renew"
KEY = {"HTTP_IDEMPOTENCY_KEY": '"k"'}


@pytest.fixture
def answers() -> Answers:
    made = Answers()
    made.answer = lambda: (
        {
            membership.GET_LINK.routing_key: example(membership.ShownLink),
            membership.START_RENEWAL.routing_key: example(membership.Membership),
            payments.CREATE_QUOTE.routing_key: example(payments.Quote),
        }[made.calls[-1][0]],
        False,
    )
    return made


@pytest.fixture
def client(answers: Answers, tmp_path: Path) -> Client:
    return client_of(answers, tmp_path, **WIDE_FIELDS)


def following(client: Client, **claims: Any) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Link {link(claims, key=client.key)}", **KEY}


def refusal(client: Client, path: str, method: str = "POST", **headers: str) -> tuple[int, str]:
    status, _, body = client.ask(method, path, b"", **headers)
    return status, json.loads(body)["code"]


def test_a_service_hears_whose_link_it_is_and_what_for(client: Client, answers: Answers) -> None:
    """Their person without session and scopes, so that nothing takes them for signed in."""
    assert client.ask("POST", RENEW, b"", **following(client))[0] == 200
    assert client.ask("POST", "/v1/links", b"", **following(client))[0] == 200
    for _, _, ctx in answers.calls:
        actor = ctx.actor
        assert (actor.kind, actor.person_id, actor.session_id) == ("person", PERSON, None)
        assert (actor.scopes, actor.signed_in_at) == ((), None)
        assert actor.link is not None
        assert (actor.link.purpose, actor.link.object_id) == ("renew", f"mbr_{ULID}")


def test_nothing_else_is_done_by_it(client: Client, answers: Answers) -> None:
    """Another purpose, what only who signed in may, by GET; after its time; as another scheme."""
    shown = following(client, purpose="decline")
    assert refusal(client, RENEW, **shown) == (403, "request.link_elsewhere")
    renewing = following(client)
    no_token = (401, "gateway.token_scheme_wrong")
    for method, path in (
        ("GET", "/v1/me"),
        ("GET", f"/v1/memberships/mbr_{ULID}"),
        ("POST", f"/v1/registrations/reg_{ULID}/confirm"),
        ("DELETE", "/v1/me/sessions"),
    ):
        assert refusal(client, path, method, **renewing) == no_token, path
    over = following(client, iat=at(-60), exp=at(-30))
    assert refusal(client, RENEW, **over) == (401, "request.link_expired")
    as_bearer = {
        **KEY,
        "HTTP_AUTHORIZATION": renewing["HTTP_AUTHORIZATION"].replace("Link", "Bearer"),
    }
    assert refusal(client, RENEW, **as_bearer) == (401, "gateway.token_malformed")
    as_link = {**KEY, "HTTP_AUTHORIZATION": bearer(client, PERSON)["HTTP_AUTHORIZATION"]}
    as_link["HTTP_AUTHORIZATION"] = as_link["HTTP_AUTHORIZATION"].replace("Bearer", "Link")
    assert refusal(client, RENEW, **as_link) == (401, "request.link_unknown")
    assert refusal(client, RENEW, **KEY, HTTP_AUTHORIZATION="Link") == (401, "request.link_unknown")
    assert answers.calls == []


def test_who_looks_without_a_link_is_nobody(client: Client, answers: Answers) -> None:
    """Also who signed in; membership says that there is no link."""
    for shown in (bearer(client, PERSON), {}):
        assert client.ask("POST", "/v1/links", b"", **shown)[0] == 200
    assert [ctx.actor.kind for _, _, ctx in answers.calls] == ["anonymous"] * 2


def test_where_to_sign_in_by_a_link_is_said(client: Client) -> None:
    _, headers, _ = client.ask("POST", "/v1/links", b"", HTTP_AUTHORIZATION="Link x")
    assert headers["WWW-Authenticate"] == 'Link realm="coterie"'


def test_links_count_for_their_source_and_for_their_person(
    answers: Answers, tmp_path: Path
) -> None:
    """O-2: one who has several links, or comes from several places, has no more tries at codes;
    people behind one address are told apart."""
    client = client_of(answers, tmp_path, limit_guessable_burst=3, limit_guessable_per_minute=1)
    paying = {"purpose": "pay", "object": f"pur_{ULID}", "after": None}
    body = b'{"coupon_codes": ["GUESS"]}'

    def statuses(times: int, source: str, **claims: Any) -> list[int]:
        shown = {**following(client, **paying, **claims), "HTTP_X_FORWARDED_FOR": source}
        shown["CONTENT_TYPE"] = "application/json"
        return [client.ask("POST", QUOTES, body, **shown)[0] for _ in range(times)]

    other = f"per_{ULID[:-1]}C"
    assert statuses(4, "198.51.100.1") == [201, 201, 201, 429]
    assert statuses(1, "203.0.113.7") == [429], "the same person from elsewhere"
    # A source has ten times as much; what its flooder was refused is not taken from it.
    assert set(statuses(40, "198.51.100.1")) == {429}
    assert statuses(2, "198.51.100.1", sub=other) == [201] * 2, "somebody else from there"
    assert statuses(4, "203.0.113.9", jti="forged") == [401, 401, 401, 429], "by address"
    assert statuses(1, "203.0.113.9", sub=other) == [201]


def test_looking_at_links_counts_by_address(answers: Answers, tmp_path: Path) -> None:
    """O-2: the narrow limit of signing in, whosoever links they are."""
    client = client_of(answers, tmp_path, limit_sign_in_burst=3, limit_sign_in_per_minute=1)
    people = [f"per_{ULID[:-2]}{number}" for number in range(10, 14)]
    shown = [following(client, sub=person) for person in people]
    asked = [client.ask("POST", "/v1/links", b"", **one)[0] for one in shown]
    assert asked == [200, 200, 200, 429]


def test_a_line_names_the_link_and_never_holds_it(client: Client, answers: Answers) -> None:
    """M8, I-18."""
    shown = following(client)
    with capture_logs() as lines:
        client.ask("POST", RENEW, b"", **shown)
        client.ask("POST", RENEW, b"", **{**shown, "HTTP_AUTHORIZATION": "Link forged"})
    served = [line for line in lines if line["event"] == "request_served"]
    assert [(line["person"], line["link"]) for line in served] == [
        (PERSON, f"lnk_{ULID}"),
        (None, None),
    ]
    assert [line["reason"] for line in lines if line["event"] == "token_refused"] == ["DecodeError"]
    assert shown["HTTP_AUTHORIZATION"].rpartition(".")[2] not in str(lines)
