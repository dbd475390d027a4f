"""A field that is one of several documents, told apart by the word in one of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from contracts.problems import problem


class Variants(fields.Field[Any]):
    """`documents` by the word in their field `key`; they hold plain JSON, and travel as they stand.

    Who reads one of a later version, with a word that is new, gets it as it came.
    """

    def __init__(self, key: str, documents: Mapping[str, type[Schema]], **kwargs: Any):
        self.key, self.documents = key, documents
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise problem("field.type", expected="object")
        return value
