"""Reading a file of members: every fault of a row, and files as spreadsheets write them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.membership import IMPORT_COLUMNS
from services.membership.domain.terms.imports import Row, lines_of, rows_of

HEADER = ",".join(IMPORT_COLUMNS) + "\n"
GOOD = {
    "number": "7",
    "email": "a@example.com",
    "name": "李伟",
    "joined_on": "2024-02-01",
    "term_ends_on": "2027-01-31",
    "segment": "医生",
    "city": "上海",
}


def read(text: str) -> list[Row]:
    return list(rows_of(lines_of(text, IMPORT_COLUMNS), "2026-03-02"))


def row(**change: str) -> str:
    return ",".join((GOOD | change)[name] for name in IMPORT_COLUMNS) + "\n"


def test_a_good_row() -> None:
    (found,) = read(HEADER + row(email="A@Example.com ", city=""))
    assert found["problems"] == []
    assert (found["number"], found["email"], found["line"]) == (7, "a@example.com", 2)
    assert (found["segment"], found["city"]) == ("医生", None)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"number": "0"}, "number", "field.type"),
        ({"number": "-1"}, "number", "field.type"),
        ({"number": "1.5"}, "number", "field.type"),
        ({"number": "٧"}, "number", "field.type"),
        ({"number": "9９9"}, "number", "field.type"),
        ({"number": ""}, "number", "field.type"),
        ({"email": "nobody"}, "email", "field.format"),
        ({"name": ""}, "name", "field.length"),
        ({"name": "x" * 81}, "name", "field.length"),
        ({"name": "a\x00b"}, "name", "field.control_characters"),
        ({"name": "a\u202eb"}, "name", "field.control_characters"),
        ({"name": "a\u2028b"}, "name", "field.control_characters"),
        ({"name": "\u200b\u00ad"}, "name", "field.length"),
        ({"city": "a\u0085b"}, "city", "field.control_characters"),
        ({"joined_on": "01.02.2024"}, "joined_on", "field.format"),
        ({"joined_on": "2026-03-03"}, "joined_on", "field.range"),
        ({"term_ends_on": "2027-02-30"}, "term_ends_on", "field.format"),
        ({"term_ends_on": "2024-01-31"}, "term_ends_on", "field.range"),
        ({"term_ends_on": "2200-01-01"}, "term_ends_on", "field.range"),
        ({"term_ends_on": "9999-12-31"}, "term_ends_on", "field.range"),
        ({"joined_on": "1899-12-31"}, "joined_on", "field.range"),
        ({"joined_on": "0001-01-01"}, "joined_on", "field.range"),
        ({"segment": "x" * 101}, "segment", "field.length"),
    ],
)
def test_a_bad_row_says_which_column(change: dict[str, str], column: str, code: str) -> None:
    """product.md §2: a result per row."""
    (found,) = read(HEADER + row(**change))
    assert [(p["column"], p["code"]) for p in found["problems"]] == [(column, code)]


def test_columns_in_any_order_with_others_between() -> None:
    """A file is read by the names of its columns."""
    names = ["extra", *reversed(IMPORT_COLUMNS)]
    text = "\ufeff" + ",".join(names) + "\r\n" + ",".join(GOOD.get(n, "-") for n in names) + "\r\n"
    (found,) = read(text)
    assert found["problems"] == []
    assert found["name"] == "李伟"


def test_quotes_and_empty_lines() -> None:
    """As spreadsheets write them."""
    found = read(HEADER + '8,b@example.com,"Li, Wei",2024-02-01,2027-01-31,,\n\n' + row())
    assert [one["name"] for one in found] == ["Li, Wei", "李伟"]


def test_short_rows_are_bad_rows() -> None:
    (found,) = read(HEADER + "7,a@example.com\n")
    assert {p["column"] for p in found["problems"]} == {"name", "joined_on", "term_ends_on"}


@pytest.mark.parametrize("text", ["", "\n", "number;email\n"])
def test_a_file_without_the_columns(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        read(text)
    assert refused.value.code == "membership.import_header_wrong"


def test_columns_without_a_name_at_the_end_are_none() -> None:
    """What spreadsheets leave behind: trailing commas in the header and in the rows."""
    empty, filled = row().strip() + ",,\n", row(number="8").strip() + ",x\n"
    found = read(HEADER.strip() + ",,\n" + empty + filled)
    assert [p["code"] for p in found[0]["problems"]] == []
    surplus = {"column": "", "code": "field.items", "params": {"minimum": 0, "maximum": 7}}
    assert surplus in found[1]["problems"]


@pytest.mark.parametrize(
    ("more", "found", "repeated"),
    [
        ([f"c{n}" for n in range(44)], 51, "–"),
        (["", *(f"c{n}" for n in range(100_000))], 100_008, "–"),
        ([*([""] * 43), "x"], 51, "–"),
        (["x", "x", "city"], 10, "city, x"),
    ],
)
def test_a_header_has_bounds(more: list[str], found: int, repeated: str) -> None:
    """O-4: what a header names is looked for in every row."""
    with pytest.raises(DomainError) as refused:
        read(",".join([*IMPORT_COLUMNS, *more]) + "\n" + row() * 200)
    assert refused.value.code == "membership.import_header_wrong"
    assert refused.value.params["maximum"] == 50
    assert (refused.value.params["found"], refused.value.params["repeated"]) == (found, repeated)


def test_fifty_columns_and_any_number_of_empty_ones_are_taken() -> None:
    more = [f"c{n}" for n in range(43)]
    (found,) = read(",".join([*IMPORT_COLUMNS, *more]) + "," * 400_000 + "\n" + row())
    assert found["problems"] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x" * 200_000, 1),
        (HEADER + row() + "8," + "x" * 200_000, 3),
        (HEADER + row() + '8,"b@example.com,B\n' + row() * 5_000, 3),  # where the quote opens
    ],
)
def test_what_is_no_csv_is_told_by_its_line(text: str, line: int) -> None:
    """F14: a cell larger than any cell of ours is no table."""
    with pytest.raises(DomainError) as refused:
        read(text)
    (problem,) = refused.value.fields
    assert (problem.pointer, problem.code) == ("/csv", "field.line_unreadable")
    assert problem.params == {"line": line}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_on_any_system(end: str) -> None:
    found = read((HEADER + row() + row(number="8", email="b@example.com")).replace("\n", end))
    assert [(one["line"], one["problems"]) for one in found] == [(2, []), (3, [])]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever stands after the header, each row has a result, or the file is refused."""
    with contextlib.suppress(DomainError):
        assert all(isinstance(one["problems"], list) for one in read(HEADER + text))
