"""R34, rules.md §2.19: what ran out while nobody could act is given back, and nothing twice."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chassis.commands import Operation
from chassis.context import Context
from contracts import membership, payments
from services.membership.commands import extend_deadlines
from services.membership.domain.terms.outages import Outage
from services.membership.usecases.terms import outages
from tests.kit.existing import existing
from tests.store.membership.test_terms import go_to, pay_renewal, renew
from tests.store.membership.world import START, World, compose

HOUR = dt.timedelta(hours=1)
SHELL = Context.for_operator("membership", "li.wei")


def extend(world: World, since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """How many applications and memberships got more time for an outage."""
    found = list(world.app.outages.extend_deadlines(Outage(since, until), "outage", SHELL))
    return sum(one.applications for one in found), sum(one.memberships for one in found)


def extend_days(world: World, *days: str) -> tuple[int, int]:
    """For an outage from noon to noon of these days, UTC."""
    since, until = (dt.datetime.fromisoformat(f"{day}T12:00:00+00:00") for day in days)
    return extend(world, since, until)


def pay_by(application: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(application["pay_by"])


# ── The time to pay after an approval ───────────────────────────────────────────────────────────


def test_the_time_to_pay_goes_on_after_an_outage(
    world: World, run_jobs: Callable[[], None]
) -> None:
    approved = world.approved()
    world.clock.advance(70 * HOUR)
    assert extend(world, START + 20 * HOUR, START + 68 * HOUR) == (1, 0)
    shown = world.application(approved["id"])
    assert pay_by(shown) == START + 120 * HOUR
    stored = existing(world.database.memberships.find_one({"_id": approved["membership_id"]}))
    assert stored["terms"][0]["pay_by"] == START + 120 * HOUR
    (told,) = world.told(membership.PURCHASE_EXTENDED)
    assert told.data["purchase_id"] == approved["purchase_id"]
    assert told.data["pay_by"] == START + 120 * HOUR
    (reminded,) = world.told(membership.PAYMENT_REMINDER_DUE)
    assert reminded.data["pay_by"] == START + 120 * HOUR
    world.clock.advance(49 * HOUR)
    run_jobs()
    assert world.application(approved["id"])["state"] == "approved"
    world.clock.advance(2 * HOUR)
    run_jobs()
    assert world.application(approved["id"])["state"] == "lapsed"


def test_no_hour_is_given_twice(world: World) -> None:
    """A repeated command gives nothing, one about an outage that went on only what is new."""
    approved = world.approved()
    world.clock.advance(30 * HOUR)
    assert extend(world, START + 10 * HOUR, START + 20 * HOUR) == (1, 0)
    assert extend(world, START + 10 * HOUR, START + 20 * HOUR) == (0, 0)
    assert extend(world, START + 5 * HOUR, START + 15 * HOUR) == (0, 0)
    assert extend(world, START + 10 * HOUR, START + 26 * HOUR) == (1, 0)
    assert pay_by(world.application(approved["id"])) == START + (72 + 16) * HOUR
    assert len(world.told(membership.PURCHASE_EXTENDED)) == 2


def test_time_runs_from_the_approval_at_the_earliest(world: World) -> None:
    world.clock.advance(10 * HOUR)
    approved = world.approved()
    world.clock.advance(5 * HOUR)
    later = world.approved()
    assert extend(world, START, START + 15 * HOUR) == (1, 0)
    assert pay_by(world.application(approved["id"])) == START + (10 + 72 + 5) * HOUR
    unchanged = world.application(later["id"])
    assert {name: unchanged[name] for name in later} == later


def test_what_has_lapsed_stays_so(world: World, run_jobs: Callable[[], None]) -> None:
    """Somebody else may have the place; money that still comes is judged as late money is."""
    approved = world.approved()
    world.clock.advance(73 * HOUR)
    run_jobs()
    assert extend(world, START + 50 * HOUR, START + 73 * HOUR) == (0, 0)
    assert world.application(approved["id"])["state"] == "lapsed"


def test_a_command_that_died_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is whole by itself: the same command does the rest, over pages of any length."""
    applications = [world.approved() for _ in range(5)]
    world.clock.advance(10 * HOUR)
    monkeypatch.setattr(outages, "BATCH", 2)
    tried = iter(range(10))
    extend_one = outages.extend_time_to_pay

    def dies(*args: Any) -> Any:
        if next(tried) == 3:
            raise SystemExit
        return extend_one(*args)

    with monkeypatch.context() as patch:
        patch.setattr(outages, "extend_time_to_pay", dies)
        with pytest.raises(SystemExit):
            extend(world, START, START + 10 * HOUR)
    assert extend(world, START, START + 10 * HOUR) == (2, 0)
    ends = {pay_by(world.application(one["id"])) for one in applications}
    assert ends == {START + 82 * HOUR}


# ── Grace ───────────────────────────────────────────────────────────────────────────────────────


