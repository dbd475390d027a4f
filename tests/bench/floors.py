"""The floor of each write: the bare commands and messages that it needs, without any of our code.

`python -m tests.bench.floors <plan.json>` sends the list of one operation again and again, 16 at
once, with plain pymongo and plain py-amqp, and prints {operations, seconds, cpu}: CPU in seconds of
the loop and of the processes `pids`, broker and database. The plan: {operation, seconds, pids,
mongo_url, database, amqp_url}.

What an operation needs is counted from the units of work that it cannot do without: each a
transaction that holds what changes and one document of everything that follows from it. Sixteen at
once share a pass of relay and sender, so shares of those are left out; what never changes (forms,
plans, policies, accounts) is not read. Threads are greenlets, as in our services: real ones would
fight for the interpreter, and the floor would look higher than it is.
"""

import warnings

if __name__ == "__main__":
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import amqp
import pymongo
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from tests.bench.rows import cpu_seconds

AT_ONCE = 16
BODY = b"x" * 600  # an event, a call, an answer
DOCUMENTS = 1000


@dataclass(frozen=True)
class Floor:
    """`reads` and `writes` of one document outside transactions; `units`: for each transaction its
    writes, to which the commit comes; `reads_inside` the first of them; `calls`: RPCs, a message
    there and one back; `events`: for each durable message the number of queues that take it.
    """

    reads: int = 0
    writes: int = 0
    units: tuple[int, ...] = ()
    reads_inside: int = 0
    calls: int = 0
    events: tuple[int, ...] = ()

    @property
    def commands(self) -> int:
        """How many go to the database."""
        return self.reads + self.reads_inside + self.writes + sum(unit + 1 for unit in self.units)


# A mail takes three beside its message: who reads it, the claim, the outcome.
FLOORS = {
    # start: both limits, the person, [challenge, commit]; the message; mail: the challenge, claim,
    # outcome; exchange: a try, the person, [challenge, session, commit].
    "sign_in": Floor(reads=3, writes=6, units=(2, 3), calls=3, events=(1,)),
    # The same, and the person in the exchange's unit.
    "sign_in_first_time": Floor(reads=3, writes=6, units=(2, 4), calls=3, events=(1,)),
    # What applying depends on, [application, commit]; the message; mail: 3; the price: the step on
    # sale, the promise.
    "apply": Floor(reads=3, writes=4, units=(2,), calls=2, events=(2,)),
    "apply_no_plan": Floor(reads=2, writes=3, units=(2,), calls=2, events=(2,)),
    # The application, the reviewer, the applicant, [application, membership, standing, commit];
    # purchase: [purchase, commit]; three replicas; the message; mail: 3.
    "approve": Floor(reads=4, writes=6, units=(4, 2), calls=2, events=(2, 3)),
    # Price: the purchase, place, coupon, slot, [quote, commit]; order: quote and purchase; place,
    # coupon and slot kept, [order, quote, purchase, commit].
    "checkout": Floor(reads=3, writes=6, units=(2, 4), calls=2),
    # The purchase, place, coupon and slot, [order, purchase, commit].
    "checkout_one_step": Floor(reads=1, writes=3, units=(3,), calls=1),
    # Opening: the order, [payment, order, commit], [payment, commit]; callback: [callback, commit];
    # acting: payment and order, [payment, order, purchase, ledger, receipt, callback, commit],
    # place, coupon and slot; fulfilment: [membership and application read; number, membership,
    # application, standing, commit]; the answer: [order, purchase, commit]; three replicas; the
    # message; mail: 3.
    "paid_member": Floor(
        reads=4,
        writes=9,
        units=(5, 3, 2, 2, 7, 3),
        reads_inside=2,
        calls=3,
        events=(1, 1, 1, 3),
    ),
    # The registration, [registration and meetup read; registration, commit]; the message.
    "confirm_seat": Floor(reads=1, writes=1, units=(2,), reads_inside=2, calls=1, events=(1,)),
}


