"""A community with 100,000 members moves in, and takes its list out again."""

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.live import cpu_of
from tests.bench.operations import Community, World
from tests.bench.rows import Bench, Row, measures

MEMBERS = 100_000
HEADER = "number,email,name,joined_on,term_ends_on,segment,city,company,remarks\n"
REMARKS = "." * 150  # in a column of no meaning: the file comes near the 25 MB that one may have
OCTETS = {"Content-Type": "application/octet-stream"}


@measures("import_100000", "table_100000")
def moving_in(bench: Bench) -> Iterator[Row]:
    """From the first byte sent until the last row is done; memory read four times a second."""
    with ExitStack() as stack:
        world = World(bench, stack)
        community = Community(world, "moving")
        path = f"{community.path}/membership-counts"
        world.front.get(path, community.owner)
        at_rest = world.live.memory("membership")
        file = _file()
        used = _cpu(world)
        began = time.monotonic()
        upload = _send(world, community, file)
        sent = time.monotonic()
        started = world.front.post(f"/v1/uploads/{upload}/import", community.owner, {})
        most = at_rest
        while True:
            most = max(most, world.live.memory("membership"))
            seen = world.front.get(f"/v1/imports/{started['id']}", community.owner)
            if seen["state"] != "running":
                break
            time.sleep(0.25)
        seconds = time.monotonic() - began
        assert (seen["accepted"], seen["refused"]) == (MEMBERS, 0), seen
        yield Row(
            "import_100000",
            round(seconds, 1),
            "s",
            target="≤ 180 s, ≤ 100 MB more",
            ok=seconds <= 180 and most - at_rest <= 100,
            note=f"{len(file) / 1e6:.1f} MB, sent in {sent - began:.1f} s; membership's memory"
            f" {at_rest:.0f} MB before, {most:.0f} MB at most; {_cpu(world) - used:.0f} s of CPU in"
            " membership and mongod",
        )
        yield _table(world, community)


def _cpu(world: World) -> float:
    """CPU seconds so far: on a busy machine they say more than the time."""
    return cpu_of(world.live.groups("membership", "mongod"))


def _table(world: World, community: Community) -> Row:
    """The list as a CSV file, read as fast as it comes."""
    before = most = world.live.memory("gateway", "membership")
    began = time.monotonic()
    connection = http.client.HTTPConnection(world.front.host, timeout=60)
    bearer = {"Authorization": f"Bearer {community.owner}"}
    connection.request("GET", f"{community.path}/memberships.csv", headers=bearer)
    answer = connection.getresponse()
    lines = size = 0
    looked = began
    while data := answer.read(1 << 16):
        lines, size = lines + data.count(b"\n"), size + len(data)
        if time.monotonic() - looked > 0.25:
            looked = time.monotonic()
            most = max(most, world.live.memory("gateway", "membership"))
    seconds = time.monotonic() - began
    assert lines == MEMBERS + 1, lines
    return Row(
        "table_100000",
        round(seconds, 1),
        "s",
        note=f"{size / 1e6:.1f} MB; memory of gateway and membership {before:.0f} MB before,"
        f" {most:.0f} MB at most",
    )


def _send(world: World, community: Community, file: bytes) -> str:
    told = {"community_id": community.id, "purpose": "import", "content_type": "text/csv"}
    upload = world.front.post("/v1/uploads", community.owner, {**told, "size": len(file)})
    size = upload["part_size"]
    for part in range(upload["parts"]):
        data = file[part * size : (part + 1) * size]
        path = f"/v1/uploads/{upload['id']}/parts/{part + 1}"
        while (said := world.front.send("PUT", path, community.owner, data, **OCTETS))[0] == 429:
            time.sleep(said[1]["params"]["retry_after"])
        assert said[0] == 200, said
    return str(upload["id"])


def _file() -> bytes:
    lines = (
        f"{n},member{n}@example.com,会员{n},2024-02-01,2031-01-31,医生,上海,瑞金医院,{REMARKS}\n"
        for n in range(1, MEMBERS + 1)
    )
    return (HEADER + "".join(lines)).encode()
