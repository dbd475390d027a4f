"""Adoption: the import of existing members."""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import membership as codes
from contracts.fields import (
    Choice,
    Document,
    Flag,
    Id,
    Instant,
    PageRequest,
    Request,
    Whole,
    page_of,
)
from contracts.problems import problem
from contracts.records import Rpc

IMPORT_BYTES = 900 * 1024  # one AMQP message carries the file; the broker takes 1 MiB


def _csv_size(text: str) -> None:
    if not 1 <= len(text.encode()) <= IMPORT_BYTES:
        raise problem("field.length", least=1, most=IMPORT_BYTES)


IMPORT_COLUMNS = ("number", "email", "name", "joined_on", "term_ends_on", "segment", "city")


class CreateImport(Request):
    community_id = Id("com", required=True)
    csv = fields.String(
        required=True,
        validate=_csv_size,
        metadata={
            "description": "UTF-8 text; the first line names the columns "
            + ",".join(IMPORT_COLUMNS),
            "example": "number,email,name,joined_on,term_ends_on,segment,city\n"
            "1,li.wei@example.com,李伟,2023-04-01,2027-03-31,cardiology,上海\n",
        },
    )
    dry_run = Flag(load_default=False, metadata={"description": "try every row and change nothing"})


class Import(Document):
    """The import of a file: how far it is and how its rows fared."""

    id = Id("imp", required=True)
    community_id = Id("com", required=True)
    dry_run = Flag(required=True)
    state = Choice("running", "done", required=True)
    rows = Whole(required=True)
    accepted = Whole(required=True)
    refused = Whole(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ImportRef(Request):
    import_id = Id("imp", required=True)


class ListImportRows(PageRequest):
    import_id = Id("imp", required=True)
    result = Choice("accepted", "refused", load_default=None, allow_none=True)


class RowProblem(Document):
    column = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(required=True)


class ImportRow(Document):
    """What became of one line of the file (the header is line 1)."""

    line = Whole(required=True)
    number = Whole(required=True, allow_none=True)
    result = Choice("accepted", "refused", required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    membership_id = Id("mbr", required=True, allow_none=True)


CREATE_IMPORT = Rpc(
    "membership",
    "create_import",
    "An owner or operator imports existing members from a CSV file, or tries it (dry run).",
    CreateImport,
    Import,
    errors=(codes.IMPORT_TOO_LARGE, codes.IMPORT_HEADER_WRONG),
)
GET_IMPORT = Rpc(
    "membership",
    "get_import",
    "The progress of an import, for the community's owners.",
    ImportRef,
    Import,
)
LIST_IMPORT_ROWS = Rpc(
    "membership",
    "list_import_rows",
    "The result of each row of an import, in the order of the file.",
    ListImportRows,
    page_of(ImportRow, "ImportRows"),
)
