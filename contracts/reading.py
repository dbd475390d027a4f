"""How answers and events are read: by schemas made from the ones by which they are written (E-22).

Whoever wrote may be of a later version. What is not known here is ignored, at every depth; a word
of a closed list may be any text, texts are as they were stored, and bounds may have moved. Types
stay, and what ids, instants and amounts look like. Requests are not read like that: what a callee
does not know it refuses.
"""

from __future__ import annotations

import copy
import functools
import math
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from contracts.fields import Choice, Text


class _Read(Schema):
    class Meta:
        unknown = EXCLUDE


@functools.cache
def as_read(written: type[Schema]) -> type[Schema]:
    """The schema by which others read what `written` declares."""
    declared = written._declared_fields
    read = _Read.from_dict(
        {name: _as_read(field) for name, field in declared.items()}, name=written.__name__
    )
    read.__doc__ = written.__doc__
    return read


def _as_read(written: Any) -> Any:
    read = copy.copy(written)
    if isinstance(read, fields.Nested):
        nested: Any = read.nested
        read.nested, read._schema = as_read(nested), None
    elif isinstance(read, fields.List):
        read.inner = _as_read(read.inner)
    elif isinstance(read, fields.Dict) and read.value_field is not None:
        read.value_field = _as_read(read.value_field)
    elif isinstance(read, Choice):
        read.closed = False
    elif isinstance(read, Text):
        read.checked = False
    if hasattr(read, "minimum"):
        read.minimum, read.maximum = -math.inf, math.inf
    return read
