"""The API description is the routes, is valid, and its examples are true."""

import base64
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from contracts.errors import REGISTRY, STALE_VERSION
from contracts.fields import PageRequest
from contracts.problems import load
from contracts.words.titles import title_of
from deploy.generate.__main__ import VERSION
from gateway import openapi, problems
from gateway.route_errors import errors_of
from gateway.routes import ROUTES
from gateway.routing import BYTES, JSON, RAW, Route

METHODS = ("get", "post", "put", "patch", "delete")
BY_ID = {route.operation_id: route for route in ROUTES}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return openapi.build(VERSION)


@pytest.fixture(scope="module")
def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        described["operationId"]: described
        for path in description["paths"].values()
        for method, described in path.items()
        if method in METHODS
    }


@pytest.fixture(scope="module")
def registry(description: dict[str, Any]) -> Registry[Any]:
    resource = Resource.from_contents(description, default_specification=DRAFT202012)
    return Registry().with_resource("urn:api", resource)


def _with_base(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: f"urn:api{value}" if key == "$ref" else _with_base(value)
            for key, value in node.items()
        }
    return [_with_base(entry) for entry in node] if isinstance(node, list) else node


def _problems(schema: dict[str, Any], value: Any, registry: Registry[Any]) -> Iterator[str]:
    validator = Draft202012Validator(_with_base(schema), registry=registry)
    for error in validator.iter_errors(value):
        yield f"{error.json_path}: {error.message}"


def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    """H-1."""
    assert description["openapi"].startswith("3.1")
    validate(description)


def test_the_committed_description_is_fresh(repository: Path) -> None:
    """H-1: and does not depend on the order of hashes."""
    code = f"import json, gateway.openapi as o; print(json.dumps(o.build('{VERSION}')))"
    built = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": str(repository)},
        cwd=repository,
        capture_output=True,
        check=True,
    ).stdout
    committed = (repository / "docs" / "reference" / "openapi.json").read_text("utf-8")
    assert json.loads(built) == json.loads(committed)
    assert list(json.loads(built)["paths"]) == list(json.loads(committed)["paths"])


def test_described_operations_are_the_routes(
    description: dict[str, Any], operations: dict[str, Any]
) -> None:
    """O-9: nothing served without description, nothing described that is not served."""
    described = {
        (method.upper(), path)
        for path, item in description["paths"].items()
        for method in item
        if method in METHODS
    }
    assert described == {(route.method, route.path) for route in ROUTES}
    assert operations.keys() == BY_ID.keys()
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in operations)


def _resolved(node: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    for part in node["$ref"].split("/")[1:]:
        description = description[part]
    return description


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_an_operation_lists_what_it_can_answer(
    route: Route, operations: dict[str, Any], description: dict[str, Any]
) -> None:
    """H-2: its success, and a status for every error of the gateway and of its RPC; what says
    nothing about an operation stands in the default of all."""
    described = {
        status: _resolved(answer, description)
        for status, answer in operations[route.operation_id]["responses"].items()
    }
    by_default = described.pop("default")
    expected = {"400", "404", "422", "500", "503"}
    expected |= {str(problems.status_of(error)) for error in route.rpc.errors}
    if route.scope is not None:
        expected |= {"401", "403"}
    if route.body != RAW:
        expected |= {"406", str(route.status)}
    if route.has_body:
        expected |= {"408", "411", "413"}
    if route.if_match:
        expected |= {"412", "428"}
    if route.caching.revalidate:
        expected |= {"304"}
    if route.needs_key:
        expected |= {"429"}
    assert expected <= described.keys() | by_default["x-codes"].keys()
    assert {"401", "403", "404", "409", "412", "422", "428"}.isdisjoint(by_default["x-codes"])
    refusals = [answer for status, answer in described.items() if int(status) >= 400]
    for answer in (*refusals, by_default):
        content = answer["content"][problems.CONTENT_TYPE]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert "X-Request-Id" in answer["headers"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_every_code_stands_at_its_status(
    route: Route, operations: dict[str, Any], description: dict[str, Any]
) -> None:
    """Its own codes at the operation, those of all where its answers lead."""
    described = operations[route.operation_id]
    found: dict[str, set[str]] = defaultdict(set)
    for answer in described["responses"].values():
        for status, codes in _resolved(answer, description).get("x-codes", {}).items():
            found[status] |= set(codes)
    for status, codes in described.get("x-codes", {}).items():
        assert all(f"`{code}`" in described["responses"][status]["description"] for code in codes)
        found[status] |= set(codes)
    for error in errors_of(route):
        status = problems.status_of(error)
        if error is STALE_VERSION and route.if_match:
            status = 412
        assert error.code in found[str(status)], (status, error.code)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_an_operation_says_who_may_call_it(route: Route, operations: dict[str, Any]) -> None:
    """H-33."""
    described = operations[route.operation_id]
    expected: list[dict[str, list[Any]]] = [{"bearer": [route.scope]}] if route.scope else []
    if route.rpc.who.knowing:
        expected = [{}, {"bearer": []}]
    if route.rpc.who.takes_keys:
        expected.append({"api_key": [route.scope]})
    if route.rpc.by_link:
        expected.append({"link": []})
    assert described["security"] == expected
    assert str(route.rpc.who) in described["description"]


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.body != RAW],
    ids=lambda route: route.operation_id,
)
def test_the_example_request_is_accepted(
    route: Route,
    operations: dict[str, Any],
    description: dict[str, Any],
    registry: Registry[Any],
) -> None:
    """Path, query and body examples together pass the RPC's own schema."""
    described = operations[route.operation_id]
    document: dict[str, Any] = {}
    for parameter in (_resolved(one, description) for one in described["parameters"]):
        if parameter["in"] == "path":
            document[parameter["name"]] = parameter["example"]
    if route.if_match:
        document["expected_version"] = 1
    if "requestBody" in described:
        content = described["requestBody"]["content"][route.body]
        if route.body == BYTES:  # any bytes: there is nothing to show
            content = {"schema": {}, "example": "PNG"}
        assert not list(_problems(content["schema"], content["example"], registry))
        if route.body == JSON:
            document |= content["example"]
        else:
            sent = base64.b64encode(content["example"].encode()).decode()
            document[str(route.body_field)] = sent
    assert load(route.rpc.request(), document).keys() >= document.keys()


