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
    """`also`: what the caller has to be besides, where the use case asks that, too."""

    rpc: Rpc
    step: Callable[[T, dt.datetime], Any]
    also: Who | None = None


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
        and caller.may(action.rpc.who, about=about)
        and (action.also is None or caller.may(action.also))
    ]


def _is_taken(action: Action[T], target: T, now: dt.datetime) -> bool:
    try:
        action.step(target, now)
    except DomainError:
        return False
    return True
