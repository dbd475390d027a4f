"""Ids: a prefix that says what it names, and a ULID. Opaque outside, sortable by age inside."""

from ulid import ULID

NOUNS = {
    "per": "person",
    "com": "community",
    "app": "application",
    "mbr": "membership",
    "trm": "term",
    "chl": "sign-in challenge",
    "ses": "session",
    "pln": "plan",
    "pur": "purchase",
    "quo": "quote",
    "ord": "order",
    "pay": "payment",
    "rfd": "refund",
    "cpn": "coupon campaign",
    "red": "redemption",
    "led": "ledger entry",
    "mtp": "meetup",
    "reg": "registration",
    "ofr": "offer of a seat",
    "ntf": "notification",
    "dlv": "delivery",
    "evt": "event",
    "hld": "hold",
    "aud": "audit entry",
    "job": "job",
    "imp": "import",
    "acc": "provider account",
    "rcp": "receipt",
    "req": "request",
}


def new_id(prefix: str) -> str:
    """A fresh id such as `mbr_01JD…`; raises ValueError for a prefix that names nothing.

    Ids of one process sort in the order of their making; across processes only nearly so.
    """
    if prefix not in NOUNS:
        raise ValueError(f"id prefix {prefix!r} is not declared")
    return f"{prefix}_{ULID()}"
