"""State machines as data: which state follows which, and the error for any other step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import DomainError, ErrorCode

Document = dict[str, Any]


@dataclass(frozen=True)
class StateMachine:
    """The legal moves of one aggregate; `refusal` answers any other and names the current state."""

    initial: str
    moves: Mapping[str, frozenset[str]]
    refusal: ErrorCode

    def move(self, document: Document, to: str, **changes: Any) -> Document:
        """The document in state `to` with `changes`; raises DomainError(refusal, current_state)."""
        self.require(document, to)
        return {**document, **changes, "state": to}

    def require(self, document: Document, to: str) -> None:
        """Raises DomainError(refusal, current_state=…) unless `to` may follow."""
        if not self.allows(document["state"], to):
            raise DomainError(self.refusal, current_state=document["state"])

    def allows(self, state: str, to: str) -> bool:
        return to in self.moves[state]

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.moves)

    @property
    def final(self) -> frozenset[str]:
        return frozenset(state for state, following in self.moves.items() if not following)


def machine(refusal: ErrorCode, **moves: str) -> StateMachine:
    """A machine from `state="next other"` lines; the first state is the initial one."""
    table = {state: frozenset(following.split()) for state, following in moves.items()}
    unknown = frozenset().union(*table.values()) - table.keys()
    if unknown:
        raise ValueError(f"states that lead nowhere: {sorted(unknown)}")
    return StateMachine(next(iter(table)), table, refusal)
