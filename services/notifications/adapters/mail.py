"""E-mail over SMTP: connections that are kept while there is mail, every step bounded in time.

A refusal of the message itself (5xx to MAIL, RCPT or DATA) is final. Everything else may pass: the
server is not there, breaks off, wants us to come back (4xx), refuses our own login, or is slow.
"""

import contextlib
import datetime as dt
import select
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from services.notifications.adapters.channels import (
    SEND_SECONDS,
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryWithheld,
    Notice,
)
from services.notifications.adapters.wording import Wording

STEP_SECONDS = 5.0
UNUSED_SECONDS = 10.0  # then a connection is given up
_WIRE = compat32.clone(linesep="\r\n")
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
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


class MailServer:
    """Where mail is handed in, in the name of one address."""

    def __init__(self, url: str, mail_from: str) -> None:
        self._url = urlsplit(url)
        self._sender = Address(addr_spec=mail_from)

    @property
    def address(self) -> str:
        """Whose mail it is."""
        return self._sender.addr_spec

    def compose(self, mail: Mail) -> bytes:
        """The mail as MIME; raises DeliveryRefused when the address is none.

        With the older of the library's interfaces: the newer one parses every header that it is
        given, and takes three times as long.
        """
        try:
            Address(addr_spec=mail.to).addr_spec.encode("ascii")
        except (ValueError, IndexError, MessageError) as problem:
            raise DeliveryRefused("malformed address") from problem
        mime = MIMEMultipart("alternative", policy=_WIRE)
        mime["To"] = mail.to
        mime["From"] = self.address
        mime["Subject"] = Header(mail.subject, "utf-8", header_name="Subject").encode()
        mime["Date"] = format_datetime(mail.at)
        mime["Message-ID"] = f"<{mail.id}@{self._sender.domain}>"
        mime["Auto-Submitted"] = "auto-generated"
        mime["X-Coterie-Type"] = mail.type
        mime["Content-Language"] = mail.language
        mime.attach(MIMEText(mail.plain, "plain", "utf-8", policy=_WIRE))
        mime.attach(MIMEText(mail.html, "html", "utf-8", policy=_WIRE))
        return mime.as_bytes()

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
    """One connection for one mail after the other; a broken one is made anew by the next."""

    def __init__(self, mail_server: MailServer) -> None:
        self._mail_server = mail_server
        self.server: _Server | None = None
        self.may_send: Callable[[], bool] = lambda: True
        self._used_at = 0.0

    def send(self, mail: Mail, may_send: Callable[[], bool]) -> None:
        """As `Channel.send`; there is no way back once the mail itself is handed over."""
        mime = self._mail_server.compose(mail)
        self.may_send = may_send
        limit = threading.Timer(SEND_SECONDS, self._cut_off)
        limit.daemon = True
        limit.start()
        try:
            self._hand_over(mail.to, mime)
        except BaseException:
            self._drop()
            raise
        finally:
            limit.cancel()
            self._used_at = time.monotonic()

    @property
    def is_unused(self) -> bool:
        """Whether its last mail is a while ago."""
        return time.monotonic() - self._used_at > UNUSED_SECONDS

    def close(self) -> None:
        """Says goodbye, and waits for nobody to answer it."""
        if self.server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.server.putcmd("quit")
            self._drop()

    def _hand_over(self, to: str, mime: bytes) -> None:
        try:
            if self.server is not None and self._is_over():
                self._drop()
            if self.server is None:
                self._mail_server.connect(self)
        except (OSError, smtplib.SMTPException) as problem:
            raise DeliveryPostponed(_said(problem)) from problem
        assert self.server is not None
        try:
            self.server.sendmail(self._mail_server.address, [to], mime)
        except (OSError, smtplib.SMTPException) as problem:  # SMTPException is an OSError, too
            said = _said(problem)
            if said.startswith("5"):
                raise DeliveryRefused(said) from problem
            raise DeliveryPostponed(said) from problem

    def _is_over(self) -> bool:
        """A server that speaks unasked says goodbye, or is gone."""
        assert self.server is not None
        return self.server.sock is None or bool(select.select([self.server.sock], [], [], 0)[0])

    def _cut_off(self) -> None:
        """Ends whatever the mail waits for at the socket."""
        if self.server is not None and self.server.sock is not None:
            with contextlib.suppress(OSError):
                self.server.sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


class MailChannel:
    """The channel `email`: as many connections as mails are under way, kept while there is mail."""

    def __init__(self, server: MailServer, wording: Wording) -> None:
        self._server = server
        self._wording = wording
        self._idle: list[Connection] = []

    def send(self, notice: Notice, may_send: Callable[[], bool]) -> None:
        reader = notice.reader
        body = self._wording.mail(
            notice.words,
            reader.locale,
            lead=notice.lead,
            community=notice.community,
            name=reader.name,
        )
        mail = Mail(
            id=notice.id,
            type=notice.type,
            to=reader.email,
            subject=notice.words.title,
            plain=body.plain,
            html=body.html,
            language=reader.locale,
            at=notice.at,
        )
        try:
            connection = self._idle.pop()  # not asked for before: another thread may be faster
        except IndexError:
            connection = Connection(self._server)
        try:
            connection.send(mail, may_send)
        finally:
            self._idle.append(connection)

    def rest(self, *, all: bool) -> None:
        for connection in list(self._idle):
            if all or connection.is_unused:
                try:
                    self._idle.remove(connection)
                except ValueError:  # another lane took it meanwhile
                    continue
                connection.close()


class _Server(smtplib.SMTP):
    def __init__(self, connection: Connection, *args: Any, **kwargs: Any) -> None:
        self._connection = connection
        connection.server = self  # before it connects: that, too, is cut off in time
        super().__init__(*args, **kwargs)

    def data(self, msg: Any) -> Any:
        if not self._connection.may_send():
            raise DeliveryWithheld
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
