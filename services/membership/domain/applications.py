"""One person's request to join one community, from draft to joined (product.md §2).

    draft → submitted → in_review ⇄ needs_info → approved | rejected | withdrawn
    approved → joined (paid) | lapsed (not paid in time; a late payment may still turn it to joined)

Each step takes an application and returns the changed one, or raises
DomainError(APPLICATION_WRONG_STATE) naming the state that it is in.
"""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.membership import (
    APPLICATION_CLAIMED,
    APPLICATION_INCOMPLETE,
    APPLICATION_WRONG_STATE,
    REAPPLY_TOO_EARLY,
    REVIEWER_CONFLICTED,
    REVIEWER_DECIDED,
)
from services.membership.domain.forms import Form, answer_problems, check_asked

Application = dict[str, Any]
Policy = dict[str, Any]

LIVE = frozenset({"draft", "submitted", "in_review", "needs_info", "approved"})
EDITABLE = ("draft", "needs_info")
REVIEWABLE = ("submitted", "in_review")
REMINDERS_AFTER_HOURS = (24, 60)


def draft(
    *, id: str, community_id: str, person_id: str, form_version: int, answers: dict[str, Any]
) -> Application:
    """A new application that nobody but the applicant works on or sees."""
    return {
        "_id": id,
        "community_id": community_id,
        "person_id": person_id,
        "state": "draft",
        "live": True,
        "form_version": form_version,
        "answers": answers,
        "submitted_at": None,
        "info_request": None,
        "verdicts": [],
        "rejection": None,
        "claimed_by": None,
        "claimed_until": None,
        "approved_at": None,
        "pay_by": None,
        "reminded_hours": [],
        "due_at": None,
        "membership_id": None,
        "term_id": None,
    }


def handed_in(application: Application) -> bool:
    """Whether it is anybody's business but the applicant's: it was submitted, if only once."""
    return application["submitted_at"] is not None


def change_answers(application: Application, form: Form, answers: dict[str, Any]) -> Application:
    """The applicant replaces the answers while the application is theirs to edit.

    Raises DomainError(INVALID_INPUT) for answers to questions that the form does not have.
    """
    _require(application, *EDITABLE)
    check_asked(form, answers)
    return {**application, "answers": answers}


def submit(application: Application, form: Form, now: dt.datetime) -> Application:
    """Hands a complete application in; after an information request the review goes on afresh.

    Raises DomainError(APPLICATION_INCOMPLETE) with a problem for every missing or invalid answer.
    """
    _require(application, *EDITABLE)
    problems = answer_problems(form, application["answers"])
    if problems:
        raise DomainError(APPLICATION_INCOMPLETE, fields=problems)
    state = "submitted" if application["state"] == "draft" else "in_review"
    # What was said about the earlier answers does not count for the new ones.
    return _moved(application, state, submitted_at=now, info_request=None, verdicts=[])


def withdraw(application: Application) -> Application:
    """The applicant takes the application back, at the latest before paying."""
    _require(application, *LIVE)
    return _moved(application, "withdrawn", due_at=None)


def claim(
    application: Application, reviewer_id: str, now: dt.datetime, policy: Policy
) -> Application:
    """A reviewer takes it up, which tells the others, not more; a claim runs out by itself.

    Raises DomainError(APPLICATION_CLAIMED) while somebody else is on it.
    """
    _require(application, *REVIEWABLE)
    _not_own(application, reviewer_id)
    holder = application["claimed_by"]
    if holder not in (None, reviewer_id) and application["claimed_until"] > now:
        until = application["claimed_until"].isoformat(timespec="seconds")
        raise DomainError(APPLICATION_CLAIMED, reviewer_id=holder, until=until)
    until = now + dt.timedelta(minutes=policy["claim_minutes"])
    return _moved(application, "in_review", claimed_by=reviewer_id, claimed_until=until)


def approve(
    application: Application, reviewer_id: str, note: str, now: dt.datetime, policy: Policy
) -> Application:
    """One reviewer's yes; with the last one needed it is approved and waits for payment."""
    judged = _judged(application, reviewer_id, "approve", note, now)
    if len(judged["verdicts"]) < policy["decisions_needed"]:
        return _moved(judged, "in_review")
    pay_by = now + dt.timedelta(hours=policy["pay_by_hours"])
    approved = _moved(judged, "approved", approved_at=now, pay_by=pay_by)
    return {**approved, "due_at": _next_due(approved)}


