"""Existing members in a CSV file: reading it, and what is wrong with a row (product.md §2).

A row's problems have the codes of `contracts.problems`.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

from contracts.addresses import mail_address
from contracts.aggregates import Aggregate, Open
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import IMPORT_HEADER_WRONG, IMPORT_TOO_LARGE
from contracts.text import choices, misleads, tidy
from services.membership.domain.terms import profiles
from services.membership.domain.vetting.forms import Form, filling, questions_of

MOST_LINES = 1_000_000  # empty ones and those within cells, too
GIVEN_UP_AFTER = dt.timedelta(days=1)
MOST_COLUMNS = 50  # ours, and what else a list of members has
_CHECKED_OTHERWISE = ("number", "email", "joined_on", "term_ends_on")
# What a date of a member can be; with room for the days that policies and renewals add to it.
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
_TEXT_LIMITS = {"name": (1, 80), "segment": (0, 100), "city": (0, 100), "company": (0, 200)}
_OWN_FIELD_LIMITS = (0, 200)
# Of why a file could not be read: not what stands in it, which may be about people.
_KEPT_PARAMS = ("expected", "found", "line", "maximum", "missing")


class RowProblem(TypedDict):
    """What is wrong with one cell: a code of fields and its parameters."""

    column: str
    code: str
    params: dict[str, Any]


class Row(TypedDict):
    """One member of the file, and what is wrong with the line; `number` and `email` are what it
    says, if that is one (else None and "")."""

    line: int
    number: int | None
    email: str
    name: str
    joined_on: str
    term_ends_on: str
    segment: str | None
    city: str | None
    company: str | None
    details: dict[str, str]
    problems: list[RowProblem]
    membership_id: NotRequired[str]


class Failure(TypedDict):
    """Why a file could not be read."""

    code: str
    params: Annotated[dict[str, Any], Open()]


class Import(Aggregate):
    """A file that is worked through, or `failed`: it cannot be read (`failure`), or no row was done
    for a day, and then it failed again. `csv` has personal data, until the last row is done or it
    failed; a larger file is an upload, whose `rows` are counted before the first is done.
    `place` is its one of those that a community may have running, `started_by` who hears how it
    fares (nobody where an API key started it), `read_on` the day by which its dates are judged,
    `next_number` what who joins next gets."""

    community_id: str
    place: NotRequired[int]  # not of those that an earlier version took in
    started_by: NotRequired[str | None]  # not of those that an earlier version took in
    dry_run: bool
    state: Literal["running", "done", "failed"]
    csv: str | None
    upload_id: NotRequired[str]
    read_on: str
    rows: int | None
    accepted: int
    refused: int
    next_number: NotRequired[int]  # not of uploads that are being counted
    failure: NotRequired[Failure]


class ImportRow(TypedDict):
    """What became of one row; garbage after 90 days of real time."""

    _id: str
    import_id: str
    line: int
    number: int | None
    result: Literal["accepted", "refused"]
    problems: list[Annotated[RowProblem, Open()]]
    membership_id: str | None
    garbage_at: NotRequired[dt.datetime]


class Line(NamedTuple):
    """A line of the file: its number (the header is line 1), the cells of our columns, and, where
    more cells are filled than the header names, how many it names."""

    number: int
    cells: dict[str, str]
    most_cells: int | None


def own_fields(form: Form) -> list[str]:
    """The fields of a community's own that a file may have columns for."""
    own = {field: None for field, _ in filling(questions_of(form)) if field not in profiles.KNOWN}
    return list(own)


def lines_of(
    file: Iterator[str], columns: Sequence[str], more: Sequence[str], most_rows: int
) -> Iterator[Line]:
    """The lines of a file one by one, empty ones and the header left out; columns that are not
    among `more` have to be there.

    Raises DomainError(IMPORT_HEADER_WRONG) when columns are missing, repeated or too many,
    DomainError(IMPORT_TOO_LARGE) beyond `most_rows`, and DomainError(INVALID_INPUT), with the line,
    for what is no CSV or no UTF-8.
    """
    reader = csv.reader(_without_mark(file))
    began = 1
    try:
        header = _header(next(reader, []), columns)
        wanted_names = [*columns, *(name for name in more if name in header)]
        places = [(name, header.index(name)) for name in dict.fromkeys(wanted_names)]
        found = 0
        began = reader.line_num + 1
        for cells in reader:
            began = reader.line_num + 1
            if began > MOST_LINES:
                raise DomainError(IMPORT_TOO_LARGE, maximum=most_rows)
            if not cells:
                continue
            if found == most_rows:
                raise DomainError(IMPORT_TOO_LARGE, maximum=most_rows)
            found += 1
            wanted = {name: tidy(cells[at]) if at < len(cells) else "" for name, at in places}
            surplus = any(cell.strip() for cell in cells[len(header) :])
            yield Line(reader.line_num, wanted, len(header) if surplus else None)
    except csv.Error:  # a quote that is not closed, most often
        problem = FieldProblem("/csv", "field.line_unreadable", {"line": began})
        raise DomainError(INVALID_INPUT, fields=[problem]) from None
    except UnicodeDecodeError:
        problem = FieldProblem("/csv", "field.format", {"expected": "utf8"})
        raise DomainError(INVALID_INPUT, fields=[problem]) from None


