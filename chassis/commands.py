"""Operators' commands of a service: the parking lot and the commits, and what the service adds.

python -m chassis.operate payments parking list
python -m chassis.operate payments --as li.wei refunds retry rfd_…
python -m chassis.operate payments parking discard 3f2a… --reason "test data"
"""

import datetime as dt
import getpass
import json
import os
import re
import sys
from dataclasses import dataclass
from typing import Any

import click
from pymongo.collection import Collection

from chassis import logs
from chassis.commit_updates import CommitUpdates
from chassis.commits import COMMITS, LANES, pending
from chassis.context import Context
from chassis.ids import first_id_at
from chassis.parking import ParkedMessage, ParkingLot
from chassis.platform import Platform, ServiceDefinition
from chassis.process import load_definition, open_platform, read_settings
from chassis.wording import error_text
from contracts.errors import DomainError
from contracts.text import rfc3339

_NAME = re.compile(r"[A-Za-z0-9._+-]{1,64}")
TIMES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


@dataclass(frozen=True)
class Operation:
    """What a command works with (`click.pass_obj`); `app` is the service's composition."""

    platform: Platform[Any]
    app: Any
    ctx: Context


class OperatorGroup(click.Group):
    """`<name> <command>`: the chassis' commands and those of the service called NAME."""

    def __init__(self) -> None:
        who = click.Option(
            ["--as", "operator"],
            callback=_operator_name,
            help="Who orders it, for the trail; the account at this host when left out.",
        )
        super().__init__(help="Operate the service NAME.", params=[click.Argument(["name"]), who])
        self.add_command(parking)
        self.add_command(outbox)
        self.add_command(history)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`--as` may also follow the name, where `make operate` puts it; click's groups take
        options before their arguments only."""
        if args[1:2] == ["--as"]:
            args = [*args[1:3], args[0], *args[3:]]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        definition = load_definition(ctx.params["name"])
        ctx.obj = open_operation(definition, ctx.params["operator"])
        for command in definition.commands:
            self.add_command(command)
        try:
            return super().invoke(ctx)
        finally:
            ctx.obj.platform.rpc.stop()


def _operator_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    name = value or _account()
    if not _NAME.fullmatch(name):
        raise click.BadParameter("letters, digits and . _ + - only, at most 64", ctx, param)
    return name


def _account() -> str:
    """The account under which the command runs; a container's may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def open_operation(definition: ServiceDefinition, operator: str) -> Operation:
    """The service's parts, for one command that `operator` orders."""
    settings = read_settings(definition)
    logs.configure(service=definition.name, level="warning", stream=sys.stderr)
    platform = open_platform(definition, settings)
    platform.rpc.start()
    ctx = Context.for_operator(definition.name, operator)
    return Operation(platform, definition.build(platform), ctx)


def refusal(error: DomainError) -> str:
    """What a refusal says to operators, who may see everything."""
    return error_text(error, "en").replace(", or it is not yours to see; check the address", "")


@click.group()
def parking() -> None:
    """Messages that could not be handled."""


@parking.command("list")
@click.pass_obj
def list_parked(operation: Operation) -> None:
    """One line for each message: id, queue, since when, reason."""
    count = 0
    with _lot(operation) as lot:
        for parked in lot.browse():
            count += 1
            click.echo(f"{parked.id}  {parked.queue}  {parked.parked_at or '-'}  {parked.reason}")
    click.echo(f"{count} parked")


@parking.command("show")
@click.argument("parked_id")
@click.pass_obj
def show_parked(operation: Operation, parked_id: str) -> None:
    """Headers and body of one message."""
    with _lot(operation) as lot:
        for parked in lot.browse():
            if parked.id == parked_id:
                headers = parked.message.headers or {}
                click.echo(json.dumps(headers, indent=2, ensure_ascii=False, default=str))
                click.echo(parked.text)
                return
    raise click.ClickException(f"{parked_id} is not in the parking lot")


@parking.command("replay")
@click.argument("parked_id", required=False)
@click.option("--all", "everything", is_flag=True, help="Every message in the lot.")
@click.pass_obj
def replay_parked(operation: Operation, parked_id: str | None, everything: bool) -> None:
    """Give a message back to its handler, or all; safe to repeat."""
    if bool(parked_id) == everything:
        raise click.UsageError("name one message, or --all")
    count = 0
    with _lot(operation) as lot:
        for parked in lot.browse():
            if not everything and parked.id != parked_id:
                continue
            if not lot.is_ours(parked):
                click.echo(f"{parked.id} stays: {parked.queue} is no queue of ours", err=True)
                continue
            _audit(operation, "replay_message", parked)
            lot.replay(parked)
            count += 1
    click.echo(f"{count} replayed")


