"""What a change of a plan or a coupon leaves as it is, told before it is made."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Boolean, Document, Whole

MOST_COUNTED = 1000


class Counted(Document):
    """How many there are; with `at_least`, there are more."""

    number = Whole(required=True, maximum=MOST_COUNTED)
    at_least = Boolean(required=True)


class Unaffected(Document):
    """What is open and keeps what it has: price, place, use."""

    purchases = fields.Nested(Counted, required=True)
    quotes = fields.Nested(Counted, required=True)
    orders = fields.Nested(Counted, required=True)


def simulation() -> Boolean:
    """The field of a change by which it is tried and not stored."""
    description = "answer what would be, and store nothing"
    return Boolean(load_default=False, metadata={"description": description})


def left_alone() -> fields.Nested:
    """The field of its answer."""
    description = "of a simulated change; null once it is made"
    return fields.Nested(
        Unaffected, required=True, allow_none=True, metadata={"description": description}
    )
