"""Answering other services: a role's RPCs (nameko) and the connection behind them.

    RPCS: Handlers[PaymentsApp] = {payments.CREATE_QUOTE: lambda app: app.quotes.create}
    rpc_role("payments", RPCS)  # the nameko class, for the service's definition

A call is acknowledged after its reply was written, so a crash lets the broker deliver it again; a
call whose record is not idempotent is acknowledged before it runs. A handler that has more to do
than its caller waits for returns `Answered`: that is done after the reply and before the
acknowledgement, so it counts as work in hand, for the prefetch and when the process stops. Work
whose deadline passed is dropped. Stored answers are replayed before the handler is asked (H-13);
where the handler does all in one unit of work (`single_transaction`), that finds a repetition by
itself, and the look before is saved.

Refused are calls past the RPC exchange, whose rights by key they escaped, and those of a sender
that is no caller of the record or speaks for somebody that it may not (`chassis.senders`).
"""

import dataclasses
import functools
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import amqp
import structlog
from nameko.extensions import Entrypoint, SharedExtension
from prometheus_client import Counter, Histogram

from chassis import crash, mongo
from chassis.access import require_by_link, require_checked, said_by_link
from chassis.amqp_link import (
    BrokerUnavailable,
    Link,
    acknowledge,
    cancel,
    open_channel,
    publish,
)
from chassis.app import Serve, role_class
from chassis.context import Context
from chassis.dispatch import Dispatcher
from chassis.failures import as_domain_error
from chassis.idempotency import Replayed, Stored
from chassis.instead import Query, queries_of, say_instead
from chassis.platform import Platform
from chassis.rpc_wire import (
    CONTENT_TYPE,
    EXCHANGE,
    MAX_REPLY_BYTES,
    REPLAYED_HEADER,
    REPLY_TO,
    TRANSIENT,
    queue_name,
    schema_of,
)
from chassis.senders import Senders, may_speak_for
from contracts.errors import (
    INTERNAL,
    INVALID_INPUT,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
)
from contracts.problems import load
from contracts.records import Rpc
from contracts.writing import writer

log = structlog.get_logger()


@dataclass(frozen=True)
class Answered:
    """The answer of a handler, and what the same worker does once the caller has it.

    `then` gets the call's context without deadline and key. A crash or a failure leaves it undone,
    so it has to be found elsewhere: by a job, in what was stored before the answer.
    """

    view: Mapping[str, Any]
    then: Callable[[Context], None] | None = None


Answer = Mapping[str, Any] | Answered
Handler = Callable[[Any, Context], Answer]  # the request as its record's schema loads it

A = TypeVar("A")  # what the service's `build(platform)` returns
Handlers = Mapping[Rpc, Callable[[A], Handler]]

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
REFUSED = Counter("coterie_rpc_calls_refused", "Calls that were not executed", ["reason"])
for _reason in (
    "expired",
    "headers",
    "actor",
    "exchange",
    "no reply address",
    "no such method",
    "caller",
):
    REFUSED.labels(_reason)  # shown as 0, so that an alert sees the first as growth


