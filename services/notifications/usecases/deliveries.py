"""Deliveries: sent when due, tried again when it may help, shown to operators when it does not."""

import dataclasses
import datetime as dt
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from chassis import crash
from chassis.access import Access
from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError, Kind
from contracts.notifications import GET_DELIVERY_SUMMARY
from contracts.types import notifications as wire
from services.notifications.adapters.channels import (
    Channel,
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryWithheld,
    Notice,
    Reader,
)
from services.notifications.adapters.events import EventsClient
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import SENDER, Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.domain import deliveries as outcomes
from services.notifications.domain.deliveries import SEND_WITHIN, Changes, Message
from services.notifications.domain.rules import BY_TYPE, CODES, KINDS, OTHERS, Lead, Rule
from services.notifications.store import Stores

log = structlog.get_logger()

PAGE = 200
MOST_CLAIMED = 16  # in each lane
AT_ONCE = 8  # attempts under way in each lane
LOOK_AGAIN_SECONDS = 1.0  # for what became due while others are under way
AFTER_OUTAGE_SECONDS = 1.0  # a pass claims nothing more, the next one tries again
SENDER_ZONE = "Asia/Shanghai"
OUTAGES = frozenset({Kind.UNAVAILABLE, Kind.RATE_LIMITED})

SETTLED = Counter(
    "coterie_notifications_attempts", "Attempts to deliver by outcome", ["type", "outcome"]
)
OLDEST = Gauge(
    "coterie_notifications_oldest_due_seconds", "How long the oldest due one waits", ["kind"]
)


class Suppressed(Exception):
    """The message must not be sent (any more); says why."""


