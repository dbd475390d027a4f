"""The sender's pass: what it claims, when it may still send, and what a refusal means."""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import (
    INTERNAL,
    INVALID_INPUT,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
)
from services.notifications.adapters import mail
from services.notifications.domain.deliveries import LONGEST_ATTEMPT
from services.notifications.usecases import deliveries
from services.notifications.usecases.deliveries import MOST_CLAIMED
from tests.kit.channel_suite import KeptChannel
from tests.store.notifications.world import NOON, Mailbox, World, name
from tests.unit.notifications.samples import made_id


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (DomainError(OBJECT_NOT_FOUND, noun="person"), "suppressed"),
        (DomainError(INVALID_INPUT), "failed"),
        (DomainError(NOT_PERMITTED), "failed"),
        (DomainError(SERVICE_UNAVAILABLE), "pending"),
        (DomainError(INTERNAL), "pending"),
    ],
    ids=lambda value: value.code if isinstance(value, DomainError) else value,
)
def test_only_a_person_who_is_gone_is_not_written_to(
    world: World, mailbox: Mailbox, refusal: DomainError, state: str
) -> None:
    """A refusal that is not about the person is shown to operators, who can replay the mail."""

    def refuses(person_id: str) -> None:
        raise refusal

    world.membership.meanwhile = refuses
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["last_error"]) == (state, refusal.code)
    assert mailbox.taken == []


def test_a_sender_that_slept_past_its_claim_does_not_send(world: World, mailbox: Mailbox) -> None:
    """T-F3: another may have sent it by then. The attempt does not count; a new claim does."""
    slept: list[str] = []

    def sleeps(person_id: str) -> None:
        world.seconds += 31
        slept.append(world.mail_of(person_id)["claim"])

    world.membership.meanwhile = sleeps
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert row["claim"] not in slept
    assert mailbox.taken == [name(person)]


def test_a_sender_that_does_not_lead_any_more_does_not_send(world: World, mailbox: Mailbox) -> None:
    """M-19: leadership is looked at after everything that takes long, before the mail's data."""

    def another_leads(person_id: str) -> None:
        world.run.should_stop = True

    world.membership.meanwhile = another_leads
    person = world.told()
    world.send()
    assert (world.mail_of(person)["state"], world.mail_of(person)["attempts"]) == ("pending", 0)
    assert mailbox.taken == []
    world.membership.meanwhile, world.run.should_stop = lambda person_id: None, False
    world.send()
    assert mailbox.taken == [name(person)]


def test_a_sender_that_wakes_up_leaves_the_claim_of_the_next_alone(
    world: World, new_world: Callable[..., World], mailbox: Mailbox
) -> None:
    """Two senders, one of which slept: one mail, and the second one's outcome stands."""
    other = new_world()

    def next_leader_sends(person_id: str) -> None:
        world.run.should_stop = True
        other.clock.advance(LONGEST_ATTEMPT)
        other.send()

    world.membership.meanwhile = next_leader_sends
    person = world.told()
    world.send()
    row = world.mail_of(person)
    assert (row["state"], row["attempts"]) == ("sent", 2)
    assert mailbox.taken == [name(person)]


def test_no_more_than_16_are_claimed_and_each_is_sent_once(world: World, mailbox: Mailbox) -> None:
    """What is not claimed is free for whoever leads next."""
    people = [world.told() for _ in range(40)]
    claimed: list[int] = []
    pending = {"state": "pending", "attempts": 1}
    world.membership.meanwhile = lambda person_id: claimed.append(
        world.db["messages"].count_documents(pending)
    )
    world.send()
    assert Counter(mailbox.taken) == Counter(map(name, people))
    assert max(claimed) == MOST_CLAIMED


def test_two_senders_at_once_send_each_mail_once(
    world: World, new_world: Callable[..., World], mailbox: Mailbox
) -> None:
    """D-7: a mail has one attempt at a time, whoever believes to lead."""
    people = [world.told() for _ in range(30)]
    senders = [world, *(new_world() for _ in range(3))]
    gate = threading.Barrier(len(senders))

    def sends(sender: World) -> None:
        gate.wait()
        sender.send()

    threads = [threading.Thread(target=sends, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.send()
    assert Counter(mailbox.taken) == Counter(map(name, people))


def test_a_mail_that_hangs_holds_up_no_other(
    new_world: Callable[..., World],
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    probe: Callable[..., object],
) -> None:
    """Neither those that are due with it nor those that come later."""
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 0.05)
    world = new_world(time.monotonic)
    slow = world.told()
    mailbox.slow = name(slow)
    others = [world.told() for _ in range(40)]
    sending = threading.Thread(target=world.send)
    sending.start()
    try:
        probe(lambda: len(mailbox.taken) == 40, message="the others of the same wave")
        others.append(world.told())
        probe(lambda: len(mailbox.taken) == 41, message="one that came while it hung")
        assert set(mailbox.taken) == set(map(name, others))
    finally:
        mailbox.let_go()
        sending.join()
    assert world.mail_of(slow)["state"] == "sent"


def test_a_clock_that_is_moved_sends_nothing_twice(
    new_world: Callable[..., World],
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    probe: Callable[..., object],
) -> None:
    """A mail in hand is not due again when business time jumps past its claim."""
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 0.05)
    world = new_world(time.monotonic)
    slow = world.told()
    mailbox.slow = name(slow)
    sending = threading.Thread(target=world.send)
    sending.start()
    try:
        probe(lambda: world.mail_of(slow)["attempts"] == 1, message="the slow one is in hand")
        world.clock.advance(dt.timedelta(seconds=70))
        other = world.told()
        probe(lambda: mailbox.taken == [name(other)], message="it looked again meanwhile")
        assert world.mail_of(slow)["attempts"] == 1
    finally:
        mailbox.let_go()
        sending.join()
    assert sorted(mailbox.taken) == sorted([name(slow), name(other)])


