"""The notifications database."""

from chassis.migrations import into_commits
from chassis.schema import DatabaseSchema
from services.notifications.store.deliveries import DELIVERIES
from services.notifications.store.notifications import NOTIFICATIONS

SCHEMA = DatabaseSchema(
    service="notifications", collections=[NOTIFICATIONS, DELIVERIES], migrations=[into_commits(1)]
)
