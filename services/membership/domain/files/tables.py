"""Tables as CSV that spreadsheets open without taking a cell for anything but text."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

MARK = "\ufeff"  # by which spreadsheets know that it is UTF-8
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")  # in each form that NFKC takes for one of them

Cell = str | int | None


def lines_of_table(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as lines of a CSV file.

    A text that a spreadsheet would run as a formula begins with an apostrophe: what members write
    must do nothing on the computer of who looks at their list. Each cell is in quotes, so that none
    is cut at a sign that some spreadsheet takes for the end of it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([[_as_text(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def head_of_table(columns: Sequence[str]) -> bytes:
    """The first line, which names the columns."""
    return MARK.encode() + lines_of_table([columns])


def _as_text(cell: Cell) -> Cell:
    if isinstance(cell, str) and unicodedata.normalize("NFKC", cell[:1]).startswith(_FORMULAS):
        return f"'{cell}"
    return cell
