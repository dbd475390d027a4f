"""The sandbox provider (docs/guides/sandbox.md): bearer keys, signed asynchronous callbacks.

A callback is signed RSA PKCS#1 v1.5 with SHA-256 over `timestamp\\nnonce\\nbody\\n`; the key is the
one of its serial, and a serial that we do not know makes us read the provider's list again. Nobody
waits for that but who began it.
"""

import base64
import datetime as dt
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Literal

import structlog
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from marshmallow import ValidationError, fields

from chassis.bounded_http import BoundedHttp, read_json
from contracts.fields import Choice, Document, Instant, Matching, Text, Whole
from contracts.money import Money
from contracts.payments.accounts import SELF_MADE
from contracts.text import rfc3339
from services.payments.adapters.provider import (
    AccountUnusable,
    CallbackInvalid,
    EndedPayment,
    Notice,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderSilent,
    WayBack,
)
from services.payments.adapters.secrets import SecretMissing, Secrets
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture, NextAction

log = structlog.get_logger()

MOST_AGE_SECONDS = 300
LEAST_KEY_BITS = 2048
_ACCEPT = {"Accept": "application/json"}
# Answers about the call, not about what it asks: a time-out, too many calls.
_TRY_LATER = (408, 429)
_ENDED: dict[str, Literal["failed", "cancelled"]] = {
    "payment.failed": "failed",
    "payment.cancelled": "cancelled",
}
REFRESH_SECONDS = 5.0  # unknown serials make us ask for certificates at most this often


def _currency() -> Matching:
    return Matching(r"[A-Z]{3}", "currency", required=True)


class _Transaction(Document):
    transaction_id = Text(required=True, minimum=1, maximum=64)
    amount = Whole(required=True)
    paid_at = Instant(load_default=None)


class _Payment(Document):
    merchant_id = Text(required=True, minimum=1, maximum=64)
    out_trade_no = Text(required=True, minimum=1, maximum=64)
    state = Choice(
        "pending", "closed", "failed", "paid", "partially_refunded", "refunded", required=True
    )
    currency = _currency()
    pay_url = fields.Url(required=True, require_tld=False)
    transactions = fields.List(fields.Nested(_Transaction), required=True)


class _Refund(Document):
    out_refund_no = Text(required=True, minimum=1, maximum=64)
    state = Choice("processing", "succeeded", "failed", required=True)
    amount = Whole(required=True)
    currency = _currency()


class _NoticeData(Document):
    merchant_id = Text(required=True, minimum=1, maximum=64)
    out_trade_no = Text(required=True, minimum=1, maximum=64)
    transaction_id = Text(load_default=None, minimum=1, maximum=64)
    amount = Whole(required=True, minimum=-(2**53))
    currency = _currency()
    paid_at = Instant(load_default=None)
    out_refund_no = Text(load_default=None, minimum=1, maximum=64)
    refund_amount = Whole(load_default=None, minimum=-(2**53))


class _Notice(Document):
    id = Text(required=True, minimum=1, maximum=64)
    type = Choice(
        "payment.paid",
        "payment.failed",
        "payment.cancelled",
        "refund.succeeded",
        "refund.failed",
        required=True,
    )
    data = fields.Nested(_NoticeData, required=True)