class Call:
    """One delivered call: what it asks, and its outcome."""

    def __init__(
        self,
        platform: Platform[Any],
        record: Rpc,
        message: amqp.Message,
        *,
        sender: str,
        single_transaction: bool = False,
    ) -> None:
        """`sender`: whose message it is, by the word of the broker."""
        self._platform = platform
        self._record = record
        self._sender = sender
        self._single_transaction = single_transaction
        self._message = message
        self._queries: Mapping[str, Query] = {}
        self._taken_up = 0.0
        self._replied = 0.0
        self._then: Callable[[Context], None] | None = None
        self._acknowledged = False
        self._outcome = "dropped"
        self._actor = "unknown"

    def answer(self, handler: Handler, queries: Mapping[str, Query]) -> None:
        """Runs in the worker: asks `handler`, replies, and does what is left to do then.

        `queries` say what goes instead, by the code of a refusal. No exception leaves it.
        """
        self._queries = queries
        self._taken_up = time.monotonic()
        try:
            ctx = Context.from_headers(self._message.headers or {}, rpc=self._record.routing_key)
        except ValueError as problem:
            self._refuse("headers", str(problem))
            return
        if not may_speak_for(self._sender, ctx.actor):
            self._refuse("actor", f"{self._sender} does not speak for {ctx.actor.id}")
            return
        self._actor = ctx.actor.id
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

    def _refuse(self, reason: str, problem: str) -> None:
        REFUSED.labels(reason).inc()
        log.warning("rpc_refused", method=self._record.routing_key, problem=problem)
        self._reply({"error": DomainError(INVALID_INPUT).as_dict()})

    def finished(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """nameko's hook after the handler: the call is done with, whatever became of it."""
        if exc_info is not None:  # a defect in this file, or an answer that is no JSON
            log.error("rpc_failed", method=self._record.routing_key, exc_info=exc_info)
            self._reply(self._refusal(DomainError(INTERNAL)))
        self._acknowledge()
        seconds = (self._replied or time.monotonic()) - self._taken_up
        method = self._record.routing_key
        SECONDS.labels(method, self._outcome).observe(seconds)
        log.info(
            "rpc_served",
            method=method,
            actor=self._actor,
            outcome=self._outcome,
            ms=round(seconds * 1000, 1),
        )
        return result, None

    def _outcome_of(self, handler: Handler, ctx: Context) -> tuple[dict[str, Any], bool]:
        """The reply's document, and whether it is a stored answer."""
        uow = self._platform.uow
        try:
            with mongo.bounded(ctx.deadline, self._record.deadline):
                if ctx.actor.link is not None:  # before a stored answer, too
                    asked = load(schema_of(self._record.request), self._document())
                    require_by_link(ctx, self._record, asked)
                looks_first = ctx.idempotency is not None and not self._single_transaction
                stored = uow.idempotency.find(ctx) if looks_first else None
                if stored is None:
                    try:
                        request = load(schema_of(self._record.request), self._document())
                        answer = self._asked(handler, request, ctx)
                        require_checked(ctx, self._record)
                        # What it found done may be the work of an equal request meanwhile.
                        is_found = looks_first and ctx.idempotency not in ctx.answered
                        if is_found and (equal := uow.idempotency.find(ctx)):
                            raise Replayed(equal)
                        return self._answer_body(self._view_of(answer)), False
                    except DomainError as error:
                        if self._single_transaction and (earlier := uow.idempotency.find(ctx)):
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

    def _asked(self, handler: Handler, request: Any, ctx: Context) -> Answer:
        try:
            return handler(request, ctx)
        except DomainError as error:
            heard = said_by_link(ctx, self._record, error)
            if heard is error:
                say_instead(error, self._queries, request, ctx)
                raise
            raise heard from error

    def _view_of(self, answer: Answer) -> Mapping[str, Any]:
        if isinstance(answer, Answered):
            self._then = answer.then
            return answer.view
        return answer

    def _do_the_rest(self, ctx: Context) -> None:
        if self._then is None:
            return
        try:
            self._then(dataclasses.replace(ctx, deadline=None, idempotency=None))
        except Exception as problem:  # the reply stands, so nobody else hears of it
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
        if stored.answer is None:  # who was answered, or what about, is erased
            return self._refusal(DomainError(OBJECT_NOT_FOUND, noun="answer"))
        return self._answer_body(stored.answer)

    def _answer_body(self, view: Mapping[str, Any]) -> dict[str, Any]:
        answer = {"ok": writer(self._record.response)(view)}
        self._outcome = "ok"
        return answer

    def _refusal(self, error: DomainError) -> dict[str, Any]:
        if not self._record.declares(error.code):
            # Its callers and the API's description do not know it. In production it is still better
            # than none; elsewhere whoever wrote it shall notice.
            log.error("rpc_error_undeclared", method=self._record.routing_key, error=error.code)
            if self._platform.settings.env != "production":
                error = DomainError(INTERNAL)
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
        self._platform: Platform[Any] = self.container.config["platform"]
        self._dispatcher = Dispatcher(self.container)
        self._channel: amqp.Channel | None = None
        service = self._platform.service
        self._queue = queue_name(service)
        self._senders = Senders.around(self._platform.settings.amqp_url, service)
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
        sender = self._senders.name(message.properties.get("user_id"))
        if message.delivery_info["exchange"] != EXCHANGE:
            self._refuse(message, "exchange")
        elif not message.properties.get("reply_to", "").startswith(f"{REPLY_TO}."):
            # Nor a queue of that name: we would write to it with our rights, for the caller.
            self._refuse(message, "no reply address")
        elif entrypoint is None:
            # Released later than this process: the caller may find one that knows it.
            body = json.dumps({"error": DomainError(SERVICE_UNAVAILABLE).as_dict()}).encode()
            send_reply(message, body, {})
            self._refuse(message, "no such method")
        elif sender is None or sender not in entrypoint.record.callers:
            self._refuse(message, "caller")
        else:
            call = Call(
                self._platform,
                entrypoint.record,
                message,
                sender=sender,
                single_transaction=entrypoint.single_transaction,
            )
            self._dispatcher.put(entrypoint, call, call.finished)

    def _refuse(self, message: amqp.Message, reason: str) -> None:
        REFUSED.labels(reason).inc()
        method, sender = message.delivery_info["routing_key"], message.properties.get("user_id")
        log.warning("rpc_refused", method=method, problem=reason, sender=sender)
        acknowledge(message)


class RpcEntrypoint(Entrypoint):
    """Fires with each Call of one RPC."""

    server = RpcServer()

    def __init__(self, record: Rpc, single_transaction: bool) -> None:
        super().__init__()
        self.record = record
        self.single_transaction = single_transaction

    def setup(self) -> None:
        self.server.register(self)

    def stop(self) -> None:
        self.server.stop_consuming()


def rpc_role(
    service: str, rpcs: Handlers[A], single_transaction_rpcs: Handlers[A] | None = None
) -> type:
    """The nameko class that answers these RPCs; raises ValueError for one in both tables.

    `single_transaction_rpcs` promise that they change nothing outside of their one keyed unit of
    work. A repeated request then fails to store its answer, or is refused, and gets the stored
    answer only then: one round trip to the database less for every first request.
    """
    single = single_transaction_rpcs or {}
    every = {**rpcs, **single}
    methods = [*_methods(rpcs, False, every), *_methods(single, True, every)]
    return role_class(service, "rpc", methods)


def _methods(
    handlers: Handlers[A], single_transaction: bool, every: Handlers[A]
) -> Iterable[tuple[str, Entrypoint, Serve]]:
    known = {record.routing_key: record for record in every}
    for record, handler_of in handlers.items():
        entrypoint = RpcEntrypoint(record, single_transaction)
        queries = {
            code: _by_id(query, every[query]) for code, query in queries_of(record, known).items()
        }
        yield record.name, entrypoint, functools.partial(_answer, handler_of, queries)


def _by_id(query: Rpc, handler_of: Callable[[A], Handler]) -> Callable[[A], Handler]:
    """Asks a query with nothing but the id of its object."""
    return lambda app: (
        lambda request, ctx: handler_of(app)(load(schema_of(query.request), request), ctx)
    )


def _answer(
    handler_of: Callable[[A], Handler],
    queries: Mapping[str, Callable[[A], Handler]],
    app: A,
    call: Call,
) -> None:
    call.answer(handler_of(app), {code: query(app) for code, query in queries.items()})
