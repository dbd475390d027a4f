"""The notifications process alone: events in, mail out, through every fault on the way."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from contracts import membership, notifications, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.notifications.service import SERVICE
from tests.kit.commits import changes
from tests.kit.component import REPOSITORY, Component, component, free_port
from tests.kit.probe import probe
from tests.unit.notifications.samples import facts_of


class MailSink:
    """The sandbox's mail server, as the outside world sees it."""

    def __init__(self, path: Path) -> None:
        self.smtp_port, self._http_port = free_port(), free_port()
        self._environment = {
            "PATH": os.environ["PATH"],
            "SANDBOX_HOST": "127.0.0.1",
            "SANDBOX_SMTP_PORT": str(self.smtp_port),
            "SANDBOX_MAIL_PORT": str(self._http_port),
            "SANDBOX_DATA_DIR": str(path),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.mail"], cwd=REPOSITORY, env=self._environment
        )
        probe(lambda: requests.get(self._url("/health/ready"), timeout=5).ok, 10, "mail sink")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def to(self, address: str) -> list[dict]:
        """The mails that arrived for one address."""
        answer = requests.get(self._url("/api/messages"), params={"to": address}, timeout=5)
        answer.raise_for_status()
        return answer.json()["messages"]

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http_port}{path}"


class World:
    """What membership knows: everybody's address follows from the id."""

    codes: dict[str, str]

    def __init__(self) -> None:
        self.codes = {}

    def address(self, id: str, domain: str = "example.com") -> str:
        return f"{id[4:].lower()}@{domain}"

    def recipient(self, request):
        person_id = request["person_id"]
        if person_id in self.codes:  # a bouncing one
            address = self.codes[person_id]
        else:
            address = self.address(person_id)
        return {"person_id": person_id, "email": address, "name": "李伟", "locale": "zh-CN"}

    def community(self, request):
        return {
            "id": request["community_id"],
            "slug": "doctors",
            "name": "医生圈",
            "description": "",
            "zone": "Asia/Shanghai",
            "locale": "zh-CN",
            "currency": "CNY",
            "form": [],
            "form_version": 1,
            "policy": membership.Policy().load({}),
            "member_count": 0,
            "version": 1,
            "created_at": dt.datetime.now(dt.UTC),
        }

    def sign_in_code(self, request):
        challenge_id = request["challenge_id"]
        if challenge_id not in self.codes:
            raise DomainError(OBJECT_NOT_FOUND, noun="sign-in challenge")
        return {
            "email": self.address(challenge_id),
            "code": self.codes[challenge_id],
            "locale": "en",
            "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10),
        }

    def standing(self, request):
        owner = request["person_id"] == self.codes.get("owner")
        return {
            **request,
            "roles": ["owner"] if owner else [],
            "membership_id": None,
            "state": None,
            "zone": "Asia/Shanghai",
            "joined_on": None,
            "term_ends_on": None,
            "grace_ends_on": None,
            "level": None,
            "segment": None,
            "version": 1 if owner else 0,
        }


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    sink = MailSink(tmp_path_factory.mktemp("mail"))
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def service(nodes, sink, world, tmp_path_factory):
    settings = {
        "COTERIE_SMTP_URL": f"smtp://127.0.0.1:{sink.smtp_port}",
        "COTERIE_MAIL_FROM": "hello@coterie.example",
    }
    with component(nodes, SERVICE, tmp_path_factory.mktemp("service"), settings) as made:
        made.answer(
            {
                membership.GET_RECIPIENT: world.recipient,
                membership.GET_COMMUNITY: world.community,
                membership.FETCH_SIGN_IN_CODE: world.sign_in_code,
                membership.GET_STANDING: world.standing,
            }
        )
        made.start()
        yield made


@pytest.fixture(autouse=True)
def running(service, sink):
    """Each test begins with a running service and sink, whatever the one before did to them."""
    if sink._process is None:
        sink.start()
    if service.process.poll() is not None:
        service.start()


def reader(person_id: str) -> Context:
    return Context(Actor("person", person_id), "en", new_id("req"), new_traceparent())


def activate(service: Component, person_id: str):
    facts = facts_of(membership.ACTIVATED.type, person_id=person_id)
    return service.tell(membership.ACTIVATED, facts["membership_id"], facts, sequence=1)