REASONS = ("test_data", "not_ours", "obsolete", "done_by_hand")


@parking.command("discard")
@click.argument("parked_id")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Kept in the trail.")
@click.pass_obj
def discard_parked(operation: Operation, parked_id: str, reason: str) -> None:
    """Delete a message for good; that it was, and why it went, stays in the audit trail."""
    count = 0
    with _lot(operation) as lot:
        for parked in lot.browse():
            if parked.id == parked_id:
                _audit(operation, "discard_message", parked, reason=reason)
                lot.discard(parked)
                count += 1
    if not count:
        raise click.ClickException(f"{parked_id} is not in the parking lot")
    click.echo(f"{count} discarded")


@click.group()
def outbox() -> None:
    """Events on their way to the broker."""


@outbox.command("list")
@click.option("--limit", default=100, show_default=True)
@click.pass_obj
def list_pending(operation: Operation, limit: int) -> None:
    """Events that the broker does not have yet: those never refused first, then by their time."""
    count = 0
    for lane in LANES:
        found = _commits(operation).find(pending(lane)).sort([(f"{lane}.due_at", 1), ("_id", 1)])
        for commit in found.limit(limit):
            how = commit[lane]
            for event in commit["events"]:
                if event["id"] in how["left"]:
                    count += 1
                    click.echo(
                        f"{event['id']}  {lane}  {event['key']}  {event['subject']}"
                        f"  {rfc3339(commit['at'])}  attempts {how['attempts']}"
                        f"  {how['error'] or ''}"
                    )
    click.echo(f"{count} pending")


@outbox.command("retry")
@click.argument("event_ids", nargs=-1)
@click.option(
    "--since", type=click.DateTime(TIMES), help="Real time, UTC, such as 2026-11-26T09:00."
)
@click.option("--until", type=click.DateTime(TIMES), help="Real time, UTC; now when left out.")
@click.pass_obj
def retry_events(
    operation: Operation,
    event_ids: tuple[str, ...],
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> None:
    """Publish events again, published ones too: these, or all of a time.

    For a broker that lost its disk. Whole units of work are published again; consumers know
    repetitions by the event's id. Events are kept for 35 days.
    """
    if bool(event_ids) == (since is not None):
        raise click.UsageError("name events, or --since")
    which: dict[str, Any] = {"events.id": {"$in": list(event_ids)}}
    if since is not None:
        bounds = {"$gte": first_id_at("cmt", since.replace(tzinfo=dt.UTC))}
        if until is not None:
            bounds["$lt"] = first_id_at("cmt", until.replace(tzinfo=dt.UTC))
        which = {"_id": bounds}
    asked = {"_id": "outbox", "version": 0}
    operation.platform.uow.run(
        operation.ctx, lambda tx: tx.audit("publish_again", None, asked, kind="outbox")
    )
    found = CommitUpdates(operation.platform.database).publish_again(which)
    click.echo(f"{found} units of work will be published again")


@click.command()
@click.argument("aggregate_id")
@click.pass_obj
def history(operation: Operation, aggregate_id: str) -> None:
    """Who changed an aggregate, when and how; oldest first."""
    count = 0
    found = _commits(operation).find({"changes.id": aggregate_id}, sort=[("_id", 1)])
    for commit in found:
        for change in commit["changes"]:
            if change["id"] == aggregate_id:
                count += 1
                details = " ".join(f"{k}={v}" for k, v in change.get("details", {}).items())
                click.echo(
                    f"{rfc3339(commit['at'])}  v{change['version']}  {change['action']}"
                    f"  {commit['actor']}  {details}  {' '.join(change['fields'])}".rstrip()
                )
    click.echo(f"{count} changes")


def _commits(operation: Operation) -> Collection[dict[str, Any]]:
    found: Collection[dict[str, Any]] = operation.platform.database[COMMITS.name]
    return found


def _lot(operation: Operation) -> ParkingLot:
    return ParkingLot(operation.platform.settings.amqp_url, operation.platform.service)


def _audit(operation: Operation, action: str, parked: ParkedMessage, **details: str) -> None:
    """Before the deed: a crash leaves a line too many, never one too few."""
    message = {"_id": parked.event_id or parked.id, "version": 0}
    operation.platform.uow.run(
        operation.ctx,
        lambda tx: tx.audit(action, None, message, kind="message", queue=parked.queue, **details),
    )


operate = OperatorGroup()
