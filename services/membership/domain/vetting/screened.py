"""What becomes of an application by what the screening rules said."""

import datetime as dt

from contracts.states.membership import RejectionReason
from services.membership.domain.vetting.applications import (
    WORDS_KEPT,
    Application,
    Rejection,
    moved,
)
from services.membership.domain.vetting.screening_rules import Flag, Screened, score_of


def note_screening(
    application: Application,
    screening_version: int,
    flags: list[Flag],
    reason: RejectionReason | None,
    now: dt.datetime,
) -> Application:
    """An application that was just handed in, with what was found; with a `reason` it is rejected,
    by nobody and without words."""
    found: Screened = {
        "screening_version": screening_version,
        "score": score_of(flags),
        "flags": flags,
        "at": now,
    }
    noted: Application = {**application, "screening": found}
    if reason is None:
        return noted
    rejection: Rejection = {"reason": reason, "message": "", "at": now}
    return {**moved(noted, "rejected"), "rejection": rejection, "due_at": now + WORDS_KEPT}
