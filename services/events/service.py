"""The nameko classes of the events service: decode, call a use case, encode."""

from dataclasses import dataclass

from chassis.app import App
from chassis.changes import Writes
from chassis.consumers import replica
from chassis.context import Context
from chassis.jobs import JobRun, job
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import rpc
from chassis.standings import Standings
from contracts import events, membership
from contracts.envelope import CloudEvent
from services.events.settings import EventsSettings
from services.events.store import SCHEMA
from services.events.store.meetups import MEETUPS, MeetupStore
from services.events.store.offers import OfferStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import SEATS, SeatStore
from services.events.usecases.access import Access
from services.events.usecases.endings import Endings
from services.events.usecases.meetups import Meetups
from services.events.usecases.offers import Offers
from services.events.usecases.registrations import Registrations
from services.events.usecases.selection import Selection


@dataclass(frozen=True)
class EventsApp:
    """What the entrypoints call."""

    meetups: Meetups
    registrations: Registrations
    selection: Selection
    offers: Offers
    endings: Endings
    standings: Standings


def build(platform: Platform[EventsSettings]) -> EventsApp:
    """The composition of one process."""
    uow, clock, database = platform.uow, platform.clock, platform.database
    standings = Standings(platform)
    access = Access(standings)
    meetups, seats = MeetupStore(database), SeatStore(database)
    registrations, offers = RegistrationStore(database), OfferStore(database)
    shown = Registrations(uow, access, meetups, registrations, offers, seats)
    return EventsApp(
        meetups=Meetups(uow, clock, platform.rpc, access, meetups, seats),
        registrations=shown,
        selection=Selection(uow, clock, access, meetups, registrations, seats),
        offers=Offers(uow, meetups, registrations, offers, seats, shown),
        endings=Endings(uow, meetups, registrations, offers, seats),
        standings=standings,
    )


class EventsRpc:
    name = "events-rpc"
    app = App()

    @rpc(events.CREATE_MEETUP, one_unit=True)
    def create_meetup(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.create(request, ctx)

    @rpc(events.GET_MEETUP)
    def get_meetup(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.get(request, ctx)

    @rpc(events.LIST_MEETUPS)
    def list_meetups(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.list_of_community(request, ctx)

    @rpc(events.PUBLISH_MEETUP, one_unit=True)
    def publish_meetup(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.publish(request, ctx)

    @rpc(events.CLOSE_REGISTRATION, one_unit=True)
    def close_registration(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.close_registration(request, ctx)

    @rpc(events.CANCEL_MEETUP, one_unit=True)
    def cancel_meetup(self, request: dict, ctx: Context) -> dict:
        return self.app.meetups.cancel(request, ctx)

    @rpc(events.REGISTER, one_unit=True)
    def register(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.register(request, ctx)

    @rpc(events.GET_REGISTRATION)
    def get_registration(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.get(request, ctx)

    @rpc(events.LIST_REGISTRATIONS)
    def list_registrations(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.list_of_meetup(request, ctx)

    @rpc(events.LIST_MY_REGISTRATIONS)
    def list_my_registrations(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.list_mine(request, ctx)

    @rpc(events.SELECT_REGISTRATIONS)
    def select_registrations(self, request: dict, ctx: Context) -> dict:
        return self.app.selection.select(request, ctx)

    @rpc(events.CONFIRM_REGISTRATION, one_unit=True)
    def confirm_registration(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.confirm(request, ctx)

    @rpc(events.DECLINE_REGISTRATION, one_unit=True)
    def decline_registration(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.decline(request, ctx)

    @rpc(events.WITHDRAW_REGISTRATION, one_unit=True)
    def withdraw_registration(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.withdraw(request, ctx)

    @rpc(events.ACCEPT_OFFER, one_unit=True)
    def accept_offer(self, request: dict, ctx: Context) -> dict:
        return self.app.offers.accept(request, ctx)

    @rpc(events.DECLINE_OFFER, one_unit=True)
    def decline_offer(self, request: dict, ctx: Context) -> dict:
        return self.app.offers.decline(request, ctx)

    @rpc(events.CHECK_IN, one_unit=True)
    def check_in(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.check_in(request, ctx)

    @rpc(events.HAS_ATTENDED)
    def has_attended(self, request: dict, ctx: Context) -> dict:
        return self.app.registrations.has_attended(request, ctx)


class EventsConsumers:
    name = "events-consumers"
    app = App()

    @replica(membership.STANDING_CHANGED)
    def on_standing_changed(self, event: CloudEvent, ctx: Context) -> None:
        self.app.standings.apply(event)


class EventsJobs:
    name = "events-jobs"
    app = App()

    @job("waitlist_others", wakes=[Writes(MEETUPS)])
    def waitlist_others(self, run: JobRun) -> None:
        self.app.selection.waitlist_others(run)

    @job("lapse_unconfirmed")
    def lapse_unconfirmed(self, run: JobRun) -> None:
        self.app.selection.lapse_unconfirmed(run)

    @job("expire_offers")
    def expire_offers(self, run: JobRun) -> None:
        self.app.offers.expire(run)

    @job("promote", wakes=[Writes(SEATS)])
    def promote(self, run: JobRun) -> None:
        self.app.offers.promote(run)

    @job("end_meetups")
    def end_meetups(self, run: JobRun) -> None:
        self.app.endings.end_meetups(run)

    @job("wind_up", wakes=[Writes(MEETUPS)])
    def wind_up(self, run: JobRun) -> None:
        self.app.endings.wind_up(run)

    @job("free_orphaned_seats")
    def free_orphaned_seats(self, run: JobRun) -> None:
        self.app.endings.free_orphaned_seats(run)


SERVICE = ServiceDefinition(
    name="events",
    settings=EventsSettings,
    build=build,
    roles={"rpc": EventsRpc, "consumers": EventsConsumers, "jobs": EventsJobs},
    schema=SCHEMA,
)
