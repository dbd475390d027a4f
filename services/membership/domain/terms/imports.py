"""Existing members in a CSV file: reading it, and what is wrong with a row (product.md §2).

A row's problems have the codes of `contracts.problems`.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

from contracts.addresses import mail_address
from contracts.aggregates import Aggregate, Open
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import IMPORT_HEADER_WRONG, IMPORT_TOO_LARGE
from contracts.text import choices, misleads, tidy
from contracts.types.membership import RowProblem

MOST_ROWS = 10_000
GIVEN_UP_AFTER = dt.timedelta(days=1)
MOST_COLUMNS = 50  # ours, and what else a list of members has
# What a date of a member can be; with room for the days that policies and renewals add to it.
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
_TEXT_LIMITS = {"name": (1, 80), "segment": (0, 100), "city": (0, 100)}


class Row(TypedDict):
    """One member of the file, and what is wrong with the line; `number` is what it says, if that
    is one."""

    line: int
    number: int | None
    email: str
    name: str
    joined_on: str
    term_ends_on: str
    segment: str | None
    city: str | None
    problems: list[RowProblem]
    membership_id: NotRequired[str]


class Import(Aggregate):
    """A file that is worked through, or `failed`: no row was done for a day, and then it failed
    again. `csv` has personal data, until the last row is done or it failed;
    `read_on` is the day by which its dates are judged, `next_number` what who joins next gets."""

    community_id: str
    dry_run: bool
    state: Literal["running", "done", "failed"]
    csv: str | None
    read_on: str
    rows: int
    accepted: int
    refused: int
    next_number: NotRequired[int]  # not of imports that began before 0.1.0


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


def lines_of(text: str, columns: Sequence[str]) -> Iterator[Line]:
    """The lines of a file one by one, empty ones and the header left out.

    Raises DomainError(IMPORT_HEADER_WRONG) when columns are missing, repeated or too many,
    DomainError(IMPORT_TOO_LARGE) beyond 10,000 rows, and DomainError(INVALID_INPUT), with the line,
    for what is no CSV.
    """
    # Lines end with CR, LF or both, as the system does on which the file was written.
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    began = 1
    try:
        header = _header(next(reader, []), columns)
        places = [(name, header.index(name)) for name in columns]
        found = 0
        began = reader.line_num + 1
        for cells in reader:
            began = reader.line_num + 1
            if not cells:
                continue
            if found == MOST_ROWS:
                raise DomainError(IMPORT_TOO_LARGE, maximum=MOST_ROWS)
            found += 1
            wanted = {name: tidy(cells[at]) if at < len(cells) else "" for name, at in places}
            surplus = any(cell.strip() for cell in cells[len(header) :])
            yield Line(reader.line_num, wanted, len(header) if surplus else None)
    except csv.Error:  # a quote that is not closed, most often
        problem = FieldProblem("/csv", "field.line_unreadable", {"line": began})
        raise DomainError(INVALID_INPUT, fields=[problem]) from None


def rows_of(lines: Iterable[Line], today: str) -> Iterator[Row]:
    """The rows of lines, each with its own problems and those of repeating an earlier row."""
    numbers: dict[int, int] = {}
    emails: dict[str, int] = {}
    for line in lines:
        row = _row(line.number, line.cells, today)
        if line.most_cells is not None:
            row["problems"].append(_problem("", "field.items", minimum=0, maximum=line.most_cells))
        _note_repeated(row, "number", numbers)
        _note_repeated(row, "email", emails)
        yield row


def highest_number(rows: Iterable[Row]) -> int:
    """The highest number of the rows that have no fault of their own, 0 without any."""
    return max((row["number"] or 0 for row in rows if not row["problems"]), default=0)


def is_stuck(running: Import, now: dt.datetime) -> bool:
    """Whether no row was done for a day."""
    return running["state"] == "running" and now - running["updated_at"] >= GIVEN_UP_AFTER


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
            expected=", ".join(columns),
            maximum=MOST_COLUMNS,
            found=used,
            missing=choices(missing) or "–",
            repeated=choices(sorted(repeated)) or "–",
        )
    return header


def _row(line: int, cells: dict[str, str], today: str) -> Row:
    problems: list[RowProblem] = []
    number = None
    if re.fullmatch(r"[1-9][0-9]{0,8}", cells["number"]):
        number = int(cells["number"])
    else:
        problems.append(_problem("number", "field.type", expected="1 … 999999999"))
    try:
        email = mail_address(cells["email"])
    except ValueError:
        email = cells["email"]
        problems.append(_problem("email", "field.format", expected="name@example.com"))
    for column, (minimum, maximum) in _TEXT_LIMITS.items():
        if not minimum <= len(cells[column]) <= maximum:
            problems.append(_problem(column, "field.length", minimum=minimum, maximum=maximum))
        if misleads(cells[column]):
            problems.append(_problem(column, "field.control_characters"))
    for column in ("joined_on", "term_ends_on"):
        if not _is_day(cells[column]):
            problems.append(_problem(column, "field.format", expected="2026-11-21"))
    if not problems:
        for column, first, last in (
            ("joined_on", FIRST_DAY, today),
            ("term_ends_on", max(FIRST_DAY, cells["joined_on"]), LAST_DAY),
        ):
            if not first <= cells[column] <= last:
                problems.append(_problem(column, "field.range", minimum=first, maximum=last))
    return {
        "line": line,
        "number": number,
        "email": email,
        "name": cells["name"],
        "joined_on": cells["joined_on"],
        "term_ends_on": cells["term_ends_on"],
        "segment": cells["segment"] or None,
        "city": cells["city"] or None,
        "problems": problems,
    }


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
