"""How applications look outside: answers of RPCs, data of events."""

from chassis.wording import rule_text
from contracts.types import membership as wire
from services.membership.domain.vetting.applications import Application
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
        "form_version": application["form_version"],
        "answers": application["answers"],
        "submitted_at": application["submitted_at"],
        "info_request": application["info_request"],
        "verdicts": [],
        "rejection": application["rejection"],
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
    screening = application.get("screening")
    return {
        **own_application_view(application),
        "verdicts": [
            {
                "reviewer_id": decided["reviewer_id"],
                "verdict": decided["verdict"],
                "note": decided["note"],
                "at": decided["at"],
            }
            for decided in application["verdicts"]
        ],
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


def application_facts(application: Application) -> wire.ApplicationFacts:
    """What every event about an application says."""
    return {
        "application_id": application["_id"],
        "community_id": application["community_id"],
        "person_id": application["person_id"],
        "state": application["state"],
        "submitted_at": application["submitted_at"],
    }
