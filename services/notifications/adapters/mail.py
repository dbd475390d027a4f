"""E-mail over SMTP: one connection for a run of messages, every step bounded in time.

A refusal of the message itself (5xx to MAIL, RCPT or DATA) is final. Everything else may pass: the
server is not there, breaks off, wants us to come back (4xx), refuses our own login, or is slow.
"""

import contextlib
import datetime as dt
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import unquote, urlsplit

STEP_SECONDS = 5.0
# From connecting to the server's last word about a letter: a step that goes on byte by byte, and
# many slow steps, end by then.
LETTER_SECONDS = 25.0
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never take this message."""


class MailPostponed(Exception):
    """The message was not taken now; it may be later."""


class MailWithheld(Exception):
    """The message was not handed over, because it was not ours to send any more."""


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

    def connections(self) -> "Connections":
        """Connections for a run of letters."""
        return Connections(self)

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

    def connect(self, connection: "Connection") -> None:
        """Makes a connection ready for mail; raises OSError or SMTPException."""
        url = self._url
        host, port = url.hostname or "", url.port or DEFAULT_PORTS[url.scheme]
        if url.scheme == "smtps":
            tls = ssl.create_default_context()
            server: _Server = _SecureServer(
                connection, host, port, timeout=STEP_SECONDS, context=tls
            )
        else:
            server = _Server(connection, host, port, timeout=STEP_SECONDS)
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))


class Connection:
    """One connection for one letter after the other; a broken one is made anew by the next."""

    def __init__(self, postman: Postman) -> None:
        self._postman = postman
        self.server: _Server | None = None
        self.may_send: Callable[[], bool] = lambda: True

    def send(self, letter: Letter, may_send: Callable[[], bool]) -> None:
        """Returns when the server took the letter, within 25 s.

        `may_send` is asked right before the letter itself is handed over, when there is no way
        back. Raises MailWithheld when it says no, MailRefused or MailPostponed.
        """
        message = self._postman.compose(letter)
        self.may_send = may_send
        limit = threading.Timer(LETTER_SECONDS, self._cut_off)
        limit.daemon = True
        limit.start()
        try:
            self._hand_over(message)
        except BaseException:
            self._drop()
            raise
        finally:
            limit.cancel()

    def close(self) -> None:
        """Says goodbye, and waits for nobody to answer it."""
        if self.server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.server.putcmd("quit")
            self._drop()

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            if self.server is None:
                self._postman.connect(self)
        except (OSError, smtplib.SMTPException) as problem:
            raise MailPostponed(_said(problem)) from problem
        assert self.server is not None
        try:
            self.server.send_message(message)
        except smtplib.SMTPNotSupportedError as problem:
            raise MailRefused(_said(problem)) from problem
        except (OSError, smtplib.SMTPException) as problem:  # SMTPException is an OSError, too
            said = _said(problem)
            if said.startswith("5"):
                raise MailRefused(said) from problem
            raise MailPostponed(said) from problem

    def _cut_off(self) -> None:
        """Ends whatever the letter waits for at the socket."""
        if self.server is not None and self.server.sock is not None:
            with contextlib.suppress(OSError):
                self.server.sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


class Connections:
    """As many connections as letters are under way at once, kept for the next ones."""

    def __init__(self, postman: Postman) -> None:
        self._postman = postman
        self._idle: list[Connection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for connection in self._idle:
            connection.close()

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection that nobody else uses meanwhile."""
        connection = self._idle.pop() if self._idle else Connection(self._postman)
        try:
            yield connection
        finally:
            self._idle.append(connection)


class _Server(smtplib.SMTP):
    def __init__(self, connection: Connection, *args: Any, **kwargs: Any) -> None:
        self._connection = connection
        connection.server = self  # before it connects: that, too, is cut off in time
        super().__init__(*args, **kwargs)

    def data(self, msg: Any) -> Any:
        if not self._connection.may_send():
            raise MailWithheld
        return super().data(msg)


class _SecureServer(_Server, smtplib.SMTP_SSL):
    pass


def _said(problem: Exception) -> str:
    """Code and words of the server without the address, which the delivery log does not keep."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        (code, _), *_ = problem.recipients.values()
        return f"{code} recipient refused"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {type(problem).__name__}"
    return type(problem).__name__
