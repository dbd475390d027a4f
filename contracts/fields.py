"""Strict marshmallow fields and schema bases: scalars stay scalars, nothing coerced (D-16)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

from contracts.money import percent_text
from contracts.problems import problem
from contracts.text import choices, misleads, rfc3339, tidy

ID_PATTERN = r"^[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}$"
MAX_PAGE = 100
PIECE_BYTES = 320 * 1024  # as base64 within what a reply may have


class Request(Schema):
    """What a caller writes: unknown fields are refused, and those `fixed` at the creation by
    another code."""

    fixed: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        unknown = RAISE


class Document(Schema):
    """What a callee or a producer writes; others read it by `contracts.reading.as_read`."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """`minimum`..`maximum` characters of a text that somebody wrote (`contracts.text`); not
    `checked` for who reads what others stored."""

    checked = True

    def __init__(
        self, *, minimum: int = 0, maximum: int = 200, multiline: bool = False, **kwargs: Any
    ):
        self.minimum, self.maximum, self.multiline = minimum, maximum, multiline
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "minLength": minimum, "maxLength": maximum}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = str(super()._deserialize(value, attr, data, **kwargs))
        if not self.checked:
            return written
        text = tidy(written)
        if misleads(text, multiline=self.multiline):
            raise problem("field.control_characters")
        if not self.minimum <= len(text) <= self.maximum:
            raise problem("field.length", minimum=self.minimum, maximum=self.maximum)
        return text


class Upload(fields.String):
    """A UTF-8 file of `minimum`..`maximum` bytes as sent.

    It travels as base64, so that what it takes in a message depends on its size alone and not on
    how many of its characters JSON escapes.
    """

    def __init__(self, *, minimum: int = 1, maximum: int, **kwargs: Any):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "contentEncoding": "base64"}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else base64.b64encode(value.encode()).decode()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            file = base64.b64decode(text, validate=True)
            decoded = file.decode()
        except (binascii.Error, ValueError):
            raise problem("field.format", expected="text_as_base64") from None
        if not self.minimum <= len(file) <= self.maximum:
            raise problem("field.length", minimum=self.minimum, maximum=self.maximum)
        return decoded


class Bytes(fields.String):
    """`minimum`..`maximum` bytes of any kind; they travel as base64."""

    def __init__(self, *, minimum: int = 0, maximum: int, **kwargs: Any):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)
        self.metadata = {"example": "iVBORw0KGgo=", **self.metadata, "contentEncoding": "base64"}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else base64.b64encode(value).decode()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            sent = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise problem("field.format", expected="base64") from None
        if not self.minimum <= len(sent) <= self.maximum:
            raise problem("field.length", minimum=self.minimum, maximum=self.maximum)
        return sent


class Id(fields.String):
    """One of our ids: prefix, underscore, ULID."""

    def __init__(self, prefix: str | None = None, **kwargs: Any):
        self.prefix = prefix
        self.pattern = re.compile(
            ID_PATTERN if prefix is None else ID_PATTERN.replace("[a-z]{2,5}", prefix)
        )
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "pattern": self.pattern.pattern}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if not self.pattern.fullmatch(text):
            raise problem("field.id", **self._hints(text))
        return text

    def _hints(self, text: str) -> dict[str, str]:
        """Of which kind an id of ours is that stands here, and how one that is wanted begins."""
        given = {"given": text.partition("_")[0]} if re.fullmatch(ID_PATTERN, text) else {}
        if self.prefix is None:
            return {**given, "example": "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB"}
        return {**given, "wanted": self.prefix, "starts_with": f"{self.prefix}_"}


class Whole(fields.Integer):
    """A JSON integer (no string, float or boolean) within bounds."""

    def __init__(self, *, minimum: int = 0, maximum: int = 2**53 - 1, **kwargs: Any):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(strict=True, **kwargs)
        self.metadata = {**self.metadata, "minimum": minimum, "maximum": maximum}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise self._mistyped()
        if not self.minimum <= value <= self.maximum:
            raise problem("field.range", minimum=self.minimum, maximum=self.maximum)
        return value

    def _mistyped(self) -> ValidationError:
        return problem("field.type", expected="integer")


class MinorUnits(Whole):
    """An amount in fen or cents, which people take for yuan and dollars."""

    def _mistyped(self) -> ValidationError:
        return problem("field.minor_units")


def seen_version(*, or_none: bool = False) -> Whole:
    """`or_none`: 0 says that there was nothing yet."""
    described = "the version that was read; over HTTP it comes from If-Match"
    if or_none:
        described += ", or 0 from `If-None-Match: *` where nothing is there yet"
    return Whole(required=True, minimum=0 if or_none else 1, metadata={"description": described})


class Boolean(fields.Boolean):
    """A JSON boolean, nothing that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise problem("field.type", expected="boolean")
        return value


