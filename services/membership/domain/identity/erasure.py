"""The erasure of a person: asked for, taken back within seven days, or done (ADR 0049).

    asked → withdrawn | erasing → erased

While it is asked for nothing is changed. From `erasing` on there is no way back; it is `erased`
when every service has confirmed that it has nothing of the person left.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TypedDict

from contracts.aggregates import Aggregate
from contracts.errors.membership import ERASURE_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.membership import ErasureState

ERASURE: StateMachine[ErasureState] = machine(
    ERASURE_WRONG_STATE,
    asked="withdrawn erasing",
    withdrawn="",
    erasing="erased",
    erased="",
)
TAKEN_BACK_WITHIN = dt.timedelta(days=7)
TRIED_AGAIN_AFTER = dt.timedelta(days=1)


class Confirmation(TypedDict):
    """A service that has nothing of the person left."""

    service: str
    at: dt.datetime


class Erasure(Aggregate):
    """`live`: not taken back, one for each person. `hindrance` says what puts it off."""

    person_id: str
    state: ErasureState
    live: bool
    asked_by: str
    asked_at: dt.datetime
    erase_at: dt.datetime
    due_at: dt.datetime | None
    hindrance: str | None
    confirmed: list[Confirmation]


def ask(*, id: str, person_id: str, asked_by: str, now: dt.datetime) -> Erasure:
    """An erasure that can be taken back for seven days."""
    erase_at = now + TAKEN_BACK_WITHIN
    return {
        "_id": id,
        "person_id": person_id,
        "state": "asked",
        "live": True,
        "asked_by": asked_by,
        "asked_at": now,
        "erase_at": erase_at,
        "due_at": erase_at,
        "hindrance": None,
        "confirmed": [],
    }


def take_back(erasure: Erasure) -> Erasure:
    return {**ERASURE.move(erasure, "withdrawn"), "live": False, "due_at": None}


def begin(erasure: Erasure) -> Erasure:
    """From now on there is no way back."""
    return {**ERASURE.move(erasure, "erasing"), "hindrance": None}


def put_off(erasure: Erasure, hindrance: str, now: dt.datetime) -> Erasure:
    """Something is to be done by others first."""
    return {**erasure, "hindrance": hindrance, "due_at": now + TRIED_AGAIN_AFTER}


def confirm(erasure: Erasure, service: str, now: dt.datetime, services: Iterable[str]) -> Erasure:
    """A service has nothing left; with the last one of `services` it is erased. Told again (after a
    service was restored), it notes when that was."""
    earlier = [one for one in erasure["confirmed"] if one["service"] != service]
    confirmed: list[Confirmation] = [*earlier, {"service": service, "at": now}]
    ours = service == "membership"
    changed: Erasure = {
        **erasure,
        "confirmed": confirmed,
        "due_at": None if ours else erasure["due_at"],
        "hindrance": None if ours else erasure["hindrance"],
    }
    if erasure["state"] != "erased" and {one["service"] for one in confirmed} == set(services):
        return ERASURE.move(changed, "erased")
    return changed
