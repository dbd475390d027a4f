"""Answering other services: the `rpc` entrypoint (nameko) and the connection behind it.

    @rpc(payments.CREATE_QUOTE)
    def create_quote(self, request, ctx): return self.app.quotes.create(request, ctx)

A call is acknowledged after its reply was written, so a crash lets the broker deliver it again; a
call whose record is not idempotent is acknowledged before it runs. A handler that has more to do
than its caller waits for returns `Answered`: that is done after the reply and before the
acknowledgement, so it counts as work in hand, for the prefetch and when the process stops. Work
whose deadline passed is dropped. Stored answers are replayed before the handler is asked (H-13);
where the handler does all in one unit of work (`one_unit`), that finds a repetition by itself, and
the look before is saved.
"""

import dataclasses
import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import amqp
import structlog
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint
from prometheus_client import Counter, Histogram

from chassis import crash, mongo
from chassis.amqp_link import (
    BrokerUnavailable,
    Link,
    acknowledge,
    cancel,
    open_channel,
    publish,
)
from chassis.context import Context
from chassis.dispatch import Dispatcher
from chassis.failures import as_domain_error
from chassis.idempotency import Replayed, Stored
from chassis.platform import Platform
from chassis.rpc_wire import (
    CONTENT_TYPE,
    MAX_REPLY_BYTES,
    REPLAYED_HEADER,
    TRANSIENT,
    queue_name,
    schema_of,
)
from contracts.errors import INTERNAL, INVALID_INPUT, SERVICE_UNAVAILABLE, DomainError
from contracts.problems import load
from contracts.records import Rpc

log = structlog.get_logger()


@dataclass(frozen=True)
class Answered:
    """The answer of a handler, and what the same worker does once the caller has it.

    `then` gets the call's context without deadline and key. A crash or a failure leaves it undone,
    so it has to be found elsewhere: by a job, in what was stored before the answer.
    """

    view: dict[str, Any]
    then: Callable[[Context], None] | None = None


Answer = dict[str, Any] | Answered
Handler = Callable[[dict[str, Any], Context], Answer]

