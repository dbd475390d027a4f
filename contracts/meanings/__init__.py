"""What fields, schemas and words of closed lists mean, each said once, for references.

A field's own `metadata["description"]` goes first, for what is so in one place; then what its
schema (or one that it is made from) says of it here; then what the name means everywhere. Schemas
say it in their docstring. Not imported at run time.
"""

from marshmallow import Schema, fields

from contracts.fields import Document, Request
from contracts.meanings import events, membership, payments
from contracts.meanings.names import NAMES
from contracts.meanings.words import ABOUT, WORDS

_OF_SCHEMAS = {
    "membership": membership.FIELDS,
    "payments": payments.FIELDS,
    "events": events.FIELDS,
}
_BASES = (Schema, Request, Document)


def of_field(schema: type[Schema], name: str, field: fields.Field) -> str:  # type: ignore[type-arg]
    """What a field of a schema says; empty where nobody wrote it down."""
    if own := field.metadata.get("description"):
        return sentence(own)
    for one in schema.__mro__:
        for listed in _OF_SCHEMAS.values():
            if said := listed.get(f"{one.__name__}.{name}"):
                return said
    return NAMES.get(name, "")


def of_schema(schema: type[Schema]) -> str:
    """What a schema is for, as its docstring says."""
    for one in schema.__mro__:
        if one in _BASES:
            break
        if one.__doc__:
            return sentence(" ".join(one.__doc__.split()))
    return membership.SCHEMAS.get(schema.__name__, "")


def list_of(words: tuple[str, ...]) -> str | None:
    """The name of the closed list that has just these words."""
    return next((name for name, said in WORDS.items() if tuple(said) == words), None)


def of_list(name: str) -> str:
    """What a closed list is of, and each of its words."""
    about, said = ABOUT[name], WORDS[name]
    return "\n".join([about, *(f"- `{word}`: {meaning}" for word, meaning in said.items())])


def sentence(text: str) -> str:
    """A fragment as a sentence: a capital first, a full stop at the end."""
    first = text[0].upper() if text[1:2] != "/" else text[0]
    return first + text[1:] + ("" if text[-1] in ".!?" else ".")
