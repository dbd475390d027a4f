"""Files as answers: claimed when handed in, seen by who sees the answer, freed with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from contracts.files import PART_BYTES
from contracts.types import membership as wire
from services.membership.usecases.files.kept import KeptFiles
from tests.kit.existing import existing
from tests.store.membership.test_erasure import ask, pass_time
from tests.store.membership.test_rounds import take
from tests.store.membership.test_screening import refused
from tests.store.membership.test_uploads import begin, png, send
from tests.store.membership.world import World

FILE = png(PART_BYTES + 5)
FORM = [
    {
        "title": "About you",
        "questions": [
            {"key": "city", "kind": "short_text", "title": "City"},
            {"key": "works", "kind": "file", "title": "Works", "maximum": 2},
            {"key": "license", "kind": "file", "title": "License", "private": True},
        ],
    }
]


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(FORM)


def sent(world: World, ctx: Context, **change: Any) -> str:
    return str(send(world, ctx, FILE, **change)["id"])


def state_of(world: World, upload_id: str) -> str:
    found = world.database["uploads.files"].find_one({"_id": upload_id})
    return "gone" if found is None else found["state"]


def fetched(world: World, ctx: Context, application: dict[str, Any], upload_id: str) -> bytes:
    """The whole file, piece by piece."""
    data, after = b"", None
    while True:
        asked: wire.GetApplicationFile = {
            "application_id": application["id"],
            "upload_id": upload_id,
            "after": after,
        }
        piece = world.app.reviews.get_file(asked, ctx)
        data, after = data + piece["data"], piece["next"]
        if after is None:
            return data


def problems(error: DomainError) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in error.fields]


def change(world: World, ctx: Context, application: dict[str, Any], **answers: Any) -> None:
    version = world.application(application["id"])["version"]
    asked = {"application_id": application["id"], "answers": answers, "expected_version": version}
    world.ask(world.app.applications.change, membership.CHANGE_APPLICATION, ctx, **asked)


def submit(world: World, ctx: Context, application: dict[str, Any]) -> dict[str, Any]:
    asked = {"application_id": application["id"]}
    return world.ask(world.app.applications.submit, membership.SUBMIT_APPLICATION, ctx, **asked)


def test_it_is_claimed_when_it_is_handed_in(world: World) -> None:
    ctx = world.person()
    work, license = sent(world, ctx), sent(world, ctx)
    draft = world.apply(ctx, submit=False, works=[work], license=[license])
    assert state_of(world, work) == "ready"
    submit(world, ctx, draft)
    assert (state_of(world, work), state_of(world, license)) == ("claimed", "claimed")
    world.clock.advance(dt.timedelta(days=2))
    for reader in (ctx, world.reviewers[0]):
        assert fetched(world, reader, draft, work) == FILE
        assert fetched(world, reader, draft, license) == FILE


def test_what_cannot_be_an_answer_has_a_code_each(world: World) -> None:
    """Somebody else's, one that never was, of another purpose, unfinished, used; nothing moves."""
    ctx, other = world.person(), world.person()
    theirs, begun = sent(world, other), str(begin(world, ctx, 9)["id"])
    used = sent(world, other)
    picture = str(send(world, world.owner, FILE, purpose="picture")["id"])
    good = sent(world, ctx)
    for given, code in (
        ([theirs], "field.upload_missing"),
        ([new_id("upl")], "field.upload_missing"),
        (["anything"], "field.upload_missing"),
        ([begun], "field.upload_unfinished"),
    ):
        error = refused(world.apply, ctx, works=given, license=[good])
        assert error.error is codes.APPLICATION_INCOMPLETE
        assert problems(error) == [("/answers/works", code)]
    error = refused(world.apply, ctx, works=[good], license=[good])
    assert problems(error) == [("/answers/license", "field.upload_used")]
    error = refused(world.apply, world.owner, works=[picture])
    assert problems(error) == [("/answers/works", "field.upload_other_purpose")]
    error = refused(world.apply, ctx, works=[good, good])
    assert problems(error) == [("/answers/works", "field.repeated")]
    assert state_of(world, good) == "ready"
    done = world.apply(other, works=[used])
    withdraw = world.app.applications.withdraw
    asked = {"application_id": done["id"]}
    world.ask(withdraw, membership.WITHDRAW_APPLICATION, other, **asked)
    error = refused(world.apply, other, works=[used])
    assert problems(error) == [("/answers/works", "field.upload_used")]


