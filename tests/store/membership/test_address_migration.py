"""Addresses, sign-ins and sessions of an earlier version become those of today."""

import datetime as dt
from typing import Any

import pytest
import structlog

from chassis.clock import real_now
from chassis.ids import first_id_at, new_id
from chassis.schema import Progress
from services.membership.store import migrations
from services.membership.store.migrations import one_form_of_addresses
from tests.store.membership.world import World


def person(world: World, email: str) -> str:
    known = world.person().require_person()
    world.database.people.update_one({"_id": known}, {"$set": {"email": email}})
    return known


def run(world: World, progress: Progress | None = None) -> list[dict[str, Any]]:
    """What the migration had to say."""
    with structlog.testing.capture_logs() as said:
        migrations.log = structlog.get_logger()
        one_form_of_addresses(5).apply(world.database, progress or Progress(None, lambda _: None))
    return [dict(line) for line in said]


def test_addresses_get_their_one_form(empty: World) -> None:
    """H4: who has no such form, or one that is another's, stays as they are and is named."""
    idn = person(empty, "v@bücher.example")
    first = person(empty, "li@example.com")
    twin = person(empty, "li@ｅxample.com")
    comment = person(empty, "victim(1)@example.com")
    said = run(empty)
    emails = {row["_id"]: row["email"] for row in empty.database.people.find()}
    assert emails[idn] == "v@xn--bcher-kva.example"
    assert emails[first] == "li@example.com"
    assert emails[twin] == "li@ｅxample.com"
    assert emails[comment] == "victim(1)@example.com"
    assert {line["person"] for line in said} == {twin, comment}
    assert not any("example.com" in str(line) for line in said)
    assert {line["person"] for line in run(empty)} == {twin, comment}  # again: nothing new


def test_sessions_get_a_beginning_and_an_end(empty: World, monkeypatch: Any) -> None:
    """M3: an old session began when its id was made, and ends 90 days later at the latest."""
    monkeypatch.setattr(migrations, "BATCH", 2)
    now = real_now()
    old, young = (first_id_at("ses", now - dt.timedelta(days=days)) for days in (80, 3))
    empty.database.command("collMod", "sessions", validationLevel="off")
    for id in (old, young, new_id("ses")):
        empty.database.sessions.insert_one(
            {
                "_id": id,
                "person_id": new_id("per"),
                "refresh_hash": "",
                "spent_hashes": [],
                "expires_at": now + dt.timedelta(days=30),
                "ended_at": None,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
        )
    empty.database.command("collMod", "sessions", validationLevel="strict")
    run(empty)
    sessions = {row["_id"]: row for row in empty.database.sessions.find()}
    assert (now - sessions[old]["started_at"]).days == 80
    assert (sessions[old]["expires_at"] - now).days in (9, 10)
    assert sessions[young]["expires_at"] == now + dt.timedelta(days=30)
    assert empty.database.challenges.count_documents({}) == 0


@pytest.mark.parametrize("killed_after", [1, 2])
def test_a_killed_migration_goes_on(empty: World, monkeypatch: Any, killed_after: int) -> None:
    """D-12: run again it finds the rest."""

    class Killed(Exception):
        pass

    monkeypatch.setattr(migrations, "BATCH", 2)
    people = [person(empty, f"v{n}@bücher.example") for n in range(6)]
    noted: list[dict[str, Any]] = []

    def save(note: dict[str, Any]) -> None:
        noted.append(note)
        if len(noted) == killed_after:
            raise Killed

    with pytest.raises(Killed):
        run(empty, Progress(None, save))
    run(empty, Progress(noted[-1], lambda _: None))
    emails = {row["_id"]: row["email"] for row in empty.database.people.find()}
    assert [emails[id] for id in people] == [f"v{n}@xn--bcher-kva.example" for n in range(6)]
