"""Payments: create, query, close, pay."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.clock import rfc3339
from sandbox.provider import callbacks, journal, scripts
from sandbox.provider.callbacks import Notification
from sandbox.validation import CURRENCY, IDENTIFIER, MAX_AMOUNT, Fields, invalid
from sandbox.web import ApiError

MAX_CAPTURES = 2


@dataclass(frozen=True)
class NewPayment:
    """A merchant's request to be paid."""

    out_trade_no: str
    amount: int
    currency: str
    description: str
    notify_url: str
    expires_ms: int | None
    return_url: str | None
    cancel_url: str | None

    @classmethod
    def parse(cls, document: object) -> "NewPayment":
        """Check the JSON body; ApiError 422."""
        fields = Fields(document)
        request = cls(
            out_trade_no=fields.matching("out_trade_no", IDENTIFIER),
            amount=fields.integer("amount", 1, MAX_AMOUNT),
            currency=fields.matching("currency", CURRENCY),
            description=fields.text("description", max_length=256),
            notify_url=fields.url("notify_url"),
            expires_ms=fields.moment_ms("expires_at"),
            return_url=fields.url("return_url") if "return_url" in fields else None,
            cancel_url=fields.url("cancel_url") if "cancel_url" in fields else None,
        )
        fields.finish()
        return request


def create(
    db: sqlite3.Connection, now_ms: int, merchant_id: str, request: NewPayment
) -> tuple[sqlite3.Row, bool]:
    """The payment for this out_trade_no, and True when it was made just now.

    ApiError 409 `out_trade_no_used` when the number was used with other money, 422 when the
    expiry is past.
    """
    payment = _row(db, merchant_id, request.out_trade_no)
    if payment is not None:
        if (payment["amount"], payment["currency"]) != (request.amount, request.currency):
            raise ApiError(409, "out_trade_no_used", "this out_trade_no has another amount")
        return payment, False
    if request.expires_ms is not None and request.expires_ms <= now_ms:
        raise invalid("expires_at", "must be in the future")
    payment_id = "pp_" + secrets.token_hex(13)
    db.execute(
        "INSERT INTO payments (provider_payment_id, merchant_id, out_trade_no, amount, currency,"
        " description, notify_url, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            payment_id,
            merchant_id,
            request.out_trade_no,
            request.amount,
            request.currency,
            request.description,
            request.notify_url,
            now_ms,
            request.expires_ms,
        ),
    )
    db.execute(
        "INSERT INTO ways_back (provider_payment_id, return_url, cancel_url) VALUES (?, ?, ?)",
        (payment_id, request.return_url, request.cancel_url),
    )
    journal.append(
        db,
        now_ms,
        merchant_id,
        "payment.created",
        out_trade_no=request.out_trade_no,
        provider_payment_id=payment_id,
        amount=request.amount,
        currency=request.currency,
    )
    return find(db, merchant_id, request.out_trade_no), True


def find(db: sqlite3.Connection, merchant_id: str, out_trade_no: str) -> sqlite3.Row:
    """A merchant's payment; ApiError 404 `payment_not_found`."""
    payment = _row(db, merchant_id, out_trade_no)
    if payment is None:
        raise ApiError(404, "payment_not_found", "no payment with this out_trade_no")
    return payment


def find_by_provider_id(db: sqlite3.Connection, provider_payment_id: str) -> sqlite3.Row:
    """The payment behind a payer's link; ApiError 404 `payment_not_found`."""
    payment = db.execute(
        "SELECT * FROM payments WHERE provider_payment_id = ?", (provider_payment_id,)
    ).fetchone()
    if payment is None:
        raise ApiError(404, "payment_not_found", "no such payment")
    return payment


