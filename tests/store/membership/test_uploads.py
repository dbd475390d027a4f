"""Files in parts: what is taken, what is refused and changes nothing, and when a file goes."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import gridfs
import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError, ErrorCode
from contracts.errors import membership as codes
from contracts.files import COMMUNITY_QUOTA, PART_BYTES, PERSON_QUOTA, PERSON_QUOTA_THERE
from services.membership.usecases.files import kept
from tests.kit.passes import OnePass
from tests.store.membership.world import World, encoded

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def png(size: int) -> bytes:
    """So many bytes that begin like a PNG and differ everywhere."""
    return (PNG + b"".join(n.to_bytes(4) for n in range(size // 4)))[:size]


def begin(world: World, ctx: Context, size: int, **change: Any) -> dict[str, Any]:
    asked = {"purpose": "answer", "content_type": "image/png", "size": size, **change}
    return world.ask(
        world.app.uploads.create,
        membership.CREATE_UPLOAD,
        ctx,
        **{"community_id": world.community["id"], **asked},
    )


def add(world: World, ctx: Context, upload_id: str, part: int, data: bytes) -> dict[str, Any]:
    return world.ask(
        world.app.uploads.add_part,
        membership.ADD_UPLOAD_PART,
        ctx,
        upload_id=upload_id,
        part=part,
        data=encoded(data),
    )


def send(world: World, ctx: Context, file: bytes, **change: Any) -> dict[str, Any]:
    """The whole file."""
    upload = begin(world, ctx, len(file), **change)
    for part in range(upload["parts"]):
        data = file[part * PART_BYTES : (part + 1) * PART_BYTES]
        upload = add(world, ctx, upload["id"], part + 1, data)
    return upload


def fetch(world: World, ctx: Context, upload_id: str) -> bytes:
    """The whole file, piece by piece."""
    found, after = b"", None
    while True:
        piece = world.app.uploads.get_content({"upload_id": upload_id, "after": after}, ctx)
        found += piece["data"]
        after = piece["next"]
        if after is None:
            assert piece["size"] == len(found)
            return found


def kept_of(world: World) -> dict[str, Any]:
    """Everything that there is of files."""
    names = ("uploads.files", "uploads.chunks", "upload_quotas")
    return {name: list(world.database[name].find()) for name in names}


def refused(code: ErrorCode, act: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as found:
        act()
    assert found.value.error is code
    return found.value


def test_a_file_comes_in_parts_and_goes_out_as_it_came(world: World) -> None:
    """It lies in GridFS: what else reads that reads it, too."""
    ctx, file = world.person(), png(2 * PART_BYTES + 5)
    upload = begin(world, ctx, len(file))
    assert (upload["parts"], upload["next_part"], upload["state"]) == (3, 1, "receiving")
    done = send(world, ctx, file)
    assert (done["next_part"], done["state"]) == (None, "ready")
    assert fetch(world, ctx, done["id"]) == file
    bucket = gridfs.GridFSBucket(world.database, bucket_name="uploads")
    assert bucket.open_download_stream(done["id"]).read() == file
    mine = world.ask(world.app.uploads.list_mine, membership.LIST_MY_UPLOADS, ctx)["items"]
    assert [one["id"] for one in mine] == [done["id"], upload["id"]]


def test_what_is_wrong_has_a_code_and_changes_nothing(world: World) -> None:
    """Too large, no such kind, parts out of order, of another size, or of another file."""
    ctx = world.person()
    too_large = refused(codes.UPLOAD_TOO_LARGE, lambda: begin(world, ctx, 5_000_001))
    assert too_large.params["maximum"] == 5_000_000
    begin(world, ctx, 5_000_000)
    csv = {"content_type": "text/csv"}
    refused(INVALID_INPUT, lambda: begin(world, ctx, 9, **csv))
    upload = begin(world, ctx, PART_BYTES + 50)["id"]
    html = b"<html><script>alert(1)</script>".ljust(PART_BYTES)
    before = kept_of(world)
    for code, part, data in (
        (codes.UPLOAD_PART_UNEXPECTED, 2, png(50)),
        (codes.UPLOAD_PART_SIZE_WRONG, 1, png(50)),
        (codes.UPLOAD_TYPE_WRONG, 1, html),
    ):
        refused(code, lambda part=part, data=data: add(world, ctx, upload, part, data))  # type: ignore[misc]
    refused(codes.UPLOAD_WRONG_STATE, lambda: fetch(world, ctx, upload))
    assert kept_of(world) == before
    first = add(world, ctx, upload, 1, png(PART_BYTES))
    assert add(world, ctx, upload, 1, png(PART_BYTES)) == first, "the same again changes nothing"
    differs = png(PART_BYTES)[::-1]
    refused(codes.UPLOAD_PART_DIFFERS, lambda: add(world, ctx, upload, 1, differs))
    add(world, ctx, upload, 2, png(50))
    refused(codes.UPLOAD_PART_UNEXPECTED, lambda: add(world, ctx, upload, 3, png(50)))


def test_whether_a_part_may_come_is_asked_before_it_does(world: World) -> None:
    """The gateway awaits no bytes of a file that is not there, or a part that is not next."""
    ctx = world.person()
    upload = begin(world, ctx, 2 * PART_BYTES)["id"]
    add(world, ctx, upload, 1, png(PART_BYTES))

    def check(part: int, ctx: Context = ctx, upload: str = upload) -> None:
        asked = {"upload_id": upload, "part": part}
        world.ask(world.app.uploads.check_part, membership.CHECK_UPLOAD_PART, ctx, **asked)

    check(1)  # for who heard no answer
    check(2)
    refused(codes.UPLOAD_PART_UNEXPECTED, lambda: check(3))
    refused(OBJECT_NOT_FOUND, lambda: check(2, world.owner))
    refused(OBJECT_NOT_FOUND, lambda: check(1, ctx, upload[:-1] + "0"))


def test_a_file_is_its_senders_alone(world: World) -> None:
    """O-1: to everybody else, owners and operators too, it is not there."""
    ctx = world.person()
    upload = send(world, ctx, png(50))["id"]
    for other in (world.person(), world.owner):
        refused(OBJECT_NOT_FOUND, lambda other=other: fetch(world, other, upload))  # type: ignore[misc]
        refused(OBJECT_NOT_FOUND, lambda other=other: add(world, other, upload, 1, b"x"))  # type: ignore[misc]
        asked = {"upload_id": upload}
        remove = world.app.uploads.remove
        with pytest.raises(DomainError):
            world.ask(remove, membership.REMOVE_UPLOAD, other, **asked)
    assert fetch(world, ctx, upload) == png(50)


def test_who_sends_what(world: World) -> None:
    """Imports owners, pictures who belongs there, answers whoever signed in."""
    stranger, csv = world.person(), {"purpose": "import", "content_type": "text/csv"}
    for ctx in (stranger, world.reviewers[0]):
        refused(NOT_PERMITTED, lambda ctx=ctx: begin(world, ctx, 9, **csv))  # type: ignore[misc]
    refused(NOT_PERMITTED, lambda: begin(world, stranger, 9, purpose="picture"))
    begin(world, world.owner, 25_000_000, **csv)
    begin(world, world.reviewers[0], 9, purpose="picture")
    begin(world, stranger, 9)
    member = world.person()
    world.approved(member)
    begin(world, member, 9, purpose="picture")


CSV = {"purpose": "import", "content_type": "text/csv"}


def test_quotas_of_person_and_community(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted with the file itself, and given back with it."""
    ctx = world.owner
    for _ in range(PERSON_QUOTA // 25_000_000):
        last = begin(world, ctx, 25_000_000, **CSV)
    before = kept_of(world)
    used_up = refused(codes.UPLOAD_QUOTA_USED_UP, lambda: begin(world, ctx, 1))
    assert (used_up.params, kept_of(world)) == ({"maximum": PERSON_QUOTA}, before)
    asked = {"upload_id": last["id"]}
    world.ask(world.app.uploads.remove, membership.REMOVE_UPLOAD, ctx, **asked)
    begin(world, ctx, 5_000_000)
    monkeypatch.setitem(kept.COMMUNITY_QUOTA, "answer", 5_000_000)
    other = world.person()
    refused(codes.UPLOAD_COMMUNITY_QUOTA_USED_UP, lambda: begin(world, other, 1))
    assert COMMUNITY_QUOTA["picture"] > 0
    begin(world, world.owner, 1, purpose="picture")  # has a quota of its own


def test_one_person_takes_little_of_a_communitys_quota(world: World) -> None:
    """Whatever they send, and if they never send it; imports, which owners send, are no part."""
    for _ in range(PERSON_QUOTA_THERE // 5_000_000):
        begin(world, world.owner, 5_000_000)
    for purpose in ("answer", "picture"):
        used_up = refused(
            codes.UPLOAD_QUOTA_THERE_USED_UP,
            lambda purpose=purpose: begin(world, world.owner, 1, purpose=purpose),  # type: ignore[misc]
        )
        assert used_up.params == {"maximum": PERSON_QUOTA_THERE}
    begin(world, world.owner, 25_000_000, **CSV)


def test_two_at_once_stay_within_the_quota(world: World) -> None:
    """Both see room for one, and one of them gets it."""
    ctx = world.person()
    for _ in range(PERSON_QUOTA_THERE // 5_000_000 - 1):
        begin(world, ctx, 5_000_000)
    outcomes: list[str] = []

    def race() -> None:
        try:
            begin(world, ctx, 5_000_000)
            outcomes.append("taken")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [codes.UPLOAD_QUOTA_THERE_USED_UP.code] * 3 + ["taken"]


def test_the_same_part_twice_at_once(world: World) -> None:
    """A client that repeats what it heard no answer to."""
    ctx = world.person()
    upload = begin(world, ctx, PART_BYTES + 9)["id"]
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(add(world, ctx, upload, 1, png(PART_BYTES))["next_part"])
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2, 2, 2, 2]
    assert world.database["uploads.chunks"].count_documents({}) == 1


def test_what_nothing_needs_is_gone_after_a_day(world: World) -> None:
    """And after an hour what does not get on."""
    ctx = world.person()
    send(world, ctx, png(PART_BYTES + 1))
    begin(world, ctx, 9)

    def sweep() -> int:
        world.app.uploads.sweep(OnePass(world.clock.now(), "membership"))
        return world.database["uploads.files"].count_documents({})

    world.clock.advance(dt.timedelta(hours=1, seconds=-1))
    assert sweep() == 2
    world.clock.advance(dt.timedelta(seconds=1))
    assert sweep() == 1
    world.clock.advance(dt.timedelta(hours=23, seconds=-1))
    assert sweep() == 1
    world.clock.advance(dt.timedelta(seconds=1))
    assert sweep() == 0
    assert world.database["uploads.chunks"].count_documents({}) == 0
    assert {quota["bytes"] for quota in world.database.upload_quotas.find()} == {0}
