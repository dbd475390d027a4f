"""Application states: a random walk against a table of what may follow what (I-13)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.membership import Policy, Section
from contracts.problems import load
from contracts.types import membership as wire
from services.membership.domain.vetting import applications as domain
from services.membership.domain.vetting import reviews, undoing
from services.membership.domain.vetting.applications import Application
from tests.kit.existing import existing

START = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
FORM: Any = [
    load(
        Section(),
        {
            "title": "About you",
            "questions": [{"key": "city", "kind": "short_text", "title": "City", "required": True}],
        },
    )
]
HOURS = 72
REVIEWERS = ("per_1", "per_2", "per_3")
STAFF = [reviews.Reviewer(id, is_owner=False, company=None) for id in REVIEWERS]

# Written apart from the code: state → step → states that may follow (product.md §2).
MAY_FOLLOW = {
    "draft": {"submit": {"submitted"}, "withdraw": {"withdrawn"}},
    "submitted": {
        "edit": {"in_review"},
        "claim": {"in_review"},
        "approve": {"submitted", "in_review", "approved"},
        "reject": {"submitted", "in_review", "rejected"},
        "request_info": {"needs_info"},
        "withdraw": {"withdrawn"},
    },
    "in_review": {
        "edit": {"in_review"},
        "claim": {"in_review"},
        "approve": {"in_review", "approved"},
        "reject": {"in_review", "rejected"},
        "request_info": {"needs_info"},
        "withdraw": {"withdrawn"},
    },
    "needs_info": {
        "submit": {"in_review"},
        "reject": {"needs_info", "rejected"},
        "withdraw": {"withdrawn"},
    },
    "approved": {
        "join": {"joined"},
        "lapse": {"lapsed"},
        "withdraw": {"withdrawn"},
        "edit": {"in_review"},
        "undo": {"in_review"},
    },
    "lapsed": {"join": {"joined"}, "reopen": {"approved"}},
    "rejected": {"undo": {"in_review", "needs_info"}},
    "withdrawn": {},
    "joined": {},
}

Step = Callable[[Application], Application]


def drafted(**policy: Any) -> tuple[Application, wire.Policy]:
    application = domain.draft(
        id="app_1",
        community_id="com_1",
        person_id="per_9",
        plan_id=None,
        form_version=1,
        answers={"city": "上海"},
        now=START,
    )
    rules: Any = load(Policy(), policy)
    return application, rules


def approved(**policy: Any) -> tuple[Application, wire.Policy]:
    application, rules = drafted(**policy)
    submitted = domain.submit(application, FORM, START, rules)
    return judged(submitted, "per_1", "approve", START, rules), rules


def judged(
    application: Application, who: str, verdict: Any, now: dt.datetime, policy: wire.Policy
) -> Application:
    """A reviewer's verdict, and what it comes to among `REVIEWERS`."""
    panel = reviews.panel_for(application, None, STAFF)
    given: Any = {"reviewer_id": who, "verdict": verdict, "note": "next year", "at": now}
    if verdict == "reject":
        given["reason"] = "full"
    return reviews.settle(reviews.judge(application, given, panel, policy), panel, now, policy)


def undone(application: Application, who: str, owns: bool, now: dt.datetime) -> Application:
    """Taken back by who may, as the use case does it."""
    undoing.require_may_undo(application, who, owns=owns, now=now)
    rules: Any = load(Policy(), {"decide_within_hours": HOURS})
    return undoing.undo(application, now, rules)


def outcome_of(
    take: Step, application: Application
) -> tuple[Application | None, DomainError | None]:
    """What a step leads to, or its refusal."""
    try:
        return take(application), None
    except DomainError as error:
        return None, error


