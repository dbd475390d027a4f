"""What bounds signing in: budgets of all and of strangers, guesses, proofs, blocked domains."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from contracts import membership
from contracts.errors import membership as codes
from services.membership.adapters.proofs import ProofOfWork
from services.membership.domain.identity.sign_in import MOST_WRONG
from services.membership.store import SCHEMA
from services.membership.usecases.identity.sign_in import Budgets
from tests.kit.commands import Commands
from tests.kit.databases import migrated
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sign_in import ANYBODY, code, finish, refused, start, wrong
from tests.store.membership.world import World
from tests.unit.membership.test_proofs import solved

COMMANDS = Commands()


@pytest.fixture(scope="module")
def schema_database(nodes: Any) -> Iterator[Any]:
    with migrated(nodes, SCHEMA, [COMMANDS]) as database:
        yield database


def budgets(world: World, *, all: int, strangers: int) -> None:
    """Other budgets than the composition's, at a time at which the minute does not turn soon."""
    probe(lambda: dt.datetime.now(dt.UTC).second < 45, 20, "a minute that goes on")
    limits = world.app.sign_in._limits
    world.app.sign_in.budgets["email"] = Budgets(
        limits.budget("system", all), limits.budget("strangers", strangers)
    )


def stored(world: World) -> list[dict[str, Any]]:
    return list(world.database.sign_in_limits.find({"_id": {"$regex": "^address:"}}))


def mailed(world: World) -> int:
    return len(world.told(membership.SIGN_IN_REQUESTED))


def failures() -> float:
    return REGISTRY.get_sample_value("coterie_sign_in_failures_total") or 0


def test_a_budget_is_one_for_all_at_once(empty: World) -> None:
    """O-4: mail is a cost, so all addresses together have a budget per minute."""
    budget = empty.app.sign_in._limits.budget("system", 7)
    granted = at_once([budget.take] * 30)
    assert granted.count(0) in (7, 14)  # 14 when the minute turned meanwhile


def test_processes_share_a_budget(empty: World) -> None:
    """O-4: what a process may grant on its own is part of the same budget."""
    worlds = (empty, empty.another_process())
    both = [world.app.sign_in._limits.budget("system", 180) for world in worlds]
    granted = at_once([both[n % 2].take for n in range(40)])
    assert granted == [0] * 40
    rows = empty.database.sign_in_limits
    row = existing(rows.find_one({"_id": "system"}))
    rows.update_one({"_id": "system"}, {"$set": {"count": 178}})
    rest = at_once([both[n % 2].take for n in range(200)])
    turned = existing(rows.find_one({"_id": "system"}))["minute"] != row["minute"]
    # What was taken before may still be granted; no share of three is left.
    assert rest.count(0) <= row["count"] - 40 or turned


def test_a_process_asks_for_one_share_at_a_time(empty: World) -> None:
    """What all who wait would ask for besides, others could not grant in that minute."""
    probe(lambda: dt.datetime.now(dt.UTC).second < 45, 20, "a minute that goes on")
    budget = empty.app.sign_in._limits.budget("system", 6000)  # shares of 100
    assert at_once([budget.take] * 40) == [0] * 40
    assert existing(empty.database.sign_in_limits.find_one({"_id": "system"}))["count"] == 100


def test_what_the_system_refuses_costs_the_address_nothing(empty: World) -> None:
    """F11, H3: the budget is asked first, refuses without any command until the minute turns, and
    Retry-After says when that is."""
    budgets(empty, all=1, strangers=1)
    start(empty, "first@example.com")
    before = stored(empty)
    told = refused(start, empty)
    assert told.error is codes.SIGN_IN_TOO_OFTEN
    COMMANDS.clear()
    again = refused(start, empty)
    assert COMMANDS.names == []
    left = 60 - dt.datetime.now(dt.UTC).second
    assert abs(again.params["retry_after"] - left) <= 1 or left > 58
    assert stored(empty) == before
    assert empty.database.challenges.count_documents({}) == mailed(empty) == 1


def test_what_an_address_is_refused_is_no_write(empty: World) -> None:
    """H3: asking again too soon reads, and changes nothing; the budget gets its one back."""
    budgets(empty, all=2, strangers=2)
    start(empty)
    before = stored(empty)
    for _ in range(5):
        soon = refused(start, empty)
        assert 0 < soon.params["retry_after"] <= 60
    assert stored(empty) == before
    start(empty, "other@example.com")


