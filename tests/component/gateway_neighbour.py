"""A neighbour for the gateway's tests: the membership service's name and records, little else.

Answers what the tests ask for, over the real broker, with the real chassis under it.
"""

import itertools
import os
import signal
from dataclasses import dataclass
from typing import Any

import eventlet

from chassis.app import App
from chassis.collections import Collection
from chassis.context import Context
from chassis.ids import new_id
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import rpc
from chassis.schema import DatabaseSchema
from chassis.settings import Settings
from chassis.uow import Transaction
from chassis.validators import TEXT, document
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors import membership as codes
from gateway import examples

VERSION = 3
ITEMS = 7
NO_OWNER = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYC"  # may not import


def view(schema: type, **changes: Any) -> dict[str, Any]:
    """A view that the schema can dump, with values of the API's examples."""
    loaded: dict[str, Any] = schema().load(examples.of_schema(schema()))
    return {**loaded, **changes}


@dataclass(frozen=True)
class Neighbour:
    """What the handlers share."""

    platform: Platform[Settings]
    numbers: "itertools.count[int]"


class NeighbourRpc:
    name = "membership-rpc"
    app = App()

    @rpc(membership.GET_ME)
    def get_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says what arrived: language in `locale`, request id in `name`, trace in `email`."""
        return view(
            membership.Person,
            id=ctx.person(),
            locale=ctx.locale,
            name=ctx.request_id,
            email=ctx.traceparent,
            version=VERSION,
        )

    @rpc(membership.CHANGE_ME)
    def change_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        if request["expected_version"] != VERSION:
            raise DomainError(STALE_VERSION, current_version=VERSION)
        return view(membership.Person, name=request.get("name", "-"), version=VERSION + 1)

    @rpc(membership.CREATE_APPLICATION)
    def create_application(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Counts executions in `form_version`; `answers` steer."""
        answers = request["answers"]
        if "conflict" in answers:
            raise DomainError(codes.APPLICATION_LIVE, application_id="app_1", state="submitted")
        if "defect" in answers:
            raise RuntimeError("a secret detail")
        eventlet.sleep(float(answers.get("seconds", 0)))
        number = next(self.app.numbers)

        def work(tx: Transaction) -> dict[str, Any]:
            applied = self.app.platform.database["applied"]
            applied.insert_one({"_id": new_id("app"), "by": ctx.person()}, session=tx.session)
            return view(membership.Application, form_version=number, person_id=ctx.person())

        return self.app.platform.uow.run(ctx, work)

    @rpc(membership.GET_APPLICATION)
    def get_application(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        raise DomainError(OBJECT_NOT_FOUND, noun="application")

    @rpc(membership.LIST_MY_APPLICATIONS)
    def list_my_applications(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        start = int(request["after"] or 0)
        end = min(start + request["limit"], ITEMS)
        items = [view(membership.Application, form_version=n + 1) for n in range(start, end)]
        return {"items": items, "next": str(end) if end < ITEMS else None}

    @rpc(membership.START_SIGN_IN)
    def start_sign_in(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        raise DomainError(codes.SIGN_IN_TOO_OFTEN, retry_after=42)

    @rpc(membership.END_SESSION)
    def end_session(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        return {}

    @rpc(membership.CHECK_IMPORT)
    def check_import(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        if ctx.person() == NO_OWNER:
            raise DomainError(NOT_PERMITTED)
        return {}

    @rpc(membership.CREATE_IMPORT)
    def create_import(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        rows = request["csv"].count("\n") - 1

        def work(tx: Transaction) -> dict[str, Any]:
            return view(membership.Import, rows=rows, dry_run=request["dry_run"])

        return self.app.platform.uow.run(ctx, work)

    @rpc(membership.LIST_COMMUNITIES)
    def list_communities(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Ends this process the hard way: a callee that dies with a call in hand."""
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


def _build(platform: Platform[Settings]) -> Neighbour:
    return Neighbour(platform, itertools.count(1))


SERVICE = ServiceDefinition(
    name="membership",
    settings=Settings,
    build=_build,
    roles={"rpc": NeighbourRpc},
    schema=DatabaseSchema("membership", [Collection("applied", validator=document(by=TEXT))]),
)