class Choice(fields.String):
    """One of a closed list of words; not `closed` for who reads what others write."""

    closed = True

    def __init__(self, *words: str, **kwargs: Any):
        self.words = words
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "enum": [*words, *([None] if self.allow_none else [])]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if self.closed and text not in self.words:
            raise problem("field.choice", choices=choices(self.words))
        return text


class SeveralOf(fields.String):
    """One or more words of a closed list, separated by commas; `words_of` gives them. It travels as
    that text, so that one word is what it was before there could be several."""

    def __init__(self, *words: str, wrong: str = "field.choice", **kwargs: Any):
        self.words, self.wrong = words, wrong
        super().__init__(**kwargs)
        one = "|".join(map(re.escape, words))
        self.metadata = {"example": words[0], **self.metadata, "pattern": f"^({one})(,({one}))*$"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if not {*text.split(",")} <= {*self.words}:
            raise problem(self.wrong, choices=choices(self.words))
        return text


def words_of(several: str | None) -> tuple[str, ...]:
    """The words of a `SeveralOf`, each once; none where nothing was asked for."""
    return () if several is None else tuple(dict.fromkeys(several.split(",")))


def include(*neighbours: str) -> SeveralOf:
    """What belongs to the answer and is read with it when it is asked for; else it is null."""
    return SeveralOf(
        *neighbours,
        wrong="field.include",
        load_default=None,
        allow_none=True,
        metadata={
            "description": f"what else to answer: {', '.join(neighbours)}; several with commas"
        },
    )


class Matching(fields.String):
    """A string of a given pattern; `expected` is the word for what it looks like in
    `contracts.words.shapes`."""

    def __init__(self, pattern: str, expected: str, **kwargs: Any):
        self.pattern, self.expected = re.compile(pattern), expected
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "pattern": f"^{pattern}$"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if not self.pattern.fullmatch(text):
            raise problem("field.format", expected=self.expected)
        return text


class Percent(Matching):
    """A percentage from 0.00 to 100.00: decimal text with two places outside, basis points inside.

    A record names its value `basis_points` (`attribute`), so that no code takes one for the other.
    """

    def __init__(self, **kwargs: Any):
        pattern = r"(0|[1-9][0-9]?)\.[0-9]{2}|100\.00"
        super().__init__(f"({pattern})", "percentage", **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else percent_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):  # 10 might be meant as a tenth, or as ten basis points
            raise problem("field.format", expected=self.expected)
        return int(super()._deserialize(value, attr, data, **kwargs).replace(".", ""))


class Zone(Matching):
    """An IANA time zone that exists: whoever reads it later, a job among them, can rely on it."""

    # What hosts have beside the published names: their own zone, other seconds, none at all.
    of_one_host = frozenset({"localtime", "posixrules", "posix", "right", "Factory"})

    def __init__(self, **kwargs: Any):
        super().__init__(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", "time_zone", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        try:
            if name.partition("/")[0] in self.of_one_host:
                raise ValueError(name)
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):  # unknown, a folder of zones, or another file
            raise problem("field.format", expected=self.expected) from None
        return name


class Entries(fields.Dict):
    """Values by key, at most `maximum` of them."""

    def __init__(self, keys: Any, values: Any, *, maximum: int, **kwargs: Any):
        super().__init__(keys=keys, values=values, **kwargs)
        self._maximum = maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict) and len(value) > self._maximum:
            raise problem("field.items", minimum=0, maximum=self._maximum)
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            # marshmallow says under /answers/<key>/key or …/value what is wrong with /answers/<key>
            wrong = {
                key: found.get("key") or found["value"] for key, found in error.messages.items()
            }
            raise ValidationError(wrong) from None


