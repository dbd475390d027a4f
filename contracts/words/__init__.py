"""Words of ours as people read them, in both languages; raw words stay in `params`.

    said("order", "paid", "zh-CN")  # 已支付

A table is named by what its words are about. A word that this version does not know is shown as it
stands: a newer neighbour may have sent it.
"""

from collections.abc import Mapping

from contracts.errors import LOCALES
from contracts.words.operations import OPERATIONS
from contracts.words.shapes import BODIES, EXPECTED, REASONS
from contracts.words.states import STATES
from contracts.words.things import (
    FIELDS,
    NEXT_STEPS,
    NOUNS,
    PERSONS,
    REJECTIONS,
    ROLES,
    TERM_KINDS,
)

Table = Mapping[str, tuple[str, str]]  # word: (en, zh-CN)

TABLES: dict[str, Table] = {
    **STATES,
    "noun": NOUNS,
    "role": ROLES | PERSONS,
    "field": FIELDS,
    "operation": OPERATIONS,
    "next_step": NEXT_STEPS,
    "rejection": REJECTIONS,
    "term_kind": TERM_KINDS,
    "expected": EXPECTED,
    "reason": REASONS | BODIES,
}


def said(table: str, word: str, locale: str) -> str:
    """The word for a reader of `locale`."""
    known = TABLES[table].get(word)
    if known is None:
        return word
    return known[0] if locale == LOCALES[1] else known[1]
