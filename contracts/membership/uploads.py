"""Files that people send in parts, and take back as they sent them."""

from __future__ import annotations

from contracts.access import SIGNED_IN, the
from contracts.errors import membership as codes
from contracts.fields import (
    Bytes,
    Choice,
    Document,
    Empty,
    Id,
    Instant,
    PageRequest,
    Piece,
    PieceRequest,
    Request,
    Whole,
    page_of,
)
from contracts.files import MOST_PARTS, PART_BYTES
from contracts.records import Rpc
from contracts.states.membership import FILE_TYPES, UPLOAD_PURPOSES, UPLOAD_STATES


class CreateUpload(Request):
    community_id = Id("com", required=True)
    purpose = Choice(
        *UPLOAD_PURPOSES,
        required=True,
        metadata={"description": "what it is for; an `import` is a list of existing members"},
    )
    content_type = Choice(
        *FILE_TYPES,
        required=True,
        metadata={"description": "what the file is; the first part has to look like it"},
    )
    size = Whole(
        required=True, minimum=1, metadata={"description": "bytes of the file", "example": 48_213}
    )


class UploadRef(Request):
    upload_id = Id("upl", required=True)


class CheckUploadPart(Request):
    upload_id = Id("upl", required=True)
    part = Whole(
        required=True,
        minimum=1,
        maximum=MOST_PARTS,
        metadata={"description": "1 for the first; each comes after the one before"},
    )


class AddUploadPart(CheckUploadPart):
    data = Bytes(
        required=True,
        minimum=1,
        maximum=PART_BYTES,
        metadata={
            "description": f"{PART_BYTES} bytes of the file, of the last part what is left of it"
        },
    )


class GetUploadContent(PieceRequest):
    upload_id = Id("upl", required=True)


class UploadedFile(Document):
    """A file that is sent in parts; it belongs to who sends it."""

    id = Id("upl", required=True)
    person_id = Id("per", required=True)
    community_id = Id("com", required=True)
    purpose = Choice(*UPLOAD_PURPOSES, required=True)
    content_type = Choice(*FILE_TYPES, required=True)
    size = Whole(required=True)
    state = Choice(
        *UPLOAD_STATES,
        required=True,
        metadata={
            "description": "`receiving` until the last part is here, `claimed` while something"
            " needs it"
        },
    )
    part_size = Whole(required=True)
    parts = Whole(required=True, metadata={"description": "of how many parts it is made"})
    next_part = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "the part that is to come; null when all are here"},
    )
    expires_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "when it goes unless something needs it; null while that does"},
    )
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


_OWN = the("sender")
_STARTING = SIGNED_IN.but(
    "owners for imports, for pictures who belongs there; within the quotas of person and community"
)

CREATE_UPLOAD = Rpc(
    "membership",
    "create_upload",
    "Say which file is to come; its parts follow.",
    CreateUpload,
    UploadedFile,
    who=_STARTING,
    errors=(
        codes.UPLOAD_TOO_LARGE,
        codes.UPLOAD_QUOTA_USED_UP,
        codes.UPLOAD_QUOTA_THERE_USED_UP,
        codes.UPLOAD_COMMUNITY_QUOTA_USED_UP,
    ),
)
CHECK_UPLOAD_PART = Rpc(
    "membership",
    "check_upload_part",
    "Whether the part is the next one, or is here already; asked before its bytes travel.",
    CheckUploadPart,
    Empty,
    who=_OWN,
    errors=(codes.UPLOAD_PART_UNEXPECTED,),
)
ADD_UPLOAD_PART = Rpc(
    "membership",
    "add_upload_part",
    "Send the next part of a file; the same part again changes nothing.",
    AddUploadPart,
    UploadedFile,
    who=_OWN,
    errors=(
        codes.UPLOAD_PART_UNEXPECTED,
        codes.UPLOAD_PART_DIFFERS,
        codes.UPLOAD_PART_SIZE_WRONG,
        codes.UPLOAD_TYPE_WRONG,
    ),
)
GET_UPLOAD = Rpc(
    "membership",
    "get_upload",
    "How much of a file is here.",
    UploadRef,
    UploadedFile,
    who=_OWN,
)
LIST_MY_UPLOADS = Rpc(
    "membership",
    "list_my_uploads",
    "The caller's files that are kept now, newest first.",
    PageRequest,
    page_of(UploadedFile, "MyUploads"),
    who=SIGNED_IN,
)
GET_UPLOAD_CONTENT = Rpc(
    "membership",
    "get_upload_content",
    "The bytes of a file that is all here.",
    GetUploadContent,
    Piece,
    who=_OWN,
    errors=(codes.UPLOAD_WRONG_STATE,),
)
REMOVE_UPLOAD = Rpc(
    "membership",
    "remove_upload",
    "Take a file back that nothing needs.",
    UploadRef,
    Empty,
    who=_OWN,
    errors=(codes.UPLOAD_WRONG_STATE,),
)
