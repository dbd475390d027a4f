"""Members vouch for who applied (rules.md §1.7); what that counts as, the round's policy says."""

import datetime as dt

from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import (
    VOUCHED_ALREADY,
    VOUCHER_NOT_ELIGIBLE,
    VOUCHES_ENOUGH,
    VOUCHING_OFF,
    VOUCHING_OVER,
)
from contracts.states.membership import ApplicationState, Vouching
from contracts.types.membership import Policy
from services.membership.domain.terms.memberships import Membership, state_on
from services.membership.domain.terms.term_dates import plus_days
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting.applications import (
    APPLICATION,
    IN_QUEUE,
    Application,
    Vouch,
)

MOST_VOUCHES = 20  # for one application
# How those are counted for whom one vouched; the words are fields of `VoucherRecord`.
OUTCOMES: dict[str, tuple[ApplicationState, ...]] = {
    "waiting": IN_QUEUE,
    "approved": ("approved",),
    "rejected": ("rejected",),
    "withdrawn": ("withdrawn",),
    "lapsed": ("lapsed",),
    "joined": ("joined",),
}


def counts_as(policy: Policy) -> Vouching:
    """What a vouch counts as by a policy, which may be one of before there were vouches."""
    return policy.get("vouching", "off")


def require_on(policy: Policy) -> None:
    """Raises DomainError(VOUCHING_OFF) where nobody vouches."""
    if counts_as(policy) == "off":
        raise DomainError(VOUCHING_OFF)


def require_code_possible(application: Application, policy: Policy) -> None:
    """Raises what keeps an applicant from a code: it is for applications that wait."""
    require_on(policy)
    APPLICATION.require_in(application, *IN_QUEUE)


def require_eligible(membership: Membership | None, policy: Policy, today: str) -> None:
    """Raises DomainError(VOUCHER_NOT_ELIGIBLE) for who has no running membership, or a new one."""
    days = policy["vouch_after_days"]
    if membership is not None and state_on(membership, today) == "active":
        joined_on = membership["joined_on"]
        if joined_on is not None and plus_days(joined_on, days) <= today:
            return
    raise DomainError(VOUCHER_NOT_ELIGIBLE, days=days)


def vouch(application: Application, voucher_id: str, words: str, now: dt.datetime) -> Application:
    """A member vouches for who applied; who reviews there, too, is barred from a verdict by it.

    Raises DomainError(VOUCHING_OVER, VOUCHED_ALREADY, VOUCHES_ENOUGH).
    """
    require_waiting(application)
    before = application.get("vouches", [])
    if any(one["voucher_id"] == voucher_id for one in before):
        raise DomainError(VOUCHED_ALREADY)
    if len(before) >= MOST_VOUCHES:
        raise DomainError(VOUCHES_ENOUGH, limit=MOST_VOUCHES)
    given: Vouch = {"voucher_id": voucher_id, "words": words, "at": now}
    return reviews.without_claim_of({**application, "vouches": [*before, given]}, voucher_id)


def take_back(application: Application, voucher_id: str) -> Application:
    """Without what this member said, who is too near to judge it now as before.

    Raises DomainError(VOUCHING_OVER).
    """
    require_waiting(application)
    near = sorted({*application.get("conflicts", []), voucher_id})
    application = {**application, "conflicts": near}
    left = [one for one in application["vouches"] if one["voucher_id"] != voucher_id]
    if left:
        return {**application, "vouches": left}
    without = application.copy()
    del without["vouches"]
    return without


def require_waiting(application: Application) -> None:
    """Raises DomainError(VOUCHING_OVER) once nobody decides on it any more."""
    if application["state"] not in IN_QUEUE:
        raise DomainError(VOUCHING_OVER)


def vouch_of(application: Application, voucher_id: str) -> Vouch:
    """What this member said for it; raises DomainError(OBJECT_NOT_FOUND)."""
    for one in application.get("vouches", []):
        if one["voucher_id"] == voucher_id:
            return one
    raise DomainError(OBJECT_NOT_FOUND, noun="vouch")


def forget_words(application: Application, voucher_id: str) -> Application:
    """What an erased member said goes; that they vouched stays, and counts."""
    if "vouches" not in application:  # taken back meanwhile
        return application
    return {
        **application,
        "vouches": [
            {**one, "words": ""} if one["voucher_id"] == voucher_id else one
            for one in application["vouches"]
        ],
    }
