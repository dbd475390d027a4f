"""State machines as data: legal moves, and refusals that name the current state."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import DomainError
from contracts.errors.membership import APPLICATION_WRONG_STATE
from contracts.errors.payments import ORDER_WRONG_STATE
from contracts.state_machine import MACHINES, StateMachine, machine


@pytest.fixture(autouse=True)
def undeclared() -> Iterator[None]:
    """What a test declares is no aggregate's."""
    known = list(MACHINES)
    yield
    MACHINES[:] = known


@pytest.fixture
def door() -> StateMachine[Any]:
    return machine(ORDER_WRONG_STATE, shut="open locked", open="shut", locked="shut gone", gone="")


def test_a_move_keeps_the_rest(door: StateMachine[Any]) -> None:
    assert door.move({"_id": "1", "state": "shut"}, "open") == {"_id": "1", "state": "open"}


@pytest.mark.parametrize("to", ["open", "locked"])
def test_a_move_that_is_not_declared(door: StateMachine[Any], to: str) -> None:
    with pytest.raises(DomainError) as refused:
        door.move({"state": "locked"}, to)
    assert refused.value.error is ORDER_WRONG_STATE
    assert refused.value.params == {"current_state": "locked"}


def test_a_step_from_some_states_only(door: StateMachine[Any]) -> None:
    assert door.move({"state": "open"}, "shut", only_from=("open",))["state"] == "shut"
    with pytest.raises(DomainError):
        door.move({"state": "locked"}, "shut", only_from=("open",))


def test_required_states(door: StateMachine[Any]) -> None:
    door.require_in({"state": "open"}, "open", "shut")
    door.require_move({"state": "open"}, "shut")
    with pytest.raises(DomainError):
        door.require_in({"state": "gone"}, "open", "shut")
    with pytest.raises(DomainError):
        door.require_move({"state": "gone"}, "shut")


def test_the_refusal_may_take_the_id() -> None:
    draft = machine(APPLICATION_WRONG_STATE, id_param="application_id", draft="")
    refused = draft.wrong_state({"_id": "app_1", "state": "draft"})
    assert refused.params == {"application_id": "app_1", "current_state": "draft"}


def test_what_is_declared(door: StateMachine[Any]) -> None:
    assert (door.initial, door.final, door.name) == ("shut", frozenset({"gone"}), "payments.order")
    assert door.states == ("shut", "open", "locked", "gone")
    with pytest.raises(ValueError, match="unknown states"):
        machine(ORDER_WRONG_STATE, open="payed")