class ApplicationWalk(RuleBasedStateMachine):
    """Takes any step at any time; each either follows the table or is refused with the state."""

    def __init__(self) -> None:
        super().__init__()
        self.application, self.policy = drafted(
            reviewers_needed=3,
            approvals_needed=2,
            reopen="until_paid",
            decide_within_hours=HOURS,
        )
        self.now = START
        # Beside the code: who said what in this round, in turn, and when it was decided.
        self.said: list[tuple[str, str]] = []
        self.decided_at = self.waits_since = START
        self.was_reopened = False

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(step=st.sampled_from(["submit", "withdraw", "lapse", "join"]))
    def applicant_or_time(self, step: str) -> None:
        takes: dict[str, Step] = {
            "submit": lambda a: domain.submit(a, FORM, self.now, self.policy),
            "withdraw": lambda a: domain.withdraw(a, self.now),
            "lapse": lambda a: domain.lapse(a, self.now),
            "join": domain.join,
        }
        self._take(step, takes[step])

    @rule(
        step=st.sampled_from(["claim", "approve", "reject", "request_info"]),
        who=st.sampled_from(REVIEWERS),
    )
    def reviewer(self, step: str, who: str) -> None:
        takes: dict[str, Step] = {
            "claim": lambda a: reviews.claim(a, who, self.now, self.policy),
            "approve": lambda a: judged(a, who, "approve", self.now, self.policy),
            "reject": lambda a: judged(a, who, "reject", self.now, self.policy),
            "request_info": lambda a: reviews.request_info(a, who, "?", [], self.now),
        }
        self._take(step, takes[step])

    @rule(who=st.sampled_from(REVIEWERS), owns=st.booleans())
    def undo(self, who: str, owns: bool) -> None:
        """rules.md §1.10: by who decided or an owner, a rejection for a day; one verdict goes."""
        before = self.application
        if before["state"] in ("approved", "rejected"):
            word = "approve" if before["state"] == "approved" else "reject"
            at, decider = [(at, one) for at, (one, said) in enumerate(self.said) if said == word][
                -1
            ]
            is_theirs = owns or who == decider
            expected = None if is_theirs else codes.DECISION_NOT_YOURS
            is_late = self.now - self.decided_at >= dt.timedelta(days=1)
            if is_theirs and is_late and before["state"] == "rejected":
                expected = codes.UNDO_OVER
            _, error = outcome_of(lambda a: undone(a, who, owns, self.now), before)
            assert (None if error is None else error.error) is expected
            if error is not None:
                return
            del self.said[at]
        self._take("undo", lambda a: undone(a, who, owns, self.now))

    @rule()
    def reopen(self) -> None:
        """rules.md §1.10: once."""
        lapsed = self.application["state"] == "lapsed"
        take: Step = lambda a: undoing.reopen(a, "per_1", self.now, self.policy)  # noqa: E731
        if lapsed and self.was_reopened:
            _, error = outcome_of(take, self.application)
            assert error is not None
            assert error.error is codes.REOPENING_OVER
            return
        self._take("reopen", take)
        self.was_reopened |= lapsed

    @rule(city=st.sampled_from(["北京", "上海"]))
    def edit(self, city: str) -> None:
        """rules.md §1.8: other answers begin a new round, the same ones nothing."""
        before, answers = self.application, {"city": city}
        if before["state"] not in ("submitted", "in_review", "approved"):
            return
        if answers == before["answers"]:
            assert undoing.edit(before, FORM, answers, self.policy, self.now) is before
            return
        self._take("edit", lambda a: undoing.edit(a, FORM, answers, self.policy, self.now))
        assert len(self.application.get("former_rounds", [])) == len(
            before.get("former_rounds", [])
        ) + bool(before["verdicts"])
        self.said = []

    @rule()
    def reminder(self) -> None:
        if domain.step_due(self.application, self.now) == "remind":
            reminded = domain.remind(self.application, self.now)
            assert domain.step_due(reminded, self.now) != "remind"
            self.application = reminded

    def _take(self, step: str, take: Step) -> None:
        before = self.application
        allowed = MAY_FOLLOW[before["state"]].get(step)
        after, error = outcome_of(take, before)
        if error is None:
            assert allowed is not None
            moved = existing(after)
            assert moved["state"] in allowed
            if step in ("approve", "reject") and moved["verdicts"] != before["verdicts"]:
                self.said.append((moved["verdicts"][-1]["reviewer_id"], step))
            if step == "submit":
                self.said = []
            if step in ("submit", "edit", "undo"):
                self.waits_since = self.now
            if moved["state"] in ("approved", "rejected"):
                self.decided_at = self.now
            self.application = moved
        elif allowed is None:
            assert error.error is codes.APPLICATION_WRONG_STATE
            assert error.params["current_state"] == before["state"]
        else:
            assert error.error in (codes.REVIEWER_DECIDED, codes.APPLICATION_CLAIMED)

    @invariant()
    def what_holds_in_every_state(self) -> None:
        application = self.application
        ended = {"rejected", "withdrawn", "joined", "lapsed"}
        assert application["live"] == (application["state"] not in ended)
        waits = {"draft", "approved", "rejected", "withdrawn", "lapsed"}
        assert (application["due_at"] is not None) == (application["state"] in waits)
        # rules.md §1.14: from each handing-in, edit or undo; never while nobody is to decide.
        to_decide = application["state"] in ("submitted", "in_review")
        due = self.waits_since + dt.timedelta(hours=HOURS) if to_decide else None
        assert application.get("decide_by") == due
        said = [(one["reviewer_id"], one["verdict"]) for one in application["verdicts"]]
        assert said == self.said
        judges = [verdict["reviewer_id"] for verdict in application["verdicts"]]
        assert len(judges) == len(set(judges))
        if application["state"] in ("approved", "joined", "lapsed"):
            assert sum(v["verdict"] == "approve" for v in application["verdicts"]) >= 2
        if application["state"] == "approved":
            assert existing(application["due_at"]) <= existing(application["pay_by"])


