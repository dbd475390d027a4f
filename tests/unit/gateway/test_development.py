"""What a gateway has in development: a page to start from, the clock, examples that exist."""

import datetime as dt
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis import clock_moves
from contracts import membership
from gateway.development import start
from gateway.development.seed import MOST_BYTES, Seed, described
from gateway.settings import FOR_DEVELOPMENT
from tests.unit.gateway.test_application import ULID, Answers, Client, client_of, example
from tests.unit.gateway.test_settings import in_production

REAL = "01JD6Q3F0M8V6Z4X2K9T7R5WYC"
SEED: dict[str, Any] = {
    "code": "12345678",
    "community": {"id": f"com_{REAL}", "name": "医师同行会"},
    "personas": [
        {
            "name": "王<医生>",
            "email": "wang.owner@seed.example",
            "role": {"zh-CN": "群主", "en": "owner"},
            "what_for": {"zh-CN": "概览", "en": "start page"},
        }
    ],
    "objects": [{"id": f"pln_{REAL}", "what": {"zh-CN": "方案", "en": "plan"}}],
    "ids": {"com": f"com_{REAL}", "app": f"app_{REAL}"},
    "operations": {
        "approve_application": {"as": "li@seed.example", "ids": {"app": f"app_{REAL[:-1]}D"}},
        "finish_sign_in": {"as": "li@seed.example", "ids": {}, "body": {"code": "1234 5678"}},
    },
}


@pytest.fixture
def client(tmp_path: Path) -> Client:
    answers = Answers()
    answers.answer = lambda: (example(membership.Community), False)
    return client_of(
        answers,
        tmp_path,
        seed_file=str(tmp_path / "seed.json"),
        clock_file=str(tmp_path / "clock"),
        inbox_url="http://127.0.0.1:8025",
        cors_origins="http://localhost:*",
    )


def plant(folder: Path, text: str = json.dumps(SEED)) -> None:
    (folder / "seed.json").write_text(text)


def page(client: Client, language: str) -> str:
    status, told, body = client.ask("GET", "/", HTTP_ACCEPT_LANGUAGE=language)
    assert status == 200
    assert told["Content-Language"] == language
    assert "script-src 'self'" in told["Content-Security-Policy"]
    return body.decode()


@pytest.mark.parametrize(
    ("language", "unseeded", "role"),
    [("zh-CN", "make seed", "群主"), ("en", "make seed", "owner")],
)
def test_the_start_page(
    client: Client, tmp_path: Path, language: str, unseeded: str, role: str
) -> None:
    """It leads to what runs here, says who there is, and runs no script of the seed's."""
    assert unseeded in page(client, language)
    plant(tmp_path)
    text = page(client, language)
    for part in ("/docs/", "http://127.0.0.1:8025", "12345678", "wang.owner@seed.example", role):
        assert part in text
    assert "王&lt;医生&gt;" in text
    assert "built-in" not in text, "a word that is called like a method of dictionaries"
    assert not re.search(r"<script(?! src=\"/dev/start.js\")| on[a-z]+=", text)
    for path in ("/dev/start.css", "/dev/start.js"):
        assert client.ask("GET", path)[0] == 200
    assert client.ask("POST", "/")[0] == 405


@pytest.mark.parametrize(("language", "other"), [("zh-CN", "en"), ("en", "zh-CN")])
def test_the_start_page_has_an_address_in_each_language(
    client: Client, language: str, other: str
) -> None:
    """Whatever the reader's own is; and it leads to the other one."""
    status, _, body = client.ask("GET", f"/dev/{language}/", HTTP_ACCEPT_LANGUAGE=other)
    assert status == 200
    assert f'<html lang="{language}">' in body.decode()
    assert f'href="/dev/{other}/"' in body.decode()


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"x": "x" * MOST_BYTES})])
def test_a_file_that_is_no_seed_is_none(client: Client, tmp_path: Path, text: str) -> None:
    plant(tmp_path, text)
    assert "make seed" in page(client, "en")


