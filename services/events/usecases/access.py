"""Who may see a meetup and act on it."""

from chassis.access import Caller
from contracts import events
from contracts.access import Who
from services.events.domain.meetups import Meetup


def require_shown(caller: Caller, meetup: Meetup) -> None:
    """A draft is for who may publish it. Raises DomainError(OBJECT_NOT_FOUND)."""
    caller.require_may_see(events.GET_MEETUP.who, "meetup")
    if meetup["state"] == "draft":
        caller.require_may_see(events.PUBLISH_MEETUP.who, "meetup")


def require_staff(caller: Caller, who: Who, meetup: Meetup) -> None:
    """Raises DomainError(OBJECT_NOT_FOUND) for strangers, NOT_PERMITTED for mere members."""
    require_shown(caller, meetup)
    caller.require(who)