@pytest.mark.parametrize(
    "route",
    [r for r in ROUTES if r.body != RAW and r.answers == (JSON,) and r.status != 204],
    ids=lambda route: route.operation_id,
)
def test_the_example_answer_fits_its_schema(
    route: Route,
    operations: dict[str, Any],
    description: dict[str, Any],
    registry: Registry[Any],
) -> None:
    """It stands at the schema, of a page at that of its items."""
    content = operations[route.operation_id]["responses"][str(route.status)]["content"][JSON]
    schema = _resolved(content["schema"], description)
    if issubclass(route.rpc.request, PageRequest):
        assert schema["properties"].keys() >= {"items", "next_cursor"}
        assert "next" not in schema["properties"]
        schema = _resolved(schema["properties"]["items"]["items"], description)
    (example,) = schema["examples"]
    assert not list(_problems(schema, example, registry))
    if not issubclass(route.rpc.request, PageRequest):
        assert not route.rpc.response().validate(example)


def test_an_answer_that_is_no_json_says_what_it_is(operations: dict[str, Any]) -> None:
    """Each of its types stands there, and that it is to be saved."""
    for route in ROUTES:
        if route.in_pieces:
            answer = operations[route.operation_id]["responses"]["200"]
            assert set(answer["content"]) == set(route.answers) != {JSON}
            assert "Content-Disposition" in answer["headers"]


def test_problem_examples_are_problems(
    description: dict[str, Any], registry: Registry[Any]
) -> None:
    """H-4, H-5: each is one of the published codes, with its constant title and its status, and
    reads as it would: no name of a parameter is left in it."""
    schema = {"$ref": "#/components/schemas/Problem"}
    shown = {
        code: example["value"]
        for answer in description["components"]["responses"].values()
        for content in answer.get("content", {}).values()
        for code, example in content.get("examples", {}).items()
    }
    assert shown
    for code, value in shown.items():
        assert not list(_problems(schema, value, registry))
        assert "{" not in value["detail"], code
        error = REGISTRY[code]
        assert value["code"] == code
        assert value["title"] == title_of(error, "en")
        assert value["status"] in (problems.status_of(error), 412)


def test_every_status_that_we_send_has_a_reason() -> None:
    sent = {problems.status_of(error) for error in REGISTRY.values()}
    sent |= {route.status for route in ROUTES}
    assert sent <= problems.REASONS.keys()


def test_null_is_described_the_way_of_3_1(description: dict[str, Any]) -> None:
    """H-1: nullable scalars and nullable nested objects, where apispec once went wrong."""
    schemas = description["components"]["schemas"]
    assert schemas["Membership"]["properties"]["number"]["type"] == ["integer", "null"]
    assert {"type": "null"} in schemas["Membership"]["properties"]["term"]["anyOf"]
    assert "nullable" not in json.dumps(description)


def test_what_stands_in_answers_may_have_more_fields(description: dict[str, Any]) -> None:
    """E-22: a strict client made from it goes on when a later version adds one, however deep."""
    schemas = description["components"]["schemas"]
    shared = ("Money", "Policy", "Section", "Question", "Ladder", "CouponBenefit", "Subject")
    for name in ("Community", "Order", "OrdersPage", *shared):
        assert "additionalProperties" not in schemas[name], name
    for name in ("CreateCommunity", "CreatePlanBody", "OrderPurchaseBody"):
        assert schemas[name]["additionalProperties"] is False


def test_the_description_stays_small(description: dict[str, Any]) -> None:
    """450 KB with the 157 operations of its first release, 3.5 KB for each that comes."""
    size = len(json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode())
    assert size <= 450_000 + 3_500 * (len(ROUTES) - 157)


def test_nothing_is_filled_in_that_has_to_be_new(description: dict[str, Any]) -> None:
    """A key, request id or ETag that stands there already would be sent as it is, by everybody."""
    for parameter in description["components"]["parameters"].values():
        if parameter["in"] == "header":
            assert "example" not in parameter
            assert "default" not in parameter["schema"]
