"""What reviewers and owners do with an application (rules.md §1.2–1.6)."""

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from contracts.errors import DomainError
from contracts.errors.membership import (
    APPLICATION_CLAIMED,
    APPLICATION_NEEDS_OWNER,
    REVIEWER_CONFLICTED,
    REVIEWER_DECIDED,
    ROUND_OVER,
    SCORED_ONE_BY_ONE,
    VETO_NOT_ALLOWED,
)
from contracts.text import rfc3339
from contracts.types.membership import Policy
from services.membership.domain.vetting import rounds
from services.membership.domain.vetting.applications import (
    APPLICATION,
    IN_QUEUE,
    REVIEWABLE,
    UNDECIDED,
    WORDS_KEPT,
    Application,
    InfoRequest,
    OwnerDecision,
    Rejection,
    moved,
    scheduled,
)
from services.membership.domain.vetting.rounds import Outcome, Round, Verdict


class Reviewer(NamedTuple):
    """Somebody who holds a role that reviews, and the company that the community has of them."""

    person_id: str
    is_owner: bool
    company: str | None


class Panel(NamedTuple):
    """Everybody who reviews in the community, and those whom a conflict of interest bars."""

    reviewers: frozenset[str]
    owners: frozenset[str]
    conflicted: frozenset[str]

    def could_still_judge(self, verdicts: Iterable[Verdict]) -> int:
        """How many have no verdict among these and may give one."""
        judged = {one["reviewer_id"] for one in verdicts}
        return len(self.reviewers - self.conflicted - judged)


def panel_for(application: Application, company: str | None, staff: Iterable[Reviewer]) -> Panel:
    """The panel for an application of somebody from this company."""
    everybody = list(staff)
    return Panel(
        frozenset(one.person_id for one in everybody),
        frozenset(one.person_id for one in everybody if one.is_owner),
        frozenset(one.person_id for one in everybody if is_conflicted(application, company, one)),
    )


def is_conflicted(application: Application, company: str | None, reviewer: Reviewer) -> bool:
    """Whether a conflict of interest bars them (rules.md §1.6)."""
    return (
        application["person_id"] == reviewer.person_id
        or reviewer.person_id in application.get("conflicts", [])
        or any(one["voucher_id"] == reviewer.person_id for one in application.get("vouches", []))
        or _invited_by(application) == reviewer.person_id
        or (bool(company) and _plain(company) == _plain(reviewer.company))
    )


def is_blind(application: Application, reader_id: str, *, decides: bool) -> bool:
    """Whether what others said of it is kept from this reader (rules.md §1.9): until their own
    verdict or the decision. `decides`: an owner whom no conflict bars."""
    review = application.get("round")
    if review is None or not review["policy"]["blind"] or application["state"] not in UNDECIDED:
        return False
    if decides and application.get("needs_owner", False):
        return False
    return all(one["reviewer_id"] != reader_id for one in application["verdicts"])


def claim(
    application: Application, reviewer_id: str, now: dt.datetime, policy: Policy
) -> Application:
    """A reviewer takes it up, which tells the others, not more; a claim runs out by itself.

    Raises DomainError(APPLICATION_CLAIMED) while somebody else is on it.
    """
    APPLICATION.require_in(application, *REVIEWABLE)
    require_unconflicted(application, reviewer_id)
    holder, held_until = application["claimed_by"], application["claimed_until"]
    if holder not in (None, reviewer_id) and held_until is not None and held_until > now:
        raise DomainError(
            APPLICATION_CLAIMED,
            reviewer_id=holder,
            until=rfc3339(held_until),
            minutes=math.ceil((held_until - now) / dt.timedelta(minutes=1)),
        )
    return {
        **moved(application, "in_review"),
        "claimed_by": reviewer_id,
        "claimed_until": now + dt.timedelta(minutes=policy["claim_minutes"]),
    }