def deliveries(service: Component, event) -> list[dict]:
    return list(service.database["deliveries"].find({"cause_id": event.id, "channel": "email"}))


def message_ids(mails: list[dict]) -> set[str]:
    """The Message-IDs of some mails, by which a reader's mail program tells copies apart."""
    return {
        value
        for mail in mails
        for name, value in mail["headers"].items()
        if name.lower() == "message-id"
    }


def settled(service: Component, event) -> dict:
    (row,) = probe(
        lambda: [row for row in deliveries(service, event) if row["settled_at"]],
        10,
        "the delivery is settled",
    )
    return row


def test_new_member_has_one_mail_and_one_message_in_the_app(service, sink, world):
    """Issue 2: each gets one mail and one in-app message; a repeated event adds none (M-15)."""
    person = new_id("per")
    event = activate(service, person)
    service.tell(event.event, event.subject, event.data, id=event.id, sequence=1)
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(world.address(person))
    assert mail["subject"] == "欢迎加入医生圈，您的会员编号：5101"
    assert "2026年11月21日至2027年11月20日" in mail["text"]
    assert "5101" in mail["html"]
    page = service.call(
        notifications.LIST_MY_NOTIFICATIONS, {"after": None, "limit": 20}, reader(person)
    )
    (message,) = page["items"]
    assert message["type"] == "membership_activated"
    read = service.call(
        notifications.MARK_NOTIFICATION_READ, {"notification_id": message["id"]}, reader(person)
    )
    assert read["read_at"]
    assert "@" not in str(settled(service, event))


def test_sign_in_code_is_mailed_and_stored_nowhere(service, sink, world):
    """architecture.md §3: the code is fetched when it is sent; logs and rows never hold it."""
    challenge = new_id("chl")
    world.codes[challenge] = "730154"
    event = service.tell(
        membership.SIGN_IN_REQUESTED, challenge, {"challenge_id": challenge, "locale": "en"}
    )
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(world.address(challenge))
    assert mail["subject"] == "730154 is your sign-in code"
    assert "730154" not in service.log
    for name in ("notifications", "deliveries", "commits"):
        assert "730154" not in str(list(service.database[name].find()))


def test_sign_in_code_that_is_gone_is_not_sent(service):
    """A used or expired challenge gives no code: nothing to send, nothing to retry."""
    challenge = new_id("chl")
    event = service.tell(
        membership.SIGN_IN_REQUESTED, challenge, {"challenge_id": challenge, "locale": "en"}
    )
    row = settled(service, event)
    assert (row["state"], row["last_error"]) == ("suppressed", OBJECT_NOT_FOUND.code)


def test_overdue_reminder_is_suppressed(service, sink, world):
    """product.md §5: re-check before sending."""
    person = new_id("per")
    facts = facts_of(
        membership.PAYMENT_REMINDER_DUE.type, person_id=person, pay_by="2020-01-01T00:00:00Z"
    )
    event = service.tell(membership.PAYMENT_REMINDER_DUE, facts["application_id"], facts)
    assert settled(service, event)["state"] == "suppressed"
    assert sink.to(world.address(person)) == []


def test_undeliverable_mail_is_a_dead_letter_that_an_operator_replays(service, sink, world):
    """5xx: failed at once, listed, replayed by hand when the address works again."""
    person = new_id("per")
    world.codes[person] = "bounce+550@example.com"
    event = activate(service, person)
    row = settled(service, event)
    assert (row["state"], row["attempts"]) == ("failed", 1)
    assert row["last_error"] == "550 recipient refused"
    listed = service.operate("deliveries", "list")
    assert row["_id"] in listed.stdout, listed.stderr
    assert "bounce" not in listed.stdout
    # A fresh process has not remembered the old address.
    world.codes[person] = world.address(person)
    service.stop()
    service.start()
    replayed = service.operate("deliveries", "replay", row["_id"])
    assert replayed.returncode == 0, replayed.stderr
    probe(lambda: sink.to(world.address(person)), 10, "the replayed mail arrives")
    again = service.operate("deliveries", "replay", row["_id"])
    assert again.returncode == 1
    [audited] = [c for c in changes(service.database, "replay_delivery") if c["id"] == row["_id"]]
    assert audited["actor"].startswith("operator")


