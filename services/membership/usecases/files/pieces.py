"""A file as it is answered: piece by piece."""

from contracts.errors import INVALID_INPUT, DomainError
from contracts.types import membership as wire
from services.membership.domain.files import uploads as domain
from services.membership.domain.files.uploads import Upload
from services.membership.usecases.files.kept import KeptFiles


def piece_of(files: KeptFiles, upload: Upload, after: str | None) -> wire.Piece:
    """A part of a file that is all here, as it was sent; raises DomainError(INVALID_INPUT) for an
    `after` that no answer had."""
    parts, asked = domain.parts_of(upload), after or "1"
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6 and 1 <= int(asked) <= parts):
        raise DomainError(INVALID_INPUT)
    part = int(asked)
    return {
        "content_type": upload["content_type"],
        "name": f"{upload['_id']}.{domain.ENDINGS[upload['content_type']]}",
        "size": upload["length"],
        "data": files.part(upload["_id"], part),
        "next": None if part == parts else str(part + 1),
    }
