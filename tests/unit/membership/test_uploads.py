"""Files in parts: which part is next, how large it is, and what its bytes say that it is."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.states.membership import FileType, UploadPurpose
from services.membership.domain.files import uploads as domain
from services.membership.domain.files.uploads import Upload

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
HEADS: dict[FileType, bytes] = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "application/pdf": b"%PDF-1.7\n",
    "text/csv": "number,email\n1,李\n".encode(),
}
NONE_OF_THEM = (
    b"<!doctype html><script>",
    b"GIF89a",
    b"MZ\x90\0",
    b"RIFF\x10\0\0\0WAVEfmt ",
    b"\0",
)


def upload(content_type: FileType, size: int, part_size: int | None = None) -> Upload:
    purpose: UploadPurpose = "import" if content_type == "text/csv" else "answer"
    begun = domain.begin(
        id="upl_1",
        person_id="per_1",
        community_id="com_1",
        purpose=purpose,
        content_type=content_type,
        size=size,
        now=NOW,
    )
    return {**begun, "chunkSize": part_size or begun["chunkSize"]}


def code_of(act: Any, *arguments: Any) -> str | None:
    try:
        act(*arguments)
    except DomainError as error:
        return error.code
    return None


@pytest.mark.parametrize("declared", HEADS)
def test_a_file_is_what_its_bytes_say(declared: FileType) -> None:
    for content, head in HEADS.items():
        wrong = code_of(domain.take, upload(declared, len(head)), 1, head, NOW)
        # All bytes of a PDF's first line are text, too; a list of members is found out by reading.
        fits = content == declared or (declared == "text/csv" and content == "application/pdf")
        assert wrong == (None if fits else "membership.upload_type_wrong"), content
    for head in NONE_OF_THEM:
        if declared != "text/csv" or b"\0" in head:
            assert code_of(domain.take, upload(declared, len(head)), 1, head, NOW)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
       st.integers(1, 9))  # fmt: skip
def test_text_is_text_wherever_it_is_cut(text: str, size: int) -> None:
    file = text.encode()
    taking = upload("text/csv", len(file), size)
    for part in range(1, domain.parts_of(taking) + 1):
        taking = domain.take(taking, part, file[(part - 1) * size : part * size], NOW)
    assert taking["state"] == "ready"


@given(
    st.integers(1, 40), st.integers(1, 9), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)))
)
def test_nothing_but_the_next_part_in_its_size(
    size: int, part_size: int, tries: list[tuple[int, int]]
) -> None:
    """Whatever is sent in whatever order, what is taken makes up the file."""
    taking, taken = upload("text/csv", size, part_size), 0
    for part, length in tries:
        due = min(part_size, size - taken)
        if part == taking["received"] + 1 and length == due > 0:
            taking, taken = domain.take(taking, part, b"x" * length, NOW), taken + length
        else:
            assert code_of(domain.take, taking, part, b"x" * length, NOW)
    assert (taking["state"] == "ready") == (taken == size)


def test_types_serve_purposes() -> None:
    with pytest.raises(DomainError):
        upload_for("picture", "application/pdf")
    with pytest.raises(DomainError):
        upload_for("import", "image/png")
    assert upload_for("answer", "application/pdf")["state"] == "receiving"


def test_who_stops_sending_keeps_no_room_for_long() -> None:
    """An hour after the last part; what is all here stays a day."""
    hour, later = dt.timedelta(hours=1), NOW + dt.timedelta(minutes=50)
    begun = upload("text/csv", 2, 1)
    assert begun["expires_at"] == NOW + hour
    half = domain.take(begun, 1, b"x", later)
    assert half["expires_at"] == later + hour
    assert domain.take(half, 2, b"x", later)["expires_at"] == later + dt.timedelta(days=1)


def upload_for(purpose: UploadPurpose, content_type: FileType) -> Upload:
    return domain.begin(
        id="upl_1",
        person_id="per_1",
        community_id="com_1",
        purpose=purpose,
        content_type=content_type,
        size=9,
        now=NOW,
    )
