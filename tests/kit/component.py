"""One service alone: its real process, broker and database; neighbours replaced at the contract.

The neighbours are of a later version: their answers and events have fields that nobody knows.

with component(nodes, SERVICE, tmp_path, {"COTERIE_SMTP_URL": …}) as service:
    service.answer({membership.GET_RECIPIENT: lambda request: {...}})
    service.start()
    service.tell(membership.ACTIVATED, subject, data)
    answer = service.call(notifications.LIST_MY_NOTIFICATIONS, {...}, ctx)
"""

import contextlib
import datetime as dt
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import amqp
import requests
from kombu.utils.url import url_to_parts
from pymongo.database import Database

from chassis.context import Context
from chassis.event_wire import event_message
from chassis.platform import ServiceDefinition
from chassis.rpc_wire import CONTENT_TYPE, EXCHANGE, REPLAYED_HEADER, REPLY_TO, queue_name
from chassis.topology import build
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.records import GATEWAY, SERVICES, Event, Rpc
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from tests.kit.databases import migrated
from tests.kit.nodes import Vhost, fresh_vhost
from tests.kit.planting import plant_fields
from tests.kit.processes import Process, free_port
from tests.kit.usecases import made_event

Answers = Mapping[Rpc, Callable[[dict[str, Any]], dict[str, Any]]]