class ListOf(fields.List[Any]):
    """A list of at most `maximum` entries."""

    def __init__(
        self, entry: fields.Field[Any], *, minimum: int = 0, maximum: int = 100, **kwargs: Any
    ):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(entry, **kwargs)
        self.metadata = {**self.metadata, "minItems": minimum, "maxItems": maximum}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and not self.minimum <= len(value) <= self.maximum:
            raise problem("field.items", minimum=self.minimum, maximum=self.maximum)
        return super()._deserialize(value, attr, data, **kwargs)


def actions() -> fields.List[Any]:
    """What the caller may do now with the object that is answered (`chassis.actions`)."""
    described = "the operations, by name, that would not be refused to the caller now"
    return fields.List(
        fields.String(),
        load_default=list,  # an older release, beside this one, does not say
        metadata={"description": described},
    )


class Instant(fields.DateTime):
    """An aware UTC instant from 1970 to 2199, RFC 3339; written with milliseconds and `Z`.

    The bounds leave room for what is added to an instant, and for showing it in any zone.
    """

    first = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    last = dt.datetime(2199, 12, 31, 23, 59, 59, 999_999, dt.UTC)
    pattern = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
        r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
    )
    expected = "instant"

    def __init__(self, **kwargs: Any):
        super().__init__(format="iso", **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise problem("field.format", expected=self.expected)
        try:
            instant = dt.datetime.fromisoformat(value.upper())
        except ValueError:  # no such day, hour or offset
            raise problem("field.format", expected=self.expected) from None
        if not self.first <= instant <= self.last:  # also what would overflow as UTC
            raise problem("field.format", expected=self.expected)
        # In milliseconds, as it is stored: what is sent again is then known as the same.
        whole = instant.microsecond // 1000 * 1000
        return instant.astimezone(dt.UTC).replace(microsecond=whole)


class Day(fields.String):
    """A calendar date YYYY-MM-DD in the community's zone; travels and is stored as text.

    `counted_from`: days are counted from it, so it lies where instants do, which leaves room.
    """

    def __init__(self, *, counted_from: bool = False, **kwargs: Any):
        self.counted_from = counted_from
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "format": "date"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            if dt.date.fromisoformat(text).isoformat() != text:
                raise ValueError(text)
        except ValueError:
            raise problem("field.format", expected="day") from None
        first, last = Instant.first.date().isoformat(), Instant.last.date().isoformat()
        if self.counted_from and not first <= text <= last:
            raise problem("field.range", minimum=first, maximum=last)
        return text


class MoneySchema(Request):
    """Minor units and currency."""

    amount = MinorUnits(required=True, minimum=-(2**63) + 1, maximum=2**63 - 1)
    currency = Matching(r"[A-Z]{3}", "currency", required=True)


def money(**kwargs: Any) -> fields.Nested:
    return fields.Nested(MoneySchema, **kwargs)


class Empty(Request):
    """Nothing is asked or nothing is said."""


class PageRequest(Request):
    """A page of a list: `after` is the position that the page before gave as `next`."""

    after = Text(load_default=None, allow_none=True, maximum=512)
    limit = Whole(load_default=20, minimum=1, maximum=MAX_PAGE)


def page_of(item: type[Schema], name: str, **beside: fields.Field[Any]) -> type[Schema]:
    """The answer of a paged RPC: items and where the next page starts (null at the end), and what
    stands `beside` them on each page."""
    return Document.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
            **beside,
        },
        name=name,
    )


class PieceRequest(Request):
    """A piece of an answer that is no JSON document, and too long for one message: the first one,
    or the one that begins where the piece before said as `next`."""

    after = Text(load_default=None, allow_none=True, maximum=512)


class Piece(Document):
    """A piece of such an answer; what it is, what it is called and how long (where that is known)
    stands in each."""

    content_type = fields.String(required=True)
    name = fields.String(required=True)
    size = Whole(required=True, allow_none=True)
    data = Bytes(required=True, maximum=PIECE_BYTES)
    next = fields.String(required=True, allow_none=True)
