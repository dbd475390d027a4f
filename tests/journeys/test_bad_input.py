"""Bad input from outside: refused by name, in the reader's language, and nothing changes."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from deploy.local.system import System
from tests.journeys.world import ANSWERS, Applicant, World, open_world
from tests.kit.limits import WIDE


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    """More is asked here in a minute, and by fewer people, than anybody may."""
    return open_world(system, settings={"gateway": WIDE})


@pytest.fixture(scope="module")
def person(world: World) -> Applicant:
    """Signed in, with nothing to their name; no test here may change that."""
    return world.applicants("nobody")[0]


def send(person: Applicant, method: str, path: str, body: Any, locale: str = "en") -> Any:
    """The answer to a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        "Accept-Language": locale,
        "Idempotency-Key": f'"{uuid.uuid4()}"',
    }
    answer = person.client.raw(method, path, data=data, headers=headers)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer


WRONG = [
    ({"answers": [], "submit": True}, "/answers", "field.type"),
    ({"answers": {"city": {"$gt": ""}}, "submit": True}, "/answers/city/$gt", "field.unknown"),
    ({"answers": {"city": {"x": 1}}, "submit": True}, "/answers/city", "field.type"),
    ({"answers": {"city": None}, "submit": True}, "/answers/city", "field.null"),
    ({"answers": {"$where": "1"}, "submit": True}, "/answers/$where", "field.unknown"),
    ({"answers": {"a.b": "1"}, "submit": True}, "/answers/a.b", "field.unknown"),
    ({"answers": ANSWERS, "submit": {"$ne": False}}, "/submit/$ne", "field.unknown"),
    ({"answers": ANSWERS, "submit": "yes"}, "/submit", "field.type"),
    ({"answers": ANSWERS, "submit": True, "state": "approved"}, "/state", "field.unknown"),
    ({"answers": {"city": "上海"}, "submit": True}, "/answers/profession", "field.answer_missing"),
    (
        {"answers": {**ANSWERS, "profession": "王"}, "submit": True},
        "/answers/profession",
        "field.choice",
    ),
    ([], "", "field.type"),
]


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG)
def test_wrong_field_is_named(
    world: World, person: Applicant, body: Any, pointer: str, code: str
) -> None:
    """H-5, D-16: 422 with pointer, code and what to do in both languages; nothing is made."""
    for locale, is_chinese in (("en", False), ("zh-CN", True)):
        answer = send(person, "POST", f"{world.path}/applications", body, locale)
        problem = answer.json()
        assert answer.status_code == problem["status"] == 422, problem
        wrong = [error for error in problem["errors"] if error["pointer"] == pointer]
        assert [error["code"] for error in wrong] == [code], problem
        for words in (problem["detail"], wrong[0]["detail"]):
            said = words.removeprefix("“职业”")  # the question's own words
            assert any("一" <= letter <= "鿿" for letter in said) == is_chinese, words
    assert not list(person.client.pages("/v1/me/applications"))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"answers": {}, "answers": {}}',
        b'{"submit": NaN}',
        b'{"answers": {"city": "\xff"}}',
        b"[" * 30 + b"]" * 30,
    ],
    ids=["cut off", "same key twice", "NaN", "not UTF-8", "too deep"],
)
def test_malformed_json_is_400(world: World, person: Applicant, body: bytes) -> None:
    """D-16: what is not JSON is not looked at; nothing is made."""
    answer = send(person, "POST", f"{world.path}/applications", body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "gateway.json_malformed"
    assert not list(person.client.pages("/v1/me/applications"))


def test_wrong_state_is_409_with_the_current_one(world: World) -> None:
    """I-13: a step that does not apply is refused with the state as it is; nothing changes."""
    late = world.applicants("late")[0]
    late.apply()
    late.client.do(f"{late.application}/withdraw")
    before = late.client.get(late.application)
    for client, step, body in (
        (late.client, "submit", {}),
        (late.client, "withdraw", {}),
        (world.reviewer, "approve", {}),
        (world.reviewer, "reject", {"reason": "full"}),
        (world.reviewer, "request-info", {"message": "?"}),
    ):
        headers = {"Idempotency-Key": f'"{uuid.uuid4()}"', "Accept-Language": "en"}
        answer = client.raw("POST", f"{late.application}/{step}", json=body, headers=headers)
        problem = answer.json()
        assert answer.status_code == 409, (step, problem)
        assert problem["code"] == "membership.application_wrong_state", step
        assert problem["params"]["current_state"] == "withdrawn", step
        assert "withdrawn" in problem["detail"]
    assert late.client.get(late.application) == before


def test_wrong_ids_and_amounts(world: World, person: Applicant) -> None:
    """D-16: ids are ids and money is money, wherever they stand."""
    answer = person.client.raw("GET", "/v1/applications/app_$ne")
    assert answer.status_code in (404, 422), answer.text
    for amount in (-1, 1.5, "300000", 10**14, {"$gt": 0}, None, True):
        plan = {"name": "x", "base_price": {"amount": amount, "currency": "CNY"}}
        headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
        refused = world.owner.raw("POST", f"{world.path}/plans", json=plan, headers=headers)
        assert refused.status_code == 422, (amount, refused.text)
        pointers = [error["pointer"] for error in refused.json()["errors"]]
        assert all(pointer.startswith("/base_price/amount") for pointer in pointers), pointers
    assert len(list(world.owner.pages(f"{world.path}/plans"))) == 1
