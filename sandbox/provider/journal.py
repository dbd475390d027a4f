"""The provider's own record of what happened, for checkers of fault tests."""

import json
import sqlite3
from typing import Any

from sandbox.clock import rfc3339

PAGE_SIZE = 200


def append(
    db: sqlite3.Connection, now_ms: int, merchant_id: str, kind: str, **data: object
) -> None:
    """Add one entry, in the transaction of the fact that it records."""
    db.execute(
        "INSERT INTO journal (at_ms, merchant_id, kind, data) VALUES (?, ?, ?, ?)",
        (now_ms, merchant_id, kind, json.dumps(data, ensure_ascii=False)),
    )


def page(db: sqlite3.Connection, merchant_id: str | None, after: int, limit: int) -> dict[str, Any]:
    """Entries after a position, oldest first; `next` is the cursor of the next page or None."""
    rows = db.execute(
        "SELECT * FROM journal WHERE position > ? AND (merchant_id = ? OR ? IS NULL)"
        " ORDER BY position LIMIT ?",
        (after, merchant_id, merchant_id, limit + 1),
    ).fetchall()
    entries = [
        {
            "position": row["position"],
            "at": rfc3339(row["at_ms"]),
            "merchant_id": row["merchant_id"],
            "kind": row["kind"],
            **json.loads(row["data"]),
        }
        for row in rows[:limit]
    ]
    return {
        "entries": entries,
        "next": entries[-1]["position"] if len(rows) > limit else None,
    }


def totals(db: sqlite3.Connection, merchant_id: str) -> dict[str, Any]:
    """Money captured and refunded (succeeded only) in minor units, and the number of captures.

    The sums at the top add up all currencies; `by_currency` keeps them apart.
    """
    captured = db.execute(
        "SELECT currency, sum(c.amount), count(*) FROM captures c JOIN payments p"
        " USING (provider_payment_id) WHERE merchant_id = ? GROUP BY currency",
        (merchant_id,),
    )
    by_currency = {
        currency: {"captured": amount, "refunded": 0, "count": count}
        for currency, amount, count in captured
    }
    refunded = db.execute(
        "SELECT currency, sum(r.amount) FROM refunds r JOIN payments p USING (provider_payment_id)"
        " WHERE r.merchant_id = ? AND r.state = 'succeeded' GROUP BY currency",
        (merchant_id,),
    )
    for currency, amount in refunded:
        by_currency[currency]["refunded"] = amount
    sums = {
        name: sum(row[name] for row in by_currency.values())
        for name in ("captured", "refunded", "count")
    }
    return {**sums, "by_currency": by_currency}
