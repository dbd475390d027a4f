"""Entries of a community's block list: who is stopped from applying, whose names are flagged."""

from contracts.aggregates import Aggregate
from contracts.states.membership import BlockKind


class Block(Aggregate):
    """`keys` are digests (`screening_keys`); of somebody with several, one entry has them all."""

    community_id: str
    kind: BlockKind
    keys: list[str]
    reason: str
    made_by: str
