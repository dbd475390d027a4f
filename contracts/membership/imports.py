"""Adoption: the import of existing members."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, holders
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Empty,
    Id,
    Instant,
    PageRequest,
    Piece,
    PieceRequest,
    Request,
    Upload,
    Whole,
    page_of,
)
from contracts.records import Rpc

# Bytes as sent. One message carries the file as base64, which makes 955,736 of the 1,000,000 bytes
# that a message may have.
IMPORT_BYTES = 700 * 1024
IMPORT_ROWS = 10_000  # of a file in one message; of an upload `contracts.files.MOST_IMPORTED_ROWS`
IMPORT_COLUMNS = ("number", "email", "name", "joined_on", "term_ends_on", "segment", "city")
# A file may have these besides, and, by its name, each own field that the form fills.
IMPORT_MORE_COLUMNS = ("company",)


class CreateImport(Request):
    community_id = Id("com", required=True)
    csv = Upload(
        required=True,
        maximum=IMPORT_BYTES,
        metadata={
            "description": f"UTF-8 text of at most {IMPORT_BYTES} bytes and {IMPORT_ROWS:,} rows;"
            " the first line names the columns "
            + ",".join(IMPORT_COLUMNS)
            + "; it may name company, and own fields that the form fills",
            "example": "number,email,name,joined_on,term_ends_on,segment,city\n"
            "1,li.wei@example.com,李伟,2023-04-01,2027-03-31,cardiology,上海\n",
        },
    )
    dry_run = Boolean(
        load_default=False, metadata={"description": "try every row and change nothing"}
    )


class CheckImport(Request):
    community_id = Id("com", required=True)


class ImportUpload(Request):
    upload_id = Id("upl", required=True)
    dry_run = Boolean(
        load_default=False,
        metadata={"description": "try every row and change nothing; the file stays for a day"},
    )


class ImportFailure(Document):
    """Why a file could not be read: a code of errors or of fields, what it is about, and what it
    says in the reader's language."""

    code = fields.String(required=True)
    params = fields.Dict(required=True)
    detail = fields.String(load_default="")  # an older release does not say


class Import(Document):
    """The import of a file: how far it is and how its rows fared."""

    id = Id("imp", required=True)
    community_id = Id("com", required=True)
    dry_run = Boolean(required=True)
    state = Choice("running", "done", "failed", required=True)
    rows = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "how many there are; null while an uploaded file is read through"},
    )
    accepted = Whole(required=True)
    refused = Whole(required=True)
    next_number = Whole(
        required=True,
        allow_none=True,
        metadata={
            "description": "the number of who joins next after this import; far beyond the others,"
            " one number of the file is wrong; null while an uploaded file is read through"
        },
    )
    failure = fields.Nested(
        ImportFailure,
        load_default=None,
        allow_none=True,
        metadata={"description": "why it `failed`; null also where it did not get on for a day"},
    )
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ImportRef(Request):
    import_id = Id("imp", required=True)


class ListImportRows(PageRequest):
    import_id = Id("imp", required=True)
    result = Choice("accepted", "refused", load_default=None, allow_none=True)


class ExportImportRows(PieceRequest):
    import_id = Id("imp", required=True)
    result = Choice("accepted", "refused", load_default=None, allow_none=True)


class RowProblem(Document):
    """What is wrong with one cell: a code of fields, and what it says in the reader's language."""

    column = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(required=True)
    detail = fields.String(load_default="")  # an older release does not say


class ImportRow(Document):
    """What became of one line of the file (the header is line 1)."""

    line = Whole(required=True)
    number = Whole(required=True, allow_none=True)
    result = Choice("accepted", "refused", required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    membership_id = Id("mbr", required=True, allow_none=True)


CHECK_IMPORT = Rpc(
    "membership",
    "check_import",
    "Whether the caller may import into the community; asked before the file travels.",
    CheckImport,
    Empty,
    who=holders(OWNING_ROLES),
)
CREATE_IMPORT = Rpc(
    "membership",
    "create_import",
    "Import existing members from a CSV file, or try it (dry run).",
    CreateImport,
    Import,
    who=holders(OWNING_ROLES),
    errors=(codes.IMPORT_TOO_LARGE, codes.IMPORT_HEADER_WRONG, codes.IMPORTS_RUNNING),
)
IMPORT_UPLOAD = Rpc(
    "membership",
    "import_upload",
    "Import existing members from a CSV file that was uploaded, or try it (dry run).",
    ImportUpload,
    Import,
    who=holders(OWNING_ROLES),
    errors=(codes.UPLOAD_WRONG_STATE, codes.IMPORTS_RUNNING),
)
GET_IMPORT = Rpc(
    "membership",
    "get_import",
    "The progress of an import.",
    ImportRef,
    Import,
    who=holders(OWNING_ROLES),
)
LIST_IMPORT_ROWS = Rpc(
    "membership",
    "list_import_rows",
    "The result of each row of an import, in the order of the file.",
    ListImportRows,
    page_of(ImportRow, "ImportRows"),
    who=holders(OWNING_ROLES),
)
EXPORT_IMPORT_ROWS = Rpc(
    "membership",
    "export_import_rows",
    "The result of each row of an import as a table, with what is wrong in the reader's language.",
    ExportImportRows,
    Piece,
    who=holders(OWNING_ROLES),
)
