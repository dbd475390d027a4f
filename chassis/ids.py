"""Ids: a prefix that says what it names, and a ULID. Opaque outside, sortable by age inside."""

import datetime as dt
import re

from ulid import ULID

_ID = re.compile(r"([a-z]{2,5})_[0-9A-HJKMNP-TV-Z]{26}")

NOUNS = {
    "per": "person",
    "era": "erasure",
    "emc": "email change",
    "com": "community",
    "app": "application",
    "mbr": "membership",
    "trm": "term",
    "chl": "sign-in challenge",
    "ses": "session",
    "sst": "sign-in under way",
    "idn": "identity",
    "lnk": "signed link",
    "key": "API key",
    "pln": "plan",
    "pur": "purchase",
    "quo": "quote",
    "ord": "order",
    "pay": "payment",
    "rfd": "refund",
    "rrq": "refund request",
    "trf": "transfer",
    "cpn": "coupon campaign",
    "red": "redemption",
    "mtp": "meetup",
    "reg": "registration",
    "ofr": "offer of a seat",
    "frd": "freed seat",
    "ntf": "notification",
    "dlv": "delivery",
    "evt": "event",
    "hld": "hold",
    "cmt": "commit",
    "blk": "block",
    "nte": "note",
    "inv": "invitation",
    "imp": "import",
    "upl": "upload",
    "acc": "provider account",
    "req": "request",
    "rql": "requests of a moment",
}


def new_id(prefix: str) -> str:
    """A fresh id such as `mbr_01JD…`; raises ValueError for a prefix that names nothing.

    Ids of one process sort in the order of their making; across processes only nearly so.
    """
    if prefix not in NOUNS:
        raise ValueError(f"id prefix {prefix!r} is not declared")
    return f"{prefix}_{ULID()}"


def noun_of(id: str) -> str:
    """What an id names, such as "membership"; raises ValueError for a text that is none of ours."""
    found = _ID.fullmatch(id)
    if found is None or found[1] not in NOUNS:
        raise ValueError(f"{id!r} does not say what it names")
    return NOUNS[found[1]]


def first_id_at(prefix: str, instant: dt.datetime) -> str:
    """The lowest id that could be made at an instant of real time: a bound for reading by age."""
    return f"{prefix}_{ULID.from_bytes(ULID.from_datetime(instant).bytes[:6] + bytes(10))}"


def made_at(id: str) -> dt.datetime:
    """When an id was made, in real time."""
    return ULID.from_str(id.partition("_")[2]).datetime
