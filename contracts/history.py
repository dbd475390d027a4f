"""Who changed an aggregate, when and how, as its staff read it from the trail (ADR 0056)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import Who
from contracts.fields import Document, Instant, PageRequest, Whole, page_of
from contracts.records import Rpc


class Change(Document):
    """One step: ids, codes and names of fields, never what somebody wrote or is called.

    `version` is the aggregate's after it. Steps of one request or job share the `request_id`.
    """

    at = Instant(required=True)
    actor_id = fields.String(
        required=True,
        metadata={
            "description": "the id of a person or an API key, `system:<service>`, `operator`"
            " or `anonymous`"
        },
    )
    action = fields.String(required=True)
    version = Whole(required=True)
    changed_fields = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "the fields, by name; empty where it was made"},
    )
    details = fields.Dict(
        required=True, metadata={"description": "the new state, and what else was noted"}
    )
    request_id = fields.String(required=True)


History = page_of(Change, "History")


def history_of(service: str, aggregate: str, request: type[PageRequest], who: Who) -> Rpc:
    """The RPC by which staff read the history of one kind of aggregate."""
    return Rpc(
        service,
        f"get_{aggregate}_history",
        "Who changed it, when and how, newest first; what was archived is not there any more.",
        request,
        History,
        who=who,
    )
