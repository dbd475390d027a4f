"""Notifications: written once for each cause, read by their person."""

from typing import Any

import structlog

from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.notifications.adapters.membership import Neighbours
from services.notifications.adapters.wording import Wording, Words
from services.notifications.domain.rules import BY_EVENT, IN_APP, Rule
from services.notifications.store.deliveries import AlreadyTold, DeliveryStore
from services.notifications.store.notifications import NotificationStore

View = dict[str, Any]
log = structlog.get_logger()


class Notifications:
    """The in-app inbox, and the way into it and to the other channels."""

    def __init__(
        self,
        uow: UnitOfWork,
        notifications: NotificationStore,
        deliveries: DeliveryStore,
        neighbours: Neighbours,
        wording: Wording,
    ) -> None:
        self._uow = uow
        self._notifications = notifications
        self._deliveries = deliveries
        self._neighbours = neighbours
        self._wording = wording

    def notify(self, event: CloudEvent, ctx: Context) -> None:
        """Writes the message that an event causes, and its deliveries; once, however often told."""
        rule = BY_EVENT[event.event.type]

        def work(tx: Transaction) -> None:
            self._write(tx, rule, event)

        try:
            self._uow.run(ctx, work)
        except AlreadyTold:
            return  # the inbox had forgotten the event, the delivery log had not

    def _write(self, tx: Transaction, rule: Rule, event: CloudEvent) -> None:
        person_id = rule.recipient(event.data)
        community_id = event.data.get("community_id")
        notification = self._notifications.insert(
            tx,
            {
                "_id": new_id("ntf"),
                "person_id": person_id,
                "community_id": community_id,
                "type": rule.type,
                "category": rule.category,
                "facts": event.data,
                "link": rule.link.format(**event.data),
                "in_app": IN_APP in rule.channels,
                "read_at": None,
                "cause_id": event.id,
                "request_id": event.correlationid,
            },
        )
        deliveries = []
        for channel in rule.channels:
            in_app = channel == IN_APP  # being written is being delivered
            deliveries.append(
                {
                    "_id": new_id("dlv"),
                    "notification_id": notification["_id"],
                    "community_id": community_id,
                    "cause_id": event.id,
                    "type": rule.type,
                    "recipient_id": person_id or event.subject,
                    "channel": channel,
                    "state": "sent" if in_app else "pending",
                    "attempts": 1 if in_app else 0,
                    "due_at": tx.now,
                    "settled_at": tx.now if in_app else None,
                    "last_error": None,
                }
            )
        self._deliveries.insert_all(tx, deliveries)

    def list_mine(self, request: View, ctx: Context) -> View:
        """A page of the signed-in person's inbox, newest first, in the reader's language."""
        found, following = self._notifications.inbox(
            ctx.person(), after=request["after"], limit=request["limit"]
        )
        return {"items": [self._view(document, ctx) for document in found], "next": following}

    def mark_read(self, request: View, ctx: Context) -> View:
        """The first time counts; somebody else's message is answered like a missing one (O-1)."""

        id = request["notification_id"]

        def work(tx: Transaction) -> dict[str, Any] | None:
            read = self._notifications.mark_read(tx, id, ctx.person())
            if read is not None:
                tx.audit("mark_notification_read", {**read, "read_at": None}, read)
            return read

        found = self._uow.run(ctx, work) or self._notifications.require(id)
        if found["person_id"] != ctx.person() or not found["in_app"]:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._notifications.noun)
        return self._view(found, ctx)

    def _view(self, document: dict[str, Any], ctx: Context) -> View:
        words = self._words(document, ctx)
        kept = ("community_id", "type", "category", "link", "read_at", "version", "created_at")
        return {
            "id": document["_id"],
            "title": words.title,
            "text": words.text,
            **{name: document[name] for name in kept},
        }

    def _words(self, document: dict[str, Any], ctx: Context) -> Words:
        """The message in the reader's language; one that cannot be worded hides no other."""
        type = document["type"]
        community = self._neighbours.community(document["community_id"], ctx)
        try:
            return self._wording.words(
                type,
                ctx.locale,
                facts=document["facts"],
                community=community["name"],
                zone=community["zone"],
            )
        except Exception:
            log.exception("message_not_worded", notification_id=document["_id"], type=type)
            return self._wording.plain(type, ctx.locale, community=community["name"])
