"""The erasure of a person across services (ADR 0049): membership tells that somebody is erased, and
each service tells back when it has nothing of them left."""

from __future__ import annotations

from contracts.fields import Document, Id
from contracts.records import Event


class PersonErased(Document):
    erasure_id = Id("era", required=True)
    person_id = Id("per", required=True)


def person_data_erased(service: str) -> Event:
    """The event by which a service confirms."""
    return Event(
        service,
        "person_data_erased",
        "This service has no name, address or words of the person any more.",
        PersonErased,
        subject="person id",
    )
