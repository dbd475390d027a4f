"""The TypeScript client against a whole system: its own tests, compiled and run in Node."""

import datetime as dt
import json
import os
import subprocess
from pathlib import Path

import pytest

from deploy.local import clock
from deploy.local.control import REPOSITORY
from tests.journeys.world import Person, World

pytestmark = pytest.mark.shares_system

CLIENT = REPOSITORY / "clients/typescript"


def test_what_is_compiled_is_what_is_written(tmp_path: Path) -> None:
    """Front ends without a TypeScript build take `dist/`; by its package's name Node finds it."""
    _run("tsc", "-p", str(CLIENT), "--outDir", str(tmp_path))
    made, kept = (
        {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        for folder in (tmp_path, CLIENT / "dist")
    )
    stale = sorted(name for name in made | kept if made.get(name) != kept.get(name))
    assert not stale, "clients/typescript/dist is stale: run `make docs` and commit it"
    asked = 'import { Coterie } from "coterie-client"; new Coterie({ baseUrl: "" });'
    _run("node", "--input-type=module", "--eval", asked)


@pytest.mark.timeout(240)
def test_people_join_are_reviewed_and_meet(world: World, tmp_path: Path) -> None:
    """Story and client; the types are checked by the compiler."""
    project = str(CLIENT / "tsconfig.test.json")
    _run("tsc", "-p", project, "--outDir", str(tmp_path))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    starts = clock.now(world.system.clock_file) + dt.timedelta(days=10)
    place = {
        "gateway": world.system.url("http"),
        "inbox": world.system.url("sandbox-mail"),
        "community": world.community["id"],
        "plan": world.plan["id"],
        "starts": starts.isoformat(),
        "ends": (starts + dt.timedelta(hours=3)).isoformat(),
        "owner": tokens_of(world.owner),
        "reviewer": tokens_of(world.reviewer),
    }
    tests = sorted(str(path) for path in (tmp_path / "test").glob("*.test.js"))
    assert tests
    _run("node", "--test", *tests, place=json.dumps(place))


def tokens_of(person: Person) -> dict[str, str]:
    """What a front end keeps of a session."""
    access = str(person.http.headers["Authorization"]).removeprefix("Bearer ")
    return {"access_token": access, "refresh_token": person.refresh_token}


def _run(*command: str, place: str = "") -> None:
    environment = {**os.environ, "PLACE": place}
    done = subprocess.run(
        command, cwd=CLIENT, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
