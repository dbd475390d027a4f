"""The import of existing members: a file, a job that works through it, a result per row.

A row that is refused changes nothing; the others keep their numbers and dates, and the community's
next number goes on after the highest of them. Imported members are not announced to integrators:
they did not join now. A standing is told only where one was told before; neighbours ask for others.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import each_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import IMPORT_COLUMNS
from services.membership.domain import imports as domain
from services.membership.domain.communities import Community
from services.membership.domain.imports import Line, Row
from services.membership.domain.memberships import Membership, imported
from services.membership.domain.people import Person, new_person
from services.membership.domain.standings import nothing_yet, standing_id, with_membership
from services.membership.domain.terms import day_in
from services.membership.store.communities import Communities, MemberNumbers
from services.membership.store.imports import ImportRows, Imports
from services.membership.store.memberships import Memberships
from services.membership.store.people import People
from services.membership.store.standings import Standings
from services.membership.usecases.access import OWNERS, Access, require_sight
from services.membership.usecases.standings import tell_standing

TURN = 100  # lines that are read in one go
BATCH = 200  # rows; up to four documents each, within 1,000 documents a transaction (D-5)


class ImportUseCases:
    """Imports and their job."""

    def __init__(
        self,
        *,
        imports: Imports,
        rows: ImportRows,
        communities: Communities,
        numbers: MemberNumbers,
        people: People,
        memberships: Memberships,
        standings: Standings,
        access: Access,
        uow: UnitOfWork,
    ) -> None:
        self._imports = imports
        self._rows = rows
        self._communities = communities
        self._numbers = numbers
        self._people = people
        self._memberships = memberships
        self._standings = standings
        self._access = access
        self._uow = uow

    def check(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says nothing where the caller may import; raises what `create` would."""
        self._importable(request["community_id"], ctx)
        return {}

    def create(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Takes a file in; a job works through it right after."""
        community = self._importable(request["community_id"], ctx)
        count = sum(1 for _ in in_turns(domain.lines_of(request["csv"], IMPORT_COLUMNS)))

        def work(tx: Transaction) -> dict[str, Any]:
            taken_in = {
                "_id": new_id("imp"),
                "community_id": community["_id"],
                "dry_run": request["dry_run"],
                "state": "running",
                "csv": request["csv"],
                "read_on": day_in(community["zone"], tx.now),
                "rows": count,
                "accepted": 0,
                "refused": 0,
            }
            stored = self._imports.insert(tx, taken_in)
            tx.audit("create_import", None, stored, rows=stored["rows"])
            return _view(stored)

        return self._uow.run(ctx, work)

    def get(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """How far an import is."""
        return _view(self._visible(request["import_id"], ctx))

    def page_rows(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The results of the rows that are done, in the order of the file."""
        found, following = self._rows.of_import(
            self._visible(request["import_id"], ctx)["_id"],
            request["result"],
            after=request["after"],
            limit=request["limit"],
        )
        return {"items": found, "next": following}

    def run(self, run: JobRun) -> None:
        """The job: works through all files, oldest first; one that fails stops no other."""

        def import_file(running: dict[str, Any]) -> None:
            community = self._communities.fixed(running["community_id"])
            lines = in_turns(domain.lines_of(running["csv"], IMPORT_COLUMNS))
            rows = list(domain.rows_of(lines, running["read_on"]))
            while not run.should_stop and self._import_batch(
                running["_id"], rows, community, run.ctx
            ):
                pass

        each_due(run, self._imports.running, import_file, batch=1)

    def _import_batch(
        self, import_id: str, rows: Sequence[Row], community: Community, ctx: Context
    ) -> bool:
        """The next BATCH rows in one unit of work; whether there are more after them."""

        def work(tx: Transaction) -> bool:
            running = self._imports.require(import_id, tx=tx)
            done = running["accepted"] + running["refused"]
            # Copied, because this may run again: what is noted about a row is of this attempt.
            batch = [
                {**row, "problems": list(row["problems"])} for row in rows[done : done + BATCH]
            ]
            people = self._people.by_emails(tx, [row["email"] for row in batch])
            self._refuse_taken(tx, community, batch, people)
            accepted = [row for row in batch if not row["problems"]]
            if accepted and not running["dry_run"]:
                self._admit(tx, community, accepted, people)
            if batch:
                self._rows.add(tx, import_id, [_result(row) for row in batch])
            finished = done + len(batch) == running["rows"]
            after = self._imports.save(
                tx,
                {
                    **running,
                    "accepted": running["accepted"] + len(accepted),
                    "refused": running["refused"] + len(batch) - len(accepted),
                    "state": "done" if finished else "running",
                    "csv": None if finished else running["csv"],
                },
            )
            tx.audit(
                "import_rows",
                running,
                after,
                accepted=after["accepted"],
                refused=after["refused"],
            )
            return not finished

        return self._uow.run(ctx, work)

    def _refuse_taken(
        self,
        tx: Transaction,
        community: Community,
        batch: Sequence[Row],
        people: dict[str, Person],
    ) -> None:
        community_id = community["_id"]
        numbers = [row["number"] for row in batch if row["number"] is not None]
        taken = self._memberships.numbers_taken(tx, community_id, numbers)
        known = [person["_id"] for person in people.values()]
        members = self._memberships.live_of_people(tx, community_id, known)
        for row in batch:
            person = people.get(row["email"])
            if row["number"] in taken:
                domain.refuse(row, "number", "field.taken")
            if person is not None and person["_id"] in members:
                domain.refuse(row, "email", "field.taken")

    def _admit(
        self,
        tx: Transaction,
        community: Community,
        accepted: Sequence[Row],
        people: dict[str, Person],
    ) -> None:
        new = [row for row in accepted if row["email"] not in people]
        created = self._people.insert_many(
            tx,
            [
                new_person(
                    id=new_id("per"),
                    email=row["email"],
                    locale=community["locale"],
                    name=row["name"],
                )
                for row in new
            ],
        )
        everybody = {**people, **{person["email"]: person for person in created}}
        today = day_in(community["zone"], tx.now)
        admitted = []
        for row in accepted:
            membership = imported(
                id=new_id("mbr"),
                community_id=community["_id"],
                person_id=everybody[row["email"]]["_id"],
                zone=community["zone"],
                term_id=new_id("trm"),
                number=row["number"],
                joined_on=row["joined_on"],
                term_ends_on=row["term_ends_on"],
                segment=row["segment"],
                city=row["city"],
                policy=community["policy"],
                today=today,
            )
            row["membership_id"] = membership["_id"]
            admitted.append(membership)
        self._memberships.insert_many(tx, admitted)
        self._change_standings(tx, community, admitted)
        highest = max(row["number"] for row in accepted)
        self._numbers.continue_after(tx, community["_id"], highest)

    def _change_standings(
        self, tx: Transaction, community: Community, admitted: Sequence[Membership]
    ) -> None:
        """Nobody holds a copy of a standing that was never told, so a new one is not announced."""
        ids = {standing_id(community["_id"], m["person_id"]): m for m in admitted}
        told_before = self._standings.by_ids(list(ids), tx=tx)
        changed = [(old, with_membership(old, ids[id])) for id, old in told_before.items()]
        for standing in self._standings.save_many(tx, changed):
            tell_standing(tx, standing)
        self._standings.insert_many(
            tx,
            [
                with_membership(
                    nothing_yet(community["_id"], membership["person_id"], community["zone"]),
                    membership,
                )
                for id, membership in ids.items()
                if id not in told_before
            ],
        )

    def _importable(self, community_id: str, ctx: Context) -> Community:
        community = self._communities.fixed(community_id)
        self._access.require_role(ctx, community["_id"], OWNERS)
        return community

    def _visible(self, import_id: str, ctx: Context) -> dict[str, Any]:
        found, held = self._access.read(ctx, self._imports, import_id)
        nobody = ""  # an import is about no single person
        require_sight(ctx, held, nobody, OWNERS, self._imports.noun)
        return found


def in_turns(lines: Iterator[Line]) -> Iterator[Line]:
    """The same lines; every now and then others of this process get their turn."""
    for read, line in enumerate(lines, 1):
        yield line
        if read % TURN == 0:
            time.sleep(0)  # in the service this is the hub's turn


def _view(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "id": stored["_id"]}


def _result(row: Row) -> dict[str, Any]:
    return {
        "line": row["line"],
        "number": row["number"],
        "result": "refused" if row["problems"] else "accepted",
        "problems": row["problems"],
        "membership_id": row.get("membership_id"),
    }
