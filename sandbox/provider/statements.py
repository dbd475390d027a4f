"""The daily statement: one CSV line per capture and per refund, with scripted errors."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

from sandbox.clock import rfc3339
from sandbox.provider.scripts import script_of

# The provider closes its books at midnight in China, which has had no daylight saving since 1991.
BOOKS_ZONE = timezone(timedelta(hours=8))
FEE_PER_MILLE = 6

COLUMNS = (
    "type",
    "occurred_at",
    "out_trade_no",
    "provider_payment_id",
    "transaction_id",
    "out_refund_no",
    "amount",
    "fee",
    "currency",
)

# Captures of one span and the refunds that succeeded in it, in order of time.
LINES = """
SELECT p.*, 'capture' AS line_type, c.captured_ms AS line_ms, c.amount AS line_amount,
       c.transaction_id, '' AS out_refund_no
FROM captures c JOIN payments p USING (provider_payment_id)
WHERE p.merchant_id = :merchant_id AND c.captured_ms >= :start_ms AND c.captured_ms < :end_ms
UNION ALL
SELECT p.*, 'refund', r.settled_ms, r.amount, '', r.out_refund_no
FROM refunds r JOIN payments p USING (provider_payment_id)
WHERE p.merchant_id = :merchant_id AND r.state = 'succeeded'
  AND r.settled_ms >= :start_ms AND r.settled_ms < :end_ms
ORDER BY line_ms, transaction_id, out_refund_no
"""


def fee(amount: int) -> int:
    """0.6 % in minor units, half up; taken on captures and not given back on refunds."""
    return (amount * FEE_PER_MILLE + 500) // 1000


def statement(db: sqlite3.Connection, merchant_id: str, day: date) -> str:
    """The merchant's CSV for one day of business time in China; amounts and fees in minor units.

    A payment scripted with `statement_error` has that error here: its line is missing (`omit`),
    twice there (`duplicate`), wrong by one unit (`amount`, `fee`), in another `currency`, or on
    the next day's statement (`late`).
    """
    output = io.StringIO()
    writer = csv.DictWriter(output, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for line, error in _lines(db, merchant_id, day - timedelta(days=1)):
        if error == "late":
            writer.writerow(line)
    for line, error in _lines(db, merchant_id, day):
        if error not in ("omit", "late"):
            writer.writerows([line] * (2 if error == "duplicate" else 1))
    return output.getvalue()


def _lines(
    db: sqlite3.Connection, merchant_id: str, day: date
) -> Iterator[tuple[dict[str, object], str | None]]:
    start = datetime(day.year, day.month, day.day, tzinfo=BOOKS_ZONE).astimezone(UTC)
    start_ms = int(start.timestamp()) * 1000
    span = {"merchant_id": merchant_id, "start_ms": start_ms, "end_ms": start_ms + 86_400_000}
    for row in db.execute(LINES, span).fetchall():
        error = script_of(db, row).statement_error
        is_capture = row["line_type"] == "capture"
        yield (
            {
                "type": row["line_type"],
                "occurred_at": rfc3339(row["line_ms"]),
                "out_trade_no": row["out_trade_no"],
                "provider_payment_id": row["provider_payment_id"],
                "transaction_id": row["transaction_id"],
                "out_refund_no": row["out_refund_no"],
                "amount": row["line_amount"] + (error == "amount"),
                "fee": (fee(row["line_amount"]) if is_capture else 0) + (error == "fee"),
                "currency": "XTS" if error == "currency" else row["currency"],
            },
            error,
        )
