"""The sending side of notifications with its mail server, membership and time in hand."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts import membership
from contracts.envelope import CloudEvent
from contracts.records import Event
from contracts.types import notifications as wire
from services.notifications.adapters.channels import Channel
from services.notifications.adapters.events import EventsClient
from services.notifications.adapters.mail import MailChannel, MailServer
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.store import open_stores
from services.notifications.usecases.deliveries import DeliveryUseCases
from services.notifications.usecases.notifications import NotificationUseCases
from tests.kit.existing import existing
from tests.kit.neighbours import Answer, FakeMembership, Request
from tests.kit.passes import OnePass
from tests.kit.usecases import made_event
from tests.unit.notifications.samples import facts_of

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ALL: wire.ListMyNotifications = {"unread": False, "after": None, "limit": 9}


class Membership(FakeMembership):
    """`meanwhile` happens while membership is asked for an address."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[str], None] = lambda person_id: None
        super().__init__()

    def recipient(self, request: Request) -> Answer:
        self.meanwhile(request["person_id"])
        return super().recipient(request)


class Mailbox:
    """Takes every mail; one to `slow` only when `let_go` is called."""

    url: str
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.slow = ""
        self._gate = asyncio.Event()
        self._lines: list[asyncio.Transport] = []

    @property
    def greeted(self) -> int:
        """How many connections there were."""
        return len(self._lines)

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._lines.append(server.transport)
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (address,) = envelope.rcpt_tos
        if address.startswith(self.slow or "nobody"):
            await asyncio.wait_for(self._gate.wait(), 20)
        self.taken.append(address.split("@")[0])
        return "250 OK"

    def hang_up(self) -> None:
        """Ends all connections, and returns when that has arrived."""

        async def end() -> None:
            for line in self._lines:
                line.close()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(5)

    def let_go(self) -> None:
        self.loop.call_soon_threadsafe(self._gate.set)


class World:
    """The service's sending side with time, leadership and membership in hand."""

    def __init__(
        self,
        db: Database[Document],
        mailbox: Mailbox,
        now: Callable[[], float] | None = None,
        channels: dict[str, Channel] | None = None,
    ) -> None:
        self.db, self.membership = db, Membership()
        self.clock, self.seconds = FixedClock(NOON), 0.0
        self.run = OnePass(NOON, "notifications")
        rpc: Any = self.membership
        known: dict[str, Any] = {
            "stores": open_stores(db),
            "uow": UnitOfWork(db, self.clock),
            "clock": self.clock,
            "membership": MembershipClient(rpc, lambda: self.seconds),
            "quoted": QuotedWords(rpc),
            "wording": Wording(),
        }
        self._notifications = NotificationUseCases(**known)
        mail_server = MailServer(mailbox.url, "hello@coterie.example")
        by_mail = {"email": MailChannel(mail_server, Wording())}
        self.sender = DeliveryUseCases(
            **known,
            events=EventsClient(rpc),
            channels=by_mail if channels is None else channels,
            access=None,  # type: ignore[arg-type]  # nobody asks for a summary
            now=now or (lambda: self.seconds),
        )

    def told(self, person_id: str | None = None) -> str:
        """A person has a message; who it is."""
        person_id = person_id or new_id("per")
        self.tell(membership.ACTIVATED, person_id=person_id)
        return person_id

    def tell(self, event: Event, *, subject: str | None = None, **facts: Any) -> None:
        """An event has been turned into its messages."""
        more = {} if subject is None else {"subject": subject}
        told = made_event(event, facts_of(event.type, **facts), NOON, **more)
        ctx = Context.for_event("notifications", "notifications.on_membership_news", told)
        self._notifications.notify(told, ctx)

    def code(self) -> str:
        """Somebody wants to sign in; their challenge."""
        challenge = new_id("chl")
        self.membership.codes[challenge] = "048213"
        self.tell(membership.SIGN_IN_REQUESTED, subject=challenge, challenge_id=challenge)
        return challenge

    def send(self) -> None:
        """One pass of the job."""
        self.sender.send_due(self.run)

    def send_codes(self) -> None:
        """One pass of the lane of sign-in codes."""
        self.sender.send_codes(self.run)

    def mail_of(self, person_id: str) -> dict[str, Any]:
        mail = {"recipient_id": person_id, "channel": "email"}
        return existing(self.db["messages"].find_one(mail))


def name(person_id: str) -> str:
    return person_id[4:].lower()


def activated(event_id: str | None = None, person_id: str | None = None) -> CloudEvent:
    event = membership.ACTIVATED
    facts = facts_of(event.type)
    if person_id:
        facts["person_id"] = person_id
    attributes = {"id": event_id} if event_id else {}
    return made_event(event, facts, NOON, **attributes)


def handling(event: CloudEvent, consumer: str = "notifications.on_membership_news") -> Context:
    return Context.for_event("notifications", consumer, event)


def reader(person_id: str, locale: str = "en") -> Context:
    return Context(Actor("person", person_id), locale, new_id("req"), new_traceparent())
