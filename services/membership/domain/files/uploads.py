"""A file that somebody sends in parts: its size is known before, its parts come in order.

Documents and parts are those of GridFS, so that any tool of the database reads them, too.
"""

import codecs
import datetime as dt
from typing import TypedDict

from contracts.aggregates import Aggregate
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import (
    UPLOAD_PART_SIZE_WRONG,
    UPLOAD_PART_UNEXPECTED,
    UPLOAD_TOO_LARGE,
    UPLOAD_TYPE_WRONG,
    UPLOAD_WRONG_STATE,
)
from contracts.files import MOST_BYTES, PART_BYTES, TYPES
from contracts.state_machine import StateMachine, machine
from contracts.states.membership import FileType, UploadPurpose, UploadState
from contracts.text import choices

LIFETIME = dt.timedelta(days=1)  # of what nothing needs
PART_LIFETIME = dt.timedelta(hours=1)  # of what is not all here, since its last part

ENDINGS: dict[FileType, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/csv": "csv",
}
UPLOAD: StateMachine[UploadState] = machine(
    UPLOAD_WRONG_STATE,
    receiving="ready",
    ready="claimed",
    claimed="ready",
)


# By the names that GridFS gives them.
class GridFile(TypedDict):
    length: int
    chunkSize: int
    uploadDate: dt.datetime


class Upload(Aggregate, GridFile):
    """`received`: how many parts are here; `expires_at` is empty while something needs the file."""

    person_id: str
    community_id: str
    purpose: UploadPurpose
    content_type: FileType
    state: UploadState
    received: int
    expires_at: dt.datetime | None


def begin(
    *,
    id: str,
    person_id: str,
    community_id: str,
    purpose: UploadPurpose,
    content_type: FileType,
    size: int,
    now: dt.datetime,
) -> Upload:
    """A file of which nothing is here yet.

    Raises DomainError(UPLOAD_TOO_LARGE), or DomainError(INVALID_INPUT) for a type that does not
    serve the purpose.
    """
    if content_type not in TYPES[purpose]:
        fitting = {"choices": choices(TYPES[purpose])}
        problem = FieldProblem("/content_type", "field.choice", fitting)
        raise DomainError(INVALID_INPUT, fields=[problem])
    if size > MOST_BYTES[purpose]:
        raise DomainError(UPLOAD_TOO_LARGE, maximum=MOST_BYTES[purpose])
    return {
        "_id": id,
        "length": size,
        "chunkSize": PART_BYTES,
        "uploadDate": now,
        "person_id": person_id,
        "community_id": community_id,
        "purpose": purpose,
        "content_type": content_type,
        "state": UPLOAD.initial,
        "received": 0,
        "expires_at": now + PART_LIFETIME,
    }


def parts_of(upload: Upload) -> int:
    """Of how many parts the file is made."""
    return -(-upload["length"] // upload["chunkSize"])


def require_expected(upload: Upload, part: int) -> None:
    """Raises DomainError(UPLOAD_PART_UNEXPECTED) for a part that is neither here nor the next."""
    if part > upload["received"]:
        _require_next(upload, part)


def take(upload: Upload, part: int, data: bytes, now: dt.datetime) -> Upload:
    """The file with one part more, `ready` with the last one.

    Raises DomainError for a part that is not the next one, has another size than it should, or
    shows that the file is not what it is said to be.
    """
    _require_next(upload, part)
    parts = parts_of(upload)
    left = upload["length"] - (part - 1) * upload["chunkSize"]
    size = min(left, upload["chunkSize"])
    if len(data) != size:
        raise DomainError(UPLOAD_PART_SIZE_WRONG, expected=size)
    if not _fits(upload["content_type"], data, is_first=part == 1, is_last=part == parts):
        raise DomainError(UPLOAD_TYPE_WRONG, declared=upload["content_type"])
    taken: Upload = {**upload, "received": part, "expires_at": now + PART_LIFETIME}
    return release(taken, now) if part == parts else taken


def claim(upload: Upload) -> Upload:
    """Something needs the file: it stays until that lets go of it."""
    return {**UPLOAD.move(upload, "claimed"), "expires_at": None}


def release(upload: Upload, now: dt.datetime) -> Upload:
    """Nothing needs the file yet, or any more; for a day it can be used."""
    return {**UPLOAD.move(upload, "ready"), "expires_at": now + LIFETIME}


def require_removable(upload: Upload) -> None:
    """Raises DomainError(UPLOAD_WRONG_STATE) while something needs the file."""
    UPLOAD.require_in(upload, "receiving", "ready")


def is_over(upload: Upload, now: dt.datetime) -> bool:
    """Whether nothing needed the file for a day, or no part came for an hour."""
    return upload["expires_at"] is not None and upload["expires_at"] <= now


def _require_next(upload: Upload, part: int) -> None:
    parts = parts_of(upload)
    if part != upload["received"] + 1 or part > parts:
        expected = min(upload["received"] + 1, parts)
        raise DomainError(UPLOAD_PART_UNEXPECTED, expected=expected, parts=parts)


def _fits(declared: FileType, data: bytes, *, is_first: bool, is_last: bool) -> bool:
    """Whether a part can be of a file of that type, by what is in it."""
    if declared == "text/csv":
        return _is_text(data, is_first=is_first, is_last=is_last)
    return (
        not is_first
        or {
            "image/png": data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR",
            "image/jpeg": data[:3] == b"\xff\xd8\xff",
            "image/webp": data[:4] == b"RIFF" and data[8:15] == b"WEBPVP8",
            "application/pdf": data[:5] == b"%PDF-",
        }[declared]
    )


def _is_text(data: bytes, *, is_first: bool, is_last: bool) -> bool:
    """UTF-8, but for a character that is cut where the part begins or ends."""
    begin = 0
    while not is_first and begin < min(3, len(data)) and data[begin] & 0xC0 == 0x80:
        begin += 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return "\0" not in decoder.decode(data[begin:], final=is_last)
    except UnicodeDecodeError:
        return False
