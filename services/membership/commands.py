"""Commands for operators: who is one, whose sessions end, more time after an outage, erasures that
are not done, and joins that are stuck.

They work without a sign-in, for when nobody has one; `--as NAME` before the command says in the
trail who ordered it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from chassis.commands import TIMES, Operation, refusal
from contracts.addresses import mail_address
from contracts.errors import DomainError
from services.membership.domain.terms.outages import Outage


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """An e-mail address in its one form."""
    if value is None:
        return None
    try:
        return mail_address(value)
    except ValueError as problem:
        raise click.BadParameter(str(problem), ctx, param) from None


@contextmanager
def _refusals_as_words() -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        raise click.ClickException(refusal(error)) from error


@click.command("create-operator")
@click.option(
    "--email", required=True, callback=_address, help="The address that the operator signs in with."
)
@click.option("--locale", type=click.Choice(["zh-CN", "en"]), default="zh-CN")
@click.pass_obj
def create_operator(operation: Operation, email: str, locale: str) -> None:
    """Make the first operator; refused on a system that has one."""
    with _refusals_as_words():
        person = operation.app.operators.create(email, locale, operation.ctx)
    click.echo(f"{person['_id']} {person['email']}")


@click.command("list-operators")
@click.pass_obj
def list_operators(operation: Operation) -> None:
    """Who operates the system."""
    after, count = None, 0
    while True:
        asked = {"after": after, "limit": 100}
        page = operation.app.operators.list_all(asked, operation.ctx)
        for one in page["items"]:
            count += 1
            click.echo(f"{one['person_id']} {one['name'] or one['email']}")
        after = page["next"]
        if after is None:
            click.echo(f"{count} operators")
            return


@click.command("grant-operator")
@click.option(
    "--email",
    required=True,
    callback=_address,
    help="The address that the new operator signs in with.",
)
@click.pass_obj
def grant_operator(operation: Operation, email: str) -> None:
    """Make somebody an operator, also when no operator can sign in."""
    with _refusals_as_words():
        made = operation.app.operators.grant({"email": email}, operation.ctx)
    click.echo(f"{made['person_id']} {made['name'] or made['email']}")


@click.command("revoke-operator")
@click.option("--email", required=True, callback=_address, help="The operator's address.")
@click.pass_obj
def revoke_operator(operation: Operation, email: str) -> None:
    """Take an operator's role back; refused for the last one."""
    with _refusals_as_words():
        asked = {"person_id": _person(operation, email)}
        operation.app.operators.revoke(asked, operation.ctx)
    click.echo(f"{asked['person_id']} is no operator any more")


@click.command("end-sessions")
@click.option("--email", callback=_address, help="The person's address.")
@click.option("--person", "person_id", help="Or the person's id, per_….")
@click.pass_obj
def end_sessions(operation: Operation, email: str | None, person_id: str | None) -> None:
    """End all sessions of a person."""
    if (email is None) == (person_id is None):
        raise click.UsageError("say --email or --person")
    with _refusals_as_words():
        person_id = person_id or _person(operation, email or "")
        count = operation.app.sessions.end_all_of(person_id, operation.ctx)
    click.echo(f"{count} sessions of {person_id} ended")


def _person(operation: Operation, email: str) -> str:
    found = operation.app.people.by_address(email)
    if found is None:
        raise click.ClickException("nobody has this address")
    return str(found["_id"])


LONGEST_OUTAGE = dt.timedelta(days=30)


@click.command("extend-deadlines")
@click.option(
    "--since", required=True, type=click.DateTime(TIMES), help="UTC, such as 2026-11-26T09:00."
)
@click.option("--until", type=click.DateTime(TIMES), help="UTC; now when left out.")
@click.option(
    "--reason",
    type=click.Choice(["outage", "maintenance"]),
    default="outage",
    show_default=True,
    help="Kept in the trail.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_obj
def extend_deadlines(
    operation: Operation,
    since: dt.datetime,
    until: dt.datetime | None,
    reason: str,
    dry_run: bool,
) -> None:
    """Give the time back in which nobody could act: to pay after an approval, and of grace.

    Safe to repeat, also with a later --until while the outage lasts: no hour is given twice.
    """
    now = operation.platform.clock.now()
    begins = since.replace(tzinfo=dt.UTC)
    ends = now if until is None else until.replace(tzinfo=dt.UTC)
    if not begins < ends <= now:
        raise click.UsageError("--since lies before --until, and that not in the future")
    if ends - begins > LONGEST_OUTAGE:
        raise click.UsageError(f"an outage has at most {LONGEST_OUTAGE.days} days")
    found = operation.app.outages.extend_deadlines(
        Outage(begins, ends), reason, operation.ctx, dry_run=dry_run
    )
    applications = memberships = 0
    for one in found:
        applications += one.applications
        memberships += one.memberships
        click.echo(
            f"{one.community_id}  {one.applications} applications, up to {one.more_time} more"
            f"  {one.memberships} memberships, up to {one.more_days} days more"
        )
    have = "would have" if dry_run else "have"
    click.echo(f"{applications} applications {have} more time to be paid")
    click.echo(f"{memberships} memberships {have} more days of grace")


MOST_LISTED = 1000


@click.group()
def erasures() -> None:
    """People who are to be erased."""


@erasures.command("list")
@click.pass_obj
def list_erasures(operation: Operation) -> None:
    """Show erasures that are not done, oldest first: what puts them off, who has confirmed."""
    count = 0
    for erasure in operation.app.erasures.unconfirmed(MOST_LISTED):
        count += 1
        confirmed = ",".join(one["service"] for one in erasure["confirmed"]) or "-"
        click.echo(
            f"{erasure['_id']}  {erasure['person_id']}  {erasure['state']:8}"
            f"  {erasure['erase_at']:%Y-%m-%d %H:%M}  {erasure['hindrance'] or '-'}  {confirmed}"
        )
    click.echo(f"{count} not done")


@click.group()
def joins() -> None:
    """People on their way from the approval, or the beginning of a renewal, to access."""


@joins.command("list")
@click.pass_obj
def list_joins(operation: Operation) -> None:
    """Show those that are stuck for ten minutes, and which answer of payments is missing."""
    after, count = None, 0
    while True:
        with _refusals_as_words():
            stuck, after = operation.app.joins.stuck(after, operation.ctx)
        for one in stuck:
            count += 1
            click.echo(
                f"{one.join_id}  {one.community_id}  {one.offered_at:%Y-%m-%d %H:%M}"
                f"  no {one.missing}"
            )
        if after is None:
            click.echo(f"{count} stuck")
            return


@joins.command("retry")
@click.argument("join_id")
@click.pass_obj
def retry_join(operation: Operation, join_id: str) -> None:
    """Tell again what is missing: the approval or renewal, or that it was paid."""
    with _refusals_as_words():
        again = operation.app.joins.retry(join_id, operation.ctx)
    if again is None:
        raise click.ClickException(f"nothing of {join_id} is missing that could be told again")
    click.echo(f"the {again} of {join_id} is told again")


COMMANDS = (
    create_operator,
    list_operators,
    grant_operator,
    revoke_operator,
    end_sessions,
    extend_deadlines,
    erasures,
    joins,
)
