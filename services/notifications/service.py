"""The nameko classes of the notifications service: decode, call a use case, encode."""

from dataclasses import dataclass

from chassis.app import App
from chassis.changes import INSERT, REPLACE, Writes
from chassis.consumers import reaction, replica
from chassis.context import Context
from chassis.jobs import JobRun, job
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import rpc
from chassis.standings import Standings
from contracts import events, membership, notifications, payments
from contracts.envelope import CloudEvent
from services.notifications.adapters.mail import Postman
from services.notifications.adapters.membership import Neighbours
from services.notifications.adapters.wording import Wording
from services.notifications.commands import deliveries
from services.notifications.settings import NotificationsSettings
from services.notifications.store import SCHEMA
from services.notifications.store.deliveries import DELIVERIES, DeliveryStore
from services.notifications.store.notifications import NotificationStore
from services.notifications.usecases.deliveries import Deliveries
from services.notifications.usecases.notifications import Notifications


@dataclass(frozen=True)
class NotificationsApp:
    """What the entrypoints call."""

    notifications: Notifications
    deliveries: Deliveries
    standings: Standings


def build(platform: Platform[NotificationsSettings]) -> NotificationsApp:
    """The composition of one process."""
    notification_store = NotificationStore(platform.database)
    delivery_store = DeliveryStore(platform.database)
    neighbours = Neighbours(platform.rpc)
    wording = Wording()
    standings = Standings(platform)
    return NotificationsApp(
        notifications=Notifications(
            platform.uow, notification_store, delivery_store, neighbours, wording
        ),
        deliveries=Deliveries(
            platform.clock,
            platform.uow,
            delivery_store,
            neighbours,
            wording,
            Postman(platform.settings.smtp_url, platform.settings.mail_from),
            standings,
        ),
        standings=standings,
    )


class NotificationsRpc:
    name = "notifications-rpc"
    app = App()

    @rpc(notifications.LIST_MY_NOTIFICATIONS)
    def list_my_notifications(self, request: dict, ctx: Context) -> dict:
        return self.app.notifications.list_mine(request, ctx)

    @rpc(notifications.MARK_NOTIFICATION_READ)
    def mark_notification_read(self, request: dict, ctx: Context) -> dict:
        return self.app.notifications.mark_read(request, ctx)

    @rpc(notifications.GET_DELIVERY_SUMMARY)
    def get_delivery_summary(self, request: dict, ctx: Context) -> dict:
        return self.app.deliveries.summary(request, ctx)


class NotificationsConsumers:
    name = "notifications-consumers"
    app = App()

    @replica(membership.STANDING_CHANGED)
    def on_standing_changed(self, event: CloudEvent, ctx: Context) -> None:
        self.app.standings.apply(event)

    # On a queue of its own: nobody waits for a sign-in code behind a wave of other messages.
    @reaction(membership.SIGN_IN_REQUESTED)
    def on_sign_in_requested(self, event: CloudEvent, ctx: Context) -> None:
        self.app.notifications.notify(event, ctx)

    @reaction(
        membership.APPLICATION_SUBMITTED,
        membership.APPLICATION_INFO_REQUESTED,
        membership.APPLICATION_APPROVED,
        membership.APPLICATION_REJECTED,
        membership.APPLICATION_LAPSED,
        membership.PAYMENT_REMINDER_DUE,
    )
    def on_application_news(self, event: CloudEvent, ctx: Context) -> None:
        self.app.notifications.notify(event, ctx)

    @reaction(
        membership.ACTIVATED,
        membership.RENEWED,
        membership.ENTERED_GRACE,
        membership.EXPIRED,
        membership.CANCELLED,
        membership.TERM_ENDING,
    )
    def on_membership_news(self, event: CloudEvent, ctx: Context) -> None:
        self.app.notifications.notify(event, ctx)

    @reaction(payments.ORDER_REFUNDED)
    def on_order_refunded(self, event: CloudEvent, ctx: Context) -> None:
        self.app.notifications.notify(event, ctx)

    @reaction(
        events.REGISTRATION_SELECTED,
        events.REGISTRATION_WAITLISTED,
        events.REGISTRATION_CONFIRMED,
        events.SEAT_OFFERED,
        events.SEAT_LAPSED,
        events.REGISTRATION_CANCELLED,
    )
    def on_registration_news(self, event: CloudEvent, ctx: Context) -> None:
        self.app.notifications.notify(event, ctx)


class NotificationsJobs:
    name = "notifications-jobs"
    app = App()

    # A sign-in code is waited for by somebody who looks at the screen.
    @job("send_deliveries", every=0.25, wakes=[Writes(DELIVERIES, (INSERT, REPLACE))])
    def send_deliveries(self, run: JobRun) -> None:
        self.app.deliveries.send_due(run)


SERVICE = ServiceDefinition(
    name="notifications",
    settings=NotificationsSettings,
    build=build,
    roles={
        "rpc": NotificationsRpc,
        "consumers": NotificationsConsumers,
        "jobs": NotificationsJobs,
    },
    schema=SCHEMA,
    commands=[deliveries],
)