class DeliveryUseCases:
    """The sending side. `channels` are those over which this release sends, by name; a message for
    another one is left to the release that wrote it (ADR 0039)."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        membership: MembershipClient,
        quoted: QuotedWords,
        events: EventsClient,
        wording: Wording,
        channels: Mapping[str, Channel],
        access: Access,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._messages = stores.messages
        self._counts = stores.counts
        self._uow = uow
        self._clock = clock
        self._membership = membership
        self._quoted = quoted
        self._events = events
        self._wording = wording
        self._channels = channels
        self._access = access
        self._now = now

    def send_codes(self, run: JobRun) -> None:
        """One pass of the lane of codes, which waits for no other mail."""
        self._send(CODES, run)

    def send_due(self, run: JobRun) -> None:
        """One pass of the lane of all other messages."""
        self._send(OTHERS, run)

    def _send(self, priorities: Sequence[int], run: JobRun) -> None:
        """Claims what is due, at most 16 at once, until nothing is and all are settled.

        Each that ends makes room for another, so one that hangs holds up no other. While our own
        services do not answer, what waits is left alone.
        """
        in_hand: dict[Future[Changes], str] = {}
        looked_at, more_is_due, is_outage = -math.inf, True, False
        next_due: dt.datetime | None = None
        with ThreadPoolExecutor(AT_ONCE) as senders:
            while True:
                room = MOST_CLAIMED - len(in_hand)
                is_time = room > 0 and self._now() - looked_at >= LOOK_AGAIN_SECONDS
                looks = is_time or (more_is_due and room >= MOST_CLAIMED // 2)
                if looks and not is_outage and not run.should_stop:
                    looked_at = self._now()
                    due, next_due = self._due(priorities, room, run, set(in_hand.values()))
                    more_is_due = len(due) == room
                    for delivery in due:
                        attempt = senders.submit(self._attempt, delivery, run, looked_at)
                        in_hand[attempt] = delivery["_id"]
                if not in_hand:
                    break
                for attempt in wait(in_hand, LOOK_AGAIN_SECONDS, FIRST_COMPLETED).done:
                    del in_hand[attempt]
                    changes = attempt.result()  # an unexpected error surfaces here
                    is_outage |= outcomes.is_outage(changes)
                    next_due = min(filter(None, (next_due, changes.get("due_at"))), default=None)
        for channel in self._channels.values():
            channel.rest(all=run.should_stop)
        if run.should_stop:
            for priority in priorities:
                OLDEST.labels(KINDS[priority]).set(math.nan)  # whoever leads from now on knows
        elif is_outage:
            run.again_within(AFTER_OUTAGE_SECONDS)
        else:
            run.next_due(next_due)

    def _due(
        self, priorities: Sequence[int], most: int, run: JobRun, besides: set[str]
    ) -> tuple[list[Message], dt.datetime | None]:
        """What is due, claimed, and when the first of the others will be.

        What is in hand is not due again, even if the clock was moved.
        """
        now = self._clock.now()
        found = self._messages.pending(priorities, self._channels, most + len(besides) + 1)
        pending = [delivery for delivery in found if delivery["_id"] not in besides]
        all_due = [delivery for delivery in pending if delivery["due_at"] <= now]
        for priority in priorities:
            oldest = (one["due_at"] for one in all_due if one["priority"] == priority)
            waits = run.now - min(oldest, default=run.now)
            OLDEST.labels(KINDS[priority]).set(waits.total_seconds())
        due = all_due[:most]
        claimed = {delivery["_id"] for delivery in due}
        later = (delivery["due_at"] for delivery in pending if delivery["_id"] not in claimed)
        return (self._messages.claim(due, now) if due else []), min(later, default=None)

    def _attempt(self, claimed: Message, run: JobRun, claimed_at: float) -> Changes:
        """Tries to deliver; gives what became of the message."""

        def may_send() -> bool:
            in_time = self._now() - claimed_at < SEND_WITHIN.total_seconds()
            return in_time and not run.should_stop

        now = self._clock.now()
        ctx = dataclasses.replace(run.ctx, request_id=claimed["request_id"])
        try:
            if not may_send():
                raise DeliveryWithheld
            channel = self._channels[claimed["channel"]]
            channel.send(self._notice(claimed, now, ctx), may_send)
            crash.point("notifications.after_send")
            changes = outcomes.sent(self._clock.now())
        except DeliveryWithheld as withheld:
            due_at = self._clock.now() + dt.timedelta(seconds=withheld.seconds)
            changes = outcomes.released(claimed, due_at)
        except Suppressed as reason:
            changes = outcomes.suppressed(now, str(reason))
        except DeliveryRefused as problem:
            changes = outcomes.failed(now, str(problem))
        except DeliveryPostponed as problem:
            changes = outcomes.postponed(claimed, now, str(problem))
        except DomainError as problem:
            changes = _refused(claimed, now, problem)
        except Exception as problem:
            # A message that cannot be put into words must not hold up the others.
            log.exception("delivery_broken", delivery_id=claimed["_id"], request_id=ctx.request_id)
            changes = outcomes.failed(now, f"{type(problem).__name__}")
        self._settle(claimed, changes, ctx)
        return changes

    def _settle(self, claimed: Message, changes: Changes, ctx: Context) -> None:
        outcome = changes.get("state", "postponed")
        if "attempts" in changes:  # this one does not count
            outcome = "outage" if outcomes.is_outage(changes) else "withheld"
        changes = {**changes, **outcomes.garbage_at(changes, claimed["priority"], real_now())}
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
        if not self._messages.change(claimed, changes, self._clock.now()):
            log.warning("delivery_attempt_overtaken", delivery_id=claimed["_id"])

    def _notice(self, message: Message, now: dt.datetime, ctx: Context) -> Notice:
        rule = BY_TYPE[message["type"]]
        facts = dict(message["facts"])
        community, zone, lead = SENDER, SENDER_ZONE, None
        if message["community_id"] is not None:
            known = self._membership.community(message["community_id"], ctx)
            community, zone = known["name"], known["zone"]
            lead = rule.lead(facts, known["links"])
        if rule.overdue(facts, now, zone):
            raise Suppressed("overdue")
        if rule.needs_seat and not self._events.keeps_seat(facts["registration_id"], ctx):
            raise Suppressed("seat_gone")
        reader, asked_for = self._reader(rule, message, ctx)
        facts |= asked_for
        words = self._wording.words(
            message["type"], reader.locale, facts=facts, community=community, zone=zone
        )
        lead = self._signed(rule, lead, message, ctx)
        return Notice(message["cause_id"], message["type"], reader, words, lead, community, now)

    def _signed(self, rule: Rule, lead: Lead | None, message: Message, ctx: Context) -> Lead | None:
        """Where a mail leads, by a signed link where it asks for something that one does. The link
        is in the mail alone: it is made for it, and stored nowhere."""
        facts, person_id = message["facts"], message["recipient_id"]
        if lead is None or lead.page is None or rule.purpose is None or person_id is None:
            return lead
        if rule.acted_on(facts)[0] is None:  # of an earlier version, which did not say it
            return lead
        token = self._membership.signed_link(rule, facts, person_id, ctx)
        return lead if token is None else lead.signed(rule.purpose, token)

    def _reader(self, rule: Rule, message: Message, ctx: Context) -> tuple[Reader, dict[str, Any]]:
        """Whom it is for, and what it says that no message keeps."""
        facts = message["facts"]
        if rule.person is None:
            challenge = self._membership.sign_in_code(facts["challenge_id"], ctx)
            email, phone = challenge["email"] or "", challenge["phone"] or ""
            reader = Reader(email, "", challenge["locale"], phone)
            return reader, {"code": challenge["code"], "expires_at": challenge["expires_at"]}
        if rule.side and rule.has_code:
            code = self._membership.email_code(facts["change_id"], rule.side, ctx)
            reader = Reader(code["email"], code["name"], code["locale"])
            return reader, {"code": code["code"], "expires_at": code["expires_at"]}
        if rule.side:
            changed = self._membership.changed_email(facts["change_id"], rule.side, ctx)
            return Reader(changed["email"], changed["name"], changed["locale"]), {}
        person = self._membership.recipient(
            message["recipient_id"],
            message["category"],
            ctx,
            # What is about the account itself goes where its person is now.
            remembered=message["community_id"] is not None,
        )
        if person["email"] is None:
            raise Suppressed("no_address")
        reader = Reader(person["email"], person["name"], person["locale"])
        return reader, self._quoted.of(rule, facts, ctx)

    def summary(self, request: wire.DeliverySummaryRef, ctx: Context) -> wire.DeliverySummary:
        """Counts for a community's owner or an operator."""
        self._access.require(ctx, GET_DELIVERY_SUMMARY.who, request["community_id"])
        return {
            "community_id": request["community_id"],
            "deliveries": self._counts.read(request["community_id"]),
        }

    def count(self, run: JobRun) -> None:
        """Takes into the kept counts what was settled."""
        while not run.should_stop and self._counts.is_foldable():
            self._uow.run(run.ctx, self._counts.fold)

    def given_up(self) -> Iterator[Message]:
        """All failed deliveries, oldest first."""
        after = None
        while True:
            found, after = self._messages.failed(after=after, limit=PAGE)
            yield from found
            if after is None:
                return

    def replay(self, delivery_id: str, ctx: Context) -> None:
        """Makes a failed delivery due again; raises DELIVERY_WRONG_STATE. Operators only."""

        def work(tx: Transaction) -> None:
            found = self._messages.require(delivery_id, tx=tx)
            due = self._messages.save(tx, outcomes.replayed(found, tx.now))
            tx.audit("replay_delivery", found, due)

        self._uow.run(ctx, work)


def _refused(claimed: Message, now: dt.datetime, problem: DomainError) -> Changes:
    """What a neighbour's refusal means: nobody to send to any more, an outage, or a defect."""
    if problem.error is OBJECT_NOT_FOUND:
        return outcomes.suppressed(now, problem.code)
    if problem.kind in OUTAGES:
        return outcomes.outlasted(claimed, now, problem.code)
    if problem.kind is Kind.INTERNAL:
        return outcomes.postponed(claimed, now, problem.code)
    return outcomes.failed(now, problem.code)
