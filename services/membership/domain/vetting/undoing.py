"""Decisions that are taken back, and what may be edited after it was handed in (rules.md §1.8,
§1.10)."""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.membership import (
    APPLICATION_INCOMPLETE,
    DECISION_NOT_YOURS,
    REOPENING_OVER,
    REVIEWER_CONFLICTED,
    UNDO_OVER,
)
from contracts.text import rfc3339
from contracts.types.membership import Policy
from services.membership.domain.vetting.applications import (
    APPLICATION,
    EDITABLE,
    REVIEWABLE,
    Application,
    decision_due,
    in_new_round,
    moved,
)
from services.membership.domain.vetting.forms import Form, answer_problems
from services.membership.domain.vetting.reviews import approve
from services.membership.domain.vetting.rounds import Verdict, without
from services.membership.domain.vetting.screening_keys import answer_keys

REJECTION_UNDONE_FOR = dt.timedelta(hours=24)


def decided_by(application: Application) -> str | None:
    """Who decided on an approved or rejected application; None where a screening rule did."""
    owners = application.get("owner_decision")
    if owners is not None:
        return owners["owner_id"]
    verdict = _deciding(application)
    return None if verdict is None else verdict["reviewer_id"]


def require_may_undo(
    application: Application, person_id: str, *, owns: bool, now: dt.datetime
) -> None:
    """Raises what keeps somebody from undoing the decision on an application, apart from money
    that came for it; `owns`: an owner of the community.

    Raises DomainError(APPLICATION_WRONG_STATE, REVIEWER_CONFLICTED, DECISION_NOT_YOURS, UNDO_OVER).
    """
    APPLICATION.require_in(application, "approved", "rejected")
    if application["person_id"] == person_id:
        raise DomainError(REVIEWER_CONFLICTED)
    if not owns and decided_by(application) != person_id:
        raise DomainError(DECISION_NOT_YOURS)
    rejection = application["rejection"]
    if application["state"] == "rejected" and rejection is not None:
        until = rejection["at"] + REJECTION_UNDONE_FOR
        # Nothing is due of one whose person was erased: what was answered is gone.
        if now >= until or application["due_at"] is None:
            raise DomainError(UNDO_OVER, current_state=application["state"], until=rfc3339(until))


def undo(application: Application, now: dt.datetime, policy: Policy) -> Application:
    """The application in review again, or waiting for more where it was rejected meanwhile; without
    the decision on it: the deciding verdict goes, or what an owner decided; the others count on,
    and the time to decide begins anew."""
    verdicts = application["verdicts"]
    deciding = _deciding(application)
    if application.get("owner_decision") is None and deciding is not None:
        verdicts = without(verdicts, {deciding["reviewer_id"]})
    # What was asked for stands there until it is answered by handing in again.
    is_asked = application["state"] == "rejected" and application["info_request"] is not None
    undecided = _undecided(moved(application, "needs_info" if is_asked else "in_review"))
    due = None if is_asked else decision_due(policy, now)
    return {**undecided, "verdicts": verdicts, "decide_by": due}


def require_may_reopen(application: Application, owner_id: str) -> None:
    """Raises DomainError(APPLICATION_WRONG_STATE, REVIEWER_CONFLICTED, REOPENING_OVER)."""
    APPLICATION.require_in(application, "lapsed")
    if application["person_id"] == owner_id:
        raise DomainError(REVIEWER_CONFLICTED)
    # Nothing is due of one whose answers are gone.
    if application.get("reopened", False) or application["due_at"] is None:
        raise DomainError(REOPENING_OVER, current_state=application["state"])


def reopen(
    application: Application, owner_id: str, now: dt.datetime, policy: Policy
) -> Application:
    """A lapsed application approved anew, with the whole time to pay from now on; once."""
    require_may_reopen(application, owner_id)
    return {**approve(_undecided(application), now, policy), "reopened": True}


def require_may_edit(application: Application, policy: Policy) -> None:
    """Raises DomainError(APPLICATION_WRONG_STATE) unless the answers are the applicant's to edit:
    before they were handed in or when asked for more, and until it is paid where the policy lets
    edits reopen the review."""
    if policy.get("reopen", "never") == "until_paid":
        APPLICATION.require_in(application, *EDITABLE, *REVIEWABLE, "approved")
    else:
        APPLICATION.require_in(application, *EDITABLE)


def edit(
    application: Application,
    form: Form,
    answers: dict[str, Any],
    policy: Policy,
    now: dt.datetime,
) -> Application:
    """One that was handed in, with other answers, which are judged in a new round; the application
    itself where they are the same.

    Raises DomainError(APPLICATION_INCOMPLETE) with a problem for every missing or invalid answer.
    """
    require_may_edit(application, policy)
    if answers == application["answers"]:
        return application
    if problems := answer_problems(form, answers):
        raise DomainError(APPLICATION_INCOMPLETE, fields=problems)
    edited: Application = {**application, "answers": answers}
    return {
        **_undecided(moved(in_new_round(edited, policy), "in_review")),
        "decide_by": decision_due(policy, now),
        "answer_keys": answer_keys(form, answers),
    }


def _deciding(application: Application) -> Verdict | None:
    """The verdict by which an approved or rejected application was decided: the veto, or the last
    that said so."""
    word = "approve" if application["state"] == "approved" else "reject"
    said = [one for one in application["verdicts"] if one["verdict"] == word]
    vetoes = [one for one in said if one.get("veto")]
    return next(reversed(vetoes or said), None)


def _undecided(application: Application) -> Application:
    """Without what a decision put there."""
    undecided: Application = {
        **application,
        "needs_owner": False,
        "owner_decision": None,
        "rejection": None,
        "approved_at": None,
        "pay_by": None,
        "reminded_hours": [],
        "due_at": None,
        "membership_id": None,
        "term_id": None,
    }
    if application["membership_id"] is not None:
        undecided["openings"] = application.get("openings", 1)
    if "invitation" in application:
        undecided["invitation"] = {**application["invitation"], "approved": False}
    undecided.pop("purchase_id", None)
    undecided.pop("extended_to", None)
    return undecided
