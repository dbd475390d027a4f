"""What an outage does to mails: ours is waited out, the mail server's is tried for days."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from chassis.clock import real_now
from chassis.mongo import Document
from contracts import events
from contracts.errors import OBJECT_NOT_FOUND, SERVICE_UNAVAILABLE, TOO_BUSY, DomainError, ErrorCode
from services.notifications.domain.deliveries import CODE_KEPT, LONGEST_ATTEMPT, MAIL_KEPT
from services.notifications.usecases.deliveries import AFTER_OUTAGE_SECONDS, MOST_CLAIMED
from tests.store.notifications.world import Mailbox, World, name
from tests.unit.notifications.samples import made_id

DAY = dt.timedelta(days=1)


def away(refusal: ErrorCode) -> Callable[..., Any]:
    """Every call of a neighbour ends so."""

    def call(*asked: Any, **more: Any) -> Any:
        raise DomainError(refusal)

    return call


@pytest.mark.parametrize("refusal", [SERVICE_UNAVAILABLE, TOO_BUSY], ids=lambda one: one.code)
def test_an_outage_of_our_own_does_not_count_however_long_it_takes(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, refusal: ErrorCode
) -> None:
    """R6: four days without membership or broker, and nobody has to replay anything."""
    person = world.told()
    with monkeypatch.context() as patch:
        patch.setattr(world.membership, "call", away(refusal))
        for _ in range(24):
            world.send()
            row = world.mail_of(person)
            assert (row["state"], row["attempts"], row["last_error"]) == (
                "pending",
                0,
                refusal.code,
            )
            world.clock.advance(DAY / 6)
    world.send()
    assert (world.mail_of(person)["state"], world.mail_of(person)["attempts"]) == ("sent", 1)
    assert mailbox.taken == [name(person)]


def test_while_our_own_services_are_away_what_waits_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: a wave is not claimed over and over; the next pass tries a few again, soon."""
    for _ in range(40):
        world.told()
    monkeypatch.setattr(world.membership, "call", away(SERVICE_UNAVAILABLE))
    world.send()
    untouched = {"channel": "email", "last_error": None, "attempts": 0}
    assert world.db["messages"].count_documents(untouched) == 40 - MOST_CLAIMED
    assert world.run.next == AFTER_OUTAGE_SECONDS


def test_a_code_outlasts_a_short_outage_and_ends_with_its_challenge(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: nobody gets a code that is of no use any more."""
    late, early = world.code(), world.code()
    with monkeypatch.context() as patch:
        patch.setattr(world.membership, "call", away(SERVICE_UNAVAILABLE))
        world.send_codes()
    del world.membership.codes[late]
    world.clock.advance(dt.timedelta(minutes=1))
    world.send_codes()
    assert mailbox.taken == [name(early)]
    row = world.mail_of(late)
    assert (row["state"], row["last_error"]) == ("suppressed", OBJECT_NOT_FOUND.code)


def test_an_attempt_whose_end_could_not_be_noted_is_made_again(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: our database went away between the mail and its note. Nobody knows whether the server
    took it, so it is sent again, with the same Message-ID, and counts."""
    person = world.told()

    def unreachable(*args: Any) -> bool:
        raise AutoReconnect("away")

    with monkeypatch.context() as patch:
        patch.setattr("services.notifications.store.messages.MessageStore.change", unreachable)
        with pytest.raises(AutoReconnect):
            world.send()
    world.send()
    assert mailbox.taken == [name(person)]
    world.clock.advance(LONGEST_ATTEMPT)
    world.send()
    assert (world.mail_of(person)["state"], world.mail_of(person)["attempts"]) == ("sent", 2)


# ── Seats that are not kept any more ────────────────────────────────────────────────────────────

SEATS = [events.REGISTRATION_SELECTED, events.SEAT_OFFERED]
TOMORROW = (dt.datetime(2026, 11, 22, tzinfo=dt.UTC)).isoformat()


@pytest.mark.parametrize("event", SEATS, ids=lambda event: event.name)
def test_a_seat_that_was_declined_or_withdrawn_is_not_announced(
    world: World, mailbox: Mailbox, event: Any
) -> None:
    """R33: in time, but the person withdrew a minute ago."""
    world.tell(event, until=TOMORROW)
    world.membership.seats_gone.add(made_id("reg"))
    world.send()
    row = world.mail_of(made_id("per"))
    assert (row["state"], row["last_error"]) == ("suppressed", "seat_gone")
    assert mailbox.taken == []


@pytest.mark.parametrize("event", SEATS, ids=lambda event: event.name)
def test_a_seat_that_is_kept_is_announced_when_the_events_service_is_back(
    world: World, mailbox: Mailbox, event: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6, R33: an outage of the neighbour that is asked is waited out like any other."""
    world.tell(event, until=TOMORROW)
    with monkeypatch.context() as patch:
        patch.setitem(world.membership.answers, events.IS_SEAT_KEPT, away(SERVICE_UNAVAILABLE))
        world.send()
    assert world.mail_of(made_id("per"))["attempts"] == 0
    world.clock.advance(dt.timedelta(minutes=1))
    world.send()
    assert mailbox.taken == [name(made_id("per"))]


# ── What is kept how long ───────────────────────────────────────────────────────────────────────


def test_a_code_goes_after_a_day_and_another_mail_after_its_cause_cannot_come_again(
    db: Database[Document], world: World
) -> None:
    """D-10: in real time; what an operator may replay and what is in an inbox stays."""
    before = real_now()
    world.code()
    gone = world.code()
    del world.membership.codes[gone]
    sent, failed = world.told(), world.told()
    world.membership.emails[failed] = "no address"
    world.send_codes()
    world.send()
    after = real_now()
    codes = list(db["messages"].find({"type": "sign_in_code"}))
    assert {row["state"] for row in codes} == {"sent", "suppressed"}
    for row in codes:
        assert before - dt.timedelta(seconds=1) <= row["garbage_at"] - CODE_KEPT <= after
    ends = world.mail_of(sent)["garbage_at"] - MAIL_KEPT
    assert before - dt.timedelta(seconds=1) <= ends <= after
    assert world.mail_of(failed)["state"] == "failed"
    assert "garbage_at" not in world.mail_of(failed)
    assert db["messages"].count_documents({"channel": "in_app", "garbage_at": None}) == 2
    assert db["messages"].index_information()["garbage"]["expireAfterSeconds"] == 0


def test_one_mail_that_cannot_be_worded_holds_up_no_other(world: World, mailbox: Mailbox) -> None:
    """I-11: it is shown to operators; the others go."""
    broken, *others = [world.told() for _ in range(5)]
    wrong = {"$set": {"facts.term.ends_on": "9999-99-99"}}
    world.db["messages"].update_one({"recipient_id": broken, "channel": "email"}, wrong)
    world.send()
    assert (world.mail_of(broken)["state"], world.mail_of(broken)["last_error"]) == (
        "failed",
        "ValueError",
    )
    assert sorted(mailbox.taken) == sorted(map(name, others))
