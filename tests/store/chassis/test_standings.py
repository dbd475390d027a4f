"""The replica of standings: the newest facts win, and membership is asked once for the unknown."""

import dataclasses
import datetime as dt
import itertools
from types import SimpleNamespace

import pytest

from chassis.context import ANONYMOUS, Actor
from chassis.standings import Standings
from contracts.errors import NOT_PERMITTED, SIGN_IN_REQUIRED, DomainError
from contracts.membership import GET_STANDING, SYSTEM
from tests.store.chassis.test_uow import COMMUNITY, facts


class Membership:
    """Answers get_standing from a table and notes who asked."""

    def __init__(self):
        self.known = {}
        self.asked = []

    def call(self, record, request, ctx):
        assert record is GET_STANDING
        self.asked.append((request["community_id"], ctx.actor.id))
        nobody = {
            **dict.fromkeys(facts()),
            **request,
            "roles": [],
            "zone": "Asia/Shanghai",
            "version": 0,
        }
        return self.known.get((request["community_id"], request["person_id"]), nobody)


@pytest.fixture
def membership():
    return Membership()


@pytest.fixture
def standings(db, clock, membership):
    platform = SimpleNamespace(database=db, clock=clock, rpc=membership, service="payments")
    return Standings(platform)


def told(ctx, version, **changes):
    return SimpleNamespace(
        data={**facts(version), "person_id": ctx.person(), **changes}, aggregateversion=version
    )


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_newest_facts_win_in_any_order(standings, ctx, order):
    """T-F9, M-15: reordered and repeated events end in the same state."""
    for version in [*order, *order]:
        standings.apply(told(ctx, version, level=f"level {version}"))
    assert standings.get(COMMUNITY, ctx.person(), ctx).level == "level 3"


def test_the_unknown_is_asked_once_and_remembered(standings, membership, ctx):
    membership.known[COMMUNITY, ctx.person()] = told(ctx, 5).data
    for _ in range(3):
        assert standings.get(COMMUNITY, ctx.person(), ctx).is_active
    assert membership.asked == [(COMMUNITY, "system:payments")]
    standings.apply(told(ctx, 4, level="older"))
    assert standings.get(COMMUNITY, ctx.person(), ctx).level is None


def test_nobody_is_not_remembered(db, standings, membership, ctx):
    """Strangers leave no rows; the first event about them is applied."""
    assert standings.get(COMMUNITY, ctx.person(), ctx).roles == frozenset()
    assert db["standings"].count_documents({}) == 0
    standings.apply(told(ctx, 1))
    assert standings.get(COMMUNITY, ctx.person(), ctx).is_active


def test_that_somebody_operates_nothing_is_remembered(standings, membership, ctx):
    """Members' requests do not each ask membership, nor fail without it; a change is told."""
    for _ in range(3):
        assert not standings.is_operator(ctx)
    assert membership.asked == [(SYSTEM, "system:payments")]
    standings.apply(told(ctx, 1, community_id=SYSTEM, roles=["operator"]))
    assert standings.is_operator(ctx)


def test_the_date_is_that_of_the_community(standings, ctx, clock):
    """2026-12-31 is over in Shanghai at 16:00 UTC."""
    standings.apply(told(ctx, 1))
    clock.advance(dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC) - clock.now())
    assert standings.get(COMMUNITY, ctx.person(), ctx).state == "active"
    clock.advance(dt.timedelta(minutes=1))
    assert standings.get(COMMUNITY, ctx.person(), ctx).state == "grace"


def test_roles(standings, ctx):
    """O-5: one of the roles, or an operator of the whole system."""
    standings.apply(told(ctx, 1, roles=["treasurer"]))
    assert "treasurer" in standings.require_role(ctx, COMMUNITY, "owner", "treasurer").roles
    with pytest.raises(DomainError) as refused:
        standings.require_role(ctx, COMMUNITY, "owner")
    assert refused.value.error is NOT_PERMITTED
    standings.apply(told(ctx, 1, community_id=SYSTEM, roles=["operator"]))
    assert standings.require_role(ctx, COMMUNITY, "owner").roles == {"treasurer", "operator"}


def test_who_did_not_sign_in(standings, ctx):
    with pytest.raises(DomainError) as refused:
        standings.require_role(dataclasses.replace(ctx, actor=ANONYMOUS), COMMUNITY, "owner")
    assert refused.value.error is SIGN_IN_REQUIRED
    with pytest.raises(DomainError):
        standings.require_role(
            dataclasses.replace(ctx, actor=Actor("system", service="events")), COMMUNITY, "owner"
        )


def test_the_operator_at_the_command_line(standings, membership, ctx):
    shell = dataclasses.replace(ctx, actor=Actor("operator", service="payments"))
    assert standings.require_role(shell, COMMUNITY, "owner").roles == {"operator"}
    assert membership.asked == []
