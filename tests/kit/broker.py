"""Speaking AMQP in tests: plain py-amqp, without any of our own code."""

import json
import time
import uuid
from typing import Any, Self

import amqp

from tests.kit.probe import probe


class NoReply(AssertionError):
    """The call was not answered in time."""


class Broker:
    """One connection and channel; a context manager.

    What it sends says who it is; the tests' administrator may say that it is somebody else.
    """

    def __init__(self, url: str, *, user_id: str = "") -> None:
        place, _, vhost = url.removeprefix("amqp://").rpartition("/")
        user, _, host = place.rpartition("@")
        name, _, password = user.partition(":")
        self.user_id = user_id or name
        self.connection = amqp.Connection(
            host=host,
            userid=name,
            password=password,
            virtual_host=vhost,
            login_method="PLAIN",
            confirm_publish=True,
            connect_timeout=5,
        )
        self._replies: dict[str, amqp.Message] = {}

    def __enter__(self) -> Self:
        self.connection.connect()
        self.connection.sock.settimeout(10)
        self.channel = self.connection.channel()
        self.channel.auto_decode = False
        self.replying = self.connection.channel()
        self.replying.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._reply)
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.collect()

    def publish(
        self, body: bytes | str, *, exchange: str = "", routing_key: str, **properties: Any
    ) -> None:
        """Publishes with confirm; raises amqp's NotFound, AccessRefused and the like."""
        message = amqp.Message(body, **{"delivery_mode": 2, "user_id": self.user_id, **properties})
        self.channel.basic_publish(
            message, exchange=exchange, routing_key=routing_key, confirm_timeout=10
        )

    def get(self, queue: str) -> amqp.Message | None:
        """Takes one message off a queue."""
        return self.channel.basic_get(queue, no_ack=True)

    def depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def drain(self, queue: str, wanted: int, seconds: float = 10.0) -> list[amqp.Message]:
        """Takes messages off a queue until `wanted` came."""
        found: list[amqp.Message] = []

        def enough() -> bool:
            while (message := self.get(queue)) is not None:
                found.append(message)
            assert len(found) >= wanted, f"{len(found)} of {wanted} messages in {queue}"
            return True

        probe(enough, seconds, f"{wanted} messages in {queue}")
        return found

    def send_call(
        self,
        method: str,
        document: Any,
        *,
        seconds: float = 5.0,
        key: str = "",
        fingerprint: str = "f",
        body: bytes | None = None,
        headers: dict[str, Any] | None = None,
        exchange: str = "rpc",
        **properties: Any,
    ) -> str:
        """Sends a call as the gateway would, without waiting; returns its correlation id."""
        number = uuid.uuid4().hex
        sent: dict[str, Any] = {
            "coterie-actor": json.dumps({"kind": "person", "person_id": "per_1"}),
            "coterie-locale": "en",
            "coterie-request-id": f"test-{number[:16]}",
            "traceparent": f"00-{number}-00000000000000ff-01",
            "coterie-remaining-ms": str(int(seconds * 1000)),
            "coterie-sent-at-ms": str(int(time.time() * 1000)),
        }
        if key:
            sent["coterie-idempotency"] = json.dumps({"key": key, "fingerprint": fingerprint})
        message = amqp.Message(
            json.dumps(document) if body is None else body,
            content_type="application/json",
            application_headers=sent | (headers or {}),
            correlation_id=number,
            expiration=str(int(seconds * 1000)),
            **{"reply_to": "amq.rabbitmq.reply-to", "user_id": self.user_id, **properties},
        )
        self.replying.basic_publish(
            message, exchange=exchange, routing_key=method, confirm_timeout=seconds
        )
        return number

    def reply(self, number: str, seconds: float = 5.0) -> amqp.Message:
        """The reply to a call; raises NoReply."""
        end = time.monotonic() + seconds
        while number not in self._replies:
            left = end - time.monotonic()
            if left <= 0:
                raise NoReply(f"no reply within {seconds:g} s")
            try:
                self.connection.drain_events(timeout=left)
            except TimeoutError:
                continue
        return self._replies.pop(number)

    def call(self, method: str, document: Any, *, seconds: float = 5.0, **more: Any) -> Any:
        """The reply's document: {"ok": …} or {"error": …}; raises NoReply."""
        number = self.send_call(method, document, seconds=seconds, **more)
        return json.loads(self.reply(number, seconds).body)

    def _reply(self, message: amqp.Message) -> None:
        self._replies[message.properties["correlation_id"]] = message
