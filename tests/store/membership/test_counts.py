"""Counts by state are kept, and exact whenever they are read."""

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
from pymongo.command_cursor import CommandCursor

from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts import membership, payments
from contracts.states.membership import APPLICATION_STATES, MEMBERSHIP_STATES
from services.membership.domain.terms import counts as domain
from services.membership.domain.terms.counts import Kept
from services.membership.domain.terms.memberships import DATED, state_on
from services.membership.store.terms import counts as store
from services.membership.usecases.terms import counts as usecases
from tests.kit.databases import stages
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_races import at_once
from tests.store.membership.world import World, uploaded

Fold = Callable[..., None]
Counted = tuple[dict[str, int], dict[str, int], int]  # memberships, applications, next number


@pytest.fixture
def fold(monkeypatch: pytest.MonkeyPatch, empty: World) -> Fold:
    """Adds to the kept counts all that is committed."""
    monkeypatch.setattr(usecases, "FOLDED_AFTER", dt.timedelta(seconds=-1))
    return lambda world=empty: world.app.counts.fold(OnePass(empty.clock.now(), "membership"))


def told(world: World) -> Counted:
    counts = world.ask(
        world.app.memberships.count,
        membership.GET_MEMBERSHIP_COUNTS,
        world.owner,
        community_id=world.community["id"],
    )
    return counts["memberships"], counts["applications"], counts["next_number"]


def recounted(world: World, today: str | None = None) -> Counted:
    """The same from all documents, one by one."""
    today = today or world.clock.today("Asia/Shanghai").isoformat()
    live: Any = world.database.memberships.find({"live": True})
    memberships = Counter(state_on(one, today) for one in live)
    applications = Counter(one["state"] for one in world.database.applications.find())
    return (
        {state: memberships[state] for state in MEMBERSHIP_STATES},
        {state: applications[state] for state in APPLICATION_STATES},
        existing(world.database.member_numbers.find_one())["next"],
    )


def take_in(world: World, count: int, ends_on: str = "2026-{month:02}-15") -> None:
    """Imports members whose terms end in the months of a year."""
    rows = "".join(
        f"{n},m{n}@example.com,会员{n},2024-02-01,{ends_on.format(month=n % 12 + 1)},,\n"
        for n in range(1, count + 1)
    )
    world.ask(
        world.app.imports.create,
        membership.CREATE_IMPORT,
        world.owner,
        community_id=world.community["id"],
        csv=uploaded("number,email,name,joined_on,term_ends_on,segment,city\n" + rows),
    )


@pytest.mark.parametrize("seed", range(6))
def test_kept_counts_are_those_of_a_recount(
    world: World, run_jobs: Callable[[], None], fold: Fold, seed: int
) -> None:
    """After any steps and on any day, folded or not, the counts are those of all documents."""
    chosen = random.Random(seed)
    paid: list[dict[str, Any]] = []
    open_: list[tuple[Context, dict[str, Any]]] = []
    handed_in: list[tuple[Context, str]] = []
    members: list[tuple[Context, str]] = []

    def apply() -> None:
        handed_in.append((ctx := world.person(), world.apply(ctx)["id"]))

    def decide() -> None:
        if handed_in:
            ctx, id = handed_in.pop()
            if chosen.random() < 0.7:
                world.approve(id)
                open_.append((ctx, world.application(id)))
            else:
                world.ask(
                    world.app.applications.withdraw,
                    membership.WITHDRAW_APPLICATION,
                    ctx,
                    application_id=id,
                )

    def pay() -> None:
        if open_:
            ctx, application = open_.pop()
            paid.append(world.order(application))
            world.deliver(payments.ORDER_PAID, paid[-1])
            members.append((ctx, application["membership_id"]))

    def refund() -> None:
        if paid:
            world.deliver(payments.ORDER_REFUNDED, world.refunded(paid.pop()))

    def pass_time() -> None:
        world.clock.advance(dt.timedelta(days=chosen.choice((1, 2, 30, 170))))
        if chosen.random() < 0.5:
            run_jobs()

    take_in(world, 24)
    run_jobs()
    steps = [apply, apply, decide, decide, pay, pay, refund, pass_time, fold]
    for _ in range(40):
        chosen.choice(steps)()
        assert told(world) == recounted(world)
    fold()
    assert told(world) == recounted(world)
    assert world.database.commits.count_documents({"tally": {"$exists": True}}) == 0


