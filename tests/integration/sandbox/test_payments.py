"""The provider's API and its payer's page: payments and their closing, refunds."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.integration.sandbox.world import (
    Merchant,
    Program,
    Receiver,
)
from tests.kit.probe import probe


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


def test_the_payers_page(merchant: Merchant) -> None:
    expires = datetime(2100, 1, 1, 4, 30, tzinfo=UTC)
    payment = merchant.create(
        description="<script>alert(1)</script>", expires_at=expires.isoformat()
    )
    chinese = requests.get(payment["pay_url"], timeout=5)
    english = requests.get(payment["pay_url"] + "?lang=en", timeout=5)
    assert "支付成功" in chinese.text
    assert "Pay, tell later" in english.text
    assert "¥3,000.00" in chinese.text
    deadline = expires.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{deadline:请在 %Y年%m月%d日 %H:%M 前付款}" in chinese.text
    assert f"{deadline:Pay by %d %b %Y, %H:%M}" in english.text
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


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("outcome", "state", "told", "way_back"),
    [
        ("pay", "paid", "payment.paid", "https://club.example.com/paid?order_id=1&amp;a=b"),
        ("fail", "failed", "payment.failed", "https://club.example.com/paid?order_id=1&amp;a=b"),
        ("cancel", "closed", "payment.cancelled", "https://club.example.com/cart?order_id=1"),
    ],
)
def test_each_button_has_its_end_its_callback_and_its_way_back(
    merchant: Merchant,
    receiver: Receiver,
    language: str,
    outcome: str,
    state: str,
    told: str,
    way_back: str,
) -> None:
    payment = merchant.create(
        description="1",
        return_url="https://club.example.com/paid?order_id=1&a=b",
        cancel_url="https://club.example.com/cart?order_id=1",
    )
    address = f"{payment['pay_url']}?lang={language}"
    open_page = requests.get(address, timeout=5).text
    assert "club.example.com" not in open_page, "while it is open a button leads out"
    ended = requests.post(address, data={"outcome": outcome}, timeout=5)
    assert f'href="{way_back}"' in ended.text
    assert "<button" not in ended.text
    for page in (open_page, ended.text):
        words = re.sub(r"<[^>]*>", " ", page).replace(payment["out_trade_no"], "")
        words = words.replace("中文" if language == "en" else "English", "")  # the way to the other
        other = "[\u4e00-\u9fff]" if language == "en" else "[A-Za-z]{2,}"
        assert not re.search(other, words), words
    number = payment["out_trade_no"]
    assert merchant.get(f"/v1/payments/{number}").json()["state"] == state
    (callback,) = receiver.wait_for(number, 1)
    assert callback.document["type"] == told
    assert merchant.verifies(callback)
    for again in ("pay", "fail", "cancel"):
        refused = requests.post(payment["pay_url"], json={"outcome": again}, timeout=5)
        assert refused.status_code == 409
        assert requests.post(address, data={"outcome": again}, timeout=5).ok
    assert merchant.get(f"/v1/payments/{number}").json()["state"] == state
    assert len(merchant.journal(told, "payment.captured")) == 1
    closing = merchant.post(f"/v1/payments/{number}/close", {})
    assert closing.status_code == (409 if state == "paid" else 200)


def test_told_later_is_paid_now(merchant: Merchant, receiver: Receiver) -> None:
    payment = merchant.create()
    answer = requests.post(payment["pay_url"], json={"outcome": "later"}, timeout=5)
    assert answer.json() == {"state": "paid"}
    with pytest.raises(AssertionError):
        receiver.wait_for(payment["out_trade_no"], 1, deadline=1)


@pytest.mark.parametrize("body", [{"outcome": "steal"}, {"outcome": 1}, {"else": 1}])
def test_an_unknown_outcome_is_none(merchant: Merchant, body: dict[str, object]) -> None:
    payment = merchant.create()
    assert requests.post(payment["pay_url"], json=body, timeout=5).status_code == 422
    form = requests.post(payment["pay_url"], data={"outcome": "steal"}, timeout=5)
    assert form.status_code == 422
    assert merchant.get(f"/v1/payments/{payment['out_trade_no']}").json()["state"] == "pending"


@pytest.mark.parametrize("field", ["return_url", "cancel_url"])
def test_a_way_back_is_an_address(merchant: Merchant, field: str) -> None:
    for address in ("javascript:alert(1)", "/relative", "https://user@example.com/", ""):
        answer = merchant.post("/v1/payments", merchant.payment_body(**{field: address}))
        assert (answer.status_code, field in answer.json()["message"]) == (422, True)


def test_a_merchant_is_asked_for_with_its_key(merchant: Merchant, provider: Program) -> None:
    """What an account is tested by; nothing else is told."""
    other = Merchant(provider, merchant.notify_url)
    assert merchant.get(f"/v1/merchants/{merchant.id}").json() == {"merchant_id": merchant.id}
    foreign = merchant.get(f"/v1/merchants/{other.id}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "merchant_not_found")
    stranger = requests.get(f"{merchant.url}/v1/merchants/{merchant.id}", timeout=5)
    assert stranger.status_code == 401
