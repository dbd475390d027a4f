"""One person's request to join one community, from draft to joined (product.md §2).

    draft → submitted → in_review ⇄ needs_info → approved | rejected | withdrawn
    approved → joined (paid) | lapsed (not paid in time; a late payment may still turn it to joined)
    approved, rejected → in_review (undone);  lapsed → approved (reopened)

Each step takes an application and returns the changed one, or raises
DomainError(APPLICATION_WRONG_STATE) naming the state that it is in.
"""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict, cast

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import APPLICATION_INCOMPLETE, APPLICATION_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.membership import ApplicationState
from contracts.types.membership import Policy
from services.membership.domain.vetting import rounds
from services.membership.domain.vetting.forms import (
    Form,
    answer_problems,
    check_asked,
    check_reopened,
)
from services.membership.domain.vetting.rounds import Decision, FormerRound, Round, Verdict
from services.membership.domain.vetting.screening_keys import answer_keys
from services.membership.domain.vetting.screening_rules import Screened

APPLICATION: StateMachine[ApplicationState] = machine(
    APPLICATION_WRONG_STATE,
    id_param="application_id",
    draft="submitted withdrawn",
    submitted="in_review needs_info approved rejected withdrawn",
    in_review="in_review needs_info approved rejected withdrawn",
    needs_info="in_review rejected withdrawn",
    approved="joined lapsed withdrawn in_review",
    rejected="in_review needs_info",
    withdrawn="",
    joined="",
    lapsed="joined approved",
)
LIVE: tuple[ApplicationState, ...] = (
    "draft",
    "submitted",
    "in_review",
    "needs_info",
    "approved",
)
EDITABLE: tuple[ApplicationState, ...] = ("draft", "needs_info")
UNDECIDED: tuple[ApplicationState, ...] = ("draft", "submitted", "in_review", "needs_info")
REVIEWABLE: tuple[ApplicationState, ...] = ("submitted", "in_review")
IN_QUEUE: tuple[ApplicationState, ...] = (*REVIEWABLE, "needs_info")
REMINDERS_AFTER_HOURS = (24, 60)
# From the last edit of a draft until it ends; from the end of one that came to nothing until what
# was answered and written goes (product.md §2).
DRAFT_KEPT, WORDS_KEPT = dt.timedelta(days=30), dt.timedelta(days=180)
_OF_ANSWERS = ("screening", "answer_keys", "files")  # what else stands in it of what was answered
Step = Literal["remind", "lapse", "expire", "forget"]


class InfoRequest(TypedDict):
    """What a reviewer asked the applicant for."""

    message: str
    questions: list[str]
    at: dt.datetime


class OwnerDecision(TypedDict):
    """What an owner decided where the reviewers could not; `conflicted`: as every owner was."""

    owner_id: str
    verdict: Decision
    note: str
    conflicted: bool
    at: dt.datetime


class Vouch(TypedDict):
    """What a member said for who applied; "" once one of them is erased."""

    voucher_id: str
    words: str
    at: dt.datetime


class Invited(TypedDict):
    """By whose invitation it came, whether it holds a use of that, and whether that approved it."""

    invitation_id: str
    inviter_id: str
    skips_review: bool
    holds_use: bool
    approved: bool


class Rejection(TypedDict):
    """Why it was rejected, for the applicant."""

    reason: str
    message: str
    at: dt.datetime


class Application(Aggregate):
    """A person's request; `purchase_id` is kept by those of which payments still chose the id.
    Outages are made up for until `extended_to`.

    `verdicts` are those of the present `round`; `vouches`, never empty, count in all of them.
    `revision` counts changes that leave the version as it was, because who is blind must not notice
    them. While it waits for staff a decision is due by `decide_by`. `conflicts` were declared.
    `files` are uploads that it claimed, those that its answers named when it was handed in.
    `openings` counts how often it was up for payment; after a lapse that happens once (`reopened`).
    """

    community_id: str
    person_id: str
    state: ApplicationState
    live: bool
    plan_id: NotRequired[str | None]
    form_version: int
    answers: dict[str, Any]
    submitted_at: dt.datetime | None
    info_request: InfoRequest | None
    revision: NotRequired[int]
    round: NotRequired[Round]
    verdicts: list[Verdict]
    former_rounds: NotRequired[list[FormerRound]]
    conflicts: NotRequired[list[str]]
    vouches: NotRequired[list[Vouch]]
    needs_owner: NotRequired[bool]
    owner_decision: NotRequired[OwnerDecision | None]
    rejection: Rejection | None
    claimed_by: str | None
    claimed_until: dt.datetime | None
    approved_at: dt.datetime | None
    pay_by: dt.datetime | None
    reminded_hours: list[int]
    due_at: dt.datetime | None
    decide_by: NotRequired[dt.datetime | None]
    membership_id: str | None
    term_id: str | None
    purchase_id: NotRequired[str | None]
    extended_to: NotRequired[dt.datetime]
    openings: NotRequired[int]
    reopened: NotRequired[bool]
    source: NotRequired[str | None]
    invitation: NotRequired[Invited]
    screening: NotRequired[Screened]
    answer_keys: NotRequired[list[str]]
    name_keys: NotRequired[list[str]]
    files: NotRequired[list[str]]


