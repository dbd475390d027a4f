"""JSON answers are compressed where that pays, and stay what they are."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from contracts import membership
from gateway.answers import WORTH_PACKING
from tests.unit.gateway.test_application import COMMUNITY, Answers, Client, client_of, example


@pytest.fixture
def community() -> dict[str, Any]:
    return {**example(membership.Community), "description": "会" * 600}


@pytest.fixture
def client(tmp_path: Path, community: dict[str, Any]) -> Client:
    answers = Answers()
    answers.answer = lambda: (community, False)
    return client_of(answers, tmp_path)


def test_a_long_answer_is_packed_for_who_takes_that(client: Client) -> None:
    _, plain_told, plain = client.ask("GET", COMMUNITY)
    status, told, body = client.ask("GET", COMMUNITY, HTTP_ACCEPT_ENCODING="br, gzip")
    assert status == 200
    assert len(plain) > WORTH_PACKING > len(body)
    assert gzip.decompress(body) == plain
    assert told["Content-Encoding"] == "gzip"
    assert told["Content-Length"] == str(len(body))
    assert "Content-Encoding" not in plain_told
    assert "Accept-Encoding" in told["Vary"]


def test_its_etag_names_the_version_either_way(client: Client) -> None:
    """What was read packed can be changed with If-Match, and is known by If-None-Match."""
    _, plain_told, _ = client.ask("GET", COMMUNITY)
    _, told, _ = client.ask("GET", COMMUNITY, HTTP_ACCEPT_ENCODING="gzip")
    assert told["ETag"] == plain_told["ETag"]
    asked = {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_IF_NONE_MATCH": told["ETag"]}
    status, again, body = client.ask("GET", COMMUNITY, b"", **asked)
    assert (status, body) == (304, b"")
    assert "Content-Encoding" not in again


@pytest.mark.parametrize("header", [None, "br", "gzip;q=0"])
def test_who_does_not_take_it_gets_it_plain(client: Client, header: str | None) -> None:
    asked = {} if header is None else {"HTTP_ACCEPT_ENCODING": header}
    _, told, body = client.ask("GET", COMMUNITY, b"", **asked)
    assert "Content-Encoding" not in told
    assert json.loads(body)["id"]


def test_a_short_answer_is_not_worth_it(client: Client) -> None:
    status, told, body = client.ask("GET", "/v1/nothing", HTTP_ACCEPT_ENCODING="gzip")
    assert status == 404
    assert len(body) < WORTH_PACKING
    assert "Content-Encoding" not in told


def test_a_head_says_what_a_get_would(client: Client) -> None:
    _, told, body = client.ask("GET", COMMUNITY, HTTP_ACCEPT_ENCODING="gzip")
    _, head, nothing = client.ask("HEAD", COMMUNITY, HTTP_ACCEPT_ENCODING="gzip")
    assert nothing == b""
    assert head["Content-Length"] == told["Content-Length"] == str(len(body))
