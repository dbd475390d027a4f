"""A neighbour for the gateway's tests: the membership service's name and records, little else.

Answers what the tests ask for, over the real broker, with the real chassis under it.
"""

import datetime as dt
import itertools
import os
import signal
from dataclasses import dataclass
from typing import Any

import eventlet

from chassis.access import caller_with, require_own
from chassis.collections import Collection
from chassis.context import Context
from chassis.ids import new_id
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Handlers, rpc_role
from chassis.schema import DatabaseSchema
from chassis.settings import ServiceSettings
from chassis.uow import Transaction
from chassis.validators import TEXT, document
from contracts import membership
from contracts.access import OWNING_ROLES, Scope
from contracts.errors import OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors import membership as codes
from contracts.files import PART_BYTES
from contracts.records import Rpc
from gateway import examples

VERSION = 3
ITEMS = 7
WHOLE, BREAKING, UNMEASURED = (f"upl_01JD6Q3F0M8V6Z4X2K9T7R5WY{n}" for n in "BCD")
NO_OWNER = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYC"  # may not import


def view(schema: type, **changes: Any) -> dict[str, Any]:
    """A view that the schema can dump, with values of the API's examples."""
    loaded: dict[str, Any] = schema().load(examples.of_schema(schema()))
    return {**loaded, **changes}


def key_id(digest: str) -> str:
    """The id of an API key, by its SHA-256."""
    return f"key_{digest[:26].translate(str.maketrans('abcdef', 'ABCDEF'))}"


@dataclass(frozen=True)
class Neighbour:
    """Its handlers, and what they share."""

    platform: Platform[ServiceSettings]
    numbers: "itertools.count[int]"

    def get_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says what arrived: language in `locale`, request id in `name`, trace in `email`."""
        return view(
            membership.Person,
            id=ctx.require_person(),
            locale=ctx.locale,
            name=ctx.request_id,
            email=ctx.traceparent,
            version=VERSION,
        )

    def change_me(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        ctx.require_person()
        if request["expected_version"] != VERSION:
            raise DomainError(STALE_VERSION, current_version=VERSION)
        return view(membership.Person, name=request.get("name", "-"), version=VERSION + 1)

    def create_application(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Counts executions in `form_version`; `answers` steer."""
        answers = request["answers"]
        if "conflict" in answers:
            raise DomainError(codes.APPLICATION_LIVE, application_id="app_1", state="submitted")
        if "defect" in answers:
            raise RuntimeError("a secret detail")
        eventlet.sleep(float(answers.get("seconds", 0)))
        number = next(self.numbers)

        def work(tx: Transaction) -> dict[str, Any]:
            applied = self.platform.database["applied"]
            applied.insert_one(
                {"_id": new_id("app"), "by": ctx.require_person()}, session=tx.session
            )
            return view(membership.Application, form_version=number, person_id=ctx.require_person())

        return self.platform.uow.run(ctx, work)

    def get_application(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        raise DomainError(OBJECT_NOT_FOUND, noun="application")

    def list_my_applications(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        ctx.require_person()
        start = int(request["after"] or 0)
        end = min(start + request["limit"], ITEMS)
        items = [view(membership.Application, form_version=n + 1) for n in range(start, end)]
        return {"items": items, "next": str(end) if end < ITEMS else None}

    def start_sign_in(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        raise DomainError(codes.SIGN_IN_TOO_OFTEN, retry_after=42)

    def resolve_api_key(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Every key is one that reads applications, with an id of its own by its digest."""
        return {
            "id": key_id(request["digest"]),
            "community_id": new_id("com"),
            "roles": ["reviewer"],
            "scopes": [str(Scope.APPLICATIONS_READ)],
            "expires_at": dt.datetime(2199, 1, 1, tzinfo=dt.UTC),
            "revoked_at": None,
        }

    def end_session(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        ctx.require_person()
        return {}

    def check_import(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        self._require_owner(ctx, membership.CHECK_IMPORT)
        return {}

    def create_import(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        self._require_owner(ctx, membership.CREATE_IMPORT)
        rows = request["csv"].count("\n") - 1

        def work(tx: Transaction) -> dict[str, Any]:
            return view(membership.Import, rows=rows, dry_run=request["dry_run"])

        return self.platform.uow.run(ctx, work)

    def check_upload_part(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Of `UNMEASURED` nobody may send a part."""
        require_own(ctx, membership.CHECK_UPLOAD_PART.who, ctx.require_person(), "upload")
        if request["upload_id"] == UNMEASURED:
            raise DomainError(OBJECT_NOT_FOUND, noun="upload")
        return {}

    def add_upload_part(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says how many bytes came."""
        require_own(ctx, membership.ADD_UPLOAD_PART.who, ctx.require_person(), "upload")
        return view(membership.UploadedFile, size=len(request["data"]), version=VERSION)

    def get_upload_content(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Ten parts; of `BREAKING` the third is gone, of `UNMEASURED` nobody
        knows the length."""
        require_own(ctx, membership.GET_UPLOAD_CONTENT.who, ctx.require_person(), "upload")
        part = int(request["after"] or 1)
        if request["upload_id"] == BREAKING and part == 3:
            raise DomainError(OBJECT_NOT_FOUND, noun="upload")
        return {
            "content_type": "image/png",
            "name": "file.png",
            "size": None if request["upload_id"] == UNMEASURED else 10 * PART_BYTES,
            "data": bytes([part]) * PART_BYTES,
            "next": None if part == 10 else str(part + 1),
        }

    def _require_owner(self, ctx: Context, rpc: Rpc) -> None:
        owns = ctx.require_person() != NO_OWNER
        caller_with(ctx, lambda: (OWNING_ROLES if owns else frozenset(), bool)).require(rpc.who)

    def list_communities(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Ends this process the hard way: a callee that dies with a call in hand."""
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


RPCS: Handlers[Neighbour] = {
    membership.GET_ME: lambda app: app.get_me,
    membership.CHANGE_ME: lambda app: app.change_me,
    membership.CREATE_APPLICATION: lambda app: app.create_application,
    membership.GET_APPLICATION: lambda app: app.get_application,
    membership.LIST_MY_APPLICATIONS: lambda app: app.list_my_applications,
    membership.START_SIGN_IN: lambda app: app.start_sign_in,
    membership.RESOLVE_API_KEY: lambda app: app.resolve_api_key,
    membership.END_SESSION: lambda app: app.end_session,
    membership.CHECK_IMPORT: lambda app: app.check_import,
    membership.CREATE_IMPORT: lambda app: app.create_import,
    membership.CHECK_UPLOAD_PART: lambda app: app.check_upload_part,
    membership.ADD_UPLOAD_PART: lambda app: app.add_upload_part,
    membership.GET_UPLOAD_CONTENT: lambda app: app.get_upload_content,
    membership.LIST_COMMUNITIES: lambda app: app.list_communities,
}


def _build(platform: Platform[ServiceSettings]) -> Neighbour:
    return Neighbour(platform, itertools.count(1))


SERVICE = ServiceDefinition(
    name="membership",
    settings=ServiceSettings,
    build=_build,
    roles={"rpc": rpc_role("membership", RPCS)},
    schema=DatabaseSchema("membership", [Collection("applied", validator=document(by=TEXT))]),
)
