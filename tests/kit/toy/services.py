"""The toy services; run as `python -m chassis.run tests.kit.toy.services:EVENTS`."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from pymongo import ReturnDocument

from chassis.clock import real_now
from chassis.collections import Collection
from chassis.consumers import Queue, Reactions, Replicas, consumers_role
from chassis.context import Context
from chassis.jobs import jobs_role
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Answered, Handlers, rpc_role
from chassis.schema import DatabaseSchema
from chassis.settings import ServiceSettings, Settings
from chassis.uow import Transaction
from chassis.validators import INSTANT, TEXT, WHOLE, document, nullable
from contracts.envelope import CloudEvent
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from tests.kit.toy import contracts

View = dict[str, Any]

RUNS = Collection("runs", validator=document(method=TEXT, text=TEXT, ended_at=nullable(INSTANT)))
THINGS = Collection("things", validator=document(version=WHOLE, behaviour=TEXT))
EFFECTS = Collection("effects", validator=document(event_id=TEXT, thing_id=TEXT, version=WHOLE))
ATTEMPTS = Collection("attempts", validator=document(at={"bsonType": "array"}))
COPIES = Collection("copies", validator=document(version=WHOLE, applied={"bsonType": "array"}))


@dataclass(frozen=True)
class Things:
    """The work of `events`."""

    platform: Platform[ServiceSettings]

    def echo(self, request: View, ctx: Context) -> View:
        return self._echo("echo", request)

    def echo_once(self, request: View, ctx: Context) -> View:
        return self._echo("echo_once", request)

    def echo_later(self, request: View, ctx: Context) -> Answered:
        def then(ctx: Context) -> None:
            assert (ctx.deadline, ctx.idempotency) == (None, None)
            self._echo("echo_later", request)
            if request["text"] == "fails":
                raise ValueError("after the reply")

        return Answered({"text": request["text"], "at": ORIGIN}, then)

    def _echo(self, method: str, request: View) -> View:
        """Notes that it ran, takes its time, notes that it ended."""
        runs = self.platform.database["runs"]
        run = runs.insert_one(
            {"_id": f"{method}{time.time_ns()}", "method": method, "text": request["text"],
             "ended_at": None}
        )  # fmt: skip
        time.sleep(request["milliseconds"] / 1000)
        runs.update_one({"_id": run.inserted_id}, {"$set": {"ended_at": real_now()}})
        return {"text": request["text"], "at": self.platform.clock.now()}

    def constant(self, request: View, ctx: Context) -> View:
        return {"text": "always", "at": ORIGIN}

    def answer_oddly(self, request: View, ctx: Context) -> View:
        if request["text"] == "refuse":
            raise DomainError(contracts.THING_REFUSED)  # its record says nothing of it
        return {"raw": object()}

    def change(self, request: View, ctx: Context) -> View:
        """The next version of a thing, told as an event."""
        if request["behaviour"] == "refuse":
            raise DomainError(contracts.THING_REFUSED)
        return self.platform.uow.run(
            ctx, lambda tx: self._change(tx, request["thing_id"], request["behaviour"])
        )

    def take(self, request: View, ctx: Context) -> View:
        """A thing that nobody has yet; nothing happens before the unit of work."""

        def work(tx: Transaction) -> View:
            found = self.platform.database["things"].find_one(
                {"_id": request["thing_id"]}, session=tx.session
            )
            if found is not None:
                raise DomainError(contracts.THING_TAKEN)
            return self._change(tx, request["thing_id"], request["behaviour"])

        return self.platform.uow.run(ctx, work)

    def change_many(self, request: View, ctx: Context) -> View:
        """Many changes in transactions of up to 500."""
        numbers = [(n, c) for c in range(request["changes"]) for n in range(request["things"])]
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            things = [f"bulk-{thing}" for thing, _ in part]
            last = self.platform.uow.run(ctx.without_key(), partial(self._change_all, things))
        return last

    def _change_all(self, things: list[str], tx: Transaction) -> View:
        return [self._change(tx, thing, "ok") for thing in things][-1]

    def _change(self, tx: Transaction, thing_id: str, behaviour: str) -> View:
        thing = self.platform.database["things"].find_one_and_update(
            {"_id": thing_id},
            {"$inc": {"version": 1}, "$set": {"behaviour": behaviour}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        assert thing is not None
        view = {"thing_id": thing_id, "version": thing["version"], "behaviour": behaviour}
        told = contracts.THING_SIGHED if behaviour == "sigh" else contracts.THING_CHANGED
        tx.emit(told, thing, view)
        return view


@dataclass(frozen=True)
class Copies:
    """The work of `notifications`."""

    platform: Platform[ServiceSettings]

    def on_thing_changed(self, event: CloudEvent, ctx: Context) -> None:
        """One effect per event, unless the thing is told to behave otherwise."""
        if event.data["behaviour"] != "measured":
            self._behave(event)
        self.platform.uow.run(
            ctx,
            lambda tx: self.platform.database["effects"].insert_one(
                {
                    "_id": f"{event.id}-{time.time_ns()}",
                    "event_id": event.id,
                    "thing_id": event.subject,
                    "version": event.aggregateversion,
                },
                session=tx.session,
            ),
        )

    def _behave(self, event: CloudEvent) -> None:
        """Notes the attempt, and fails or waits as the thing was told."""
        noted = self.platform.database["attempts"].find_one_and_update(
            {"_id": event.id}, {"$push": {"at": real_now()}}, upsert=True,
            return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        assert noted is not None
        attempts = noted["at"]
        what, _, how = event.data["behaviour"].partition(":")
        if what == "bug":
            raise RuntimeError("a defect in the handler")
        if what == "permanent":
            raise DomainError(contracts.THING_REFUSED)
        if what == "transient" and len(attempts) <= int(how):
            raise DomainError(SERVICE_UNAVAILABLE)
        if what == "conflict" and len(attempts) <= int(how):
            raise DomainError(contracts.THING_TAKEN)
        if what == "slow":
            time.sleep(int(how) / 1000)

    def on_thing_copied(self, event: CloudEvent, ctx: Context) -> None:
        """Keeps the newest version, and notes which it applied in which order."""
        self.platform.database["copies"].update_one(
            {"_id": event.subject},
            [{"$set": {
                "applied": {"$cond": [
                    {"$gt": [event.aggregateversion, {"$ifNull": ["$version", 0]}]},
                    {"$concatArrays": [{"$ifNull": ["$applied", []]}, [event.aggregateversion]]},
                    "$applied",
                ]},
                "version": {"$max": ["$version", event.aggregateversion]},
            }}],
            upsert=True,
        )  # fmt: skip

    def ask(self, request: View, ctx: Context) -> View:
        """The echo of a text, `times` over."""
        asked = {"text": request["text"] * request["times"]}
        milliseconds = request["milliseconds"]
        return self.platform.rpc.call(contracts.ECHO, {**asked, "milliseconds": milliseconds}, ctx)


EVENTS_RPCS: Handlers[Things] = {
    contracts.ECHO: lambda app: app.echo,
    contracts.ECHO_ONCE: lambda app: app.echo_once,
    contracts.ECHO_LATER: lambda app: app.echo_later,
    contracts.CONSTANT: lambda app: app.constant,
    contracts.UNCHECKED: lambda app: app.constant,
    contracts.INTERNAL_ECHO: lambda app: app.echo,
    contracts.ANSWER_ODDLY: lambda app: app.answer_oddly,
    contracts.CHANGE_THING: lambda app: app.change,
    contracts.CHANGE_MANY_THINGS: lambda app: app.change_many,
}
EVENTS_SINGLE_TRANSACTION_RPCS: Handlers[Things] = {contracts.TAKE_THING: lambda app: app.take}

NOTIFICATIONS_RPCS: Handlers[Copies] = {contracts.ASK_FOR_ECHO: lambda app: app.ask}
REACTIONS: Reactions[Copies] = {contracts.THING_CHANGED: lambda app: app.on_thing_changed}
REPLICAS: Replicas[Copies] = {
    Queue("on_thing_copied", (contracts.THING_CHANGED,)): lambda app: app.on_thing_copied
}

ORIGIN = real_now()
EVENTS = ServiceDefinition(
    name="events",
    settings=ServiceSettings,
    build=Things,
    roles={
        "rpc": rpc_role("events", EVENTS_RPCS, EVENTS_SINGLE_TRANSACTION_RPCS),
        "jobs": jobs_role("events", {}),  # for the relay
    },
    schema=DatabaseSchema("events", [RUNS, THINGS]),
)
NOTIFICATIONS = ServiceDefinition(
    name="notifications",
    settings=ServiceSettings,
    build=Copies,
    roles={
        "rpc": rpc_role("notifications", NOTIFICATIONS_RPCS),
        "consumers": consumers_role("notifications", REACTIONS, REPLICAS),
        "jobs": jobs_role("notifications", {}),  # for the relay
    },
    schema=DatabaseSchema("notifications", [EFFECTS, ATTEMPTS, COPIES]),
)
GATEWAY = ServiceDefinition(name="gateway", settings=Settings, build=lambda _: None, roles={})
