"""What the log says of who asks and from where, and of what was refused (M8)."""

from collections.abc import MutableMapping
from typing import Any

import jwt
import pytest
from structlog.testing import capture_logs

from contracts import membership
from contracts.errors import DomainError
from contracts.errors.gateway import TOKEN_INVALID
from gateway.tokens import Bearer
from tests.unit.gateway.test_application import (  # noqa: F401 - its fixtures
    COMMUNITY,
    ULID,
    Answers,
    Client,
    answers,
    client,
    example,
)

INBOX = "/v1/me/notifications"
PERSON, SESSION = f"per_{ULID}", f"ses_{ULID}"
Line = MutableMapping[str, Any]


def told(lines: list[Line], event: str) -> Line:
    """The one line of this name."""
    (line,) = [one for one in lines if one["event"] == event]
    return line


def signed_in(monkeypatch: pytest.MonkeyPatch, client: Client, *scopes: str) -> None:  # noqa: F811
    bearer = Bearer(PERSON, SESSION, 0, None, scopes)
    monkeypatch.setattr(client.application.tokens, "verify", lambda header: bearer)


def test_a_line_says_who_asked_in_which_session_and_from_where(
    client: Client,  # noqa: F811
    answers: Answers,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """M8: behind the trusted proxy, and no whole address: that would be personal data."""
    signed_in(monkeypatch, client, "user")
    answers.answer = lambda: ({"items": [], "next": None}, False)
    with capture_logs() as lines:
        status, _, _ = client.ask("GET", INBOX, HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.77")
    assert status == 200
    line = told(lines, "request_served")
    assert (line["person"], line["session"]) == (PERSON, SESSION)
    assert line["source"] == "203.0.113.0/24"
    assert "203.0.113.77" not in str(lines)


@pytest.mark.parametrize(
    ("scopes", "known"),
    [(("user",), PERSON), (("communities:read",), None)],
)
def test_a_route_of_anybody_knows_whose_token_is_good_for_it(
    client: Client,  # noqa: F811
    answers: Answers,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    scopes: tuple[str, ...],
    known: str | None,
) -> None:
    """H-33: nobody has to sign in to see plans; drafts are for owners."""
    signed_in(monkeypatch, client, *scopes)
    answers.answer = lambda: ({"items": [], "next": None}, False)
    status, _, _ = client.ask("GET", f"{COMMUNITY}/plans")
    assert status == 200
    assert [ctx.actor.person_id for _, _, ctx in answers.calls] == [known]


def test_requests_with_one_id_are_told_apart_by_their_trace(
    client: Client,  # noqa: F811
    answers: Answers,  # noqa: F811
) -> None:
    """H-24, H-25, L12: the id is the client's; the trace, which the services' lines have too, is
    ours where the client began none.
    """
    answers.answer = lambda: (example(membership.Community), False)
    with capture_logs() as lines:
        for _ in range(2):
            client.ask("GET", COMMUNITY, HTTP_X_REQUEST_ID="the-same-id")
    assert [line["request_id"] for line in lines] == ["the-same-id"] * 2
    traces = [line["trace"] for line in lines]
    assert traces == [ctx.traceparent for _, _, ctx in answers.calls]
    assert len({trace.split("-")[1] for trace in traces}) == 2


def test_who_is_not_signed_in_is_known_by_the_source_alone(
    client: Client,  # noqa: F811
    answers: Answers,  # noqa: F811
) -> None:
    answers.answer = lambda: (example(membership.Community), False)
    with capture_logs() as lines:
        client.ask("GET", COMMUNITY, HTTP_X_FORWARDED_FOR="2001:db8:1:2::7")
    line = told(lines, "request_served")
    assert (line["person"], line["session"], line["source"]) == (None, None, "2001:db8:1::/48")


def test_a_refused_token_is_a_line_that_says_why(client: Client) -> None:  # noqa: F811
    """M8: the answer does not say why, the log never holds the token."""
    with capture_logs() as lines:
        assert client.ask("GET", "/v1/me", HTTP_AUTHORIZATION="Bearer made.up.token")[0] == 401
    line = told(lines, "token_refused")
    assert line["request_id"] == told(lines, "request_served")["request_id"]
    assert line["reason"] == "DecodeError"
    assert "made.up.token" not in str(lines)


def test_an_expired_token_is_told_from_a_forged_one(
    client: Client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(header: str) -> Bearer:
        raise DomainError(TOKEN_INVALID) from jwt.ExpiredSignatureError("expired")

    monkeypatch.setattr(client.application.tokens, "verify", refuses)
    with capture_logs() as lines:
        client.ask("GET", "/v1/me", HTTP_AUTHORIZATION="Bearer x")
    assert told(lines, "token_refused")["reason"] == "ExpiredSignatureError"


def test_nobody_signed_in_is_no_refused_token(client: Client) -> None:  # noqa: F811
    with capture_logs() as lines:
        assert client.ask("GET", "/v1/me")[0] == 401
    assert not [line for line in lines if line["event"] == "token_refused"]


def test_a_token_that_may_not_do_this_is_denied_access(
    client: Client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """M8: with the person to whom the token belongs in the request's line."""
    signed_in(monkeypatch, client, "nothing:at-all")
    with capture_logs() as lines:
        assert client.ask("GET", "/v1/me")[0] == 403
    assert told(lines, "access_denied")["needed"]
    assert told(lines, "request_served")["person"] == PERSON
