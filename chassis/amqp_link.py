"""One AMQP connection that is kept open: a reader greenlet, heartbeats, reconnection.

py-amqp is used directly and nothing here waits without a bound: a peer that falls silent is found
by heartbeats or by a timed-out write, and its socket is then shut down without a closing handshake,
which such a peer would never answer (M-2, M-2a, M-24).

Only the reader greenlet reads. Others write whole frames through `Channel.send_method`; frames of
one turn of the hub go out together. What waits for the broker's answer is done by the reader, in
`on_open` or `on_tick`.

A broker that is short of memory or disk stops reading from whoever publishes. Such a *blocked* link
refuses to publish at once and is kept: what is written then would lie in buffers until the alarm
ends, and a new connection would be blocked as well.
"""

import contextlib
import random
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import amqp
import eventlet
import structlog
from amqp import spec
from amqp.exceptions import error_for_code
from amqp.method_framing import frame_writer
from eventlet.event import Event
from eventlet.greenthread import GreenThread
from prometheus_client import Counter, Gauge

log = structlog.get_logger()

HEARTBEAT_SECONDS = 6  # the broker and we give each other up after two of them
IO_SECONDS = 2.5  # longest wait for the socket: a write that cannot end by then has lost its peer
CONNECT_SECONDS = 5.0
CLOSE_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
# The broker takes 1 MiB and closes the channel on more, with all that waits on it.
MAX_MESSAGE_BYTES = 1_000_000

CONNECTED = Gauge("coterie_broker_connected", "1 while the connection is usable", ["link"])
BLOCKED = Gauge(
    "coterie_broker_blocked", "1 while the broker takes no messages, for lack of room", ["link"]
)
LOST = Counter("coterie_broker_connections_lost", "Connections that ended unasked", ["link"])


class BrokerUnavailable(Exception):
    """No usable connection to the broker, no answer in time, or no room for messages there."""


class _Channel(amqp.Channel):
    """Tells `on_closed` when the broker closes it; without one, that ends the connection."""

    on_closed: Callable[[Exception], None] | None = None

    def _on_close(self, reply_code: int, reply_text: str, class_id: int, method_id: int) -> None:
        if self.on_closed is None:
            super()._on_close(reply_code, reply_text, class_id, method_id)
            return
        self.send_method(spec.Channel.CloseOk)
        self.collect()
        method = (class_id, method_id)
        self.on_closed(error_for_code(reply_code, reply_text, method, amqp.ChannelError))


class _Connection(amqp.Connection):
    Channel = _Channel
    blocked = False  # whether the broker has stopped to read what we publish
    user = ""
    read_at = 0.0  # when the last frame came, a heartbeat at least

    def blocking_read(self, timeout: float | None = None) -> Any:
        read = super().blocking_read(timeout)
        self.read_at = time.monotonic()
        return read


class MessageTooLarge(Exception):
    """The body is larger than MAX_MESSAGE_BYTES; nothing was written."""