def test_counts_are_exact_while_many_change_and_fold(world: World, fold: Fold) -> None:
    """What has happened and no more is counted, whoever folds at the same time."""
    orders = [world.order(world.approved()) for _ in range(24)]
    others = [world, world.another_process(), world.another_process()]
    processes = itertools.cycle(others)
    done = Event()

    def watch() -> list[Counted]:
        seen = []
        while not done.is_set():
            seen.append(told(world))
        return seen

    def folds(process: World) -> None:
        while not done.is_set():
            fold(process)

    with ThreadPoolExecutor(4) as pool:
        watched = pool.submit(watch)
        folding = [pool.submit(folds, process) for process in others[:2]]
        at_once(
            [
                partial(process.deliver, payments.ORDER_PAID, order)
                for order, process in zip(orders, processes, strict=False)
            ]
        )
        done.set()
        seen = watched.result()
        for one in folding:
            one.result()
    # At each moment as many were active as had numbers, and all others still had to pay.
    for memberships, applications, next_number in seen:
        assert memberships["active"] == next_number - 1 == applications["joined"]
        assert memberships["active"] + memberships["pending_payment"] == 24
    assert told(world) == recounted(world)
    fold()
    assert told(world) == recounted(world)


def test_each_change_is_seen_as_soon_as_it_is_answered(world: World, fold: Fold) -> None:
    """Whoever was told that it is done finds it counted."""
    for n in range(1, 13):
        world.apply(world.person())
        assert told(world)[1]["submitted"] == n
        if n % 4 == 0:
            fold()


def test_days_turn_states_over_without_any_work(
    world: World, run_jobs: Callable[[], None], fold: Fold
) -> None:
    """Active on the last day, in grace on the next, expired after the last day of grace."""
    take_in(world, 60, ends_on="2026-{month:02}-28")
    run_jobs()
    fold()
    stored = world.database.memberships.find({"live": True})
    dates = {one[name] for one in stored for name in ("ends_on", "grace_ends_on")}
    for day in sorted(dates):
        for days in (0, 1):
            noon = dt.datetime.fromisoformat(f"{day}T04:00+00:00") + dt.timedelta(days=days)
            if noon > world.clock.now():
                world.clock.advance(noon - world.clock.now())
                assert told(world) == recounted(world)
    assert told(world)[0]["expired"] == 60


