"""Counting what operations cost: a service's entrypoints driven in this process, as its process
drives them, on a real database; the broker's side is counted where messages would leave.

    COSTS = Scenarios(SERVICE)

    @COSTS.rpc(membership.GET_ME)
    def _(world): return world.person(), {}
"""

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from types import SimpleNamespace
from typing import Any, Protocol

import amqp
import pytest
from prometheus_client import REGISTRY
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import topology
from chassis.amqp_link import BrokerUnavailable
from chassis.amqp_publisher import Confirmation
from chassis.clock import Clock
from chassis.context import Context, IdempotencyKey, new_traceparent
from chassis.delivery import Delivery
from chassis.event_wire import consumer_queue, event_message
from chassis.ids import new_id
from chassis.job_state import JobState
from chassis.jobs import JobEntrypoint, JobRun
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Call
from chassis.senders import Senders
from chassis.uow import Transaction, UnitOfWork
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.records import GATEWAY, Event, Rpc
from deploy.generate import costs
from deploy.generate.costs import Cost
from gateway.routes import ROUTES

KEYED = {route.rpc for route in ROUTES if route.needs_key}
NOTHING_DUE = "nothing due"


class Meter(CommandListener):
    """Counts, inside `counting`, what goes to the database and what is to leave for the broker."""

    def __init__(self) -> None:
        self._lock = Lock()  # the sender of mails works with several threads
        self._start_over()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Counts the events of transactions, too, while the test lasts."""
        emit, encode = Transaction.emit, envelope.encode

        def counted_emit(*args: Any, **kwargs: Any) -> Any:
            self._told += 1
            return emit(*args, **kwargs)

        def counted_encode(event: CloudEvent) -> str:
            body = encode(event)
            self._told_bytes += len(body.encode())
            return body

        monkeypatch.setattr(Transaction, "emit", counted_emit)
        monkeypatch.setattr(envelope, "encode", counted_encode)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """What happens inside is counted, from zero."""
        self._start_over()
        self._counting = True
        try:
            yield
        finally:
            self._counting = False

    def _start_over(self) -> None:
        self._counting = False
        self._commands = self._transactions = self._aborts = 0
        self._publishes = self._calls = self._bytes = 0
        self._told = self._told_bytes = 0  # by the transaction under way

    @property
    def cost(self) -> Cost:
        """What was counted last."""
        return Cost(
            commands=self._commands,
            transactions=self._transactions,
            aborts=self._aborts,
            publishes=self._publishes,
            calls=self._calls,
            bytes=-(-self._bytes // 100) * 100,
        )

    def started(self, event: CommandStartedEvent) -> None:
        name = event.command_name
        if not self._counting or name.startswith("sasl"):  # a new connection, whoever needs it
            return
        with self._lock:
            self._commands += 1
            self._transactions += bool(event.command.get("startTransaction"))
        if name == "abortTransaction":
            self._aborts += 1
            self._told = self._told_bytes = 0
        elif name == "commitTransaction":
            self.sent(self._told, self._told_bytes)
            self._told = self._told_bytes = 0

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...

    def sent(self, publishes: int, size: int) -> None:
        """Events that leave for the broker, and bytes that go over it."""
        self._publishes += publishes
        self._bytes += size

    def asking(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The neighbour's `call(record, request, ctx)`, counted."""

        def counted(record: Rpc, request: dict[str, Any], ctx: Context, **more: Any) -> Any:
            answer = call(record, request, ctx, **more)
            if self._counting:
                size = _size(record.request().dump(request)) + _size(record.response().dump(answer))
                with self._lock:
                    self._calls += 1
                    self._bytes += size
            return answer

        return counted


class Neighbour(Protocol):
    """Stands for the RPC client."""

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]: ...


