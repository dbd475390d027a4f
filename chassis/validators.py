"""A short way to write $jsonSchema validators (D-11).

    ORDER = aggregate(
        community_id=TEXT,
        state=one_of("open", "paid", "expired"),
        total=MONEY,
        paid_at=nullable(INSTANT),
        lines=list_of(shape(text=TEXT, amount=WHOLE)),
        note=optional(TEXT),
    )

Documents and shapes are closed: a field that is not named is refused by the database. There is no
type for fractions: money and counts are integers (D-13), rates are basis points.
"""

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"bsonType": "string"}
FLAG: Shape = {"bsonType": "bool"}
INSTANT: Shape = {"bsonType": "date"}
DAY: Shape = {"bsonType": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
INTEGER: Shape = {"bsonType": ["int", "long"]}
WHOLE: Shape = {"bsonType": ["int", "long"], "minimum": 0}
ANYTHING: Shape = {}
OPEN: Shape = {"bsonType": "object"}


class _Optional(dict[str, Any]):
    """Marks a field that may be missing; see `optional`."""


def one_of(*words: str) -> Shape:
    """One of these texts."""
    return {"bsonType": "string", "enum": list(words)}


def nullable(shape: Shape) -> Shape:
    """Always there, but may be null."""
    return {"anyOf": [{"bsonType": "null"}, shape]}


def optional(shape: Shape) -> Shape:
    """May be missing: for fields that older documents lack."""
    return _Optional(shape)


def list_of(entry: Shape, *, most: int | None = None) -> Shape:
    """A list whose entries all look like `entry`."""
    bound = {} if most is None else {"maxItems": most}
    return {"bsonType": "array", "items": entry, **bound}


def shape(**fields: Shape) -> Shape:
    """An object with exactly these fields."""
    return {
        "bsonType": "object",
        "required": [name for name, form in fields.items() if not isinstance(form, _Optional)],
        "properties": {name: dict(form) for name, form in fields.items()},
        "additionalProperties": False,
    }


MONEY: Shape = shape(amount=INTEGER, currency={"bsonType": "string", "pattern": "^[A-Z]{3}$"})


def document(**fields: Shape) -> Shape:
    """A stored document: a text `_id` (unless given otherwise) and exactly these fields."""
    return shape(**{"_id": TEXT, **fields})


def aggregate(**fields: Shape) -> Shape:
    """A document that `AggregateStore` keeps: version and times stand beside its own fields."""
    return document(
        version={"bsonType": ["int", "long"], "minimum": 1},
        created_at=INSTANT,
        updated_at=INSTANT,
        **fields,
    )
