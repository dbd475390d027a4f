"""The sandbox provider (docs/guides/sandbox.md): bearer keys, signed asynchronous callbacks.

A callback is signed RSA PKCS#1 v1.5 with SHA-256 over `timestamp\\nnonce\\nbody\\n`; the key is the
one of its serial, and a serial that we do not know makes us read the provider's list again.
"""

import base64
import binascii
import datetime as dt
import threading
import time
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from marshmallow import ValidationError, fields

from contracts.fields import Choice, Document, Text, Whole, rfc3339
from contracts.money import Money
from services.payments.adapters.bounded_http import BoundedHttp
from services.payments.adapters.provider import (
    Account,
    CallbackInvalid,
    Notice,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderSilent,
)
from services.payments.adapters.secrets import SecretMissing, Secrets
from services.payments.domain.payments import Capture

MOST_AGE_SECONDS = 300
# Answers about the call, not about what it asks: a wrong key, a time-out, too many calls.
_TRY_LATER = (401, 408, 429)
REFRESH_SECONDS = 5.0  # unknown serials make us ask for certificates at most this often


class _Transaction(Document):
    transaction_id = Text(required=True, least=1, most=64)
    amount = Whole(required=True)


class _Payment(Document):
    merchant_id = Text(required=True, least=1, most=64)
    out_trade_no = Text(required=True, least=1, most=64)
    state = Choice("pending", "closed", "paid", "partially_refunded", "refunded", required=True)
    currency = Text(required=True, least=3, most=3)
    pay_url = fields.Url(required=True, require_tld=False)
    transactions = fields.List(fields.Nested(_Transaction), required=True)


class _Refund(Document):
    out_refund_no = Text(required=True, least=1, most=64)
    state = Choice("processing", "succeeded", "failed", required=True)
    amount = Whole(required=True)
    currency = Text(required=True, least=3, most=3)


class _NoticeData(Document):
    merchant_id = Text(required=True, least=1, most=64)
    out_trade_no = Text(required=True, least=1, most=64)
    transaction_id = Text(required=True, least=1, most=64)
    amount = Whole(required=True, least=-(2**53))
    currency = Text(required=True, least=3, most=3)
    out_refund_no = Text(load_default=None, least=1, most=64)
    refund_amount = Whole(load_default=None, least=-(2**53))


class _Notice(Document):
    id = Text(required=True, least=1, most=64)
    type = Choice("payment.paid", "refund.succeeded", "refund.failed", required=True)
    data = fields.Nested(_NoticeData, required=True)


class _Certificate(Document):
    serial = Text(required=True, least=1, most=64)
    public_key_pem = fields.String(required=True)


class _Certificates(Document):
    certificates = fields.List(fields.Nested(_Certificate), required=True)


