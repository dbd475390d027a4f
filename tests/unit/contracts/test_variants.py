"""Fields that are one of several documents, such as the steps of a price."""

from typing import Any

import pytest
from marshmallow import ValidationError

from contracts import payments
from contracts.fields import Choice, Document
from contracts.payments.prices import STEPS
from contracts.reading import as_read
from contracts.variants import Variants
from contracts.writing import writer
from gateway.openapi import build


class Shape(Document):
    shape = Variants("kind", {"point": Document.from_dict({"kind": Choice("point")}, name="Point")})


@pytest.mark.parametrize("step", [{"kind": "point"}, {"kind": "later", "more": [1]}])
def test_they_travel_as_they_stand_also_those_of_later_versions(step: dict[str, Any]) -> None:
    written = writer(Shape)({"shape": step})
    assert as_read(Shape)().load(written) == {"shape": step}


@pytest.mark.parametrize("step", [None, 1, "point", [{}]])
def test_what_is_no_document_is_refused(step: Any) -> None:
    with pytest.raises(ValidationError):
        Shape().load({"shape": step})


def test_they_are_told_apart_by_their_word_in_openapi() -> None:
    """A generator makes a union of it."""
    schemas = build("1")["components"]["schemas"]
    for name in ("Quote", "Order"):
        step = schemas[name]["properties"]["trace"]["items"]
        mapping = step["discriminator"]["mapping"]
        assert {*mapping} == {*STEPS}
        assert [one["$ref"] for one in step["oneOf"]] == [*mapping.values()]
        for word, ref in mapping.items():
            described = schemas[ref.rpartition("/")[2]]
            assert described["properties"]["rule"]["const"] == word


def test_who_does_not_say_what_to_do_with_a_refused_code_is_told_of_it() -> None:
    """ADR 0070: also an old client, which does not know the field."""
    asked = {"purchase_id": "pur_01JD6Q3F0M8V6Z4X2K9T7R5WYB"}
    assert payments.CreateQuote().load(asked)["on_refused"] == "error"
