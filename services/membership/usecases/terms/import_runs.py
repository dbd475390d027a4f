"""Working through the files of imports: a job, batch by batch, with a result for each row.

An upload is read part by part, as often as need be, and never lies in memory as a whole.
Integrators hear of each imported member, who did not join now. A standing is emitted only where one
was before; neighbours ask for others.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import count, islice, takewhile

from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError, Kind
from contracts.membership import MEMBERSHIP_IMPORTED
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.identity.people import Person, found_by, new_person
from services.membership.domain.terms import imports as domain
from services.membership.domain.terms.beginnings import imported
from services.membership.domain.terms.imports import Import, ImportRow, Row
from services.membership.domain.terms.memberships import (
    WITH_ACCESS,
    Membership,
    blocks_application,
    is_suspended,
    retire,
)
from services.membership.domain.terms.standings import nothing_yet, standing_id, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting.forms import Form
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.import_files import ImportFiles
from services.membership.usecases.terms.standings import emit_standing
from services.membership.usecases.terms.views import membership_facts

BATCH = 150  # rows; up to six documents each, within 1,000 documents a transaction (D-5)
TURN = 20  # batches; after that others have theirs, and the file is read up to there once more


class ImportRuns:
    """The job, and its units of work."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._imports = stores.imports
        self._rows = stores.import_rows
        self._communities = stores.communities
        self._numbers = stores.numbers
        self._people = stores.people
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._files = ImportFiles(stores=stores)
        self._uow = uow

    def run(self, run: JobRun) -> None:
        """Works through all files in turns, so that a long one holds up no other; nor does one that
        fails."""
        going_on: set[str] = set()
        failed: set[str] = set()

        def import_file(running: Import) -> None:
            form = self._communities.require(running["community_id"])["form"]
            if running["rows"] is None and not self._read_through(running, form, run):
                return
            community = self._communities.fixed(running["community_id"])
            done = _done(running)
            rows = islice(self._files.rows(running, form), done, None)
            for batches in count(1):
                batch = list(islice(rows, BATCH))
                if not self._import_batch(running["_id"], done, batch, community, run.ctx):
                    return
                done += len(batch)
                if run.should_stop:
                    return
                if batches % TURN == 0 and self._imports.running_but(running["_id"]):
                    going_on.add(running["_id"])
                    return

        def give_up(running: Import) -> None:
            self._give_up(running["_id"], run.now, run.ctx)

        while not run.should_stop:
            going_on.clear()
            after = ""
            while (due := self._imports.running(after)) is not None and not run.should_stop:
                if due["_id"] not in failed:
                    failed |= act_on_each(run, [due], import_file, postpone=give_up)
                after = due["_id"]
            if not going_on:
                return

    def _read_through(self, running: Import, form: Form, run: JobRun) -> bool:
        """Counts an upload's rows and keeps its numbers free; whether it was read to its end. One
        that cannot be has failed, and nothing of it was done."""
        problem = None
        rows = highest = 0
        try:
            read = takewhile(lambda _: not run.should_stop, self._files.rows(running, form))
            rows, highest = domain.measure(read)
        except DomainError as error:
            if error.kind is not Kind.INVALID_INPUT:
                raise
            problem = error
        if run.should_stop:
            return False

        def work(tx: Transaction) -> bool:
            before = self._imports.require(running["_id"], tx=tx)
            if before["state"] != "running" or before["rows"] is not None:
                return False  # somebody else was first
            if problem is not None:
                after = self._imports.save(tx, domain.fail(before, problem))
                self._files.let_go(tx, after)
                tx.audit("fail_import", before, after, code=problem.code)
                return False
            number = self._numbers.next_after if before["dry_run"] else self._numbers.continue_after
            following = number(tx, before["community_id"], highest)
            after = self._imports.save(tx, {**before, "rows": rows, "next_number": following})
            tx.audit("read_import", before, after, rows=rows)
            return True

        return self._uow.run(run.ctx, work)

    def _give_up(self, import_id: str, now: dt.datetime, ctx: Context) -> None:
        """A file that failed again after a day goes, with all that it says about people; the rows
        that are done stay."""

        def work(tx: Transaction) -> None:
            before = self._imports.require(import_id, tx=tx)
            if not domain.is_stuck(before, now):
                return  # rows were done before it failed, or the last one was
            after = self._imports.save(tx, domain.give_up(before))
            self._files.let_go(tx, after)
            tx.audit("give_import_up", before, after)

        self._uow.run(ctx, work)

    def _import_batch(
        self,
        import_id: str,
        done: int,
        rows: Sequence[Row],
        community: FixedCommunity,
        ctx: Context,
    ) -> bool:
        """These rows, which follow on those that are `done`, in one unit of work; whether there are
        more after them."""

        def work(tx: Transaction) -> bool:
            running = self._imports.require(import_id, tx=tx, joined=joined_policy())
            policy = take_joined_policy(running)
            if running["state"] != "running" or _done(running) != done:
                return False  # somebody else ended it, or went on
            # Copied, because this may run again: what is noted about a row is of this attempt.
            batch: list[Row] = [{**row, "problems": list(row["problems"])} for row in rows]
            people = self._people.by_emails(tx, [row["email"] for row in batch if row["email"]])
            former = self._refuse_taken(tx, community, policy, batch, people)
            accepted = [row for row in batch if not row["problems"]]
            if accepted and not running["dry_run"]:
                self._admit(tx, community, policy, accepted, people, former)
                if "next_number" not in running:  # taken in by an earlier version
                    _, highest = domain.measure(accepted)
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
            if finished:
                self._files.let_go(tx, after)
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
        may apply, so nobody who is suspended. Their former memberships, by person."""
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
            if is_suspended(held, today) or blocks_application(held, today, policy):
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
                company=row["company"],
                details=row["details"],
                policy=policy,
                today=today,
            )
            membership["name_keys"] = found_by(everybody[row["email"]]) or []
            row["membership_id"] = membership["_id"]
            admitted.append(membership)
        ended = [former[m["person_id"]] for m in admitted if m["person_id"] in former]
        untold = [old for old in ended if old["state"] in WITH_ACCESS]  # no job saw their end
        for old in untold:
            save_and_tell_access(tx, self._memberships, old, retire(old, today))
        told = [old for old in ended if old not in untold]
        self._memberships.save_many(tx, [(old, retire(old, today)) for old in told])
        for stored in self._memberships.insert_many(tx, admitted):
            facts = membership_facts(None, stored)
            tx.emit(MEMBERSHIP_IMPORTED, stored, facts, sequence=stored["sequence"])
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


def _done(running: Import) -> int:
    return running["accepted"] + running["refused"]


def _result(import_id: str, row: Row) -> ImportRow:
    return {
        "_id": f"{import_id}:{row['line']:07d}",  # in the order of the file
        "import_id": import_id,
        "line": row["line"],
        "number": row["number"],
        "result": "refused" if row["problems"] else "accepted",
        "problems": row["problems"],
        "membership_id": row.get("membership_id"),
    }
