"""The SMTP side of the mail sink."""

import asyncio
import logging
import re

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.mail import inbox

MAX_MESSAGE_BYTES = 1024 * 1024

# An address that asks to be refused: bounce+550@example.com, defer+451@example.com.
SCRIPTED_ADDRESS = re.compile(r"(?:bounce\+(5\d\d)|defer\+(4\d\d))@", re.IGNORECASE)

logging.getLogger("mail.log").setLevel(logging.WARNING)


class _Receiver:
    """Accepts every message but those to scripted addresses; says 250 when it is on disk."""

    def __init__(self, database: Database, clock: BusinessClock) -> None:
        self._database = database
        self._clock = clock

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        scripted = SCRIPTED_ADDRESS.match(address)
        if scripted:
            return f"{scripted[1] or scripted[2]} refused as the address asks"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.to_thread(self._store, envelope)
        return "250 OK"

    def _store(self, envelope: Envelope) -> None:
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        with self._database.transaction() as db:
            inbox.store(db, self._clock.now_ms(), envelope.mail_from or "", envelope.rcpt_tos, raw)


def smtp_server(database: Database, clock: BusinessClock, host: str, port: int) -> Controller:
    """A server in a thread of its own; `start()` raises OSError when the port is in use."""
    return Controller(
        _Receiver(database, clock),
        hostname=host,
        port=port,
        data_size_limit=MAX_MESSAGE_BYTES,
        server_hostname="sandbox",
    )
