"""Notes on applications on a real database: who reads them, and when they go."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND
from contracts.errors import membership as codes
from services.membership.domain.vetting.notes import MOST_NOTES
from tests.kit.passes import OnePass
from tests.store.membership.test_blind_review import seen_by
from tests.store.membership.test_races import at_once
from tests.store.membership.test_rounds import history, refused, take
from tests.store.membership.world import World


def note(world: World, ctx: Context, application: dict[str, Any], text: str) -> dict[str, Any]:
    asked = {"application_id": application["id"], "text": text}
    return world.ask(world.app.notes.add, membership.ADD_NOTE, ctx, **asked)


def texts(world: World, ctx: Context, application: dict[str, Any]) -> list[str]:
    listed = world.app.notes.list_of_application
    asked = {"application_id": application["id"]}
    page = world.ask(listed, membership.LIST_NOTES, ctx, **asked)
    return [one["text"] for one in page["items"]]


def take_back(world: World, ctx: Context, noted: dict[str, Any]) -> None:
    asked = {"application_id": noted["application_id"], "note_id": noted["id"]}
    world.ask(world.app.notes.remove, membership.REMOVE_NOTE, ctx, **asked)


def test_staff_read_each_others_notes_and_the_applicant_none(world: World) -> None:
    """product.md §2: internal notes; an applicant who works there reads none of the own."""
    applied = world.apply(world.person())
    first, second = world.reviewers
    mine = note(world, first, applied, "A")
    note(world, world.owner, applied, "B")
    assert texts(world, second, applied) == ["A", "B"]
    take_back(world, second, mine)
    assert texts(world, second, applied) == ["A", "B"], "only one's own"
    take_back(world, first, mine)
    take_back(world, first, mine)
    assert texts(world, second, applied) == ["B"]
    assert history(world, second, applied)[:2] == ["remove_note", "add_note"]
    theirs = world.apply(first)
    note(world, second, theirs, "OF THEM")
    for ctx, error in ((first, NOT_PERMITTED), (world.person(), OBJECT_NOT_FOUND)):
        for call in (partial(note, text="?"), texts):
            assert refused(call, world, ctx, theirs).error is error
    assert "OF THEM" not in str(take(world, "get", first, theirs))


def test_who_is_blind_notices_no_note(make_world: Callable[..., World]) -> None:
    """rules.md §1.9: neither notes nor their number, until one's own verdict; one's own are there
    to be taken back."""
    world = make_world(reviewers_needed=3, approvals_needed=3, blind=True)
    first, second = world.reviewers
    applied = world.apply(world.person())
    readers = (second, world.owner, Context.for_operator("membership"))
    before = [seen_by(world, one, applied) for one in readers]
    world.clock.advance(dt.timedelta(hours=1))
    for _ in range(MOST_NOTES):
        noted = note(world, first, applied, "SECRET")
    assert refused(note, world, first, applied, "?").error is codes.NOTES_MANY
    take_back(world, first, noted)
    assert [seen_by(world, one, applied) for one in readers] == before
    assert texts(world, second, applied) == []
    note(world, second, applied, "mine")
    assert texts(world, second, applied) == ["mine"]
    take(world, "approve", second, applied)
    assert len(texts(world, second, applied)) == MOST_NOTES


def test_who_is_too_near_reads_no_note(world: World) -> None:
    """rules.md §1.6: notes may speak of private answers."""
    applied = world.apply(world.person())
    first, second = world.reviewers
    note(world, first, applied, "private")
    take(world, "declare_conflict", second, applied)
    assert texts(world, second, applied) == []


def test_notes_go_with_the_words_of_their_application(world: World) -> None:
    """product.md §2: 180 days after it came to nothing; none come after its end."""
    applied = world.apply(world.person())
    note(world, world.owner, applied, "A")
    take(world, "reject", world.owner, applied, reason="other", message="")
    assert refused(note, world, world.owner, applied, "?").error is codes.APPLICATION_WRONG_STATE
    world.clock.advance(dt.timedelta(days=180))
    world.app.application_deadlines.advance(OnePass(world.clock.now(), "membership"))
    assert world.database.application_notes.count_documents({}) == 0


def test_a_note_and_a_verdict_at_once_are_both_there(world: World) -> None:
    """The one that comes second is done again on what the first left."""
    applied = world.apply(world.person())
    first, second = world.reviewers
    others = world.another_process()
    at_once(
        [
            partial(note, world, first, applied, "A"),
            partial(take, others, "approve", second, applied),
        ]
    )
    assert texts(world, second, applied) == ["A"]
    assert world.application(applied["id"])["state"] == "approved"
