"""What staff may ask of a list besides its filter: a search, an order, what changed since.

Each way to ask has an index. What has none together is refused by name, not answered slowly.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from contracts.fields import Boolean, Choice, Instant, PageRequest, Text, Whole
from contracts.problems import problem

CHANGE = "updated_at"
FOUND_BY_NAME = (
    "the beginning of the name or of a part of it, also in pinyin without tones, or its initials"
)


def sorted_by(*words: str, usual: str) -> Choice:
    """By which field a list may be sorted, `usual` says how it is when nobody says so."""
    described = f"`-` before a word turns the order round; left out = {usual}"
    both = (way for word in words for way in (word, f"-{word}"))
    return Choice(*both, load_default=None, allow_none=True, metadata={"description": described})


def updated_after() -> Instant:
    """Since when something changed, for who looks again every now and then."""
    return Instant(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "what changed at this time or later, in the order of the last change; a"
            " little of before comes again, because it may have been committed late",
            "example": None,
        },
    )


def search_for(what: str) -> Text:
    """A search; `what` says by what something is found."""
    return Text(
        load_default=None,
        allow_none=True,
        minimum=1,
        maximum=80,
        metadata={"description": what, "example": None},
    )


def counting() -> Boolean:
    """Whether a page also says how many there are of the list, not only here."""
    return Boolean(
        load_default=False,
        metadata={"description": "also answers how many there are, whatever is on this page"},
    )


def total() -> Whole:
    """How many there are of a list, where somebody asked for it."""
    return Whole(
        load_default=None,
        allow_none=True,
        metadata={"description": "with `count`: how many there are on all pages; else null"},
    )


class StaffList(PageRequest):
    """A list that can be asked for what changed, and in other orders."""

    updated_after = updated_after()

    @validates_schema
    def _has_an_index(self, data: dict[str, Any], **kwargs: Any) -> None:
        sort, since = data.get("sort"), data.get("updated_after")
        given = {"search": data.get("search"), "sort": sort, "updated_after": since}
        if given["search"] is not None:
            others = [name for name in ("sort", "updated_after") if given[name] is not None]
            _refuse("search", others)
        if data.get("count"):  # counts are kept by state
            _refuse("count", [name for name in ("search", "updated_after") if given[name]])
        if since is not None and sort not in (None, CHANGE):
            _refuse("updated_after", ["sort"])


def _refuse(name: str, others: list[str]) -> None:
    if others:
        apart = problem("field.combination", others=", ".join(others))
        raise ValidationError({name: apart.messages})
