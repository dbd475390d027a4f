"""The notifications database."""

from chassis.schema import DatabaseSchema
from services.notifications.store.deliveries import DELIVERIES
from services.notifications.store.notifications import NOTIFICATIONS

SCHEMA = DatabaseSchema(
    service="notifications", collections=[NOTIFICATIONS, DELIVERIES], migrations=[]
)
