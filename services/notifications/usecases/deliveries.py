"""Deliveries: sent when due, tried again when it may help, shown to operators when it does not."""

import dataclasses
import datetime as dt
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.jobs import JobRun
from chassis.standings import Standings
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError, Kind
from services.notifications.adapters.mail import (
    Connections,
    Letter,
    MailPostponed,
    MailRefused,
    MailWithheld,
    Postman,
)
from services.notifications.adapters.membership import Neighbours
from services.notifications.adapters.wording import Wording
from services.notifications.domain import deliveries as outcomes
from services.notifications.domain.deliveries import SEND_WITHIN
from services.notifications.domain.rules import BY_TYPE
from services.notifications.store.deliveries import DeliveryStore

Document = dict[str, Any]
log = structlog.get_logger()

PAGE = 200
MOST_CLAIMED = 16
LANES = 8  # connections to the mail server at once
LOOK_AGAIN_SECONDS = 1.0  # for what became due while others are under way
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
        deliveries: DeliveryStore,
        neighbours: Neighbours,
        wording: Wording,
        postman: Postman,
        standings: Standings,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._uow = uow
        self._deliveries = deliveries
        self._neighbours = neighbours
        self._wording = wording
        self._postman = postman
        self._standings = standings
        self._now = now

    def send_due(self, run: JobRun) -> None:
        """One pass: claims what is due, at most 16 at once, until nothing is and all are settled.

        Each that ends makes room for another, so one that hangs holds up no other.
        """
        in_hand: dict[Future[None], str] = {}
        looked_at, more_is_due = -math.inf, True
        with self._postman.connections() as connections, ThreadPoolExecutor(LANES) as lanes:
            while True:
                room = MOST_CLAIMED - len(in_hand)
                is_time = room > 0 and self._now() - looked_at >= LOOK_AGAIN_SECONDS
                looks = is_time or (more_is_due and room >= MOST_CLAIMED // 2)
                if looks and not run.should_stop:
                    looked_at = self._now()
                    due = self._due(room, run, besides=set(in_hand.values()))
                    more_is_due = len(due) == room
                    for delivery in due:
                        attempt = lanes.submit(self._attempt, delivery, connections, run, looked_at)
                        in_hand[attempt] = delivery["_id"]
                if not in_hand:
                    break
                for attempt in wait(in_hand, LOOK_AGAIN_SECONDS, FIRST_COMPLETED).done:
                    del in_hand[attempt]
                    attempt.result()  # lets an unexpected error surface here
        if run.should_stop:
            OLDEST.set(math.nan)  # whoever leads from now on knows
        else:
            run.next_due(self._deliveries.soonest_due())

    def _due(self, most: int, run: JobRun, besides: set[str]) -> list[Document]:
        """What is due, claimed. What is in hand is not due again, even if the clock was moved."""
        now = self._clock.now()
        found = self._deliveries.due(now, most + len(besides))
        due = [delivery for delivery in found if delivery["_id"] not in besides][:most]
        OLDEST.set((run.now - due[0]["due_at"]).total_seconds() if due else 0)
        return self._deliveries.claim(due, now) if due else []

    def _attempt(
        self, claimed: Document, connections: Connections, run: JobRun, claimed_at: float
    ) -> None:
        def may_send() -> bool:
            in_time = self._now() - claimed_at < SEND_WITHIN.total_seconds()
            return in_time and not run.should_stop

        now, message = self._clock.now(), claimed["message"]
        ctx = dataclasses.replace(run.ctx, request_id=message["request_id"])
        try:
            if not may_send():
                raise MailWithheld
            letter = self._letter(claimed, message, now, ctx)
            with connections.borrow() as connection:
                connection.send(letter, may_send)
            crash.point("notifications.after_send")
            changes = outcomes.sent(self._clock.now())
        except MailWithheld:
            changes = outcomes.released(claimed, self._clock.now())
        except Suppressed as reason:
            changes = outcomes.suppressed(now, str(reason))
        except MailRefused as problem:
            changes = outcomes.failed(now, str(problem))
        except MailPostponed as problem:
            changes = outcomes.postponed(claimed, now, str(problem))
        except DomainError as problem:
            changes = _refused(claimed, now, problem)
        except Exception as problem:
            # A message that cannot be put into words must not hold up the others.
            log.exception("delivery_broken", delivery_id=claimed["_id"], request_id=ctx.request_id)
            changes = outcomes.failed(now, f"{type(problem).__name__}")
        self._settle(claimed, changes, ctx)

    def _settle(self, claimed: Document, changes: Document, ctx: Context) -> None:
        withheld = changes.get("attempts", claimed["attempts"]) < claimed["attempts"]
        outcome = "withheld" if withheld else changes.get("state", "postponed")
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
            found, after = self._deliveries.failed(after=after, limit=PAGE)
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


def _refused(claimed: Document, now: dt.datetime, problem: DomainError) -> Document:
    """What a refusal of membership means: nobody to send to any more, an outage, or a defect."""
    if problem.error is OBJECT_NOT_FOUND:
        return outcomes.suppressed(now, problem.code)
    if problem.kind in PASSING:
        return outcomes.postponed(claimed, now, problem.code)
    return outcomes.failed(now, problem.code)
