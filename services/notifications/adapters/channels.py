"""What a channel of delivery is: mail, and SMS for codes. The in-app inbox is none: there,
being written is being delivered.

A delivery names its channel, and is sent by that channel or not at all.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from services.notifications.adapters.wording import Words
from services.notifications.domain.rules import Lead

# From the first step to the other side's last word about a notice: a step that goes on byte by
# byte, and many slow steps, end by then.
SEND_SECONDS = 25.0


class DeliveryRefused(Exception):
    """The channel will never take this message; says why, without an address."""


class DeliveryPostponed(Exception):
    """The message was not taken now; it may be later. Says why, without an address."""


class DeliveryWithheld(Exception):
    """The message was not handed over: it was not ours to send any more, or the other side is left
    alone for `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        super().__init__(seconds)


@dataclass(frozen=True)
class Reader:
    """Whom a message is for, as membership knows them; `name` is empty where nobody knows it, and
    so is `email` or `phone` where the channel needs the other."""

    email: str
    name: str
    locale: str
    phone: str = ""


@dataclass(frozen=True)
class Notice:
    """One message in words. `id` is its cause's, the same in every attempt, and when the delivery
    is made anew after a restore: so a message sent again can be recognised as the same.
    `lead` is where it leads, `community` in whose name it is sent."""

    id: str
    type: str
    reader: Reader
    words: Words
    lead: Lead | None
    community: str
    at: dt.datetime


class Channel(Protocol):
    """Sends notices; used by several threads at once."""

    def send(self, notice: Notice, may_send: Callable[[], bool]) -> None:
        """Returns when the other side took the notice, within SEND_SECONDS.

        `may_send` is asked right before there is no way back. Raises DeliveryWithheld when it says
        no or nobody was asked, DeliveryRefused or DeliveryPostponed.
        """

    def rest(self, *, all: bool) -> None:
        """Gives up connections that are idle: all, or those that were not used for a while."""
