"""HTTP/1.1 on a connection: strict reading of the head, bounded in size and time.

Built on eventlet.wsgi, which accepts connections, calls the WSGI application and writes answers.
The head is read here because the stock parser is lenient where proxies in front of us differ
(folded lines, lines without CR, blanks before colons, repeated lengths), has no time limit for the
head as a whole, and refuses with HTML. Transfer encodings are refused (411, RFC 9112 §6.1 allows
that).
"""

import contextlib
import re
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import hubs, wsgi

from contracts.errors import DomainError
from contracts.errors.gateway import (
    ADDRESS_TOO_LONG,
    HEADERS_TOO_LARGE,
    LENGTH_MISSING,
    REQUEST_MALFORMED,
    REQUEST_SLOW,
)
from gateway.connections import Connections
from gateway.headers import source

HEAD_SECONDS = 10.0
IDLE_SECONDS = 75.0
ANSWER_SECONDS = 30.0
LINGER_SECONDS = 1.0
LARGE = 64 * 1024  # bytes of an answer that are not copied for the sake of one system call
REFUSED_LINGER_SECONDS = 0.1  # of a source that has its share: refusals must not fill the room
MAX_REQUEST_LINE = 8192
MAX_HEAD = 16 * 1024
MAX_HEADERS = 64

_REQUEST_LINE = re.compile(rb"([A-Za-z]{1,20}) ([\x21-\x7e]+) HTTP/1\.([01])")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_ONCE = frozenset({"host", "content-length", "authorization", "content-type", "transfer-encoding"})


class Headers:
    """The headers of one request in the form that eventlet.wsgi reads."""

    def __init__(self) -> None:
        self._headers: list[tuple[str, str]] = []  # eventlet.wsgi reads this attribute
        self._first: dict[str, str] = {}

    def add(self, name: str, value: str) -> None:
        lower = name.lower()
        if lower in self._first and lower in _ONCE:
            raise DomainError(REQUEST_MALFORMED, reason="header_twice", header=lower)
        self._first.setdefault(lower, value)
        self._headers.append((name, value))

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._first.get(name.lower(), default)

    def get_content_type(self) -> str:
        """What eventlet.wsgi takes for a request without Content-Type."""
        return ""


class AnswerFile:
    """What eventlet.wsgi writes answers to: each is taken in time, or the connection is cut."""

    closed = False

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> None:
        self._parts.append(part)

    def writelines(self, parts: Iterable[bytes]) -> None:
        self._parts.extend(parts)

    def flush(self) -> None:
        """Sends what was written; raises OSError."""
        if not self._parts:
            return
        whole = [b"".join(self._parts)] if sum(map(len, self._parts)) < LARGE else self._parts
        self._parts = []
        try:
            with eventlet.Timeout(ANSWER_SECONDS, TimeoutError()):
                for part in whole:
                    self._connection.sendall(memoryview(part))  # its rest goes without a copy
        except TimeoutError:
            # Without this the kernel would go on to hold and send what nobody reads.
            at_once = struct.pack("ii", 1, 0)
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            raise

    def send_now(self, part: bytes) -> bool:
        """Sends as much as goes without waiting; the rest goes first when more is flushed. Whether
        there is none; nothing is sent while there was some."""
        if self._parts:
            return False
        try:
            sent = self._connection.fd.send(part, socket.MSG_DONTWAIT)
        except OSError:
            return False
        if sent < len(part):
            self._parts.append(part[sent:])
        return not self._parts

    def close(self) -> None:
        self.closed = True


