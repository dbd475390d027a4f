"""A delivery: one message over one channel, tried on a schedule until it is settled."""

import datetime as dt
from typing import Any, NotRequired, TypedDict

from contracts.aggregates import Aggregate
from contracts.errors.notifications import DELIVERY_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.notifications import Category, Channel, DeliveryState
from services.notifications.domain.rules import CODE

DELIVERY: StateMachine[DeliveryState] = machine(
    DELIVERY_WRONG_STATE,
    pending="sent failed suppressed",
    sent="",
    failed="pending",  # an operator's replay
    suppressed="",
)

# Waits after the 1st, 2nd, … failed attempt; the attempt after the last wait is the last one.
BACK_OFF: dict[Channel, tuple[dt.timedelta, ...]] = {
    "email": (
        dt.timedelta(seconds=5),
        dt.timedelta(seconds=30),
        dt.timedelta(minutes=2),
        dt.timedelta(minutes=10),
        dt.timedelta(hours=1),
        dt.timedelta(hours=2),
        dt.timedelta(hours=6),
        dt.timedelta(hours=12),
        dt.timedelta(hours=24),
        dt.timedelta(hours=24),
    ),
    # Codes alone, which are of no use after ten minutes.
    "sms": (
        dt.timedelta(seconds=5),
        dt.timedelta(seconds=30),
        dt.timedelta(minutes=2),
    ),
}
# Until the next attempt when our own services did not answer; such attempts do not count.
OUTAGE_WAIT = dt.timedelta(seconds=10)
# An attempt is over by then; later, another may begin. Real time says when that is: a message is
# handed over within SEND_WITHIN of its claim or not at all, and a mail has its own limit.
LONGEST_ATTEMPT = dt.timedelta(seconds=60)
SEND_WITHIN = dt.timedelta(seconds=30)
# From then on the database removes a settled mail. A code is of no use; any other mail outlasts the
# longest repetition of its cause (40 days), which would send it again. What failed stays until an
# operator replays it; a code that failed goes, too.
CODE_KEPT = dt.timedelta(days=1)
MAIL_KEPT = dt.timedelta(days=90)


class Message(Aggregate):
    """What a person is to know over one channel, kept as facts; neither body nor address.

    `recipient_id` is a person, or the sign-in challenge of whom nobody knows yet; `cause_id` the
    event that caused it; `claim` whose attempt the last one is. Of a community's messages those are
    `uncounted` that its kept counts do not have yet. Old ones have no `priority`.
    """

    recipient_id: str
    community_id: str | None
    type: str
    category: Category
    facts: dict[str, Any]
    link: str
    channel: Channel
    cause_id: str
    request_id: str
    read_at: dt.datetime | None
    state: DeliveryState
    attempts: int
    due_at: dt.datetime
    settled_at: dt.datetime | None
    last_error: str | None
    priority: NotRequired[int]
    claim: NotRequired[str]
    uncounted: NotRequired[bool]
    garbage_at: NotRequired[dt.datetime]


class Changes(TypedDict, total=False):
    """What an attempt, or its end, changes."""

    state: DeliveryState
    attempts: int
    due_at: dt.datetime
    settled_at: dt.datetime | None
    last_error: str | None
    garbage_at: dt.datetime


def claimed(delivery: Message, now: dt.datetime) -> Changes:
    """An attempt begins: nobody else begins one before this one must have ended."""
    return {"attempts": delivery["attempts"] + 1, "due_at": now + LONGEST_ATTEMPT}


def sent(now: dt.datetime) -> Changes:
    """The channel took it."""
    return {"state": "sent", "settled_at": now, "last_error": None}


def suppressed(now: dt.datetime, reason: str) -> Changes:
    """Not sent on purpose; `reason` says why."""
    return {"state": "suppressed", "settled_at": now, "last_error": reason}


def failed(now: dt.datetime, reason: str) -> Changes:
    """Given up: operators see it and may replay it."""
    return {"state": "failed", "settled_at": now, "last_error": reason}


def postponed(delivery: Message, now: dt.datetime, reason: str) -> Changes:
    """The attempt failed in a way that may pass: the next one is due later, or was the last."""
    waits = BACK_OFF[delivery["channel"]]
    tried = delivery["attempts"]
    if tried > len(waits):
        return failed(now, reason)
    return {"due_at": now + waits[tried - 1], "last_error": reason}


def released(delivery: Message, due_at: dt.datetime) -> Changes:
    """The attempt came to nothing on our own side: it does not count, and whoever can sends it."""
    return {"attempts": delivery["attempts"] - 1, "due_at": due_at}


def outlasted(delivery: Message, now: dt.datetime, reason: str) -> Changes:
    """Our own services did not answer: that is waited out, however long, and does not count."""
    due_at = now + OUTAGE_WAIT
    return {"attempts": delivery["attempts"] - 1, "due_at": due_at, "last_error": reason}


def is_outage(changes: Changes) -> bool:
    """Whether an attempt ended as in `outlasted`."""
    return "attempts" in changes and "last_error" in changes


def garbage_at(changes: Changes, priority: int, real_now: dt.datetime) -> Changes:
    """When what was settled now is removed, in real time; nothing for what stays."""
    state = changes.get("state")
    if priority == CODE and state is not None:
        return {"garbage_at": real_now + CODE_KEPT}
    return {"garbage_at": real_now + MAIL_KEPT} if state in DELIVERY.final else {}


def replayed(message: Message, now: dt.datetime) -> Message:
    """An operator starts a failed one anew; raises DELIVERY_WRONG_STATE."""
    again = DELIVERY.move(message, "pending")
    due: Message = {**again, "attempts": 0, "due_at": now, "settled_at": None}
    due.pop("garbage_at", None)
    return due
