"""Cells of tables: what comes out reads as it was, and no spreadsheet runs it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.files.tables import lines_of_table

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


FULL_WIDTH = ["＝1+1", "＋1", "－1", "＠SUM(A1)"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "-", *FULL_WIDTH],
)
def test_formulas_become_text(text: str) -> None:
    assert read(lines_of_table([[text, "a"]])) == [["'" + text, "a"]]


def test_every_cell_is_in_quotes() -> None:
    """A spreadsheet that cuts lines at semicolons finds no cell that begins like a formula."""
    assert lines_of_table([["a;=1+1", 1, None]]) == b'"a;=1+1","1",""\r\n'


def test_numbers_and_nothing_stay() -> None:
    assert read(lines_of_table([[-1, None, "a=b"]])) == [["-1", "", "a=b"]]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_every_text_reads_as_it_was(rows: list[tuple[str, str]]) -> None:
    for before, after in zip(rows, read(lines_of_table(rows)), strict=True):
        assert [cell.removeprefix("'") for cell in after] == [
            cell.removeprefix("'") for cell in before
        ]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in after)
