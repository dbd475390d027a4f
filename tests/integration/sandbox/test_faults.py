"""What the provider promises to misdo, and the journal that says what is true."""

import csv
import io
import secrets
from datetime import datetime, timedelta

import pytest
import requests

from tests.integration.sandbox.world import (
    Merchant,
    Program,
    Receiver,
)
from tests.kit.probe import probe


def test_scripts_of_merchant_and_trade_number(merchant: Merchant, receiver: Receiver) -> None:
    """The nearer script wins field by field."""
    merchant.put(f"/control/scripts/default/{merchant.id}", {"repeat": 3})
    assert len(receiver.wait_for(merchant.paid(), 3)) == 3
    body = merchant.payment_body()
    merchant.put(f"/control/scripts/{body['out_trade_no']}", {"repeat": 2, "wrong_amount": "only"})
    merchant.pay(merchant.post("/v1/payments", body).json(), repeat=1)
    (callback,) = receiver.wait_for(body["out_trade_no"], 1)
    assert callback.data["amount"] == 300_001
    unknown = merchant.call("PUT", "/control/scripts/x", {"repaet": 3})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_field")


@pytest.mark.parametrize(
    ("kind", "status", "has_effect"),
    [
        ("http_500_before", 500, False),
        ("http_500_after", 500, True),
        ("timeout_before_effect", None, False),
        ("timeout_after_effect", None, True),
        ("drip", 201, True),
        ("garbage", 200, True),
    ],
)
def test_faults_of_calls(
    merchant: Merchant, kind: str, status: int | None, has_effect: bool
) -> None:
    """P-8, P-30: a call that fails before or after its effect, once as scripted."""
    seconds = 30 if status is None else 0
    fault = {"merchant_id": merchant.id, "on": "create", "kind": kind, "times": 1}
    merchant.put("/control/faults", {**fault, "seconds": seconds})
    body = merchant.payment_body()
    if status is None:
        with pytest.raises(requests.ReadTimeout):
            merchant.post("/v1/payments", body, timeout=0.5)
    else:
        answer = merchant.post("/v1/payments", body)
        assert answer.status_code == status
        if kind == "garbage":
            with pytest.raises(ValueError):
                answer.json()
        if kind == "drip":
            assert answer.json()["out_trade_no"] == body["out_trade_no"]
    path = f"/v1/payments/{body['out_trade_no']}"
    probe(
        lambda: merchant.get(path).status_code == (200 if has_effect else 404),
        5,
        f"effect: {has_effect}",
    )
    assert merchant.post("/v1/payments", body).status_code == (200 if has_effect else 201)
    assert [entry["fault"] for entry in merchant.journal("fault.applied")] == [kind]


@pytest.mark.parametrize("operation", ["create", "query", "close", "refund"])
def test_faults_hit_the_operation_they_name(merchant: Merchant, operation: str) -> None:
    out_trade_no = merchant.paid()
    open_payment = merchant.create()["out_trade_no"]
    calls = {
        "create": lambda: merchant.post("/v1/payments", merchant.payment_body()),
        "query": lambda: merchant.get(f"/v1/payments/{out_trade_no}"),
        "close": lambda: merchant.post(f"/v1/payments/{open_payment}/close"),
        "refund": lambda: merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 1)),
    }
    fault = {"merchant_id": merchant.id, "on": operation, "kind": "http_500_before", "times": 2}
    merchant.put("/control/faults", fault)
    for other in calls.keys() - {operation}:
        assert calls[other]().ok
    assert [calls[operation]().status_code for _ in range(2)] == [500, 500]
    assert calls[operation]().ok


def test_totals_are_the_sum_of_the_journal(merchant: Merchant) -> None:
    numbers = [merchant.paid() for _ in range(4)]
    for number in numbers[:2]:
        merchant.post("/v1/refunds", merchant.refund_body(number, 1234))
    probe(lambda: len(merchant.journal("refund.succeeded")) == 2, 5, "two refunds")
    captured = [entry["amount"] for entry in merchant.journal("payment.captured")]
    refunded = [entry["amount"] for entry in merchant.journal("refund.succeeded")]
    assert merchant.totals() == {
        "captured": sum(captured),
        "refunded": sum(refunded),
        "count": len(captured),
        "by_currency": {
            "CNY": {"captured": 1_200_000, "refunded": 2468, "count": 4},
        },
    }


def test_statement_with_planted_errors(provider: Program, merchant: Merchant) -> None:
    """P-12: one line per capture and refund, and one error of each class where scripted."""
    numbers = {
        error: merchant.paid(statement_error=error, lost=True)
        for error in ("omit", "duplicate", "amount", "currency", "fee", "late")
    }
    right = merchant.paid()
    body = merchant.refund_body(right, 100)
    merchant.post("/v1/refunds", body)
    probe(lambda: merchant.totals()["refunded"] == 100, 5, "the refund")

    china_day = datetime.fromisoformat(
        merchant.get(f"/v1/payments/{right}").json()["paid_at"]
    ) + timedelta(hours=8)
    lines = _statement(merchant, china_day)
    of = {line["out_trade_no"]: line for line in lines if line["type"] == "capture"}
    assert (of[right]["amount"], of[right]["fee"]) == ("300000", "1800")
    refund = next(line for line in lines if line["type"] == "refund")
    assert (refund["out_refund_no"], refund["amount"], refund["fee"]) == (
        body["out_refund_no"],
        "100",
        "0",
    )
    assert numbers["omit"] not in of
    assert numbers["late"] not in of
    assert sum(line["out_trade_no"] == numbers["duplicate"] for line in lines) == 2
    assert of[numbers["amount"]]["amount"] == "300001"
    assert of[numbers["currency"]]["currency"] == "XTS"
    assert of[numbers["fee"]]["fee"] == "1801"
    tomorrow = _statement(merchant, china_day + timedelta(days=1))
    assert [line["out_trade_no"] for line in tomorrow] == [numbers["late"]]


def _statement(merchant: Merchant, day: datetime) -> list[dict[str, str]]:
    answer = merchant.get(f"/v1/statements?date={day:%Y-%m-%d}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_merchant_account_can_be_made_again(provider: Program, merchant: Merchant) -> None:
    digest = secrets.token_hex(32)
    body = {"merchant_id": merchant.id, "api_key_sha256": digest}
    assert requests.post(f"{provider.url}/v1/merchants", json=body, timeout=5).status_code == 200
    assert merchant.get("/v1/payments/x").status_code == 401, "the old key is gone"
    taken = requests.post(
        f"{provider.url}/v1/merchants", json={**body, "merchant_id": "another"}, timeout=5
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "api_key_in_use")
