"""Every channel of delivery, and the one of tests, passes the suite of channels."""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from chassis import bounded_http
from chassis.ids import new_id
from chassis.job_items import SILENT_IN_A_ROW
from chassis.partners import LEFT_ALONE_SECONDS
from contracts.states.notifications import CHANNELS
from services.notifications.adapters import mail
from services.notifications.adapters.channels import (
    Channel,
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryWithheld,
    Reader,
)
from services.notifications.adapters.mail import MailChannel, MailServer
from services.notifications.adapters.sms import SmsChannel
from services.notifications.adapters.wording import Wording
from services.notifications.domain.rules import IN_APP
from services.notifications.service import channels_of
from tests.kit.channel_suite import ChannelSuite, FarSide, KeptChannel, Taken, notice_to
from tests.kit.mail_sink import MailSink

MAIL_FROM = "hello@coterie.example"


class MailSide:
    """E-mail into the sandbox's inbox."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        self.start, self.stop = sink.start, sink.stop
        self.channel = self._channel(sink.smtp_port)

    def reader(self) -> Reader:
        return self._reader(f"{new_id('per').lower()}@example.com")

    def refusing(self) -> Reader:
        return self._reader("bounce+550@example.com")

    def postponing(self) -> Reader:
        return self._reader("defer+451@example.com")

    def taken(self, reader: Reader) -> list[Taken]:
        return [
            Taken(
                id=mail["headers"]["Message-ID"].strip("<>").split("@")[0],
                title=mail["subject"],
                text=mail["text"],
            )
            for mail in self._sink.to(reader.email)
        ]

    @contextmanager
    def silent(self, seconds: float) -> Iterator[Channel]:
        """A mail server whose greeting never ends, byte after byte."""
        listener = socket.create_server(("127.0.0.1", 0))
        stop = threading.Event()

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                while not stop.wait(0.02):
                    try:
                        client.send(b"2")
                    except OSError:
                        return

        server = threading.Thread(target=serve)
        server.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(mail, "SEND_SECONDS", seconds)
            yield self._channel(listener.getsockname()[1])
        stop.set()
        server.join()
        listener.close()

    def _channel(self, port: int) -> Channel:
        return MailChannel(MailServer(f"smtp://127.0.0.1:{port}", MAIL_FROM), Wording())

    def _reader(self, email: str) -> Reader:
        return Reader(email=email, name="李伟", locale="en")


class SmsSide:
    """Messages for phones into the sandbox's inbox."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        self.start, self.stop = sink.start, sink.stop
        self.channel = SmsChannel(f"{sink.url}/sms", "key")

    def reader(self) -> Reader:
        return self._reader(f"+86139{secrets.randbelow(10**8):08d}")

    def refusing(self) -> Reader:
        return self._reader("+8613900000550")

    def postponing(self) -> Reader:
        return self._reader("+8613900000451")

    def taken(self, reader: Reader) -> list[Taken]:
        return [
            Taken(
                id=message["headers"]["Message-ID"].strip("<>").split("@")[0],
                title=message["subject"],
                text=message["text"],
            )
            for message in self._sink.to(reader.phone)
        ]

    @contextmanager
    def silent(self, seconds: float) -> Iterator[Channel]:
        """A gateway that takes the message and never answers."""
        with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as at:
            at.setattr(bounded_http, "READ_SECONDS", seconds)
            yield SmsChannel(f"http://127.0.0.1:{listener.getsockname()[1]}/sms", "key")

    def _reader(self, phone: str) -> Reader:
        return Reader(email=f"{phone}@none.invalid", name="", locale="en", phone=phone)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    sink = MailSink(tmp_path_factory.mktemp("mail"))
    sink.start()
    yield sink
    sink.stop()


class TestMail(ChannelSuite):
    channel = "email"

    @pytest.fixture
    def far_side(self, sink: MailSink) -> Iterator[FarSide]:
        side = MailSide(sink)
        yield side
        side.channel.rest(all=True)


class TestSms(ChannelSuite):
    channel = "sms"

    @pytest.fixture
    def far_side(self, sink: MailSink) -> FarSide:
        return SmsSide(sink)


def test_without_a_gateway_messages_for_phones_are_given_up(sink: MailSink) -> None:
    """A release without the setting still owns what is waiting: operators see it as failed."""
    with pytest.raises(DeliveryRefused):
        SmsChannel("", "").send(notice_to(SmsSide(sink).reader()), lambda: True)


def test_a_silent_gateway_is_left_alone_and_costs_no_other_message_a_try(sink: MailSink) -> None:
    """Codes by mail are sent by the same few threads, which do not wait for it one by one."""
    side = SmsSide(sink)
    with side.silent(0.3) as channel:
        for _ in range(SILENT_IN_A_ROW):
            with pytest.raises(DeliveryPostponed):
                channel.send(notice_to(side.reader()), lambda: True)
        with pytest.raises(DeliveryWithheld) as withheld:
            channel.send(notice_to(side.reader()), lambda: True)
    assert withheld.value.seconds == LEFT_ALONE_SECONDS


class TestKeptChannel(ChannelSuite):
    channel = "kept"

    @pytest.fixture
    def far_side(self) -> FarSide:
        return KeptChannel()


def test_every_channel_sends_and_has_its_tests() -> None:
    """A word in the contract is a channel over which messages go out, and that passes the suite;
    messages for any other one would wait for a later release (ADR 0039)."""
    settings: Any = SimpleNamespace(
        smtp_url="smtp://127.0.0.1", mail_from=MAIL_FROM, sms_url="", sms_key=""
    )
    tried = {*CHANNELS} - {IN_APP}
    assert set(channels_of(settings, Wording())) == tried
    assert {suite.channel for suite in ChannelSuite.__subclasses__()} == {*tried, "kept"}
