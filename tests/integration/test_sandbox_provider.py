"""The payment provider as a process: its API, its callbacks and what it promises to misdo."""

import csv
import io
import itertools
import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.integration.sandbox_world import (
    SUCCESS,
    Merchant,
    Program,
    Receiver,
    free_port,
    running_receiver,
)
from tests.kit.probe import probe


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(
        "sandbox.provider", tmp_path_factory.mktemp("provider"), SANDBOX_PROVIDER_PORT=free_port()
    )
    program.start()
    yield program
    program.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def merchant(provider: Program, receiver: Receiver) -> Merchant:
    return Merchant(provider, receiver.url)


# Payments


def test_a_payment_is_created_once_per_out_trade_no(merchant: Merchant) -> None:
    """P-8: the merchant's number makes a repeated create harmless."""
    body = merchant.payment_body()
    first = merchant.post("/v1/payments", body)
    again = merchant.post("/v1/payments", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "pending"
    assert first.json()["pay_url"].startswith(merchant.url + "/pay/pp_")

    other_amount = merchant.post("/v1/payments", {**body, "amount": 1})
    assert other_amount.status_code == 409
    assert other_amount.json()["code"] == "out_trade_no_used"
    assert len(merchant.journal("payment.created")) == 1


def test_parallel_creates_make_one_payment(merchant: Merchant) -> None:
    body = merchant.payment_body()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: merchant.post("/v1/payments", body), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["provider_payment_id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": "300000"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"currency": "yuan"}, "currency"),
        ({"out_trade_no": "../x"}, "out_trade_no"),
        ({"out_trade_no": {"$gt": ""}}, "out_trade_no"),
        ({"description": ""}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"notify_url": "ftp://example.com/"}, "notify_url"),
        ({"notify_url": "http://user@example.com/"}, "notify_url"),
        ({"notify_url": "/relative"}, "notify_url"),
        ({"notify_url": "http://example.com:0/"}, "notify_url"),
        ({"expires_at": "2026-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_wrong_field_is_named(merchant: Merchant, changes: dict[str, object], field: str) -> None:
    answer = merchant.post("/v1/payments", merchant.payment_body(**changes))
    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message"}
    assert field in answer.json()["message"]
    assert merchant.journal() == []


def test_broken_requests_are_refused_with_json(merchant: Merchant) -> None:
    url = f"{merchant.url}/v1/payments"
    stranger = requests.post(url, json=merchant.payment_body(), timeout=5)
    assert (stranger.status_code, stranger.json()["code"]) == (401, "unauthenticated")
    headers = {"Authorization": f"Bearer {merchant._key}"}
    malformed = requests.post(url, data=b"{", headers=headers, timeout=5)
    assert (malformed.status_code, malformed.json()["code"]) == (400, "malformed_json")
    a_list = requests.post(url, data=b"[]", headers=headers, timeout=5)
    assert (a_list.status_code, a_list.json()["code"]) == (422, "invalid_body")
    large = requests.post(url, data=b" " * 65_537, headers=headers, timeout=5)
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    method = requests.put(url, timeout=5)
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in method.headers["Allow"]
    assert merchant.get("/v1/payments/none").json()["code"] == "payment_not_found"
    assert merchant.get("/v1/refunds/none").json()["code"] == "refund_not_found"
    assert merchant.get("/nowhere").status_code == 404
    assert merchant.get("/v1/statements?date=today").status_code == 422


def test_a_merchant_sees_only_its_own(provider: Program, merchant: Merchant) -> None:
    payment = merchant.create()
    other = Merchant(provider, merchant.notify_url)
    assert other.get(f"/v1/payments/{payment['out_trade_no']}").status_code == 404
    assert other.post(f"/v1/payments/{payment['out_trade_no']}/close").status_code == 404


def test_closing(merchant: Merchant) -> None:
    payment = merchant.create()
    path = f"/v1/payments/{payment['out_trade_no']}/close"
    assert merchant.post(path).json()["state"] == "closed"
    assert merchant.post(path).json()["state"] == "closed"
    assert len(merchant.journal("payment.closed")) == 1
    refused = requests.post(payment["pay_url"], timeout=5)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_closed")

    paid = merchant.paid()
    refused = merchant.post(f"/v1/payments/{paid}/close")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_paid")


def test_close_and_pay_at_once_have_one_winner(merchant: Merchant) -> None:
    for _ in range(10):
        payment = merchant.create()
        path = f"/v1/payments/{payment['out_trade_no']}"
        with ThreadPoolExecutor(2) as pool:
            close = pool.submit(merchant.post, path + "/close")
            pay = pool.submit(requests.post, payment["pay_url"], timeout=10)
        assert sorted([close.result().status_code, pay.result().status_code]) == [200, 409]
        state = "paid" if pay.result().status_code == 200 else "closed"
        assert merchant.get(path).json()["state"] == state


def test_an_expired_payment_is_closed(provider: Program, merchant: Merchant) -> None:
    """The expiry counts in business time (architecture.md §4a)."""
    offset = int(provider.clock_file.read_text()) if provider.clock_file.exists() else 0
    expires_at = datetime.now(UTC) + timedelta(seconds=offset + 3600)
    payment = merchant.create(expires_at=expires_at.isoformat())
    path = f"/v1/payments/{payment['out_trade_no']}"
    assert merchant.get(path).json()["state"] == "pending"
    provider.advance(3601)
    probe(lambda: merchant.get(path).json()["state"] == "closed", 5, "expired payment closed")
    assert requests.post(payment["pay_url"], timeout=5).json()["code"] == "payment_closed"


def test_paying_twice_needs_a_script(merchant: Merchant) -> None:
    """Pay in two channels: a second capture with a transaction id of its own (product.md §3)."""
    payment = merchant.create()
    merchant.pay(payment)
    refused = requests.post(payment["pay_url"], timeout=5)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_paid")
    merchant.pay(payment, pay_twice=True)
    third = requests.post(payment["pay_url"], timeout=5)
    assert third.status_code == 409

    captures = merchant.journal("payment.captured")
    assert len({capture["transaction_id"] for capture in captures}) == 2
    seen = merchant.get(f"/v1/payments/{payment['out_trade_no']}").json()
    assert (seen["amount"], seen["paid_amount"]) == (300_000, 600_000)
    assert len(seen["transactions"]) == 2
    assert merchant.totals()["captured"] == 600_000


# Callbacks


def test_a_callback_tells_and_proves_the_payment(merchant: Merchant, receiver: Receiver) -> None:
    """P-21: RSA over timestamp, nonce and the raw body; the key is chosen by its serial."""
    out_trade_no = merchant.paid()
    (callback,) = receiver.wait_for(out_trade_no, 1)
    assert merchant.verifies(callback)
    assert abs(int(callback.headers["Sandbox-Timestamp"]) - time.time()) < 60
    assert callback.document["type"] == "payment.paid"
    seen = merchant.get(f"/v1/payments/{out_trade_no}").json()
    assert callback.data == {
        "merchant_id": merchant.id,
        "out_trade_no": out_trade_no,
        "provider_payment_id": seen["provider_payment_id"],
        "transaction_id": seen["transaction_id"],
        "amount": 300_000,
        "currency": "CNY",
        "paid_at": seen["paid_at"],
    }
    callback.body += b" "
    assert not merchant.verifies(callback), "the check of this test must be able to fail"

    def answered() -> bool:
        (entry,) = merchant.journal("callback.answered")
        return entry["accepted"] and entry["notification_id"] == callback.document["id"]

    probe(answered, message="the answer in the journal")


def test_repeats_come_in_parallel(merchant: Merchant, receiver: Receiver) -> None:
    """P-25: the same notification many times, some at once."""
    gathered = itertools.count(1)

    def answer_when_others_came(callback: object) -> tuple[int, bytes]:
        next(gathered)
        probe(lambda: len(receiver.received) >= 2, 5, "a copy sent while this one waits")
        return SUCCESS

    receiver.answer = answer_when_others_came
    out_trade_no = merchant.paid(repeat=30)
    copies = receiver.wait_for(out_trade_no, 30)
    assert len({copy.body for copy in copies}) == 1
    assert all(merchant.verifies(copy) for copy in copies)
    assert receiver.most_at_once > 1
    assert len({copy.headers["Sandbox-Nonce"] for copy in copies}) == 30


def test_spoilt_copies_come_before_the_genuine_one(merchant: Merchant, receiver: Receiver) -> None:
    """P-21, P-24: each spoilt copy is wrong in exactly one way."""
    out_trade_no = merchant.paid(
        forge=True, unknown_serial=True, old_timestamp=True, wrong_amount=-100
    )
    forged, stranger, old, wrong, genuine = receiver.wait_for(out_trade_no, 5)
    assert not merchant.verifies(forged)
    assert forged.body == genuine.body
    published = {key["serial"] for key in merchant.get("/v1/certificates").json()["certificates"]}
    assert stranger.headers["Sandbox-Serial"] not in published
    assert merchant.verifies(old)
    assert time.time() - int(old.headers["Sandbox-Timestamp"]) > 300
    assert merchant.verifies(wrong)
    assert wrong.data["amount"] == 299_900
    assert wrong.document["id"] != genuine.document["id"]
    assert merchant.verifies(genuine)
    assert genuine.data["amount"] == 300_000

    def variants() -> bool:
        sent = [entry["variant"] for entry in merchant.journal("callback.answered")]
        return sent == ["forged", "unknown_serial", "old_timestamp", "wrong_amount", "genuine"]

    probe(variants, message="all five in the journal")


def test_only_a_wrong_amount(merchant: Merchant, receiver: Receiver) -> None:
    """P-24: nothing right ever comes; the truth must be queried."""
    out_trade_no = merchant.paid(wrong_amount="only")
    (callback,) = receiver.wait_for(out_trade_no, 1)
    assert merchant.verifies(callback)
    assert callback.data["amount"] == 300_001
    assert merchant.get(f"/v1/payments/{out_trade_no}").json()["paid_amount"] == 300_000


def test_a_lost_callback_is_never_sent(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """P-22: delivery is not guaranteed; the query finds the payment."""
    lost = merchant.paid(lost=True)
    sent = merchant.paid()
    receiver.wait_for(sent, 1)
    provider.advance(86_400)
    late = merchant.paid()
    receiver.wait_for(late, 1)
    assert receiver.of(lost) == []
    assert [entry["out_trade_no"] for entry in merchant.journal("callback.lost")] == [lost]
    assert merchant.get(f"/v1/payments/{lost}").json()["state"] == "paid"


def test_late_callbacks_follow_the_business_clock(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """P-14: success an hour after everybody gave up."""
    late = merchant.paid(late_seconds=3600)
    prompt = merchant.paid()
    receiver.wait_for(prompt, 1)
    assert receiver.of(late) == []
    provider.advance(3600)
    receiver.wait_for(late, 1)


def test_reordered_callbacks(merchant: Merchant, receiver: Receiver) -> None:
    """P-25: the refund is told before the payment."""
    out_trade_no = merchant.paid(reorder=True)
    merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 300_000))
    callbacks = receiver.wait_for(out_trade_no, 2)
    kinds = [callback.document["type"] for callback in callbacks]
    assert kinds == ["refund.succeeded", "payment.paid"]


def test_retries_until_success(provider: Program, merchant: Merchant, receiver: Receiver) -> None:
    """P-22: only 200 with SUCCESS ends it; every attempt is stamped and signed afresh."""
    answers = iter(
        [
            (500, b""),
            (200, b"ok"),
            (200, b'{"code":"FAIL"}'),
            (200, b'["SUCCESS"]'),
            (201, b'{"code":"SUCCESS"}'),
            (302, b""),
            None,
            SUCCESS,
        ]
    )
    receiver.answer = lambda callback: next(answers)
    out_trade_no = merchant.paid()
    for count in range(1, 9):
        receiver.wait_for(out_trade_no, count)
        provider.advance(3600)
    callbacks = receiver.of(out_trade_no)
    assert len({callback.body for callback in callbacks}) == 1
    assert len({callback.headers["Sandbox-Signature"] for callback in callbacks}) == 8
    assert all(merchant.verifies(callback) for callback in callbacks)

    probe(
        lambda: merchant.journal("callback.answered")[-1]["accepted"],
        message="the last attempt accepted",
    )
    receiver.answer = lambda callback: SUCCESS
    provider.advance(86_400)
    receiver.wait_for(merchant.paid(), 1)
    assert len(receiver.of(out_trade_no)) == 8, "nothing is sent after SUCCESS"


def test_a_slow_receiver_does_not_delay_others(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """W-11 for our own courier: the slow one is answered only after the other one was served."""
    with running_receiver() as other_endpoint:
        other = Merchant(provider, other_endpoint.url)
        payment = other.create()
        receiver.answer = lambda callback: (
            SUCCESS if other_endpoint.wait_for(payment["out_trade_no"], 1) else None
        )
        slow = merchant.paid()
        receiver.wait_for(slow, 1)
        other.pay(payment)
        other_endpoint.wait_for(payment["out_trade_no"], 1)
        probe(lambda: merchant.journal("callback.answered")[0]["accepted"], message="slow answer")


def test_key_rotation(merchant: Merchant, receiver: Receiver) -> None:
    """P-28: two live serials; the new one signs at once."""
    before = merchant.get("/v1/certificates").json()["certificates"]
    serial = merchant.post("/control/rotate-key").json()["serial"]
    after = merchant.get("/v1/certificates").json()["certificates"]
    assert [key["serial"] for key in after] == [serial, before[0]["serial"]]
    (callback,) = receiver.wait_for(merchant.paid(), 1)
    assert callback.headers["Sandbox-Serial"] == serial
    assert merchant.verifies(callback)


# Refunds


def test_a_refund_is_settled_by_callback(merchant: Merchant, receiver: Receiver) -> None:
    """P-13: accepted at once, decided later; the same number again is the same refund."""
    out_trade_no = merchant.paid()
    body = merchant.refund_body(out_trade_no, 100_000)
    first, again = merchant.post("/v1/refunds", body), merchant.post("/v1/refunds", body)
    assert (first.status_code, first.json()["state"]) == (201, "processing")
    assert again.status_code == 200
    other = merchant.post("/v1/refunds", {**body, "amount": 5})
    assert (other.status_code, other.json()["code"]) == (409, "out_refund_no_used")

    callback = receiver.wait_for(out_trade_no, 2)[-1]
    assert merchant.verifies(callback)
    assert callback.document["type"] == "refund.succeeded"
    assert callback.data["out_refund_no"] == body["out_refund_no"]
    assert (callback.data["refund_amount"], callback.data["amount"]) == (100_000, 300_000)
    assert merchant.get(f"/v1/refunds/{body['out_refund_no']}").json()["state"] == "succeeded"
    payment = merchant.get(f"/v1/payments/{out_trade_no}").json()
    assert (payment["state"], payment["refunded_amount"]) == ("partially_refunded", 100_000)
    merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 200_000))
    receiver.wait_for(out_trade_no, 3)
    assert merchant.get(f"/v1/payments/{out_trade_no}").json()["state"] == "refunded"
    assert merchant.totals()["refunded"] == 300_000


def test_parallel_refunds_never_exceed_the_payment(merchant: Merchant) -> None:
    """P-13: twenty refunds of the full amount at once, one is accepted."""
    out_trade_no = merchant.paid()
    with ThreadPoolExecutor(10) as pool:
        bodies = [merchant.refund_body(out_trade_no, 300_000) for _ in range(20)]
        answers = list(pool.map(lambda body: merchant.post("/v1/refunds", body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 19
    assert {answer.json().get("code") for answer in answers} == {None, "refund_exceeds_payment"}


def test_a_failed_refund_gives_the_room_back(merchant: Merchant, receiver: Receiver) -> None:
    out_trade_no = merchant.paid()
    merchant.put(f"/control/scripts/{out_trade_no}", {"refund_fails": True})
    merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 300_000))
    callbacks = receiver.wait_for(out_trade_no, 2)
    assert callbacks[-1].document["type"] == "refund.failed"
    assert merchant.totals()["refunded"] == 0
    merchant.put(f"/control/scripts/{out_trade_no}", {})
    again = merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 300_000))
    assert again.status_code == 201
    probe(lambda: merchant.totals()["refunded"] == 300_000, 5, "second refund succeeded")


