"""Who may apply: rules that are asked in order, each with the refusal that it gives."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from contracts.errors import DomainError
from contracts.errors.membership import (
    ALREADY_MEMBER,
    JOINING_NOT_POSSIBLE,
    REAPPLY_TOO_EARLY,
)
from contracts.text import rfc3339
from contracts.types.membership import Policy
from services.membership.domain.terms.memberships import (
    Membership,
    blocks_application,
    is_suspended,
    state_on,
)
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting.applications import Application


@dataclass(frozen=True)
class Applicant:
    """What the rules ask about somebody who wants to join: their live membership in the community
    and their newest rejected application to it, if any."""

    membership: Membership | None
    rejected: Application | None
    policy: Policy
    zone: str
    now: dt.datetime


def is_not_kept_out(applicant: Applicant) -> DomainError | None:
    """Who is suspended does not come in again by another door, and hears no more than that."""
    held = applicant.membership
    if held is None or not is_suspended(held, day_in(applicant.zone, applicant.now)):
        return None
    return DomainError(JOINING_NOT_POSSIBLE)


def is_no_member(applicant: Applicant) -> DomainError | None:
    """Whoever has to pay or renew does that instead."""
    held, today = applicant.membership, day_in(applicant.zone, applicant.now)
    if held is None or not blocks_application(held, today, applicant.policy):
        return None
    return DomainError(ALREADY_MEMBER, membership_id=held["_id"], state=state_on(held, today))


def cool_down_is_over(applicant: Applicant) -> DomainError | None:
    """After a rejection some time has to pass."""
    opens_at = opens_again_at(applicant.rejected, applicant.policy)
    if opens_at is None or applicant.now >= opens_at:
        return None
    return DomainError(
        REAPPLY_TOO_EARLY,
        opens_on=day_in(applicant.zone, opens_at),
        opens_at=rfc3339(opens_at),
        zone=applicant.zone,
    )


def opens_again_at(rejected: Application | None, policy: Policy) -> dt.datetime | None:
    """From when one may apply again after a rejection; None without."""
    rejection = None if rejected is None else rejected["rejection"]
    if rejection is None:
        return None
    return rejection["at"] + dt.timedelta(days=policy["reapply_after_days"])


# A new rule is a function and a line here, and a field above for what it asks.
RULES: tuple[Callable[[Applicant], DomainError | None], ...] = (
    is_not_kept_out,
    is_no_member,
    cool_down_is_over,
)


def check_may_apply(applicant: Applicant) -> None:
    """Raises the refusal of the first rule that gives one."""
    for rule in RULES:
        if (refusal := rule(applicant)) is not None:
            raise refusal