def draft(
    *,
    id: str,
    community_id: str,
    person_id: str,
    plan_id: str | None,
    form_version: int,
    answers: dict[str, Any],
    now: dt.datetime,
    source: str | None = None,
) -> Application:
    """A new application that nobody but the applicant works on or sees."""
    return {
        "_id": id,
        "community_id": community_id,
        "person_id": person_id,
        "state": "draft",
        "live": True,
        "plan_id": plan_id,
        "source": source,
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
        "due_at": now + DRAFT_KEPT,
        "membership_id": None,
        "term_id": None,
    }


def handed_in(application: Application) -> bool:
    """Whether it is anybody's business but the applicant's: it was submitted, if only once."""
    return application["submitted_at"] is not None


def change_answers(
    application: Application, form: Form, answers: dict[str, Any], now: dt.datetime
) -> Application:
    """The applicant replaces the answers while the application is theirs to edit; those to other
    questions than a request for more reopened stay as they are (rules.md §1.8).

    Raises DomainError(INVALID_INPUT) for answers to questions that the form does not have, or that
    are not reopened.
    """
    APPLICATION.require_in(application, *EDITABLE)
    check_asked(form, answers)
    if (wanted := application["info_request"]) is not None:
        check_reopened(form, wanted["questions"], application["answers"], answers)
    due_at = now + DRAFT_KEPT if application["state"] == "draft" else None
    return {**application, "answers": answers, "due_at": due_at}


def choose_plan(application: Application, plan_id: str) -> Application:
    """The applicant names another plan, as long as nobody decided."""
    APPLICATION.require_in(application, *UNDECIDED)
    return {**application, "plan_id": plan_id}


def submit(application: Application, form: Form, now: dt.datetime, policy: Policy) -> Application:
    """Hands a complete application in; after an information request the review goes on afresh, in
    a new round, and the price goes by when it was first handed in (rules.md §3.3).

    Raises DomainError(APPLICATION_INCOMPLETE) with a problem for every missing or invalid answer.
    """
    APPLICATION.require_in(application, *EDITABLE)
    problems = answer_problems(form, application["answers"])
    if problems:
        raise DomainError(APPLICATION_INCOMPLETE, fields=problems)
    to: ApplicationState = "submitted" if application["state"] == "draft" else "in_review"
    return {
        **moved(in_new_round(application, policy), to),
        "decide_by": decision_due(policy, now),
        "submitted_at": application["submitted_at"] or now,
        "info_request": None,
        "due_at": None,
        "answer_keys": answer_keys(form, application["answers"]),
    }


def withdraw(application: Application, now: dt.datetime) -> Application:
    """The applicant takes the application back, at the latest before paying."""
    withdrawn = moved(application, "withdrawn")
    return {**withdrawn, "needs_owner": False, "due_at": now + WORDS_KEPT}


def words_of(application: Application, at: dt.datetime) -> str:
    """What a reviewer wrote to the applicant at that instant; "" when it is there no more."""
    for written in (shown_rejection(application), application["info_request"]):
        if written is not None and written["at"] == at:
            return written["message"]
    return ""


def shown_rejection(application: Application) -> Rejection | None:
    """Why it was rejected, as far as the policy of its last round lets the applicant know."""
    rejection, review = application["rejection"], application.get("round")
    if rejection is None or review is None:
        return rejection
    shown = review["policy"].get("show_reasons", "words")
    if shown == "words":
        return rejection
    reason = rejection["reason"] if shown == "reason" else "other"
    return {"reason": reason, "message": "", "at": rejection["at"]}


