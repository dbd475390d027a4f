"""Commits are inserted by the unit of work and updated by one module; nobody else writes them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("chassis", "services", "gateway", "contracts")
WRITES = {
    "insert_one",
    "insert_many",
    "update_one",
    "update_many",
    "replace_one",
    "delete_one",
    "delete_many",
    "bulk_write",
    "find_one_and_update",
    "find_one_and_replace",
    "find_one_and_delete",
    "insert_missing",  # of chassis/mongo.py; takes the collection
}
COLLECTION = re.compile(r"\bCOMMITS\b|'commits'")
ALLOWED = {
    "chassis/uow.py": {"insert_one"},
    "chassis/idempotency.py": {"insert_one"},  # a refusal that is stored under its key
    "chassis/commit_updates.py": {"update_many", "bulk_write"},
    "chassis/migrations.py": {"insert_missing", "bulk_write"},  # the owner, before services start
    "services/payments/store/migrations.py": {"update_many"},  # the owner, checked
    "chassis/archive.py": {"delete_many"},  # the owner, by an operator's command
}


def writes_of_commits(source: str) -> set[str]:
    """The writing calls of a module on the collection of commits, by whatever name it has there."""
    tree = ast.parse(source)
    names = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and COLLECTION.search(ast.unparse(node.value))
        for target in node.targets
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            name, collection = node.func.attr, ast.unparse(node.func.value)
        else:
            name = ast.unparse(node.func)
            collection = ast.unparse(node.args[0]) if node.args else ""
        if collection in names or COLLECTION.search(collection):
            found.add(name)
    return found & WRITES


def test_only_these_write_commits() -> None:
    found = {}
    for room in PRODUCT:
        for path in (ROOT / room).rglob("*.py"):
            if writes := writes_of_commits(path.read_text("utf-8")):
                found[path.relative_to(ROOT).as_posix()] = writes
    assert found == ALLOWED


@pytest.mark.parametrize(
    "planted",
    [
        'database["commits"].update_one({}, {"$set": {"changes": []}})',
        "database[COMMITS.name].delete_many({})",
        'insert_missing(database["commits"], rows)',
        'rows = database.get_collection("commits"); rows.replace_one({}, {})',
        "insert_missing(database[COMMITS.name], [])",
    ],
)
def test_a_planted_write_is_found(planted: str) -> None:
    assert writes_of_commits(planted)


def test_every_update_is_checked() -> None:
    """In the one module that updates, each update document goes through the list of paths."""
    tree = ast.parse((ROOT / "chassis/commit_updates.py").read_text("utf-8"))
    updates = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            getattr(node.func, "attr", None) == "update_many"
            or getattr(node.func, "id", None) == "UpdateOne"
        )
    ]
    assert len(updates) >= 4
    for update in updates:
        change = update.args[1]
        assert isinstance(change, ast.Call)
        assert getattr(change.func, "id", None) == "checked"
