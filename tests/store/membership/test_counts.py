"""Counts by state are kept, and exact whenever they are read."""

import datetime as dt
import itertools
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from contracts import membership, payments
from services.membership.domain import counts as domain
from services.membership.domain.memberships import DATED, state_on
from services.membership.store import counts as store
from services.membership.usecases import counts as usecases
from tests.kit.databases import stages
from tests.store.membership.conftest import OnePass, uploaded
from tests.store.membership.test_races import at_once


@pytest.fixture
def fold(monkeypatch, empty):
    """Adds to the kept counts all that is committed."""
    monkeypatch.setattr(usecases, "FOLDED_AFTER", dt.timedelta(seconds=-1))
    return lambda world=empty: world.app.counting.fold(OnePass(empty.clock.now(), "membership"))


def told(world):
    counts = world.ask(
        world.app.memberships.count,
        membership.GET_MEMBERSHIP_COUNTS,
        world.owner,
        community_id=world.community["id"],
    )
    return counts["memberships"], counts["applications"], counts["next_number"]


def recounted(world, today=None):
    """The same from all documents, one by one."""
    today = today or world.clock.today("Asia/Shanghai").isoformat()
    memberships = Counter(
        state_on(one, today) for one in world.database.memberships.find({"live": True})
    )
    applications = Counter(one["state"] for one in world.database.applications.find())
    return (
        {state: memberships[state] for state in membership.MEMBERSHIP_STATES},
        {state: applications[state] for state in membership.APPLICATION_STATES},
        world.database.member_numbers.find_one()["next"],
    )


def take_in(world, count, ends_on="2026-{month:02}-15"):
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
def test_kept_counts_are_those_of_a_recount(world, run_jobs, fold, seed):
    """After any steps and on any day, folded or not, the counts are those of all documents."""
    chosen = random.Random(seed)
    paid, open_, handed_in, members = [], [], [], []

    def apply():
        handed_in.append((ctx := world.person(), world.apply(ctx)["id"]))

    def decide():
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

    def pay():
        if open_:
            ctx, application = open_.pop()
            paid.append(world.order(application))
            world.deliver(payments.ORDER_PAID, paid[-1])
            members.append((ctx, application["membership_id"]))

    def refund():
        if paid:
            world.deliver(payments.ORDER_REFUNDED, world.refunded(paid.pop()))

    def pass_time():
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


