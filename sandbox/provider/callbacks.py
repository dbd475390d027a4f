"""Plans which copies of which callback are sent when; `courier.py` sends them."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.clock import rfc3339
from sandbox.provider import journal
from sandbox.provider.scripts import Script

PAYMENT_PAID = "payment.paid"
PAYMENT_FAILED, PAYMENT_CANCELLED = "payment.failed", "payment.cancelled"
REFUND_TYPES = {"succeeded": "refund.succeeded", "failed": "refund.failed"}

# Seconds of business time from one refused attempt to the next (WeChat Pay's schedule in P-22,
# scaled down so that a developer sees a retry while watching).
RETRY_SECONDS = (1, 2, 5, 15, 60, 120, 300, 600, 1800, 3600)

# Copies of a repeated callback: this many leave at the same moment, the next group a little later.
PARALLEL_COPIES = 8
GROUP_DELAY_MS = 20


@dataclass(frozen=True)
class Notification:
    """One fact to be told to the merchant; `amount_field` is what `wrong_amount` falsifies."""

    type: str
    merchant_id: str
    out_trade_no: str
    provider_payment_id: str
    notify_url: str
    data: dict[str, Any]
    amount_field: str


def plan(db: sqlite3.Connection, now_ms: int, script: Script, notification: Notification) -> None:
    """Write the schedule of one notification, in the transaction of the fact that it tells."""
    if script.lost:
        journal.append(
            db,
            now_ms,
            notification.merchant_id,
            "callback.lost",
            type=notification.type,
            out_trade_no=notification.out_trade_no,
        )
        return
    due_ms = now_ms + script.callback_delay_ms + script.late_seconds * 1000
    held_by = None
    if script.reorder and notification.type == PAYMENT_PAID:
        held_by = f"refund:{notification.provider_payment_id}"

    # A forgery names the id of the real notification: a receiver that remembers ids before it
    # has verified the signature would then drop the real one. A wrong amount is a message of
    # its own, so that it is the amount check and not the id that must catch it.
    genuine_id = _notification_id()
    falsified = dict(notification.data)
    falsified[notification.amount_field] += script.wrong_amount
    genuine_body = _body(genuine_id, notification.type, now_ms, notification.data)
    for variant in script.spoilt_variants():
        body, notification_id = genuine_body, genuine_id
        if variant == "wrong_amount":
            notification_id = _notification_id()
            body = _body(notification_id, notification.type, now_ms, falsified)
        delivery_id = _insert(
            db, notification, notification_id, variant, body, due_ms, held_by, retried=False
        )
        held_by = f"delivery:{delivery_id}"

    variant = "genuine"
    if script.only_wrong_amount:
        variant = "wrong_amount"
        genuine_body = _body(genuine_id, notification.type, now_ms, falsified)
    for copy in range(script.repeat):
        _insert(
            db,
            notification,
            genuine_id,
            variant,
            genuine_body,
            due_ms + copy // PARALLEL_COPIES * GROUP_DELAY_MS,
            held_by,
            retried=copy == 0,
        )


def release_held(db: sqlite3.Connection, delivery: sqlite3.Row, now_ms: int) -> None:
    """Let go what waited for this delivery's first answer."""
    keys = [f"delivery:{delivery['delivery_id']}"]
    if delivery["type"] in REFUND_TYPES.values():
        data = json.loads(delivery["body"])["data"]
        keys.append(f"refund:{data['provider_payment_id']}")
    for key in keys:
        db.execute(
            "UPDATE deliveries SET held_by = NULL, due_ms = max(due_ms, ?) WHERE held_by = ?",
            (now_ms, key),
        )


def next_attempt_ms(attempts: int, now_ms: int) -> int | None:
    """When to try again after so many attempts; None when the schedule is exhausted."""
    if attempts > len(RETRY_SECONDS):
        return None
    return now_ms + RETRY_SECONDS[attempts - 1] * 1000


def _notification_id() -> str:
    return "ntf_" + secrets.token_hex(13)


def _body(notification_id: str, kind: str, created_ms: int, data: dict[str, Any]) -> bytes:
    document = {
        "id": notification_id,
        "type": kind,
        "created_at": rfc3339(created_ms),
        "data": data,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _insert(
    db: sqlite3.Connection,
    notification: Notification,
    notification_id: str,
    variant: str,
    body: bytes,
    due_ms: int,
    held_by: str | None,
    *,
    retried: bool,
) -> int:
    cursor = db.execute(
        "INSERT INTO deliveries (merchant_id, out_trade_no, notification_id, type, variant,"
        " notify_url, body, retried, due_ms, held_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notification.merchant_id,
            notification.out_trade_no,
            notification_id,
            notification.type,
            variant,
            notification.notify_url,
            body,
            retried,
            due_ms,
            held_by,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