class Link:
    """Keeps one connection to `url` open from `start` to `close`.

    `on_open(connection)` prepares channels and consumers on each new connection; when it raises,
    for instance because a queue is not declared yet, it is tried again on the next connection.
    `on_lost(error)` is told when a connection that was announced ends. `on_tick(connection)` is
    called by the reader about every 2.5 s and may wait for the broker's answers.
    """

    def __init__(
        self,
        url: str,
        name: str,
        *,
        on_open: Callable[[amqp.Connection], None],
        on_lost: Callable[[Exception], None] = lambda error: None,
        on_tick: Callable[[amqp.Connection], None] = lambda connection: None,
    ) -> None:
        self.name = name
        self._parameters = connection_parameters(url)
        self._on_open, self._on_lost, self._on_tick = on_open, on_lost, on_tick
        self._connection: _Connection | None = None
        self._reader: GreenThread | None = None
        self._usable = Event()
        self._closing = False
        self._heard_at = time.monotonic()  # of connections that ended

    @property
    def up(self) -> bool:
        """Whether a connection is open and prepared."""
        return self._connection is not None

    @property
    def blocked(self) -> bool:
        """Whether the broker takes no messages from this connection now (memory or disk alarm)."""
        return self._connection is not None and self._connection.blocked

    @property
    def silence(self) -> float:
        """Seconds since something came from the broker; what was sent before that came, too."""
        connection = self._connection
        heard_at = self._heard_at if connection is None else connection.read_at
        return time.monotonic() - heard_at

    @property
    def problems(self) -> list[str]:
        """Why the process is not ready, as far as this connection is concerned."""
        if not self.up:
            return [f"no broker: {self.name}"]
        return [f"the broker is short of memory or disk: {self.name}"] if self.blocked else []

    def start(self) -> None:
        """Begins to connect, in the background and for as long as it takes."""
        CONNECTED.labels(self.name).set(0)
        BLOCKED.labels(self.name).set(0)
        self._reader = eventlet.spawn(self._run)

    def wait_up(self, seconds: float) -> bool:
        """Waits at most `seconds` for a usable connection."""
        if self._connection is None:
            with eventlet.Timeout(seconds, False):
                self._usable.wait()
        return self._connection is not None

    def drop(self, reason: str) -> None:
        """Gives the connection up at once, without a handshake; the reader makes a new one.

        Not while it is blocked: heartbeats tell whether such a broker lives.
        """
        if self._connection is not None and not self._connection.blocked:
            log.warning("broker_connection_dropped", link=self.name, reason=reason)
            _shut_down(self._connection)

    def close(self) -> None:
        """Ends the connection in order, so that what was written arrives; bounded in time."""
        self._closing = True
        if self._reader is None:
            return
        if self._connection is None:
            self._reader.kill()
            return
        with contextlib.suppress(OSError, amqp.AMQPError):
            self._connection.send_method(spec.Connection.Close, "BsBB", (200, "", 0, 0))
        with eventlet.Timeout(CLOSE_SECONDS, False):
            self._reader.wait()
        if self._connection is not None:
            _shut_down(self._connection)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing:
            error = self._live_once()
            if error is None:
                pause = FIRST_PAUSE
            elif not self._closing:
                log.warning("broker_unreachable", link=self.name, error=_shown(error))
            if not self._closing:
                eventlet.sleep(random.uniform(pause / 2, pause))
                pause = min(pause * 2, LONGEST_PAUSE)

    def _live_once(self) -> Exception | None:
        """One connection from its start to its end; the error if it never became usable."""
        connection = _Connection(
            **self._parameters, frame_writer=_Writer, client_properties={"name": self.name}
        )
        connection.user = self._parameters["userid"]
        connection.on_blocked = lambda reason: self._note_blocked(connection, True)
        connection.on_unblocked = lambda: self._note_blocked(connection, False)
        try:
            connection.connect()
            connection.sock.settimeout(IO_SECONDS)
            self._on_open(connection)
        except Exception as error:
            connection.collect()
            return error
        self._connection = connection
        CONNECTED.labels(self.name).set(1)
        log.info("broker_connected", link=self.name)
        usable, self._usable = self._usable, Event()
        usable.send(None)
        lost: Exception = BrokerUnavailable("the connection was closed")
        try:
            self._read(connection)
        except (OSError, amqp.AMQPError) as error:
            lost = error
        except Exception as error:  # a defect of ours: say so, and go on with a new connection
            log.exception("broker_reader_failed", link=self.name)
            lost = error
        self._connection, self._heard_at = None, connection.read_at
        CONNECTED.labels(self.name).set(0)
        BLOCKED.labels(self.name).set(0)
        _shut_down(connection)
        connection.collect()
        if not self._closing:
            LOST.labels(self.name).inc()
            log.warning("broker_connection_lost", link=self.name, error=_shown(lost))
        self._on_lost(lost)
        return None

    def _note_blocked(self, connection: _Connection, blocked: bool) -> None:
        connection.blocked = blocked
        BLOCKED.labels(self.name).set(int(blocked))
        log.warning("broker_blocked" if blocked else "broker_unblocked", link=self.name)

    def _read(self, connection: amqp.Connection) -> None:
        next_tick = time.monotonic() + IO_SECONDS
        while connection.connected:
            with contextlib.suppress(TimeoutError):
                connection.drain_events()
            if time.monotonic() >= next_tick and connection.connected:
                connection.heartbeat_tick()
                self._on_tick(connection)
                next_tick = time.monotonic() + IO_SECONDS


class _Writer:
    """py-amqp's writer of frames, with one system call for all frames of a turn of the hub.

    A write that the peer does not take in time ends the connection: half a frame may be out, and
    nothing can follow that.
    """

    def __init__(self, connection: amqp.Connection, transport: Any) -> None:
        self._connection, self._transport = connection, transport
        self._frames = bytearray()
        self._flushing = False
        self._write_frame = frame_writer(connection, self)

    def __call__(self, *frame: Any) -> None:
        self._write_frame(*frame)

    def write(self, data: bytes) -> None:
        """Takes the bytes of a frame (called by py-amqp, which reuses its buffer)."""
        self._frames += data
        if not self._flushing:
            self._flushing = True
            eventlet.spawn_n(self._flush)

    def _flush(self) -> None:
        try:
            while self._frames:
                frames, self._frames = self._frames, bytearray()
                self._transport.write(frames)
        except (OSError, AttributeError) as error:  # stuck, broken, or closed meanwhile
            log.debug("broker_write_failed", error=_shown(error))
            _shut_down(self._connection)
        finally:
            self._flushing = False


def user_of(url: str) -> str:
    """The user's name in the broker's address."""
    return unquote(urlsplit(url).username or "")


