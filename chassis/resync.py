"""Standings that a replica missed, made good from what membership says (R15, ADR 0050).

Events keep a replica right as long as each of them comes. This compares the rows that are there
with membership's list: each night, and when an operator asks for it after a restore.

    python -m chassis.operate payments standings resync [--force]

What is older than membership says is taken over, and so is any later event: versions are respected.
A row that is newer than membership's, or says something else, shows that membership's database was
restored to an earlier time. It counts as an alarm, and only `--force` takes over the earlier facts.
Rows that are missing are none of its business: membership is asked when they are needed.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import prometheus_client
import structlog

from chassis.commands import Operation
from chassis.context import Context
from chassis.jobs import Job, JobRun, night_of
from chassis.mongo import Document
from chassis.standings import FIELDS, row_id
from contracts import membership
from contracts.errors import DomainError, Kind
from contracts.fields import MAX_PAGE

if TYPE_CHECKING:
    from chassis.platform import Platform

log = structlog.get_logger()

RESYNC = Job("resync_standings")
REPAIRED = prometheus_client.Counter(
    "coterie_standings_repaired", "Rows of the replica that were behind, and taken over"
)
AHEAD = prometheus_client.Gauge(
    "coterie_standings_ahead", "Rows of the replica that the last comparison found ahead"
)
_NOBODY: Document = {
    "roles": [],
    "membership_id": None,
    "state": None,
    "joined_on": None,
    "term_ends_on": None,
    "grace_ends_on": None,
    "level": None,
    "segment": None,
    "city": None,
    "plan_tier": "",
    "introduction": None,
    "ever_paid_or_imported": False,
    "access_from": None,
    "suspended_until": None,
    "paused_on": None,
    "paused_through": None,
    "cancels_at_end": False,
    "ended_on": None,
    "version": 0,
}


@dataclass(frozen=True)
class Place:
    """How far a comparison came: where the next page begins, and the last id before it."""

    after: str | None = None
    seen: str = ""


class Resync:
    """The comparison of one service's replica with membership."""

    def __init__(self, platform: "Platform[Any]") -> None:
        self._rows = platform.database["standings"]
        self._rpc = platform.rpc

    def all(self, ctx: Context, *, force: bool = False) -> "Counter[str]":
        """Compares everything: how many rows were `compared`, `behind`, `ahead` and `forced`."""
        found: Counter[str] = Counter()
        place: Place | None = Place()
        while place is not None:
            place = self._compare_page(place, ctx, found, force=force)
        return found

    def nightly(self, run: JobRun) -> None:
        """The job: once a night; goes on where it was when membership was away meanwhile."""
        night, cursor = night_of(run.now), run.cursor
        if cursor is None:  # nothing was missed yet
            run.save_cursor({"night": night, "done": True})
            return
        if cursor["night"] != night:
            cursor = {"done": False, "after": None, "seen": "", "found": {}}
        if cursor["done"]:
            return
        place: Place | None = Place(cursor["after"], cursor["seen"])
        found = Counter(cursor["found"])
        try:
            while place is not None and not run.should_stop:
                place = self._compare_page(place, run.ctx, found, force=False)
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                raise
            log.warning("standings_not_compared", problem=error.code)
        if place is None:
            self._tell(found)
            run.save_cursor({"night": night, "done": True})
        elif not run.should_stop:
            begun = {"after": place.after, "seen": place.seen, "found": dict(found)}
            run.save_cursor({"night": night, "done": False, **begun})

    def _tell(self, found: "Counter[str]") -> None:
        AHEAD.set(found["ahead"])
        if found["ahead"]:
            log.error("standings_ahead", **found)
        elif found["behind"]:
            log.warning("standings_repaired", **found)

    def _compare_page(
        self, place: Place, ctx: Context, found: "Counter[str]", *, force: bool
    ) -> Place | None:
        """Compares the rows of a page of membership's list; where the next one begins."""
        asked = {"after": place.after, "limit": MAX_PAGE}
        page = self._rpc.call(membership.LIST_STANDINGS, asked, ctx)
        told = {row_id(one["community_id"], one["person_id"]): one for one in page["items"]}
        last = max(told, default=place.seen)
        bounds = {"$gt": place.seen, **({} if page["next"] is None else {"$lte": last})}
        # Also what membership does not know; but that somebody operates nothing is of version 0,
        # and known of everybody.
        wanted = {"_id": bounds, "$or": [{"version": {"$gt": 0}}, {"_id": {"$in": list(told)}}]}
        for row in self._rows.find(wanted):
            found["compared"] += 1
            self._compare(row, told.get(row["_id"]), ctx, found, force=force)
        return None if page["next"] is None else Place(page["next"], last)

    def _compare(
        self,
        row: Document,
        facts: Document | None,
        ctx: Context,
        found: "Counter[str]",
        *,
        force: bool,
    ) -> None:
        if facts is None or not _covers(facts, row):
            # It may have changed since the page was written: only what is asked for now counts.
            facts = self._ask(row, ctx)
        if facts["version"] > row["version"]:
            REPAIRED.inc()
            found["behind"] += 1
            self._rows.replace_one(
                {"_id": row["_id"], "version": {"$lt": facts["version"]}}, _stored(facts)
            )
        elif _completes(facts, row):  # an earlier version of this service stored it
            found["behind"] += 1
            same = {"_id": row["_id"], "version": row["version"]}
            self._rows.replace_one(same, _stored(facts))
        elif not _covers(facts, row):
            found["ahead"] += 1
            if force:
                found["forced"] += 1
                self._rows.replace_one(
                    {"_id": row["_id"], "version": row["version"]}, _stored(facts)
                )

    def _ask(self, row: Document, ctx: Context) -> Document:
        who = {"community_id": row["community_id"], "person_id": row["person_id"]}
        try:
            return self._rpc.call(membership.GET_STANDING, who, ctx)
        except DomainError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return {**_NOBODY, **who, "zone": row["zone"]}  # the community is gone, too


def _covers(facts: Document, row: Document) -> bool:
    """Whether these facts are later than the row, or the same."""
    # What a row of an earlier version lacks says nothing else than what says nothing.
    same = all(
        facts.get(name) == row[name] if name in row else not facts.get(name) for name in FIELDS
    )
    return same or bool(facts["version"] > row["version"])


def _completes(facts: Document, row: Document) -> bool:
    """Whether these facts are those of the row, which lacks some of them."""
    known = facts["version"] == row["version"] and all(
        facts.get(name) == row[name] for name in FIELDS if name in row
    )
    return known and not _covers(facts, row)


def _stored(facts: Document) -> Document:
    return {name: facts[name] for name in FIELDS if name in facts}


@click.group("standings")
def standings_group() -> None:
    """What people hold in communities, as this service knows it from membership."""


@standings_group.command()
@click.option(
    "--force",
    is_flag=True,
    help="Take over earlier facts, too: membership's database was restored to an earlier time.",
)
@click.pass_obj
def resync(operation: Operation, force: bool) -> None:
    """Compare with membership and take over what was missed."""
    asked = {"_id": "standings", "version": 0}
    operation.platform.uow.run(
        operation.ctx,
        lambda tx: tx.audit("resync_standings", None, asked, kind="standings", force=int(force)),
    )
    found = operation.app.resync.all(operation.ctx, force=force)
    click.echo(f"{found['compared']} compared, {found['behind']} were behind")
    if found["forced"]:
        click.echo(f"{found['forced']} put back to what membership says")
    elif found["ahead"]:
        raise click.ClickException(
            f"{found['ahead']} are ahead of membership, whose database was restored; say --force"
        )
