"""Invitations: who makes one lets a number of people apply by one link (rules.md §1.11)."""

import datetime as dt

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import (
    INVITATION_EXPIRED,
    INVITATION_MAY_NOT_SKIP,
    INVITATION_REVOKED,
    INVITATION_USED_UP,
)
from contracts.text import rfc3339
from contracts.types.membership import Policy
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting.applications import Application, Invited, handed_in


class Invitation(Aggregate):
    """A link for `uses` applications, of which `used` took one and did not give it back.

    `label` is a code by which owners tell their links apart.
    """

    community_id: str
    inviter_id: str
    label: str
    plan_id: str | None
    uses: int
    used: int
    skips_review: bool
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


def require_may_skip(policy: Policy) -> None:
    """Raises DomainError(INVITATION_MAY_NOT_SKIP) unless the policy lets invitations approve."""
    if not _lets_skip(policy):
        raise DomainError(INVITATION_MAY_NOT_SKIP)


def require_usable(invitation: Invitation, now: dt.datetime) -> None:
    """Raises DomainError(INVITATION_REVOKED, INVITATION_EXPIRED, INVITATION_USED_UP)."""
    if invitation["revoked_at"] is not None:
        raise DomainError(INVITATION_REVOKED)
    if now >= invitation["expires_at"]:
        raise DomainError(INVITATION_EXPIRED, expired_at=rfc3339(invitation["expires_at"]))
    if invitation["used"] >= invitation["uses"]:
        raise DomainError(INVITATION_USED_UP)


def revoke(invitation: Invitation, now: dt.datetime) -> Invitation:
    """Nobody begins by it any more; once revoked it stays as it is."""
    if invitation["revoked_at"] is not None:
        return invitation
    return {**invitation, "revoked_at": now}


def invited_by(invitation: Invitation) -> Invited:
    """What an application keeps of the invitation of which it just took a use."""
    return {
        "invitation_id": invitation["_id"],
        "inviter_id": invitation["inviter_id"],
        "skips_review": invitation["skips_review"],
        "holds_use": True,
        "approved": False,
    }


def settle_use(application: Application) -> tuple[Application, int]:
    """An application that notes whether it holds a use as its state says, and by how many that
    changes what was used of its invitation.

    It is given back by an end without an approval, and taken again where that end is undone.
    """
    invited = application.get("invitation")
    if invited is None:
        return application, 0
    ended = application["state"] in ("rejected", "withdrawn")
    holds = not ended or application["approved_at"] is not None
    if holds == invited["holds_use"]:
        return application, 0
    return {**application, "invitation": {**invited, "holds_use": holds}}, 1 if holds else -1


def asks_to_skip(application: Application, policy: Policy) -> bool:
    """Whether an application that is about to be handed in is approved by its invitation: the first
    time only, as the policy says now, and never one's own invitation."""
    invited = application.get("invitation")
    return (
        invited is not None
        and invited["skips_review"]
        and invited["inviter_id"] != application["person_id"]
        and not handed_in(application)
        and _lets_skip(policy)
    )


def approve(application: Application, now: dt.datetime, policy: Policy) -> Application:
    """One that was handed in and that no rule rejected, approved by its invitation."""
    approved = reviews.approve(application, now, policy)
    return {**approved, "invitation": {**application["invitation"], "approved": True}}


def _lets_skip(policy: Policy) -> bool:
    return policy.get("invitations_skip_review", False)
