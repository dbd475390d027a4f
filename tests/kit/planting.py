"""What a later version may write: unknown fields and words, planted in what this one declares."""

from collections.abc import Callable, Iterator
from typing import Any

from marshmallow import Schema, fields

from contracts.fields import Choice

FIELD, WORD = "of_a_later_version", "word_of_a_later_version"

Document = dict[str, Any]
Path = tuple[str, ...]


def plant_fields(schema: type[Schema], document: Document) -> Document:
    """The document with an unknown field in each of its objects."""
    for _, found in list(objects(schema, document)):
        found[FIELD] = {"deep": [1]}
    return document


def objects(schema: type[Schema], document: Document) -> Iterator[tuple[Path, Document]]:
    """Every object in a document that its schema declares, with the way to it."""
    yield (), document
    for name, field in schema._declared_fields.items():
        for steps, nested, value in _nested(field, document.get(name)):
            for below, found in objects(nested, value):
                yield (name, *steps, *below), found


def words(schema: type[Schema], document: Document) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Every word of a closed list, with the way to it and what puts an unknown one there."""
    for name, field in schema._declared_fields.items():
        yield from _words_at((name,), field, document, name)
        for steps, nested, value in _nested(field, document.get(name)):
            for below, plant in words(nested, value):
                yield (name, *steps, *below), plant


def _words_at(
    path: Path, field: Any, holder: Any, key: Any
) -> Iterator[tuple[Path, Callable[[], None]]]:
    if isinstance(field, Choice):
        yield path, lambda: holder.__setitem__(key, WORD)
    for step, inner, below in _inner(field, holder[key] if _has(holder, key) else None):
        yield from _words_at((*path, str(step)), inner, below, step)


def _nested(field: Any, value: Any) -> Iterator[tuple[Path, type[Schema], Document]]:
    if value is None:
        return
    if isinstance(field, fields.Nested):
        yield (), type(field.schema), value
    for step, inner, holder in _inner(field, value):
        for steps, nested, found in _nested(inner, holder[step]):
            yield (str(step), *steps), nested, found


def _inner(field: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The entries of a list or mapping: where they stand, by which field, and in what."""
    if isinstance(field, fields.List):
        yield from ((number, field.inner, value) for number in range(len(value or ())))
    elif isinstance(field, fields.Dict) and field.value_field is not None:
        yield from ((key, field.value_field, value) for key in list(value or ()))


def _has(holder: Any, key: Any) -> bool:
    return isinstance(key, int) or key in holder
