"""When decisions are due, what is overdue, and the reminder of it, on a real database."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import INVALID_INPUT, DomainError
from services.membership.usecases.vetting import overdue
from tests.kit.passes import OnePass
from tests.store.membership.test_races import at_once
from tests.store.membership.world import World

HOURS = 24
DUE = "2026-03-03T04:00:00.000Z"  # noon in Shanghai


@pytest.fixture
def clocked(make_world: Callable[..., World]) -> World:
    return make_world(decide_within_hours=HOURS)


def queue(world: World, ctx: Context, **asked: Any) -> list[dict[str, Any]]:
    here = {"community_id": world.community["id"], **asked}
    page = world.ask(world.app.review_queue.list_waiting, membership.LIST_REVIEW_QUEUE, ctx, **here)
    return list(page["items"])


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in items]


def remind(world: World, cursor: str | None = None) -> str | None:
    one_pass = OnePass(world.clock.now(), "membership", cursor)
    world.app.overdue.remind(one_pass)
    left: str | None = one_pass.cursor
    return left


def told(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.told(membership.REVIEWS_OVERDUE)]


def test_staff_see_when_a_decision_is_due_and_the_applicant_does_not(clocked: World) -> None:
    """rules.md §1.14: also not an applicant who reviews there."""
    applicant = clocked.person()
    application = clocked.apply(applicant)
    assert application["decide_by"] is None
    mine = clocked.app.applications.list_mine
    (own,) = clocked.ask(mine, membership.LIST_MY_APPLICATIONS, applicant)["items"]
    assert own["decide_by"] is None
    assert clocked.application(application["id"])["decide_by"] == DUE
    (listed,) = queue(clocked, clocked.reviewers[0])
    assert listed["decide_by"] == DUE
    theirs = clocked.apply(clocked.reviewers[0])
    clocked.clock.advance(dt.timedelta(hours=HOURS))
    overdue_ones = queue(clocked, clocked.reviewers[0], overdue=True)
    assert ids(overdue_ones) == [application["id"]]
    shown = {one["id"]: one["decide_by"] for one in queue(clocked, clocked.reviewers[0])}
    assert shown == {application["id"]: DUE, theirs["id"]: None}


def test_the_time_in_which_the_applicant_is_asked_does_not_count(clocked: World) -> None:
    applicant = clocked.person()
    asked = {"application_id": clocked.apply(applicant)["id"]}
    more = {"message": "?", "questions": []}
    reviews = clocked.app.reviews
    clocked.ask(
        reviews.request_info, membership.REQUEST_INFO, clocked.reviewers[0], **asked, **more
    )
    assert clocked.application(asked["application_id"])["decide_by"] is None
    clocked.clock.advance(dt.timedelta(days=9))
    assert queue(clocked, clocked.owner, overdue=True) == []
    clocked.ask(clocked.app.applications.submit, membership.SUBMIT_APPLICATION, applicant, **asked)
    assert clocked.application(asked["application_id"])["decide_by"] == "2026-03-12T04:00:00.000Z"


def test_another_policy_moves_no_time_that_runs(clocked: World) -> None:
    """rules.md §2.20."""
    before = clocked.apply(clocked.person())
    for hours in (None, 1):
        clocked.ask(
            clocked.app.communities.change,
            membership.CHANGE_COMMUNITY,
            clocked.owner,
            community_id=clocked.community["id"],
            policy={"decide_within_hours": hours},
            expected_version=1 if hours is None else 2,
        )
        after = clocked.apply(clocked.person())
        due = None if hours is None else "2026-03-02T05:00:00.000Z"
        assert clocked.application(after["id"])["decide_by"] == due
    assert clocked.application(before["id"])["decide_by"] == DUE


def test_the_queue_by_the_time_that_is_left(clocked: World) -> None:
    made = []
    for _ in range(3):
        made.append(clocked.apply(clocked.person())["id"])
        clocked.clock.advance(dt.timedelta(hours=10))
    assert ids(queue(clocked, clocked.owner, overdue=True)) == made[:1]
    assert ids(queue(clocked, clocked.owner, sort="decide_by")) == made
    assert ids(queue(clocked, clocked.owner, sort="-decide_by")) == made[::-1]
    here = {"community_id": clocked.community["id"], "sort": "decide_by", "limit": 2}
    listed = clocked.app.review_queue.list_waiting
    page = clocked.ask(listed, membership.LIST_REVIEW_QUEUE, clocked.owner, **here)
    rest = queue(clocked, clocked.owner, sort="decide_by", after=page["next"])
    assert ids([*page["items"], *rest]) == made
    figures = clocked.ask(
        clocked.app.dashboards.get,
        membership.GET_DASHBOARD,
        clocked.owner,
        community_id=clocked.community["id"],
    )
    assert figures["applications"]["overdue"] == 1
    clocked.approve(made[0])
    assert queue(clocked, clocked.owner, overdue=True) == []


def test_who_reviews_is_reminded_once_a_day_as_long_as_something_is_overdue(
    clocked: World,
) -> None:
    first, _ = clocked.apply(clocked.person()), clocked.apply(clocked.person())
    remind(clocked)
    assert told(clocked) == []
    clocked.clock.advance(dt.timedelta(hours=HOURS))
    for _ in range(2):
        remind(clocked)
    here = {"community_id": clocked.community["id"]}
    assert told(clocked) == [{**here, "overdue": 2, "day": "2026-03-03"}]
    clocked.approve(first["id"])
    clocked.clock.advance(dt.timedelta(hours=20))  # eight in the morning
    remind(clocked)
    assert len(told(clocked)) == 1
    clocked.clock.advance(dt.timedelta(hours=1))
    remind(clocked)
    assert told(clocked)[1:] == [{**here, "overdue": 1, "day": "2026-03-04"}]


@pytest.mark.parametrize("repetition", range(5))
def test_two_processes_at_once_remind_once(clocked: World, repetition: int) -> None:
    clocked.apply(clocked.person())
    clocked.clock.advance(dt.timedelta(hours=HOURS))
    at_once([partial(remind, one) for one in (clocked, clocked.another_process())] * 2)
    assert len(told(clocked)) == 1


def test_a_pass_goes_on_where_the_one_before_stopped(
    clocked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was cut short, or crashed before its cursor was noted, tells nobody twice."""
    others = []
    for number in range(3):
        asked = {
            "slug": f"circle-{number}",
            "name": "Circle",
            "policy": {"decide_within_hours": HOURS},
            "owner_email": "owner@example.com",
        }
        create = clocked.app.communities.create
        operator = Context.for_operator("membership")
        made = clocked.ask(create, membership.CREATE_COMMUNITY, operator, **asked)
        clocked.ask(
            clocked.app.applications.create,
            membership.CREATE_APPLICATION,
            clocked.person(),
            community_id=made["id"],
            answers={},
            submit=True,
        )
        others.append(made["id"])
    others.sort()
    clocked.clock.advance(dt.timedelta(hours=HOURS))
    monkeypatch.setattr(overdue, "BATCH", 2)
    cursor = remind(clocked)
    assert [one["community_id"] for one in told(clocked)] == others[:2]
    assert remind(clocked) == cursor  # the cursor was lost
    assert remind(clocked, cursor) is None
    assert [one["community_id"] for one in told(clocked)] == others


def test_what_has_no_index_together_is_refused(clocked: World) -> None:
    for asked in ({"overdue": True}, {"sort": "decide_by"}):
        with pytest.raises(DomainError) as refused:
            queue(clocked, clocked.owner, search="li", **asked)
        assert refused.value.error is INVALID_INPUT