def step_due(application: Application, now: dt.datetime) -> Step | None:
    """What time asks for: `remind` of the payment, `lapse`; `expire` a draft that lies, `forget`
    what was written; or nothing."""
    if application["state"] != "approved":
        due_at = application["due_at"]
        if due_at is None or now < due_at:
            return None
        return "expire" if application["state"] == "draft" else "forget"
    if now >= payment_times(application)[1]:
        return "lapse"
    return "remind" if _reminders_due(application, now) else None


def remind(application: Application, now: dt.datetime) -> Application:
    """Notes the reminder; one that was missed because of a later one is not made up for."""
    hours = sorted({*application["reminded_hours"], *_reminders_due(application, now)})
    return scheduled({**application, "reminded_hours": hours})


def payment_times(application: Application) -> tuple[dt.datetime, dt.datetime]:
    """When it was approved, and until when it is to be paid."""
    approved_at, pay_by = application["approved_at"], application["pay_by"]
    assert approved_at is not None  # set with the approval
    assert pay_by is not None
    return approved_at, pay_by


def give_time_to_pay(application: Application, pay_by: dt.datetime) -> Application:
    """It may be paid until then."""
    return scheduled({**application, "pay_by": pay_by})


def lapse(application: Application, now: dt.datetime) -> Application:
    """It was not paid in time."""
    return {**moved(application, "lapsed"), "due_at": now + WORDS_KEPT}


def expire(application: Application, now: dt.datetime) -> Application:
    """A draft that nobody went on with ends; nobody but the applicant ever saw it."""
    return forget(withdraw(application, now))


def join(application: Application) -> Application:
    """The first term was fulfilled."""
    return {**moved(application, "joined"), "due_at": None}


def join_for_free(application: Application) -> Application:
    """It was approved for a free plan: nothing is to be paid."""
    return {**join(application), "pay_by": None}


def forget(application: Application) -> Application:
    """An application that is over, without what the applicant answered and what was written to or
    about them; when and by whom it was decided, and the code that says why, stay."""
    rejection, decision = application["rejection"], application.get("owner_decision")
    kept = {name: one for name, one in application.items() if name not in _OF_ANSWERS}
    if "vouches" in kept:
        kept["vouches"] = [{**one, "words": ""} for one in application["vouches"]]
    return {
        **cast(Application, kept),
        "answers": {},
        "info_request": None,
        "verdicts": _wordless(application["verdicts"]),
        "former_rounds": [
            {**former, "verdicts": _wordless(former["verdicts"])}
            for former in application.get("former_rounds", [])
        ],
        "owner_decision": None if decision is None else {**decision, "note": ""},
        "rejection": None if rejection is None else {**rejection, "message": ""},
        "due_at": None,
    }


def in_new_round(application: Application, policy: Policy) -> Application:
    """Earlier verdicts stay readable and do not count."""
    former, before = application.get("round"), application.get("former_rounds", [])
    verdicts = application["verdicts"]
    if verdicts:
        number, rubric = (1, []) if former is None else (former["number"], former["rubric"])
        before = [*before, {"number": number, "rubric": rubric, "verdicts": verdicts}]
    return {
        **application,
        "round": rounds.begin(1 if former is None else former["number"] + 1, policy),
        "verdicts": [],
        "former_rounds": before,
    }


def decision_due(policy: Policy, now: dt.datetime) -> dt.datetime | None:
    """When a decision is due on one that waits for it from now on; None where there is no clock."""
    hours = policy.get("decide_within_hours")  # older policies lack it
    return None if hours is None else now + dt.timedelta(hours=hours)


def _wordless(verdicts: list[Verdict]) -> list[Verdict]:
    return [{**given, "note": ""} for given in verdicts]


def _reminders_due(application: Application, now: dt.datetime) -> set[int]:
    approved_at, _ = payment_times(application)
    waited = now - approved_at
    return {
        hours
        for hours in REMINDERS_AFTER_HOURS
        if waited >= dt.timedelta(hours=hours) and hours not in application["reminded_hours"]
    }


def scheduled(application: Application) -> Application:
    """An approved one, with what time asks of it next."""
    approved_at, pay_by = payment_times(application)
    reminders = (
        approved_at + dt.timedelta(hours=hours)
        for hours in REMINDERS_AFTER_HOURS
        if hours not in application["reminded_hours"]
    )
    return {**application, "due_at": min([*reminders, pay_by])}


def moved(application: Application, to: ApplicationState) -> Application:
    """In another state; raises DomainError(APPLICATION_WRONG_STATE)."""
    changed: Application = {**APPLICATION.move(application, to), "live": to in LIVE}
    if to not in REVIEWABLE and changed.get("decide_by") is not None:
        changed["decide_by"] = None
    return changed