def rows_of(lines: Iterable[Line], today: str, form: Form) -> Iterator[Row]:
    """The rows of lines, each with its own problems and those of repeating an earlier row."""
    numbers: dict[int, int] = {}
    emails: dict[str, int] = {}
    for line in lines:
        row = _row(line.number, line.cells, today, form)
        if line.most_cells is not None:
            row["problems"].append(_problem("", "field.items", minimum=0, maximum=line.most_cells))
        _note_repeated(row, "number", numbers)
        _note_repeated(row, "email", emails)
        yield row


def measure(rows: Iterable[Row]) -> tuple[int, int]:
    """How many rows there are, and the highest number of those that have no fault of their own, 0
    without any."""
    count = highest = 0
    for row in rows:
        count += 1
        if not row["problems"]:
            highest = max(highest, row["number"] or 0)
    return count, highest


def is_stuck(running: Import, now: dt.datetime) -> bool:
    """Whether no row was done for a day."""
    return running["state"] == "running" and now - running["updated_at"] >= GIVEN_UP_AFTER


def fail(running: Import, error: DomainError) -> Import:
    """A file that cannot be read to its end, of which no row was done."""
    reason = error.fields[0] if error.fields else error
    kept = {name: value for name, value in reason.params.items() if name in _KEPT_PARAMS}
    return {**give_up(running), "failure": {"code": reason.code, "params": kept}}


def give_up(running: Import) -> Import:
    """An import that does not get on; what the file says about people is not kept for it."""
    return {**running, "state": "failed", "csv": None}


def refuse(row: Row, column: str, code: str, **params: Any) -> None:
    """Notes what the file alone could not show: a number or person that is here already."""
    row["problems"].append(_problem(column, code, **params))


def _header(cells: list[str], columns: Sequence[str]) -> list[str]:
    """The names of the columns; those without a name at the end, as spreadsheets leave, go."""
    used = len(cells)
    while used and not cells[used - 1].strip():
        used -= 1
    header = [name.strip() for name in cells[: min(used, MOST_COLUMNS)]]
    missing = [name for name in columns if name not in header]
    repeated = {name for name in header if name and header.count(name) > 1}
    if missing or repeated or used > MOST_COLUMNS:
        raise DomainError(
            IMPORT_HEADER_WRONG,
            expected=list(columns),
            maximum=MOST_COLUMNS,
            found=used,
            missing=choices(missing),
            repeated=choices(sorted(repeated)),
        )
    return header


def _without_mark(file: Iterator[str]) -> Iterator[str]:
    """The lines without the byte order mark that spreadsheets begin with."""
    for first in file:
        yield first.removeprefix("\ufeff")
        break
    yield from file


def _row(line: int, cells: dict[str, str], today: str, form: Form) -> Row:
    problems: list[RowProblem] = []
    number = None
    if re.fullmatch(r"[1-9][0-9]{0,8}", cells["number"]):
        number = int(cells["number"])
    else:
        problems.append(_problem("number", "field.type", expected="member_number"))
    try:
        email = mail_address(cells["email"])
    except ValueError:
        email = ""  # what is none is looked up nowhere
        problems.append(_problem("email", "field.format", expected="email"))
    for column, text in cells.items():
        if column in _CHECKED_OTHERWISE:
            continue
        minimum, maximum = _TEXT_LIMITS.get(column, _OWN_FIELD_LIMITS)
        if not minimum <= len(text) <= maximum:
            problems.append(_problem(column, "field.length", minimum=minimum, maximum=maximum))
        if misleads(text):
            problems.append(_problem(column, "field.control_characters"))
    for column in ("joined_on", "term_ends_on"):
        if not _is_day(cells[column]):
            problems.append(_problem(column, "field.format", expected="day"))
    if not problems:
        for column, first, last in (
            ("joined_on", FIRST_DAY, today),
            ("term_ends_on", max(FIRST_DAY, cells["joined_on"]), LAST_DAY),
        ):
            if not first <= cells[column] <= last:
                problems.append(_problem(column, "field.range", minimum=first, maximum=last))
    details = {
        column: text
        for column, text in cells.items()
        if text and column not in _CHECKED_OTHERWISE and column not in _TEXT_LIMITS
    }
    if not problems:
        problems += _misfits(form, details)
    return {
        "line": line,
        "number": number,
        "email": email,
        "name": cells["name"],
        "joined_on": cells["joined_on"],
        "term_ends_on": cells["term_ends_on"],
        "segment": cells["segment"] or None,
        "city": cells["city"] or None,
        "company": cells.get("company") or None,
        "details": details,
        "problems": problems,
    }


def _misfits(form: Form, details: Mapping[str, str]) -> Iterator[RowProblem]:
    """Own fields that are none of the options of the question that fills them."""
    if not details:
        return
    try:
        profiles.check(form, details, by_owner=True)
    except DomainError as error:
        for problem in error.fields:
            yield _problem(problem.pointer.rpartition("/")[2], problem.code, **problem.params)


def _note_repeated(row: Row, column: Literal["number", "email"], seen: dict[Any, int]) -> None:
    """Of rows that say the same, the first one counts, even when it is refused for another fault:
    which one was meant is for the owner to say."""
    value = row[column]
    if not value:
        return
    if value in seen:
        row["problems"].append(_problem(column, "field.repeated", line=seen[value]))
    else:
        seen[value] = row["line"]


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _problem(column: str, code: str, **params: Any) -> RowProblem:
    return {"column": column, "code": code, "params": params}
