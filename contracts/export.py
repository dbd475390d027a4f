"""What a service has of a person, as they see it themselves, page by page (ADR 0049)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OPERATORS, SIGNED_IN
from contracts.fields import Document, Id, PageRequest, page_of
from contracts.records import Rpc


class ExportedRecord(Document):
    """One thing that is kept of a person; `data` is as in the API's lists of this kind."""

    kind = fields.String(required=True)
    data = fields.Dict(required=True)


class ExportPerson(PageRequest):
    person_id = Id("per", required=True)


PersonalData = page_of(ExportedRecord, "PersonalData")


def export_mine(service: str) -> Rpc:
    """The RPC by which people export what the service has of them."""
    return Rpc(
        service,
        "export_mine",
        "All that the service has of the signed-in person, kind by kind.",
        PageRequest,
        PersonalData,
        who=SIGNED_IN,
    )


def export_person(service: str) -> Rpc:
    """The RPC by which operators do it for somebody."""
    return Rpc(
        service,
        "export_person",
        "All that the service has of a person, kind by kind.",
        ExportPerson,
        PersonalData,
        who=OPERATORS.by_people(),
    )
