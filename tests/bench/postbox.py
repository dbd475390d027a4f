"""A mail server that costs little: takes every mail, and wakes who waits for one.

The sandbox's keeps mails on disk and shows them in a browser; here only its cost would show.
"""

import re
import socketserver
import threading
from collections import defaultdict
from email import message_from_bytes
from email.policy import default
from queue import Queue
from typing import Self

Mails = Queue[str]


class Postbox:
    """Listens on a free port until `close`; a mail counts as accepted when 250 is said."""

    def __init__(self) -> None:
        self._boxes: defaultdict[tuple[str, str], Mails] = defaultdict(Queue)
        box = self

        class Session(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                box._serve(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def wait(self, address: str, type: str, seconds: float = 60.0) -> str:
        """The text of the next mail of a type to an address; raises queue.Empty."""
        return self._boxes[address, type].get(timeout=seconds)

    def code(self, address: str) -> str:
        """The digits of the next sign-in code for an address."""
        found = re.search(r"\b([0-9]{4} [0-9]{4})\b", self.wait(address, "sign_in_code"))
        assert found is not None
        return found[1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _serve(self, session: socketserver.StreamRequestHandler) -> None:
        def say(text: str) -> None:
            session.wfile.write(text.encode() + b"\r\n")

        say("220 postbox")
        while line := session.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                say("354 go on")
                lines = iter(session.rfile.readline, b".\r\n")
                raw = b"".join(line.removeprefix(b".") for line in lines)
                say("250 OK")
                self._take(raw)
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 OK")

    def _take(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        self._boxes[mail["To"].strip(), mail["X-Coterie-Type"]].put(body.get_content())
