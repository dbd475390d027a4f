"""The import of existing members: a file, a job that works through it, a result per row.

A row that is refused changes nothing; the others keep their numbers and dates. The community's next
number goes on after the highest of the file from the moment it is taken in, so that nobody who
joins while it is worked through gets a number that stands further down. Imported members are not
announced to integrators: they did not join now. A standing is emitted only where one was before;
neighbours ask for others.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.access import Who
from contracts.membership import (
    CHECK_IMPORT,
    CREATE_IMPORT,
    GET_IMPORT,
    IMPORT_COLUMNS,
    LIST_IMPORT_ROWS,
)
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.identity.people import Person, new_person
from services.membership.domain.terms import imports as domain
from services.membership.domain.terms.imports import Import, ImportRow, Line, Row
from services.membership.domain.terms.memberships import (
    Membership,
    blocks_application,
    imported,
    retire,
)
from services.membership.domain.terms.standings import nothing_yet, standing_id, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.usecases.access import Access
from services.membership.usecases.terms.standings import emit_standing

TURN = 100  # lines that are read in one go
BATCH = 150  # rows; up to six documents each, within 1,000 documents a transaction (D-5)


class ImportUseCases:
    """Imports and their job."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access) -> None:
        self._imports = stores.imports
        self._rows = stores.import_rows
        self._communities = stores.communities
        self._numbers = stores.numbers
        self._names = stores.names
        self._people = stores.people
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._uow = uow
        self._clock = clock
        self._access = access

    def check(self, request: wire.CheckImport, ctx: Context) -> wire.Empty:
        """Says nothing where the caller may import; raises what `create` would."""
        self._require_importable(request["community_id"], CHECK_IMPORT.who, ctx)
        return {}

    def create(self, request: wire.CreateImport, ctx: Context) -> wire.Import:
        """Takes a file in; a job works through it right after."""
        community = self._require_importable(request["community_id"], CREATE_IMPORT.who, ctx)
        read_on = day_in(community["zone"], self._clock.now())
        lines = in_turns(domain.lines_of(request["csv"], IMPORT_COLUMNS))
        rows = list(domain.rows_of(lines, read_on))
        highest = domain.highest_number(rows)

        def work(tx: Transaction) -> wire.Import:
            numbers = self._numbers
            number = numbers.next_after if request["dry_run"] else numbers.continue_after
            taken_in: Import = {
                "_id": new_id("imp"),
                "community_id": community["_id"],
                "dry_run": request["dry_run"],
                "state": "running",
                "csv": request["csv"],
                "read_on": read_on,
                "rows": len(rows),
                "accepted": 0,
                "refused": 0,
                "next_number": number(tx, community["_id"], highest),
            }
            stored = self._imports.insert(tx, taken_in)
            tx.audit("create_import", None, stored, rows=stored["rows"])
            return _view(stored)

        return self._uow.run(ctx, work)

    def get(self, request: wire.ImportRef, ctx: Context) -> wire.Import:
        """How far an import is."""
        return _view(self._require_visible(request["import_id"], GET_IMPORT.who, ctx))

    def list_rows(self, request: wire.ListImportRows, ctx: Context) -> wire.ImportRows:
        """The results of the rows that are done, in the order of the file."""
        page = self._rows.of_import(
            self._require_visible(request["import_id"], LIST_IMPORT_ROWS.who, ctx)["_id"],
            request["result"],
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(_row_view)

    def run(self, run: JobRun) -> None:
        """The job: works through all files, oldest first; one that fails stops no other."""

        def import_file(running: Import) -> None:
            community = self._communities.fixed(running["community_id"])
            file = running["csv"]
            assert file is not None  # until the last row is done
            lines = in_turns(domain.lines_of(file, IMPORT_COLUMNS))
            rows = list(domain.rows_of(lines, running["read_on"]))
            while not run.should_stop and self._import_batch(
                running["_id"], rows, community, run.ctx
            ):
                pass

        def give_up(running: Import) -> None:
            self._give_up(running["_id"], run.now, run.ctx)

        act_on_due(run, self._imports.running, import_file, postpone=give_up, batch=1)

    def _give_up(self, import_id: str, now: dt.datetime, ctx: Context) -> None:
        """A file that failed again after a day goes, with all that it says about people; the rows
        that are done stay."""

        def work(tx: Transaction) -> None:
            before = self._imports.require(import_id, tx=tx)
            if not domain.is_stuck(before, now):
                return  # rows were done before it failed, or the last one was
            after = self._imports.save(tx, domain.give_up(before))
            tx.audit("give_import_up", before, after)

        self._uow.run(ctx, work)

    def _import_batch(
        self, import_id: str, rows: Sequence[Row], community: FixedCommunity, ctx: Context
    ) -> bool:
        """The next BATCH rows in one unit of work; whether there are more after them."""

        def work(tx: Transaction) -> bool:
            running = self._imports.require(import_id, tx=tx, joined=joined_policy())
            policy = take_joined_policy(running)
            if running["state"] != "running":
                return False  # somebody else ended it
            done = running["accepted"] + running["refused"]
            # Copied, because this may run again: what is noted about a row is of this attempt.
            batch: list[Row] = [
                {**row, "problems": list(row["problems"])} for row in rows[done : done + BATCH]
            ]
            people = self._people.by_emails(tx, [row["email"] for row in batch])
            former = self._refuse_taken(tx, community, policy, batch, people)
            accepted = [row for row in batch if not row["problems"]]
            if accepted and not running["dry_run"]:
                self._admit(tx, community, policy, accepted, people, former)
                if "next_number" not in running:  # taken in by an earlier version
                    highest = domain.highest_number(accepted)
                    self._numbers.continue_after(tx, community["_id"], highest)
            if batch:
                self._rows.add(tx, [_result(import_id, row) for row in batch])
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
        community: FixedCommunity,
        policy: wire.Policy,
        batch: Sequence[Row],
        people: dict[str, Person],
    ) -> dict[str, Membership]:
        """Notes what is in use; who once was a member, or never paid, may come in like anybody who
        may apply. Their former memberships, by person."""
        community_id = community["_id"]
        today = day_in(community["zone"], tx.now)
        numbers = [row["number"] for row in batch if row["number"] is not None]
        holders = self._memberships.holders(tx, community_id, numbers)
        known = [person["_id"] for person in people.values()]
        members = self._memberships.live_of_people(tx, community_id, known)
        for row in batch:
            person = people.get(row["email"])
            person_id = None if person is None else person["_id"]
            holder = None if row["number"] is None else holders.get(row["number"])
            held = None if person_id is None else members.get(person_id)
            if holder not in (None, person_id):
                domain.refuse(row, "number", "field.taken")
            if held is None:
                continue
            if blocks_application(held, today, policy):
                domain.refuse(row, "email", "field.taken")
            elif held["number"] not in (None, row["number"]):  # kept for ever (rules.md §2.2)
                domain.refuse(row, "number", "field.choice", choices=str(held["number"]))
        return members

    def _admit(
        self,
        tx: Transaction,
        community: FixedCommunity,
        policy: wire.Policy,
        accepted: Sequence[Row],
        people: dict[str, Person],
        former: dict[str, Membership],
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
        known = [people[row["email"]]["_id"] for row in accepted if row["email"] in people]
        self._people.mention(tx, known)
        everybody = {**people, **{person["email"]: person for person in created}}
        there = [everybody[row["email"]] for row in accepted]
        self._names.put(tx, community["_id"], there)
        today = day_in(community["zone"], tx.now)
        admitted = []
        for row in accepted:
            number = row["number"]
            assert number is not None  # else it is refused
            membership = imported(
                id=new_id("mbr"),
                community_id=community["_id"],
                person_id=everybody[row["email"]]["_id"],
                zone=community["zone"],
                term_id=new_id("trm"),
                number=number,
                joined_on=row["joined_on"],
                term_ends_on=row["term_ends_on"],
                segment=row["segment"],
                city=row["city"],
                policy=policy,
                today=today,
            )
            row["membership_id"] = membership["_id"]
            admitted.append(membership)
        ended = [former[m["person_id"]] for m in admitted if m["person_id"] in former]
        self._memberships.save_many(tx, [(old, retire(old)) for old in ended])
        self._memberships.insert_many(tx, admitted)
        self._change_standings(tx, community, admitted)

    def _change_standings(
        self, tx: Transaction, community: FixedCommunity, admitted: Sequence[Membership]
    ) -> None:
        """Nobody holds a copy of a standing that was never emitted, so a new one is not either."""
        ids = {standing_id(community["_id"], m["person_id"]): m for m in admitted}
        known = self._standings.by_ids(list(ids), tx=tx)
        changed = [(old, with_membership(old, ids[id])) for id, old in known.items()]
        for standing in self._standings.save_many(tx, changed):
            emit_standing(tx, standing)
        self._standings.insert_many(
            tx,
            [
                with_membership(
                    nothing_yet(community["_id"], membership["person_id"], community["zone"]),
                    membership,
                )
                for id, membership in ids.items()
                if id not in known
            ],
        )

    def _require_importable(self, community_id: str, who: Who, ctx: Context) -> FixedCommunity:
        community = self._communities.fixed(community_id)
        self._access.require(ctx, who, community["_id"])
        return community

    def _require_visible(self, import_id: str, who: Who, ctx: Context) -> Import:
        found, caller = self._access.read(ctx, self._imports, import_id)
        caller.require_may_see(who, self._imports.noun)
        return found


def in_turns(lines: Iterator[Line]) -> Iterator[Line]:
    """The same lines; every now and then others of this process get their turn."""
    for read, line in enumerate(lines, 1):
        yield line
        if read % TURN == 0:
            time.sleep(0)  # in the service this is the hub's turn


def _view(stored: Import) -> wire.Import:
    return {
        "id": stored["_id"],
        "community_id": stored["community_id"],
        "dry_run": stored["dry_run"],
        "state": stored["state"],
        "rows": stored["rows"],
        "accepted": stored["accepted"],
        "refused": stored["refused"],
        "next_number": stored.get("next_number"),
        "version": stored["version"],
        "created_at": stored["created_at"],
        "updated_at": stored["updated_at"],
    }


def _row_view(row: ImportRow) -> wire.ImportRow:
    return {
        "line": row["line"],
        "number": row["number"],
        "result": row["result"],
        "problems": row["problems"],
        "membership_id": row["membership_id"],
    }


def _result(import_id: str, row: Row) -> ImportRow:
    return {
        "_id": f"{import_id}:{row['line']:06d}",  # in the order of the file
        "import_id": import_id,
        "line": row["line"],
        "number": row["number"],
        "result": "refused" if row["problems"] else "accepted",
        "problems": row["problems"],
        "membership_id": row.get("membership_id"),
    }