def test_who_sees_the_answer_sees_the_file(world: World) -> None:
    """Private ones as private answers; who is conflicted none; others not even that it is there."""
    operator = Context.for_operator("membership")
    ctx = world.person()
    work, license, loose = sent(world, ctx), sent(world, ctx), sent(world, ctx)
    made = world.apply(ctx, works=[work], license=[license])
    assert fetched(world, operator, made, work) == FILE
    for who, id in ((operator, license), (world.reviewers[0], loose), (world.person(), work)):
        assert refused(fetched, world, who, made, id).error is OBJECT_NOT_FOUND
    take(world, "declare_conflict", world.reviewers[0], made)
    error = refused(fetched, world, world.reviewers[0], made, work)
    assert error.error is codes.REVIEWER_CONFLICTED


def test_what_is_replaced_is_freed_and_what_stays_stays(world: World) -> None:
    ctx = world.person()
    first, second, license = (sent(world, ctx) for _ in range(3))
    made = world.apply(ctx, works=[first], license=[license])
    asked = {"application_id": made["id"], "message": "?"}
    step = world.app.reviews.request_info
    world.ask(step, membership.REQUEST_INFO, world.reviewers[0], **asked)
    change(world, ctx, made, works=[second], license=[license])
    assert state_of(world, first) == "claimed"
    submit(world, ctx, made)
    states = [state_of(world, id) for id in (first, second, license)]
    assert states == ["ready", "claimed", "claimed"]
    assert refused(fetched, world, ctx, made, first).error is OBJECT_NOT_FOUND


def test_it_goes_with_the_answers(world: World, run_jobs: Callable[[], None]) -> None:
    ctx = world.person()
    work = sent(world, ctx)
    made = world.apply(ctx, works=[work])
    asked = {"application_id": made["id"]}
    world.ask(world.app.applications.withdraw, membership.WITHDRAW_APPLICATION, ctx, **asked)
    world.clock.advance(dt.timedelta(days=179))
    run_jobs()
    assert state_of(world, work) == "claimed"
    world.clock.advance(dt.timedelta(days=2))
    run_jobs()
    assert state_of(world, work) == "ready"
    stored = existing(world.database.applications.find_one({"_id": made["id"]}))
    assert (stored["answers"], "files" in stored) == ({}, False)


def test_it_goes_with_the_person(world: World) -> None:
    ctx = world.person()
    work = sent(world, ctx)
    world.apply(ctx, works=[work])
    ask(world, "start_mine", ctx)
    pass_time(world, dt.timedelta(days=7))
    assert state_of(world, work) == "gone"
    assert world.database["uploads.chunks"].count_documents({}) == 0


@pytest.mark.parametrize("step", ["claim", "release"])
def test_a_crash_leaves_all_or_nothing(
    world: World, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first of two files was claimed, or the replaced one freed."""
    ctx = world.person()
    old, new = sent(world, ctx), sent(world, ctx)
    made = world.apply(ctx, works=[old])
    asked = {"application_id": made["id"], "message": "?"}
    request = world.app.reviews.request_info
    world.ask(request, membership.REQUEST_INFO, world.reviewers[0], **asked)
    change(world, ctx, made, works=[new])
    whole = getattr(KeptFiles, step)

    def crash(self: KeptFiles, *arguments: Any) -> None:
        whole(self, *arguments)
        raise RuntimeError("crash after it was written, before the commit")

    with monkeypatch.context() as patched:
        patched.setattr(KeptFiles, step, crash)
        with pytest.raises(RuntimeError):
            submit(world, ctx, made)
    assert (state_of(world, old), state_of(world, new)) == ("claimed", "ready")
    submit(world, ctx, made)
    assert (state_of(world, old), state_of(world, new)) == ("ready", "claimed")
