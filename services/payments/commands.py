"""Operator commands: purchases nobody decided, refunds that failed, what providers said wrongly."""

import click

from chassis.commands import Operation, refusal
from contracts.errors import DomainError


@click.group("stuck-purchases")
def stuck_purchases() -> None:
    """Orders paid ten minutes ago or longer whose owner has not answered."""


@stuck_purchases.command("list")
@click.pass_obj
def list_stuck(operation: Operation) -> None:
    """Show them, oldest first."""
    stuck = operation.app.purchases.stuck()
    for order in stuck:
        subject = order["subject"]
        click.echo(
            f"{order['_id']}  {order['community_id']}  {subject['kind']}:{subject['ref']}"
            f"  paid {order['paid_at']:%Y-%m-%d %H:%M}"
        )
    click.echo(f"{len(stuck)} stuck")


@stuck_purchases.command("retry")
@click.argument("order_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every stuck purchase.")
@click.pass_obj
def retry_stuck(operation: Operation, order_ids: tuple[str, ...], every: bool) -> None:
    """Tell the owners again that these orders were paid; name them, or say --all."""
    if every == bool(order_ids):
        raise click.UsageError("name orders, or say --all")
    purchases = operation.app.purchases
    chosen = [order["_id"] for order in purchases.stuck()] if every else list(order_ids)
    for order_id in chosen:
        _attempt(lambda order_id=order_id: purchases.retry(order_id, operation.ctx))
    click.echo(f"{len(chosen)} told again")


@click.group()
def refunds() -> None:
    """Refunds that a provider could not make."""


@refunds.command("list")
@click.pass_obj
def list_failed(operation: Operation) -> None:
    """Show failed refunds that were not tried again, oldest first."""
    failed = operation.app.refunds.failed()
    for refund in failed:
        amount = refund["amount"]
        click.echo(
            f"{refund['_id']}  {refund['order_id']}  {amount['amount']} {amount['currency']}"
            f"  {refund['reason']}"
        )
    click.echo(f"{len(failed)} failed")


@refunds.command("retry")
@click.argument("refund_id")
@click.pass_obj
def retry_refund(operation: Operation, refund_id: str) -> None:
    """Put a new refund in the place of a failed one."""
    _attempt(lambda: operation.app.refunds.retry(refund_id, operation.ctx))
    click.echo("1 refund is due again")


@click.group()
def incidents() -> None:
    """What providers said that does not fit our books."""


@incidents.command("list")
@click.pass_obj
def list_incidents(operation: Operation) -> None:
    """Show those that nobody resolved, newest first."""
    unresolved = operation.app.incidents.open()
    for incident in unresolved:
        click.echo(
            f"{incident['_id']}  {incident['noted_at']:%Y-%m-%d %H:%M}  {incident['community_id']}"
            f"  {incident['problem']}  {incident['facts']}"
        )
    click.echo(f"{len(unresolved)} unresolved")


@incidents.command("resolve")
@click.argument("incident_id")
@click.option("--refund", is_flag=True, help="We hold the money: give it back as it came.")
@click.option("--without-refund", is_flag=True, help="There is no money with us.")
@click.option("--order", "order_id", help="The order, where the attempt is not known any more.")
@click.pass_obj
def resolve_incident(
    operation: Operation,
    incident_id: str,
    refund: bool,
    without_refund: bool,
    order_id: str | None,
) -> None:
    """End the order and the attempt that an incident keeps open; say what becomes of the money."""
    if refund == without_refund:
        raise click.UsageError("say --refund or --without-refund")
    resolve = operation.app.incidents.resolve
    _attempt(lambda: resolve(incident_id, order_id, operation.ctx, refund=refund))
    click.echo("1 incident is resolved")


def _attempt(action: object) -> None:
    assert callable(action)
    try:
        action()
    except DomainError as error:
        raise click.ClickException(refusal(error)) from None


COMMANDS = (stuck_purchases, refunds, incidents)
