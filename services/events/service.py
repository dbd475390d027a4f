"""The composition of the events service, and what answers its RPCs, events and jobs."""

from dataclasses import dataclass

from chassis.access import Access
from chassis.changes import WatchedCollection, Writes
from chassis.consumers import Reactions, Replicas, consumers_role
from chassis.erasure import PersonErasure
from chassis.export import Part, PersonExport
from chassis.history import History
from chassis.jobs import Job, Jobs, jobs_role
from chassis.names import Names
from chassis.platform import Platform, ServiceDefinition
from chassis.resync import RESYNC, Resync, standings_group
from chassis.rpc_server import Handlers, rpc_role
from chassis.settings import ServiceSettings
from chassis.standings import Standings
from contracts import events, membership, payments
from services.events.store import SCHEMA, open_stores
from services.events.store.meetups import MeetupStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import SeatStore
from services.events.usecases.changes import ChangeUseCases
from services.events.usecases.history import HistoryUseCases
from services.events.usecases.meetups import MeetupUseCases
from services.events.usecases.offers import OfferUseCases
from services.events.usecases.registrations import RegistrationUseCases
from services.events.usecases.seat_payments import SeatPaymentUseCases
from services.events.usecases.selection import SelectionUseCases
from services.events.usecases.winding_up import WindingUpUseCases


@dataclass(frozen=True)
class EventsApp:
    """What the entrypoints call."""

    meetups: MeetupUseCases
    registrations: RegistrationUseCases
    selection: SelectionUseCases
    offers: OfferUseCases
    changes: ChangeUseCases
    winding_up: WindingUpUseCases
    seat_payments: SeatPaymentUseCases
    history: HistoryUseCases
    erasure: PersonErasure
    export: PersonExport
    standings: Standings
    resync: Resync


def build(platform: Platform[ServiceSettings]) -> EventsApp:
    """The composition of one process."""
    stores, uow, clock = open_stores(platform.database), platform.uow, platform.clock
    standings = Standings(platform)
    access = Access(standings.held)
    names = Names(platform.rpc, purpose="registrations")
    registrations = RegistrationUseCases(
        stores=stores, uow=uow, clock=clock, access=access, names=names
    )
    return EventsApp(
        meetups=MeetupUseCases(
            stores=stores, uow=uow, clock=clock, rpc=platform.rpc, access=access
        ),
        registrations=registrations,
        selection=SelectionUseCases(stores=stores, uow=uow, access=access),
        offers=OfferUseCases(stores=stores, uow=uow, access=access, registrations=registrations),
        changes=ChangeUseCases(stores=stores, uow=uow),
        winding_up=WindingUpUseCases(stores=stores, uow=uow),
        seat_payments=SeatPaymentUseCases(stores=stores, uow=uow),
        history=HistoryUseCases(
            stores=stores, history=History(database=platform.database, access=access)
        ),
        erasure=PersonErasure(
            database=platform.database,
            uow=uow,
            forget=[registrations.forget],
            confirms=events.PERSON_DATA_ERASED,
        ),
        export=PersonExport(
            access=access,
            parts={"registration": Part(events.Registration, registrations.list_all_mine)},
            export_person=events.EXPORT_PERSON,
        ),
        standings=standings,
        resync=Resync(platform),
    )


RPCS: Handlers[EventsApp] = {
    events.GET_MEETUP: lambda app: app.meetups.get,
    events.LIST_MEETUPS: lambda app: app.meetups.list_of_community,
    events.LIST_NEXT_MEETUPS: lambda app: app.meetups.list_next,
    events.LIST_GUESTS: lambda app: app.registrations.list_guests,
    events.COUNT_MEETUPS: lambda app: app.meetups.count_of_community,
    events.CHANGE_MEETUP: lambda app: app.meetups.change,
    events.COUNT_REGISTRATIONS: lambda app: app.registrations.count_of_meetup,
    events.GET_REGISTRATION: lambda app: app.registrations.get,
    events.LIST_REGISTRATIONS: lambda app: app.registrations.list_of_meetup,
    events.LIST_MY_REGISTRATIONS: lambda app: app.registrations.list_mine,
    events.GET_MEETUP_HISTORY: lambda app: app.history.of_meetup,
    events.GET_REGISTRATION_HISTORY: lambda app: app.history.of_registration,
    events.EXPORT_MINE: lambda app: app.export.mine,
    events.EXPORT_PERSON: lambda app: app.export.of_person,
    events.IS_SEAT_KEPT: lambda app: app.registrations.is_seat_kept,
    events.GET_PLACE_WORDS: lambda app: app.registrations.place_words,
    events.HAS_ATTENDED: lambda app: app.registrations.has_attended,
}

# Each changes nothing outside of its one keyed unit of work.
SINGLE_TRANSACTION_RPCS: Handlers[EventsApp] = {
    events.CREATE_MEETUP: lambda app: app.meetups.create,
    events.PUBLISH_MEETUP: lambda app: app.meetups.publish,
    events.CLOSE_REGISTRATION: lambda app: app.meetups.close_registration,
    events.CANCEL_MEETUP: lambda app: app.meetups.cancel,
    events.REGISTER: lambda app: app.registrations.register,
    events.SELECT_REGISTRATIONS: lambda app: app.selection.select,
    events.CONFIRM_REGISTRATION: lambda app: app.registrations.confirm,
    events.DECLINE_REGISTRATION: lambda app: app.registrations.decline,
    events.WITHDRAW_REGISTRATION: lambda app: app.registrations.withdraw,
    events.ACCEPT_OFFER: lambda app: app.offers.accept,
    events.DECLINE_OFFER: lambda app: app.offers.decline,
    events.CHECK_IN: lambda app: app.registrations.check_in,
    events.UNDO_CHECK_IN: lambda app: app.registrations.undo_check_in,
}

REACTIONS: Reactions[EventsApp] = {
    membership.PERSON_ERASED: lambda app: app.erasure.erase,
    payments.ORDER_PAID: lambda app: app.seat_payments.fulfil,
    payments.ORDER_REFUNDED: lambda app: app.seat_payments.take_back,
}

REPLICAS: Replicas[EventsApp] = {
    membership.STANDING_CHANGED: lambda app: app.standings.apply,
}

_MEETUPS_CHANGE = Writes(MeetupStore.collection_schema)
_SEATS_CHANGE = Writes(SeatStore.collection_schema)

JOBS: Jobs[EventsApp] = {
    Job("waitlist_others", wakes=[_MEETUPS_CHANGE]): lambda app: app.selection.waitlist_others,
    Job("lapse_unconfirmed"): lambda app: app.selection.lapse_unconfirmed,
    Job("expire_offers"): lambda app: app.offers.expire,
    Job("promote", wakes=[_SEATS_CHANGE]): lambda app: app.offers.promote,
    Job("tell_of_changes", wakes=[_MEETUPS_CHANGE]): lambda app: app.changes.tell,
    Job("end_meetups"): lambda app: app.winding_up.end_meetups,
    Job("wind_up", wakes=[_MEETUPS_CHANGE]): lambda app: app.winding_up.wind_up,
    RESYNC: lambda app: app.resync.nightly,
}

SERVICE = ServiceDefinition(
    name="events",
    settings=ServiceSettings,
    build=build,
    roles={
        "rpc": rpc_role("events", RPCS, SINGLE_TRANSACTION_RPCS),
        "consumers": consumers_role("events", REACTIONS, REPLICAS),
        "jobs": jobs_role("events", JOBS),
    },
    schema=SCHEMA,
    tells=[WatchedCollection(RegistrationStore.collection_schema, "reg", person="person_id")],
    commands=[standings_group],
)
