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


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=", "-"])
def test_formulas_become_text(text: str) -> None:
    assert read(lines_of_table([[text, "a"]])) == [["'" + text, "a"]]


def test_numbers_and_nothing_stay() -> None:
    assert read(lines_of_table([[-1, None, "a=b"]])) == [["-1", "", "a=b"]]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_every_text_reads_as_it_was(rows: list[tuple[str, str]]) -> None:
    for before, after in zip(rows, read(lines_of_table(rows)), strict=True):
        assert [cell.removeprefix("'") for cell in after] == [
            cell.removeprefix("'") for cell in before
        ]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in after)
