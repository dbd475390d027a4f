"""Examples of the API description tell one story that holds together."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.payments.coupons import CreateCoupon
from gateway import examples, openapi
from gateway.example_ids import IDS, STAFF

FAR = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)  # what has to lie in the future does so for years


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return openapi.build("0.0.0")


@pytest.fixture(scope="module")
def answers(description: dict[str, Any]) -> dict[str, Any]:
    schemas = description["components"]["schemas"].items()
    return {name: schema["examples"][0] for name, schema in schemas if "examples" in schema}


@pytest.fixture(scope="module")
def requests(description: dict[str, Any]) -> dict[str, Any]:
    return {
        operation["operationId"]: content["example"]
        for methods in description["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "example" in content
    }


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if _is_list(value) else ():
        yield from _objects(part)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def test_every_text_was_written(answers: dict[str, Any], requests: dict[str, Any]) -> None:
    """None is the word for want of another."""
    without = [
        name
        for name, value in (*answers.items(), *requests.items())
        if examples.PLACEHOLDER in json.dumps(value, ensure_ascii=False)
    ]
    assert not without, "give them words in gateway/example_values.py or gateway/examples.py"


def test_every_id_is_one_of_the_table(description: dict[str, Any]) -> None:
    """So a system that has other ids replaces them all by it."""
    found = set(re.findall(r"\b[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}\b", json.dumps(description)))
    assert found <= {*IDS.values(), STAFF}
    assert IDS["com"] in found


def test_sums_are_right(answers: dict[str, Any]) -> None:
    quote = answers["Quote"]
    listed, discount, total = (quote[n]["amount"] for n in ("list_price", "discount", "total"))
    assert listed - discount == total
    assert discount > 0
    for name in ("Quote", "Order", "ShownOrder", "ListedOrder"):
        assert answers[name]["trace"][-1]["amount"] == total, name
        assert all("rule" in step for step in answers[name]["trace"])
    for name in ("Order", "ShownOrder", "ListedOrder"):
        order = answers[name]
        assert order["total"]["amount"] == total
        assert sum(one["amount"]["amount"] for one in order["payments"]) == total
        assert (
            sum(one["amount"]["amount"] for one in order["refunds"])
            == (order["refunded"]["amount"])
        )
        assert sum(one["amount"]["amount"] * one["quantity"] for one in order["lines"]) == total
    balances = answers["LedgerSummary"]["balances"]
    assert sum(one["balance"]["amount"] for one in balances) == 0


def test_coupon_codes_may_be_used(answers: dict[str, Any], requests: dict[str, Any]) -> None:
    """What buyers enter is the coupon that is shown; what owners make is a new one."""
    pattern = CreateCoupon().fields["code"].pattern  # type: ignore[attr-defined]
    used, new = answers["Coupon"]["code"], requests["create_coupon"]["code"]
    assert pattern.fullmatch(used)
    assert pattern.fullmatch(new)
    assert used != new
    assert requests["create_quote"]["coupon_codes"] == [used]
    assert requests["order_purchase"]["coupon_codes"] == [used]
    assert requests["order_purchase"]["total"] == answers["Quote"]["total"]


def test_times_are_in_order(answers: dict[str, Any], requests: dict[str, Any]) -> None:
    """Windows end after they begin, and what people are to come to is still to come."""
    windows = (
        ("starts_at", "ends_at"),
        ("valid_from", "valid_until"),
        ("starts_on", "ends_on"),
        ("created_at", "updated_at"),
        ("created_at", "expires_at"),
    )
    for value in (*answers.values(), *requests.values()):
        for one in _objects(value):
            for first, last in windows:
                if one.get(first) and one.get(last):
                    assert one[first] < one[last], one
    for name in ("create_meetup", "change_meetup"):
        assert dt.datetime.fromisoformat(requests[name]["starts_at"]) > FAR
    assert dt.datetime.fromisoformat(requests["create_coupon"]["valid_until"]) > FAR


def test_a_cap_reaches_the_price(answers: dict[str, Any], requests: dict[str, Any]) -> None:
    for plan in (answers["Plan"], requests["create_plan"]):
        assert plan["ladder"]["cap"] >= plan["base_price"]["amount"]


def test_questions_are_asked_because_of_earlier_ones(
    answers: dict[str, Any], requests: dict[str, Any]
) -> None:
    for holder in (answers["Community"], requests["create_community"], requests["change_form"]):
        options: dict[str, list[str]] = {}
        for section in holder["form"]:
            for question in section["questions"]:
                if asked_if := question["asked_if"]:
                    assert set(asked_if["any_of"]) <= set(options[asked_if["question"]])
                options[question["key"]] = question["options"]
        asked = requests["create_application"]["answers"]
        assert set(asked) <= set(options)
        assert asked["profession"] in options["profession"]
