"""What providers call back with, and what of it does not fit our books."""

import datetime as dt
from typing import Any, Literal, TypedDict

from contracts.aggregates import Aggregate
from contracts.money import Money
from services.payments.domain.money.payments import Capture


class Callback(Aggregate):
    """A verified callback as it came; `arrived_at` is real time."""

    account_id: str
    provider: str
    kind: str
    body: str
    state: Literal["stored", "applied", "refused"]
    arrived_at: dt.datetime


class Incident(TypedDict):
    """What a provider said that does not fit our books: for operators, never acted upon (P-24)."""

    _id: str
    community_id: str
    account_id: str
    problem: str
    facts: dict[str, Any]
    noted_at: dt.datetime


def capture_of(incident: Incident) -> Capture | None:
    """The money that an incident is about; None when it is about a refund."""
    facts = incident["facts"]
    if "transaction_id" not in facts:
        return None
    captured_at = facts.get("captured_at")
    return Capture(
        out_trade_no=facts["out_trade_no"],
        transaction_id=facts["transaction_id"],
        merchant_id=facts["merchant_id"],
        amount=Money.from_dict(facts["amount"]),
        captured_at=None if captured_at is None else dt.datetime.fromisoformat(captured_at),
    )


def resolution_id(incident: Incident) -> str:
    """Under which it stands that an incident was resolved: one for all reports of a capture."""
    about = incident["facts"].get("transaction_id")
    of = incident["_id"] if about is None else f"{incident['account_id']}:{about}"
    return f"resolved:{of}"
