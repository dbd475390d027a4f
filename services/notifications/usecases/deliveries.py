"""Deliveries: sent when due, tried again when it may help, shown to operators when it does not."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.jobs import JobRun
from chassis.standings import Standings
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError, Kind
from services.notifications.adapters.mail import Letter, MailPostponed, MailRefused, Postman, Round
from services.notifications.adapters.membership import Neighbours
from services.notifications.adapters.wording import Wording
from services.notifications.domain import deliveries as outcomes
from services.notifications.domain.rules import BY_TYPE
from services.notifications.store.deliveries import DeliveryStore
from services.notifications.store.notifications import NotificationStore

Document = dict[str, Any]
log = structlog.get_logger()

BATCH = 200
LANES = 8  # connections to the mail server at once
SENDER = "Coterie"  # signs what no community says: sign-in codes
SENDER_ZONE = "Asia/Shanghai"
PASSING = frozenset({Kind.UNAVAILABLE, Kind.RATE_LIMITED, Kind.INTERNAL})

SETTLED = Counter(
    "coterie_notifications_attempts", "Attempts to deliver by outcome", ["type", "outcome"]
)
OLDEST = Gauge("coterie_notifications_oldest_due_seconds", "How long the oldest due one waits")


class Suppressed(Exception):
    """The message must not be sent (any more); says why."""


class Deliveries:
    """The sending side."""

    def __init__(
        self,
        clock: Clock,
        uow: UnitOfWork,
        notifications: NotificationStore,
        deliveries: DeliveryStore,
        neighbours: Neighbours,
        wording: Wording,
        postman: Postman,
        standings: Standings,
    ) -> None:
        self._clock = clock
        self._uow = uow
        self._notifications = notifications
        self._deliveries = deliveries
        self._neighbours = neighbours
        self._wording = wording
        self._postman = postman
        self._standings = standings

    def send_due(self, run: JobRun) -> None:
        """One pass: all that is due, in batches, a few connections at once."""
        while not run.should_stop:
            batch = self._deliveries.due(self._clock.now(), BATCH)
            OLDEST.set((run.now - batch[0]["due_at"]).total_seconds() if batch else 0)
            if not batch:
                run.next_due(self._deliveries.soonest_due())
                return
            messages = self._notifications.by_ids([row["notification_id"] for row in batch])
            lots = [batch[lane::LANES] for lane in range(min(LANES, len(batch)))]
            with ThreadPoolExecutor(LANES) as lanes:
                # Taking the results lets an unexpected error of a lane surface here.
                list(lanes.map(self._send_lot, lots, repeat(messages), repeat(run)))
        OLDEST.set(math.nan)  # whoever leads from now on knows

    def _send_lot(self, lot: list[Document], messages: dict[str, Document], run: JobRun) -> None:
        with self._postman.round() as mail:
            for delivery in lot:
                if run.should_stop:
                    return
                self._attempt(delivery, messages[delivery["notification_id"]], mail, run.ctx)

    def _attempt(self, delivery: Document, message: Document, mail: Round, ctx: Context) -> None:
        now = self._clock.now()
        claimed = self._deliveries.change(delivery, outcomes.claimed(delivery, now), now)
        if claimed is None:
            return  # another leader has it
        ctx = dataclasses.replace(ctx, request_id=message["request_id"])
        try:
            mail.send(self._letter(claimed, message, now, ctx))
            crash.point("notifications.after_send")
            changes = outcomes.sent(self._clock.now())
        except Suppressed as reason:
            changes = outcomes.suppressed(now, str(reason))
        except MailRefused as problem:
            changes = outcomes.failed(now, str(problem))
        except MailPostponed as problem:
            changes = outcomes.postponed(claimed, now, str(problem))
        except DomainError as problem:
            # What membership refuses for good leaves nobody to send to.
            changes = (
                outcomes.postponed(claimed, now, problem.code)
                if problem.kind in PASSING
                else outcomes.suppressed(now, problem.code)
            )
        except Exception as problem:
            # A message that cannot be put into words must not hold up the others.
            log.exception("delivery_broken", delivery_id=delivery["_id"], request_id=ctx.request_id)
            changes = outcomes.failed(now, f"{type(problem).__name__}")
        self._settle(claimed, changes, ctx)

    def _settle(self, claimed: Document, changes: Document, ctx: Context) -> None:
        outcome = changes.get("state", "postponed")
        SETTLED.labels(claimed["type"], outcome).inc()
        log.info(
            "delivery_attempted",
            delivery_id=claimed["_id"],
            type=claimed["type"],
            outcome=outcome,
            attempt=claimed["attempts"],
            error=changes.get("last_error"),
            request_id=ctx.request_id,
        )
        if self._deliveries.change(claimed, changes, self._clock.now()) is None:
            log.warning("delivery_attempt_overtaken", delivery_id=claimed["_id"])

    def _letter(
        self, delivery: Document, message: Document, now: dt.datetime, ctx: Context
    ) -> Letter:
        rule = BY_TYPE[message["type"]]
        facts = dict(message["facts"])
        community, zone = SENDER, SENDER_ZONE
        if message["community_id"] is not None:
            known = self._neighbours.community(message["community_id"], ctx)
            community, zone = known["name"], known["zone"]
        if rule.overdue(facts, now, zone):
            raise Suppressed("overdue")
        if rule.person is None:
            challenge = self._neighbours.sign_in_code(facts["challenge_id"], ctx)
            reader = {"email": challenge["email"], "name": "", "locale": challenge["locale"]}
            facts |= {"code": challenge["code"], "expires_at": challenge["expires_at"]}
        else:
            reader = self._neighbours.recipient(message["person_id"], message["category"], ctx)
        words = self._wording.words(
            message["type"], reader["locale"], facts=facts, community=community, zone=zone
        )
        body = self._wording.mail(words, reader["locale"], community=community, name=reader["name"])
        return Letter(
            id=delivery["_id"],
            type=message["type"],
            to=reader["email"],
            subject=words.title,
            plain=body.plain,
            html=body.html,
            language=reader["locale"],
            at=now,
        )

    def summary(self, request: Document, ctx: Context) -> Document:
        """Counts for a community's owner or an operator."""
        self._standings.require_role(ctx, request["community_id"], "owner")
        return {
            "community_id": request["community_id"],
            "deliveries": self._deliveries.summary(request["community_id"]),
        }

    def dead_letters(self) -> Iterator[Document]:
        """All failed deliveries, oldest first."""
        after = None
        while True:
            found, after = self._deliveries.failed(after=after, limit=BATCH)
            yield from found
            if after is None:
                return

    def replay(self, delivery_id: str, ctx: Context) -> bool:
        """Makes a failed delivery due again; False when it is not failed. Operators only."""

        def work(tx: Transaction) -> bool:
            found = self._deliveries.require(delivery_id, tx=tx)
            if found["state"] != "failed":
                return False
            due = self._deliveries.save(tx, {**found, **outcomes.replayed(tx.now)})
            tx.audit("replay_delivery", found, due)
            return True

        return self._uow.run(ctx, work)
