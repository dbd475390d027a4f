"""Moves between states as data; one that does not apply is an error naming the current state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import DomainError, ErrorCode

Document = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """From which states a step leads to which one."""

    sources: tuple[str, ...]
    target: str


def moved(
    document: Document, name: str, moves: Mapping[str, Move], refusal: ErrorCode, **changes: Any
) -> Document:
    """The document after the step `name`; raises DomainError(refusal, current_state=…)."""
    move = moves[name]
    if document["state"] not in move.sources:
        raise DomainError(refusal, current_state=document["state"])
    return {**document, "state": move.target, **changes}
