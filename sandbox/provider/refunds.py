"""Refunds: accepted at once, settled a moment later, told by callback."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.clock import rfc3339
from sandbox.provider import callbacks, journal, payments, scripts
from sandbox.provider.callbacks import Notification
from sandbox.validation import IDENTIFIER, MAX_AMOUNT, Fields
from sandbox.web import ApiError

SETTLE_DELAY_MS = 200


@dataclass(frozen=True)
class NewRefund:
    """A merchant's request to give money back."""

    out_refund_no: str
    out_trade_no: str
    amount: int
    reason: str
    notify_url: str

    @classmethod
    def parse(cls, document: object) -> "NewRefund":
        """Check the JSON body; ApiError 422."""
        fields = Fields(document)
        request = cls(
            out_refund_no=fields.matching("out_refund_no", IDENTIFIER),
            out_trade_no=fields.matching("out_trade_no", IDENTIFIER),
            amount=fields.integer("amount", 1, MAX_AMOUNT),
            reason=fields.text("reason", max_length=256, default=""),
            notify_url=fields.url("notify_url"),
        )
        fields.finish()
        return request


def accept(
    db: sqlite3.Connection, now_ms: int, merchant_id: str, request: NewRefund
) -> tuple[sqlite3.Row, bool]:
    """The refund with this out_refund_no, and True when it was made just now.

    ApiError 404 `payment_not_found`; 409 `out_refund_no_used` when the number was used for
    another payment or amount, `not_paid`; 422 `refund_exceeds_payment` when all refunds that did
    not fail would be more than what was paid.
    """
    payment = payments.find(db, merchant_id, request.out_trade_no)
    refund = _row(db, merchant_id, request.out_refund_no)
    if refund is not None:
        same = (refund["provider_payment_id"], refund["amount"]) == (
            payment["provider_payment_id"],
            request.amount,
        )
        if not same:
            raise ApiError(409, "out_refund_no_used", "this out_refund_no is another refund")
        return refund, False
    paid = sum(capture["amount"] for capture in payments.captures_of(db, payment))
    if paid == 0:
        raise ApiError(409, "not_paid", "the payment is not paid")
    taken = payments.refunded_amount(db, payment, with_processing=True)
    if taken + request.amount > paid:
        raise ApiError(422, "refund_exceeds_payment", "refunds would exceed what was paid")
    db.execute(
        "INSERT INTO refunds (merchant_id, out_refund_no, provider_refund_id, provider_payment_id,"
        " amount, reason, notify_url, state, created_ms, settle_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'processing', ?, ?)",
        (
            merchant_id,
            request.out_refund_no,
            "pr_" + secrets.token_hex(13),
            payment["provider_payment_id"],
            request.amount,
            request.reason,
            request.notify_url,
            now_ms,
            now_ms + SETTLE_DELAY_MS,
        ),
    )
    _record(db, now_ms, "refund.accepted", payment, request.out_refund_no, request.amount)
    return find(db, merchant_id, request.out_refund_no), True


def find(db: sqlite3.Connection, merchant_id: str, out_refund_no: str) -> sqlite3.Row:
    """A merchant's refund; ApiError 404 `refund_not_found`."""
    refund = _row(db, merchant_id, out_refund_no)
    if refund is None:
        raise ApiError(404, "refund_not_found", "no refund with this out_refund_no")
    return refund


def settle_due(db: sqlite3.Connection, now_ms: int) -> None:
    """Decide the refunds whose time has come and plan their callbacks."""
    due = db.execute(
        "SELECT * FROM refunds WHERE state = 'processing' AND settle_ms <= ? ORDER BY settle_ms",
        (now_ms,),
    ).fetchall()
    for refund in due:
        _settle(db, now_ms, refund)


def next_settlement_ms(db: sqlite3.Connection) -> int | None:
    """When the next refund is due; None when none is processing."""
    return db.execute("SELECT min(settle_ms) FROM refunds WHERE state = 'processing'").fetchone()[0]


def view(db: sqlite3.Connection, refund: sqlite3.Row) -> dict[str, Any]:
    """The refund as the merchant sees it; amounts in minor units."""
    payment = payments.find_by_provider_id(db, refund["provider_payment_id"])
    settled_ms = refund["settled_ms"]
    return {
        "provider_refund_id": refund["provider_refund_id"],
        "out_refund_no": refund["out_refund_no"],
        "out_trade_no": payment["out_trade_no"],
        "provider_payment_id": payment["provider_payment_id"],
        "merchant_id": refund["merchant_id"],
        "amount": refund["amount"],
        "currency": payment["currency"],
        "reason": refund["reason"],
        "state": refund["state"],
        "created_at": rfc3339(refund["created_ms"]),
        "settled_at": rfc3339(settled_ms) if settled_ms is not None else None,
    }


def _settle(db: sqlite3.Connection, now_ms: int, refund: sqlite3.Row) -> None:
    payment = payments.find_by_provider_id(db, refund["provider_payment_id"])
    script = scripts.script_of(db, payment)
    state = "failed" if script.refund_fails else "succeeded"
    db.execute(
        "UPDATE refunds SET state = ?, settled_ms = ? WHERE merchant_id = ? AND out_refund_no = ?",
        (state, now_ms, refund["merchant_id"], refund["out_refund_no"]),
    )
    kind = callbacks.REFUND_TYPES[state]
    _record(db, now_ms, kind, payment, refund["out_refund_no"], refund["amount"])
    first_capture = payments.captures_of(db, payment)[0]
    data = payments.callback_data(
        payment, first_capture["transaction_id"], first_capture["captured_ms"]
    )
    data |= {"out_refund_no": refund["out_refund_no"], "refund_amount": refund["amount"]}
    callbacks.plan(
        db,
        now_ms,
        script,
        Notification(
            type=kind,
            merchant_id=payment["merchant_id"],
            out_trade_no=payment["out_trade_no"],
            provider_payment_id=payment["provider_payment_id"],
            notify_url=refund["notify_url"],
            data=data,
            amount_field="refund_amount",
        ),
    )


def _record(
    db: sqlite3.Connection,
    now_ms: int,
    kind: str,
    payment: sqlite3.Row,
    out_refund_no: str,
    amount: int,
) -> None:
    journal.append(
        db,
        now_ms,
        payment["merchant_id"],
        kind,
        out_refund_no=out_refund_no,
        out_trade_no=payment["out_trade_no"],
        provider_payment_id=payment["provider_payment_id"],
        amount=amount,
        currency=payment["currency"],
    )


def _row(db: sqlite3.Connection, merchant_id: str, out_refund_no: str) -> sqlite3.Row | None:
    return db.execute(
        "SELECT * FROM refunds WHERE merchant_id = ? AND out_refund_no = ?",
        (merchant_id, out_refund_no),
    ).fetchone()
