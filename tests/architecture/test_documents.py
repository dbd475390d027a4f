"""Documents stay true: links lead somewhere, decisions have one shape, names say what is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()
PAGES = [name for name in TRACKED if name.endswith(".md")]
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "common", "misc"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """architecture.md §8: every relative link and every anchor in it exists."""
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        place = (ROOT / page).parent / path if path else ROOT / page
        assert place.exists(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text("utf-8"), re.MULTILINE)
            anchors = {
                re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings
            }
            assert anchor in anchors, f"{page}: {target}"


def test_python_files_are_named_for_what_they_hold() -> None:
    """architecture.md §7: no utils, helpers, manager, common, misc."""
    stems = {Path(name).stem for name in TRACKED if name.endswith(".py")}
    folders = {part for name in TRACKED for part in Path(name).parent.parts}
    assert not FORBIDDEN_NAMES & (stems | folders)


def test_no_unfinished_marks() -> None:
    """A mark of unfinished work in code is a defect."""
    mark = re.compile(r"# *(TODO|FIXME|XXX)\b|NotImplementedError|pragma: no cover")
    found = [
        name
        for name in TRACKED
        if name.endswith(".py")
        and name != "tests/architecture/test_documents.py"
        and mark.search((ROOT / name).read_text("utf-8"))
    ]
    assert found == []


def test_every_decision_has_the_same_shape() -> None:
    """ADRs: numbered without gaps, each with context, decision, what was rejected, consequences."""
    pages = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Rejected", "Consequences"], page.name


def test_the_map_of_the_chassis_is_complete() -> None:
    """Each module stands in it once."""
    named = re.findall(r"\(([a-z_]+\.py)\)", (ROOT / "chassis/README.md").read_text("utf-8"))
    modules = {path.name for path in (ROOT / "chassis").glob("*.py")} - {"__init__.py"}
    assert sorted(named) == sorted(modules)