TestApplicationWalk = ApplicationWalk.TestCase
TestApplicationWalk.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_pay_by_and_reminders() -> None:
    """product.md §2: pay-by 72 h, reminders at 24 h and 60 h, once each."""
    application, _ = approved()
    assert application["pay_by"] == START + dt.timedelta(hours=72)
    seen = []
    for hours in range(80):
        now = START + dt.timedelta(hours=hours)
        assert (existing(application["due_at"]) <= now) == (
            domain.step_due(application, now) is not None
        )
        step = domain.step_due(application, now)
        if step == "remind":
            application = domain.remind(application, now)
            seen.append(hours)
        elif step == "lapse":
            application = domain.lapse(application, now)
            seen.append(hours)
            break
    assert seen == [24, 60, 72]


def test_what_came_to_nothing_is_forgotten() -> None:
    """rules.md §2.17: a draft ends 30 days after its last edit; 180 days after the end of an
    application its answers and everybody's words are gone, once."""
    application, policy = drafted()
    edited = START + dt.timedelta(days=20)
    application = domain.change_answers(application, FORM, {"city": "北京"}, edited)
    assert domain.step_due(application, edited + dt.timedelta(days=29)) is None
    ends = edited + dt.timedelta(days=30)
    assert domain.step_due(application, ends) == "expire"
    expired = domain.expire(application, ends)
    assert (expired["state"], expired["answers"], expired["due_at"]) == ("withdrawn", {}, None)
    submitted = domain.submit(application, FORM, START, policy)
    assert submitted["due_at"] is None
    rejected = judged(submitted, "per_1", "reject", START, policy)
    late = START + dt.timedelta(days=180)
    assert domain.step_due(rejected, late - dt.timedelta(minutes=1)) is None
    assert domain.step_due(rejected, late) == "forget"
    gone = domain.forget(rejected)
    assert gone["answers"] == {}
    assert "next year" not in str(gone)
    assert gone["rejection"] == {"reason": "full", "message": "", "at": START}
    assert domain.step_due(gone, late) is None


def test_short_pay_by_has_no_reminder_after_it() -> None:
    """A deadline of a day reminds nobody at the hour at which it lapses."""
    application, _ = approved(pay_by_hours=24)
    assert application["due_at"] == application["pay_by"]
    at_end = START + dt.timedelta(hours=24)
    assert domain.step_due(application, at_end) == "lapse"


def test_missed_reminder_is_not_made_up_for() -> None:
    """After a stand-still of 61 hours one reminder goes out, not two at once."""
    application, _ = approved()
    reminded = domain.remind(application, START + dt.timedelta(hours=61))
    assert reminded["reminded_hours"] == [24, 60]
    assert reminded["due_at"] == reminded["pay_by"]


def test_handed_in_again_it_was_still_first_handed_in_before() -> None:
    """rules.md §3.3: a promised price goes by that moment."""
    application, policy = drafted()
    submitted = domain.submit(application, FORM, START, policy)
    asked = reviews.request_info(submitted, "per_1", "Which city?", ["city"], START)
    again = domain.submit(asked, FORM, START + dt.timedelta(days=3), policy)
    assert again["submitted_at"] == START


def test_nobody_judges_the_own_application() -> None:
    """product.md §2: conflict of interest."""
    application, policy = drafted()
    submitted = domain.submit(application, FORM, START, policy)
    with pytest.raises(DomainError) as error:
        judged(submitted, "per_9", "approve", START, policy)
    assert error.value.error is codes.REVIEWER_CONFLICTED


def test_a_rejection_that_is_undone_waits_for_what_was_asked() -> None:
    """Answers that were begun and not handed in are not judged."""
    application, policy = drafted(approvals_needed=1)
    application = domain.submit(application, FORM, START, policy)
    application = reviews.request_info(application, "per_1", "?", [], START)
    application = domain.change_answers(application, FORM, {}, START)
    application = judged(application, "per_1", "reject", START, policy)
    assert application["state"] == "rejected"
    undone_at = undone(application, "per_1", False, START)
    assert undone_at["state"] == "needs_info"
    assert undone_at["info_request"] == application["info_request"]
    with pytest.raises(DomainError):
        domain.submit(undone_at, FORM, START, policy)
