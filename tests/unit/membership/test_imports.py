"""Reading a file of members: every fault of a row, and files as spreadsheets write them."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.membership import IMPORT_COLUMNS, IMPORT_MORE_COLUMNS, IMPORT_ROWS
from contracts.types.membership import Question, Section
from services.membership.domain.files.texts import LONGEST_LINE, lines_of_parts, lines_of_text
from services.membership.domain.terms.imports import Row, lines_of, own_fields, rows_of


def question(fills: str, options: list[str]) -> Question:
    """One that fills a field of the profile."""
    return {
        "key": fills,
        "kind": "single" if options else "short_text",
        "title": fills,
        "required": False,
        "private": False,
        "introduction": False,
        "options": options,
        "minimum": 0,
        "maximum": None,
        "asked_if": None,
        "fills": fills,
    }


FORM: list[Section] = [
    {"title": "", "questions": [question("product", ["呼吸机", "监护仪"]), question("ward", [])]}
]
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
    return list(read_lines(lines_of_text(text)))


def read_lines(file: Iterator[str]) -> Iterator[Row]:
    more = (*IMPORT_MORE_COLUMNS, *own_fields(FORM))
    return rows_of(lines_of(file, IMPORT_COLUMNS, more, IMPORT_ROWS), "2026-03-02", FORM)


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
        ([f"c{n}" for n in range(44)], 51, []),
        (["", *(f"c{n}" for n in range(100_000))], 100_008, []),
        ([*([""] * 43), "x"], 51, []),
        (["x", "x", "city"], 10, ["city", "x"]),
    ],
)
def test_a_header_has_bounds(more: list[str], found: int, repeated: list[str]) -> None:
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


def test_company_and_own_fields_come_along() -> None:
    """Where the file has columns for them; the options of the form's question hold."""
    header = HEADER.strip() + ",company,ward,product,others\n"
    good, wrong = row().strip(), row(number="8", email="b@example.com").strip()
    found = read(header + f"{good},瑞金医院,3楼,监护仪,x\n{wrong},,,钢琴,x\n")
    assert (found[0]["company"], found[0]["problems"]) == ("瑞金医院", [])
    assert found[0]["details"] == {"ward": "3楼", "product": "监护仪"}
    (problem,) = found[1]["problems"]
    assert (problem["column"], problem["code"]) == ("product", "field.choice")
    too_long = read(header + f"{good},{'x' * 201},,{'y' * 201}\n")[0]["problems"]
    assert [(p["column"], p["code"]) for p in too_long] == [
        ("company", "field.length"),
        ("product", "field.length"),
    ]
    assert read(HEADER + row())[0]["company"] is None


@given(st.data())
def test_parts_read_like_the_whole(data: st.DataObject) -> None:
    """However a file is cut, through characters and line ends too."""
    text = HEADER + data.draw(st.text('李,"\r\n1a', max_size=60)) + "\n" + row()
    size = data.draw(st.integers(1, 50))
    whole = ("\ufeff" + text).encode()
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert outcome(lines_of_parts(iter(parts))) == outcome(lines_of_text(text))


def outcome(file: Iterator[str]) -> object:
    try:
        return list(read_lines(file))
    except DomainError as error:
        return error.as_dict()


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (HEADER.encode() + "李".encode("gbk"), "field.format"),
        (HEADER.encode() + b"x," * LONGEST_LINE, "field.line_unreadable"),
    ],
)
def test_what_is_no_text_of_lines_is_told(file: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        list(read_lines(lines_of_parts(iter([file]))))
    assert [problem.code for problem in refused.value.fields] == [code]


def test_what_is_no_address_is_not_kept_to_be_looked_up() -> None:
    """Whatever stands in that cell: the database is asked for addresses only."""
    found = read(HEADER + row(email="x" * 10_000) + row(email="X@example.com"))
    assert [one["email"] for one in found] == ["", "x@example.com"]
    assert found[0]["problems"][0]["code"] == "field.format"