class Component(Process):
    """A service under test, beside its neighbours."""

    def __init__(
        self,
        name: str,
        vhost: Vhost,
        database: Database[dict[str, Any]],
        path: Path,
        settings: Mapping[str, str],
    ) -> None:
        self.name, self.vhost, self.database = name, vhost, database
        self.clock_file = path / "clock"
        self._fakes: list[_Fake] = []
        port = free_port()
        super().__init__(
            "chassis.run",
            name,
            environment={
                "COTERIE_ENV": "test",
                "COTERIE_AMQP_URL": vhost.url_for(name),
                "COTERIE_CLOCK_FILE": str(self.clock_file),
                "COTERIE_HEALTH_PORT": str(port),
                **settings,
            },
            port=port,
            log_path=path / f"{name}.log",
        )

    def start(
        self, *more: str, wait: bool = True, roles: str = "rpc,consumers,jobs", **settings: str
    ) -> None:
        """Starts the service in these roles."""
        super().start(*more, "--roles", roles, wait=wait, **settings)

    def move_clock(self, by: dt.timedelta) -> None:
        """Moves business time forward by `by` from where it is."""
        now = int(self.clock_file.read_text()) if self.clock_file.exists() else 0
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(now + int(by.total_seconds())))
        fresh.replace(self.clock_file)

    def operate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python -m chassis.operate <name> …` with the service's environment."""
        return subprocess.run(
            [sys.executable, "-m", "chassis.operate", self.name, *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def answer(self, answers: Answers) -> None:
        """Plays the neighbours: a function for each RPC, given the request; may raise."""
        others = {record: fn for record, fn in answers.items() if record.service != self.name}
        self._fakes.append(_Fake(self.vhost.url, others))

    def tell(
        self,
        event: Event,
        subject: str,
        data: dict[str, Any],
        *,
        plant: Callable[[dict[str, Any]], None] = lambda data: None,
        **more: Any,
    ) -> CloudEvent:
        """Publishes a neighbour's event, checked against its schema, and returns it.

        As a later version would: with unknown fields, and what `plant` puts into the data.
        """
        told = made_event(event, data, dt.datetime.now(dt.UTC), subject=subject, **more)
        wire = json.loads(envelope.encode(told))
        plant(plant_fields(event.data, wire["data"]))
        body = json.dumps(wire)
        with _channel(self.vhost.url) as channel:
            channel.basic_publish_confirm(
                self._signed(event_message(body), event.service),
                exchange=event.exchange,
                routing_key=event.type,
            )
        return told

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Calls the service as the gateway would, or the service that `ctx` is of.

        Raises the DomainError that it answers.

        Raises TimeoutError when no answer comes, at once when the process ends meanwhile.
        """
        return self.call_marked(record, request, ctx)[0]

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]:
        """The answer, and whether it was replayed."""
        replies: list[amqp.Message] = []
        ctx = ctx.with_deadline(record.deadline)
        with _channel(self.vhost.url) as channel:
            channel.basic_consume(REPLY_TO, no_ack=True, callback=replies.append)
            message = amqp.Message(
                json.dumps(record.request().dump(request)),
                content_type=CONTENT_TYPE,
                application_headers=ctx.headers(),
                reply_to=REPLY_TO,
                correlation_id="1",
            )
            self._signed(message, ctx.actor.service or GATEWAY)
            channel.basic_publish(message, exchange=EXCHANGE, routing_key=record.routing_key)
            end = time.monotonic() + record.deadline + 1
            while not replies:
                # Looked at first: a process may answer and end.
                is_over = self.has_ended
                with contextlib.suppress(TimeoutError):
                    channel.connection.drain_events(timeout=0.2)
                if not replies and (is_over or time.monotonic() > end):
                    raise TimeoutError(f"no answer to {record.name}")
        told = json.loads(replies[0].body)
        if "error" in told:
            raise DomainError.from_dict(told["error"])
        return told["ok"], REPLAYED_HEADER in (replies[0].headers or {})

    def _signed(self, message: amqp.Message, sender: str) -> amqp.Message:
        message.properties["user_id"] = self.vhost.target.broker_user(sender)
        return message

    def handled(self, queue: str, outcome: str) -> int:
        """How many deliveries from a queue had this outcome, as the process counts."""
        name = f'coterie_events_handled_total{{outcome="{outcome}",queue="{queue}"}}'
        lines = requests.get(f"{self.url}/metrics", timeout=5).text.splitlines()
        counted = [line.removeprefix(name) for line in lines if line.startswith(name)]
        return int(float(counted[0])) if counted else 0

    def queue_depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        with _channel(self.vhost.url) as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def close(self) -> None:
        self.stop()
        for fake in self._fakes:
            fake.close()


@contextlib.contextmanager
def component(
    nodes: Nodes, definition: ServiceDefinition, path: Path, settings: Mapping[str, str]
) -> Iterator[Component]:
    """The service on a vhost and a database of its own; nothing is started yet."""
    neighbours = [
        ServiceDefinition(
            name=name,
            settings=definition.settings,
            build=definition.build,
            roles={},
            schema=definition.schema,
        )
        for name in SERVICES
        if name != definition.name
    ]
    assert definition.schema is not None
    topology = build([definition, *neighbours])
    with (
        fresh_vhost(nodes, topology) as vhost,
        migrated(nodes, definition.schema) as database,
    ):
        mongo = {
            "COTERIE_MONGO_URL": nodes.mongo_admin_url,
            "COTERIE_MONGO_DATABASE": database.name,
        }
        made = Component(definition.name, vhost, database, path, {**mongo, **settings})
        try:
            yield made
        finally:
            made.close()


class _Fake:
    """Answers calls to other services from a table, on a connection and thread of its own."""

    def __init__(self, url: str, answers: Answers) -> None:
        self._answers = {record.routing_key: (record, fn) for record, fn in answers.items()}
        self._url = url
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with _channel(self._url) as channel:
            for service in {record.service for record, _ in self._answers.values()}:
                channel.basic_consume(queue_name(service), no_ack=True, callback=self._reply)
            while not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    channel.connection.drain_events(timeout=0.2)

    def _reply(self, message: amqp.Message) -> None:
        record, fn = self._answers[message.delivery_info["routing_key"]]
        try:
            answered = record.response().dump(fn(json.loads(message.body)))
            answer = {"ok": plant_fields(record.response, answered)}
        except DomainError as error:
            answer = {"error": error.as_dict()}
        reply = amqp.Message(
            json.dumps(answer),
            content_type=CONTENT_TYPE,
            correlation_id=message.properties["correlation_id"],
        )
        message.channel.basic_publish(reply, routing_key=message.properties["reply_to"])

    def close(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)


@contextlib.contextmanager
def _channel(url: str) -> Iterator[amqp.Channel]:
    parts = url_to_parts(url)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=parts.path,
        confirm_publish=False,
    )
    connection.connect()
    try:
        yield connection.channel()
    finally:
        connection.close()