def request_info(
    application: Application,
    reviewer_id: str,
    message: str,
    questions: list[str],
    now: dt.datetime,
    seen_round: int | None = None,
) -> Application:
    """A reviewer asks for more; the application is the applicant's to edit again."""
    APPLICATION.require_in(application, *REVIEWABLE)
    require_unconflicted(application, reviewer_id)
    _require_undelegated(application)
    _require_round(application, seen_round)
    wanted: InfoRequest = {"message": message, "questions": questions, "at": now}
    return {**moved(application, "needs_info"), "info_request": wanted}


def require_may_judge(application: Application, reviewer_id: str, verdict: rounds.Decision) -> None:
    """Raises what bars them from a verdict, apart from what only the panel knows."""
    states = (*REVIEWABLE, "needs_info") if verdict == "reject" else REVIEWABLE
    APPLICATION.require_in(application, *states)
    require_unconflicted(application, reviewer_id)
    _require_undelegated(application)
    for earlier in application["verdicts"]:
        if earlier["reviewer_id"] == reviewer_id:
            raise DomainError(REVIEWER_DECIDED, verdict=earlier["verdict"])


def judge(
    application: Application,
    given: Verdict,
    panel: Panel,
    policy: Policy,
    seen_round: int | None = None,
) -> Application:
    """Adds a verdict, which decides nothing by itself: `settle` does. `seen_round`: the round of
    the answers that it is about, as far as that is known.

    Raises DomainError(REVIEWER_CONFLICTED, REVIEWER_DECIDED, ROUND_OVER, APPLICATION_NEEDS_OWNER,
    SCORES_INCOMPLETE, VETO_NOT_ALLOWED).
    """
    reviewer_id, review = given["reviewer_id"], _round_of(application, policy)
    require_may_judge(application, reviewer_id, given["verdict"])
    if reviewer_id in panel.conflicted:
        raise DomainError(REVIEWER_CONFLICTED)
    _require_round(application, seen_round)
    if _outcome(application, review, panel) == "needs_owner":
        raise DomainError(APPLICATION_NEEDS_OWNER)
    rounds.check_scores(review["rubric"], given.get("scores", {}))
    veto = review["policy"]["veto"]
    may_veto = veto == "any" or (veto == "owners" and reviewer_id in panel.owners)
    if given.get("veto") and not may_veto:
        raise DomainError(VETO_NOT_ALLOWED)
    return {**application, "round": review, "verdicts": [*application["verdicts"], given]}


def declare_conflict(application: Application, reviewer_id: str) -> Application:
    """A reviewer says that they are too near; what they said before is taken away by `settle`.

    Raises DomainError(REVIEWER_CONFLICTED) for who is barred already.
    """
    APPLICATION.require_in(application, *IN_QUEUE)
    require_unconflicted(application, reviewer_id)
    declared = application.get("conflicts", [])
    noted: Application = {**application, "conflicts": [*declared, reviewer_id]}
    return without_claim_of(noted, reviewer_id)


def without_claim_of(application: Application, reviewer_id: str) -> Application:
    """Who is barred is not on it any more."""
    if application["claimed_by"] != reviewer_id:
        return application
    return {**application, "claimed_by": None, "claimed_until": None}


def settle(application: Application, panel: Panel, now: dt.datetime, policy: Policy) -> Application:
    """What the round has come to (rules.md §1.3); the application itself where nothing changes.

    Verdicts of who turned out to be conflicted go.
    """
    if application["state"] not in IN_QUEUE:
        return application
    kept = rounds.without(application["verdicts"], panel.conflicted)
    left: Application = {**application, "verdicts": kept}
    outcome = _outcome(left, _round_of(application, policy), panel)
    if outcome == "rejected":
        decisive = next((one for one in kept if one.get("veto")), None)
        first = decisive or next(one for one in kept if one["verdict"] == "reject")
        return reject(left, first.get("reason", "other"), first["note"], now)
    if application["state"] not in REVIEWABLE:
        return left
    if outcome == "approved":
        return approve(left, now, policy)
    if outcome == "needs_owner":
        return {**moved(left, "in_review"), "needs_owner": True}
    return {**left, "needs_owner": False} if left.get("needs_owner", False) else left


