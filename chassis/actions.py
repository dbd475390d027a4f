"""What a caller may do with an object now, by the very rules by which the commands refuse.

    MEETUP_ACTIONS = (Action(events.PUBLISH_MEETUP, meetups.publish), …)
    possible(MEETUP_ACTIONS, meetup, now, caller)  # ["publish_meetup", "cancel_meetup"]

There is no table of what goes when: an action is the record of an RPC, which says who may, and the
pure step of the domain that the RPC takes, which says by raising when it cannot be taken.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chassis.access import Caller
from contracts.access import Who
from contracts.errors import DomainError
from contracts.records import Rpc

T = TypeVar("T")


@dataclass(frozen=True)
class Action(Generic[T]):
    """`also`: what the caller has to be besides, where the use case asks that, too.
    `by_others`: never by whom the object is about."""

    rpc: Rpc
    step: Callable[[T, dt.datetime], Any]
    also: Who | None = None
    by_others: bool = False


def possible(
    actions: Iterable[Action[T]],
    target: T,
    now: dt.datetime,
    caller: Caller,
    *,
    about: str | None = None,
) -> list[str]:
    """The names of the RPCs that would not be refused; `about` is whom the object is about.

    Who may is asked last: the caller's roles are read only where they make a difference.
    """
    return [
        action.rpc.name
        for action in actions
        if _is_taken(action, target, now)
        and not (action.by_others and about == caller.ctx.actor.person_id)
        and caller.may(action.rpc.who, about=about)
        and (action.also is None or caller.may(action.also))
    ]


def possible_to_its_person(actions: Iterable[Action[T]], target: T, now: dt.datetime) -> list[str]:
    """The names of the RPCs that would not be refused to whom the object is about, for a neighbour
    that shows them to that person alone."""
    return [
        action.rpc.name
        for action in actions
        if action.rpc.who.person and not action.by_others and _is_taken(action, target, now)
    ]


def possible_with_rows(
    actions: Iterable[Action[T]], now: dt.datetime, caller: Caller
) -> Callable[[T, str], list[str]]:
    """What a caller whose roles are known may do with each row of a list, by the row and whom it
    is about; what they may with nobody's is not tried row by row."""
    every = tuple(actions)
    of_others = [
        action
        for action in every
        if caller.may(action.rpc.who) and (action.also is None or caller.may(action.also))
    ]

    def with_row(row: T, about: str) -> list[str]:
        if about == caller.ctx.actor.person_id:
            return possible(every, row, now, caller, about=about)
        return [action.rpc.name for action in of_others if _is_taken(action, row, now)]

    return with_row


def _is_taken(action: Action[T], target: T, now: dt.datetime) -> bool:
    try:
        action.step(target, now)
    except DomainError:
        return False
    return True