def test_strangers_keep_nobody_out(empty: World) -> None:
    """H3, F11: a flood of invented addresses gets its share of mails and the same answers; people
    whom we know still get theirs."""
    budgets(empty, all=8, strangers=4)
    known = [f"known{n}@example.com" for n in range(4)]
    for email in known:
        empty.person(email)
    answers = [start(empty, f"stranger{n}@example.com") for n in range(40)]
    assert mailed(empty) in (4, 8)  # 8 when the minute turned meanwhile
    unsent = [
        one for one in answers if empty.database.challenges.find_one(one["challenge_id"]) is None
    ]
    assert len(unsent) == 40 - mailed(empty)
    answers += [start(empty, email) for email in known]
    assert mailed(empty) in (8, 12)
    assert {frozenset(answer) for answer in answers} == {frozenset(answers[0])}
    # A stranger who comes again is answered like anybody: nothing shows who was mailed.
    again = {refused(start, empty, f"stranger{n}@example.com").error for n in (0, 39)}
    assert again == {refused(start, empty, known[0]).error} == {codes.SIGN_IN_TOO_OFTEN}
    # And a code that was never mailed opens nothing.
    never = refused(finish, empty, unsent[0]["challenge_id"], "00000000")
    assert never.error is codes.SIGN_IN_CODE_WRONG


def test_wrong_guesses_are_counted_for_address_and_system(empty: World) -> None:
    """H2: five a code, and not more than 100 a day of an address (NIST SP 800-63B, 5.2.2), however
    many codes it asks for; each is in the metric that raises the alarm."""
    limits, before, guesses = empty.database.sign_in_limits, failures(), 0
    while True:
        limits.update_many({}, {"$unset": {"starts": ""}})  # an hour later
        try:
            challenge = start(empty)["challenge_id"]
        except Exception as refusal:
            told = refusal
            break
        right = code(empty, challenge)
        for _ in range(5):
            refused(finish, empty, challenge, wrong(right))
            guesses += 1
    assert guesses == MOST_WRONG == 75
    assert failures() - before == guesses
    assert told.error is codes.SIGN_IN_TOO_OFTEN  # type: ignore[attr-defined]
    retry_after = told.params["retry_after"]  # type: ignore[attr-defined]
    assert 23 * 3600 < retry_after <= 24 * 3600
    start(empty, "other@example.com")
    day_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 24}}
    limits.update_many({"wrong": 75}, [{"$set": {"wrong_since": day_ago}}])
    challenge = start(empty)["challenge_id"]
    refused(finish, empty, challenge, wrong(code(empty, challenge)))
    (row,) = limits.find({"wrong": {"$exists": True}})
    assert row["wrong"] == 1
    assert math.isclose((row["expires_at"] - row["wrong_since"]).total_seconds(), 24 * 3600)


def test_codes_are_read_as_they_are_shown(empty: World) -> None:
    """A mail says `1234 5678`; the blank may come along."""
    challenge = start(empty)["challenge_id"]
    digits = code(empty, challenge)
    shown = f" {digits[:4]} {digits[4:]}"
    assert finish(empty, challenge, shown)["token_type"] == "Bearer"


def test_a_proof_is_asked_for_before_anything_else(empty: World) -> None:
    """The error says what to solve; without the solution nothing is read or written."""
    empty.app.sign_in._proofs = ProofOfWork(b"secret", 8)
    COMMANDS.clear()
    asked = refused(start, empty)
    assert asked.error is codes.SIGN_IN_PROOF_NEEDED
    assert COMMANDS.names == []
    request = {"email": "li@example.com", "proof": solved(asked.params["challenge"])}
    empty.ask(empty.app.sign_in.start, membership.START_SIGN_IN, ANYBODY, **request)
    assert mailed(empty) == 1


def test_new_people_do_not_come_from_blocked_domains(empty: World) -> None:
    """Told to whoever has the mailbox; people whom we know go on."""
    empty.app.sign_in._blocked_domains = frozenset({"example.com"})
    empty.person("known@mail.example.com")
    for email, comes in (
        ("new@example.com", False),
        ("new@mail.example.com", False),
        ("known@mail.example.com", True),
        ("new@notexample.com", True),
    ):
        challenge = start(empty, email)["challenge_id"]
        digits = code(empty, challenge)
        if comes:
            finish(empty, challenge, digits)
        else:
            told = refused(finish, empty, challenge, digits)
            assert told.error is codes.MAIL_DOMAIN_BLOCKED
            assert told.params == {"domain": email.partition("@")[2]}
    assert empty.database.people.count_documents({}) == 2
