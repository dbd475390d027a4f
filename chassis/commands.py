"""Operators' commands of a service: the parking lot and the outbox, and what the service adds.

python -m chassis.operate payments parking list
python -m chassis.operate payments parking discard 3f2a… --reason "test data"
"""

import json
from dataclasses import dataclass
from typing import Any

import click

from chassis import logs
from chassis.context import Context
from chassis.outbox import PENDING
from chassis.parking import ParkedMessage, ParkingLot
from chassis.platform import Platform, ServiceDefinition
from chassis.process import load_definition, open_platform, read_settings
from chassis.uow import Transaction
from contracts.fields import rfc3339


@dataclass(frozen=True)
class Operation:
    """What a command works with (`click.pass_obj`); `app` is the service's composition."""

    platform: Platform[Any]
    app: Any
    ctx: Context


class OperatorGroup(click.Group):
    """`<name> <command>`: the chassis' commands and those of the service called NAME."""

    def __init__(self) -> None:
        super().__init__(help="Operate the service NAME.", params=[click.Argument(["name"])])
        self.add_command(parking)
        self.add_command(outbox)

    def invoke(self, ctx: click.Context) -> Any:
        definition = load_definition(ctx.params["name"])
        ctx.obj = open_operation(definition)
        for command in definition.commands:
            self.add_command(command)
        try:
            return super().invoke(ctx)
        finally:
            ctx.obj.platform.rpc.stop()


def open_operation(definition: ServiceDefinition) -> Operation:
    """The service's parts, for one command."""
    settings = read_settings(definition)
    logs.configure(service=definition.name, level="warning")
    platform = open_platform(definition, settings)
    platform.rpc.start()
    return Operation(platform, definition.build(platform), Context.for_operator(definition.name))


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
            if everything or parked.id == parked_id:
                _audit(operation, "parking.replayed", parked, "")
                lot.replay(parked)
                count += 1
    click.echo(f"{count} replayed")


@parking.command("discard")
@click.argument("parked_id")
@click.option("--reason", required=True, help="Kept in the audit trail.")
@click.pass_obj
def discard_parked(operation: Operation, parked_id: str, reason: str) -> None:
    """Delete a message for good; what it was stays in the audit trail."""
    count = 0
    with _lot(operation) as lot:
        for parked in lot.browse():
            if parked.id == parked_id:
                _audit(operation, "parking.discarded", parked, reason)
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
    """Events that the broker does not have yet, oldest first."""
    rows = operation.platform.database["outbox"].find(PENDING).sort("_id", 1).limit(limit)
    count = 0
    for row in rows:
        count += 1
        click.echo(
            f"{row['_id']}  {row['routing_key']}  {row['subject']}  {rfc3339(row['created_at'])}"
            f"  attempts {row['attempts']}  {row['last_error'] or ''}"
        )
    click.echo(f"{count} pending")


@outbox.command("retry")
@click.argument("event_ids", nargs=-1, required=True)
@click.pass_obj
def retry_event(operation: Operation, event_ids: tuple[str, ...]) -> None:
    """Publish these events again, published ones too; consumers know repetitions by the id."""
    database = operation.platform.database

    def again(tx: Transaction) -> int:
        done = database["outbox"].update_many(
            {"_id": {"$in": list(event_ids)}},
            {"$set": {"published_at": None, "last_error": None}},
            session=tx.session,
        )
        for event_id in event_ids:
            tx.audit(
                action="outbox.retried",
                subject=event_id,
                community_id=None,
                version=0,
                before=None,
                after=None,
            )
        return done.matched_count

    found = operation.platform.uow.run(operation.ctx, again)
    click.echo(f"{found} of {len(event_ids)} will be published again")


def _lot(operation: Operation) -> ParkingLot:
    return ParkingLot(operation.platform.settings.amqp_url, operation.platform.service)


def _audit(operation: Operation, action: str, parked: ParkedMessage, reason: str) -> None:
    """Before the deed: a crash leaves a line too many, never one too few."""
    told = {"queue": parked.queue, "parked_for": parked.reason, "body": parked.text}
    operation.platform.uow.run(
        operation.ctx,
        lambda tx: tx.audit(
            action=action,
            subject=parked.event_id or parked.id,
            community_id=None,
            version=0,
            before=told,
            after=None,
            reason=reason,
        ),
    )


operate = OperatorGroup()
