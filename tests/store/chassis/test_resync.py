"""A replica of standings that missed something is made good (R15, T-F19)."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from chassis import resync as module
from chassis.clock import FixedClock
from chassis.commands import Operation
from chassis.context import Context
from chassis.mongo import Document
from chassis.resync import Resync, standings_group
from chassis.standings import Standings, row_id
from chassis.uow import UnitOfWork
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, SERVICE_UNAVAILABLE, DomainError
from tests.kit.passes import OnePass
from tests.store.chassis.test_uow import COMMUNITY, facts

Facts = dict[str, Any]
DAY = dt.timedelta(days=1)


class Membership:
    """A membership database that can be restored: its standings by id, and what was asked."""

    def __init__(self) -> None:
        self.known: dict[str, Facts] = {}
        self.asked: list[str] = []
        self.away_from: int | None = None
        self.between: Any = None  # done after a page was written

    def call(self, record: Any, request: Facts, ctx: Context) -> Facts:
        self.asked.append(record.name)
        if self.away_from is not None and len(self.asked) > self.away_from:
            raise DomainError(SERVICE_UNAVAILABLE)
        if record is membership.GET_STANDING:
            if request["community_id"] not in (COMMUNITY, membership.SYSTEM):
                raise DomainError(OBJECT_NOT_FOUND, noun="community")
            found = self.known.get(row_id(request["community_id"], request["person_id"]))
            return found or {**facts(0), **module._NOBODY, **request}
        ids = sorted(id for id in self.known if id > (request["after"] or ""))
        page = [self.known[id] for id in ids[: request["limit"]]]
        if self.between:
            self.between()
        more = len(ids) > len(page)
        return {"items": page, "next": ids[len(page) - 1] if more else None}

    def save(self, person: str, **changes: Any) -> Facts:
        """The next version of somebody's standing."""
        id = row_id(changes.get("community_id", COMMUNITY), person)
        version = self.known[id]["version"] + 1 if id in self.known else 1
        before = self.known.get(id, facts(0))
        self.known[id] = {**before, "person_id": person, **changes, "version": version}
        return self.known[id]


@pytest.fixture
def owner() -> Membership:
    return Membership()


@pytest.fixture
def platform(db: Database[Document], clock: FixedClock, owner: Membership) -> Any:
    uow = UnitOfWork(db, clock)
    return SimpleNamespace(database=db, clock=clock, rpc=owner, service="payments", uow=uow)


def hear(platform: Any, told: Facts) -> None:
    """The event of a change arrives."""
    event: Any = SimpleNamespace(data=told, aggregateversion=told["version"])
    Standings(platform).apply(event, Context.for_system("payments"))


def roles(platform: Any, person: str, community_id: str = COMMUNITY) -> list[str]:
    row = platform.database["standings"].find_one({"_id": row_id(community_id, person)})
    found: list[str] = row["roles"]
    return found


def compare(platform: Any, *, force: bool = False) -> dict[str, int]:
    return dict(Resync(platform).all(Context.for_operator("payments"), force=force))


def test_what_was_missed_is_taken_over(platform: Any, owner: Membership) -> None:
    """A replica of yesterday: a revoked treasurer goes, a new one is not made up."""
    for n in range(250):
        hear(platform, owner.save(f"per_{n:03}", roles=["treasurer"]))
    for n in (0, 99, 100, 249):
        owner.save(f"per_{n:03}", roles=[])
    owner.save("per_new", roles=["treasurer"])
    assert compare(platform) == {"compared": 250, "behind": 4}
    assert roles(platform, "per_099") == roles(platform, "per_249") == []
    assert roles(platform, "per_098") == ["treasurer"]
    assert platform.database["standings"].count_documents({}) == 250  # others are asked for
    assert compare(platform) == {"compared": 250}
    assert owner.asked.count("get_standing") == 0


def test_an_older_event_comes_too_late(platform: Any, owner: Membership) -> None:
    first = owner.save("per_a", roles=["treasurer"])
    hear(platform, first)
    second = owner.save("per_a", roles=["host"])
    owner.save("per_a", roles=[])
    compare(platform)
    for late in (second, first):
        hear(platform, late)
    assert roles(platform, "per_a") == []


def test_what_changes_meanwhile_stays(platform: Any, owner: Membership) -> None:
    """A page is old when it is read: the event that overtook it wins, also with force."""
    hear(platform, owner.save("per_a", roles=["treasurer"]))
    owner.between = lambda: hear(platform, owner.save("per_a", roles=[]))
    assert compare(platform, force=True) == {"compared": 1}
    assert roles(platform, "per_a") == []


