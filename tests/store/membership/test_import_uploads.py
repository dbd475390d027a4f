"""Imports of uploaded files: read part by part, worked through like others, then gone."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from services.membership.domain.files import texts
from services.membership.domain.files import uploads as domain
from services.membership.store import open_stores
from services.membership.usecases.terms import import_files, import_runs
from tests.kit.passes import OnePass
from tests.store.membership.test_imports import HEADER, get, lines, rows
from tests.store.membership.test_uploads import begin, png, refused, send
from tests.store.membership.world import World

Jobs = Callable[[], None]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of many parts, and many batches."""
    monkeypatch.setattr(domain, "PART_BYTES", 1000)
    monkeypatch.setattr("tests.store.membership.test_uploads.PART_BYTES", 1000)
    monkeypatch.setattr(import_runs, "BATCH", 10)


def upload(world: World, text: str) -> str:
    csv = {"purpose": "import", "content_type": "text/csv"}
    return str(send(world, world.owner, text.encode(), **csv)["id"])


def start(world: World, upload_id: str, ctx: Context | None = None, **more: Any) -> dict[str, Any]:
    return world.ask(
        world.app.imports.create_from_upload,
        membership.IMPORT_UPLOAD,
        ctx or world.owner,
        upload_id=upload_id,
        **more,
    )


def files(world: World) -> list[dict[str, Any]]:
    return list(world.database["uploads.files"].find())


def test_an_upload_is_imported_and_goes(world: World, run_jobs: Jobs) -> None:
    """Numbers, dates and labels as from any file; nothing of it is kept but the results."""
    text = (
        "\ufeff" + HEADER.strip() + ",company\n" + lines(1, 45).replace(",上海", ",上海,瑞金医院")
    )
    started = start(world, upload(world, text))
    assert (started["state"], started["rows"], started["next_number"]) == ("running", None, None)
    run_jobs()
    done = get(world, started["id"])
    assert (done["state"], done["rows"], done["accepted"]) == ("done", 45, 45)
    assert (done["next_number"], done["failure"]) == (46, None)
    results = rows(world, started["id"])
    assert [row["line"] for row in results] == list(range(2, 47))
    member = world.membership(results[6]["membership_id"])
    assert (member["number"], member["city"], member["company"]) == (7, "上海", "瑞金医院")
    assert files(world) == []
    assert world.database["uploads.chunks"].count_documents({}) == 0
    assert {quota["bytes"] for quota in world.database.upload_quotas.find()} == {0}
    assert world.member()["number"] == 46


def test_who_tried_imports_the_same_upload_in_earnest(world: World, run_jobs: Jobs) -> None:
    """A dry run lets go of it, for a day more; while one needs the file no other gets it."""
    sent = upload(world, HEADER + lines(1, 30))
    tried = start(world, sent, dry_run=True)
    refused(codes.UPLOAD_WRONG_STATE, lambda: start(world, sent))
    world.clock.advance(dt.timedelta(days=2))
    sweep(world)
    run_jobs()
    assert (get(world, tried["id"])["accepted"], len(files(world))) == (30, 1)
    assert world.database.memberships.count_documents({}) == 0
    started = start(world, sent)
    run_jobs()
    assert (get(world, started["id"])["accepted"], files(world)) == (30, [])