class SandboxProvider:
    """Implements `Provider` against the sandbox's HTTP API."""

    acknowledgement = (200, "application/json", '{"code":"SUCCESS"}')

    def __init__(self, base_url: str, callback_base_url: str, secrets: Secrets) -> None:
        self._http = BoundedHttp(base_url)
        self._callback_base_url = callback_base_url.rstrip("/")
        self._secrets = secrets
        self._keys: dict[str, RSAPublicKey] = {}
        self._refreshed_at = -REFRESH_SECONDS
        self._refreshing = threading.Lock()

    # ── Payments ────────────────────────────────────────────────────────────────────────────────

    def create_payment(
        self,
        account: Account,
        *,
        out_trade_no: str,
        amount: Money,
        description: str,
        expires_at: dt.datetime,
    ) -> ProviderPayment:
        body = {
            "out_trade_no": out_trade_no,
            "amount": amount.amount,
            "currency": amount.currency,
            "description": description,
            "notify_url": self._notify_url(account),
            "expires_at": rfc3339(expires_at),
        }
        return _payment(self._call(account, "POST", "/v1/payments", body))

    def query_payment(self, account: Account, out_trade_no: str) -> ProviderPayment:
        try:
            return _payment(self._call(account, "GET", f"/v1/payments/{out_trade_no}"))
        except ProviderRefused as refusal:
            if refusal.status == 404:
                return ProviderPayment("missing")
            raise

    def close_payment(self, account: Account, out_trade_no: str) -> ProviderPayment:
        try:
            self._call(account, "POST", f"/v1/payments/{out_trade_no}/close", {})
        except ProviderRefused as refusal:
            if refusal.status == 404:
                return ProviderPayment("missing")
            if refusal.code != "already_paid":
                raise
            return self.query_payment(account, out_trade_no)
        return ProviderPayment("closed")

    # ── Refunds ─────────────────────────────────────────────────────────────────────────────────

    def create_refund(
        self, account: Account, *, out_refund_no: str, out_trade_no: str, amount: Money, reason: str
    ) -> ProviderRefund:
        body = {
            "out_refund_no": out_refund_no,
            "out_trade_no": out_trade_no,
            "amount": amount.amount,
            "reason": reason,
            "notify_url": self._notify_url(account),
        }
        return _refund(self._call(account, "POST", "/v1/refunds", body))

    def query_refund(self, account: Account, out_refund_no: str) -> ProviderRefund:
        try:
            return _refund(self._call(account, "GET", f"/v1/refunds/{out_refund_no}"))
        except ProviderRefused as refusal:
            if refusal.status == 404:
                return ProviderRefund("missing", out_refund_no)
            raise

    # ── Callbacks ───────────────────────────────────────────────────────────────────────────────

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        try:
            timestamp, nonce = sent["sandbox-timestamp"], sent["sandbox-nonce"]
            signature = base64.b64decode(sent["sandbox-signature"], validate=True)
            age = time.time() - int(timestamp)  # real time: signatures age in it
        except (KeyError, ValueError, binascii.Error) as problem:
            raise CallbackInvalid(f"headers: {problem!r}") from None
        if abs(age) > MOST_AGE_SECONDS:
            raise CallbackInvalid(f"signed {age:.0f} s ago")
        key = self._key(sent.get("sandbox-serial", ""))
        signed = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        try:
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise CallbackInvalid("signature") from None

    def read_notice(self, body: bytes) -> Notice:
        try:
            read = _Notice().loads(body)
        except (ValidationError, ValueError) as problem:
            raise CallbackInvalid(f"body: {problem}") from None
        data = read["data"]
        if read["type"] == "payment.paid":
            return Notice(read["id"], "payment", capture=_capture(data, data["currency"], data))
        if data["out_refund_no"] is None or data["refund_amount"] is None:
            raise CallbackInvalid("a refund without number or amount")
        refund = ProviderRefund(
            state=read["type"].removeprefix("refund."),
            out_refund_no=data["out_refund_no"],
            amount=Money(data["refund_amount"], data["currency"]),
        )
        return Notice(read["id"], "refund", refund=refund)

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _notify_url(self, account: Account) -> str:
        return f"{self._callback_base_url}/v1/callbacks/sandbox/{account['_id']}"

    def _call(
        self, account: Account, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        try:
            key = self._secrets.read(account["secret_ref"])
        except SecretMissing:
            raise ProviderSilent(f"{method} {path}: secret missing") from None
        status, document = self._http.call(method, path, bearer=key, body=body)
        if status in _TRY_LATER:
            raise ProviderSilent(f"{method} {path}: status {status}")
        if status >= 400:
            code = document.get("code") if isinstance(document, dict) else None
            raise ProviderRefused(status, str(code)[:100])
        return document

    def _key(self, serial: str) -> RSAPublicKey:
        if serial not in self._keys:
            with self._refreshing:  # one asks, the others wait for its answer
                asked_long_ago = time.monotonic() - self._refreshed_at >= REFRESH_SECONDS
                if serial not in self._keys and asked_long_ago:
                    # Before the call: a silent provider must not hold a worker per callback.
                    self._refreshed_at = time.monotonic()
                    self._keys = self._certificates()
        try:
            return self._keys[serial]
        except KeyError:
            raise CallbackInvalid(f"serial {serial[:40]!r}") from None

    def _certificates(self) -> dict[str, RSAPublicKey]:
        _, document = self._http.call("GET", "/v1/certificates")
        keys = {}
        for certificate in _checked(_Certificates(), document)["certificates"]:
            key = load_pem_public_key(certificate["public_key_pem"].encode())
            if isinstance(key, RSAPublicKey):
                keys[certificate["serial"]] = key
        return keys


def _payment(document: Any) -> ProviderPayment:
    read = _checked(_Payment(), document)
    if read["state"] not in ("pending", "closed"):
        captures = tuple(
            _capture(read, read["currency"], transaction) for transaction in read["transactions"]
        )
        return ProviderPayment("paid", read["pay_url"], captures)
    return ProviderPayment(read["state"], read["pay_url"])


def _capture(payment: Any, currency: str, transaction: Any) -> Capture:
    return Capture(
        out_trade_no=payment["out_trade_no"],
        transaction_id=transaction["transaction_id"],
        merchant_id=payment["merchant_id"],
        amount=Money(transaction["amount"], currency),
    )


def _refund(document: Any) -> ProviderRefund:
    read = _checked(_Refund(), document)
    return ProviderRefund(
        read["state"], read["out_refund_no"], Money(read["amount"], read["currency"])
    )


def _checked(schema: Document, document: Any) -> Any:
    try:
        return schema.load(document)
    except ValidationError as problem:
        raise ProviderSilent(f"an answer that is not what it should be: {problem}") from problem
