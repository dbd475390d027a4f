"""The replica of standings: the newest facts win, and membership is asked once for the unknown."""

import dataclasses
import datetime as dt
import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.access import Access
from chassis.clock import FixedClock
from chassis.context import ANONYMOUS, Actor, Context
from chassis.mongo import Document
from chassis.standings import Standing, Standings, row_id
from contracts.access import MEMBERS, MONEY_ROLES, OPERATORS, OWNING_ROLES, holders
from contracts.errors import NOT_PERMITTED, SIGN_IN_REQUIRED, DomainError
from contracts.membership import SYSTEM
from tests.kit.neighbours import Answer, FakeMembership, Request
from tests.store.chassis.test_uow import COMMUNITY, facts


class Membership(FakeMembership):
    """Answers for several communities, SYSTEM among them."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Answer] = {}
        super().__init__()

    def standing(self, request: Request) -> Answer:
        known = self.known.get((request["community_id"], request["person_id"]), {})
        return {**super().standing(request), **known}

    @property
    def asked_of(self) -> list[str]:
        """Of which community it was asked."""
        return [request["community_id"] for _, request, _ in self.asked]


@pytest.fixture
def membership() -> Membership:
    return Membership()


@pytest.fixture
def standings(db: Database[Document], clock: FixedClock, membership: Membership) -> Standings:
    platform: Any = SimpleNamespace(database=db, clock=clock, rpc=membership, service="payments")
    return Standings(platform)


def told(ctx: Context, version: int, **changes: Any) -> Any:
    return SimpleNamespace(
        data={**facts(version), "person_id": ctx.require_person(), **changes},
        aggregateversion=version,
    )


def test_an_unknown_state_gives_no_access(
    db: Database[Document], standings: Standings, ctx: Context
) -> None:
    """E-22, T-F18: what a later version says of a membership is not taken for one in force."""
    standings.apply(told(ctx, 1, roles=["member", "host", "archivist"], state="frozen"), ctx)
    standing = standing_of(standings, db, ctx)
    assert (standing.state, standing.is_active) == ("frozen", False)
    # Roles were given, not derived from the state.
    assert standing.roles == {"host", "archivist", "former_member"}
    standings.apply(told(ctx, 2), ctx)
    assert standing_of(standings, db, ctx).is_active


def standing_of(standings: Standings, db: Database[Document], ctx: Context) -> Standing:
    """The caller's standing, from the replica or as membership says it."""
    person_id = ctx.require_person()
    stored = db["standings"].find_one({"_id": row_id(COMMUNITY, person_id)})
    return standings.of_stored(stored, COMMUNITY, person_id, ctx)


def operates(standings: Standings, ctx: Context) -> bool:
    """Whether the caller operates the whole system."""
    return Access(standings.held).caller(ctx, COMMUNITY).may(OPERATORS)


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_newest_facts_win_in_any_order(
    db: Database[Document], standings: Standings, ctx: Context, order: tuple[int, ...]
) -> None:
    """T-F9, M-15: reordered and repeated events end in the same state."""
    for version in [*order, *order]:
        standings.apply(told(ctx, version, level=f"level {version}"), ctx)
    assert standing_of(standings, db, ctx).level == "level 3"


def test_the_unknown_is_asked_once_and_remembered(
    db: Database[Document], standings: Standings, membership: Membership, ctx: Context
) -> None:
    membership.known[COMMUNITY, ctx.require_person()] = told(ctx, 5).data
    for _ in range(3):
        assert standing_of(standings, db, ctx).is_active
    assert membership.asked_of == [COMMUNITY]
    standings.apply(told(ctx, 4, level="older"), ctx)
    assert standing_of(standings, db, ctx).level is None


def test_nobody_is_not_remembered(
    db: Database[Document], standings: Standings, membership: Membership, ctx: Context
) -> None:
    """Strangers leave no rows; the first event about them is applied."""
    assert standing_of(standings, db, ctx).roles == frozenset()
    assert db["standings"].count_documents({}) == 0
    standings.apply(told(ctx, 1), ctx)
    assert standing_of(standings, db, ctx).is_active


def test_that_somebody_operates_nothing_is_remembered(
    standings: Standings, membership: Membership, ctx: Context
) -> None:
    """Members' requests do not each ask membership, nor fail without it; a change is told."""
    standings.apply(told(ctx, 1), ctx)
    for _ in range(3):
        assert not operates(standings, ctx)
    assert membership.asked_of == [SYSTEM]
    standings.apply(told(ctx, 1, community_id=SYSTEM, roles=["operator"]), ctx)
    assert operates(standings, ctx)


def test_the_date_is_that_of_the_community(
    db: Database[Document], standings: Standings, ctx: Context, clock: FixedClock
) -> None:
    """2026-12-31 is over in Shanghai at 16:00 UTC."""
    standings.apply(told(ctx, 1), ctx)
    clock.advance(dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC) - clock.now())
    assert standing_of(standings, db, ctx).state == "active"
    clock.advance(dt.timedelta(minutes=1))
    assert standing_of(standings, db, ctx).state == "grace"


def test_roles(standings: Standings, ctx: Context) -> None:
    """O-5: one of the roles, or an operator of the whole system."""
    access = Access(standings.held)
    standings.apply(told(ctx, 1, roles=["treasurer"]), ctx)
    access.require(ctx, holders(MONEY_ROLES), COMMUNITY)
    with pytest.raises(DomainError) as refused:
        access.require(ctx, holders(OWNING_ROLES), COMMUNITY)
    assert refused.value.error is NOT_PERMITTED
    standings.apply(told(ctx, 1, community_id=SYSTEM, roles=["operator"]), ctx)
    access.require(ctx, holders(OWNING_ROLES), COMMUNITY)


def test_who_did_not_sign_in(standings: Standings, ctx: Context) -> None:
    for actor in (ANONYMOUS, Actor("system", service="events")):
        caller = Access(standings.held).caller(dataclasses.replace(ctx, actor=actor), COMMUNITY)
        with pytest.raises(DomainError) as refused:
            caller.require(holders(OWNING_ROLES))
        assert refused.value.error is SIGN_IN_REQUIRED


def test_the_operator_at_the_command_line(
    standings: Standings, membership: Membership, ctx: Context
) -> None:
    shell = dataclasses.replace(ctx, actor=Actor("operator", service="payments"))
    caller = Access(standings.held).caller(shell, COMMUNITY)
    assert caller.may(holders(OWNING_ROLES))
    assert not caller.may(MEMBERS)
    assert membership.asked_of == []