def test_a_file_is_read_again_when_it_is_another(tmp_path: Path) -> None:
    seed = Seed(tmp_path / "seed.json")
    assert seed.found is None
    plant(tmp_path)
    first = seed.found
    assert first is not None
    assert seed.found is first
    (tmp_path / "seed.json").unlink()
    assert seed.found is None
    plant(tmp_path, json.dumps({**SEED, "code": "87654321"}))
    assert seed.found is not None
    assert seed.found["code"] == "87654321"


def test_no_word_of_the_page_is_missing_in_a_language() -> None:
    chinese, english = (start._WORDS[locale] for locale in ("zh-CN", "en"))
    assert chinese.keys() == english.keys()


def test_examples_name_what_was_seeded(client: Client, tmp_path: Path) -> None:
    """Each operation's own objects first; what the seed does not have stays symbolic."""
    _, _, plain = client.ask("GET", "/openapi.json")
    assert REAL not in plain.decode()
    plant(tmp_path)
    status, told, body = client.ask("GET", "/openapi.json", HTTP_ACCEPT_ENCODING="gzip")
    assert (status, told["Content-Encoding"]) == (200, "gzip")
    document = json.loads(gzip.decompress(body))
    asked = {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_IF_NONE_MATCH": told["ETag"]}
    assert client.ask("GET", "/openapi.json", b"", **asked)[0] == 304

    def shown(path: str, method: str, name: str) -> str:
        """Of a parameter, which stands in the operation or once for all."""
        for one in document["paths"][path][method]["parameters"]:
            shared = one.get("$ref", "").rpartition("/")[2]
            told = document["components"]["parameters"][shared] if shared else one
            if told["name"] == name:
                return str(told["example"])
        raise AssertionError(f"{method} {path} does not take {name}")

    application = "/v1/applications/{application_id}"
    assert shown(application, "get", "application_id") == f"app_{REAL}"
    assert shown(f"{application}/approve", "post", "application_id") == f"app_{REAL[:-1]}D"
    assert REAL not in shown("/v1/meetups/{meetup_id}", "get", "meetup_id")
    approve = document["paths"]["/v1/applications/{application_id}/approve"]["post"]
    assert "li@seed.example" in approve["description"]
    schemas = document["components"]["schemas"]
    assert schemas["Application"]["examples"][0]["id"] == f"app_{REAL}"
    assert schemas["Community"]["examples"][0]["id"] == f"com_{REAL}"
    body = document["paths"]["/v1/uploads"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"]["community_id"] == f"com_{REAL}"
    finish = document["paths"]["/v1/sessions"]["post"]["requestBody"]["content"]
    sent = finish["application/json"]["example"]
    assert sent.keys() == {"challenge_id", "code"}
    assert sent["code"] == "1234 5678"


def test_the_api_pages_hear_of_people_and_chinese_readers_of_real_ids(
    client: Client, tmp_path: Path
) -> None:
    assert client.ask("GET", "/dev/people.json")[0] == 404, "nothing was seeded"
    plant(tmp_path)
    status, _, body = client.ask("GET", "/dev/people.json")
    assert status == 200
    assert json.loads(body) == {name: SEED[name] for name in ("code", "personas")}
    chinese = client.ask("GET", "/openapi.zh-CN.json")[2].decode()
    assert REAL in chinese
    assert "x-displayName" in chinese


def test_nothing_but_examples_is_another(client: Client) -> None:
    """And a word about who sends the example."""
    _, _, body = client.ask("GET", "/openapi.json")
    document = json.loads(body)
    told = described(document, {**SEED, "operations": {}})
    assert json.dumps(told).replace(REAL, ULID) == json.dumps(document)
    assert json.loads(body) == document, "the committed one is not changed"


def test_parameters_that_operations_share_are_told_apart() -> None:
    """An operation with an object of its own does not name another's."""
    shared = {
        "id": {"name": "application_id", "in": "path", "example": f"app_{ULID}"},
        "key": {"name": "Idempotency-Key", "in": "header"},
    }
    referred = [{"$ref": f"#/components/parameters/{name}"} for name in shared]
    operation = {"operationId": "approve_application", "description": "", "parameters": referred}
    document = {
        "paths": {"/a": {"post": operation}, "/b": {"get": {**operation, "operationId": "get"}}},
        "components": {"parameters": shared},
    }
    told = described(document, SEED)
    first, second = told["paths"]["/a"]["post"]["parameters"]
    assert (first["example"], second) == (f"app_{REAL[:-1]}D", referred[1])
    assert told["paths"]["/b"]["get"]["parameters"] == referred
    assert told["components"]["parameters"]["id"]["example"] == f"app_{REAL}"


def ask_clock(client: Client, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    status, _, answer = client.ask(
        "POST", "/dev/clock", json.dumps(body).encode(),
        **{"CONTENT_TYPE": "application/json", **headers},
    )  # fmt: skip
    return status, json.loads(answer)


def test_the_clock_is_moved(client: Client, tmp_path: Path) -> None:
    status, _, body = client.ask("GET", "/dev/clock")
    assert status == 200
    before = dt.datetime.fromisoformat(json.loads(body)["now"])
    status, told = ask_clock(client, {"by": "3d"})
    assert (status, told["behind"]) == (200, [])
    shown = dt.datetime.fromisoformat(told["now"]) - before
    assert dt.timedelta(days=3) <= shown < dt.timedelta(days=3, minutes=1)
    assert clock_moves.offset(tmp_path / "clock") >= dt.timedelta(days=3) - dt.timedelta(seconds=1)
    assert ask_clock(client, {"to": "2190-01-01T09:00+08:00"})[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": "-3d"},
        {"by": 3},
        {"by": "3d", "to": "2190-01-01"},
        {"to": "2001-01-01"},
        {"to": "2200-01-01"},
        {"to": "9999-12-31T23:59-14:00"},
        {"by": "9" * 30 + "w"},
        {"by": "99999999w"},
        ["3d"],
        "3d",
        None,
    ],
)
def test_what_does_not_move_it(client: Client, tmp_path: Path, body: Any) -> None:
    """Backwards, nowhere, beyond all instants: it stays, and the answer says what is taken."""
    status, told = ask_clock(client, body)
    assert (status, told["code"]) == (422, "gateway.clock_refused")
    assert not (tmp_path / "clock").exists()


def test_only_pages_of_allowed_origins_move_it(client: Client) -> None:
    """A form of a foreign page could send text without asking; JSON needs a preflight."""
    assert ask_clock(client, {"by": "3d"}, CONTENT_TYPE="text/plain")[0] == 415
    for origin, status in (("http://localhost:5173", 204), ("https://evil.example", 403)):
        asking = {"HTTP_ORIGIN": origin, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}
        assert client.ask("OPTIONS", "/dev/clock", b"", **asking)[0] == status
    assert client.ask("DELETE", "/dev/clock")[0] == 405


def test_jobs_that_have_not_passed_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "JOBS_SECONDS", 0.1)
    names = {"seed_file": str(tmp_path / "seed.json"), "clock_file": str(tmp_path / "clock")}
    client = client_of(Answers(), tmp_path, jobs_urls="payments=http://127.0.0.1:9", **names)
    status, told = ask_clock(client, {"by": "1h"})
    assert (status, told["behind"]) == (200, ["payments (does not answer)"])


def test_addresses_of_jobs_have_names(tmp_path: Path) -> None:
    given: dict[str, Any] = {"env": "test", "jobs_urls": "http://127.0.0.1:9"}
    (problem,) = replace(in_production(tmp_path), **given).problems()
    assert problem.startswith("COTERIE_JOBS_URLS: 'http://127.0.0.1:9' is not name=")


def test_production_has_none_of_it(tmp_path: Path) -> None:
    """H-35: the settings are refused there, and without them `/` leads to the docs as ever."""
    client = client_of(Answers(), tmp_path)
    for method, path in (("GET", "/dev/clock"), ("POST", "/dev/clock"), ("GET", "/dev/start.js")):
        assert client.ask(method, path)[0] == 404
    status, told, _ = client.ask("GET", "/")
    assert (status, told["Location"]) == (302, "/docs/")
    for name in FOR_DEVELOPMENT:
        given: dict[str, Any] = {name: "payments=http://127.0.0.1:9"}
        (problem,) = replace(in_production(tmp_path), **given).problems()
        assert problem.startswith(f"COTERIE_{name.upper()} is refused in production")
