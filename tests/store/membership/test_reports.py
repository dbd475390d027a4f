"""Reports: what is kept by day is what the whole history says, however often it was folded."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import pytest

from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts import membership, payments
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, DomainError
from contracts.states.membership import REPORT_PARTS
from services.membership.domain.terms.counts import Kept
from services.membership.store import SCHEMA
from services.membership.store.terms import counts as store
from services.membership.store.terms import report_days
from services.membership.usecases.communities import reports as usecase
from services.membership.usecases.terms import counts as usecases
from tests.kit.passes import OnePass
from tests.store.membership.test_bans import ban
from tests.store.membership.test_joining import REJECT
from tests.store.membership.test_races import at_once
from tests.store.membership.test_tables import table
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.test_undoing import neighbours, undo, withdraw
from tests.store.membership.world import World

assert neighbours  # a fixture

Fold = Callable[..., None]
DAY = dt.timedelta(days=1)
SOURCES = (None, "poster", "link-2")


@pytest.fixture
def fold(monkeypatch: pytest.MonkeyPatch, empty: World) -> Fold:
    """Adds to the kept figures all that is committed."""
    monkeypatch.setattr(usecases, "FOLDED_AFTER", dt.timedelta(seconds=-1))
    return lambda world=empty: world.app.counts.fold(OnePass(empty.clock.now(), "membership"))


def report(world: World, ctx: Context | None = None, **asked: Any) -> dict[str, Any]:
    here = {"community_id": world.community["id"], "by": "day", **asked}
    return world.ask(
        world.app.reports.get, membership.GET_MEMBERSHIP_REPORT, ctx or world.owner, **here
    )


def reject(world: World, application_id: str) -> None:
    asked = {"application_id": application_id, **REJECT}
    who = world.reviewers[0]
    world.ask(world.app.reviews.reject, membership.REJECT_APPLICATION, who, **asked)


def days(world: World) -> dict[str, dict[str, dict[str, int]]]:
    """The kept figures that are not nothing, by id."""
    found = {}
    for row in world.database.counts.find({"_id": {"$regex": "^days:"}}):
        id = row.pop("_id")
        kinds = {kind: {w: n for w, n in words.items() if n} for kind, words in row.items()}
        found[id] = {kind: words for kind, words in kinds.items() if words}
    return {id: kinds for id, kinds in found.items() if kinds}


@dataclass
class Came:
    """What somebody did, as it was done."""

    ctx: Context
    id: str
    day: str
    source: str | None
    steps: list[str] = field(default_factory=list)
    joined_on: str = ""
    decided_at: dt.datetime | None = None


def told_by(history: list[Came]) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, str]]]:
    """The model: from the whole history what became of whom, by day and source."""
    found, joined = Counter[tuple[str, ...]](), Counter[tuple[str, str]]()
    for one in history:
        done = one.steps[one.steps.index("undo") + 1 :] if "undo" in one.steps else one.steps
        found[one.day, one.source or "", "handed_in"] += 1
        for word in {"approved", "rejected", "joined"} & {*done}:
            found[one.day, one.source or "", word] += 1
        if "joined" in done:
            joined[one.joined_on, "joined"] += 1
            joined[one.joined_on, "renewed"] += "renewed" in done
    return +found, +joined


def reported(world: World) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, str]]]:
    """The same from what is kept."""
    found, joined = Counter[tuple[str, ...]](), Counter[tuple[str, str]]()
    for id, kinds in days(world).items():
        day = id.rpartition(":")[2]
        for word, count in kinds.get("applications", {}).items():
            plain, _, source = word.partition("@")
            if not word.startswith("decided_"):
                found[day, source, plain] += count
                found[day, "", plain] -= count if source else 0
        for word in ("joined", "renewed"):
            joined[day, word] += kinds.get("memberships", {}).get(word, 0)
    return +found, +joined


@pytest.mark.parametrize("seed", range(5))
def test_figures_are_those_of_the_whole_history(
    world: World, fold: Fold, run_jobs: Callable[[], None], monkeypatch: Any, seed: int
) -> None:
    """After any steps, folded often, seldom, twice and with a kill between, recounted or not."""
    chosen = random.Random(seed)
    history: list[Came] = []

    def those(last: str | None) -> list[Came]:
        return [one for one in history if (one.steps[-1] if one.steps else None) == last]

    def today() -> str:
        return world.clock.today("Asia/Shanghai").isoformat()

    def apply() -> None:
        ctx, source = world.person(), chosen.choice(SOURCES)
        id = world.apply(ctx, source=source)["id"]
        history.append(Came(ctx, id, today(), source))

    def decide() -> None:
        for one in those(None)[:1] or those("undo")[:1]:
            if (word := chosen.choice(["approved", "approved", "rejected"])) == "approved":
                world.approve(one.id)
            else:
                reject(world, one.id)
            one.steps.append(word)
            one.decided_at = world.clock.now()

    def take_back() -> None:
        for one in those(chosen.choice(["approved", "rejected"]))[:1]:
            assert one.decided_at is not None
            if "undo" not in one.steps and world.clock.now() - one.decided_at < DAY:
                undo(world, world.reviewers[0], {"id": one.id})
                one.steps.append("undo")

    def leave() -> None:
        for one in those("approved")[-1:]:
            withdraw(world, one.ctx, {"id": one.id})
            one.steps.append("left")

    def pay() -> None:
        for one in those("approved")[:1]:
            world.deliver(payments.ORDER_PAID, world.order(world.application(one.id)))
            one.steps.append("joined")
            one.joined_on = today()

    def prolong() -> None:
        for one in those("joined")[:1]:
            id = world.application(one.id)["membership_id"]
            world.clock.advance(dt.timedelta(days=320))
            renew(world, one.ctx, id)
            pay_renewal(world, id)
            one.steps.append("renewed")

    def pass_time() -> None:
        world.clock.advance(dt.timedelta(hours=chosen.choice([3, 11])))

    def killed_fold() -> None:
        update = store.CountStore._add

        def fail(self: store.CountStore, tx: Transaction, kept: Kept) -> int:
            update(self, tx, kept)
            raise RuntimeError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(store.CountStore, "_add", fail)
            if world.database.commits.find_one({"tally": {"$exists": True}}):
                with pytest.raises(RuntimeError):
                    fold()

    steps = [apply, apply, apply, decide, decide, take_back, leave, pay, pay, pass_time]
    for n in range(60):
        chosen.choice([*steps, fold, killed_fold])()
        if n == 40:
            prolong()
    fold()
    fold()
    assert reported(world) == told_by(history)
    kept = days(world)
    assert repaired(world) == 0
    world.database.counts.delete_many({"_id": {"$regex": "^days:"}})
    monkeypatch.setattr(report_days, "real_now", world.clock.now)
    SCHEMA.migrations[-1].apply(world.database, NoProgress())  # type: ignore[arg-type]
    assert days(world) == kept


class NoProgress:
    """A migration that begins at the beginning."""

    noted: ClassVar[dict[str, Any]] = {}

    def save(self, **noted: Any) -> None:
        pass


def repaired(world: World) -> int:
    """How many figures the night found wrong."""
    before = usecases.WRONG._value.get()
    night = OnePass(world.clock.now(), "membership", "2026-01-01")
    world.app.counts.verify(night)
    return int(usecases.WRONG._value.get() - before)


def test_the_night_repairs_days_and_notes_states(world: World, fold: Fold) -> None:
    """Whatever is wrong or missing, whether or not all is folded."""
    for _ in range(3):
        world.member()
    world.apply(world.person(), source="poster")
    assert repaired(world) == 0  # what is not folded is not wrong
    fold()
    kept = days(world)
    (id,) = kept
    world.database.counts.update_one({"_id": id}, {"$inc": {"applications.joined": -2}})
    world.database.counts.insert_one({"_id": id[:-2] + "01", "memberships": {"joined": 1}})
    assert repaired(world) == 2
    assert days(world) == kept
    world.database.counts.delete_one({"_id": id})
    assert repaired(world) == sum(len(words) for words in kept[id].values())
    assert days(world) == kept
    (found,) = report(world)["states"]
    assert found["day"] == id[-10:]
    assert (found["memberships"]["active"], found["applications"]["submitted"]) == (3, 1)


def test_repair_and_fold_of_days_at_once(world: World, fold: Fold) -> None:
    """Repairing while changes are folded spoils nothing."""
    for _ in range(6):
        world.apply(world.person())
    repair = partial(repaired, world)
    at_once([*[repair] * 3, *[fold] * 3, *[lambda: world.apply(world.person())] * 4])
    fold()
    ((_, kinds),) = days(world).items()
    assert kinds == {"applications": {"handed_in": 10}}


def test_a_report_says_what_became_of_whom(world: World, fold: Fold) -> None:
    """Decisions and how soon, sources, who waits, who stayed."""
    by_poster = [world.apply(world.person(), source="poster")["id"] for _ in range(3)]
    waiting = world.apply(world.person())
    world.clock.advance(dt.timedelta(hours=20))
    for id in by_poster[:2]:
        world.approve(id)
    reject(world, by_poster[2])
    world.deliver(payments.ORDER_PAID, world.order(world.application(by_poster[0])))
    go_to(world, "2026-04-20")
    fold()
    found = report(world)
    became = {"handed_in": 4, "approved": 2, "rejected": 1, "joined": 1}
    decided = {"count": 3, "median_hours": 24, "p90_hours": 24}
    times = [{"hours": 24, "count": 3}]
    (day,) = found["applications"]
    assert day == {"since": "2026-03-02", **became, "decisions": {**decided, "times": times}}
    assert found["sources"] == [
        {"source": "poster", "handed_in": 3, "approved": 2, "rejected": 1, "joined": 1},
        {"source": None, "handed_in": 1, "approved": 0, "rejected": 0, "joined": 0},
    ]
    assert [(one["hours"], one["count"]) for one in found["queue"]] == [
        *((24, 0), (72, 0), (168, 0), (336, 0), (720, 0), (None, 1))
    ]
    assert waiting["state"] == "submitted"
    (joined,) = found["joinings"]
    assert (joined["joined"], joined["renewed"]) == (1, 0)
    assert found["retention"] == [
        {
            "joined_in": "2026-03",
            "joined": 1,
            "renewed": 0,
            "months": [{"month": "2026-04", "members": 1}],
        }
    ]
    assert report(world, by="month", since="2026-02-01")["applications"][0]["since"] == "2026-03-01"
    assert report(world, by="week", since="2026-03-01")["applications"][0]["since"] == "2026-03-02"
    later = report(world, since="2026-03-04")
    assert (later["applications"], later["sources"], later["retention"]) == ([], [], [])


@pytest.mark.parametrize("how", ["erased", "erased late", "banned"])
def test_who_goes_was_there_before(world: World, fold: Fold, how: str) -> None:
    """Months that are over keep those who were members in them, whatever ends it later."""
    member = world.person()
    held = world.member(member)
    if how == "banned":  # whose own cancellation is over
        cancel, record = world.app.decisions.cancel, membership.CANCEL_MEMBERSHIP
        world.ask(cancel, record, member, membership_id=held["id"])
    go_to(world, "2026-08-20" if how == "erased" else "2027-05-20")
    world.app.membership_deadlines.advance(OnePass(world.clock.now(), "membership"))

    def months() -> list[tuple[str, int]]:
        fold()
        (cohort,) = report(world, since="2026-03-01", until="2026-04-01")["retention"]
        return [(one["month"], one["members"]) for one in cohort["months"]]

    before = months()
    assert before[0] == ("2026-04", 1)
    if how == "banned":
        ban(world, member)
    else:
        world.ask(world.app.erasures.start_mine, membership.START_MY_ERASURE, member)
        world.clock.advance(dt.timedelta(days=7))
        world.app.erasures.advance(OnePass(world.clock.now(), "membership"))
    assert months() == before
    assert repaired(world) == 0


def test_ages_of_the_queue(world: World, fold: Fold) -> None:
    """Each in the range of its age; one that was decided is not there."""
    for waits, until_next in ((800, 70), (730, 630), (100, 20), (80, 50), (30, 28), (2, 2)):
        world.apply(world.person())
        if waits == 30:
            world.approved()
        world.clock.advance(dt.timedelta(hours=until_next))
    found = report(world)["queue"]
    assert [(one["hours"], one["count"]) for one in found] == [
        *((24, 1), (72, 1), (168, 2), (336, 0), (720, 0), (None, 2))
    ]


def test_rare_sources_are_summed(world: World, fold: Fold, monkeypatch: Any) -> None:
    """As one, with what came by none."""
    monkeypatch.setattr(usecase, "MOST_SOURCES", 1)
    for source in ("a", "a", "b", None):
        world.apply(world.person(), source=source)
    fold()
    found = [(one["source"], one["handed_in"]) for one in report(world)["sources"]]
    assert found == [("a", 2), (None, 2)]


def test_each_part_is_a_table(world: World, fold: Fold) -> None:
    """With a heading for each column, also when nothing is in it."""
    asked = {"community_id": world.community["id"], "since": None, "until": None, "by": "day"}
    for part in REPORT_PARTS:
        found = table(world.app.reports.export, {**asked, "part": part}, world.owner)
        assert len(found) == (6 if part == "queue" else 0)
    world.member()
    world.apply(world.person(), source="poster")
    fold()
    repaired(world)
    rows = {
        part: table(world.app.reports.export, {**asked, "part": part}, world.owner)
        for part in REPORT_PARTS
    }
    assert {part: len(found) for part, found in rows.items()} == {
        **dict.fromkeys(("applications", "joinings", "states", "retention"), 1),
        "sources": 2,
        "queue": 6,
    }
    assert rows["applications"][0]["handed_in"] == "2"
    assert rows["states"][0]["memberships_active"] == "1"
    assert rows["retention"][0]["members"] == "1"


def test_who_and_which_days(world: World) -> None:
    """Owners alone; 400 days at most, none after their end, no second piece."""
    for ctx in (world.reviewers[0], world.person()):
        with pytest.raises(DomainError) as refused:
            report(world, ctx)
        assert refused.value.error is NOT_PERMITTED
    whole = report(world, since="2025-01-01", until="2026-02-04")
    assert (whole["since"], whole["until"]) == ("2025-01-01", "2026-02-04")
    usual = report(world)
    assert (usual["since"], usual["until"]) == ("2025-12-03", "2026-03-02")
    for since, until in (("2025-01-01", "2026-02-05"), ("2026-02-02", "2026-02-01")):
        with pytest.raises(DomainError) as refused:
            report(world, since=since, until=until)
        assert refused.value.error is INVALID_INPUT
        assert [one.pointer for one in refused.value.fields] == ["/since"]
    asked = {"community_id": world.community["id"], "since": None, "until": None, "by": "day"}
    more = {**asked, "part": "queue", "after": "2"}
    with pytest.raises(DomainError) as refused:
        world.app.reports.export(more, world.owner)  # type: ignore[arg-type]
    assert refused.value.error is INVALID_INPUT


def test_a_report_reads_its_days_alone(world: World, fold: Fold) -> None:
    """D-9: neither other days and communities nor who was decided cost anything."""
    for _ in range(3):
        world.member()
    fold()
    theirs = f"days:{world.community['id']}:"
    ids = [f"{theirs}2020-{n % 12 + 1:02}-{n // 12 + 1:02}" for n in range(300)]
    others = [f"days:com_{n:026}:2026-03-02" for n in range(300)]
    world.database.counts.insert_many({"_id": id} for id in [*ids, *others])
    first, last = "2026-03-01", "2026-03-02"
    wanted: Document = {"_id": store.days_between(world.community["id"], first, last)}
    plan = world.database.command(
        "explain", {"find": "counts", "filter": wanted}, verbosity="executionStats"
    )
    assert plan["executionStats"]["totalDocsExamined"] == 1
