"""A provider that is slow, large or wrong: every answer is bounded and checked (O-10)."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chassis import bounded_http
from contracts.money import Money
from services.payments.adapters import sandbox
from services.payments.adapters.provider import CallbackInvalid, ProviderRefused, ProviderSilent
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.domain.money.accounts import ProviderAccount

ACCOUNT: ProviderAccount = {
    "_id": "acc_1",
    "community_id": "com_1",
    "provider": "sandbox",
    "merchant_id": "m",
    "secret_ref": "doctors",
    "used": True,
}
GOOD = {
    "merchant_id": "m",
    "out_trade_no": "P1",
    "state": "pending",
    "currency": "CNY",
    "pay_url": "http://127.0.0.1/pay/pp_1",
    "transactions": [],
    "more": "than we know",
}
SERIAL = "A1"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Partner:
    """An HTTP server that answers as the test says."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = json.dumps(GOOD).encode()
        self.pause = 0.0
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.certificates = [SERIAL]
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                partner.asked.append(self.path)
                body = partner.answer(self.path)
                self.send_response(partner.status)
                for name, value in partner.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                step = 1 if partner.pause else len(body)
                for start in range(0, len(body), step or 1):
                    try:
                        self.wfile.write(body[start : start + step])
                    except OSError:
                        return
                    time.sleep(partner.pause)

            do_POST = do_GET

            def log_message(self, format: str, *arguments: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> bytes:
        if path != "/v1/certificates":
            return self.body
        public = KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        listed = [{"serial": s, "public_key_pem": public.decode()} for s in self.certificates]
        return json.dumps({"certificates": listed}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def partner() -> Iterator[Partner]:
    made = Partner()
    yield made
    made.close()


@pytest.fixture
def provider(partner: Partner, tmp_path: Path) -> SandboxProvider:
    (tmp_path / "doctors").write_text("a-secret\n")
    return SandboxProvider(partner.url, "http://gateway", Secrets(str(tmp_path), shared=True))


def test_a_right_answer_is_read_and_unknown_fields_are_ignored(provider: SandboxProvider) -> None:
    found = provider.query_payment(ACCOUNT, "P1")
    page = {"kind": "redirect", "url": "http://127.0.0.1/pay/pp_1"}
    assert (found.state, found.next_action) == ("pending", page)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (302, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"state":"pending"}'),
        (200, json.dumps({**GOOD, "state": "gone"}).encode()),
        (200, json.dumps({**GOOD, "transactions": [{"amount": 1.5}]}).encode()),
        (200, b" " * (bounded_http.MOST_BYTES + 1)),
    ],
    ids=["500", "redirect", "html", "list", "fields", "state", "float", "large"],
)
def test_a_wrong_answer_leaves_the_outcome_unknown(
    partner: Partner, provider: SandboxProvider, status: int, body: bytes
) -> None:
    partner.status, partner.body = status, body
    partner.headers = {"Location": partner.url + "/elsewhere"}
    with pytest.raises(ProviderSilent):
        provider.query_payment(ACCOUNT, "P1")
    assert partner.asked == ["/v1/payments/P1"]


