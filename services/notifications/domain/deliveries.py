"""A delivery: one message over one channel, tried on a schedule until it is settled."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

# pending → sent | failed | suppressed; an operator's replay makes a failed one pending again.
STATES = ("pending", "sent", "failed", "suppressed")

# Waits after the 1st, 2nd, … failed attempt; the attempt after the last wait is the last one.
BACK_OFF = {
    "email": (
        dt.timedelta(seconds=5),
        dt.timedelta(seconds=30),
        dt.timedelta(minutes=2),
        dt.timedelta(minutes=10),
        dt.timedelta(hours=1),
    )
}
# An attempt is over by then; later, another may begin. Real time says when that is: a message is
# handed over within SEND_WITHIN of its claim or not at all, and a letter has its own limit.
LONGEST_ATTEMPT = dt.timedelta(seconds=60)
SEND_WITHIN = dt.timedelta(seconds=30)

Changes = dict[str, Any]


def claimed(delivery: Mapping[str, Any], now: dt.datetime) -> Changes:
    """An attempt begins: nobody else begins one before this one must have ended."""
    return {"attempts": delivery["attempts"] + 1, "due_at": now + LONGEST_ATTEMPT}


def sent(now: dt.datetime) -> Changes:
    """The channel took it."""
    return {"state": "sent", "settled_at": now, "last_error": None}


def suppressed(now: dt.datetime, reason: str) -> Changes:
    """Not sent on purpose; `reason` says why."""
    return {"state": "suppressed", "settled_at": now, "last_error": reason}


def failed(now: dt.datetime, reason: str) -> Changes:
    """Given up: the dead letter that operators see and may replay."""
    return {"state": "failed", "settled_at": now, "last_error": reason}


def postponed(delivery: Mapping[str, Any], now: dt.datetime, reason: str) -> Changes:
    """The attempt failed in a way that may pass: the next one is due later, or was the last."""
    waits = BACK_OFF[delivery["channel"]]
    tried = delivery["attempts"]
    if tried > len(waits):
        return failed(now, reason)
    return {"due_at": now + waits[tried - 1], "last_error": reason}


def released(delivery: Mapping[str, Any], now: dt.datetime) -> Changes:
    """The attempt came to nothing on our own side: it does not count, and whoever can sends it."""
    return {"attempts": delivery["attempts"] - 1, "due_at": now}


def replayed(now: dt.datetime) -> Changes:
    """An operator starts a failed one anew."""
    return {"state": "pending", "attempts": 0, "due_at": now, "settled_at": None}
