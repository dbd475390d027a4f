"""How applications look outside: answers of RPCs, data of events."""

from contracts.types import membership as wire
from services.membership.domain.vetting.applications import Application
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
        "version": application["version"],
        "created_at": application["created_at"],
        "updated_at": application["updated_at"],
    }


def application_view(application: Application) -> wire.Application:
    """An application as staff see it."""
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