def test_a_killed_fold_is_done_again_and_not_twice(
    world: World, fold: Fold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of a fold is kept that did not commit."""
    for _ in range(3):
        world.apply(world.person())
    update = store.CountStore._add
    killed: list[bool] = []

    def fail_once(self: store.CountStore, tx: Transaction, kept: Kept) -> None:
        update(self, tx, kept)
        if not killed:
            killed.append(True)
            raise RuntimeError("killed")

    monkeypatch.setattr(store.CountStore, "_add", fail_once)
    with pytest.raises(RuntimeError):
        fold()
    assert told(world) == recounted(world)
    fold()
    assert killed
    assert told(world) == recounted(world)


def test_what_is_wrong_is_repaired_in_the_night_and_told(
    world: World, run_jobs: Callable[[], None], fold: Fold
) -> None:
    """D-19: the night counts everything anew; an alarm says how many counts were wrong."""
    take_in(world, 12)
    run_jobs()
    fold()
    world.apply(world.person())
    community_id, nightly = world.community["id"], OnePass(world.clock.now(), "membership")
    wrong = usecases.WRONG._value.get()
    world.app.counts.verify(nightly)  # the first night is noted only
    world.clock.advance(dt.timedelta(days=1))
    nightly.now = world.clock.now()
    world.app.counts.verify(nightly)
    assert usecases.WRONG._value.get() == wrong  # changes that are not folded are none
    spoiled = {"$inc": {"applications.joined": 2, "memberships.dated": -1}}
    world.database.counts.update_one({"_id": community_id}, spoiled, upsert=True)
    world.database.counts.delete_one({"_id": domain.month_id(community_id, "2026-05")})
    world.database.counts.insert_one({"_id": domain.month_id(community_id, "2001-05"), "over": 1})
    assert told(world) != recounted(world)
    world.app.counts.verify(nightly)  # once a night
    assert usecases.WRONG._value.get() == wrong
    nightly.now = world.clock.now() + dt.timedelta(days=1)
    world.app.counts.verify(nightly)
    assert usecases.WRONG._value.get() == wrong + 7
    assert told(world) == recounted(world)
    fold()
    assert told(world) == recounted(world)


def test_repair_and_fold_at_once(world: World, fold: Fold) -> None:
    """Repairing counts while changes are folded spoils nothing."""
    for _ in range(12):
        world.apply(world.person())
    nights = [OnePass(world.clock.now() + dt.timedelta(days=n), "membership") for n in range(1, 5)]
    for night in nights:
        night.cursor = "2026-01-01"
    at_once(
        [
            *(partial(world.app.counts.verify, night) for night in nights),
            *([fold] * 3),
            *([lambda: world.apply(world.person())] * 6),
        ]
    )
    fold()
    assert told(world) == recounted(world)
    kept = existing(world.database.counts.find_one({"_id": world.community["id"]}))
    assert kept["applications"] == {"submitted": 18}


def test_reading_touches_months_and_no_members(
    world: World, run_jobs: Callable[[], None], fold: Fold
) -> None:
    """D-9: neither members nor days nor other communities cost anything when counts are read."""
    take_in(world, 400)
    run_jobs()
    fold()
    others = [f"com_{n:026}" for n in range(500)]
    dates = [f"memberships.2026-{n % 12 + 1:02}-03.2026-{n % 12 + 1:02}-04" for n in range(24)]
    for id in others:
        documents = domain.kept(id, [(one, 1) for one in dates])
        world.database.counts.insert_many({"_id": i, "ended": 1} for i in documents)
    asked: list[Document] = []
    aggregate = world.app.memberships._counts._numbers

    class Seen:
        def aggregate(self, pipeline: list[Document]) -> CommandCursor[Document]:
            asked.extend(pipeline)
            return aggregate.aggregate(pipeline)

    world.app.memberships._counts._numbers = Seen()  # type: ignore[assignment]
    told(world)
    lookups = [stage["$lookup"] for stage in asked if "$lookup" in stage]
    assert {lookup["from"] for lookup in lookups} == {"counts", "commits"}
    for lookup in lookups:
        query = {"aggregate": lookup["from"], "pipeline": lookup["pipeline"], "cursor": {}}
        plan = world.database.command("explain", query, verbosity="executionStats")
        assert not stages(plan) & {"COLLSCAN", "SORT"}
        assert examined(plan) <= 40


def examined(plan: object) -> int:
    if isinstance(plan, dict):
        own = plan.get("totalDocsExamined", 0)
        return max([own, *(examined(value) for value in plan.values())])
    if isinstance(plan, list):
        return max([0, *(examined(value) for value in plan)])
    return 0


def test_an_upgrade_counts_what_there_is(world: World, run_jobs: Callable[[], None]) -> None:
    """A database of an earlier version has neither kept counts nor tallies in its commits."""
    take_in(world, 24)
    run_jobs()
    world.apply(world.person())
    world.database.commits.update_many({}, {"$unset": {"tally": ""}})
    world.database.counts.delete_many({})
    for _ in range(2):  # safe to run twice
        store.kept_counts(2).apply(world.database, None)  # type: ignore[arg-type]  # it notes none
    assert told(world) == recounted(world)


def test_dates_and_ids_of_counts() -> None:
    """A dated membership counts by two dates, and history not at all."""
    dated: Any = {"live": True, "ends_on": "2027-01-31", "grace_ends_on": "2027-02-28"}
    for state in DATED:
        one: Any = {**dated, "state": state}
        counts_as = domain.membership_counts_as(one)
        assert counts_as == "memberships.2027-01-31.2027-02-28"
    history: Any = {**dated, "state": "active", "live": False}
    assert domain.membership_counts_as(history) is None
    assert domain.kept("com_1", [(existing(counts_as), 2), ("applications.draft", 1)]) == {
        "com_1": {"memberships.dated": 2, "applications.draft": 1},
        "com_1:2027-01": {"ended": 2, "ended_on.31": 2},
        "com_1:2027-02": {"over": 2, "over_on.28": 2},
    }
