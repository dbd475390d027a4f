"""What staff note about an application, for each other."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import REVIEWING_ROLES, holders
from contracts.errors import membership as codes
from contracts.fields import Document, Empty, Id, Instant, PageRequest, Request, Text, page_of
from contracts.membership.applications import WRONG_STATE
from contracts.records import Rpc


class AddNote(Request):
    application_id = Id("app", required=True)
    text = Text(
        required=True,
        minimum=1,
        maximum=2000,
        multiline=True,
        metadata={
            "description": "what the others of the staff are to know",
            "example": "在去年的年会上见过，发言很有见地。",
        },
    )


class ListNotes(PageRequest):
    application_id = Id("app", required=True)


class NoteRef(Request):
    application_id = Id("app", required=True)
    note_id = Id("nte", required=True)


class Note(Document):
    """What somebody of the staff noted; never shown to the applicant."""

    id = Id("nte", required=True)
    application_id = Id("app", required=True)
    author_id = Id("per", required=True)
    display_name = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    created_at = Instant(required=True)


_STAFF = holders(REVIEWING_ROLES, operators=False).but("never the applicant").by_people()

ADD_NOTE = Rpc(
    "membership",
    "add_note",
    "Note something about an application, for the staff only.",
    AddNote,
    Note,
    who=_STAFF,
    errors=(*WRONG_STATE, codes.NOTES_MANY),
)
LIST_NOTES = Rpc(
    "membership",
    "list_notes",
    "The notes on an application, oldest first; only one's own where the review is blind until"
    " one's own verdict, and to who is too near.",
    ListNotes,
    page_of(Note, "Notes"),
    who=_STAFF,
)
REMOVE_NOTE = Rpc(
    "membership",
    "remove_note",
    "Take one's own note back.",
    NoteRef,
    Empty,
    who=_STAFF,
)
