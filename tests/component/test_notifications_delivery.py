"""The notifications process alone: events in, mail out, through every fault on the way."""

import datetime as dt
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from contracts import membership, notifications, payments
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from deploy.local.nodes import Nodes
from services.notifications.service import SERVICE
from tests.kit.commits import changes
from tests.kit.component import Component, component
from tests.kit.mail_sink import MailSink
from tests.kit.neighbours import FakeMembership
from tests.kit.probe import probe
from tests.unit.notifications.samples import facts_of


@pytest.fixture(scope="module")
def neighbour() -> FakeMembership:
    return FakeMembership()


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    sink = MailSink(tmp_path_factory.mktemp("mail"))
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def service(
    nodes: Nodes,
    sink: MailSink,
    neighbour: FakeMembership,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Component]:
    settings = {
        "COTERIE_SMTP_URL": f"smtp://127.0.0.1:{sink.smtp_port}",
        "COTERIE_MAIL_FROM": "hello@coterie.example",
    }
    with component(nodes, SERVICE, tmp_path_factory.mktemp("service"), settings) as made:
        made.answer(neighbour.answers)
        made.start()
        yield made


@pytest.fixture(autouse=True)
def running(service: Component, sink: MailSink) -> None:
    """Each test begins with a running service and sink, whatever the one before did to them."""
    if not sink.is_running:
        sink.start()
    if not service.is_running:
        service.start()


def reader(person_id: str) -> Context:
    return Context(Actor("person", person_id), "en", new_id("req"), new_traceparent())


def activate(service: Component, person_id: str) -> CloudEvent:
    facts = facts_of(membership.ACTIVATED.type, person_id=person_id)
    return service.tell(membership.ACTIVATED, facts["membership_id"], facts, sequence=1)


def deliveries(service: Component, event: CloudEvent) -> list[dict[str, Any]]:
    return list(service.database["messages"].find({"cause_id": event.id, "channel": "email"}))


def message_ids(mails: list[dict[str, Any]]) -> set[str]:
    """The Message-IDs of some mails, by which a reader's mail program tells copies apart."""
    return {
        value
        for mail in mails
        for name, value in mail["headers"].items()
        if name.lower() == "message-id"
    }


def settled(service: Component, event: CloudEvent) -> dict[str, Any]:
    (row,) = probe(
        lambda: [row for row in deliveries(service, event) if row["settled_at"]],
        10,
        "the delivery is settled",
    )
    return row


