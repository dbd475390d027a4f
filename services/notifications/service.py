"""The composition of the notifications service, and what answers its RPCs, events and jobs."""

from dataclasses import dataclass

from chassis.access import Access
from chassis.changes import INSERT, REPLACE, WatchedCollection, Writes
from chassis.consumers import Queue, Reactions, Replicas, consumers_role
from chassis.erasure import PersonErasure
from chassis.export import Part, PersonExport
from chassis.jobs import Job, Jobs, jobs_role
from chassis.platform import Platform, ServiceDefinition
from chassis.resync import RESYNC, Resync, standings_group
from chassis.rpc_server import Handlers, rpc_role
from chassis.standings import Standings
from contracts import events, membership, notifications, payments
from services.notifications.adapters.channels import Channel
from services.notifications.adapters.events import EventsClient
from services.notifications.adapters.mail import MailChannel, MailServer
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.sms import SmsChannel
from services.notifications.adapters.wording import Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.commands import deliveries
from services.notifications.settings import NotificationsSettings
from services.notifications.store import SCHEMA, open_stores
from services.notifications.store.messages import MessageStore
from services.notifications.usecases.deliveries import DeliveryUseCases
from services.notifications.usecases.notifications import NotificationUseCases
from services.notifications.usecases.request_log import RequestLogUseCases


@dataclass(frozen=True)
class NotificationsApp:
    """What the entrypoints call."""

    notifications: NotificationUseCases
    deliveries: DeliveryUseCases
    request_log: RequestLogUseCases
    erasure: PersonErasure
    export: PersonExport
    standings: Standings
    resync: Resync


def channels_of(settings: NotificationsSettings, wording: Wording) -> dict[str, Channel]:
    """The channels over which this release sends, by name."""
    mail_server = MailServer(settings.smtp_url, settings.mail_from)
    return {
        "email": MailChannel(mail_server, wording),
        "sms": SmsChannel(settings.sms_url, settings.sms_key),
    }


def build(platform: Platform[NotificationsSettings]) -> NotificationsApp:
    """The composition of one process."""
    stores, uow, clock = open_stores(platform.database), platform.uow, platform.clock
    membership_client, wording = MembershipClient(platform.rpc), Wording()
    quoted = QuotedWords(platform.rpc)
    standings = Standings(platform)
    access = Access(standings.held)
    inbox = NotificationUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        membership=membership_client,
        quoted=quoted,
        wording=wording,
    )
    return NotificationsApp(
        notifications=inbox,
        deliveries=DeliveryUseCases(
            stores=stores,
            uow=uow,
            clock=clock,
            membership=membership_client,
            quoted=quoted,
            events=EventsClient(platform.rpc),
            wording=wording,
            channels=channels_of(platform.settings, wording),
            access=access,
        ),
        request_log=RequestLogUseCases(stores=stores, access=access),
        erasure=PersonErasure(
            database=platform.database,
            uow=uow,
            forget=[inbox.forget],
            confirms=notifications.PERSON_DATA_ERASED,
        ),
        export=PersonExport(
            access=access,
            parts={"notification": Part(notifications.Notification, inbox.list_all_mine)},
            export_person=notifications.EXPORT_PERSON,
        ),
        standings=standings,
        resync=Resync(platform),
    )


RPCS: Handlers[NotificationsApp] = {
    notifications.LIST_MY_NOTIFICATIONS: lambda app: app.notifications.list_mine,
    notifications.MARK_NOTIFICATION_READ: lambda app: app.notifications.mark_read,
    notifications.READ_MY_NOTIFICATIONS: lambda app: app.notifications.mark_read_through,
    notifications.GET_DELIVERY_SUMMARY: lambda app: app.deliveries.summary,
    notifications.STORE_REQUESTS: lambda app: app.request_log.store,
    notifications.GET_REQUEST: lambda app: app.request_log.get,
    notifications.EXPORT_MINE: lambda app: app.export.mine,
    notifications.EXPORT_PERSON: lambda app: app.export.of_person,
}