def test_an_unpaid_payment_is_not_refunded(merchant: Merchant) -> None:
    payment = merchant.create()
    refused = merchant.post("/v1/refunds", merchant.refund_body(payment["out_trade_no"], 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_paid")


# Scripts, faults, journal


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


# Payer's page


def test_the_payers_page(merchant: Merchant) -> None:
    payment = merchant.create(description="<script>alert(1)</script>")
    chinese = requests.get(payment["pay_url"], timeout=5)
    english = requests.get(payment["pay_url"] + "?lang=en", timeout=5)
    assert "确认支付" in chinese.text
    assert "Pay now" in english.text
    assert "¥3,000.00" in chinese.text
    assert "<script" not in chinese.text
    assert "&lt;script&gt;" in chinese.text
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', chinese.text):
        assert requests.get(merchant.url + path, timeout=5).ok, path
    assert "http://" not in chinese.text.replace(merchant.url, ""), "the page works offline"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    after = requests.post(payment["pay_url"] + "?lang=en", headers=form, timeout=5)
    assert after.history[0].status_code == 303
    assert "Paid" in after.text
    assert "<button" not in after.text
    again = requests.post(payment["pay_url"] + "?lang=en", headers=form, timeout=5)
    assert again.ok
    assert len(merchant.journal("payment.captured")) == 1
    assert requests.get(f"{merchant.url}/pay/pp_none", timeout=5).status_code == 404


# Crashes and stops


@pytest.fixture
def own_provider(tmp_path: Path) -> Iterator[Program]:
    program = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=free_port())
    program.start()
    yield program
    program.kill()


def test_kill_between_capture_and_callback(own_provider: Program, receiver: Receiver) -> None:
    """P-30: the journal and the schedule survive kill -9; keys stay the same."""
    merchant = Merchant(own_provider, receiver.url)
    number = merchant.paid(callback_delay_ms=60_000)
    keys = merchant.get("/v1/certificates").json()
    own_provider.kill()
    own_provider.start()
    assert merchant.get("/v1/certificates").json() == keys
    assert merchant.totals()["captured"] == 300_000
    assert receiver.of(number) == []
    own_provider.advance(60)
    (callback,) = receiver.wait_for(number, 1)
    assert merchant.verifies(callback)


def test_kill_while_a_callback_waits_for_its_answer(
    own_provider: Program, receiver: Receiver
) -> None:
    """An attempt whose answer was never written down is made again, with the same id."""
    merchant = Merchant(own_provider, receiver.url)
    receiver.answer = lambda callback: (
        SUCCESS if len(receiver.received) > 1 else receiver.wait_for(number, 2, 30) and None
    )
    payment = merchant.create()
    number = payment["out_trade_no"]
    merchant.pay(payment)
    receiver.wait_for(number, 1)
    own_provider.kill()
    own_provider.start()
    first, second = receiver.wait_for(number, 2)
    assert first.body == second.body
    kinds = [entry["kind"] for entry in merchant.journal()]
    assert kinds.count("callback.sent") == 2


def test_kill_under_load_loses_nothing_acknowledged(
    own_provider: Program, receiver: Receiver
) -> None:
    """Every acknowledged payment is in the journal and told, whenever the process is killed."""
    merchant = Merchant(own_provider, receiver.url)
    acknowledged: list[str] = []

    def pay_until_killed() -> None:
        try:
            while True:
                acknowledged.append(merchant.paid())
        except requests.RequestException:
            return

    for goal in (15, 30):
        with ThreadPoolExecutor(4) as pool:
            for _ in range(4):
                pool.submit(pay_until_killed)
            probe(lambda goal=goal: len(acknowledged) >= goal, 20, "payments before the kill")
            own_provider.kill()
        own_provider.start()
    for number in acknowledged:
        receiver.wait_for(number, 1)
    captured = [entry["out_trade_no"] for entry in merchant.journal("payment.captured")]
    assert len(captured) == len(set(captured))
    assert set(acknowledged) <= set(captured)
    assert merchant.totals()["captured"] == 300_000 * len(captured)


def test_sigterm_cuts_silence_short(own_provider: Program, receiver: Receiver) -> None:
    """A stop answers what is in hand and ends with 0."""
    merchant = Merchant(own_provider, receiver.url)
    merchant.put(
        "/control/faults",
        {
            "merchant_id": merchant.id,
            "on": "create",
            "kind": "timeout_before_effect",
            "seconds": 300,
        },
    )
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(merchant.post, "/v1/payments", merchant.payment_body(), 30)
        probe(lambda: merchant.journal("fault.applied"), message="the call in hand")
        assert own_provider.stop() == 0
        assert answer.result().status_code == 504


def test_a_port_in_use_ends_the_program_with_a_message(
    own_provider: Program, tmp_path: Path
) -> None:
    port = int(own_provider.url.rpartition(":")[2])
    folder = tmp_path / "second"
    folder.mkdir()
    second = Program("sandbox.provider", folder, SANDBOX_PROVIDER_PORT=port)
    code, log = second.run_to_end()
    assert code == 1
    assert f"Port {port} is in use" in log


def test_a_wrong_setting_ends_the_program_with_a_message(tmp_path: Path) -> None:
    code, log = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=99_999).run_to_end()
    assert code == 2
    assert "SANDBOX_PROVIDER_PORT must be a port number" in log
    assert "Traceback" not in log


