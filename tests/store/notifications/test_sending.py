"""The sender's pass: what it claims, when it may still send, and what a refusal means."""

import asyncio
import datetime as dt
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import UnitOfWork
from contracts import membership
from contracts.envelope import CloudEvent
from contracts.errors import (
    INTERNAL,
    INVALID_INPUT,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
)
from services.notifications.adapters import mail
from services.notifications.adapters.mail import Letter, MailPostponed, Postman
from services.notifications.adapters.membership import Neighbours
from services.notifications.adapters.wording import Wording
from services.notifications.domain.deliveries import LONGEST_ATTEMPT
from services.notifications.store.deliveries import DeliveryStore
from services.notifications.store.notifications import NotificationStore
from services.notifications.usecases import deliveries
from services.notifications.usecases.deliveries import MOST_CLAIMED, Deliveries
from services.notifications.usecases.notifications import Notifications
from tests.kit.component import free_port
from tests.kit.passes import OnePass
from tests.unit.notifications.samples import facts_of

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


class Membership:
    """Membership's answers; `meanwhile` happens while it is asked for an address."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[str], None] = lambda person_id: None
        self.asked: Counter[str] = Counter()

    def call(self, record, request, ctx):
        self.asked[record.name] += 1
        if record is membership.GET_COMMUNITY:
            return {"name": "医生圈", "zone": "Asia/Shanghai"}
        assert record is membership.GET_RECIPIENT
        self.meanwhile(request["person_id"])
        name = request["person_id"][4:].lower()
        return {"email": f"{name}@example.com", "name": "李伟", "locale": "zh-CN"}


class Mailbox:
    """Takes every mail; one to `slow` only when `let_go` is called."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.slow = ""
        self._gate = asyncio.Event()

    async def handle_DATA(self, server, session, envelope) -> str:
        (address,) = envelope.rcpt_tos
        if address.startswith(self.slow or "nobody"):
            await asyncio.wait_for(self._gate.wait(), 20)
        self.taken.append(address.split("@")[0])
        return "250 OK"

    def let_go(self) -> None:
        self.loop.call_soon_threadsafe(self._gate.set)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    box.url, box.loop = f"smtp://{server.hostname}:{server.port}", server.loop
    yield box
    box.let_go()
    server.stop()


class World:
    """The service's sending side with time, leadership and membership in hand."""

    def __init__(self, db, mailbox: Mailbox, now: Callable[[], float] | None = None) -> None:
        self.db, self.membership = db, Membership()
        self.clock, self.seconds = FixedClock(NOON), 0.0
        self.run = OnePass(NOON, "notifications")
        uow, store = UnitOfWork(db, self.clock), DeliveryStore(db)
        neighbours = Neighbours(self.membership, lambda: self.seconds)
        self._notifications = Notifications(
            uow, NotificationStore(db), store, neighbours, Wording()
        )
        self.sender = Deliveries(
            self.clock,
            uow,
            store,
            neighbours,
            Wording(),
            Postman(mailbox.url, "hello@coterie.example"),
            None,
            now or (lambda: self.seconds),
        )

    def told(self, person_id: str | None = None) -> str:
        """A person has a message; who it is."""
        person_id = person_id or new_id("per")
        event = CloudEvent(
            id=new_id("evt"),
            source="/coterie/membership",
            event=membership.ACTIVATED,
            subject=new_id("mbr"),
            time=NOON,
            aggregateversion=1,
            data=facts_of(membership.ACTIVATED.type, person_id=person_id),
            sequence=1,
            correlationid=new_id("req"),
            causationid=None,
            traceparent=None,
        )
        ctx = Context.for_event("notifications", "notifications.on_membership_news", event)
        self._notifications.notify(event, ctx)
        return person_id

    def send(self) -> None:
        """One pass of the job."""
        self.sender.send_due(self.run)

    def mail_of(self, person_id: str) -> dict:
        return self.db["deliveries"].find_one({"recipient_id": person_id, "channel": "email"})


@pytest.fixture
def world(db, mailbox: Mailbox) -> World:
    return World(db, mailbox)


def name(person_id: str) -> str:
    return person_id[4:].lower()


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (DomainError(OBJECT_NOT_FOUND, noun="person"), "suppressed"),
        (DomainError(INVALID_INPUT), "failed"),
        (DomainError(NOT_PERMITTED), "failed"),
        (DomainError(SERVICE_UNAVAILABLE), "pending"),
        (DomainError(INTERNAL), "pending"),
    ],
    ids=lambda value: value.code if isinstance(value, DomainError) else value,
)
def test_only_a_person_who_is_gone_is_not_written_to(world, mailbox, refusal, state):
    """A refusal that is not about the person is shown to operators, who can replay the mail."""

    def refuses(person_id):
        raise refusal

    world.membership.meanwhile = refuses
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["last_error"]) == (state, refusal.code)
    assert mailbox.taken == []


def test_a_sender_that_slept_past_its_claim_does_not_send(world, mailbox):
    """T-F3: another may have sent it by then. The attempt does not count; a new claim does."""
    slept: list[str] = []

    def sleeps(person_id):
        world.seconds += 31
        slept.append(world.mail_of(person_id)["claim"])

    world.membership.meanwhile = sleeps
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert row["claim"] not in slept
    assert mailbox.taken == [name(person)]


