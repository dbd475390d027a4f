"""What people may do with an application or a membership now."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from chassis.actions import Action
from contracts import membership as contract
from contracts.errors import DomainError
from contracts.errors.membership import REVIEWER_CONFLICTED
from contracts.types.membership import Policy
from services.membership.domain.terms import (
    cancellations,
    memberships,
    paid_terms,
    pauses,
    suspensions,
)
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications, notes, reviews, undoing
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form
from services.membership.domain.vetting.rounds import Decision


class Judged(NamedTuple):
    """An application, the form that it answers (few steps ask for it), the community's policy, and
    who looks at it, whom a conflict of interest may bar; `owns`: an owner of the community."""

    application: Application
    form: Callable[[], Form]
    policy: Policy
    reader_id: str
    is_conflicted: bool = False
    owns: bool = False


class Held(NamedTuple):
    """A membership and the community's policy, which few steps ask for."""

    membership: Membership
    policy: Callable[[], Policy]


def _start_renewal(held: Held, now: dt.datetime) -> None:
    today, policy = day_in(held.membership["zone"], now), held.policy()
    if memberships.renewal_is_open(held.membership, today, policy):
        # It would be answered; what is left to do is with its purchase.
        raise memberships.wrong_state(held.membership, today)
    memberships.start_renewal(held.membership, "", None, today, policy)


def _pause(held: Held, now: dt.datetime) -> None:
    today = day_in(held.membership["zone"], now)
    pauses.pause(held.membership, held.policy(), today)


def _judge(it: Judged, verdict: Decision) -> None:
    if it.is_conflicted:
        raise DomainError(REVIEWER_CONFLICTED)
    reviews.require_may_judge(it.application, it.reader_id, verdict)


def _today(
    step: Callable[[Membership, str], Membership],
) -> Callable[[Held, dt.datetime], Membership]:
    """A step by the calendar day of its membership."""
    return lambda held, now: step(held.membership, day_in(held.membership["zone"], now))


APPLICATION_ACTIONS: tuple[Action[Judged], ...] = (
    Action(
        contract.CHANGE_APPLICATION,
        lambda it, now: undoing.require_may_edit(it.application, it.policy),
    ),
    Action(
        contract.CHOOSE_APPLICATION_PLAN,
        lambda it, now: applications.choose_plan(it.application, ""),
    ),
    Action(
        contract.SUBMIT_APPLICATION,
        lambda it, now: applications.submit(it.application, it.form(), now, it.policy),
    ),
    Action(
        contract.WITHDRAW_APPLICATION, lambda it, now: applications.withdraw(it.application, now)
    ),
    Action(
        contract.CLAIM_APPLICATION,
        lambda it, now: reviews.claim(it.application, it.reader_id, now, it.policy),
    ),
    Action(contract.APPROVE_APPLICATION, lambda it, now: _judge(it, "approve")),
    Action(contract.REJECT_APPLICATION, lambda it, now: _judge(it, "reject")),
    Action(
        contract.DECIDE_APPLICATION,
        lambda it, now: reviews.require_needs_owner(it.application, it.reader_id),
    ),
    Action(
        contract.DECLARE_CONFLICT,
        lambda it, now: reviews.declare_conflict(it.application, it.reader_id),
    ),
    Action(
        contract.UNDO_DECISION,
        lambda it, now: undoing.require_may_undo(
            it.application, it.reader_id, owns=it.owns, now=now
        ),
    ),
    Action(
        contract.REOPEN_APPLICATION,
        lambda it, now: undoing.require_may_reopen(it.application, it.reader_id),
    ),
    Action(
        contract.REQUEST_INFO,
        lambda it, now: reviews.request_info(it.application, it.reader_id, "", [], now),
    ),
    Action(
        contract.ADD_NOTE,
        lambda it, now: notes.require_may_note(it.application),
        by_others=True,
    ),
)
MEMBERSHIP_ACTIONS: tuple[Action[Held], ...] = (
    Action(contract.START_RENEWAL, _start_renewal),
    Action(contract.CANCEL_MEMBERSHIP, _today(cancellations.cancel_at_end)),
    Action(contract.KEEP_MEMBERSHIP, _today(cancellations.keep)),
    Action(contract.PAUSE_MEMBERSHIP, _pause),
    Action(contract.RESUME_MEMBERSHIP, _today(pauses.resume)),
    Action(
        contract.SUSPEND_MEMBERSHIP,
        _today(lambda held, today: suspensions.suspend(held, None, "", today)),
        by_others=True,
    ),
    Action(contract.LIFT_SUSPENSION, _today(suspensions.lift), by_others=True),
    Action(
        contract.END_MEMBERSHIP,
        _today(lambda held, today: cancellations.end(held, "", today)),
        by_others=True,
    ),
    Action(
        contract.GIVE_TERM,
        lambda held, now: paid_terms.require_may_give(
            held.membership, day_in(held.membership["zone"], now), held.policy()
        ),
    ),
    Action(contract.CHANGE_PROFILE, lambda held, now: memberships.require_live(held.membership)),
)
