"""`python -m tests.campaign.bugs NAME SERVICE`: a service with a planted bug (T-40).

A campaign counts only if it finds these. Each changes what one service does, in its process alone.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple


def seats_unchecked() -> None:
    """Seats are taken without looking whether one is free."""
    from services.events.store.seats import SeatStore

    def take(self: SeatStore, meetup_id: str, seats: int, *, tx: Any) -> bool:
        change = {"$inc": {"taken": seats}}
        self._counters.update_one({"_id": meetup_id}, change, session=tx.session)
        return True

    SeatStore.take = take  # type: ignore[method-assign]


def limits_unchecked() -> None:
    """Coupons and places of the ladder never run out."""
    from chassis.holds import Holds

    opened = Holds.open

    def open(self: Holds, counter_id: str, limit: int, **extra: Any) -> None:
        opened(self, counter_id, limit * 1000, **extra)

    Holds.open = open  # type: ignore[method-assign]


def numbers_skipped() -> None:
    """A member number is taken twice, as by a retry outside the unit of work."""
    from services.membership.store.communities.communities import MemberNumberStore

    taken = MemberNumberStore.take

    def take(self: MemberNumberStore, tx: Any, community_id: str) -> int:
        taken(self, tx, community_id)
        return taken(self, tx, community_id)

    MemberNumberStore.take = take  # type: ignore[method-assign]


def mails_again() -> None:
    """Each mail is sent again under another Message-ID, as by a sender without memory."""
    from services.notifications.adapters.mail import Connection, Mail

    sent = Connection.send

    def send(self: Connection, mail: Mail, may_send: Callable[[], bool]) -> None:
        sent(self, mail, may_send)
        sent(self, replace(mail, id=f"{mail.id}-again"), may_send)

    Connection.send = send  # type: ignore[method-assign]


def surplus_kept() -> None:
    """Money that nobody owes stays where it came."""
    from services.payments.usecases.money.captures import Captures

    def give_back(self: Captures, *_: Any) -> None:
        return None

    Captures._give_back = give_back  # type: ignore[assignment]


def relay_forgets() -> None:
    """What is for integrators counts as published before the broker has it."""
    from chassis.amqp_publisher import Confirmation, ConfirmChannel
    from chassis.event_wire import events_exchange
    from contracts.records import SERVICES

    own = {events_exchange(service) for service in SERVICES}
    sent = ConfirmChannel.send

    def send(self: ConfirmChannel, message: Any, *, exchange: str, routing_key: str) -> Any:
        if exchange in own:
            return sent(self, message, exchange=exchange, routing_key=routing_key)
        confirmed = Confirmation()
        confirmed.settle(None)
        return confirmed

    ConfirmChannel.send = send  # type: ignore[method-assign]


class Bug(NamedTuple):
    """In which service, how, and which of `tests.campaign.checks` has to find it."""

    service: str
    plant: Callable[[], None]
    found_by: str


BUGS = {
    "seats-unchecked": Bug("events", seats_unchecked, "seats_are_not_oversold"),
    "limits-unchecked": Bug("payments", limits_unchecked, "coupons_and_ladder_are_exact"),
    "numbers-skipped": Bug("membership", numbers_skipped, "numbers_are_gap_free"),
    "mails-again": Bug("notifications", mails_again, "told_once"),
    "surplus-kept": Bug("payments", surplus_kept, "no_double_charge"),
    "relay-forgets": Bug("membership", relay_forgets, "integrator_heard_once"),
}

if __name__ == "__main__":
    # As in `chassis.run`: before anything else is imported.
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

    from chassis.process import run

    BUGS[sys.argv.pop(1)].plant()
    run()