@dataclass
class Driven:
    """One service in this process: what its broker, its timer and its database see."""

    definition: ServiceDefinition
    app: Any
    database: Database[dict[str, Any]]
    clock: Clock
    neighbour: Neighbour
    meter: Meter

    def __post_init__(self) -> None:
        counted = self.meter.asking(self.neighbour.call)
        self.neighbour.call = counted  # type: ignore[method-assign]
        self._platform: Platform[Any] = Platform(
            service=self.definition.name,
            settings=None,
            clock=self.clock,
            database=self.database,
            uow=UnitOfWork(self.database, self.clock),
            rpc=self.neighbour,  # type: ignore[arg-type]
        )

    def answer(self, name: str, ctx: Context, request: dict[str, Any]) -> None:
        """A call of the gateway or a neighbour comes in; `request` as it travels."""
        method, entrypoint = self._entrypoint(name)
        record: Rpc = entrypoint.record
        if record in KEYED:
            key = IdempotencyKey(new_id("req"), "fingerprint", record.routing_key)
            ctx = dataclasses.replace(ctx, idempotency=key)
        channel = KeptChannel()
        message = amqp.Message(
            json.dumps(request),
            application_headers=ctx.with_deadline(record.deadline).headers(),
            reply_to="caller",
            correlation_id="1",
        )
        message.channel, message.delivery_info = channel, {"delivery_tag": 1}
        call = Call(
            self._platform,
            record,
            message,
            sender=ctx.actor.service or GATEWAY,
            single_transaction=entrypoint.single_transaction,
        )
        with self.meter.counting():
            method(call)
            call.finished(None, None, None)
            (reply,) = channel.published
            self.meter.sent(0, len(reply.body))
        assert "ok" in json.loads(reply.body), reply.body

    def handle(self, name: str, event: Event, data: dict[str, Any]) -> None:
        """An event is delivered to the queue of a reaction or replica."""
        method, entrypoint = self._entrypoint(name)
        told = CloudEvent(
            id=new_id("evt"),
            source=f"/coterie/{event.service}",
            event=event,
            subject="subject",
            time=self.clock.now(),
            aggregateversion=1,
            data=data,
            sequence=None,
            correlationid=new_id("req"),
            causationid=None,
            traceparent=new_traceparent(),
        )
        channel, moved = KeptChannel(), []

        def move(copy: amqp.Message, *where: str) -> Confirmation:
            moved.append(where)
            raise BrokerUnavailable("not here")

        message = event_message(envelope.encode(told))
        message.channel, message.delivery_info = channel, {"delivery_tag": 1}
        subscription: Any = SimpleNamespace(
            queue=consumer_queue(self.definition.name, name),
            done=lambda delivery, good: None,
            keep=lambda delivery, reason: moved.append(reason),
            keeps_from_parking=lambda delivery, reason: False,
        )
        message.properties["user_id"] = event.service
        delivery = Delivery(
            self.definition.name,
            entrypoint.events,
            message,
            senders=Senders(own=self.definition.name, prefix=""),
            subscription=subscription,
            send=move,
        )
        with self.meter.counting():
            method(delivery)
        assert not moved, f"delayed or parked: {moved}"
        assert channel.acknowledged, "left to the broker"

    def run(self, name: str) -> None:
        """One pass of a job."""
        method, _ = self._entrypoint(name)
        ctx = Context.for_system(self.definition.name)
        job: Any = SimpleNamespace(
            name=name, state=JobState(self.database), clock=self.clock, token=1
        )
        failed = _failed_items(name)
        with self.meter.counting():
            method(JobRun(job, self.clock.now(), ctx, 1))
        assert _failed_items(name) == failed, "an item failed"

    def _entrypoint(self, name: str) -> tuple[Callable[..., None], Any]:
        """The method of the nameko class that has it, and what it is marked with."""
        for service_class in self.definition.roles.values():
            for method, entrypoint in topology.entrypoints(self.definition):
                called = entrypoint.name if isinstance(entrypoint, JobEntrypoint) else method
                if called == name and method in vars(service_class):
                    service = service_class()
                    service.app = self.app
                    return getattr(service, method), entrypoint
        raise LookupError(f"{self.definition.name} has no {name}")


class KeptChannel:
    """Keeps what is written to the broker."""

    connection = None

    def __init__(self) -> None:
        self.published: list[amqp.Message] = []
        self.acknowledged = False

    def send_method(self, method: Any, format: str, arguments: Any, message: amqp.Message) -> None:
        self.published.append(message)

    def basic_ack(self, tag: int) -> None:
        self.acknowledged = True


@dataclass(frozen=True)
class Scenario:
    """One operation in one case: `prepare(world)` sets the scene and gives what it is asked."""

    kind: str
    operation: str
    case: str
    prepare: Callable[[Any], Any]

    @property
    def row(self) -> str:
        return f"{self.operation}, {self.case}" if self.case else self.operation

    def play(self, world: Any, service: Driven) -> Cost:
        """Sets the scene, does the one thing that counts, and says what it cost."""
        asked = self.prepare(world)
        if self.kind == "rpcs":
            service.answer(self.operation, *asked)
        elif self.kind == "reactions":
            service.handle(self.operation, *asked)
        else:
            service.run(self.operation)
        return service.meter.cost


class Scenarios:
    """The operations of one service, each in the cases that cost differently."""

    def __init__(self, definition: ServiceDefinition) -> None:
        self.definition = definition
        self.all: list[Scenario] = []
        for kind, name in costs.operations(definition):
            if kind == "jobs":
                self._add(kind, name, NOTHING_DUE)(lambda world: None)

    def rpc(self, record: Rpc, case: str = "") -> Callable[[Any], None]:
        """`prepare(world)` gives (context, request)."""
        return self._add("rpcs", record.name, case)

    def reaction(self, name: str, case: str = "") -> Callable[[Any], None]:
        """`prepare(world)` gives (event, data)."""
        return self._add("reactions", name, case)

    def job(self, name: str, case: str = "") -> Callable[[Any], None]:
        """`prepare(world)` leaves one thing due."""
        return self._add("jobs", name, case)

    def _add(self, kind: str, operation: str, case: str) -> Callable[[Any], None]:
        def add(prepare: Callable[[Any], Any]) -> None:
            self.all.append(Scenario(kind, operation, case, prepare))

        return add


def check(owner: str, kind: str, row: str, counted: Cost, *, write: bool) -> None:
    """Fails when an operation costs more or less than is declared; with `write`, declares it."""
    declared = costs.declared(owner) if (costs.ROOT / costs.path_of(owner)).exists() else {}
    if write:
        declared.setdefault(kind, {})[row] = counted
        (costs.ROOT / costs.path_of(owner)).write_text(costs.text_of(declared), "utf-8")
        return
    said = declared.get(kind, {}).get(row)
    assert said == counted, f"{owner}, {row}: counted {counted}, declared {said}; `make costs`"


def _failed_items(job: str) -> float:
    return REGISTRY.get_sample_value("coterie_job_items_failed_total", {"job": job}) or 0


def _size(document: Any) -> int:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(text.encode())
