"""E-mail over SMTP: one connection for a run of messages, every step bounded in time.

A refusal of the message itself (5xx to MAIL, RCPT or DATA) is final. Everything else may pass: the
server is not there, breaks off, wants us to come back (4xx), or refuses our own login.
"""

import contextlib
import datetime as dt
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

STEP_SECONDS = 5.0
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never take this message."""


class MailPostponed(Exception):
    """The message was not taken now; it may be later."""


@dataclass(frozen=True)
class Letter:
    """One mail to one address. `id` is ours; the Message-ID is made of it, so that a mail sent
    again after a crash is recognised as the same (RFC 5322 §3.6.4)."""

    id: str
    type: str
    to: str
    subject: str
    plain: str
    html: str
    language: str
    at: dt.datetime


class Postman:
    """Sends letters through one server in the name of one address."""

    def __init__(self, url: str, mail_from: str) -> None:
        self._url = urlsplit(url)
        self._sender = Address(addr_spec=mail_from)

    def round(self) -> "Round":
        """A run of letters over one connection, opened when the first one is sent."""
        return Round(self)

    def compose(self, letter: Letter) -> EmailMessage:
        """The letter as MIME; raises MailRefused when the address is none."""
        message = EmailMessage(policy=SMTP)
        try:
            message["To"] = Address(addr_spec=letter.to)
        except (ValueError, IndexError, MessageError) as problem:
            raise MailRefused("malformed address") from problem
        message["From"] = self._sender
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Coterie-Type"] = letter.type
        message["Content-Language"] = letter.language
        message.set_content(letter.plain)
        message.add_alternative(letter.html, subtype="html")
        return message

    def connect(self) -> smtplib.SMTP:
        """A connection that is ready for mail; raises OSError or SMTPException."""
        url = self._url
        host, port = url.hostname or "", url.port or DEFAULT_PORTS[url.scheme]
        if url.scheme == "smtps":
            tls = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=STEP_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=STEP_SECONDS)
        try:
            if url.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


class Round:
    """One connection for several letters; a broken one is replaced by the next `send`."""

    def __init__(self, postman: Postman) -> None:
        self._postman = postman
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._drop()

    def send(self, letter: Letter) -> None:
        """Returns when the server took the letter; raises MailRefused or MailPostponed."""
        message = self._postman.compose(letter)
        try:
            if self._server is None:
                self._server = self._postman.connect()
        except (OSError, smtplib.SMTPException) as problem:
            raise MailPostponed(_said(problem)) from problem
        try:
            self._server.send_message(message)
        except smtplib.SMTPServerDisconnected as problem:
            self._drop()
            raise MailPostponed(_said(problem)) from problem
        except smtplib.SMTPNotSupportedError as problem:
            raise MailRefused(_said(problem)) from problem
        except smtplib.SMTPException as problem:
            self._drop()
            said = _said(problem)
            if said.startswith("5"):
                raise MailRefused(said) from problem
            raise MailPostponed(said) from problem
        except OSError as problem:
            self._drop()
            raise MailPostponed(_said(problem)) from problem

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _said(problem: Exception) -> str:
    """Code and words of the server without the address, which the delivery log does not keep."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        (code, _), *_ = problem.recipients.values()
        return f"{code} recipient refused"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {type(problem).__name__}"
    return type(problem).__name__