def connection_parameters(url: str) -> dict[str, Any]:
    """py-amqp's arguments for `amqp://user:password@host:port/vhost` (or `amqps://`).

    With `amqps` the broker has to show a certificate for that host, from an authority that the
    system trusts or from the one in the file that `?cacertfile=` names, as in RabbitMQ's own URIs.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
        raise ValueError("the broker's address looks like amqp://user:password@host:port/vhost")
    secure = parts.scheme == "amqps"
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - ({"cacertfile"} if secure else set()):
        raise ValueError(f"the broker's address has an unknown option: {', '.join(unknown)}")
    return {
        "host": f"{parts.hostname}:{parts.port or (5671 if secure else 5672)}",
        "userid": user_of(url),
        "password": unquote(parts.password or ""),
        "login_method": "PLAIN",
        "virtual_host": unquote(parts.path[1:]) or "/",
        "ssl": secure and _trust(parts.hostname, options.get("cacertfile")),
        "connect_timeout": CONNECT_SECONDS,
        "heartbeat": HEARTBEAT_SECONDS,
    }


def _trust(host: str, authorities: str | None) -> dict[str, Any]:
    """py-amqp's arguments for a peer that shows who it is; `ssl=True` alone checks no name."""
    return {
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": host,
        "ca_certs": authorities,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    }


def open_channel(connection: amqp.Connection) -> amqp.Channel:
    """A channel that leaves message bodies as the bytes they are."""
    channel = connection.channel()
    channel.auto_decode = False
    return channel


def publish(
    channel: amqp.Channel,
    message: amqp.Message,
    *,
    exchange: str,
    routing_key: str,
    mandatory: bool = False,
) -> None:
    """Writes one message, whose body is bytes; it says who we are (`chassis.senders`).

    Raises MessageTooLarge, or BrokerUnavailable when the connection is gone or blocked. Not
    `Channel.basic_publish`: that reads from the socket, which is the reader's alone.
    """
    if len(message.body) > MAX_MESSAGE_BYTES:
        raise MessageTooLarge(f"{len(message.body)} bytes for {routing_key}")
    arguments = (0, exchange, routing_key, mandatory, False)
    if channel.connection is not None:
        if channel.connection.blocked:
            raise BrokerUnavailable("the broker is short of memory or disk")
        message.properties["user_id"] = channel.connection.user
    try:
        channel.send_method(spec.Basic.Publish, "Bssbb", arguments, message)
    except (OSError, amqp.AMQPError, AttributeError) as error:
        raise BrokerUnavailable(_shown(error)) from error


def consume(
    channel: amqp.Channel,
    queue: str,
    *,
    prefetch: int,
    on_message: Callable[[amqp.Message], None],
    on_started: Callable[[str], None],
    on_cancelled: Callable[[str], None],
) -> None:
    """Asks for deliveries of a queue, whose name is the consumer's tag, without waiting.

    `on_started` hears that the broker agreed, `on_cancelled` that it took that back.
    """
    channel.callbacks[queue] = on_message
    channel.cancel_callbacks[queue] = on_cancelled
    channel._callbacks[spec.Basic.ConsumeOk] = on_started
    arguments = (0, queue, queue, False, False, False, False, None)
    with contextlib.suppress(OSError, amqp.AMQPError, AttributeError):
        channel.send_method(spec.Basic.Qos, "lBb", (0, prefetch, False))
        channel.send_method(spec.Basic.Consume, "BssbbbbF", arguments)


def ask_depth(channel: amqp.Channel, queue: str, tell: Callable[[str, int, int], None]) -> None:
    """Asks for a queue's depth without waiting; `tell` gets its name, messages and consumers.

    A passive declaration, which needs no rights. That the queue is not there closes the channel.
    """
    channel._callbacks[spec.Queue.DeclareOk] = tell
    arguments = (0, queue, True, False, False, False, False, None)
    channel.send_method(spec.Queue.Declare, "BsbbbbbF", arguments)


def acknowledge(message: amqp.Message) -> bool:
    """Acks a delivery; False when its connection is gone: the broker delivers it again."""
    try:
        message.channel.basic_ack(message.delivery_tag)
    except (OSError, amqp.AMQPError, AttributeError) as error:
        log.warning("ack_lost", error=_shown(error))
        return False
    return True


def cancel(channel: amqp.Channel, consumer_tag: str) -> None:
    """Asks for no more deliveries, without waiting for the answer."""
    with contextlib.suppress(OSError, amqp.AMQPError, AttributeError):
        channel.send_method(spec.Basic.Cancel, "sb", (consumer_tag, True))


def _shut_down(connection: amqp.Connection | None) -> None:
    """Ends the socket for both directions; a greenlet that reads from it wakes up."""
    with contextlib.suppress(Exception):
        if connection is not None and connection.connected:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _shown(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