def test_an_answer_in_drips_ends_in_time(
    partner: Partner, provider: SandboxProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then resets no total limit."""
    monkeypatch.setattr(bounded_http, "TOTAL_SECONDS", 0.5)
    partner.pause = 0.1
    began = time.monotonic()
    with pytest.raises(ProviderSilent):
        provider.query_payment(ACCOUNT, "P1")
    assert time.monotonic() - began < 2


def test_nobody_there_is_silence(tmp_path: Path) -> None:
    (tmp_path / "doctors").write_text("key")
    secrets = Secrets(str(tmp_path), shared=True)
    nobody = SandboxProvider("http://127.0.0.1:9", "http://gateway", secrets)
    with pytest.raises(ProviderSilent):
        nobody.query_payment(ACCOUNT, "P1")


def test_a_refusal_says_its_code_and_a_missing_payment_is_missing(
    partner: Partner, provider: SandboxProvider
) -> None:
    partner.status, partner.body = 422, b'{"code":"refund_exceeds_payment"}'
    with pytest.raises(ProviderRefused) as refused:
        provider.create_refund(
            ACCOUNT, out_refund_no="R1", out_trade_no="P1", amount=Money(1, "CNY"), reason=""
        )
    assert refused.value.code == "refund_exceeds_payment"
    partner.status, partner.body = 404, b'{"code":"payment_not_found"}'
    assert provider.query_payment(ACCOUNT, "P1").state == "missing"
    assert provider.close_payment(ACCOUNT, "P1").state == "missing"


@pytest.mark.parametrize("status", [401, 408, 429])
def test_an_answer_about_the_call_leaves_the_outcome_unknown(
    partner: Partner, provider: SandboxProvider, status: int
) -> None:
    """A wrong key, a time-out or too many calls say nothing about the refund itself."""
    partner.status, partner.body = status, b'{"code":"later"}'
    with pytest.raises(ProviderSilent) as silent:
        provider.create_refund(
            ACCOUNT, out_refund_no="R1", out_trade_no="P1", amount=Money(1, "CNY"), reason=""
        )
    assert "a-secret" not in str(silent.value)


def test_without_its_secret_nothing_is_sent(partner: Partner, provider: SandboxProvider) -> None:
    with pytest.raises(ProviderSilent):
        provider.query_payment({**ACCOUNT, "secret_ref": "nobody"}, "P1")
    assert partner.asked == []


# ── Signatures ──────────────────────────────────────────────────────────────────────────────────

BODY = b'{"id":"n1","type":"payment.paid","data":{}}'


def signed(body: bytes = BODY, *, age: int = 0, serial: str = SERIAL) -> dict[str, str]:
    timestamp = int(time.time()) - age
    message = f"{timestamp}\nnonce\n".encode() + body + b"\n"
    signature = KEY.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return {
        "sandbox-serial": serial,
        "SANDBOX-TIMESTAMP": str(timestamp),
        "Sandbox-Nonce": "nonce",
        "Sandbox-Signature": base64.b64encode(signature).decode(),
    }


def test_a_signed_callback_is_believed_and_keys_are_fetched_once(
    partner: Partner, provider: SandboxProvider
) -> None:
    provider.verify(ACCOUNT, signed(), BODY)
    provider.verify(ACCOUNT, signed(age=290), BODY)
    assert partner.asked == ["/v1/certificates"]


@pytest.mark.parametrize(
    "spoil",
    [
        dict,
        lambda: signed(age=310),
        lambda: signed(age=-310),
        lambda: signed(b"another body"),
        lambda: {**signed(), "Sandbox-Nonce": "other"},
        lambda: {**signed(), "Sandbox-Signature": "not base64!"},
        lambda: {**signed(), "Sandbox-Signature": base64.b64encode(b"x" * 256).decode()},
        lambda: {**signed(), "SANDBOX-TIMESTAMP": "soon"},
        lambda: {**signed(), "sandbox-serial": "unknown"},
    ],
    ids=["none", "old", "future", "body", "nonce", "text", "forged", "time", "serial"],
)
def test_anything_else_is_not(
    provider: SandboxProvider, spoil: Callable[[], dict[str, str]]
) -> None:
    """P-20, P-21: one flipped part is enough."""
    with pytest.raises(CallbackInvalid):
        provider.verify(ACCOUNT, spoil(), BODY)


def test_unknown_serials_refresh_the_keys_but_not_at_will(
    partner: Partner, provider: SandboxProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-21: unknown serial = refresh, else refuse; a flood of them costs the provider nothing."""
    provider.verify(ACCOUNT, signed(), BODY)
    partner.certificates = ["B2"]
    for _ in range(5):
        with pytest.raises(CallbackInvalid):
            provider.verify(ACCOUNT, signed(serial="B2"), BODY)
    assert partner.asked == ["/v1/certificates"]
    monkeypatch.setattr(sandbox, "REFRESH_SECONDS", 0.0)
    provider.verify(ACCOUNT, signed(serial="B2"), BODY)
    assert partner.asked == ["/v1/certificates"] * 2


def test_a_silent_provider_is_not_asked_for_keys_by_each_forged_callback(
    partner: Partner, provider: SandboxProvider
) -> None:
    """O-10: a flood of unknown serials holds no worker beyond the first."""
    partner.status = 500
    with pytest.raises(ProviderSilent):
        provider.verify(ACCOUNT, signed(), BODY)
    for _ in range(3):
        with pytest.raises(CallbackInvalid):
            provider.verify(ACCOUNT, signed(), BODY)
    assert partner.asked == ["/v1/certificates"]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"id": "n", "type": "payment.lost", "data": {}},
        {"id": "n", "type": "payment.paid", "data": {"amount": "1"}},
        {"id": {"$gt": ""}, "type": "payment.paid", "data": {}},
    ],
)
def test_a_body_of_another_shape_is_refused(
    provider: SandboxProvider, told: dict[str, Any]
) -> None:
    with pytest.raises(CallbackInvalid):
        provider.read_notice(ACCOUNT, json.dumps(told).encode())
