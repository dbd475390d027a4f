"""Asking another service: one connection and one channel per process, direct reply-to (M-20).

Every call ends by its deadline. What cannot be answered (nobody is bound to the key, the broker or
the callee is away, the connection broke while we waited) is SERVICE_UNAVAILABLE: the outcome is
unknown then, and only the same Idempotency-Key or an idempotent record makes a repetition safe.
"""

import json
import secrets
import time
from typing import Any

import amqp
import eventlet
import structlog
from eventlet.event import Event
from prometheus_client import Histogram

from chassis.amqp_link import (
    MAX_MESSAGE_BYTES,
    BrokerUnavailable,
    Link,
    MessageTooLarge,
    open_channel,
    publish,
)
from chassis.context import Context
from chassis.rpc_wire import (
    CONTENT_TYPE,
    EXCHANGE,
    REPLAYED_HEADER,
    REPLY_TO,
    TRANSIENT,
    schema_of,
)
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.errors.gateway import BODY_TOO_LARGE
from contracts.reading import as_read
from contracts.records import GATEWAY, Rpc
from contracts.writing import writer

log = structlog.get_logger()

RECONNECT_SECONDS = 2.0

SECONDS = Histogram(
    "coterie_rpc_client_seconds",
    "Duration of calls to other services",
    ["method", "outcome"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


class RpcClient:
    """Calls other services; `start` once, then call from any greenlet."""

    def __init__(self, url: str, caller: str) -> None:
        self.link = Link(url, f"{caller}:rpc-client", on_open=self._open, on_lost=self._lost)
        self._caller = caller
        self._channel: amqp.Channel | None = None
        self._waiting: dict[str, Event] = {}

    def start(self) -> None:
        """Begins to connect; calls made before that wait for it a little."""
        self.link.start()

    def stop(self) -> None:
        """Closes the connection; calls that still wait end as unavailable."""
        self.link.close()

    def call(
        self, record: Rpc, request: dict[str, Any], ctx: Context, *, deadline: float | None = None
    ) -> Any:
        """The answer to `request`, read by what the record's response schema declares: a dict of
        the type of that name in `contracts.types`.

        `request` holds Python values (aware datetimes for Instant). `deadline` in seconds can only
        shorten the record's and the context's. Raises the callee's DomainError,
        DomainError(SERVICE_UNAVAILABLE), DomainError(BODY_TOO_LARGE) for a request beyond what one
        message carries, or ValueError for a field the record does not declare.
        """
        answer, _ = self.call_marked(record, request, ctx, deadline=deadline)
        return schema_of(as_read(record.response)).load(answer)

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context, *, deadline: float | None = None
    ) -> tuple[dict[str, Any], bool]:
        """As `call`, but the answer as the JSON document that the callee wrote (instants are
        texts), and whether it is the replay of a stored answer.
        """
        if self._caller != GATEWAY:
            ctx = ctx.as_system(self._caller)  # only the gateway speaks for people
        seconds = record.deadline if deadline is None else min(record.deadline, deadline)
        started = time.monotonic()
        outcome = "unavailable"
        try:
            reply = self._ask(record, _body(record, request), ctx.with_deadline(seconds))
            answer = json.loads(reply.body)
            replayed = REPLAYED_HEADER in (reply.headers or ())
            if "error" in answer:
                error = DomainError.from_dict(answer["error"])
                error.replayed = replayed
                outcome = error.kind.value
                raise error
            outcome = "ok"
        except BrokerUnavailable as problem:
            log.warning(
                "rpc_unanswered",
                method=record.routing_key,
                problem=str(problem),
                request_id=ctx.request_id,
            )
            raise DomainError(SERVICE_UNAVAILABLE) from problem
        except MessageTooLarge as problem:
            outcome = "too_large"
            raise DomainError(BODY_TOO_LARGE, maximum=MAX_MESSAGE_BYTES) from problem
        finally:
            SECONDS.labels(record.routing_key, outcome).observe(time.monotonic() - started)
        return answer["ok"], replayed

    def _ask(self, record: Rpc, body: bytes, ctx: Context) -> amqp.Message:
        deadline = ctx.deadline
        assert deadline is not None
        channel = self._usable_channel(min(RECONNECT_SECONDS, deadline.remaining()))
        # Not to be guessed by a callee, which knows where our answers come in.
        number = secrets.token_urlsafe(12)
        reply = self._waiting[number] = Event()
        try:
            headers = ctx.headers()
            message = amqp.Message(
                body,
                content_type=CONTENT_TYPE,
                application_headers=headers,
                delivery_mode=TRANSIENT,
                reply_to=REPLY_TO,
                correlation_id=number,
                expiration=str(int(deadline.remaining() * 1000)),
            )
            publish(
                channel, message, exchange=EXCHANGE, routing_key=record.routing_key, mandatory=True
            )
            with eventlet.Timeout(deadline.remaining() or 0.001, False):
                answered: amqp.Message = reply.wait()
                return answered
        finally:
            del self._waiting[number]
        raise BrokerUnavailable(f"{record.service} did not answer in time")

    def _usable_channel(self, seconds: float) -> amqp.Channel:
        if self._channel is None:
            self.link.wait_up(seconds)
        if self._channel is None:
            raise BrokerUnavailable("no connection to the broker")
        return self._channel

    def _open(self, connection: amqp.Connection) -> None:
        channel = open_channel(connection)
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume(REPLY_TO, no_ack=True, callback=self._on_reply)
        self._channel = channel

    def _lost(self, error: Exception) -> None:
        self._channel = None
        for waiting in self._waiting.values():
            if not waiting.ready():
                waiting.send_exception(BrokerUnavailable("the connection to the broker broke"))

    def _on_reply(self, message: amqp.Message) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting is not None and not waiting.ready():  # else: nobody waits any more
            waiting.send(message)

    def _on_return(
        self, error: Exception, exchange: str, routing_key: str, message: amqp.Message
    ) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting is not None and not waiting.ready():
            waiting.send_exception(BrokerUnavailable(f"no queue takes {routing_key}"))


def _body(record: Rpc, request: dict[str, Any]) -> bytes:
    if unknown := request.keys() - record.request._declared_fields.keys():
        raise ValueError(f"{record.routing_key} does not take {', '.join(sorted(unknown))}")
    document = writer(record.request)(request)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
