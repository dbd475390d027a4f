"""One lane of the relay: from pending commits to the broker, in order for each aggregate (M-19).

Whether the broker takes an event depends on its type alone: that is its routing key, and every
queue that is bound to it must take it. So a refusal, or a confirm that does not come, tells of a
full or leaderless queue behind that type, and nothing else suffers from it:

- what was never refused goes first, and is sent once, so that the healthy queues have it at once;
- a refused event holds back the later events of its own aggregate, no others;
- of the refused events of one type one is tried again, at growing intervals, so that healthy queues
  get one copy a trial and not one for each event; when it is taken, the others follow at once;
- behind a queue that does not answer, the broker stops reading from us after some messages, or
  after the first one on a new connection. So while a type is not answered, even what was never
  tried waits for its trial.

A batch does not wait for its slowest confirm. What is not confirmed yet stays in flight, and with
it the later events of its aggregate, while the lane goes on.
"""

import datetime as dt
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import eventlet
import structlog
from prometheus_client import Counter, Gauge
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis import crash
from chassis.amqp_link import BrokerUnavailable
from chassis.amqp_publisher import Confirmation, ConfirmChannel, Refused, wait_settled
from chassis.clock import real_now
from chassis.commit_updates import CommitUpdates, HeldCommit
from chassis.commits import AT_ONCE, COMMITS, OUTSIDE, pending
from chassis.event_wire import event_message, integrators_exchange
from chassis.leadership import Leadership
from chassis.mongo import Document
from contracts.records import EVENTS

log = structlog.get_logger()

BATCH = 500  # events that are sent before their confirms are waited for
WINDOW = 4 * BATCH  # events that are read at once
WINDOW_BYTES = 8 * 1024 * 1024
BURST = 50
PROMPT_SECONDS = 0.1  # most confirms come within milliseconds
CONFIRM_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=5), dt.timedelta(minutes=10)
NOTHING_DUE_SECONDS = 60.0

PUBLISHED = Counter("coterie_relay_published", "Events that the broker keeps", ["lane"])
REFUSED = Counter("coterie_relay_refused", "Attempts that the broker did not confirm", ["lane"])
REFUSED_TYPES = Gauge(
    "coterie_relay_refused_types", "Types of events that some queue does not take now", ["lane"]
)


class NotAnswered(Refused):
    """The broker was silent about an event for longer than it ever needs."""


@dataclass(frozen=True)
class Refusal:
    """How often a type was refused since it was last taken, and when it is tried again."""

    trials: int
    until: dt.datetime
    silent: bool = False  # the last time no answer came


@dataclass(eq=False)
class PendingCommit:
    """A commit of which events are left to publish in this lane."""

    id: str
    attempts: int
    entries: list["Entry"] = field(default_factory=list)
    in_flight: int = 0
    due_at: dt.datetime | None = None  # when what is left is tried again
    error: str | None = None  # why what was tried is left


@dataclass(eq=False)
class Entry:
    """One event that is left to publish."""

    commit: PendingCommit
    event: Document
    confirmation: Confirmation = field(default_factory=Confirmation)
    sent_at: float = 0.0
    published: bool = False

    @property
    def subject(self) -> str:
        return str(self.event["subject"])

    @property
    def type(self) -> str:
        return str(self.event["key"])


