"""What staff may ask of a list besides its filter: a search, an order, what changed since.

Each way to ask has an index. What has none together is refused by name, not answered slowly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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


MOST_COUNTED = 10_000


def total(most: int | None = None) -> Whole:
    """How many there are of a list, where somebody asked for it; counted up to `most`."""
    bound = "" if most is None else f", counted up to {most}"
    described = f"with `count`: how many there are on all pages{bound}; else null"
    return Whole(load_default=None, allow_none=True, metadata={"description": described})


class StaffList(PageRequest):
    """A list that can be asked for what changed, and in other orders. `within` names the bounds
    that a list takes for a field, and is sorted by that field then."""

    within: ClassVar[Mapping[str, tuple[str, str]]] = {}

    updated_after = updated_after()

    @validates_schema
    def _has_an_index(self, data: dict[str, Any], **kwargs: Any) -> None:
        sort, since = data.get("sort"), data.get("updated_after")
        given = {"search": data.get("search"), "sort": sort, "updated_after": since}
        if given["search"] is not None:
            others = [name for name in ("sort", "updated_after") if given[name] is not None]
            refuse("search", others)
        if since is not None and sort not in (None, CHANGE):
            refuse("updated_after", ["sort"])
        for field, bounds in self.within.items():
            for bound in bounds:
                if data.get(bound) is not None:
                    refuse(bound, [name for name in ("search", "updated_after") if given[name]])
                    if sort is not None and sort.removeprefix("-") != field:
                        refuse(bound, ["sort"])
        if data.get("count"):  # what is found by name is looked for page by page
            refuse("count", [name for name in ("search", "updated_after") if given[name]])


def refuse(name: str, others: list[str]) -> None:
    """Refuses a field that does not go with these others, if there are some."""
    if others:
        apart = problem("field.combination", others=others)
        raise ValidationError({name: apart.messages})