def test_a_long_import_holds_up_no_other(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are worked through in turns, in one pass."""
    monkeypatch.setattr(import_runs, "TURN", 2)
    long = start(world, upload(world, HEADER + lines(1, 65)))
    short = start(world, upload(world, HEADER + lines(101, 110)))
    batches: list[str] = []
    import_batch = import_runs.ImportRuns._import_batch

    def noted(self: import_runs.ImportRuns, import_id: str, *more: Any) -> bool:
        batches.append("long" if import_id == long["id"] else "short")
        return import_batch(self, import_id, *more)

    monkeypatch.setattr(import_runs.ImportRuns, "_import_batch", noted)
    run_jobs()
    assert batches == ["long", "long", "short", *["long"] * 5]
    assert [get(world, one["id"])["accepted"] for one in (long, short)] == [65, 10]


def test_who_has_to_stop_reads_no_file_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is noted of what was read by half."""
    started = start(world, upload(world, HEADER + lines(1, 30)))
    one_pass = OnePass(world.clock.now(), "membership")
    rows = import_files.ImportFiles.rows

    def stopping(*asked: Any) -> Iterator[Any]:
        for number, row in enumerate(rows(*asked)):
            one_pass.should_stop = number >= 5
            assert number < 7
            yield row

    monkeypatch.setattr(import_files.ImportFiles, "rows", stopping)
    world.app.import_runs.run(one_pass)
    assert get(world, started["id"])["rows"] is None


def sweep(world: World) -> None:
    world.app.uploads.sweep(OnePass(world.clock.now(), "membership"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("number,email\n1,a@example.com\n", "membership.import_header_wrong"),
        (HEADER + lines(1, 41), "membership.import_too_large"),
        (HEADER + lines(1, 20) + "8," + "x" * 6000, "field.line_unreadable"),
    ],
)
def test_what_cannot_be_read_fails_and_changes_nothing(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch, text: str, code: str
) -> None:
    """Not even the rows before the fault; the numbers stay, and the file goes."""
    monkeypatch.setattr(import_files, "MOST_IMPORTED_ROWS", 40)
    monkeypatch.setattr(texts, "LONGEST_LINE", 5000)
    started = start(world, upload(world, text))
    run_jobs()
    failed = get(world, started["id"])
    assert (failed["state"], failed["rows"], failed["accepted"]) == ("failed", None, 0)
    assert failed["failure"]["code"] == code
    assert failed["failure"]["detail"].endswith("。")  # in the reader's language
    assert world.database.memberships.count_documents({}) == 0
    assert files(world) == []
    assert world.member()["number"] == 1


def test_rows_have_results_and_repetitions_are_found_across_batches(
    world: World, run_jobs: Jobs
) -> None:
    text = HEADER + lines(1, 25) + lines(3, 3) + "x,no,,yesterday,2027-01-31,,\n"
    started = start(world, upload(world, text))
    run_jobs()
    done = get(world, started["id"])
    assert (done["accepted"], done["refused"]) == (25, 2)
    repeated, bad = rows(world, started["id"], result="refused")
    found = {p["code"]: p["params"] for p in repeated["problems"]}
    assert found["field.repeated"] == {"line": 4}
    assert bad["line"] == 28


def test_owners_import_and_others_find_no_upload(world: World, run_jobs: Jobs) -> None:
    """O-1: any owner or operator that of another owner; a private file stays private."""
    sent = upload(world, HEADER + lines(1, 3))
    for ctx in (world.reviewers[0], world.person()):
        refused(OBJECT_NOT_FOUND, lambda ctx=ctx: start(world, sent, ctx))  # type: ignore[misc]
    private = send(world, world.person(), png(50))["id"]
    refused(OBJECT_NOT_FOUND, lambda: start(world, private))
    csv = {"purpose": "import", "content_type": "text/csv"}
    begun = begin(world, world.owner, 5000, **csv)["id"]
    refused(codes.UPLOAD_WRONG_STATE, lambda: start(world, begun))
    started = start(world, sent, Context.for_operator("membership"))
    run_jobs()
    assert get(world, started["id"])["accepted"] == 3


def test_it_goes_on_where_a_crash_left_it(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read anew, and no row is done twice."""
    admit = import_runs.ImportRuns._admit
    left = iter([True, True])

    def dies_in_the_third_batch(self: import_runs.ImportRuns, *arguments: Any) -> None:
        admit(self, *arguments)
        if next(left, None) is None:
            raise RuntimeError("crash after everything was written, before the commit")

    started = start(world, upload(world, HEADER + lines(1, 35)))
    monkeypatch.setattr(import_runs.ImportRuns, "_admit", dies_in_the_third_batch)
    run_jobs()
    half = get(world, started["id"])
    assert (half["state"], half["rows"], half["accepted"]) == ("running", 35, 20)
    monkeypatch.setattr(import_runs.ImportRuns, "_admit", admit)
    run_jobs()
    assert get(world, started["id"])["accepted"] == 35
    numbers = [m["number"] for m in world.database.memberships.find({})]
    assert sorted(numbers) == list(range(1, 36))


def test_parts_are_read_as_rows_are_needed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flat memory: of a file of many parts one is held at a time."""
    sent = upload(world, HEADER + lines(1, 200))
    asked: list[int] = []
    part = import_files.KeptFiles.part

    def noted(self: import_files.KeptFiles, upload_id: str, number: int) -> bytes:
        asked.append(number)
        return part(self, upload_id, number)

    monkeypatch.setattr(import_files.KeptFiles, "part", noted)
    files = import_files.ImportFiles(stores=open_stores(world.database))
    running: Any = {"upload_id": sent, "read_on": "2026-03-02"}
    found: Iterator[Any] = files.rows(running, [])
    next(found)
    begun = len(asked)
    assert len(list(found)) == 199
    assert begun <= 9 < len(asked)  # what a reader takes ahead is 8 KiB


def test_what_does_not_get_on_for_a_day_goes(
    world: World, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(world, upload(world, HEADER + lines(1, 3)))

    def trips(*_: Any) -> Any:
        raise OverflowError

    monkeypatch.setattr(import_runs.ImportFiles, "rows", trips)
    run_jobs()
    assert get(world, started["id"])["state"] == "running"
    world.clock.advance(dt.timedelta(days=1))
    sweep(world)
    assert len(files(world)) == 1
    run_jobs()
    assert (get(world, started["id"])["state"], files(world)) == ("failed", [])


def test_an_erased_owners_file_stays_while_it_is_imported(world: World) -> None:
    """What is claimed belongs to the import; all else of the person goes."""
    sent = upload(world, HEADER + lines(1, 3))
    kept = upload(world, HEADER + lines(1, 3))
    start(world, kept)
    forgetting = world.app.erasures._forgetting
    for upload_id in (sent, kept):
        with_ctx = Context.for_system("membership")
        forgetting._uow.run(
            with_ctx,
            lambda tx, id=upload_id: forgetting._forget_upload(tx, id),  # type: ignore[misc]
        )
    assert [file["_id"] for file in files(world)] == [kept]
    with pytest.raises(DomainError):
        start(world, sent)
