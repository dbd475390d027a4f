"""The toy services; run as `python -m chassis.run tests.kit.toy.services:EVENTS`."""

import time
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument

from chassis.app import App
from chassis.clock import real_now
from chassis.collections import Collection
from chassis.consumers import reaction, replica
from chassis.context import Context
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Answered, rpc
from chassis.schema import DatabaseSchema
from chassis.settings import Settings
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

    platform: Platform[Settings]

    def echo(self, method: str, request: View) -> View:
        """Notes that it ran, takes its time, notes that it ended."""
        runs = self.platform.database["runs"]
        run = runs.insert_one(
            {"_id": f"{method}{time.time_ns()}", "method": method, "text": request["text"],
             "ended_at": None}
        )  # fmt: skip
        time.sleep(request["milliseconds"] / 1000)
        runs.update_one({"_id": run.inserted_id}, {"$set": {"ended_at": real_now()}})
        return {"text": request["text"], "at": self.platform.clock.now()}

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
            last: View = self.platform.uow.run(ctx.keyless(), lambda tx, part=part: [
                self._change(tx, f"bulk-{thing}", "ok") for thing, _ in part
            ][-1])  # fmt: skip
        return last

    def _change(self, tx: Transaction, thing_id: str, behaviour: str) -> View:
        thing = self.platform.database["things"].find_one_and_update(
            {"_id": thing_id},
            {"$inc": {"version": 1}, "$set": {"behaviour": behaviour}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        view = {"thing_id": thing_id, "version": thing["version"], "behaviour": behaviour}
        told = contracts.THING_SIGHED if behaviour == "sigh" else contracts.THING_CHANGED
        tx.emit(told, thing, view)
        return view


class EventsRpc:
    name = "events-rpc"
    app = App()

    @rpc(contracts.ECHO)
    def echo(self, request: View, ctx: Context) -> View:
        return self.app.echo("echo", request)

    @rpc(contracts.ECHO_ONCE)
    def echo_once(self, request: View, ctx: Context) -> View:
        return self.app.echo("echo_once", request)

    @rpc(contracts.ECHO_LATER)
    def echo_later(self, request: View, ctx: Context) -> Answered:
        def then(ctx: Context) -> None:
            assert (ctx.deadline, ctx.idempotency) == (None, None)
            self.app.echo("echo_later", request)
            if request["text"] == "fails":
                raise ValueError("after the reply")

        return Answered({"text": request["text"], "at": ORIGIN}, then)

    @rpc(contracts.CONSTANT)
    def constant(self, request: View, ctx: Context) -> View:
        return {"text": "always", "at": ORIGIN}

    @rpc(contracts.ANSWER_ODDLY)
    def answer_oddly(self, request: View, ctx: Context) -> View:
        return {"raw": object()}

    @rpc(contracts.CHANGE_THING)
    def change_thing(self, request: View, ctx: Context) -> View:
        return self.app.change(request, ctx)

    @rpc(contracts.TAKE_THING, one_unit=True)
    def take_thing(self, request: View, ctx: Context) -> View:
        return self.app.take(request, ctx)

    @rpc(contracts.CHANGE_MANY_THINGS)
    def change_many_things(self, request: View, ctx: Context) -> View:
        return self.app.change_many(request, ctx)


class EventsJobs:
    """No jobs: the role is there for the relay."""

    name = "events-jobs"
    app = App()


@dataclass(frozen=True)
class Reactions:
    """The work of `notifications`."""

    platform: Platform[Settings]

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
        attempts = self.platform.database["attempts"].find_one_and_update(
            {"_id": event.id}, {"$push": {"at": real_now()}}, upsert=True,
            return_document=ReturnDocument.AFTER,
        )["at"]  # fmt: skip
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


class NotificationsRpc:
    name = "notifications-rpc"
    app = App()

    @rpc(contracts.ASK_FOR_ECHO)
    def ask_for_echo(self, request: View, ctx: Context) -> View:
        return self.app.ask(request, ctx)


class NotificationsConsumers:
    name = "notifications-consumers"
    app = App()

    @reaction(contracts.THING_CHANGED)
    def on_thing_changed(self, event: CloudEvent, ctx: Context) -> None:
        self.app.on_thing_changed(event, ctx)

    @replica(contracts.THING_CHANGED)
    def on_thing_copied(self, event: CloudEvent, ctx: Context) -> None:
        self.app.on_thing_copied(event, ctx)


class NotificationsJobs:
    """No jobs: the role is there for the relay."""

    name = "notifications-jobs"
    app = App()


ORIGIN = real_now()
EVENTS = ServiceDefinition(
    name="events",
    settings=Settings,
    build=Things,
    roles={"rpc": EventsRpc, "jobs": EventsJobs},
    schema=DatabaseSchema("events", [RUNS, THINGS]),
)
NOTIFICATIONS = ServiceDefinition(
    name="notifications",
    settings=Settings,
    build=Reactions,
    roles={
        "rpc": NotificationsRpc,
        "consumers": NotificationsConsumers,
        "jobs": NotificationsJobs,
    },
    schema=DatabaseSchema("notifications", [EFFECTS, ATTEMPTS, COPIES]),
)
GATEWAY = ServiceDefinition(name="gateway", settings=Settings, build=lambda _: None, roles={})
