"""What editors, Git and hooks are told about this repository is true."""

import subprocess
from pathlib import Path

import yaml

from deploy.generate.__main__ import generated

ROOT = Path(__file__).parents[2]


def test_hooks_are_local() -> None:
    """Why: a hook from another host runs code that no lock of ours has a hash of."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert {repo["repo"] for repo in hooks["repos"]} == {"local"}
    entries = {hook["id"]: hook["entry"].split() for hook in hooks["repos"][0]["hooks"]}
    assert entries.pop("lint") == ["make", "lint"]
    makefile = (ROOT / "Makefile").read_text()
    for program, command, *_ in entries.values():
        assert f"{program} {command}" in makefile, "the hook checks what `make lint` checks"


def test_generated_files_are_marked() -> None:
    """So that reviews fold them; of a card only one table is generated."""
    paths = [str(path) for path, _ in generated() if path.name != "README.md"]
    asked = subprocess.run(
        ["git", "check-attr", "linguist-generated", "--", *paths, "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    answers = dict(line.split(": linguist-generated: ") for line in asked.splitlines())
    assert answers.pop("README.md") == "unspecified"
    assert set(answers.values()) == {"set"}
