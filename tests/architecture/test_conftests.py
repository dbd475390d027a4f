"""What tests share stands where it can be imported from; a conftest holds fixtures only."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def no_fixtures(text: str) -> list[str]:
    """The classes and functions of a conftest that are neither fixtures nor hooks of pytest."""
    return [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and not node.name.startswith("pytest_")
        and "pytest.fixture" not in map(ast.unparse, map(_called, node.decorator_list))
    ]


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


@pytest.mark.parametrize(
    "path", sorted(TESTS.rglob("conftest.py")), ids=lambda path: path.parent.name
)
def test_conftests_hold_fixtures_only(path: Path) -> None:
    assert no_fixtures(path.read_text("utf-8")) == []


def test_a_helper_in_a_conftest_is_found() -> None:
    """The rule is able to fail."""
    planted = "class World: ...\n@pytest.fixture\ndef world(): ...\ndef made(): ...\n"
    assert no_fixtures(planted) == ["World", "made"]
