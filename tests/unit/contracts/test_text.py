"""Texts that people write: one rule for names, titles, reasons and answers (L6, F21)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from contracts.fields import Document, Text, Zone
from contracts.reading import as_read
from contracts.text import misleads, tidy


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("  李伟 ", "李伟"),
        ("e\u0301", "é"),  # NFC
        ("\u00c5", "Å"),
        ("Ａ", "Ａ"),  # what looks different stays different
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that Persian needs
        ("👩\u200d⚕\ufe0f", "👩\u200d⚕\ufe0f"),
        ("\u2028x\u0085", "x"),  # blanks around it
    ],
)
def test_what_is_taken(written: str, taken: str) -> None:
    assert Text(minimum=1).deserialize(written) == taken


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u00ad\u2060", "\ufeff", "\u3164", "\u2800", "\u115f\u1160", "\u0301", " "],
)
def test_what_cannot_be_seen_is_empty(unseen: str) -> None:
    assert Text().deserialize(unseen) == ""
    with pytest.raises(ValidationError) as refused:
        Text(minimum=1).deserialize(unseen)
    assert refused.value.messages[0]["code"] == "field.length"  # type: ignore[index]


@pytest.mark.parametrize(
    "char",
    [
        "\u202e",
        "\u202a",
        "\u2066",
        "\u2069",
        "\u2028",
        "\u2029",
        "\u0085",
        "\u009b",
        "\x7f",
        "\x00",
    ],
)
@pytest.mark.parametrize("multiline", [False, True])
def test_what_misleads_is_refused(char: str, multiline: bool) -> None:
    with pytest.raises(ValidationError) as refused:
        Text(multiline=multiline).deserialize(f"x{char}https://evil.example/pay")
    assert refused.value.messages[0]["code"] == "field.control_characters"  # type: ignore[index]


def test_lines_are_taken_where_there_are_lines() -> None:
    assert Text(multiline=True).deserialize("a\r\n\tb") == "a\r\n\tb"
    with pytest.raises(ValidationError):
        Text().deserialize("a\nb")


@given(st.text(max_size=50))
def test_tidy_is_done_once(text: str) -> None:
    """The gateway and the service read the same request, one after the other."""
    once = tidy(text)
    assert tidy(once) == once
    assert misleads(once) == misleads(tidy(once))


def test_what_was_stored_before_is_read_as_it_is() -> None:
    class Told(Document):
        title = Text(required=True, minimum=1)

    assert as_read(Told)().load({"title": "a\u202eb"}) == {"title": "a\u202eb"}


@pytest.mark.parametrize("name", ["EST5EDT", "GMT0", "Etc/GMT-14", "America/Port-au-Prince", "UTC"])
def test_zones_of_the_database(name: str) -> None:
    assert Zone().deserialize(name) == name


@pytest.mark.parametrize(
    "name",
    ["localtime", "posixrules", "Factory", "right/Asia/Shanghai", "right/UTC", "posix/UTC",
     "Etc/GMT+14", "../UTC", "/etc/localtime", "leapseconds", "tzdata.zi"],
)  # fmt: skip
def test_what_only_a_host_has_is_no_zone(name: str) -> None:
    """F19: every host of a system has to mean the same by it."""
    with pytest.raises(ValidationError):
        Zone().deserialize(name)
