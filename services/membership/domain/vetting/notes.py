"""Notes that staff keep on an application, for each other."""

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import NOTES_MANY
from services.membership.domain.vetting.applications import APPLICATION, LIVE, Application

MOST_NOTES = 20  # of one author on one application


class Note(Aggregate):
    """What one of the staff noted."""

    community_id: str
    application_id: str
    author_id: str
    text: str


def require_may_note(application: Application) -> None:
    """Raises DomainError(APPLICATION_WRONG_STATE) once it is over: what was written is kept for a
    time only then."""
    APPLICATION.require_in(application, *(state for state in LIVE if state != "draft"))


def require_room(own_notes: int) -> None:
    """Raises DomainError(NOTES_MANY). Each author has a bound of their own: one for all would tell
    who is blind that others noted something."""
    if own_notes >= MOST_NOTES:
        raise DomainError(NOTES_MANY, maximum=MOST_NOTES)