SECONDS = Histogram(
    "coterie_rpc_server_seconds",
    "Duration of answering calls, from taking one up to its reply",
    ["method", "outcome"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
LEFT_UNDONE = Counter(
    "coterie_rpc_work_after_reply_failed",
    "Calls that were answered and whose work after it failed",
    ["method"],
)
REFUSED = Counter("coterie_rpc_calls_refused", "Calls that cannot be answered", ["reason"])


class Call:
    """One delivered call: what it asks, and what it was told."""

    def __init__(
        self, platform: Platform, record: Rpc, message: amqp.Message, *, one_unit: bool = False
    ) -> None:
        self._platform = platform
        self._record = record
        self._one_unit = one_unit
        self._message = message
        self._taken_up = 0.0
        self._replied = 0.0
        self._then: Callable[[Context], None] | None = None
        self._acknowledged = False
        self._outcome = "dropped"

    def answer(self, handler: Handler) -> None:
        """Runs in the worker: asks `handler`, replies, and does what is left to do then.

        No exception leaves it.
        """
        self._taken_up = time.monotonic()
        try:
            ctx = Context.from_headers(self._message.headers or {}, rpc=self._record.routing_key)
        except ValueError as problem:
            REFUSED.labels("headers").inc()
            log.warning("rpc_refused", method=self._record.routing_key, problem=str(problem))
            self._reply({"error": DomainError(INVALID_INPUT).as_dict()})
            return
        structlog.contextvars.bind_contextvars(
            role="rpc", request_id=ctx.request_id, trace=ctx.traceparent
        )
        if ctx.deadline is not None and ctx.deadline.expired:
            REFUSED.labels("expired").inc()
            log.warning("rpc_expired", method=self._record.routing_key)
            return
        if not self._record.idempotent:
            self._acknowledge()
        crash.point("rpc.before_handler")
        body, replayed = self._outcome_of(handler, ctx)
        crash.point("rpc.before_reply")
        self._reply(body, replayed=replayed)
        crash.point("rpc.after_reply")
        self._do_the_rest(ctx)
        crash.point("rpc.before_ack")

    def finished(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """nameko's hook after the handler: the call is done with, whatever became of it."""
        if exc_info is not None:  # a defect in this file, or an answer that is no JSON
            log.error("rpc_failed", method=self._record.routing_key, exc_info=exc_info)
            self._reply(self._refusal(DomainError(INTERNAL)))
        self._acknowledge()
        seconds = (self._replied or time.monotonic()) - self._taken_up
        method = self._record.routing_key
        SECONDS.labels(method, self._outcome).observe(seconds)
        log.info("rpc_served", method=method, outcome=self._outcome, ms=round(seconds * 1000, 1))
        return result, None

    def _outcome_of(self, handler: Handler, ctx: Context) -> tuple[dict[str, Any], bool]:
        """The reply's document, and whether it is a stored answer."""
        uow = self._platform.uow
        try:
            with mongo.bounded(ctx.deadline, self._record.deadline):
                looks_first = ctx.idempotency is not None and not self._one_unit
                stored = uow.idempotency.find(ctx) if looks_first else None
                if stored is None:
                    try:
                        request = load(schema_of(self._record.request), self._document())
                        return self._told(self._view_of(handler(request, ctx))), False
                    except DomainError as error:
                        if self._one_unit and (earlier := uow.idempotency.find(ctx)):
                            raise Replayed(earlier) from None
                        uow.idempotency.store_error(ctx, error)
                        raise
        except Replayed as replay:
            stored = replay.stored
        except Exception as problem:
            return self._refusal(as_domain_error(problem, where=self._record.routing_key)), False
        try:
            return self._replay(stored), True
        except Exception as problem:
            return self._refusal(as_domain_error(problem, where=self._record.routing_key)), False

    def _view_of(self, answer: Answer) -> dict[str, Any]:
        if isinstance(answer, Answered):
            self._then = answer.then
            return answer.view
        return answer

    def _do_the_rest(self, ctx: Context) -> None:
        if self._then is None:
            return
        try:
            self._then(dataclasses.replace(ctx, deadline=None, idempotency=None))
        except Exception as problem:  # the reply stands, so nobody else is told
            method = self._record.routing_key
            LEFT_UNDONE.labels(method).inc()
            error = as_domain_error(problem, where=f"{method}, after its reply")
            log.warning("rpc_rest_left_undone", method=method, error=str(error))

    def _document(self) -> Any:
        try:
            return json.loads(self._message.body)
        except ValueError:
            raise DomainError(INVALID_INPUT) from None

    def _replay(self, stored: Stored) -> dict[str, Any]:
        if stored.error is not None:
            return self._refusal(stored.error)
        assert stored.answer is not None
        return self._told(stored.answer)

    def _told(self, view: dict[str, Any]) -> dict[str, Any]:
        answer = {"ok": schema_of(self._record.response).dump(view)}
        self._outcome = "ok"
        return answer

    def _refusal(self, error: DomainError) -> dict[str, Any]:
        self._outcome = error.kind.value
        return {"error": error.as_dict()}

    def _reply(self, document: dict[str, Any], *, replayed: bool = False) -> None:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) > MAX_REPLY_BYTES:
            log.error("reply_too_large", method=self._record.routing_key, bytes=len(body))
            body = json.dumps({"error": DomainError(INTERNAL).as_dict()}).encode()
        send_reply(self._message, body, {REPLAYED_HEADER: "true"} if replayed else {})
        self._replied = time.monotonic()

    def _acknowledge(self) -> None:
        if not self._acknowledged:
            self._acknowledged = True
            acknowledge(self._message)


def send_reply(call: amqp.Message, body: bytes, headers: dict[str, str]) -> None:
    """Answers on the channel that the call came by; a caller that has gone is no error."""
    reply = amqp.Message(
        body,
        content_type=CONTENT_TYPE,
        delivery_mode=TRANSIENT,
        correlation_id=call.properties.get("correlation_id"),
        application_headers=headers,
    )
    try:
        publish(call.channel, reply, exchange="", routing_key=call.properties["reply_to"])
    except BrokerUnavailable as problem:
        log.warning("reply_lost", problem=str(problem))


class RpcServer(SharedExtension):
    """The container's connection for calls; one consumer with as many calls as workers."""

    def __init__(self) -> None:
        # Here and not in `setup`: nameko sets extensions up in any order.
        self._entrypoints: dict[str, RpcEntrypoint] = {}

    def setup(self) -> None:
        self._platform: Platform = self.container.config["platform"]
        self._dispatcher = Dispatcher(self.container)
        self._channel: amqp.Channel | None = None
        service = self._platform.service
        self._queue = queue_name(service)
        self._link = Link(self._platform.settings.amqp_url, f"{service}:rpc", on_open=self._open)
        self._platform.watch(self._link)

    def register(self, entrypoint: "RpcEntrypoint") -> None:
        """An RPC that this container answers."""
        self._entrypoints[entrypoint.record.routing_key] = entrypoint

    def start(self) -> None:
        self._dispatcher.start()
        self._link.start()

    def stop_consuming(self) -> None:
        """Takes no more calls; those at work are finished, those that wait go back."""
        self._dispatcher.stop()
        if self._channel is not None:
            cancel(self._channel, self._queue)

    def stop(self) -> None:
        # After all workers have ended: their replies and acks go out before the connection ends.
        self._link.close()

    kill = stop

    def _open(self, connection: amqp.Connection) -> None:
        channel = open_channel(connection)
        channel.basic_qos(0, self.container.max_workers, False)
        channel.basic_consume(self._queue, consumer_tag=self._queue, callback=self._on_call)
        self._channel = channel

    def _on_call(self, message: amqp.Message) -> None:
        routing_key = message.delivery_info["routing_key"]
        entrypoint = self._entrypoints.get(routing_key)
        if not message.properties.get("reply_to"):
            self._refuse(message, "no reply address")
        elif entrypoint is None:
            # Released later than this process: the caller may find one that knows it.
            body = json.dumps({"error": DomainError(SERVICE_UNAVAILABLE).as_dict()}).encode()
            send_reply(message, body, {})
            self._refuse(message, "no such method")
        else:
            call = Call(self._platform, entrypoint.record, message, one_unit=entrypoint.one_unit)
            self._dispatcher.put(entrypoint, call, call.finished)

    def _refuse(self, message: amqp.Message, reason: str) -> None:
        REFUSED.labels(reason).inc()
        log.warning("rpc_refused", method=message.delivery_info["routing_key"], problem=reason)
        acknowledge(message)


class RpcEntrypoint(Entrypoint):
    """Binds one RPC record to the method it decorates."""

    server = RpcServer()

    def __init__(self, record: Rpc, one_unit: bool) -> None:
        super().__init__()
        self.record = record
        self.one_unit = one_unit

    def setup(self) -> None:
        self.server.register(self)

    def stop(self) -> None:
        self.server.stop_consuming()


def rpc(
    record: Rpc, *, one_unit: bool = False
) -> Callable[[Callable[..., Answer]], Callable[..., None]]:
    """Marks the method `(self, request, ctx) -> view` that answers `record`.

    It may return `Answered` instead of a view.

    `one_unit` promises that it changes nothing outside of its one keyed unit of work. A repeated
    request then fails to store its answer, or is refused, and gets the stored answer only then:
    one round trip to the database less for every first request. The undecorated method is
    `__wrapped__`.
    """

    def decorate(method: Callable[..., Answer]) -> Callable[..., None]:
        @functools.wraps(method)
        def serve(service: Any, call: Call) -> None:
            call.answer(functools.partial(method, service))

        register_entrypoint(serve, RpcEntrypoint(record, one_unit))
        return serve

    return decorate
