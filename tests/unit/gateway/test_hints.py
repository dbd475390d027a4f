"""What was meant by names and addresses that do not exist; why a body or a value is none."""

import json
from typing import Any

import pytest

from contracts.errors import DomainError, FieldProblem
from contracts.errors.gateway import JSON_MALFORMED, METHOD_UNSUPPORTED, ROUTE_UNKNOWN
from gateway import json_input
from gateway.cursors import Cursors
from gateway.documents import Operation, RawRequest
from gateway.hints import about_unknown, nearest
from gateway.problems import render
from gateway.routes import ROUTES
from gateway.routing import RouteTable
from tests.unit.gateway.test_application import COMMUNITY, ULID, Client, answers, client

__all__ = ["answers", "client"]
PATHS = RouteTable(ROUTES).paths


def refused(rpc: str, body: Any, *values: str, query: str = "") -> list[FieldProblem]:
    (route,) = [route for route in ROUTES if route.rpc.name == rpc]
    operation, sent = Operation(route, Cursors(b"k" * 32)), json.dumps(body).encode()
    version = 1 if route.if_match else None
    with pytest.raises(DomainError) as told:
        operation.request(RawRequest(values, query, sent, version, {}))
    return list(told.value.fields)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("displayName", ["display_name", "city"], "display_name"),
        ("displayName", ["name", "city"], "name"),
        ("nmae", ["name", "city"], "name"),
        ("page", ["cursor", "limit"], "cursor"),
        ("page", ["limit"], None),
        ("zzz", ["name"], None),
        ("x" * 100_000, ["name"], None),
    ],
)
def test_the_name_that_was_meant(name: str, known: list[str], meant: str | None) -> None:
    assert about_unknown(name, known).get("did_you_mean") == meant


def test_a_field_at_the_top_and_one_below() -> None:
    (wrong,) = refused("create_community", {"nmae": "x"})
    assert (wrong.pointer, wrong.params["did_you_mean"]) == ("/nmae", "name")
    form = [{"title": "t", "questions": [{"key": "a", "kind": "link", "titel": "?"}]}]
    below = {one.pointer: one for one in refused("change_form", {"form": form}, f"com_{ULID}")}
    assert below["/form/0/questions/0/titel"].params["did_you_mean"] == "title"
    assert "asked_if" in below["/form/0/questions/0/titel"].params["known"]


def test_a_parameter_that_does_not_exist_says_which_do() -> None:
    wrong = refused("list_coupons", None, f"com_{ULID}", query="page=2&state=active&state=ended")
    assert [(one.pointer, one.code) for one in wrong] == [
        ("?page", "field.unknown"),
        ("?state", "field.once"),
    ]
    assert wrong[0].params == {
        "known": ["cursor", "limit", "sort", "state"],
        "did_you_mean": "cursor",
    }


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/me/", "/v1/me"),
        (f"/v1/people/per_{ULID}", "/v1/me"),
        (f"/v1/community/com_{ULID}", "/v1/communities/{community_id}"),
        (f"/v1/Communities/com_{ULID}/", "/v1/communities/{community_id}"),
        ("/v1/comunities", "/v1/communities"),
        (f"/v1/orders/ord_{ULID}/refund", "/v1/orders/{order_id}/refunds"),
        ("/v1/zzzzzzzz", None),
        ("/v1/" + "a/" * 10_000, None),
    ],
)
def test_the_address_that_was_meant(path: str, meant: str | None) -> None:
    assert nearest(path, PATHS) == meant


def test_an_address_that_does_not_exist(client: Client) -> None:
    status, _, body = client.ask("GET", "/v1/me/", HTTP_ACCEPT_LANGUAGE="zh-CN")
    said = json.loads(body)
    assert (status, said["code"]) == (404, ROUTE_UNKNOWN.code)
    assert said["params"] == {"did_you_mean": "/v1/me"}
    assert "您是否想访问 /v1/me" in said["detail"]
    assert said["title"] == "地址不存在"


def test_a_method_that_is_not_taken_names_those_that_mean_something(client: Client) -> None:
    status, headers, body = client.ask("DELETE", COMMUNITY, HTTP_ACCEPT_LANGUAGE="zh-CN")
    said = json.loads(body)
    assert (status, said["code"]) == (405, METHOD_UNSUPPORTED.code)
    assert said["params"]["allowed"] == ["GET", "PATCH"]
    assert "GET、PATCH，" in said["detail"]
    assert headers["Allow"] == "GET, PATCH, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{a:1}", "json_property_name"),
        (b'{"a":}', "json_value"),
        (b'{"a" 1}', "json_colon"),
        (b"[1 2]", "json_comma"),
        (b'{"a":"x', "json_text_open"),
        (b'{"a":"\n"}', "json_control_character"),
        (b'{"a":"\\x"}', "json_escape"),
        (b"{} 1", "json_more"),
        (b'{"a":1,"a":2}', "json_key_twice"),
        (b"NaN", "json_constant"),
    ],
)
def test_a_body_that_is_no_json_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(DomainError) as told:
        json_input.parse(body)
    assert (told.value.error, told.value.params["reason"]) == (JSON_MALFORMED, reason)