def close(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> None:
    """Nobody can pay it any more; closing again changes nothing.

    ApiError 409 `already_paid` when money was taken.
    """
    state = state_of(db, now_ms, payment)
    if state in ("closed", "failed"):
        return
    if state != "pending":
        raise ApiError(409, "already_paid", "the payment is paid; refund it instead")
    db.execute(
        "UPDATE payments SET closed_ms = ? WHERE provider_payment_id = ?",
        (now_ms, payment["provider_payment_id"]),
    )
    journal.append(
        db,
        now_ms,
        payment["merchant_id"],
        "payment.closed",
        out_trade_no=payment["out_trade_no"],
        provider_payment_id=payment["provider_payment_id"],
    )


def fail(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> None:
    """The payer's bank says no: nobody can pay it any more, and the merchant is told.

    ApiError 409 as `pay`.
    """
    _require_pending(db, now_ms, payment)
    db.execute(
        "INSERT INTO failures (provider_payment_id, failed_ms) VALUES (?, ?)",
        (payment["provider_payment_id"], now_ms),
    )
    _tell_of_end(db, now_ms, payment, callbacks.PAYMENT_FAILED)


def give_up(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> None:
    """The payer leaves without paying: it is closed, and the merchant is told.

    ApiError 409 as `pay`.
    """
    _require_pending(db, now_ms, payment)
    close(db, now_ms, payment)
    _tell_of_end(db, now_ms, payment, callbacks.PAYMENT_CANCELLED)


def way_back(db: sqlite3.Connection, payment: sqlite3.Row, state: str) -> str | None:
    """Where the page leads from this state: who gave up to `cancel_url`, all others to
    `return_url`; to the other one where that is missing."""
    row = db.execute(
        "SELECT return_url, cancel_url FROM ways_back WHERE provider_payment_id = ?",
        (payment["provider_payment_id"],),
    ).fetchone()
    if row is None or state == "pending":  # made by a version without, or not over
        return None
    first, other = (
        ("cancel_url", "return_url")
        if state == "closed"
        else (
            "return_url",
            "cancel_url",
        )
    )
    return row[first] or row[other]


def pay(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> None:
    """Take the payer's money and plan the callbacks.

    ApiError 409: `payment_closed` when closed or expired, `already_paid` unless the script says
    `pay_twice` and this is the second time.
    """
    payment_id = payment["provider_payment_id"]
    script = scripts.script_of(db, payment)
    if state_of(db, now_ms, payment) in ("closed", "failed"):
        raise ApiError(409, "payment_closed", "the payment is closed")
    paid_times = len(captures_of(db, payment))
    if paid_times >= MAX_CAPTURES or (paid_times and not script.pay_twice):
        raise ApiError(409, "already_paid", "the payment is already paid")
    transaction_id = "tx_" + secrets.token_hex(13)
    db.execute(
        "INSERT INTO captures (transaction_id, provider_payment_id, amount, captured_ms)"
        " VALUES (?, ?, ?, ?)",
        (transaction_id, payment_id, payment["amount"], now_ms),
    )
    journal.append(
        db,
        now_ms,
        payment["merchant_id"],
        "payment.captured",
        out_trade_no=payment["out_trade_no"],
        provider_payment_id=payment_id,
        transaction_id=transaction_id,
        amount=payment["amount"],
        currency=payment["currency"],
    )
    callbacks.plan(
        db,
        now_ms,
        script,
        Notification(
            type=callbacks.PAYMENT_PAID,
            merchant_id=payment["merchant_id"],
            out_trade_no=payment["out_trade_no"],
            provider_payment_id=payment_id,
            notify_url=payment["notify_url"],
            data=callback_data(payment, transaction_id, now_ms),
            amount_field="amount",
        ),
    )


def _require_pending(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> None:
    state = state_of(db, now_ms, payment)
    if state in ("closed", "failed"):
        raise ApiError(409, "payment_closed", "the payment is closed")
    if state != "pending":
        raise ApiError(409, "already_paid", "the payment is already paid")


def _tell_of_end(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row, kind: str) -> None:
    """The journal and the merchant hear that it ended without money."""
    journal.append(
        db,
        now_ms,
        payment["merchant_id"],
        kind,
        out_trade_no=payment["out_trade_no"],
        provider_payment_id=payment["provider_payment_id"],
    )
    callbacks.plan(
        db,
        now_ms,
        scripts.script_of(db, payment),
        Notification(
            type=kind,
            merchant_id=payment["merchant_id"],
            out_trade_no=payment["out_trade_no"],
            provider_payment_id=payment["provider_payment_id"],
            notify_url=payment["notify_url"],
            data=_of_payment(payment),
            amount_field="amount",
        ),
    )


def _of_payment(payment: sqlite3.Row) -> dict[str, Any]:
    names = ("merchant_id", "out_trade_no", "provider_payment_id", "amount", "currency")
    return {name: payment[name] for name in names}


def callback_data(payment: sqlite3.Row, transaction_id: str, paid_ms: int) -> dict[str, Any]:
    """What every callback says about money that came."""
    return {
        **_of_payment(payment),
        "transaction_id": transaction_id,
        "paid_at": rfc3339(paid_ms),
    }


def captures_of(db: sqlite3.Connection, payment: sqlite3.Row) -> list[sqlite3.Row]:
    """The captures of a payment, oldest first."""
    return db.execute(
        "SELECT * FROM captures WHERE provider_payment_id = ? ORDER BY captured_ms, rowid",
        (payment["provider_payment_id"],),
    ).fetchall()


def refunded_amount(
    db: sqlite3.Connection, payment: sqlite3.Row, *, with_processing: bool = False
) -> int:
    """Sum of the payment's refunds that succeeded, or that did not fail so far."""
    return db.execute(
        "SELECT coalesce(sum(amount), 0) FROM refunds WHERE provider_payment_id = ?"
        " AND (state = 'succeeded' OR (? AND state = 'processing'))",
        (payment["provider_payment_id"], with_processing),
    ).fetchone()[0]


def state_of(db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row) -> str:
    """pending, closed, failed, paid, partially_refunded or refunded; a passed expiry counts as
    closed."""
    captured = sum(capture["amount"] for capture in captures_of(db, payment))
    if captured:
        refunded = refunded_amount(db, payment)
        if refunded == 0:
            return "paid"
        return "refunded" if refunded >= captured else "partially_refunded"
    failed = db.execute(
        "SELECT 1 FROM failures WHERE provider_payment_id = ?", (payment["provider_payment_id"],)
    ).fetchone()
    if failed is not None:
        return "failed"
    expires_ms = payment["expires_ms"]
    if payment["closed_ms"] is not None or (expires_ms is not None and expires_ms <= now_ms):
        return "closed"
    return "pending"


def view(
    db: sqlite3.Connection, now_ms: int, payment: sqlite3.Row, base_url: str
) -> dict[str, Any]:
    """The payment as the merchant sees it; amounts in minor units."""
    captures = captures_of(db, payment)
    transactions = [
        {
            "transaction_id": capture["transaction_id"],
            "amount": capture["amount"],
            "paid_at": rfc3339(capture["captured_ms"]),
        }
        for capture in captures
    ]
    expires_ms = payment["expires_ms"]
    return {
        "provider_payment_id": payment["provider_payment_id"],
        "merchant_id": payment["merchant_id"],
        "out_trade_no": payment["out_trade_no"],
        "amount": payment["amount"],
        "currency": payment["currency"],
        "description": payment["description"],
        "state": state_of(db, now_ms, payment),
        "pay_url": f"{base_url}/pay/{payment['provider_payment_id']}",
        "created_at": rfc3339(payment["created_ms"]),
        "expires_at": rfc3339(expires_ms) if expires_ms is not None else None,
        "transaction_id": transactions[0]["transaction_id"] if transactions else None,
        "paid_at": transactions[0]["paid_at"] if transactions else None,
        "paid_amount": sum(capture["amount"] for capture in captures),
        "refunded_amount": refunded_amount(db, payment),
        "transactions": transactions,
    }


def _row(db: sqlite3.Connection, merchant_id: str, out_trade_no: str) -> sqlite3.Row | None:
    return db.execute(
        "SELECT * FROM payments WHERE merchant_id = ? AND out_trade_no = ?",
        (merchant_id, out_trade_no),
    ).fetchone()