def test_new_member_has_one_mail_and_one_message_in_the_app(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """Each gets one mail and one in-app message; a repeated event adds none (M-15)."""
    person = new_id("per")
    event = activate(service, person)
    service.tell(event.event, event.subject, event.data, id=event.id, sequence=1)
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(neighbour.email(person))
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


def test_sign_in_code_is_mailed_and_stored_nowhere(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """architecture.md §3: the code is fetched when it is sent; logs and rows never hold it."""
    challenge = new_id("chl")
    neighbour.codes[challenge] = "73015408"
    event = service.tell(
        membership.SIGN_IN_REQUESTED, challenge, {"challenge_id": challenge, "locale": "en"}
    )
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(neighbour.email(challenge))
    assert mail["subject"] == "7301 5408 is your sign-in code"
    assert not re.search("7301 ?5408", service.log)
    for name in ("messages", "commits"):
        assert not re.search("7301 ?5408", str(list(service.database[name].find())))


def test_sign_in_code_that_is_gone_is_not_sent(service: Component) -> None:
    """A used or expired challenge gives no code: nothing to send, nothing to retry."""
    challenge = new_id("chl")
    event = service.tell(
        membership.SIGN_IN_REQUESTED, challenge, {"challenge_id": challenge, "locale": "en"}
    )
    row = settled(service, event)
    assert (row["state"], row["last_error"]) == ("suppressed", OBJECT_NOT_FOUND.code)


def test_overdue_reminder_is_suppressed(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """product.md §5: re-check before sending."""
    person = new_id("per")
    facts = facts_of(
        membership.PAYMENT_REMINDER_DUE.type, person_id=person, pay_by="2020-01-01T00:00:00Z"
    )
    event = service.tell(membership.PAYMENT_REMINDER_DUE, facts["application_id"], facts)
    assert settled(service, event)["state"] == "suppressed"
    assert sink.to(neighbour.email(person)) == []


def test_undeliverable_mail_is_a_dead_letter_that_an_operator_replays(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """5xx: failed at once, listed, replayed by hand when the address works again."""
    person = new_id("per")
    neighbour.emails[person] = "bounce+550@example.com"
    event = activate(service, person)
    row = settled(service, event)
    assert (row["state"], row["attempts"]) == ("failed", 1)
    assert row["last_error"] == "550 recipient refused"
    listed = service.operate("deliveries", "list")
    assert row["_id"] in listed.stdout, listed.stderr
    assert "bounce" not in listed.stdout
    # A fresh process has not remembered the old address.
    del neighbour.emails[person]
    service.stop()
    service.start()
    replayed = service.operate("deliveries", "replay", row["_id"])
    assert replayed.returncode == 0, replayed.stderr
    probe(lambda: sink.to(neighbour.email(person)), 10, "the replayed mail arrives")
    again = service.operate("deliveries", "replay", row["_id"])
    assert again.returncode == 1
    assert "The delivery is sent" in again.stderr
    [audited] = [c for c in changes(service.database, "replay_delivery") if c["id"] == row["_id"]]
    assert audited["actor"].startswith("operator")


def test_deferred_mail_is_tried_again(service: Component, neighbour: FakeMembership) -> None:
    """4xx: pending with a later due time, the reason kept without the address."""
    person = new_id("per")
    neighbour.emails[person] = "defer+451@example.com"
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
    service.database["messages"].delete_one({"_id": row["_id"]})


def test_mails_wait_for_the_mail_server_and_arrive_once(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
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
    assert [len(sink.to(neighbour.email(person))) for person in people] == [1] * 20


def test_crash_right_after_sending_is_recognised_by_the_message_id(
    service: Component, sink: MailSink, neighbour: FakeMembership, tmp_path: Path
) -> None:
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
    mails = sink.to(neighbour.email(person))
    assert 1 <= len(mails) <= 2
    assert message_ids(mails) == {f"<{row['cause_id']}@coterie.example>"}


def test_a_mail_of_a_time_that_a_restore_lost_is_recognised(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """T-F19, I-11: its event is told again, nothing is known of the first one: one Message-ID."""
    person = new_id("per")
    event = activate(service, person)
    settled(service, event)
    service.database["messages"].delete_many({"cause_id": event.id})
    service.tell(event.event, event.subject, event.data, id=event.id, sequence=1)
    address = neighbour.email(person)
    probe(lambda: len(sink.to(address)) == 2, 20, "both")
    assert len(message_ids(sink.to(address))) == 1


def test_kill_between_event_and_mail_loses_nothing(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """kill -9 while a wave is under way: everybody has the mail in the end, one Message-ID each."""
    people = [new_id("per") for _ in range(30)]
    told = [activate(service, person) for person in people]
    service.stop(signal.SIGKILL)
    service.start()
    service.move_clock(dt.timedelta(seconds=70))
    for event in told:
        assert settled(service, event)["state"] == "sent"
    for person in people:
        mails = sink.to(neighbour.email(person))
        assert 1 <= len(mails) <= 2
        assert len(message_ids(mails)) == 1


def test_summary_is_for_owners(service: Component, neighbour: FakeMembership) -> None:
    """Counts by type, channel and state; deny by default (O-1)."""
    owner = new_id("per")
    neighbour.standings[owner] = {"roles": ["owner"], "version": 1}
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


def test_refund_is_told_to_the_payer(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """The rule reads the payer; the amount is in the reader's form."""
    person = new_id("per")
    facts = facts_of(payments.ORDER_REFUNDED.type, payer_id=person)
    event = service.tell(payments.ORDER_REFUNDED, facts["order_id"], facts)
    assert settled(service, event)["state"] == "sent"
    (mail,) = sink.to(neighbour.email(person))
    assert mail["subject"] == "已为您退款 ¥3,000.05"


def test_stop_with_mails_in_hand(
    service: Component, sink: MailSink, neighbour: FakeMembership
) -> None:
    """SIGTERM: what was begun is finished, what was not stays due; exit 0 within 20 s."""
    people = [new_id("per") for _ in range(30)]
    told = [activate(service, person) for person in people]
    probe(lambda: any(deliveries(service, event) for event in told), 10, "the wave has begun")
    assert service.stop() == 0
    service.start()
    service.move_clock(dt.timedelta(seconds=70))
    for event in told:
        assert settled(service, event)["state"] == "sent"
    assert [len(sink.to(neighbour.email(person))) for person in people] == [1] * 30