def said(wrong: FieldProblem, locale: str) -> str:
    error = DomainError(JSON_MALFORMED, fields=[wrong])
    body = render(error, 422, locale=locale, request_id="r", base_url="https://example.com")
    (shown,) = json.loads(body)["errors"]
    assert shown["params"] == wrong.params
    return str(shown["detail"])


def test_an_id_of_another_kind_says_whose_it_is() -> None:
    (wrong,) = refused("get_community", None, f"ord_{ULID}")
    assert (
        said(wrong, "en") == "This is the id of an order; the id of a community starts with com_."
    )
    assert said(wrong, "zh-CN") == "这是订单的编号；社群的编号以 com_ 开头。"
    (wrong,) = refused("get_community", None, "fe-a2")
    assert said(wrong, "en") == "This is no id of ours; the id of a community starts with com_."
    assert "pattern" not in str(wrong.params)


@pytest.mark.parametrize("amount", ["3000", 3000.5])
def test_money_is_in_minor_units(amount: Any) -> None:
    plan = {"name": "x", "base_price": {"amount": amount, "currency": "CNY"}}
    (wrong,) = refused("create_plan", plan, f"com_{ULID}")
    assert (wrong.pointer, wrong.code) == ("/base_price/amount", "field.minor_units")
    assert "300050" in said(wrong, "zh-CN")


@pytest.mark.parametrize("percent", [10, "10"])
def test_a_percentage_says_its_unit(percent: Any) -> None:
    """An API that took basis points made 0.1 % of 10."""
    coupon = {
        "name": "x",
        "code": "WELC2ME",
        "audience": "any",
        "benefit": {"kind": "percent_off", "percent": percent},
    }
    (wrong,) = refused("create_coupon", coupon, f"com_{ULID}")
    assert wrong.pointer == "/benefit/percent"
    assert '"10.00"' in said(wrong, "en")


def test_a_benefit_of_another_kind_says_which_field_goes_with_it() -> None:
    coupon = {
        "name": "x",
        "code": "WELC2ME",
        "audience": "any",
        "benefit": {"kind": "percent_off", "amount": 10},
    }
    wrong = {one.pointer: one for one in refused("create_coupon", coupon, f"com_{ULID}")}
    assert wrong["/benefit/percent"].code == "field.required"
    assert (
        said(wrong["/benefit/amount"], "en")
        == "Does not go with percent_off, which takes percent; remove it."
    )


def test_a_field_that_is_fixed_says_so() -> None:
    """It stands in the answer that was read: who sends it did not mistype."""
    body = {"benefit": {"kind": "extra_days", "days": 3}, "nmae": "x"}
    fixed, unknown = refused("change_coupon", body, f"cpn_{ULID}")
    assert (fixed.pointer, fixed.code) == ("/benefit", "field.fixed")
    assert (unknown.pointer, unknown.params["did_you_mean"]) == ("/nmae", "name")
    (fixed,) = refused("change_community", {"slug": "other"}, f"com_{ULID}")
    assert said(fixed, "zh-CN").startswith("创建后不可修改")


@pytest.mark.parametrize(
    ("query", "words"),
    [("count=True", "小写的 true 或 false"), ("limit=ten", "整数")],
)
def test_of_a_parameter_nothing_is_said_about_quotes(query: str, words: str) -> None:
    (wrong,) = refused("list_orders", None, f"com_{ULID}", query=query)
    assert said(wrong, "zh-CN") == f"类型不正确，应为{words}，请修改。"


def test_a_name_in_the_address_is_said_in_one_language() -> None:
    (wrong,) = refused("finish_at_way", {"code": "c"}, "We_Chat")
    assert (wrong.pointer, wrong.params) == ("?way", {"expected": "way_name"})
    assert "登录方式的名称" in said(wrong, "zh-CN")


def test_a_code_names_the_letters_that_are_not_taken() -> None:
    coupon = {
        "name": "x",
        "code": "WELCOME10",
        "audience": "any",
        "benefit": {"kind": "extra_days", "days": 3},
    }
    (wrong,) = refused("create_coupon", coupon, f"com_{ULID}")
    assert wrong.params["refused"] == ["O", "1", "0"]
    assert "O、1、0" in said(wrong, "zh-CN")