def test_many_mails_ask_for_their_community_once(world: World, mailbox: Mailbox) -> None:
    """What several mails need at the same time is asked for by the first of them."""
    person = new_id("per")
    for _ in range(8):
        world.told(person)
    world.send()
    asked = Counter(record.name for record, *_ in world.membership.asked)
    assert asked == {"get_community": 1, "get_recipient": 1}
    assert len(mailbox.taken) == 8


def test_a_connection_is_kept_from_mail_to_mail(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While there is mail nobody says hello twice; afterwards it is given up."""
    for _ in range(3):
        world.told()
        world.send()
    assert mailbox.greeted == 1
    monkeypatch.setattr(mail, "UNUSED_SECONDS", 0.0)
    for _ in range(2):
        world.told()
        world.send()
    assert mailbox.greeted == 2  # the first of these still had one


def test_a_connection_that_the_server_ended_is_made_anew(world: World, mailbox: Mailbox) -> None:
    """Nothing waits for a next attempt because a server hung up between two mails."""
    world.told()
    world.send()
    mailbox.hang_up()
    person = world.told()
    world.send()
    assert (world.mail_of(person)["state"], world.mail_of(person)["attempts"]) == ("sent", 1)
    assert mailbox.greeted == 2


def test_the_message_says_over_which_channel_it_goes(
    new_world: Callable[..., World], mailbox: Mailbox
) -> None:
    """product.md §5: another channel of this name takes it, and the mail server sees nothing."""
    kept = KeptChannel()
    world = new_world(channels={"email": kept})
    world.told()
    world.send()
    assert len(kept.notices) == 1
    assert mailbox.taken == []


def test_a_message_over_a_channel_that_this_release_lacks_waits_for_one_that_has_it(
    new_world: Callable[..., World], mailbox: Mailbox
) -> None:
    """T-F18: of two releases side by side the older one does not spoil what only the newer can."""
    older, newer = new_world(channels={}), new_world()
    person = older.told()
    older.send()
    row = older.mail_of(person)
    assert (row["state"], row["attempts"]) == ("pending", 0)
    newer.send()
    assert mailbox.taken == [name(person)]


def test_a_change_of_address_is_told_at_both(world: World, mailbox: Mailbox) -> None:
    """ADR 0052: each address gets a mail of its own; once it is over no code goes out any more."""
    change = made_id("emc")
    world.membership.codes[change] = "04821375"
    world.tell(membership.EMAIL_CHANGE_STARTED)
    world.send_codes()
    sides = sorted(f"{side}.{name(change)}" for side in ("old", "new"))
    assert sorted(mailbox.taken) == sides
    del world.membership.codes[change]
    world.tell(membership.EMAIL_CHANGE_STARTED)
    world.send_codes()
    assert sorted(mailbox.taken) == sides, "it is over"
    world.membership.emails_changed.add(change)
    world.tell(membership.EMAIL_CHANGED)
    world.send()
    assert sorted(mailbox.taken) == sorted([*sides, *sides])
    told = list(world.db["messages"].find())
    assert {one["recipient_id"] for one in told} == {made_id("per")}, "so they go with the person"
    assert {frozenset(one["facts"]) for one in told} == {frozenset({"change_id", "person_id"})}


def test_a_mail_about_an_account_asks_where_it_goes(world: World, mailbox: Mailbox) -> None:
    """ADR 0052: a person who has just changed their address hears of their erasure there, whatever
    other mails remember for a minute."""
    person = world.told()
    world.send()
    world.membership.emails[person] = "moved@example.com"
    later = NOON + dt.timedelta(days=7)
    world.tell(membership.ERASURE_ASKED, person_id=person, erase_at=later.isoformat())
    world.send()
    assert mailbox.taken == [name(person), "moved"]
    for told in (membership.IDENTITY_LINKED, membership.IDENTITY_UNLINKED):
        world.tell(told, person_id=person)
    world.send()
    assert mailbox.taken == [name(person), "moved", "moved", "moved"]


def test_who_answers_for_a_community_hears_what_changes_in_it(
    world: World, mailbox: Mailbox
) -> None:
    """Each who holds the role now, once, by mail and in the app."""
    first, second = new_id("per"), new_id("per")
    world.membership.holders = [first, second]
    for event in (
        membership.API_KEY_MADE,
        membership.API_KEYS_LEFT,
        membership.REVIEWS_OVERDUE,
        payments.PROVIDER_ACCOUNT_CHANGED,
    ):
        world.tell(event)
    world.send()
    assert sorted(mailbox.taken) == sorted([name(first), name(second)] * 4)
    told = list(world.db["messages"].find({"channel": "in_app"}))
    assert sorted(one["recipient_id"] for one in told) == sorted([first, second] * 4)
    asked = [
        request for rpc, request, _ in world.membership.asked if rpc is membership.LIST_HOLDERS
    ]
    assert [set(one["roles"]) for one in asked] == [
        {"owner"},
        {"owner"},
        {"owner", "reviewer"},
        {"owner", "treasurer"},
    ]
