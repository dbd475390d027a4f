"""By which texts somebody is found who is called so: what a search may begin with.

A name is found by the beginning of it, or of a part of it: from any character of a script that has
no blanks between words, and from any word elsewhere. Chinese also by pinyin without tones, and by
its initials: 李小龙 by 李, 小龙, lixiao, xiaolong, lxl, xl. Case, accents, width, blanks and signs
make no difference. Whoever searches needs `folded` alone.
"""

import functools
import os
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

LONGEST = 24  # of a key, and so what is looked at of a search
MOST_PARTS = 24  # of a name that are looked at
MOST_KEYS = 400  # of a name; as it is written comes first, unusual readings last
MOST_READINGS = 6  # of a part of a name, where its characters are read in several ways
# Letters that have no accent to be left out, as people type them who do not have them.
TYPED = str.maketrans(
    {"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)


def folded(text: str) -> str:
    """A search as keys are: what makes no difference is left out."""
    return "".join(_letters(text))[:LONGEST]


def keys_of(name: str | None) -> list[str]:
    """All keys of a name, each once; none of somebody who has no name."""
    parts = list(islice(_parts(name or ""), MOST_PARTS))
    read = [_readings(part) for part in parts]
    initials = [[reading[0] for reading in readings] for readings in read]
    ways = [
        _in_a_row(forms[start : start + LONGEST])
        for forms in ([[part] for part in parts], initials, read)
        for start in range(len(parts))
    ]
    keys: dict[str, None] = {}
    for round in zip_longest(*ways, fillvalue=""):  # the most usual way of each beginning first
        for form in round:
            keys.update(dict.fromkeys(form[:end] for end in range(1, len(form) + 1)))
    return list(keys)[:MOST_KEYS]


def same_names(name: str | None) -> list[str]:
    """What a whole name is written and read as, each behind a sign that no search has: two names of
    which one is the same are equal, or equal in toneless pinyin."""
    parts = list(islice(_parts(name or ""), MOST_PARTS))
    whole = _in_a_row([[part] for part in parts]) + _in_a_row(_readings(part) for part in parts)
    return [f"={form}" for form in dict.fromkeys(whole) if form]


def _letters(text: str) -> Iterator[str]:
    """Letters and digits without accents, in one case and width."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    unmarked = "".join(c for c in plain if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", unmarked).translate(TYPED)
    return (c for c in composed if c.isalnum())


def _parts(name: str) -> Iterator[str]:
    """The words of a name, parted by blanks, hyphens and the like, not by apostrophes; each
    character of a script that has no blanks is one."""
    plain = unicodedata.normalize("NFKD", name)
    for one in "".join(c if _is_of_a_word(c) else " " for c in plain).split():
        word = ""
        for letter in _letters(one):
            if unicodedata.category(letter) == "Lo":
                yield from (word, letter) if word else (letter,)
                word = ""
            else:
                word += letter
        if word:
            yield word


def _is_of_a_word(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return character.isalnum() or is_mark or character in "'’‘"


def _in_a_row(parts: Iterable[Iterable[str]]) -> list[str]:
    """One text after the other in all ways, most usual ones first; what comes first, most often a
    surname, keeps all of its own when there are too many."""
    rows = [""]
    for ways in parts:
        rows = list(dict.fromkeys((row + way)[:LONGEST] for way in ways for row in rows))
        rows = rows[:MOST_READINGS]
        if all(len(row) == LONGEST for row in rows):
            break
    return rows


def _readings(part: str) -> list[str]:
    """A character's pinyin without tones, most usual first; else the part itself."""
    found = _table().get(ord(part)) if len(part) == 1 else None
    if not found:
        return [part]
    readings = [reading for one in found.split(",") for reading in _toneless(one)]
    return list(dict.fromkeys(readings)) or [part]


def _toneless(syllable: str) -> tuple[str, ...]:
    """As it is typed: ü is v on keyboards, and u where people leave its dots out."""
    plain = folded(syllable)
    has_dots = "\u0308" in unicodedata.normalize("NFD", syllable)
    return (plain, plain.replace("u", "v")) if has_dots else (plain,)


@functools.cache
def _table() -> dict[int, str]:
    """How characters are read: 14 MB, loaded by who stores names, when the first one comes. How
    whole words are read (43 MB more) is one reading, and where there are several all are kept."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # it looks when it is imported
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict
