"""Adoption: existing members come in with their numbers and dates (product.md §2)."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from contracts.files import IMPORTS_AT_ONCE
from services.membership.domain.terms.imports import Import, Row
from services.membership.domain.vetting.forms import Form
from services.membership.service import SERVICE
from services.membership.usecases.terms import import_runs as usecase
from tests.kit.existing import existing
from tests.store.membership.world import World, uploaded

HEADER = "number,email,name,joined_on,term_ends_on,segment,city\n"


def lines(first: int, last: int, term_ends_on: str = "2027-01-31") -> str:
    return "".join(
        f"{n},m{n}@example.com,会员{n},2024-02-01,{term_ends_on},医生,上海\n"
        for n in range(first, last + 1)
    )


def take_in(
    world: World, csv: str, dry_run: bool = False, ctx: Context | None = None
) -> dict[str, Any]:
    return world.ask(
        world.app.imports.create,
        membership.CREATE_IMPORT,
        ctx or world.owner,
        community_id=world.community["id"],
        csv=uploaded(csv),
        dry_run=dry_run,
    )


def get(world: World, import_id: str, ctx: Context | None = None) -> dict[str, Any]:
    return world.ask(
        world.app.imports.get, membership.GET_IMPORT, ctx or world.owner, import_id=import_id
    )


def rows(world: World, import_id: str, **filter: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = world.ask(
            world.app.imports.list_rows,
            membership.LIST_IMPORT_ROWS,
            world.owner,
            import_id=import_id,
            after=after,
            limit=100,
            **filter,
        )
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


def test_who_started_it_is_kept_to_be_told_how_it_fares(world: World) -> None:
    """What the change stream finds in the document; a team's server reads no stream."""
    [told] = [one for one in SERVICE.tells if one.prefix == "imp"]
    started = take_in(world, HEADER + lines(1, 2))
    stored = world.database["imports"].find_one({"_id": started["id"]})
    assert stored is not None
    assert stored[told.person] == world.owner.actor.person_id


