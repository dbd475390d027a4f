"""$jsonSchema validators (D-11): made from the type of an aggregate, or written in a short way.

    aggregate_of(Order)  # a TypedDict of the domain, see `contracts.aggregates`

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

import datetime as dt
import types
import typing
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin

from contracts.aggregates import Aggregate, Open, Pattern, Signed

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


def list_of(entry: Shape, *, maximum: int | None = None) -> Shape:
    """A list whose entries all look like `entry`."""
    bound = {} if maximum is None else {"maxItems": maximum}
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


def aggregate_of(kind: type) -> Shape:
    """The validator of an aggregate from its TypedDict (see `contracts.aggregates`)."""
    own = {name: form for name, form in _forms(kind).items() if name not in _GIVEN}
    return aggregate(**own)


def document_of(kind: type) -> Shape:
    """The validator of a stored document that is no aggregate, from its TypedDict."""
    return shape(**_forms(kind))


def form_of(annotation: Any) -> Shape:
    """What the database lets in for a type; raises TypeError for one that says nothing."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if typing.is_typeddict(annotation):
        return shape(**_forms(annotation))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is NotRequired:
        return optional(form_of(arguments[0]))
    if origin is Annotated:
        return _marked(form_of(arguments[0]), arguments[1])
    if origin is Literal:
        return one_of(*arguments)
    if origin is list:
        return list_of(form_of(arguments[0]))
    if origin is dict:
        return OPEN
    if origin in (types.UnionType, Union):
        some = [argument for argument in arguments if argument is not types.NoneType]
        if len(some) == 1 or all(map(typing.is_typeddict, some)):
            forms = [form_of(argument) for argument in some]
            form = forms[0] if len(forms) == 1 else {"oneOf": forms}
            return form if len(some) == len(arguments) else nullable(form)
    raise TypeError(f"the validator of {annotation} is not known")


_GIVEN = Aggregate.__annotations__.keys()
_PLAIN: dict[Any, Shape] = {str: TEXT, bool: FLAG, int: WHOLE, dt.datetime: INSTANT}


def _forms(kind: type) -> dict[str, Shape]:
    declared = typing.get_type_hints(kind, include_extras=True)
    return {name: form_of(annotation) for name, annotation in declared.items()}


def _marked(form: Shape, mark: object) -> Shape:
    match mark:
        case Pattern(text):
            return {**form, "pattern": text}
        case Signed():
            return INTEGER
        case Open():
            return OPEN
    raise TypeError(f"the validator of what {mark} marks is not known")
