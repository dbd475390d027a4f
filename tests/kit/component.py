"""One service alone: its real process, broker and database; neighbours replaced at the contract.

with component(nodes, SERVICE, tmp_path, {"COTERIE_SMTP_URL": …}) as service:
    service.answer({membership.GET_RECIPIENT: lambda request: {...}})
    service.start()
    service.tell(membership.ACTIVATED, subject, data)
    answer = service.call(notifications.LIST_MY_NOTIFICATIONS, {...}, ctx)
"""

import contextlib
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import amqp
import requests
from kombu.utils.url import url_to_parts
from pymongo.database import Database

from chassis.context import Context, new_traceparent
from chassis.event_wire import event_message
from chassis.ids import new_id
from chassis.platform import ServiceDefinition
from chassis.rpc_wire import CONTENT_TYPE, EXCHANGE, REPLAYED_HEADER, REPLY_TO, queue_name
from chassis.topology import build
from contracts import envelope
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.records import SERVICES, Event, Rpc
from deploy.local.nodes import Nodes
from tests.kit.databases import migrated
from tests.kit.nodes import Vhost, fresh_vhost
from tests.kit.probe import probe

REPOSITORY = Path(__file__).resolve().parents[2]
Answers = Mapping[Rpc, Callable[[dict[str, Any]], dict[str, Any]]]


@dataclass
class Component:
    """A service under test; `start` may be called again after `stop` or `kill`."""

    name: str
    vhost: Vhost
    database: Database[dict[str, Any]]
    environment: dict[str, str]
    log_path: Path
    clock_file: Path
    process: subprocess.Popen[bytes] | None = None
    fakes: list["_Fake"] = field(default_factory=list)

    @property
    def health(self) -> str:
        return f"http://127.0.0.1:{self.environment['COTERIE_HEALTH_PORT']}"

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def start(self, *, roles: str = "rpc,consumers,jobs", **settings: str) -> None:
        """Starts the process and waits until it is ready."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chassis.run", self.name, "--roles", roles],
                cwd=REPOSITORY,
                env=self.environment | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        probe(self._ready, 20, f"{self.name} ready; its log:\n{self.log[-3000:]}")

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended:\n{self.log[-3000:]}")
        return requests.get(f"{self.health}/health/ready", timeout=5).status_code == 200

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends the process by a signal; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=25)

    def ended(self, seconds: float = 15) -> int:
        """Waits until the process ends by itself (a crash point); its exit status."""
        assert self.process is not None
        return self.process.wait(timeout=seconds)

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
        self.fakes.append(_Fake(self.vhost.url, answers))

    def tell(self, event: Event, subject: str, data: dict[str, Any], **more: Any) -> CloudEvent:
        """Publishes a neighbour's event, checked against its schema, and returns it."""
        told = CloudEvent(
            id=new_id("evt"),
            source=f"/coterie/{event.service}",
            event=event,
            subject=subject,
            time=dt.datetime.now(dt.UTC),
            aggregateversion=1,
            data=data,
            sequence=None,
            correlationid=new_id("req"),
            causationid=None,
            traceparent=new_traceparent(),
        )
        told = replace(told, **more)
        body = envelope.encode(told)
        envelope.decode(body)
        with _channel(self.vhost.url) as channel:
            channel.basic_publish_confirm(
                event_message(body), exchange=event.exchange, routing_key=event.type
            )
        return told

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Calls the service as the gateway would; raises the DomainError that it answers.

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
            channel.basic_publish(message, exchange=EXCHANGE, routing_key=record.routing_key)
            end = time.monotonic() + record.deadline + 1
            while not replies:
                # Looked at first: a process may answer and end.
                is_over = self.process is not None and self.process.poll() is not None
                with contextlib.suppress(TimeoutError):
                    channel.connection.drain_events(timeout=0.2)
                if not replies and (is_over or time.monotonic() > end):
                    raise TimeoutError(f"no answer to {record.name}")
        told = json.loads(replies[0].body)
        if "error" in told:
            raise DomainError.from_dict(told["error"])
        return told["ok"], REPLAYED_HEADER in (replies[0].headers or {})

    def queue_depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        with _channel(self.vhost.url) as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def close(self) -> None:
        if self.process is not None:
            self.stop()
        for fake in self.fakes:
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
    topology = build([definition, *neighbours])
    clock_file = path / "clock"
    with (
        fresh_vhost(nodes, topology) as vhost,
        migrated(nodes, definition.schema) as database,
    ):
        made = Component(
            name=definition.name,
            vhost=vhost,
            database=database,
            environment={
                "PATH": os.environ["PATH"],
                "COTERIE_ENV": "test",
                "COTERIE_AMQP_URL": vhost.url_for(definition.name),
                "COTERIE_MONGO_URL": nodes.mongo_admin_url,
                "COTERIE_MONGO_DATABASE": database.name,
                "COTERIE_CLOCK_FILE": str(clock_file),
                "COTERIE_HEALTH_PORT": str(free_port()),
                **settings,
            },
            log_path=path / f"{definition.name}.log",
            clock_file=clock_file,
        )
        made.log_path.touch()
        try:
            yield made
        finally:
            made.close()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        return int(probe_socket.getsockname()[1])


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
            answer = {"ok": record.response().dump(fn(json.loads(message.body)))}
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