class Lane:
    """Publishes what is pending in one lane of a service's commits while the lease is held."""

    def __init__(
        self,
        name: str,
        database: Database[Document],
        leadership: Leadership,
        *,
        is_blocked: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_blocked` tells whether the broker takes no messages, for lack of room."""
        self.name = name
        self._is_blocked = is_blocked
        self._commits = database[COMMITS.name]
        self._updates = CommitUpdates(database)
        self._leadership = leadership
        self._publisher: ConfirmChannel | None = None
        self._in_flight: dict[str, list[Entry]] = {}  # by subject, in the order of sending
        self._busy: set[str] = set()  # commits in flight or being marked
        self._stopped: set[str] = set()  # subjects that are held up since this pass
        self._silent = False  # nothing at all is confirmed any more
        self._may_hold = True  # whether something may be held back
        self._refusals: dict[str, Refusal] = {}  # by type
        self._taken_again: set[str] = set()  # types; what was refused of them before may go
        REFUSED_TYPES.labels(name).set(0)

    def connected(self, publisher: ConfirmChannel) -> None:
        """From now on it can publish."""
        self._publisher, self._silent = publisher, False

    def disconnected(self, error: Exception) -> None:
        """What was not confirmed is pending still: it is read and sent again."""
        if self._publisher is not None:
            self._publisher.lost(error)
            self._publisher = None
            eventlet.spawn(self._note, self._harvest())

    def took_over(self) -> None:
        """This process owns the relay from now on, and knows of no refusals before."""
        self._may_hold = True
        self._refusals.clear()
        self._taken_again.clear()
        REFUSED_TYPES.labels(self.name).set(0)

    def work(self) -> float:
        """One pass; in how many seconds the next is due, unless it is woken: 0 = there is more.

        Raises BrokerUnavailable when the connection is of no more use.
        """
        publisher = self._publisher
        if publisher is None or not self._leadership.held:
            return NOTHING_DUE_SECONDS
        if self._is_blocked():
            self._wait_on()
            return PROMPT_SECONDS
        self._stopped.clear()
        self._note(self._harvest())
        if self._silent:
            raise BrokerUnavailable("nothing is confirmed")
        # Until its first word the broker is not asked about types that it was silent about.
        now = real_now()
        doubted = (
            {} if publisher.heard else {t: r for t, r in self._refusals.items() if r.until > now}
        )
        entries, is_full = self._read(besides=doubted)
        sendable, later = self._sort_out(entries)
        if not publisher.heard:
            # One event until the broker says a word: the first that it is stuck at stops all.
            is_full = is_full or len(sendable) > 1
            sendable = [] if self._in_flight else sendable[:1]
        marking = [eventlet.spawn(self._put_off, later)] if later else []
        for start in range(0, len(sendable), BATCH):
            batch = sendable[start : start + BATCH]
            crash.point("relay.before_publish")
            self._send(publisher, [e for e in batch if e.subject not in self._stopped])
            crash.point("relay.after_publish")
            # While the next batch is sent, this one is marked.
            marking.append(eventlet.spawn(self._note, self._harvest()))
        for marked in marking:
            marked.wait()
        if self._in_flight:
            return PROMPT_SECONDS
        if is_full:
            return 0.0
        trials = [(refusal.until - now).total_seconds() for refusal in doubted.values()]
        return min([self._until_due(), *trials])

    def _wait_on(self) -> None:
        """What is in flight has its time from when the broker reads again."""
        for entries in self._in_flight.values():
            for entry in entries:
                entry.sent_at = time.monotonic()

    # ── What is to be sent ──────────────────────────────────────────────────────────────────────

    def _read(self, *, besides: Collection[str]) -> tuple[list[Entry], bool]:
        """The events that are due, as of one point in time; whether there may be more.

        What was never refused comes first, in the order of its making.
        """
        due: Document = {**pending(self.name), f"{self.name}.due_at": {"$lte": real_now()}}
        if self._busy:
            due["_id"] = {"$nin": list(self._busy)}
        if besides:
            due["events.key"] = {"$nin": list(besides)}
        order = [(f"{self.name}.due_at", 1), ("_id", 1)]
        entries: list[Entry] = []
        size = 0
        with self._commits.database.client.start_session(snapshot=True) as session:
            found = self._commits.find(
                due, (self.name, "events"), sort=order, limit=WINDOW, session=session
            )
            for stored in found:
                entries.extend(self._left_of(stored))
                size += sum(len(event["body"]) for event in stored["events"])
                if len(entries) >= WINDOW or size >= WINDOW_BYTES:
                    return entries, True
        return entries, False

    def _left_of(self, stored: Document) -> list[Entry]:
        commit = PendingCommit(stored["_id"], stored[self.name]["attempts"])
        left = set(stored[self.name]["left"])
        commit.entries = [Entry(commit, one) for one in stored["events"] if one["id"] in left]
        return commit.entries

    def _sort_out(self, entries: list[Entry]) -> tuple[list[Entry], list[PendingCommit]]:
        """What is sent now, in order for each aggregate, and the commits that are put off whole."""
        now = real_now()
        held = self._held_heads(entries, now) if self._may_hold else {}
        tried = {
            entry.type
            for queue in self._in_flight.values()
            for entry in queue
            if self._needs_trial(entry)
        }
        sendable: list[Entry] = []
        by_subject: dict[str, list[Entry]] = {}
        for entry in entries:
            by_subject.setdefault(entry.subject, []).append(entry)
        for subject, queue in by_subject.items():
            if subject in self._in_flight:
                continue  # its time comes when that is decided
            queue.sort(key=lambda entry: int(entry.event["version"]))
            head_version, until = held.get(subject, (None, None))
            for position, entry in enumerate(queue):
                if head_version is None or entry.event["version"] < head_version:
                    until = self._not_before(entry, tried, now)
                if until is not None:
                    for one in queue[position:]:
                        one.commit.due_at = max(until, one.commit.due_at or until)
                    break
                sendable.append(entry)
        sent = {entry.commit.id for entry in sendable}
        put_off = {e.commit.id: e.commit for e in entries if e.commit.due_at is not None}
        return sendable, [commit for id, commit in put_off.items() if id not in sent]

    def _not_before(self, entry: Entry, tried: set[str], now: dt.datetime) -> dt.datetime | None:
        """When an event may be tried; None = now. Of what was refused, one of each type."""
        if entry.type in self._taken_again or not self._needs_trial(entry):
            return None
        if entry.type in tried:
            return now + FIRST_PAUSE
        refusal = self._refusals.get(entry.type)
        if refusal is not None and refusal.until > now:
            return refusal.until
        tried.add(entry.type)
        return None

    def _needs_trial(self, entry: Entry) -> bool:
        """Whether it was refused, or is of a type that is not answered."""
        refusal = self._refusals.get(entry.type)
        return entry.commit.attempts > 0 or (refusal is not None and refusal.silent)

    def _held_heads(
        self, entries: list[Entry], now: dt.datetime
    ) -> dict[str, tuple[int, dt.datetime]]:
        """The first held-back event of each of these aggregates: its version, and until when."""
        subjects = {entry.subject for entry in entries}
        held = {
            **pending(self.name),
            f"{self.name}.due_at": {"$gt": now},
            "events.subject": {"$in": list(subjects)},
        }
        fields = (self.name, "events.id", "events.subject", "events.version")
        heads: dict[str, tuple[int, dt.datetime]] = {}
        for stored in self._commits.find(held, fields) if subjects else ():
            lane = stored[self.name]
            for event in stored["events"]:
                subject, version = event["subject"], event["version"]
                if event["id"] not in lane["left"] or subject not in subjects:
                    continue
                if subject not in heads or version < heads[subject][0]:
                    heads[subject] = (version, lane["due_at"])
        return heads

    def _until_due(self) -> float:
        """Seconds until something that is held back is due."""
        if not self._may_hold:
            return NOTHING_DUE_SECONDS
        due_at = f"{self.name}.due_at"
        held = {**pending(self.name), due_at: {"$gt": AT_ONCE}}
        first = self._commits.find_one(held, {due_at: 1}, sort=[(due_at, 1)])
        if first is None:
            self._may_hold = False
            return NOTHING_DUE_SECONDS
        left = (first[self.name]["due_at"] - real_now()).total_seconds()
        return max(left, PROMPT_SECONDS)

    # ── Sending, and what became of it ──────────────────────────────────────────────────────────

    def _send(self, publisher: ConfirmChannel, batch: list[Entry]) -> None:
        """Writes events and waits shortly for their confirms."""
        for position, entry in enumerate(batch, 1):
            if not self._leadership.held:  # stopped past the lease: its new owner has the rest
                break
            exchange = self._exchange(entry)
            message = event_message(entry.event["body"])
            entry.confirmation = publisher.send(message, exchange=exchange, routing_key=entry.type)
            entry.sent_at = time.monotonic()
            entry.commit.in_flight += 1
            self._busy.add(entry.commit.id)
            self._in_flight.setdefault(entry.subject, []).append(entry)
            if position % BURST == 0:
                eventlet.sleep(0)  # others of this process want to work, too
        sent = [entry.confirmation for entry in batch if entry.sent_at]
        wait_settled(sent, PROMPT_SECONDS)

    def _exchange(self, entry: Entry) -> str:
        if self.name != OUTSIDE:
            return str(entry.event["exchange"])
        known = EVENTS.get(entry.type)  # a newer release may have written it
        return integrators_exchange(known.scope if known else "")

    def _harvest(self) -> list[PendingCommit]:
        """The commits of which everything that was sent is decided; no longer in flight."""
        decided: list[PendingCommit] = []
        heads = [queue[0] for queue in self._in_flight.values()]
        longest = min(heads, key=lambda entry: entry.sent_at, default=None)
        for subject, queue in list(self._in_flight.items()):
            refused_until: dt.datetime | None = None
            while queue:
                entry = queue[0]
                if refused_until is not None:
                    # Behind an event that was refused it counts as not sent: again, in order.
                    entry.commit.due_at = max(refused_until, entry.commit.due_at or refused_until)
                elif entry.confirmation.settled:
                    refused_until = self._decide(entry, entry.confirmation.error)
                elif self._is_overdue(entry, is_longest=entry is longest):
                    refused_until = self._decide(entry, NotAnswered("no confirm in time"))
                else:
                    break
                del queue[0]
                entry.commit.in_flight -= 1
                if entry.commit.in_flight == 0:
                    decided.append(entry.commit)
            if not queue:
                del self._in_flight[subject]
        return decided

    def _is_overdue(self, entry: Entry, *, is_longest: bool) -> bool:
        """Whether the broker had its time; without any word meanwhile, it is given up."""
        if self._publisher is None or self._silent:
            return False
        waited = time.monotonic() - entry.sent_at
        is_heard = self._publisher.heard_since(entry.sent_at)
        if waited >= CONFIRM_SECONDS:
            # It deals with one message after the other, so it is stuck at the first.
            self._silent = not is_heard
            return is_heard or is_longest
        # Of a type that was refused lately: others are confirmed, so this one will not be.
        return is_heard and waited >= PROMPT_SECONDS and entry.type in self._refusals

    def _decide(self, entry: Entry, error: Exception | None) -> dt.datetime | None:
        """Notes what became of an event; until when its aggregate is held up, if it is."""
        if error is None:
            entry.published = True
            if entry.type in self._refusals or entry.commit.attempts:
                self._taken_again.add(entry.type)
            return None
        if isinstance(error, BrokerUnavailable):
            return None  # nothing is known: it is pending, and due
        now = real_now()
        self._taken_again.discard(entry.type)
        refusal = self._refusals.get(entry.type, Refusal(0, now))
        if refusal.until <= now:
            pause = min(FIRST_PAUSE * 2 ** min(refusal.trials, 16), LONGEST_PAUSE)
            refusal = Refusal(refusal.trials + 1, now + pause, isinstance(error, NotAnswered))
            self._refusals[entry.type] = refusal
            REFUSED_TYPES.labels(self.name).set(len(self._refusals))
        entry.commit.error = f"{type(error).__name__}: {error}"[:300]
        entry.commit.due_at = max(refusal.until, entry.commit.due_at or refusal.until)
        self._stopped.add(entry.subject)
        return refusal.until

    def _note(self, decided: list[PendingCommit]) -> None:
        """Writes down what became of commits."""
        published = [entry for commit in decided for entry in commit.entries if entry.published]
        done = {c.id for c in decided if all(entry.published for entry in c.entries)}
        for commit in {entry.commit for entry in published}:
            commit.due_at = commit.due_at or AT_ONCE  # of the rest, if there is one
        held = [_held(c) for c in decided if c.due_at is not None and c.id not in done]
        followed = {entry.subject for entry in published if entry.commit.attempts}
        recovered = self._recovered()
        try:
            if done:
                self._updates.mark_published(self.name, list(done))
            if held:
                self._may_hold = True
                self._updates.hold_back(self.name, held)
                errors = {c.error for c in decided if c.error}
                log.warning("events_not_published", lane=self.name, errors=sorted(errors)[:3])
            if followed or recovered:
                self._updates.release(self.name, recovered, list(followed))
        except PyMongoError as error:  # they are pending still, and published once more
            log.warning("commits_not_marked", lane=self.name, error=error)
        finally:
            self._busy.difference_update(commit.id for commit in decided)
        PUBLISHED.labels(self.name).inc(len(published))
        REFUSED.labels(self.name).inc(sum(c.error is not None for c in decided))

    def _put_off(self, later: list[PendingCommit]) -> None:
        """What waits for an earlier event, or for the trial of its type."""
        self._updates.hold_back(self.name, map(_held, later))

    def _recovered(self) -> list[str]:
        """The types that were refused and are taken again; told once."""
        recovered = [name for name in self._taken_again if self._refusals.pop(name, None)]
        REFUSED_TYPES.labels(self.name).set(len(self._refusals))
        return recovered


def _held(commit: PendingCommit) -> HeldCommit:
    assert commit.due_at is not None
    left = [entry.event["id"] for entry in commit.entries if not entry.published]
    return HeldCommit(commit.id, left, commit.due_at, commit.error)