def test_numbers_and_dates_are_kept_and_the_next_number_goes_on(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: an import sets the start; imported members are not announced as new."""
    started = take_in(world, HEADER + lines(1, 450))
    assert (started["state"], started["rows"], started["accepted"]) == ("running", 450, 0)
    run_jobs()
    done = get(world, started["id"])
    assert (done["state"], done["accepted"], done["refused"]) == ("done", 450, 0)
    results = rows(world, started["id"])
    assert [row["line"] for row in results] == list(range(2, 452))
    member = world.membership(results[6]["membership_id"])
    assert (member["number"], member["state"], member["joined_on"]) == (7, "active", "2024-02-01")
    assert (member["term"]["kind"], member["term"]["ends_on"]) == ("imported", "2027-01-31")
    assert (member["segment"], member["city"]) == ("医生", "上海")
    assert world.member()["number"] == 451
    assert len(world.told(membership.ACTIVATED)) == 1  # the one who joined now
    told = world.told(membership.MEMBERSHIP_IMPORTED)  # rules.md §2.13
    assert sorted(one.data["number"] for one in told) == list(range(1, 451))
    assert {one.sequence for one in told} == {1}
    (seventh,) = (one.data for one in told if one.data["number"] == 7)
    assert (seventh["membership_id"], seventh["state"]) == (member["id"], "active")
    assert (seventh["access_change"], seventh["joined_on"]) == ("gained", "2024-02-01")
    imported_id = member["person_id"]
    standing = world.ask(
        world.app.standings.get,
        membership.GET_STANDING,
        world.owner,
        community_id=world.community["id"],
        person_id=imported_id,
    )
    assert (standing["version"], standing["state"], standing["segment"]) == (1, "active", "医生")
    assert existing(world.database.imports.find_one({}))["csv"] is None


def test_dry_run_changes_nothing(world: World, run_jobs: Callable[[], None]) -> None:
    """product.md §2: the same results per row, no member."""
    before = world.database.people.count_documents({})
    tried = take_in(world, HEADER + lines(1, 20) + "x,no,,yesterday,2027-01-31,,\n", dry_run=True)
    run_jobs()
    done = get(world, tried["id"])
    assert (done["state"], done["accepted"], done["refused"]) == ("done", 20, 1)
    (refused,) = rows(world, tried["id"], result="refused")
    wrong = {(problem["column"], problem["code"]) for problem in refused["problems"]}
    assert wrong == {
        ("number", "field.type"),
        ("email", "field.format"),
        ("name", "field.length"),
        ("joined_on", "field.format"),
    }
    assert world.database.people.count_documents({}) == before
    assert world.database.memberships.count_documents({}) == 0
    assert world.member()["number"] == 1


def test_bad_rows_are_refused_and_change_nothing_else(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """A repeated or taken number or person is named with its row; the other rows go in."""
    existing = world.person("taken@example.com")
    world.member(existing)  # has number 1
    known = world.person("known@example.com")
    csv = HEADER + (
        "1,a@example.com,A,2024-02-01,2027-01-31,,\n"
        "2,taken@example.com,T,2024-02-01,2027-01-31,,\n"
        "3,b@example.com,B,2024-02-01,2027-01-31,,\n"
        "3,c@example.com,C,2024-02-01,2027-01-31,,\n"
        "4,B@example.com ,B,2024-02-01,2027-01-31,,\n"
        "5,known@example.com,K,2024-02-01,2024-01-31,,\n"
        "6,known2@example.com,K,2024-02-01,2026-02-01,,\n"
        '7,"known3@example.com","Line\nbreak",2024-02-01,2027-02-01,,\n'
        "8,d@example.com,D,2024-02-01,2027-01-31,,,,more\n"
    )
    started = take_in(world, csv)
    run_jobs()
    found = {row["line"]: row for row in rows(world, started["id"])}
    refused = {
        line: [(p["column"], p["code"]) for p in row["problems"]]
        for line, row in found.items()
        if row["result"] == "refused"
    }
    assert refused == {
        2: [("number", "field.taken")],
        3: [("email", "field.taken")],
        5: [("number", "field.repeated")],
        6: [("email", "field.repeated")],
        7: [("term_ends_on", "field.range")],
        10: [("name", "field.control_characters")],
        11: [("", "field.items")],
    }
    assert found[5]["problems"][0]["params"] == {"line": 4}
    lapsed = world.membership(found[8]["membership_id"])
    assert lapsed["state"] == "expired"
    assert world.member(known)["number"] == 7


def test_header_and_size_are_checked_at_once(world: World) -> None:
    """A file that cannot be read is refused before anything is stored."""
    with pytest.raises(DomainError) as wrong:
        take_in(world, "number,email\n1,a@example.com\n")
    assert wrong.value.error is codes.IMPORT_HEADER_WRONG
    assert "joined_on" in wrong.value.params["missing"]
    with pytest.raises(DomainError) as large:
        take_in(world, HEADER + lines(1, 10_001))
    assert large.value.error is codes.IMPORT_TOO_LARGE
    assert world.database.imports.count_documents({}) == 0


def test_only_owners_and_operators_import(world: World) -> None:
    """H-33, O-1: to a reviewer an import is not there."""
    with pytest.raises(DomainError) as refused:
        take_in(world, HEADER + lines(1, 1), ctx=world.reviewers[0])
    assert refused.value.error is NOT_PERMITTED
    started = take_in(world, HEADER + lines(1, 1))
    with pytest.raises(DomainError) as hidden:
        get(world, started["id"], ctx=world.reviewers[0])
    assert hidden.value.error is OBJECT_NOT_FOUND


def test_who_may_import_is_asked_before_there_is_a_file(world: World) -> None:
    """H-33: the same answer as the import itself would get."""
    here, nowhere = world.community["id"], "com_" + "0" * 26

    def ask(ctx: Context, community_id: str) -> dict[str, Any]:
        check, record = world.app.imports.check, membership.CHECK_IMPORT
        return world.ask(check, record, ctx, community_id=community_id)

    assert ask(world.owner, here) == ask(Context.for_operator("membership"), here) == {}
    for ctx, community_id, error in (
        (world.reviewers[0], here, NOT_PERMITTED),
        (world.person(), here, NOT_PERMITTED),
        (world.owner, nowhere, OBJECT_NOT_FOUND),
    ):
        with pytest.raises(DomainError) as refused:
            ask(ctx, community_id)
        assert refused.value.error is error


def test_import_goes_on_where_a_crash_left_it(
    world: World, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """architecture.md §5, jobs: a batch is done whole or not at all, and none twice."""
    monkeypatch.setattr(usecase, "BATCH", 10)
    started = take_in(world, HEADER + lines(1, 35))
    admit = usecase.ImportRuns._admit
    left = iter([True, True])

    def dies_in_the_third_batch(self: usecase.ImportRuns, *arguments: Any) -> None:
        admit(self, *arguments)
        if next(left, None) is None:
            raise RuntimeError("crash after everything was written, before the commit")

    monkeypatch.setattr(usecase.ImportRuns, "_admit", dies_in_the_third_batch)
    run_jobs()
    half = get(world, started["id"])
    assert (half["state"], half["accepted"]) == ("running", 20)
    assert world.database.memberships.count_documents({}) == 20
    monkeypatch.setattr(usecase.ImportRuns, "_admit", admit)
    run_jobs()
    assert get(world, started["id"])["accepted"] == 35
    numbers = [m["number"] for m in world.database.memberships.find({})]
    assert sorted(numbers) == list(range(1, 36))


def test_who_had_a_standing_before_is_told_again(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """Neighbours keep copies of standings that were told; those have to hear of the change."""
    reviewer = world.reviewers[0].actor.person_id
    started = take_in(world, HEADER + "9,zhao@example.com,Zhao,2024-02-01,2027-01-31,,\n")
    before = len(world.told(membership.STANDING_CHANGED))
    run_jobs()
    assert get(world, started["id"])["accepted"] == 1
    told = world.told(membership.STANDING_CHANGED)
    assert len(told) == before + 1
    assert (told[-1].data["person_id"], told[-1].data["version"]) == (reviewer, 2)
    assert told[-1].data["roles"] == ["reviewer", "member"]


def test_imported_members_renew_from_their_end_date(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: renewal while active starts the day after the imported end."""
    ctx = world.person("m1@example.com")
    started = take_in(world, HEADER + lines(1, 1, term_ends_on="2026-03-31"))
    run_jobs()
    (row,) = rows(world, started["id"])
    world.ask(
        world.app.memberships.start_renewal,
        membership.START_RENEWAL,
        ctx,
        membership_id=row["membership_id"],
    )
    stored = existing(world.database.memberships.find_one({"_id": row["membership_id"]}))
    order = world.paid(stored["terms"][-1]["id"], ctx.require_person(), purpose="renew")
    world.deliver(payments.ORDER_PAID, order)
    renewed = world.membership(row["membership_id"])
    assert (renewed["term"]["starts_on"], renewed["term"]["ends_on"]) == (
        "2026-04-01",
        "2027-03-31",
    )
    assert renewed["number"] == 1


def test_a_community_has_two_imports_running_at_once(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """Who is third waits for one to be done; also of those who ask in the same moment."""
    codes_of: list[str] = []

    def race(number: int) -> None:
        try:
            take_in(world, HEADER + lines(number, number))
            codes_of.append("taken")
        except DomainError as error:
            codes_of.append(error.code)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes_of) == {"taken", codes.IMPORTS_RUNNING.code}
    assert codes_of.count("taken") <= IMPORTS_AT_ONCE
    run_jobs()
    for number in range(IMPORTS_AT_ONCE):
        take_in(world, HEADER + lines(10 + number, 10 + number))
    with pytest.raises(DomainError, match="imports_running"):
        take_in(world, HEADER + lines(9, 9))


def test_a_date_beyond_all_calendars_stops_no_import(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: a bad row changes nothing else, also not the files behind it."""
    for_ever = take_in(world, HEADER + lines(1, 1, term_ends_on="9999-12-31"))
    next_one = take_in(world, HEADER + lines(2, 3))
    run_jobs()
    (refused,) = rows(world, for_ever["id"])
    assert [(p["column"], p["code"]) for p in refused["problems"]] == [
        ("term_ends_on", "field.range")
    ]
    assert get(world, next_one["id"])["accepted"] == 2


def test_an_import_that_fails_lets_the_next_one_go_on(
    world: World, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-22: the oldest file leads every pass, and those behind it are still done."""
    broken = take_in(world, HEADER + lines(1, 1))
    next_one = take_in(world, HEADER + lines(2, 3))
    read = usecase.ImportFiles.rows

    def trips(self: usecase.ImportFiles, running: Import, form: Form) -> Iterator[Row]:
        if running["_id"] == broken["id"]:
            raise OverflowError("date value out of range")
        return read(self, running, form)

    monkeypatch.setattr(usecase.ImportFiles, "rows", trips)
    run_jobs()
    assert get(world, broken["id"])["state"] == "running"
    assert get(world, next_one["id"])["accepted"] == 2
    world.clock.advance(dt.timedelta(days=1, seconds=-1))
    run_jobs()
    assert get(world, broken["id"])["state"] == "running"
    world.clock.advance(dt.timedelta(seconds=1))
    run_jobs()
    assert get(world, broken["id"])["state"] == "failed"
    assert "m1@example.com" not in str(list(world.database.imports.find())), "M6: kept no longer"
    world.app.import_runs._give_up(next_one["id"], world.clock.now(), world.owner)
    assert get(world, next_one["id"])["state"] == "done"
