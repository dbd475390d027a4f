"""Operator commands: the dead letters of the notifications service."""

from typing import Any

import click

from chassis.context import Context


@click.group()
def deliveries() -> None:
    """Messages that could not be delivered."""


@deliveries.command("list")
@click.pass_obj
def list_failed(app: Any) -> None:
    """Show failed deliveries, oldest first."""
    for row in app.deliveries.dead_letters():
        click.echo(
            f"{row['_id']}  {row['channel']:6}  {row['type']:24}  {row['recipient_id']}"
            f"  {row['settled_at']:%Y-%m-%d %H:%M}  {row['last_error']}"
        )


@deliveries.command()
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Replay every failed delivery.")
@click.pass_obj
def replay(app: Any, delivery_ids: tuple[str, ...], every: bool) -> None:
    """Make failed deliveries due again; name them, or say --all."""
    if every == bool(delivery_ids):
        raise click.UsageError("name deliveries, or say --all")
    chosen = [row["_id"] for row in app.deliveries.dead_letters()] if every else delivery_ids
    ctx = Context.for_operator("notifications")
    done = sum(app.deliveries.replay(delivery_id, ctx) for delivery_id in chosen)
    click.echo(f"{done} of {len(chosen)} are due again")
    if done < len(chosen):
        raise click.exceptions.Exit(1)
