"""What the images install is what their code imports.

Why: an unused package is attack surface, start time and a lock entry that somebody has to keep up.
The escape: name it in `NOT_IMPORTED` with the reason.
"""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "runtime.in": ("contracts", "chassis", "services", "gateway", "deploy"),
    "sandbox.in": ("sandbox",),
}
NOT_IMPORTED = {
    "kombu": "nameko's; pinned because both talk to the broker through the same amqp",
    "setuptools": "builds openapi-ui-bundles, which is published as source only",
    "werkzeug": "nameko's; pinned with it",
}


def declared(file: str) -> set[str]:
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    return {
        canonical(re.split(r"[\[=<>]", line)[0]) for line in lines if line and line[0] not in "#-"
    }


def canonical(name: str) -> str:
    """PEP 503: a distribution's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folders: tuple[str, ...]) -> set[str]:
    """The distributions that modules of these folders import, at any depth."""
    owners = packages_distributions()
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                found.update(canonical(owner) for owner in owners.get(name.split(".")[0], ()))
    return found


@pytest.mark.parametrize("file", FOLDERS)
def test_every_package_is_imported(file: str) -> None:
    assert declared(file) - imported(FOLDERS[file]) - set(NOT_IMPORTED) == set()
