"""What browsers are told with every answer, and the pages for people."""

import gzip
import json
from pathlib import Path

import pytest

from contracts import membership
from contracts.errors import LOCALES
from gateway import headers
from tests.unit.gateway.test_application import COMMUNITY, Answers, Client, client_of, example

BUNDLE = "/docs/en/rapidoc-min.js"
OF_THE_API = (
    "/",
    "/docs",
    "/docs/",
    "/docs/api.js",
    "/docs/guide/start",
    "/docs/zh-CN/guide/paying.md",
    "/llms.txt",
    BUNDLE,
    "/openapi.json",
    "/openapi.zh-CN.json",
)
ORIGIN = "https://club.example.com"
PROBLEM = "/problems/request.internal_error"


@pytest.fixture
def client(tmp_path: Path) -> Client:
    answers = Answers()
    answers.answer = lambda: (example(membership.Community), False)
    return client_of(answers, tmp_path)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", COMMUNITY, 200),
        ("GET", "/v1/me", 401),
        ("GET", "/nowhere", 404),
        ("OPTIONS", COMMUNITY, 204),
        ("GET", "/health/live", 200),
    ],
)
def test_an_answer_of_the_api_is_no_document(
    client: Client, method: str, path: str, status: int
) -> None:
    """O-8: a browser that shows one runs nothing, embeds it nowhere and tells nobody its address.

    `same-origin` keeps other sites from embedding it; scripts of allowed origins read by CORS, to
    which this header does not apply.
    """
    answered, told, _ = client.ask(method, path)
    assert answered == status
    assert told["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert told["Referrer-Policy"] == "no-referrer"
    assert told["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs/", BUNDLE, PROBLEM])
def test_a_page_has_a_policy_of_its_own(client: Client, path: str) -> None:
    """O-8: also when it did not change, since a browser takes a 304's headers for the page's."""
    status, told, _ = client.ask("GET", path)
    assert status == 200
    assert "script-src 'self'" in told["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
    assert told["Referrer-Policy"] == "no-referrer"
    status, unchanged, _ = client.ask("GET", path, HTTP_IF_NONE_MATCH=told["ETag"])
    assert status == 304
    assert unchanged["Content-Security-Policy"] == told["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/docs/", BUNDLE, "/openapi.json", "/openapi.zh-CN.json", PROBLEM]
)
def test_a_page_is_sent_compressed_to_who_takes_that(client: Client, path: str) -> None:
    _, plain_told, plain = client.ask("GET", path)
    _, told, packed = client.ask("GET", path, HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    assert "Content-Encoding" not in plain_told
    assert told["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)
    assert told["Content-Length"] == str(len(packed))
    assert told["ETag"] != plain_told["ETag"], "a strong tag is of these bytes"
    for answer in (plain_told, told):
        assert answer["Vary"] == "Accept-Encoding, Accept-Language, Origin"
    asked = {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_IF_NONE_MATCH": told["ETag"]}
    assert client.ask("GET", path, b"", **asked)[0] == 304


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        (None, False),
        ("", False),
        ("br", False),
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("identity, *;q=0", False),
    ],
)
def test_who_takes_gzip(header: str | None, takes: bool) -> None:
    assert headers.accepts_gzip(header) is takes


def test_words_for_screens_are_read_once_in_both_languages(tmp_path: Path) -> None:
    """Also of a gateway that shows no description, and by pages of other origins."""
    silent = client_of(Answers(), tmp_path, api_pages=False, cors_origins=ORIGIN)
    status, told, body = silent.ask("GET", "/words.json", HTTP_ORIGIN=ORIGIN)
    assert (status, told["Content-Type"]) == (200, "application/json")
    assert told["Cache-Control"] == "public, max-age=3600"
    assert told["Access-Control-Allow-Origin"] == ORIGIN
    words = json.loads(body)
    assert words["OrderState"]["paid"] == {"zh-CN": "已支付", "en": "paid"}
    assert words["actions"]["ask_refund"]["zh-CN"] == "申请退款"
    assert silent.ask("GET", "/words.json", HTTP_IF_NONE_MATCH=told["ETag"])[0] == 304


def test_a_gateway_need_not_show_its_description(client: Client, tmp_path: Path) -> None:
    """O-8: what stands behind a problem's type stays, and leads nowhere else."""
    silent = client_of(Answers(), tmp_path, api_pages=False)
    for path in OF_THE_API:
        assert client.ask("GET", path)[0] in (200, 302), path
        assert silent.ask("GET", path)[0] == 404, path
    assert b"/docs/" in client.ask("GET", PROBLEM)[2]
    status, _, page = silent.ask("GET", PROBLEM)
    assert status == 200
    assert b"/docs" not in page


def test_a_problem_page_leads_to_itself_in_the_other_language(client: Client) -> None:
    """At an address of each language, whatever the reader's own is."""
    code = PROBLEM.rpartition("/")[2]
    for locale, other in (LOCALES, LOCALES[::-1]):
        page = client.ask("GET", f"/problems/{locale}/{code}")[2]
        assert f'<html lang="{locale}">'.encode() in page
        assert f'href="/problems/{other}/{code}"'.encode() in page
        assert b"<main>" in page
