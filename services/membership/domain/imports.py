"""Existing members in a CSV file: reading it, and what is wrong with a row (product.md §2).

A row is {line, number, email, name, joined_on, term_ends_on, segment, city, problems}; a problem is
{column, code, params} with the codes of `contracts.problems`.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import IMPORT_HEADER_WRONG, IMPORT_TOO_LARGE
from services.membership.domain.people import same_address

Row = dict[str, Any]

MOST_ROWS = 10_000
MOST_COLUMNS = 50  # ours, and what else a list of members has
# What a date of a member can be; with room for the days that policies and renewals add to it.
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_TEXT_LIMITS = {"name": (1, 80), "segment": (0, 100), "city": (0, 100)}


class Line(NamedTuple):
    """A line of the file: its number (the header is line 1), the cells of our columns, and, where
    more cells are filled than the header names, how many it names."""

    number: int
    cells: dict[str, str]
    most_cells: int | None


def lines_of(text: str, columns: Sequence[str]) -> Iterator[Line]:
    """The lines of a file one by one, empty ones and the header left out.

    Raises DomainError(IMPORT_HEADER_WRONG) when columns are missing, repeated or too many,
    DomainError(IMPORT_TOO_LARGE) beyond 10,000 rows, and DomainError(INVALID_INPUT) for what is no
    CSV.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        header = _header(next(reader, []), columns)
        places = [(name, header.index(name)) for name in columns]
        found = 0
        for cells in reader:
            if not cells:
                continue
            if found == MOST_ROWS:
                raise DomainError(IMPORT_TOO_LARGE, most=MOST_ROWS)
            found += 1
            wanted = {name: cells[at].strip() if at < len(cells) else "" for name, at in places}
            surplus = any(cell.strip() for cell in cells[len(header) :])
            yield Line(reader.line_num, wanted, len(header) if surplus else None)
    except csv.Error:
        raise DomainError(INVALID_INPUT, fields=[FieldProblem("/csv", "field.invalid")]) from None


def rows_of(lines: Iterable[Line], today: str) -> Iterator[Row]:
    """The rows of lines, each with its own problems and those of repeating an earlier row."""
    numbers: dict[int, int] = {}
    emails: dict[str, int] = {}
    for line in lines:
        row = _row(line.number, line.cells, today)
        if line.most_cells is not None:
            row["problems"].append(_problem("", "field.items", least=0, most=line.most_cells))
        _note_repeated(row, "number", numbers)
        _note_repeated(row, "email", emails)
        yield row


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
            most=MOST_COLUMNS,
            found=used,
            missing=", ".join(missing) or "–",
            repeated=", ".join(sorted(repeated)) or "–",
        )
    return header


def _row(line: int, cells: dict[str, str], today: str) -> Row:
    problems: list[dict[str, Any]] = []
    number = None
    if re.fullmatch(r"[1-9]\d{0,8}", cells["number"]):
        number = int(cells["number"])
    else:
        problems.append(_problem("number", "field.type", expected="1 … 999999999"))
    if not _EMAIL.fullmatch(cells["email"]):
        problems.append(_problem("email", "field.format", expected="name@example.com"))
    for column, (least, most) in _TEXT_LIMITS.items():
        if not least <= len(cells[column]) <= most:
            problems.append(_problem(column, "field.length", least=least, most=most))
        if any(ord(char) < 32 or ord(char) == 127 for char in cells[column]):
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
                problems.append(_problem(column, "field.range", least=first, most=last))
    return {
        **cells,
        "line": line,
        "number": number,
        "email": same_address(cells["email"]),
        "segment": cells["segment"] or None,
        "city": cells["city"] or None,
        "problems": problems,
    }


def _note_repeated(row: Row, column: str, seen: dict[Any, int]) -> None:
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


def _problem(column: str, code: str, **params: Any) -> dict[str, Any]:
    return {"column": column, "code": code, "params": params}
