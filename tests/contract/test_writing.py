"""What travels is what marshmallow would write from the same declarations."""

from typing import Any

import pytest
from marshmallow import Schema

import contracts.catalogue  # noqa: F401  (fills the registries)
from contracts.fields import Upload
from contracts.reading import as_read
from contracts.records import EVENTS, RPCS
from contracts.writing import writer
from gateway import examples

WRITTEN = {
    **{f"{name} request": record.request for name, record in RPCS.items()},
    **{f"{name} answer": record.response for name, record in RPCS.items()},
    **{type: event.data for type, event in EVENTS.items()},
}


def value_of(schema: type[Schema]) -> dict[str, Any]:
    """An example as Python objects, with all its nestings."""
    travelling = examples.of_schema(schema(), whole=True)
    for name, field in schema._declared_fields.items():
        if isinstance(field, Upload):
            travelling[name] = field.serialize(name, travelling)
    loaded: dict[str, Any] = as_read(schema)().load(travelling)
    return loaded


@pytest.mark.parametrize("schema", WRITTEN.values(), ids=WRITTEN.keys())
def test_every_record_is_written_as_marshmallow_writes_it(schema: type[Schema]) -> None:
    """Whole, with each field null, and with each field missing."""
    value = value_of(schema)
    write, document = writer(schema), schema().dump(value)
    fields_of = schema._declared_fields.items()
    outside = {field.attribute or name: name for name, field in fields_of}
    assert write(value) == document
    for name in value:
        assert write({**value, name: None}) == schema().dump({**value, name: None})
        without = {key: value[key] for key in value if key != name}
        assert write(without) == {key: document[key] for key in document if key != outside[name]}


def test_one_declaration_gives_one_writer() -> None:
    schema = next(iter(RPCS.values())).response
    assert writer(schema) is writer(schema)