class Bare:
    """One thread's connections, and the operation's list as it sends them."""

    def __init__(self, plan: dict[str, Any], stack: ExitStack, database: Any) -> None:
        self._floor = FLOORS[plan["operation"]]
        self._database = database
        self._documents = database["floor"]
        self._written = database["floor_written"]
        self._channel = _channel(plan["amqp_url"], stack)
        self._channel.confirm_select()
        self._confirmed = 0
        self._channel.events["basic_ack"].add(self._on_confirm)
        # A caller's channel of its own: answers come to it.
        self._asking = _channel(plan["amqp_url"], stack)
        self._answers: list[amqp.Message] = []
        self._asking.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._on_answer)
        self._number = 0

    def once(self) -> None:
        """The list of one operation."""
        for _ in range(self._floor.calls):
            self._call()
        for _ in range(self._floor.reads):
            self._documents.find_one({"_id": self._next()})
        for _ in range(self._floor.writes):
            self._documents.update_one({"_id": self._next()}, {"$set": {"n": self._number}})
        inside = self._floor.reads_inside
        for unit in self._floor.units:
            with self._database.client.start_session() as session, session.start_transaction():
                for _ in range(inside):
                    self._documents.find_one({"_id": self._next()}, session=session)
                inside = 0
                for _ in range(unit):
                    self._written.insert_one({"body": BODY}, session=session)
        for queues in self._floor.events:
            self._tell(queues)

    def _next(self) -> int:
        self._number += 1
        return (self._number * 31 + id(self)) % DOCUMENTS

    def _call(self) -> None:
        message = amqp.Message(BODY, delivery_mode=1, reply_to="amq.rabbitmq.reply-to")
        self._asking.basic_publish(message, routing_key="floor-rpc")
        while not self._answers:
            self._asking.connection.drain_events(timeout=10)
        self._answers.clear()

    def _tell(self, queues: int) -> None:
        self._confirmed = 0
        message = amqp.Message(BODY, delivery_mode=2)
        self._channel._basic_publish(message, exchange=f"floor-{queues}")
        while not self._confirmed:
            self._channel.connection.drain_events(timeout=10)

    def _on_confirm(self, tag: int, multiple: bool) -> None:
        self._confirmed += 1

    def _on_answer(self, message: amqp.Message) -> None:
        self._answers.append(message)


def run(plan: dict[str, Any]) -> dict[str, float]:
    """Sends the operation's list for so many seconds."""
    with ExitStack() as stack:
        client: Any = stack.enter_context(pymongo.MongoClient(plan["mongo_url"], maxPoolSize=50))
        database = client.get_database(
            plan["database"],
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern(w="majority", j=True),
        )
        database["floor"].drop()
        database["floor"].insert_many({"_id": n, "body": BODY, "n": 0} for n in range(DOCUMENTS))
        database["floor_written"].drop()
        database.create_collection("floor_written")
        _serve(plan["amqp_url"], stack)
        workers = [Bare(plan, stack, database) for _ in range(AT_ONCE)]
        done = [0] * AT_ONCE
        pids = plan["pids"]
        began, cpu = time.monotonic(), time.process_time() + cpu_seconds(*pids)
        end = began + plan["seconds"]

        def loop(number: int) -> None:
            while time.monotonic() < end:
                workers[number].once()
                done[number] += 1

        _together([lambda n=number: loop(n) for number in range(AT_ONCE)])  # type: ignore[misc]
        seconds = time.monotonic() - began
        cpu = time.process_time() + cpu_seconds(*pids) - cpu
    return {"operations": sum(done), "seconds": seconds, "cpu": cpu}


def _serve(url: str, stack: ExitStack) -> None:
    """Declares what is spoken to; one thread answers all calls, one takes all events."""
    stopping = threading.Event()
    rpc, events = _channel(url, stack), _channel(url, stack)
    rpc.queue_declare("floor-rpc", durable=True, auto_delete=False)
    for count in (1, 2, 3):
        events.exchange_declare(f"floor-{count}", "fanout", durable=True, auto_delete=False)
        for number in range(count):
            queue = f"floor-{count}-{number}"
            arguments = {"x-queue-type": "quorum"}
            events.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
            events.queue_bind(queue, f"floor-{count}")
            events.basic_consume(queue, callback=lambda m: m.channel.basic_ack(m.delivery_tag))
    events.basic_qos(0, 10, False)

    def answer(call: amqp.Message) -> None:
        reply = amqp.Message(BODY, delivery_mode=1)
        call.channel.basic_publish(reply, routing_key=call.properties["reply_to"])
        call.channel.basic_ack(call.delivery_tag)

    rpc.basic_consume("floor-rpc", callback=answer)

    def drain(channel: amqp.Channel) -> None:
        while not stopping.is_set():
            try:
                channel.connection.drain_events(timeout=0.2)
            except TimeoutError:
                continue

    for channel in (rpc, events):
        thread = threading.Thread(target=drain, args=(channel,), daemon=True)
        thread.start()
        stack.callback(thread.join)
    stack.callback(stopping.set)


def _channel(url: str, stack: ExitStack) -> amqp.Channel:
    place, _, vhost = url.removeprefix("amqp://").rpartition("/")
    user, _, host = place.rpartition("@")
    name, _, password = user.partition(":")
    connection = amqp.Connection(
        host=host, userid=name, password=password, virtual_host=vhost, login_method="PLAIN"
    )
    connection.connect()
    stack.callback(connection.collect)
    return connection.channel()


def _together(loops: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=loop) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text()))))