class _Certificate(Document):
    serial = Text(required=True, minimum=1, maximum=64)
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

    def check_account(self, account: ProviderAccount) -> None:
        """Its merchant is asked for with its key; a self-made one is made first."""
        try:
            if self._is_self_made(account):
                digest = hashlib.sha256(self._key_of(account).encode()).hexdigest()
                made = {"merchant_id": account["community_id"], "api_key_sha256": digest}
                self._call(account, "POST", "/v1/merchants", made)
            self._call(account, "GET", f"/v1/merchants/{account['merchant_id']}")
        except ProviderRefused as refusal:
            if refusal.status == 404:
                raise AccountUnusable("merchant_unknown") from None
            raise ProviderSilent(f"merchant: {refusal}") from refusal

    # ── Payments ────────────────────────────────────────────────────────────────────────────────

    def create_payment(
        self,
        account: ProviderAccount,
        *,
        out_trade_no: str,
        amount: Money,
        description: str,
        expires_at: dt.datetime,
        way_back: WayBack,
    ) -> ProviderPayment:
        body: dict[str, Any] = {
            "out_trade_no": out_trade_no,
            "amount": amount.amount,
            "currency": amount.currency,
            "description": description,
            "notify_url": self._notify_url(account),
            "expires_at": rfc3339(expires_at),
        }
        pages = {"return_url": way_back.return_url, "cancel_url": way_back.cancel_url}
        body |= {name: page for name, page in pages.items() if page is not None}
        return _payment(self._call(account, "POST", "/v1/payments", body))

    def query_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        try:
            return _payment(self._call(account, "GET", f"/v1/payments/{out_trade_no}"))
        except ProviderRefused as refusal:
            if refusal.status == 404:
                return ProviderPayment("missing")
            raise

    def close_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
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
        self,
        account: ProviderAccount,
        *,
        out_refund_no: str,
        out_trade_no: str,
        amount: Money,
        reason: str,
    ) -> ProviderRefund:
        body = {
            "out_refund_no": out_refund_no,
            "out_trade_no": out_trade_no,
            "amount": amount.amount,
            "reason": reason,
            "notify_url": self._notify_url(account),
        }
        return _refund(self._call(account, "POST", "/v1/refunds", body))

    def query_refund(self, account: ProviderAccount, out_refund_no: str) -> ProviderRefund:
        try:
            return _refund(self._call(account, "GET", f"/v1/refunds/{out_refund_no}"))
        except ProviderRefused as refusal:
            if refusal.status == 404:
                return ProviderRefund("missing", out_refund_no)
            raise

    # ── Callbacks ───────────────────────────────────────────────────────────────────────────────

    def verify(self, account: ProviderAccount, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        try:
            timestamp, nonce = sent["sandbox-timestamp"], sent["sandbox-nonce"]
            signature = base64.b64decode(sent["sandbox-signature"], validate=True)
            age = time.time() - int(timestamp)  # real time: signatures age in it
        except (KeyError, ValueError, OverflowError) as problem:
            raise CallbackInvalid(f"headers: {problem!r}") from None
        if abs(age) > MOST_AGE_SECONDS:
            raise CallbackInvalid(f"signed {age:.0f} s ago")
        key = self._key(sent.get("sandbox-serial", ""))
        signed = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        try:
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise CallbackInvalid("signature") from None

    def read_notice(self, account: ProviderAccount, body: bytes) -> Notice:
        try:
            read = _Notice().load(read_json(body))
        except (ValidationError, ValueError) as problem:
            raise CallbackInvalid(f"body: {problem}") from None
        data = read["data"]
        if read["type"] in _ENDED:
            ended = EndedPayment(data["out_trade_no"], data["merchant_id"], _ENDED[read["type"]])
            return Notice(read["id"], "end", ended=ended)
        if data["transaction_id"] is None:
            raise CallbackInvalid("money without a transaction")
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

    # ── Calling ─────────────────────────────────────────────────────────────────────────────────

    def _notify_url(self, account: ProviderAccount) -> str:
        return f"{self._callback_base_url}/v1/callbacks/sandbox/{account['_id']}"

    def _call(
        self, account: ProviderAccount, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        key = self._key_of(account)
        headers = {**_ACCEPT, "Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        answer = self._http.call(method, path, headers=headers, body=sent)
        if answer.status == 401:
            raise AccountUnusable("key_refused")
        if answer.status in _TRY_LATER:
            raise ProviderSilent(f"{method} {path}: status {answer.status}")
        document = answer.json()
        if answer.status >= 400:
            code = document.get("code") if isinstance(document, dict) else None
            raise ProviderRefused(answer.status, str(code)[:100])
        return document

    def _is_self_made(self, account: ProviderAccount) -> bool:
        return self._secrets.shared and account["secret_ref"] == SELF_MADE

    def _key_of(self, account: ProviderAccount) -> str:
        """The account's key; of a self-made one it follows from its community, as whoever reaches
        the sandbox may make merchants there. Raises AccountUnusable."""
        if self._is_self_made(account):
            return hashlib.sha256(f"{SELF_MADE} {account['community_id']}".encode()).hexdigest()
        try:
            key = self._secrets.read(account)
        except SecretMissing:
            key = ""
        if not key:
            raise AccountUnusable("secret_missing")
        return key

    # ── Keys that sign callbacks ────────────────────────────────────────────────────────────────

    def _key(self, serial: str) -> RSAPublicKey:
        """The key of a serial.

        Raises CallbackInvalid for one that the provider does not have, and ProviderSilent while
        another callback is asking it: forged serials hold one worker at most, whatever it does.
        """
        if serial not in self._keys:
            if not self._refreshing.acquire(blocking=False):
                raise ProviderSilent("its keys are being read")
            try:
                self._refresh()
            finally:
                self._refreshing.release()
        try:
            return self._keys[serial]
        except KeyError:
            raise CallbackInvalid(f"serial {serial[:40]!r}") from None

    def _refresh(self) -> None:
        if time.monotonic() - self._refreshed_at < REFRESH_SECONDS:
            return
        try:
            self._keys = self._certificates()
        finally:  # from its end: while the provider is silent, half of the time nobody asks it
            self._refreshed_at = time.monotonic()

    def _certificates(self) -> dict[str, RSAPublicKey]:
        document = self._http.call("GET", "/v1/certificates", headers=_ACCEPT).json()
        keys = {}
        for certificate in _checked(_Certificates(), document)["certificates"]:
            key = _strong_key(certificate["public_key_pem"])
            if key is None:
                log.warning("provider_key_refused", serial=certificate["serial"])
            else:
                keys[certificate["serial"]] = key
        return keys


def _strong_key(pem: str) -> RSAPublicKey | None:
    """The RSA key of at least 2048 bits in a PEM; None for anything else."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_KEY_BITS else None


def _payment(document: Any) -> ProviderPayment:
    read = _checked(_Payment(), document)
    state = read["state"] if read["state"] in ("pending", "closed", "failed") else "paid"
    captures = tuple(
        _capture(read, read["currency"], transaction) for transaction in read["transactions"]
    )
    page: NextAction = {"kind": "redirect", "url": read["pay_url"]}
    return ProviderPayment(state, page, captures, read["merchant_id"])


def _capture(payment: Any, currency: str, transaction: Any) -> Capture:
    return Capture(
        out_trade_no=payment["out_trade_no"],
        transaction_id=transaction["transaction_id"],
        merchant_id=payment["merchant_id"],
        amount=Money(transaction["amount"], currency),
        captured_at=transaction["paid_at"],
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
