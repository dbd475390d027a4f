"""What was done to meetups and registrations, for hosts."""

from chassis.context import Context
from chassis.history import History
from contracts import events
from contracts.types import events as wire
from services.events.store import Stores


class HistoryUseCases:
    """The histories of all aggregates that staff work with."""

    def __init__(self, *, stores: Stores, history: History) -> None:
        self._stores = stores
        self._history = history

    def of_meetup(self, request: wire.GetMeetupHistory, ctx: Context) -> wire.History:
        """A page of what was done to a meetup."""
        rpc, meetups = events.GET_MEETUP_HISTORY, self._stores.meetups
        return self._history.of(meetups, request["meetup_id"], rpc, request, ctx)

    def of_registration(self, request: wire.GetRegistrationHistory, ctx: Context) -> wire.History:
        """A page of what was done to a registration."""
        rpc, registrations = events.GET_REGISTRATION_HISTORY, self._stores.registrations
        return self._history.of(registrations, request["registration_id"], rpc, request, ctx)
