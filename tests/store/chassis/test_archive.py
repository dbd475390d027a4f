"""Old trails go into a file, line by line, and out of the database."""

import datetime as dt
import gzip
import os
import subprocess
import sys
from pathlib import Path

from bson import json_util
from pymongo.database import Database

from chassis.archive import archive
from chassis.clock import real_now
from chassis.mongo import Document
from deploy.local.nodes import Nodes
from tests.store.chassis.test_commits import change, commit, event, lane

OLD = dt.timedelta(days=800)
BEFORE = dt.timedelta(days=730)


def lines_of(file: bytes) -> list[Document]:
    return [json_util.loads(line) for line in gzip.decompress(file).splitlines()]


def moved_to(path: Path, db: Database[Document], community_id: str | None) -> list[Document]:
    with path.open("xb") as file:
        count = archive(db, file, before=real_now() - BEFORE, community_id=community_id)
    lines = lines_of(path.read_bytes())
    assert len(lines) == count
    return lines


def test_only_old_trails_of_which_nothing_else_is_left_are_moved(
    db: Database[Document], tmp_path: Path
) -> None:
    rows = [
        commit(1, age=OLD, changes=[change("a", "com_1")]),
        commit(2, age=OLD, changes=[change("b", "com_2")]),
        commit(3, age=OLD, changes=[change("c", "com_1"), change("d", "com_2")]),
        commit(4, changes=[change("e", "com_1")]),
        commit(5, age=OLD, changes=[change("f", "com_1")], clear_at=real_now()),
        commit(6, age=OLD, events=[event(1)], own=lane("evt_00001")),
    ]
    db["commits"].insert_many(rows)
    [line] = moved_to(tmp_path / "one", db, "com_1")
    assert line["_id"] == rows[0]["_id"]
    lines = moved_to(tmp_path / "all", db, None)
    assert [line["changes"] for line in lines] == [rows[1]["changes"], rows[2]["changes"]]
    left = {row["_id"] for row in db["commits"].find()}
    assert left == {row["_id"] for row in rows[3:]}


def test_the_command_keeps_a_file_that_exists(
    db: Database[Document], nodes: Nodes, tmp_path: Path
) -> None:
    db["commits"].insert_one(commit(1, age=OLD, changes=[change("a")]))
    target = tmp_path / "trail.jsonl.gz"
    environ = {
        "PATH": os.environ["PATH"],
        "COTERIE_MONGO_OWNER_URL": nodes.mongo_admin_url,
        "COTERIE_MONGO_DATABASE": db.name,
    }
    command = [sys.executable, "-W", "ignore", "-m", "chassis.archive", "membership"]
    arguments = ["--older-than", "730", "--to", str(target)]
    first = subprocess.run(
        [*command, *arguments], env=environ, capture_output=True, text=True, check=False
    )
    assert first.stdout == f"1 commits moved to {target}\n", first.stderr
    assert len(lines_of(target.read_bytes())) == 1
    again = subprocess.run(
        [*command, *arguments], env=environ, capture_output=True, text=True, check=False
    )
    assert again.returncode == 2
    assert len(lines_of(target.read_bytes())) == 1
