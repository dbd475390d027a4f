"""The audit trail: who changed what, when and why; append-only (product.md §8)."""

import datetime as dt
from typing import Any

from chassis.collections import Collection, Index
from chassis.context import Context
from chassis.ids import new_id
from chassis.validators import INSTANT, OPEN, TEXT, WHOLE, document, nullable

AUDIT_LOG = Collection(
    "audit_log",
    append_only=True,
    validator=document(
        at=INSTANT,
        actor=TEXT,
        action=TEXT,
        subject=TEXT,
        community_id=nullable(TEXT),
        version=WHOLE,
        before=nullable(OPEN),
        after=nullable(OPEN),
        reason=TEXT,
        request_id=TEXT,
    ),
    indexes=[
        Index([("subject", 1), ("_id", 1)], name="by_subject"),
        Index([("community_id", 1), ("_id", 1)], name="by_community"),
    ],
)


def entry(
    ctx: Context,
    at: dt.datetime,
    *,
    action: str,
    subject: str,
    community_id: str | None,
    version: int,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
) -> dict[str, Any]:
    """One line of the trail."""
    return {
        "_id": new_id("aud"),
        "at": at,
        "actor": ctx.actor.id,
        "action": action,
        "subject": subject,
        "community_id": community_id,
        "version": version,
        "before": before,
        "after": after,
        "reason": reason,
        "request_id": ctx.request_id,
    }