SIGN_IN_CODES = Queue(
    "on_sign_in_requested", (membership.SIGN_IN_REQUESTED, membership.PHONE_SIGN_IN_REQUESTED)
)
APPLICATION_NEWS = Queue(
    "on_application_news",
    (
        membership.APPLICATION_SUBMITTED,
        membership.APPLICATION_INFO_REQUESTED,
        membership.APPLICATION_APPROVED,
        membership.APPLICATION_REJECTED,
        membership.APPLICATION_LAPSED,
        membership.DECISION_UNDONE,
        membership.APPLICATION_REOPENED,
        membership.PAYMENT_REMINDER_DUE,
    ),
)
MEMBERSHIP_NEWS = Queue(
    "on_membership_news",
    (
        membership.ACTIVATED,
        membership.RENEWED,
        membership.PLAN_CHANGED,
        membership.ENTERED_GRACE,
        membership.EXPIRED,
        membership.CANCELLED,
        membership.CANCELLATION_CHOSEN,
        membership.PAUSED,
        membership.RESUMED,
        membership.SUSPENDED,
        membership.SUSPENSION_ENDED,
        membership.TERM_ENDING,
    ),
)
ACCOUNT_NEWS = Queue(
    "on_account_news",
    (
        membership.EMAIL_CHANGE_STARTED,
        membership.EMAIL_CHANGED,
        membership.ERASURE_ASKED,
        membership.IDENTITY_LINKED,
        membership.IDENTITY_UNLINKED,
    ),
)
# For who answers for a community; a queue of its own, since membership is asked who that is.
STAFF_NEWS = Queue(
    "on_staff_news",
    (
        membership.API_KEY_MADE,
        membership.API_KEYS_LEFT,
        membership.REVIEWS_OVERDUE,
        payments.PROVIDER_ACCOUNT_CHANGED,
    ),
)
TRANSFER_NEWS = Queue("on_transfer_news", (payments.TRANSFER_INCOMPLETE, payments.TRANSFER_ENDING))
REGISTRATION_NEWS = Queue(
    "on_registration_news",
    (
        events.REGISTRATION_SELECTED,
        events.REGISTRATION_WAITLISTED,
        events.REGISTRATION_CONFIRMED,
        events.SEAT_OFFERED,
        events.SEAT_PAYABLE,
        events.SEAT_LAPSED,
        events.REGISTRATION_CANCELLED,
        events.MEETUP_CHANGED,
    ),
)

REACTIONS: Reactions[NotificationsApp] = {
    # On a queue of its own: nobody waits for a sign-in code behind a wave of other messages.
    SIGN_IN_CODES: lambda app: app.notifications.notify,
    ACCOUNT_NEWS: lambda app: app.notifications.notify,
    APPLICATION_NEWS: lambda app: app.notifications.notify,
    MEMBERSHIP_NEWS: lambda app: app.notifications.notify,
    REGISTRATION_NEWS: lambda app: app.notifications.notify,
    TRANSFER_NEWS: lambda app: app.notifications.notify,
    STAFF_NEWS: lambda app: app.notifications.notify,
    payments.ORDER_REFUNDED: lambda app: app.notifications.notify,
    payments.REFUND_DECLINED: lambda app: app.notifications.notify,
    membership.PERSON_ERASED: lambda app: app.erasure.erase,
}

REPLICAS: Replicas[NotificationsApp] = {
    membership.STANDING_CHANGED: lambda app: app.standings.apply,
}


def _written(*facts: str) -> list[Writes]:
    """A message whose facts have one of these is new, or due again."""
    written = (INSERT, REPLACE)
    return [
        Writes(MessageStore.collection_schema, written, having=f"facts.{fact}") for fact in facts
    ]


JOBS: Jobs[NotificationsApp] = {
    # A code is waited for by somebody who looks at the screen.
    Job("send_codes", every=0.25, wakes=_written("challenge_id", "change_id")): (
        lambda app: app.deliveries.send_codes
    ),
    Job(
        "send_deliveries",
        every=0.25,
        wakes=_written("community_id", "erasure_id", "change_id", "identity_id"),
    ): lambda app: app.deliveries.send_due,
    Job("count_deliveries"): lambda app: app.deliveries.count,
    RESYNC: lambda app: app.resync.nightly,
}

SERVICE = ServiceDefinition(
    name="notifications",
    settings=NotificationsSettings,
    build=build,
    roles={
        "rpc": rpc_role("notifications", RPCS),
        "consumers": consumers_role("notifications", REACTIONS, REPLICAS),
        "jobs": jobs_role("notifications", JOBS),
    },
    schema=SCHEMA,
    tells=[WatchedCollection(MessageStore.collection_schema, "ntf", person="recipient_id")],
    commands=[deliveries, standings_group],
)
