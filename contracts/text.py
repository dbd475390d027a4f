"""Texts that people write, as all parts of the system take them (names, titles, reasons, answers).

What looks the same is the same (NFC), what shows nothing is empty, and what misleads a reader is
refused: control characters, separators that begin a line where none is meant, and characters that
turn the direction of what follows, so that a name could rewrite the sentence it stands in. Joiners
and direction marks, which some scripts need, are taken.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

MOST_CHOICES, LONGEST_CHOICE = 20, 40

_TURNS = "\u202a-\u202e\u2066-\u2069"
_MISLEADING = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNS}]")
_MISLEADING_LINES = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{_TURNS}]")
# Categories that show nothing by themselves, and what shows nothing although it counts as a letter
# or symbol: fillers of Hangul, the blank of Braille.
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Zs"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def tidy(text: str) -> str:
    """The text in NFC without surrounding blanks; empty when nothing in it can be seen."""
    if text.isascii():
        return text.strip()
    tidied = unicodedata.normalize("NFC", text).strip()
    return "" if all(map(_is_unseen, tidied)) else tidied


def misleads(text: str, *, multiline: bool = False) -> bool:
    """Whether it holds what may not be in a text; line ends and tabs may where it has lines."""
    return (_MISLEADING_LINES if multiline else _MISLEADING).search(text) is not None


def choices(words: Iterable[str]) -> list[str]:
    """Words for a text, such as what can be chosen: the first of many, and each not too long."""
    first = [*islice(words, MOST_CHOICES + 1)]
    shown = [word if len(word) <= LONGEST_CHOICE else word[:LONGEST_CHOICE] + "…" for word in first]
    return shown[:MOST_CHOICES] + ["…"] * (len(shown) > MOST_CHOICES)


def rfc3339(instant: dt.datetime) -> str:
    """An instant as it stands in JSON: UTC, milliseconds, `Z`."""
    return instant.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN or char in _FILLERS