def reject(
    application: Application, reviewer_id: str, reason: str, message: str, now: dt.datetime
) -> Application:
    """One reviewer's no decides, however many yeses are needed."""
    judged = _judged(application, reviewer_id, "reject", message, now, "needs_info")
    rejection = {"reason": reason, "message": message, "at": now}
    return _moved(judged, "rejected", rejection=rejection)


def request_info(
    application: Application, reviewer_id: str, message: str, questions: list[str], now: dt.datetime
) -> Application:
    """A reviewer asks for more; the application is the applicant's to edit again."""
    _require(application, *REVIEWABLE)
    _not_own(application, reviewer_id)
    wanted = {"message": message, "questions": questions, "at": now}
    return _moved(application, "needs_info", info_request=wanted)


def step_due(application: Application, now: dt.datetime) -> str | None:
    """What time asks for: `remind` of the payment, `lapse`, or nothing."""
    if application["state"] != "approved":
        return None
    if now >= application["pay_by"]:
        return "lapse"
    return "remind" if _reminders_due(application, now) else None


def remind(application: Application, now: dt.datetime) -> Application:
    """Notes the reminder; one that was missed because of a later one is not made up for."""
    hours = sorted({*application["reminded_hours"], *_reminders_due(application, now)})
    reminded = {**application, "reminded_hours": hours}
    return {**reminded, "due_at": _next_due(reminded)}


def lapse(application: Application) -> Application:
    """It was not paid in time."""
    _require(application, "approved")
    return _moved(application, "lapsed", due_at=None)


def join(application: Application) -> Application:
    """The first term was paid and fulfilled."""
    _require(application, "approved", "lapsed")
    return _moved(application, "joined", due_at=None)


def check_may_apply_again(rejected: Application | None, now: dt.datetime, policy: Policy) -> None:
    """Raises DomainError(REAPPLY_TOO_EARLY) within the cool-down after a rejection."""
    if rejected is None:
        return
    opens_at = rejected["rejection"]["at"] + dt.timedelta(days=policy["reapply_after_days"])
    if now < opens_at:
        raise DomainError(REAPPLY_TOO_EARLY, opens_on=opens_at.date().isoformat())


def wrong_state(application: Application) -> DomainError:
    """The refusal that names the state an application is in."""
    return DomainError(
        APPLICATION_WRONG_STATE,
        application_id=application["_id"],
        current_state=application["state"],
    )


def _judged(
    application: Application,
    reviewer_id: str,
    verdict: str,
    note: str,
    now: dt.datetime,
    *further_states: str,
) -> Application:
    _require(application, *REVIEWABLE, *further_states)
    _not_own(application, reviewer_id)
    for earlier in application["verdicts"]:
        if earlier["reviewer_id"] == reviewer_id:
            raise DomainError(REVIEWER_DECIDED, verdict=earlier["verdict"])
    said = {"reviewer_id": reviewer_id, "verdict": verdict, "note": note, "at": now}
    return {**application, "verdicts": [*application["verdicts"], said]}


def _reminders_due(application: Application, now: dt.datetime) -> set[int]:
    waited = now - application["approved_at"]
    return {
        hours
        for hours in REMINDERS_AFTER_HOURS
        if waited >= dt.timedelta(hours=hours) and hours not in application["reminded_hours"]
    }


def _next_due(application: Application) -> dt.datetime:
    approved_at, pay_by = application["approved_at"], application["pay_by"]
    for hours in REMINDERS_AFTER_HOURS:
        at: dt.datetime = approved_at + dt.timedelta(hours=hours)
        if hours not in application["reminded_hours"] and at < pay_by:
            return at
    return pay_by


def _require(application: Application, *states: str) -> None:
    if application["state"] not in states:
        raise wrong_state(application)


def _not_own(application: Application, reviewer_id: str) -> None:
    if application["person_id"] == reviewer_id:
        raise DomainError(REVIEWER_CONFLICTED)


def _moved(application: Application, state: str, **changes: Any) -> Application:
    return {**application, **changes, "state": state, "live": state in LIVE}