def test_counts_are_exact_while_many_change_and_fold(world, fold):
    """What has happened and no more is counted, whoever folds at the same time."""
    orders = [world.order(world.approved()) for _ in range(24)]
    others = [world, world.another_process(), world.another_process()]
    processes = itertools.cycle(others)
    done = Event()

    def watch():
        seen = []
        while not done.is_set():
            seen.append(told(world))
        return seen

    def folds(process):
        while not done.is_set():
            fold(process)

    with ThreadPoolExecutor(4) as pool:
        watched = pool.submit(watch)
        folding = [pool.submit(folds, process) for process in others[:2]]
        at_once(
            [
                lambda o=order, w=process: w.deliver(payments.ORDER_PAID, o)
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


def test_each_change_is_seen_as_soon_as_it_is_answered(world, fold):
    """Whoever was told that it is done finds it counted."""
    for n in range(1, 13):
        world.apply(world.person())
        assert told(world)[1]["submitted"] == n
        if n % 4 == 0:
            fold()


def test_days_turn_states_over_without_any_work(world, run_jobs, fold):
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


def test_a_killed_fold_is_done_again_and_not_twice(world, fold, monkeypatch):
    """Nothing of a fold is kept that did not commit."""
    for _ in range(3):
        world.apply(world.person())
    update, killed = store.Counts._add, []

    def fail_once(self, tx, kept):
        update(self, tx, kept)
        if not killed:
            killed.append(True)
            raise RuntimeError("killed")

    monkeypatch.setattr(store.Counts, "_add", fail_once)
    with pytest.raises(RuntimeError):
        fold()
    assert told(world) == recounted(world)
    fold()
    assert killed
    assert told(world) == recounted(world)


def test_what_is_wrong_is_repaired_in_the_night_and_told(world, run_jobs, fold):
    """The night counts everything anew; an alarm says how many counts were wrong."""
    take_in(world, 12)
    run_jobs()
    fold()
    world.apply(world.person())
    community_id, nightly = world.community["id"], OnePass(world.clock.now(), "membership")
    wrong = usecases.WRONG._value.get()
    world.app.counting.verify(nightly)  # the first night is noted only
    world.clock.advance(dt.timedelta(days=1))
    nightly.now = world.clock.now()
    world.app.counting.verify(nightly)
    assert usecases.WRONG._value.get() == wrong  # changes that are not folded are none
    spoiled = {"$inc": {"applications.joined": 2, "memberships.dated": -1}}
    world.database.counts.update_one({"_id": community_id}, spoiled, upsert=True)
    world.database.counts.delete_one({"_id": domain.month_id(community_id, "2026-05")})
    world.database.counts.insert_one({"_id": domain.month_id(community_id, "2001-05"), "over": 1})
    assert told(world) != recounted(world)
    world.app.counting.verify(nightly)  # once a night
    assert usecases.WRONG._value.get() == wrong
    nightly.now = world.clock.now() + dt.timedelta(days=1)
    world.app.counting.verify(nightly)
    assert usecases.WRONG._value.get() == wrong + 7
    assert told(world) == recounted(world)
    fold()
    assert told(world) == recounted(world)


def test_repair_and_fold_at_once(world, fold):
    """Repairing counts while changes are folded spoils nothing."""
    for _ in range(12):
        world.apply(world.person())
    nights = [OnePass(world.clock.now() + dt.timedelta(days=n), "membership") for n in range(1, 5)]
    for night in nights:
        night.cursor = "2026-01-01"
    at_once(
        [
            *(lambda n=night: world.app.counting.verify(n) for night in nights),
            *([fold] * 3),
            *([lambda: world.apply(world.person())] * 6),
        ]
    )
    fold()
    assert told(world) == recounted(world)
    assert world.database.counts.find_one({"_id": world.community["id"]})["applications"] == {
        "submitted": 18
    }


def test_reading_touches_months_and_no_members(world, run_jobs, fold):
    """D-9: neither members nor days nor other communities cost anything when counts are read."""
    take_in(world, 400)
    run_jobs()
    fold()
    others = [f"com_{n:026}" for n in range(500)]
    dates = [f"memberships.2026-{n % 12 + 1:02}-03.2026-{n % 12 + 1:02}-04" for n in range(24)]
    for id in others:
        documents = domain.kept(id, [(one, 1) for one in dates])
        world.database.counts.insert_many({"_id": i, "ended": 1} for i in documents)
    asked = []
    aggregate = world.app.memberships._counts._numbers

    class Seen:
        def aggregate(self, pipeline):
            asked.extend(pipeline)
            return aggregate.aggregate(pipeline)

    world.app.memberships._counts._numbers = Seen()
    told(world)
    lookups = [stage["$lookup"] for stage in asked if "$lookup" in stage]
    assert {lookup["from"] for lookup in lookups} == {"counts", "commits"}
    for lookup in lookups:
        query = {"aggregate": lookup["from"], "pipeline": lookup["pipeline"], "cursor": {}}
        plan = world.database.command("explain", query, verbosity="executionStats")
        assert not stages(plan) & {"COLLSCAN", "SORT"}
        assert examined(plan) <= 40


def examined(plan):
    if isinstance(plan, dict):
        own = plan.get("totalDocsExamined", 0)
        return max([own, *(examined(value) for value in plan.values())])
    if isinstance(plan, list):
        return max([0, *(examined(value) for value in plan)])
    return 0


def test_an_upgrade_counts_what_there_is(world, run_jobs):
    """A database of an earlier version has neither kept counts nor tallies in its commits."""
    take_in(world, 24)
    run_jobs()
    world.apply(world.person())
    world.database.commits.update_many({}, {"$unset": {"tally": ""}})
    world.database.counts.delete_many({})
    for _ in range(2):  # safe to run twice
        store.kept_counts(2).apply(world.database, None)
    assert told(world) == recounted(world)


def test_dates_and_ids_of_counts():
    """A dated membership counts by two dates, and history not at all."""
    dated = {"live": True, "ends_on": "2027-01-31", "grace_ends_on": "2027-02-28"}
    for state in DATED:
        counts_as = domain.membership_counts_as({**dated, "state": state})
        assert counts_as == "memberships.2027-01-31.2027-02-28"
    assert domain.membership_counts_as({**dated, "state": "active", "live": False}) is None
    assert domain.kept("com_1", [(counts_as, 2), ("applications.draft", 1)]) == {
        "com_1": {"memberships.dated": 2, "applications.draft": 1},
        "com_1:2027-01": {"ended": 2, "ended_on.31": 2},
        "com_1:2027-02": {"over": 2, "over_on.28": 2},
    }