def test_deferred_mail_is_tried_again(service, world):
    """4xx: pending with a later due time, the reason kept without the address."""
    person = new_id("per")
    world.codes[person] = "defer+451@example.com"
    event = activate(service, person)
    (row,) = probe(
        lambda: [
            row for row in deliveries(service, event) if row["attempts"] == 1 and row["last_error"]
        ],
        10,
        "the first attempt failed",
    )
    assert row["state"] == "pending"
    assert row["last_error"] == "451 recipient refused"
    service.database["deliveries"].delete_one({"_id": row["_id"]})


def test_mails_wait_for_the_mail_server_and_arrive_once(service, sink, world):
    """SMTP down: nothing is lost, nothing is sent twice when it is back."""
    people = [new_id("per") for _ in range(20)]
    sink.stop()
    told = [activate(service, person) for person in people]
    probe(
        lambda: all(row["attempts"] for event in told for row in deliveries(service, event)),
        10,
        "every delivery was attempted",
    )
    sink.start()
    service.move_clock(dt.timedelta(seconds=40))
    for event in told:
        assert settled(service, event)["state"] == "sent"
    assert [len(sink.to(world.address(person))) for person in people] == [1] * 20


def test_crash_right_after_sending_is_recognised_by_the_message_id(service, sink, world, tmp_path):
    """I-11: one mail, or two with one Message-ID when the crash fell inside sending."""
    service.stop()
    service.start(COTERIE_CRASH_POINT=f"notifications.after_send:{tmp_path}/crashed")
    person = new_id("per")
    event = activate(service, person)
    assert service.ended() == -signal.SIGKILL
    (row,) = deliveries(service, event)
    assert row["state"] == "pending"
    service.start()
    service.move_clock(dt.timedelta(seconds=70))
    assert settled(service, event)["state"] == "sent"
    mails = sink.to(world.address(person))
    assert 1 <= len(mails) <= 2
    assert message_ids(mails) == {f"<{row['_id']}@coterie.example>"}


def test_kill_between_event_and_mail_loses_nothing(service, sink, world):
    """kill -9 while a wave is under way: everybody has the mail in the end, one Message-ID each."""
    people = [new_id("per") for _ in range(30)]
    told = [activate(service, person) for person in people]
    service.stop(signal.SIGKILL)
    service.start()
    service.move_clock(dt.timedelta(seconds=70))
    for event in told:
        assert settled(service, event)["state"] == "sent"
    for person in people:
        mails = sink.to(world.address(person))
        assert 1 <= len(mails) <= 2
        assert len(message_ids(mails)) == 1


def test_summary_is_for_owners(service, world):
    """Counts by type, channel and state; deny by default (O-1)."""
    owner = world.codes["owner"] = new_id("per")
    event = activate(service, new_id("per"))
    settled(service, event)
    request = {"community_id": event.data["community_id"]}
    told = service.call(notifications.GET_DELIVERY_SUMMARY, request, reader(owner))
    counted = {
        (row["type"], row["channel"], row["state"]): row["count"] for row in told["deliveries"]
    }
    assert counted["membership_activated", "in_app", "sent"] >= 1
    with pytest.raises(DomainError) as refused:
        service.call(notifications.GET_DELIVERY_SUMMARY, request, reader(new_id("per")))
    assert refused.value.code == "request.not_permitted"


def test_refund_is_told_to_the_payer(service, sink, world):
    """The rule reads the payer; the amount is in the reader's form."""
    person = new_id("per")
    facts = facts_of(payments.ORDER_REFUNDED.type, payer_id=person)
    event = service.tell(payments.ORDER_REFUNDED, facts["order_id"], facts)
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(world.address(person))
    assert mail["subject"] == "已为您退款 ¥3,000.05"


def test_stop_with_mails_in_hand(service, sink, world):
    """SIGTERM: what was begun is finished, what was not stays due; exit 0 within 20 s."""
    people = [new_id("per") for _ in range(30)]
    told = [activate(service, person) for person in people]
    probe(lambda: any(deliveries(service, event) for event in told), 10, "the wave has begun")
    assert service.stop() == 0
    service.start()
    service.move_clock(dt.timedelta(seconds=70))
    for event in told:
        assert settled(service, event)["state"] == "sent"
    assert [len(sink.to(world.address(person))) for person in people] == [1] * 30
