"""Mails as MIME, and what the settings accept."""

import datetime as dt
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest

from chassis.settings import SettingsError
from services.notifications.adapters.channels import DeliveryRefused
from services.notifications.adapters.mail import Mail, MailServer
from services.notifications.settings import NotificationsSettings
from tests.kit.existing import existing

SERVER = MailServer("smtp://localhost:25", "hello@coterie.example")


def a_mail(**changes: Any) -> Mail:
    return Mail(
        **{
            "id": "dlv_01JD6ZK3V9Q4M8N2R5T7W0X10Y",
            "type": "membership_activated",
            "to": "li.wei@example.com",
            "subject": "欢迎加入医生圈",
            "plain": "您好",
            "html": "<p>您好</p>",
            "language": "zh-CN",
            "at": dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC),
            **changes,
        }
    )


def test_mail_is_plain_and_html_with_a_stable_id() -> None:
    """RFC 5322, RFC 3834: composed twice, the Message-ID is the same."""
    first, second = (message_from_bytes(SERVER.compose(a_mail()), policy=SMTP) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"] == "<dlv_01JD6ZK3V9Q4M8N2R5T7W0X10Y@coterie.example>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Coterie-Type"] == "membership_activated"
    assert first["Date"] == "Sat, 21 Nov 2026 08:00:00 +0000"
    assert first["Subject"] == "欢迎加入医生圈"
    assert first["List-Unsubscribe"] is None
    assert first.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert existing(first.get_body(("plain",))).get_content().strip() == "您好"


def test_mail_is_fit_for_every_server() -> None:
    """RFC 5322: seven bits, lines with CRLF of at most 998 characters, no header that goes on."""
    long = a_mail(subject="很长的题目" * 60, html="<p>您好</p>" * 500, plain="x" * 3000)
    mail = SERVER.compose(long)
    assert mail.isascii()
    lines = mail.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
    read = message_from_bytes(mail, policy=SMTP)
    assert read["Subject"] == long.subject
    assert existing(read.get_body(("html",))).get_content() == long.html


@pytest.mark.parametrize(
    "address",
    [
        *("", "nobody", "a@b@c", "a b@example.com", "李@example.com"),
        *("x@example.com\nBcc: y@example.com", "x@example.com\r\nBcc:y@example.com"),
    ],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    """No header injection, and no endless retries for what can never be sent."""
    with pytest.raises(DeliveryRefused):
        SERVER.compose(a_mail(to=address))


ENVIRONMENT = {
    "COTERIE_ENV": "test",
    "COTERIE_AMQP_URL": "amqp://x",
    "COTERIE_MONGO_URL": "mongodb://x",
    "COTERIE_MONGO_DATABASE": "x",
    "COTERIE_HEALTH_PORT": "1",
    "COTERIE_SMTP_URL": "smtp://user:secret@localhost:25",
    "COTERIE_MAIL_FROM": "hello@coterie.example",
}


def test_settings_never_show_the_mail_password() -> None:
    """The address of the mail server may carry one."""
    settings = NotificationsSettings.from_environment(ENVIRONMENT)
    assert settings.smtp_url.endswith("localhost:25")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COTERIE_SMTP_URL", "http://localhost"),
        ("COTERIE_SMTP_URL", "smtp://"),
        ("COTERIE_SMTP_URL", "smtp://host:notaport"),
        ("COTERIE_MAIL_FROM", "nobody"),
        ("COTERIE_MONGO_DATABASE", ""),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(name: str, value: str) -> None:
    """All problems at once, naming the variable."""
    with pytest.raises(SettingsError, match=name):
        NotificationsSettings.from_environment({**ENVIRONMENT, name: value})


def test_production_shows_no_mail_password_to_the_network() -> None:
    """L5: `smtp://` sends it in clear text; a relay that asks for none may be spoken to so."""
    secured = {**ENVIRONMENT, "COTERIE_ENV": "production", "COTERIE_MAIL_FROM": "a@circle.org"}
    for url in ("smtp://relay:25", "smtps://u:hush@mail", "smtp+starttls://u:hush@mail:587"):
        NotificationsSettings.from_environment({**secured, "COTERIE_SMTP_URL": url})
    clear = {**secured, "COTERIE_SMTP_URL": "smtp://u:hush@mail:25"}
    with pytest.raises(SettingsError, match="COTERIE_SMTP_URL") as refused:
        NotificationsSettings.from_environment(clear)
    assert "hush" not in str(refused.value)
    NotificationsSettings.from_environment({**clear, "COTERIE_ENV": "development"})


def test_production_sends_from_an_address_that_exists() -> None:
    """L5: the default of the compose file is for trying out."""
    sample = {**ENVIRONMENT, "COTERIE_SMTP_URL": "smtps://mail"}
    sample["COTERIE_MAIL_FROM"] = "no-reply@coterie.example"
    NotificationsSettings.from_environment(sample)
    with pytest.raises(SettingsError, match="COTERIE_MAIL_FROM"):
        NotificationsSettings.from_environment({**sample, "COTERIE_ENV": "production"})