def test_payers_may_use_another_address(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In containers merchants and browsers reach the provider under different names."""
    monkeypatch.setenv("SANDBOX_PUBLIC_URL", "http://pay.example.com/")
    program = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=free_port())
    program.start()
    try:
        payment = Merchant(program, receiver.url).create()
    finally:
        program.stop()
    expected = f"http://pay.example.com/pay/{payment['provider_payment_id']}"
    assert payment["pay_url"] == expected


def test_reset_keeps_only_the_keys(own_provider: Program, receiver: Receiver) -> None:
    merchant = Merchant(own_provider, receiver.url)
    number = merchant.paid(late_seconds=3600)
    keys = merchant.get("/v1/certificates").json()
    last = merchant.journal()[-1]["position"]
    assert merchant.call("DELETE", "/control").status_code == 204
    assert merchant.journal() == []
    assert merchant.totals() == {"captured": 0, "refunded": 0, "count": 0, "by_currency": {}}
    assert merchant.get("/v1/certificates").json() == keys
    assert merchant.get(f"/v1/payments/{number}").status_code == 401
    fresh = Merchant(own_provider, receiver.url)
    own_provider.advance(3600)
    told = fresh.paid()
    receiver.wait_for(told, 1)
    assert receiver.of(number) == []
    assert fresh.journal()[0]["position"] > last, "cursors of readers stay valid"
