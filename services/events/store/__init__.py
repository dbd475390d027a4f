"""The events database."""

from chassis.migrations import into_commits
from chassis.schema import DatabaseSchema
from services.events.store.meetups import MEETUPS
from services.events.store.migrations import look_at_freed_seats
from services.events.store.offers import OFFERS
from services.events.store.registrations import REGISTRATIONS
from services.events.store.seats import SEATS

SCHEMA = DatabaseSchema(
    service="events",
    collections=[MEETUPS, REGISTRATIONS, OFFERS, SEATS],
    migrations=[into_commits(1), look_at_freed_seats(2)],
)