def test_a_sender_that_does_not_lead_any_more_does_not_send(world, mailbox):
    """M-19: leadership is looked at after everything that takes long, before the mail's data."""

    def another_leads(person_id):
        world.run.should_stop = True

    world.membership.meanwhile = another_leads
    person = world.told()
    world.send()
    assert (world.mail_of(person)["state"], world.mail_of(person)["attempts"]) == ("pending", 0)
    assert mailbox.taken == []
    world.membership.meanwhile, world.run.should_stop = lambda person_id: None, False
    world.send()
    assert mailbox.taken == [name(person)]


def test_a_sender_that_wakes_up_leaves_the_claim_of_the_next_alone(world, mailbox):
    """Two senders, one of which slept: one mail, and the second one's outcome stands."""
    other = World(world.db, mailbox)

    def next_leader_sends(person_id):
        world.run.should_stop = True
        other.clock.advance(LONGEST_ATTEMPT)
        other.send()

    world.membership.meanwhile = next_leader_sends
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["attempts"]) == ("sent", 2)
    assert mailbox.taken == [name(person)]


def test_no_more_than_16_are_claimed_and_each_is_sent_once(world, mailbox):
    """What is not claimed is free for whoever leads next."""
    people = [world.told() for _ in range(40)]
    claimed: list[int] = []
    pending = {"state": "pending", "attempts": 1}
    world.membership.meanwhile = lambda person_id: claimed.append(
        world.db["deliveries"].count_documents(pending)
    )
    world.send()
    assert Counter(mailbox.taken) == Counter(map(name, people))
    assert max(claimed) == MOST_CLAIMED


def test_two_senders_at_once_send_each_mail_once(world, mailbox):
    """D-7: a mail has one attempt at a time, whoever believes to lead."""
    people = [world.told() for _ in range(30)]
    senders = [world, *(World(world.db, mailbox) for _ in range(3))]
    gate = threading.Barrier(len(senders))

    def sends(sender):
        gate.wait()
        sender.send()

    threads = [threading.Thread(target=sends, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.send()
    assert Counter(mailbox.taken) == Counter(map(name, people))


def test_a_mail_that_hangs_holds_up_no_other(db, mailbox, monkeypatch, probe):
    """Neither those that are due with it nor those that come later."""
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 0.05)
    world = World(db, mailbox, time.monotonic)
    slow = world.told()
    mailbox.slow = name(slow)
    others = [world.told() for _ in range(40)]
    sending = threading.Thread(target=world.send)
    sending.start()
    try:
        probe(lambda: len(mailbox.taken) == 40, message="the others of the same wave")
        others.append(world.told())
        probe(lambda: len(mailbox.taken) == 41, message="one that came while it hung")
        assert set(mailbox.taken) == set(map(name, others))
    finally:
        mailbox.let_go()
        sending.join()
    assert world.mail_of(slow)["state"] == "sent"


def test_a_clock_that_is_moved_sends_nothing_twice(db, mailbox, monkeypatch, probe):
    """A mail in hand is not due again when business time jumps past its claim."""
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 0.05)
    world = World(db, mailbox, time.monotonic)
    slow = world.told()
    mailbox.slow = name(slow)
    sending = threading.Thread(target=world.send)
    sending.start()
    try:
        probe(lambda: world.mail_of(slow)["attempts"] == 1, message="the slow one is in hand")
        world.clock.advance(dt.timedelta(seconds=70))
        other = world.told()
        probe(lambda: mailbox.taken == [name(other)], message="it looked again meanwhile")
        assert world.mail_of(slow)["attempts"] == 1
    finally:
        mailbox.let_go()
        sending.join()
    assert sorted(mailbox.taken) == sorted([name(slow), name(other)])


def test_many_mails_ask_for_their_community_once(world, mailbox):
    """What several mails need at the same time is asked for by the first of them."""
    person = new_id("per")
    for _ in range(8):
        world.told(person)
    world.send()
    assert world.membership.asked == {"get_community": 1, "get_recipient": 1}
    assert len(mailbox.taken) == 8


@pytest.fixture
def dripping() -> Iterator[str]:
    """A mail server whose greeting never ends, byte after byte."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve():
        client, _ = listener.accept()
        with client:
            while not stop.wait(0.02):
                try:
                    client.send(b"2")
                except OSError:
                    return

    server = threading.Thread(target=serve)
    server.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    server.join()
    listener.close()


def test_a_letter_has_one_deadline_however_slow_the_server_is(dripping, monkeypatch):
    """Each step is bounded, and so is their sum: an attempt is over when its claim runs out."""
    monkeypatch.setattr(mail, "LETTER_SECONDS", 0.3)
    letter = Letter(new_id("dlv"), "x", "li@example.com", "hi", "hi", "<p>hi</p>", "en", NOON)
    postman = Postman(dripping, "hello@coterie.example")
    with pytest.raises(MailPostponed), postman.connections().borrow() as connection:
        connection.send(letter, lambda: True)
