"""How applications look outside: answers of RPCs, data of events."""

from chassis.wording import rule_text
from contracts.types import membership as wire
from services.membership.domain.vetting.applications import (
    Application,
    Invited,
    OwnerDecision,
    shown_rejection,
)
from services.membership.domain.vetting.rounds import Verdict
from services.membership.domain.vetting.screening_rules import Screened
from services.membership.usecases.terms.views import purchase_id


def own_application_view(application: Application) -> wire.Application:
    """An application as its applicant sees it: not who decided what, nor who is on it."""
    term_id = application["term_id"]
    return {
        "id": application["_id"],
        "community_id": application["community_id"],
        "person_id": application["person_id"],
        "state": application["state"],
        "plan_id": application.get("plan_id"),
        "source": application.get("source"),
        "invitation": None,
        "form_version": application["form_version"],
        "answers": application["answers"],
        "submitted_at": application["submitted_at"],
        "info_request": application["info_request"],
        "verdicts": [],
        "round": None,
        "rubric": [],
        "former_rounds": [],
        "blind": False,
        "conflicts": [],
        "needs_owner": False,
        "owner_decision": None,
        "vouches": [],
        "rejection": shown_rejection(application),
        "decide_by": None,
        "pay_by": application["pay_by"],
        "membership_id": application["membership_id"],
        "purchase_id": purchase_id(application, term_id) if term_id else None,
        "claimed_by": None,
        "claimed_until": None,
        "screening": None,
        "version": application["version"],
        "created_at": application["created_at"],
        "updated_at": application["updated_at"],
    }


def application_view(application: Application, locale: str) -> wire.Application:
    """An application as reviewers see it."""
    review, screening = application.get("round"), application.get("screening")
    return {
        **own_application_view(application),
        "verdicts": [_verdict_view(given) for given in application["verdicts"]],
        "round": None if review is None else review["number"],
        "rubric": [] if review is None else review["rubric"],
        "former_rounds": [
            {
                "number": former["number"],
                "rubric": former["rubric"],
                "verdicts": [_verdict_view(given) for given in former["verdicts"]],
            }
            for former in application.get("former_rounds", [])
        ],
        "conflicts": application.get("conflicts", []),
        "rejection": application["rejection"],
        "needs_owner": application.get("needs_owner", False),
        "decide_by": application.get("decide_by"),
        "owner_decision": _owner_decision_view(application.get("owner_decision")),
        "vouches": [
            {"voucher_id": one["voucher_id"], "words": one["words"], "at": one["at"]}
            for one in application.get("vouches", [])
        ],
        "invitation": _invited_view(application.get("invitation")),
        "claimed_by": application["claimed_by"],
        "claimed_until": application["claimed_until"],
        "screening": None if screening is None else screened_view(screening, locale),
    }


def screened_view(screening: Screened, locale: str) -> wire.Screened:
    """What the rules said, in a reader's language."""
    return {
        "screening_version": screening["screening_version"],
        "score": screening["score"],
        "flags": [
            {
                "rule": flag["rule"],
                "kind": flag["kind"],
                "weight": flag["weight"],
                "effect": flag["effect"],
                "words": rule_text(flag["kind"], locale, flag["params"]),
                "about": flag["about"],
            }
            for flag in screening["flags"]
        ],
        "at": screening["at"],
    }


def staff_in(view: wire.Application) -> set[str | None]:
    """The ids of everybody of whom a view tells that they are on it or said something."""
    said = [*view["verdicts"]]
    for former in view["former_rounds"]:
        said += former["verdicts"]
    decided = view["owner_decision"]
    return {
        view["claimed_by"],
        None if decided is None else decided["owner_id"],
        *view["conflicts"],
        *(one["voucher_id"] for one in view["vouches"]),
        None if (invited := view["invitation"]) is None else invited["inviter_id"],
        *(one["reviewer_id"] for one in said),
    }


def without_verdicts(view: wire.Application) -> wire.Application:
    """As who is blind sees it: not what others said, nor that they did."""
    hidden: wire.Application = {**view, "verdicts": [], "former_rounds": [], "blind": True}
    return {**hidden, "owner_decision": None}


def _verdict_view(given: Verdict) -> wire.Verdict:
    return {
        "reviewer_id": given["reviewer_id"],
        "verdict": given["verdict"],
        "note": given["note"],
        "at": given["at"],
        "scores": given.get("scores", {}),
        "veto": given.get("veto", False),
        "reason": given.get("reason"),
    }


def _invited_view(invited: Invited | None) -> wire.Invited | None:
    if invited is None:
        return None
    return {
        "invitation_id": invited["invitation_id"],
        "inviter_id": invited["inviter_id"],
        "approved": invited["approved"],
    }


def _owner_decision_view(decided: OwnerDecision | None) -> wire.OwnerDecision | None:
    if decided is None:
        return None
    return {
        "owner_id": decided["owner_id"],
        "verdict": decided["verdict"],
        "note": decided["note"],
        "conflicted": decided["conflicted"],
        "at": decided["at"],
    }


def application_facts(application: Application) -> wire.ApplicationFacts:
    """What every event about an application says."""
    return {
        "application_id": application["_id"],
        "community_id": application["community_id"],
        "person_id": application["person_id"],
        "state": application["state"],
        "submitted_at": application["submitted_at"],
    }
