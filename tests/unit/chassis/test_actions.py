"""What a caller may do now: the record says who, the step of the domain says when."""

import datetime as dt
from typing import Any

from chassis.access import Caller, Rights
from chassis.actions import Action, possible, possible_with_rows
from chassis.context import Actor
from contracts import events
from contracts.access import MEMBERS
from contracts.errors import DomainError
from contracts.errors.events import MEETUP_WRONG_STATE

NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)


class Asked:
    """A caller with roles, and how often they were read."""

    def __init__(self, *roles: str, person: str = "per_1") -> None:
        self.reads = 0
        self._roles = frozenset(roles)
        ctx: Any = type("Ctx", (), {"actor": Actor("person", person)})
        self.caller = Caller(ctx, self._held)

    def _held(self) -> Rights:
        self.reads += 1
        return self._roles, lambda: False


def goes(thing: str, now: dt.datetime) -> str:
    return thing


def does_not(thing: str, now: dt.datetime) -> str:
    raise DomainError(MEETUP_WRONG_STATE, current_state=thing)


def test_what_the_domain_refuses_or_the_record_does_not_allow_is_not_shown() -> None:
    host = Asked("host")
    actions = [
        Action(events.PUBLISH_MEETUP, goes),
        Action(events.CANCEL_MEETUP, does_not),
        Action(events.REGISTER, goes),  # members
    ]
    assert possible(actions, "draft", NOW, host.caller) == ["publish_meetup"]


def test_ones_own_needs_no_role_but_what_is_asked_besides() -> None:
    confirm = [Action(events.CONFIRM_REGISTRATION, goes, also=MEMBERS)]
    own = Asked("member")
    assert possible(confirm, "x", NOW, own.caller, about="per_1") == ["confirm_registration"]
    former = Asked("former_member")
    assert possible(confirm, "x", NOW, former.caller, about="per_1") == []
    assert possible(confirm, "x", NOW, own.caller, about="per_2") == []


def test_roles_are_read_only_where_they_make_a_difference() -> None:
    own = Asked("member")
    actions = [Action(events.CHECK_IN, does_not), Action(events.WITHDRAW_REGISTRATION, goes)]
    assert possible(actions, "x", NOW, own.caller, about="per_1") == ["withdraw_registration"]
    assert own.reads == 0


def test_rows_of_others_are_tried_only_for_what_the_caller_may_with_them() -> None:
    tried: list[str] = []

    def tries(thing: str, now: dt.datetime) -> None:
        tried.append(thing)

    host = Asked("host", "member")
    actions = [
        Action(events.SELECT_REGISTRATIONS, goes),
        Action(events.CONFIRM_REGISTRATION, tries, also=MEMBERS),
        Action(events.CHECK_IN, does_not),
    ]
    with_row = possible_with_rows(actions, NOW, host.caller)
    for about in ("per_2", "per_1"):
        assert with_row(about, about) == possible(actions, about, NOW, host.caller, about=about)
    assert with_row("mine", "per_1") == ["select_registrations", "confirm_registration"]
    tried.clear()
    assert with_row("theirs", "per_2") == ["select_registrations"]
    assert tried == []


def test_what_only_others_do_is_not_shown_to_whom_it_is_about() -> None:
    host = Asked("host")
    actions = [Action(events.SELECT_REGISTRATIONS, goes, by_others=True)]
    with_row = possible_with_rows(actions, NOW, host.caller)
    assert possible(actions, "x", NOW, host.caller, about="per_1") == with_row("x", "per_1") == []
    assert with_row("x", "per_2") == ["select_registrations"]
