"""Templates of texts for people, and what stands in their places.

    The order is {current_state:order}.[ Now you may: {allowed_actions:operation}.| Read it again.]

A place is a parameter's name and, after the colon, how its value is shown: a table of words, or one
of the makers of `chassis.wording`. Between brackets stands what is said where all its places have a
value, and after the bar what is said otherwise.
"""

import functools
import re
from typing import NamedTuple

_PART = re.compile(r"\[(?P<with>[^\[\]|]*)\|(?P<without>[^\[\]|]*)\]|\{(?P<place>[a-z_:]+)\}")


class Place(NamedTuple):
    """Where the value of a parameter stands, and how it is shown ("" = as it is)."""

    name: str
    kind: str


class Choice(NamedTuple):
    """Two ways to go on: with the values of its places, or without them."""

    given: "Template"
    missing: "Template"


Template = tuple[str | Place | Choice, ...]


@functools.cache
def parsed(text: str) -> Template:
    """The parts of a template; there are as many as texts in the code."""
    parts: list[str | Place | Choice] = []
    end = 0
    for found in _PART.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        end = found.end()
        if found["place"]:
            name, _, kind = found["place"].partition(":")
            parts.append(Place(name, kind))
        else:
            parts.append(Choice(parsed(found["with"]), parsed(found["without"])))
    return (*parts, text[end:]) if end < len(text) else tuple(parts)


def places(template: Template) -> list[Place]:
    """All that can stand in it, in order."""
    found = []
    for part in template:
        if isinstance(part, Place):
            found.append(part)
        elif isinstance(part, Choice):
            found += places(part.given) + places(part.missing)
    return found
