"""Commands for operators: messages that were given up."""

import click

from chassis.commands import Operation, refusal
from contracts.errors import DomainError


@click.group()
def deliveries() -> None:
    """Messages that could not be delivered."""


@deliveries.command("list")
@click.pass_obj
def list_failed(operation: Operation) -> None:
    """Show failed deliveries, oldest first."""
    count = 0
    for row in operation.app.deliveries.given_up():
        count += 1
        click.echo(
            f"{row['_id']}  {row['channel']:6}  {row['type']:24}  {row['recipient_id']}"
            f"  {row['settled_at']:%Y-%m-%d %H:%M}  {row['last_error']}"
        )
    click.echo(f"{count} failed")


@deliveries.command()
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Replay every failed delivery.")
@click.pass_obj
def replay(operation: Operation, delivery_ids: tuple[str, ...], every: bool) -> None:
    """Make failed deliveries due again; name them, or say --all."""
    if every == bool(delivery_ids):
        raise click.UsageError("name deliveries, or say --all")
    messages = operation.app.deliveries
    chosen = [row["_id"] for row in messages.given_up()] if every else list(delivery_ids)
    done = 0
    for delivery_id in chosen:
        try:
            messages.replay(delivery_id, operation.ctx)
            done += 1
        except DomainError as refused:
            click.echo(f"{delivery_id}: {refusal(refused)}", err=True)
    click.echo(f"{done} of {len(chosen)} are due again")
    if done < len(chosen):
        raise click.exceptions.Exit(1)
