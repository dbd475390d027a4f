"""An operation that will go says so, in its answers and in the description."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from contracts import membership
from gateway import openapi
from gateway.routes import ROUTES
from gateway.routing import Route, RouteError
from tests.unit.gateway import test_application
from tests.unit.gateway.test_application import COMMUNITY, Answers, Client, client_of, example

SINCE, GONE = dt.date(2027, 1, 1), dt.date(2027, 7, 1)


def _with(**said: Any) -> tuple[Route, ...]:
    return tuple(
        dataclasses.replace(route, **said) if route.rpc is membership.GET_COMMUNITY else route
        for route in ROUTES
    )


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(test_application, "ROUTES", _with(deprecated=SINCE, sunset=GONE))
    answers = Answers()
    answers.answer = lambda: (example(membership.Community), False)
    return client_of(answers, tmp_path)


def test_every_answer_says_since_when_and_until_when(client: Client) -> None:
    """RFC 9745, RFC 8594; refusals too, and no other operation."""
    for address, status in ((COMMUNITY, 200), (f"{COMMUNITY}?no=field", 422)):
        got, told, _ = client.ask("GET", address)
        assert got == status
        assert told["Deprecation"] == "@1798761600"
        assert told["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    _, told, _ = client.ask("GET", "/v1/communities")
    assert "Deprecation" not in told
    assert "Sunset" not in told


def test_the_description_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "ROUTES", _with(deprecated=SINCE, sunset=GONE))
    paths = openapi.build("0.0.0")["paths"]
    described = paths["/v1/communities/{community_id}"]["get"]
    assert described["deprecated"] is True
    assert described["x-sunset"] == "2027-07-01"
    assert "deprecated" not in paths["/v1/communities"]["get"]


def test_it_need_not_be_known_when_it_goes() -> None:
    route = next(one for one in _with(deprecated=SINCE) if one.deprecated)
    assert route.deprecation_headers == (("Deprecation", "@1798761600"),)


@pytest.mark.parametrize("said", [{"sunset": GONE}, {"deprecated": GONE, "sunset": SINCE}])
def test_what_goes_is_deprecated_before(said: dict[str, dt.date]) -> None:
    with pytest.raises(RouteError):
        _with(**said)
