"""Scripted misbehaviour of one payment: what the provider does wrong after the payer paid."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.validation import Fields, invalid

MAX_DELAY_MS = 31 * 86_400_000
MAX_REPEAT = 1000
MAX_AMOUNT_DELTA = 10**9

STATEMENT_ERRORS = ("omit", "duplicate", "amount", "currency", "fee", "late")

Scope = Literal["merchant", "trade", "payment"]


@dataclass(frozen=True)
class Script:
    """How callbacks and refunds of a payment go; the default is a provider that behaves.

    Delays count in business time. docs/guides/sandbox.md explains each field to its users.
    """

    callback_delay_ms: int = 0
    late_seconds: int = 0
    repeat: int = 1
    wrong_amount: int = 0
    only_wrong_amount: bool = False
    forge: bool = False
    unknown_serial: bool = False
    old_timestamp: bool = False
    lost: bool = False
    reorder: bool = False
    refund_fails: bool = False
    pay_twice: bool = False
    statement_error: str | None = None

    @classmethod
    def parse(cls, document: object) -> "Script":
        """Check a script as it comes in JSON; ApiError 422 names the field that is wrong."""
        fields = Fields(document)
        delta, only = _wrong_amount(fields)
        script = cls(
            callback_delay_ms=fields.integer("callback_delay_ms", 0, MAX_DELAY_MS, default=0),
            late_seconds=fields.integer("late_seconds", 0, MAX_DELAY_MS // 1000, default=0),
            repeat=fields.integer("repeat", 1, MAX_REPEAT, default=1),
            wrong_amount=delta,
            only_wrong_amount=only,
            forge=fields.flag("forge"),
            unknown_serial=fields.flag("unknown_serial"),
            old_timestamp=fields.flag("old_timestamp"),
            lost=fields.flag("lost"),
            reorder=fields.flag("reorder"),
            refund_fails=fields.flag("refund_fails"),
            pay_twice=fields.flag("pay_twice"),
            statement_error=(
                fields.choice("statement_error", STATEMENT_ERRORS)
                if "statement_error" in fields
                else None
            ),
        )
        fields.finish()
        return script

    def spoilt_variants(self) -> list[str]:
        """Extra copies that go out before the genuine callback, in this order."""
        wanted = {
            "forged": self.forge,
            "unknown_serial": self.unknown_serial,
            "old_timestamp": self.old_timestamp,
            "wrong_amount": self.wrong_amount != 0 and not self.only_wrong_amount,
        }
        return [variant for variant, is_wanted in wanted.items() if is_wanted]


def _wrong_amount(fields: Fields) -> tuple[int, bool]:
    value: Any = fields.raw("wrong_amount")
    if value is None:
        return 0, False
    if value == "only":
        return 1, True
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_AMOUNT_DELTA:
        raise invalid("wrong_amount", "must be a difference in minor units or the word only")
    return value, False


def store(db: sqlite3.Connection, scope: Scope, key: str, document: object) -> None:
    """Check and keep a script; an earlier one for the same key is replaced."""
    Script.parse(document)
    db.execute(
        "INSERT INTO scripts (scope, key, script) VALUES (?, ?, ?)"
        " ON CONFLICT (scope, key) DO UPDATE SET script = excluded.script",
        (scope, key, json.dumps(document)),
    )


def script_of(db: sqlite3.Connection, payment: sqlite3.Row) -> Script:
    """What holds for a payment, field by field: its own script from the payer's request, else
    the one for its out_trade_no, else the merchant's default."""
    merged: dict[str, Any] = {}
    for scope, key in (
        ("merchant", payment["merchant_id"]),
        ("trade", payment["out_trade_no"]),
        ("payment", payment["provider_payment_id"]),
    ):
        row = db.execute(
            "SELECT script FROM scripts WHERE scope = ? AND key = ?", (scope, key)
        ).fetchone()
        if row is not None:
            merged.update(json.loads(row["script"]))
    return Script.parse(merged)