def test_a_restored_membership_is_told_and_followed_with_force(
    platform: Any, owner: Membership
) -> None:
    """Its versions are behind the replica's, so its events are ignored until they pass them."""
    hear(platform, owner.save("per_a", roles=["treasurer"]))
    hear(platform, owner.save("per_gone", community_id="com_gone", roles=["owner"]))
    backup = {id: dict(known) for id, known in owner.known.items() if "gone" not in id}
    for _ in range(3):
        hear(platform, owner.save("per_a", roles=["host"]))
    hear(platform, owner.save("per_b", roles=["owner"]))
    owner.known = backup
    revoked = owner.save("per_a", roles=[])
    hear(platform, revoked)
    assert roles(platform, "per_a") == ["host"]  # the fault
    assert compare(platform) == {"compared": 3, "ahead": 3}
    assert roles(platform, "per_a") == ["host"]
    assert compare(platform, force=True) == {"compared": 3, "ahead": 3, "forced": 3}
    assert roles(platform, "per_a") == []
    assert roles(platform, "per_b") == []
    assert roles(platform, "per_gone", "com_gone") == []
    assert "ahead" not in compare(platform)
    hear(platform, owner.save("per_a", roles=["scanner"]))
    assert roles(platform, "per_a") == ["scanner"]


def test_the_same_version_with_other_facts(platform: Any, owner: Membership) -> None:
    """After a restore the second life of a version says something else."""
    hear(platform, owner.save("per_a", roles=["treasurer"]))
    id = row_id(COMMUNITY, "per_a")
    owner.known[id] = {**owner.known[id], "roles": ["host"]}
    assert compare(platform)["ahead"] == 1
    assert compare(platform, force=True)["forced"] == 1
    assert roles(platform, "per_a") == ["host"]


def test_who_operates_nothing_is_not_compared(platform: Any, owner: Membership) -> None:
    """They have a row each; something was missed only of who operates now."""
    for person in ("per_a", "per_b"):
        nothing = {"community_id": membership.SYSTEM, "person_id": person, **module._NOBODY}
        platform.database["standings"].insert_one(
            {"_id": row_id(membership.SYSTEM, person), "zone": "UTC", **nothing}
        )
    owner.save("per_b", community_id=membership.SYSTEM, roles=["operator"])
    assert compare(platform) == {"compared": 1, "behind": 1}
    assert roles(platform, "per_b", membership.SYSTEM) == ["operator"]


def night(platform: Any, now: dt.datetime, cursor: Any) -> Any:
    """One pass of the job; where it stands then."""
    one_pass = OnePass(now, "payments", cursor)
    Resync(platform).nightly(one_pass)
    return one_pass.cursor


def test_once_a_night(platform: Any, owner: Membership, clock: FixedClock) -> None:
    hear(platform, owner.save("per_a", roles=["treasurer"]))
    owner.save("per_a", roles=[])
    cursor = night(platform, clock.now(), None)
    assert owner.asked == []  # a new system has nothing to make good
    assert night(platform, clock.now(), cursor) == cursor
    cursor = night(platform, clock.now() + DAY, cursor)
    assert (roles(platform, "per_a"), owner.asked) == ([], ["list_standings"])
    assert night(platform, clock.now() + DAY, cursor) == cursor
    assert len(owner.asked) == 1


def test_goes_on_when_membership_is_back(
    platform: Any, owner: Membership, clock: FixedClock
) -> None:
    """A neighbour that is away fails no pass, and what was compared is not compared again."""
    for n in range(250):
        hear(platform, owner.save(f"per_{n:03}", roles=["treasurer"]))
    owner.save("per_000", roles=[])
    owner.save("per_249", roles=[])
    cursor, tomorrow = night(platform, clock.now(), None), clock.now() + DAY
    owner.away_from = 1
    cursor = night(platform, tomorrow, cursor)
    assert (roles(platform, "per_000"), roles(platform, "per_249")) == ([], ["treasurer"])
    owner.away_from, owner.asked = None, []
    cursor = night(platform, tomorrow, cursor)
    assert roles(platform, "per_249") == []
    assert len(owner.asked) == 2  # of three pages
    assert cursor["done"]


def test_the_command(platform: Any, owner: Membership) -> None:
    operation = Operation(
        platform, SimpleNamespace(resync=Resync(platform)), Context.for_operator("payments")
    )

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(standings_group, ["resync", *arguments], obj=operation)
        return done.exit_code, done.output

    hear(platform, owner.save("per_a", roles=["treasurer"]))
    owner.save("per_a", roles=[])
    assert run() == (0, "1 compared, 1 were behind\n")
    owner.known.clear()
    code, said = run()
    assert code == 1
    assert "1 are ahead of membership" in said
    assert run("--force") == (0, "1 compared, 0 were behind\n1 put back to what membership says\n")
    changes = [c for row in platform.database["commits"].find() for c in row["changes"]]
    assert [c["action"] for c in changes] == ["resync_standings"] * 3
    assert changes[-1]["details"] == {"force": 1}
