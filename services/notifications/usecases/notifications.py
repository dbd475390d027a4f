"""Notifications: written once for each cause and channel, read by their person."""

import re
from typing import TypedDict

import structlog

from chassis.access import require_own
from chassis.aggregates import PageAnswer
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.fields import ID_PATTERN
from contracts.notifications import MARK_NOTIFICATION_READ, MOST_UNREAD
from contracts.types import notifications as wire
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import SENDER, Wording, Words
from services.notifications.adapters.words import QuotedWords
from services.notifications.domain.deliveries import Message
from services.notifications.domain.rules import BY_EVENT, BY_TYPE, IN_APP, Rule
from services.notifications.store import Stores

log = structlog.get_logger()


class Uncounted(TypedDict, total=False):
    """The mark of what kept counts do not have."""

    uncounted: bool


class NotificationUseCases:
    """The in-app inbox, and the way into it and to the other channels."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        membership: MembershipClient,
        quoted: QuotedWords,
        wording: Wording,
    ) -> None:
        self._messages = stores.messages
        self._uow = uow
        self._clock = clock
        self._membership = membership
        self._quoted = quoted
        self._wording = wording

    def notify(self, event: CloudEvent, ctx: Context) -> None:
        """Writes what an event causes, a message for each rule, reader and channel; once, however
        often told."""
        now = self._clock.now()
        community_id = event.data.get("community_id")
        # What is about an account belongs to no community, and nobody asks how many there were.
        uncounted: Uncounted = {} if community_id is None else {"uncounted": True}
        messages: list[Message] = [
            {
                "_id": new_id("ntf" if channel == IN_APP else "dlv"),
                "recipient_id": recipient_id,
                "community_id": community_id,
                "type": rule.type,
                "category": rule.category,
                "priority": rule.priority,
                "facts": event.data,
                "link": rule.link.format(**event.data),
                "channel": channel,
                "cause_id": event.id,
                "request_id": event.correlationid,
                "read_at": None,
                # In the app, being written is being delivered.
                "state": "sent" if channel == IN_APP else "pending",
                "attempts": 1 if channel == IN_APP else 0,
                "due_at": now,
                "settled_at": now if channel == IN_APP else None,
                "last_error": None,
                **uncounted,
            }
            for rule in BY_EVENT[event.event.type]
            for recipient_id in self._recipients(rule, event, ctx)
            for channel in rule.channels
        ]
        self._messages.add(messages, now)

    def _recipients(self, rule: Rule, event: CloudEvent, ctx: Context) -> list[str]:
        if rule.roles:
            return self._membership.holders(event.data["community_id"], rule.roles, ctx)
        return [rule.recipient(event.data) or event.subject]

    def list_mine(self, request: wire.ListMyNotifications, ctx: Context) -> wire.MyNotifications:
        """A page of the signed-in person's inbox, newest first, in the reader's language; and how
        many of all are not read yet."""
        person_id = ctx.require_person()
        page = self._messages.inbox(
            person_id, unread=request["unread"], after=request["after"], limit=request["limit"]
        )
        unread = self._messages.count_unread(person_id, MOST_UNREAD)
        return {**page.answer(lambda message: self._view(message, ctx)), "unread": unread}

    def list_all_mine(
        self, request: wire.PageRequest, ctx: Context
    ) -> PageAnswer[wire.Notification]:
        """The same for their export."""
        page = self._messages.inbox(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(lambda message: self._view(message, ctx))

    def mark_read(self, request: wire.NotificationRef, ctx: Context) -> wire.Notification:
        """The first time counts; somebody else's message is answered like a missing one (O-1)."""

        id = request["notification_id"]

        def work(tx: Transaction) -> Message | None:
            read = self._messages.mark_read(tx, id, ctx.require_person())
            if read is not None:
                tx.audit("mark_notification_read", {**read, "read_at": None}, read)
            return read

        found = self._uow.run(ctx, work) or self._messages.require(id)
        require_own(ctx, MARK_NOTIFICATION_READ.who, found["recipient_id"], self._messages.noun)
        if found["channel"] != IN_APP:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._messages.noun)
        return self._view(found, ctx)

    def mark_read_through(
        self, request: wire.ReadMyNotifications, ctx: Context
    ) -> wire.UnreadNotifications:
        """All of the person's that stand at this place of the inbox or below it."""

        def work(tx: Transaction) -> wire.UnreadNotifications:
            read, left = self._messages.mark_read_through(
                tx, ctx.require_person(), request["read_through"]
            )
            for message in read:
                tx.audit("mark_notification_read", {**message, "read_at": None}, message)
            return {"unread": min(left, MOST_UNREAD)}

        return self._uow.run(ctx, work)

    def forget(self, person_id: str, ctx: Context) -> list[str]:
        """Takes the messages of an erased person away; what is to be mailed is mailed no more."""
        self._messages.forget(person_id)
        return []

    def _view(self, message: Message, ctx: Context) -> wire.Notification:
        community_id = message["community_id"]
        assert community_id is not None  # only what is about an account has none: mails
        words, page = self._shown(message, community_id, ctx)
        return {
            "id": message["_id"],
            "community_id": community_id,
            "type": message["type"],
            "category": message["category"],
            "title": words.title,
            "text": words.text,
            "link": message["link"],
            "about": _about(message),
            "page": page,
            "read_at": message["read_at"],
            "version": message["version"],
            "created_at": message["created_at"],
        }

    def _shown(self, message: Message, community_id: str, ctx: Context) -> tuple[Words, str | None]:
        """The message in the reader's language, and the page that it leads to; one that cannot be
        worded hides no other."""
        type = message["type"]
        try:
            community = self._membership.community(community_id, ctx)
        except DomainError as problem:
            if problem.error is not OBJECT_NOT_FOUND:
                raise
            # Membership was restored to before the community: its messages are not everybody's.
            log.error("community_of_message_unknown", notification_id=message["_id"])
            return self._wording.plain(type, ctx.locale, community=SENDER), None
        try:
            words = self._wording.words(
                type,
                ctx.locale,
                facts={**message["facts"], **self._quoted_words(message, ctx)},
                community=community["name"],
                zone=community["zone"],
            )
        except Exception:
            log.exception("message_not_worded", notification_id=message["_id"], type=type)
            words = self._wording.plain(type, ctx.locale, community=community["name"])
        rule = BY_TYPE.get(type)  # a newer release may have more
        lead = rule and rule.lead(message["facts"], community["links"])
        return words, lead.page if lead else None

    def _quoted_words(self, message: Message, ctx: Context) -> dict[str, str]:
        """What it quotes; without them while the service that keeps them does not answer."""
        try:
            return self._quoted.of(BY_TYPE[message["type"]], message["facts"], ctx)
        except DomainError as problem:
            log.warning("words_not_had", notification_id=message["_id"], problem=problem.code)
            return {"words": ""}


def _about(message: Message) -> wire.MessageAbout | None:
    rule = BY_TYPE.get(message["type"])  # a newer release may have more
    if rule is None or rule.about is None:
        return None
    id = message["facts"].get(f"{rule.about}_id")
    if not isinstance(id, str) or not re.match(ID_PATTERN, id):
        return None
    return {"kind": rule.about, "id": id}
