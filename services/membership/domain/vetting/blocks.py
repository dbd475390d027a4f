"""Entries of a community's block list: who is stopped from applying, whose names are flagged."""

from typing import NotRequired

from contracts.aggregates import Aggregate
from contracts.states.membership import BlockKind


class Block(Aggregate):
    """`keys` are digests (`screening_keys`); of somebody with several, one entry has them all.
    `ban`: it put somebody out; `membership_id` is what it suspended, and its end lifts."""

    community_id: str
    kind: BlockKind
    keys: list[str]
    reason: str
    made_by: str
    ban: NotRequired[bool]
    membership_id: NotRequired[str]