class Protocol(wsgi.HttpProtocol):
    """One connection; the application may ask that it is closed after the answer at hand."""

    protocol_version = "HTTP/1.1"
    connections: Connections  # of the server that it is a connection of
    headers: Headers
    _linger_seconds = 0.0
    _used = False
    _made_room = False

    @classmethod
    def among(cls, connections: Connections) -> type["Protocol"]:
        """The protocol of a server with these connections; eventlet.wsgi takes a type."""
        return type(cls.__name__, (cls,), {"connections": connections})

    def setup(self) -> None:
        super().setup()
        self.wfile = AnswerFile(self.connection)

    def handle(self) -> None:
        try:
            with self.connections.place(source(self.client_address[0], None, 0)):
                super().handle()
        except DomainError as refused:
            self._refuse(refused)
            self._linger_seconds = REFUSED_LINGER_SECONDS

    def handle_one_request(self) -> None:
        self.close_connection = True
        try:
            head = self._read_head()
            if not head:
                return
            self._parse(head)
        except DomainError as refused:
            self._refuse(refused)
            return
        except OSError:  # reset by the peer, or nothing came in time
            return
        self.environ = self.get_environ()
        self.environ["gateway.connection"] = self
        self.application = self.server.app
        try:
            self.handle_one_response()
        except OSError:
            self.close_connection = True

    def close_after_answer(self) -> None:
        """Say `Connection: close` with the answer; what still arrives is not read as a request."""
        self.close_connection = True
        self._linger_seconds = LINGER_SECONDS

    def send_now(self, part: bytes) -> bool:
        """Sends a further part of an answer without length, while the greenlet of the connection
        waits for something else than the connection; whether all of it is on its way."""
        chunked = self.request_version == "HTTP/1.1"
        return self.wfile.send_now(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)

    def make_room(self) -> None:
        """End, while idle: what the peer may have begun to send is not looked at any more."""
        self._made_room = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def peer_left(self) -> bool:
        """Waits until the peer closes (True), or sends on or is silent for a while (False)."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError:
            return True

    def watch_peer(self, left: Callable[[], None]) -> Callable[[], None]:
        """Calls `left` when the peer closes, until what it returns is called; takes no greenlet,
        and does not read what the peer may send. Nobody else reads meanwhile."""
        hub, listener = hubs.get_hub(), None

        def unwatch() -> None:
            nonlocal listener
            if listener is not None:
                hub.remove(listener)
                listener = None

        def readable(fileno: int) -> None:
            unwatch()
            try:
                closed = not self.connection.fd.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                closed = True
            if closed:
                left()

        fileno = self.connection.fileno()
        listener = hub.add(hub.READ, fileno, readable, lambda error: None, lambda: None)
        return unwatch

    def finish(self) -> None:
        if self._linger_seconds:
            # Closing while the peer still sends would reset the connection and lose the answer.
            with contextlib.suppress(OSError), eventlet.Timeout(self._linger_seconds, False):
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                while self.connection.recv(65536):
                    pass
        super().finish()
        # It names this connection: together they would lie about until all garbage is looked for.
        self.environ = {}

    def _read_head(self) -> bytes:
        """The request line and headers with the blank line; empty when the peer is gone."""
        # A new connection has to say something soon; one that was used may pause.
        self.connection.settimeout(IDLE_SECONDS if self._used else HEAD_SECONDS)
        self._used = True
        self.connections.wait_idle(self, self.make_room)
        try:
            arrived = self.rfile.peek(1)
        finally:
            self.connections.wait_no_more(self)
        self.connection.settimeout(HEAD_SECONDS)
        if not arrived or self._made_room:
            return b""
        self.conn_state[2] = wsgi.STATE_REQUEST
        end = arrived.find(b"\r\n\r\n")
        if end >= 0:
            return bytes(self.rfile.read(end + 4))
        with eventlet.Timeout(HEAD_SECONDS, DomainError(REQUEST_SLOW, seconds=int(HEAD_SECONDS))):
            return self._read_lines()

    def _read_lines(self) -> bytes:
        lines = [self.rfile.readline(MAX_REQUEST_LINE + 1)]
        if len(lines[0]) > MAX_REQUEST_LINE:
            raise DomainError(ADDRESS_TOO_LONG, maximum=MAX_REQUEST_LINE)
        size = len(lines[0])
        while lines[-1] not in (b"\r\n", b"\n", b""):
            lines.append(self.rfile.readline(MAX_HEAD))
            size += len(lines[-1])
            if size > MAX_REQUEST_LINE + MAX_HEAD:
                raise DomainError(HEADERS_TOO_LARGE)
        return b"".join(lines) if lines[-1] else b""

    def _parse(self, head: bytes) -> None:
        """Set command, path, version and headers; raises DomainError for what is not HTTP/1."""
        if not head.endswith(b"\r\n\r\n"):
            raise _malformed("line_end")
        first, *lines = head.split(b"\r\n")[:-2]  # the blank line and the end after it
        self.headers = Headers()
        request = _REQUEST_LINE.fullmatch(first)
        if not request:
            raise _malformed("request_line")
        self.command, target, minor = (group.decode("ascii") for group in request.groups())
        self.request_version = f"HTTP/1.{minor}"
        self.requestline = ""  # eventlet.wsgi names it in its own log, which is off
        self.path = _ABSOLUTE.sub("", target, count=1) or "/"
        if len(lines) > MAX_HEADERS or len(head) - len(first) > MAX_HEAD + 2:
            raise DomainError(HEADERS_TOO_LARGE)
        for line in lines:
            header = _HEADER.fullmatch(line)
            if not header:
                raise _malformed("header_line")
            name, value = header[1].decode("ascii"), header[2].decode("latin-1")
            self.headers.add(name, value.rstrip(" \t"))
        self._check_framing()
        connection = (self.headers.get("connection") or "").lower()
        self.close_connection = "close" in connection or (
            minor == "0" and "keep-alive" not in connection
        )

    def _check_framing(self) -> None:
        if self.headers.get("transfer-encoding") is not None:
            raise DomainError(LENGTH_MISSING)
        length = self.headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) < 16):
            raise _malformed("content_length")
        if self.request_version == "HTTP/1.1" and self.headers.get("host") is None:
            raise _malformed("host_missing")

    def _refuse(self, refused: DomainError) -> None:
        status, headers, body = self.server.app.refusal(refused)
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        self._linger_seconds = LINGER_SECONDS
        with contextlib.suppress(OSError):
            self.wfile.write("\r\n".join(lines).encode("latin-1") + body)
            self.wfile.flush()


def _malformed(reason: str) -> DomainError:
    return DomainError(REQUEST_MALFORMED, reason=reason)