def test_the_days_of_grace_that_an_outage_touched_come_again(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """The term stays as it is; neighbours, mails and integrators hear of the new last day."""
    member = world.member()  # term to 2027-03-01, grace to 2027-03-08
    go_to(world, "2027-03-04")
    run_jobs()
    assert extend_days(world, "2027-02-27", "2027-03-03") == (0, 1)
    assert extend_days(world, "2027-02-27", "2027-03-03") == (0, 0)
    run_jobs()
    in_grace = world.told(membership.ENTERED_GRACE)
    assert [told.data["grace_ends_on"] for told in in_grace] == ["2027-03-08", "2027-03-10"]
    assert [told.sequence for told in in_grace] == [2, 3]
    assert world.told(membership.STANDING_CHANGED)[-1].data["grace_ends_on"] == "2027-03-10"
    shown = world.membership(member["id"])
    assert (shown["state"], shown["term"]) == ("grace", member["term"])
    go_to(world, "2027-03-10")
    run_jobs()
    assert world.told(membership.EXPIRED) == []
    go_to(world, "2027-03-11")
    run_jobs()
    assert len(world.told(membership.EXPIRED)) == 1


def test_who_expired_in_an_outage_is_in_grace_again(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """They renew as in any grace: from the day after the old end."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-03-10")
    run_jobs()
    assert world.membership(member["id"])["state"] == "expired"
    assert extend_days(world, "2027-03-07", "2027-03-09") == (0, 1)
    assert world.membership(member["id"])["state"] == "grace"
    (lost,), (gained,) = world.told(membership.EXPIRED), world.told(membership.ACCESS_GAINED)
    assert (gained.data["state"], gained.data["access_change"]) == ("grace", "gained")
    assert gained.sequence == existing(lost.sequence) + 1
    run_jobs()
    again = world.told(membership.ENTERED_GRACE)[-1]
    assert (again.data["grace_ends_on"], again.data["access_change"]) == ("2027-03-11", "none")
    assert again.sequence == existing(gained.sequence) + 1
    renew(world, ctx, member["id"])
    pay_renewal(world, member["id"], paid_on="2027-03-10")
    assert world.membership(member["id"])["term"]["starts_on"] == "2027-03-02"


def test_a_renewal_that_awaits_payment_may_be_paid_as_many_days_later(world: World) -> None:
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-03-03")
    renew(world, ctx, member["id"])
    before = existing(world.database.memberships.find_one({"_id": member["id"]}))["terms"][1]
    assert extend_days(world, "2027-03-02", "2027-03-03") == (0, 1)
    after = existing(world.database.memberships.find_one({"_id": member["id"]}))["terms"][1]
    assert after["pay_by"] == before["pay_by"] + dt.timedelta(days=2)
    (told,) = world.told(membership.PURCHASE_EXTENDED)
    assert told.data["purchase_id"] == payments.purchase_id_of(before["id"])
    assert told.data["pay_by"] == after["pay_by"]


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2027-03-01", ("2027-02-25", "2027-02-28")),  # the term runs
        ("2027-03-20", ("2027-03-10", "2027-03-12")),  # grace was over before
        ("2027-03-20", ("2027-03-07", "2027-03-08")),  # it would be over again
    ],
)
def test_whose_grace_the_outage_did_not_take_stays_as_they_are(
    world: World, run_jobs: Callable[[], None], today: str, days: tuple[str, str]
) -> None:
    member = world.member()
    go_to(world, today)
    run_jobs()
    before = world.membership(member["id"])
    assert extend_days(world, *days) == (0, 0)
    assert world.membership(member["id"]) == before


# ── The command ─────────────────────────────────────────────────────────────────────────────────


def command(world: World, *arguments: str) -> Result:
    platform: Any = type("Platform", (), {"clock": world.clock})
    operation = Operation(platform, compose(world.database, world.clock), SHELL)
    return CliRunner().invoke(extend_deadlines, [*arguments], obj=operation)


def test_a_dry_run_says_the_same_and_changes_nothing(world: World) -> None:
    """Which community, how many, and by how much; also in the days of grace."""
    member = world.member()  # term until 2027-03-01, grace through 2027-03-08
    go_to(world, "2027-03-04", hour=0)
    approved = world.approved()
    world.clock.advance(24 * HOUR)
    since = ("--since", "2027-03-03T12:00")
    foretold = command(world, *since, "--dry-run").output.splitlines()
    assert world.application(approved["id"])["pay_by"] == approved["pay_by"]
    assert world.membership(member["id"])["grace_ends_on"] == "2027-03-08"
    told = len(world.told(membership.PURCHASE_EXTENDED))
    done = command(world, *since).output.splitlines()
    community = world.community["id"]
    line = f"{community}  1 applications, up to 1 day, 0:00:00 more  1 memberships, up to 3 days"
    assert [one for one in done if one.startswith(community)] == [f"{line} more"]
    assert [one.replace("would have", "have") for one in foretold if "more" in one] == done[-3:]
    assert world.membership(member["id"])["grace_ends_on"] == "2027-03-11"
    assert len(world.told(membership.PURCHASE_EXTENDED)) == told + 1


def test_the_command_says_how_many_and_who_ordered_it_stands_in_the_trail(world: World) -> None:
    approved = world.approved()
    world.clock.advance(24 * HOUR)
    done = command(world, "--since", "2026-03-02T12:00")
    assert done.exit_code == 0, done.output
    # Logs are not set up here: a commit that took long says so before the answer.
    assert "1 applications have more time to be paid" in done.output.splitlines()
    assert pay_by(world.application(approved["id"])) == START + (72 + 16) * HOUR
    commit = existing(world.database.commits.find_one({"changes.action": "extend_time_to_pay"}))
    (change,) = [one for one in commit["changes"] if one["action"] == "extend_time_to_pay"]
    assert (change["id"], change["details"]) == (approved["id"], {"reason": "outage"})
    assert "li.wei" in commit["actor"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "2026-03-03T05:00"), "not in the future"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "lies before"),
        (("--since", "2025-03-02"), "at most 30 days"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(
    world: World, arguments: tuple[str, ...], said: str
) -> None:
    world.clock.advance(24 * HOUR)
    refused = command(world, *arguments)
    assert refused.exit_code != 0
    assert said in refused.output