def require_needs_owner(application: Application, owner_id: str) -> None:
    """Raises what keeps an owner from deciding, apart from what only the panel knows."""
    APPLICATION.require_in(application, *REVIEWABLE)
    if owner_id == application["person_id"]:
        raise DomainError(REVIEWER_CONFLICTED)
    if not application.get("needs_owner", False):
        raise APPLICATION.wrong_state(application)


def decide_as_owner(
    application: Application,
    decided: OwnerDecision,
    rejection: Rejection,
    panel: Panel,
    now: dt.datetime,
    policy: Policy,
    seen_round: int | None = None,
) -> Application:
    """An owner decides what the reviewers could not (rules.md §1.4).

    A conflict bars them only while an owner without one is there; then it is recorded.
    """
    owner_id = decided["owner_id"]
    require_needs_owner(application, owner_id)
    conflicted = owner_id in panel.conflicted
    if conflicted and panel.owners - panel.conflicted:
        raise DomainError(REVIEWER_CONFLICTED)
    _require_round(application, seen_round)
    noted: OwnerDecision = {**decided, "conflicted": conflicted}
    after: Application = {**application, "needs_owner": False, "owner_decision": noted}
    if decided["verdict"] == "approve":
        return approve(after, now, policy)
    return reject(after, rejection["reason"], rejection["message"], now)


def approve(application: Application, now: dt.datetime, policy: Policy) -> Application:
    """It is approved and waits for payment."""
    pay_by = now + dt.timedelta(hours=policy["pay_by_hours"])
    approved = moved(application, "approved")
    return scheduled({**approved, "approved_at": now, "pay_by": pay_by})


def reject(application: Application, reason: str, message: str, now: dt.datetime) -> Application:
    """It is rejected, with what the applicant is told."""
    return {
        **moved(application, "rejected"),
        "rejection": {"reason": reason, "message": message, "at": now},
        "due_at": now + WORDS_KEPT,
    }


def require_unscored(application: Application) -> None:
    """Raises DomainError(SCORED_ONE_BY_ONE) where verdicts score a rubric: who says the same of
    many gives no scores."""
    review = application.get("round")
    if review is not None and review["rubric"]:
        raise DomainError(SCORED_ONE_BY_ONE)


def require_unconflicted(application: Application, reviewer_id: str) -> None:
    """Raises DomainError(REVIEWER_CONFLICTED) for one's own, a declared conflict, and whom one
    vouches for or invited."""
    if is_conflicted(application, None, Reviewer(reviewer_id, False, None)):
        raise DomainError(REVIEWER_CONFLICTED)


def _require_undelegated(application: Application) -> None:
    if application.get("needs_owner", False):
        raise DomainError(APPLICATION_NEEDS_OWNER)


def _require_round(application: Application, seen: int | None) -> None:
    """Raises DomainError(ROUND_OVER) where other answers were read than those of now (rules.md
    §1.8); after what bars the caller, who may not be told the round."""
    review = application.get("round")
    current = 1 if review is None else review["number"]
    if seen not in (None, current):
        raise DomainError(ROUND_OVER, current_round=current)


def _outcome(application: Application, review: Round, panel: Panel) -> Outcome:
    verdicts = application["verdicts"]
    could = panel.could_still_judge(verdicts)
    vouched = "vouches" in application
    return rounds.decide(review["policy"], review["rubric"], verdicts, could, vouched=vouched)


def _round_of(application: Application, policy: Policy) -> Round:
    """Its round; of one handed in before there were rounds, one by the policy of now, without a
    rubric, by which nobody judged."""
    plain: Policy = {**policy, "rubric": [], "least_score": None}
    return application.get("round") or rounds.begin(1, plain)


def _invited_by(application: Application) -> str | None:
    return application["invitation"]["inviter_id"] if "invitation" in application else None


def _plain(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").casefold().split())
