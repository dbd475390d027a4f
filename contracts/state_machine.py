"""State machines as data: which state follows which, and the error for any other step.

ORDER: StateMachine[OrderState] = machine(ORDER_WRONG_STATE, open="paid expired", paid="", …)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from contracts.errors import DomainError, ErrorCode

S = TypeVar("S", bound=str)
D = TypeVar("D", bound=Mapping[str, Any])

MACHINES: list["StateMachine[Any]"] = []  # in the order of declaration; for the documents


@dataclass(frozen=True)
class StateMachine(Generic[S]):
    """The legal moves of one aggregate; `refusal` answers any other and names the current state.

    `id_param` is the parameter of `refusal` that takes the document's id, if it has one.
    """

    initial: S
    moves: Mapping[S, frozenset[S]]
    refusal: ErrorCode
    id_param: str | None = None

    def move(self, document: D, to: S, *, only_from: tuple[S, ...] | None = None) -> D:
        """The document in state `to`; raises DomainError(refusal, current_state=…).

        `only_from` is for a step that not every state takes from which `to` can be reached.
        """
        if only_from is not None:
            self.require_in(document, *only_from)
        self.require_move(document, to)
        return cast(D, {**document, "state": to})

    def require_move(self, document: Mapping[str, Any], to: S) -> None:
        """Raises DomainError(refusal, current_state=…) unless `to` may follow."""
        if not self.allows(document["state"], to):
            raise self.wrong_state(document)

    def require_in(self, document: Mapping[str, Any], *states: S) -> None:
        """Raises DomainError(refusal, current_state=…) unless the document is in one of these."""
        if document["state"] not in states:
            raise self.wrong_state(document)

    def wrong_state(self, document: Mapping[str, Any]) -> DomainError:
        """The refusal that names the state in which the document is."""
        named = {} if self.id_param is None else {self.id_param: document["_id"]}
        return DomainError(self.refusal, current_state=document["state"], **named)

    def allows(self, state: S, to: S) -> bool:
        return to in self.moves[state]

    @property
    def name(self) -> str:
        """What it is of, with its service: `payments.order`."""
        return self.refusal.code.removesuffix("_wrong_state").removesuffix("_closed")

    @property
    def states(self) -> tuple[S, ...]:
        return tuple(self.moves)

    @property
    def final(self) -> frozenset[S]:
        return frozenset(state for state, following in self.moves.items() if not following)


def machine(refusal: ErrorCode, *, id_param: str | None = None, **moves: str) -> StateMachine[Any]:
    """A machine from `state="next other"` lines; the first state is the initial one."""
    table = {state: frozenset(following.split()) for state, following in moves.items()}
    unknown = frozenset().union(*table.values()) - table.keys()
    if unknown:
        raise ValueError(f"moves to unknown states: {sorted(unknown)}")
    declared: StateMachine[Any] = StateMachine(next(iter(table)), table, refusal, id_param)
    MACHINES.append(declared)
    return declared
