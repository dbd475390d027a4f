"""Words that several records share: roles and states."""

from __future__ import annotations

ROLES = ("owner", "reviewer", "host", "treasurer", "scanner", "member", "applicant")
APPLICATION_STATES = (
    "draft",
    "submitted",
    "in_review",
    "needs_info",
    "approved",
    "rejected",
    "withdrawn",
    "joined",
    "lapsed",
)
MEMBERSHIP_STATES = (
    "pending_payment",
    "active",
    "grace",
    "expired",
    "suspended",
    "cancelled",
    "paused",
)
SYSTEM = "system"  # stands for a community id where a standing holds for the whole system
