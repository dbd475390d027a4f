"""As what documents count on their day, and what is told from the sums."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.terms import report_days
from services.membership.domain.terms.report_days import DECIDED_WITHIN

HANDED_IN = dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC)  # 2 March in Shanghai
DAY = "days:com_1:2026-03-02"


def application(state: str, hours: float | None = None, **more: Any) -> Any:
    at = None if hours is None else HANDED_IN + dt.timedelta(hours=hours)
    decided: dict[str, Any] = {"approved_at": at, "rejection": None}
    if state == "rejected":
        decided = {"approved_at": None, "rejection": {"at": at}}
    return {"state": state, "submitted_at": HANDED_IN, **decided, **more}


def words(one: Any) -> set[str]:
    facts = report_days.application_facts(one, "com_1", "Asia/Shanghai")
    assert {id for id, _ in facts} <= {DAY}
    assert len(facts) == len(set(facts))
    return {fact.removeprefix("applications.") for _, fact in facts}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (application("submitted"), "handed_in"),
        (application("withdrawn"), "handed_in"),
        (application("approved", 24), "handed_in approved decided_24"),
        (application("withdrawn", 25), "handed_in approved decided_48"),
        (application("lapsed", 0), "handed_in approved decided_1"),
        (application("joined", 721), "handed_in approved joined decided_later"),
        (application("joined", 721, reopened=True), "handed_in approved joined"),
        (application("rejected", 2), "handed_in rejected decided_4"),
        (
            application("joined", 2, source="poster-1"),
            "handed_in approved joined handed_in@poster-1 approved@poster-1 joined@poster-1"
            " decided_4",
        ),
    ],
)
def test_what_an_application_counts_as(one: Any, found: str) -> None:
    """By the day of its first handing-in, in the community's zone."""
    assert words(one) == set(found.split())
    assert words({**one, "submitted_at": None}) == set()


@pytest.mark.parametrize("state", ["submitted", "in_review", "needs_info"])
def test_an_open_round_shows_nothing(state: str) -> None:
    """rules.md §1.9: what reviewers said, and that they did, is in no figure."""
    said = [{"reviewer_id": "per_1", "verdict": "reject", "note": "", "at": HANDED_IN}]
    bare = application(state)
    assert words({**bare, "verdicts": said, "conflicts": ["per_2"], "needs_owner": True}) == words(
        bare
    )


def test_what_a_membership_counts_as() -> None:
    paid = {"kind": "paid", "state": "fulfilled", "ends_on": "2027-03-01"}
    one: Any = {"joined_on": "2026-03-02", "ends_on": "2027-03-01", "terms": [paid]}

    def told(**changed: Any) -> list[str]:
        changed_one: Any = {**one, **changed}
        facts = report_days.membership_facts(changed_one, "com_1")
        return [fact.removeprefix("memberships.") for _, fact in facts]

    assert told() == ["joined", "until_2027-03"]
    assert told(terms=[paid, paid]) == ["joined", "renewed", "until_2027-03"]
    assert told(terms=[paid, {**paid, "state": "awaiting"}]) == ["joined", "until_2027-03"]
    assert told(ends_on=None, ended_on="2026-05-01") == ["joined", "until_2026-04"]
    assert told(ends_on=None, ended_on="2027-08-01") == ["joined", "until_2027-03"]
    assert told(ends_on=None) == ["joined", "until_2027-03"]
    refunded = [{**paid, "state": "refunded"}]
    assert told(ends_on=None, ended_on="2026-05-01", terms=refunded) == ["joined", "until_2026-04"]
    assert told(ends_on=None, terms=refunded) == ["joined"]
    assert told(joined_on=None) == []
    assert told(terms=[{**paid, "kind": "imported"}, paid]) == []


@given(
    st.lists(st.integers(0, 800), max_size=60),
    st.sampled_from([50, 90]),
)
def test_quantiles_are_bounds_of_the_true_ones(hours: list[int], percent: int) -> None:
    """The range in which the exact one of all times lies."""
    figures: dict[str, int] = {}
    for one in hours:
        (word,) = (w for w in words(application("approved", one)) if w.startswith("decided"))
        figures[word] = figures.get(word, 0) + 1
    total, found = report_days.quantile_hours(figures, percent)
    assert total == len(hours)
    exact = next(
        (one for n, one in enumerate(sorted(hours), 1) if n * 100 >= percent * len(hours)), None
    )
    bound = None if exact is None else next((b for b in DECIDED_WITHIN if exact <= b), None)
    assert found == bound


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_periods_have_their_first_days(date: dt.date) -> None:
    """Weeks begin on Monday; a day is its own."""
    day = date.isoformat()
    assert report_days.period_of(day, "day") == day
    assert report_days.period_of(day, "month") == f"{day[:8]}01"
    week = dt.date.fromisoformat(report_days.period_of(day, "week"))
    assert week.weekday() == 0
    assert 0 <= (date - week).days < 7


def test_months_follow_each_other() -> None:
    assert report_days.months_after("2026-11", "2027-02") == ["2026-12", "2027-01", "2027-02"]
    assert report_days.months_after("2027-02", "2027-02") == []
    figures = {"joined": 9, "until_2026-12": 2, "until_2027-02": 3}
    assert [report_days.members_in(m, figures) for m in ("2026-12", "2027-01", "2027-03")] == [
        *(5, 3, 0)
    ]
