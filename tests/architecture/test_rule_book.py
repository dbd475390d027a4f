"""The rule book leads somewhere: every id and every section that is cited exists, and is kept."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (".py", ".md", ".toml", ".yml", ".yaml")
ITSELF = "tests/architecture/test_rule_book.py"  # plants wrong citations

ID = re.compile(r"(?<![\w-])[A-Z]-F?\d+[a-z]?(?![\w-])")
RANGE = re.compile(r"(?<![\w-])([A-Z]-F?)(\d+)\.\.([A-Z]-F?)(\d+)(?!\w)")
CURVES = {"P-256", "P-384"}  # elliptic curves
ROW = re.compile(rf"^\| ({ID.pattern}) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
STATE = re.compile(r"built(; \S.+)?|in part: \S.+|not yet|left out: \S.+")

SECTION = re.compile(r"§(\d+[a-z]?(?:\.\d+)*)")
PAGE_BEFORE = re.compile(r"(?:\b([\w-]+\.md)`?|\bRFC \d+),? $")
ONE_MORE = re.compile(r"§[\w.]+(?:,| and) $")

Texts = Mapping[str, str]


def tracked() -> dict[str, str]:
    """The text of every file that may cite something."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = [name for name in listed if name.endswith(READ) and name != ITSELF]
    return {name: (ROOT / name).read_text("utf-8") for name in names if (ROOT / name).exists()}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return tracked()


# ── Ids ─────────────────────────────────────────────────────────────────────────────────────────


def states(requirements: str) -> dict[str, str]:
    """The ids of the requirements page and the state of each; raises when one stands twice."""
    rows = ROW.findall(requirements)
    found = dict(rows)
    assert len(found) == len(rows), "an id stands twice"
    return found


def ids_in(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """The ids that a text cites, those within a range such as `M-10..M-14` included."""
    for letter, first, other, last in RANGE.findall(text):
        if letter == other:
            between = (f"{letter}{number}" for number in range(int(first), int(last) + 1))
            yield from (id for id in between if id in known)
    yield from (id for id in ID.findall(text) if id not in CURVES)


def unknown_ids(texts: Texts, known: Mapping[str, str]) -> list[str]:
    return sorted(
        f"{name}: {id}"
        for name, text in texts.items()
        for id in ids_in(text, known)
        if id not in known
    )


def untrue_states(texts: Texts, known: Mapping[str, str]) -> list[str]:
    """Ids whose state does not agree with what the tests cite."""
    tests = [text for name, text in texts.items() if name.startswith("tests/")]
    proven = {id for text in tests for id in ids_in(text, known)}
    wrong = []
    for id, state in known.items():
        if STATE.fullmatch(state) is None:
            wrong.append(f"{id}: {state!r} is no state")
        elif state.startswith(("not yet", "left out")):
            wrong += [f"{id} is {state!r}, but a test cites it"] if id in proven else []
        elif state.startswith("built;"):
            wrong += [f"{id} needs no reason, a test cites it"] if id in proven else []
        elif id not in proven:
            wrong.append(f"{id} is {state!r}, and no test cites it")
    return wrong


def test_every_cited_id_is_a_requirement(texts: Texts) -> None:
    """The id of a requirement stands in docs/requirements.md, wherever it is cited."""
    assert unknown_ids(texts, states(texts["docs/requirements.md"])) == []


def test_what_is_built_is_shown_by_a_test(texts: Texts) -> None:
    """Everything built is cited by a test or says why not; what is not built is cited by none."""
    assert untrue_states(texts, states(texts["docs/requirements.md"])) == []


def test_every_row_of_the_requirements_is_read(texts: Texts) -> None:
    """A row in another form would be checked by nobody."""
    page = texts["docs/requirements.md"]
    rows = [line for line in page.splitlines() if re.match(r"\| [A-Z]-", line)]
    assert len(rows) == len(states(page))


PLANTED = {
    "M-1": "built",
    "M-2": "built",
    "M-3": "built; another page proves it",
    "M-4": "not yet",
    "M-5": "in part: half of it",
    "M-6": "left out: nobody wants it",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a key on P-256, UTF-8, [A-Z]-9, X-M-1", []),
        ("M-1..M-3 and M-5", []),
        ("M-1 (M-77)", ["chassis/x.py: M-77"]),
        ("T-F99", ["chassis/x.py: T-F99"]),
    ],
)
def test_an_id_that_leads_nowhere_is_found(text: str, found: list[str]) -> None:
    """Planted: the check can fail, and leaves alone what only looks like an id."""
    assert unknown_ids({"chassis/x.py": text}, PLANTED) == found


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ("M-1..M-2, M-5", []),
        ("M-1, M-5", ["M-2 is 'built', and no test cites it"]),
        ("M-1..M-3, M-5", ["M-3 needs no reason, a test cites it"]),
        ("M-1, M-2, M-4, M-5", ["M-4 is 'not yet', but a test cites it"]),
        ("M-1, M-2", ["M-5 is 'in part: half of it', and no test cites it"]),
        (
            "M-1, M-2, M-5, M-6",
            ["M-6 is 'left out: nobody wants it', but a test cites it"],
        ),
    ],
)
def test_a_state_that_is_not_true_is_found(cited: str, found: list[str]) -> None:
    """Planted: only tests prove anything."""
    texts = {"tests/unit/test_x.py": cited, "chassis/x.py": "M-1..M-6"}
    assert untrue_states(texts, PLANTED) == found


def test_a_state_in_other_words_is_found() -> None:
    """Planted: a typo must not read as built."""
    assert untrue_states({}, {"M-1": "done"}) == ["M-1: 'done' is no state"]


# ── Sections ────────────────────────────────────────────────────────────────────────────────────


def sections(page: str) -> set[str]:
    """The numbers of a page: those of its headings, and of the numbered points below (2.4)."""
    found, heading = set(), None
    for line in page.splitlines():
        if line.startswith("#"):
            numbered = re.match(r"#+ (\d+[a-z]?)\. ", line)
            heading = numbered[1] if numbered else None
            found |= {heading} if heading else set()
        elif heading and (point := re.match(r"(\d+)\. ", line)):
            found.add(f"{heading}.{point[1]}")
    return found


def cited_sections(name: str, text: str) -> Iterator[tuple[str, str]]:
    """The page and the number of each cited section, RFCs left out; "" for no page.

    A page that numbers its own headings may leave its own name out.
    """
    own = Path(name).name if name.endswith(".md") and sections(text) else ""
    flat = re.sub(r"\s*\n\s*(?:#:? )?", " ", text)
    page: str | None = own
    for cited in SECTION.finditer(flat):
        before = flat[: cited.start()][-80:]
        if named := PAGE_BEFORE.search(before):
            page = named[1]  # None for an RFC
        elif not ONE_MORE.search(before):
            page = own
        if page is not None:
            yield page, cited[1]


def lost_sections(texts: Texts) -> list[str]:
    """Citations of sections that name no page, or a page or section that does not exist."""
    pages: dict[str, set[str]] = {}
    for name, text in texts.items():
        if name.endswith(".md"):
            pages.setdefault(Path(name).name, set()).update(sections(text))
    return [
        f"{name}: {page or 'no page'} §{number}"
        for name, text in texts.items()
        for page, number in cited_sections(name, text)
        if number not in pages.get(page, ())
    ]


def untrue_rules(texts: Texts) -> list[str]:
    """Points of docs/rules.md that do not say their state, or are built and cited by no test."""
    tests = (item for item in texts.items() if item[0].startswith("tests/"))
    proven = {cited for name, text in tests for cited in cited_sections(name, text)}
    wrong, heading = [], ""
    for line in texts["docs/rules.md"].splitlines():
        if numbered := re.match(r"## (\d+)\. ", line):
            heading = numbered[1]
        elif point := re.match(r"(\d+)\. (.*)", line):
            number = f"{heading}.{point[1]}"
            state = re.match(r"\*(Built|In part|Not yet)\.\* ", point[2])
            if state is None:
                wrong.append(f"§{number} does not say its state")
            elif state[1] == "Built" and ("rules.md", number) not in proven:
                wrong.append(f"§{number} is built, and no test cites it")
    return wrong


def test_every_cited_section_exists(texts: Texts) -> None:
    """`page.md §n`, or `rules.md §n.m` for a numbered point; RFCs are not ours to check."""
    assert lost_sections(texts) == []


def test_every_rule_says_whether_it_is_built(texts: Texts) -> None:
    """docs/rules.md: each point begins with its state, and what is built is cited by a test."""
    assert untrue_rules(texts) == []


def test_a_rule_that_nobody_shows_is_found() -> None:
    """Planted: a rule without state, and a built one without a test."""
    rules = "## 1. Vetting\n1. *Built.* One.\n2. *Not yet.* Two.\n3. Three.\n4. *Built.* Four.\n"
    texts = {"docs/rules.md": rules, "tests/x.py": "rules.md §1.1", "chassis/x.py": "rules.md §1.4"}
    assert untrue_rules(texts) == [
        "§1.3 does not say its state",
        "§1.4 is built, and no test cites it",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`rules.md` §2, §2.1 and §2a", []),
        ("# (rules.md\n# §2), RFC 9110 §12.5.4", []),
        ("rules.md §3", ["chassis/x.py: rules.md §3"]),
        ("rules.md §2, §2.7", ["chassis/x.py: rules.md §2.7"]),
        ("lost.md §2", ["chassis/x.py: lost.md §2"]),
        ("rules.md §2; later §2", ["chassis/x.py: no page §2"]),
    ],
)
def test_a_section_that_leads_nowhere_is_found(text: str, found: list[str]) -> None:
    """Planted: the check can fail."""
    rules = "# Rules\n## 2. One\n1. A point, see §2a.\n## 2a. Two\n"
    assert lost_sections({"docs/rules.md": rules, "chassis/x.py": text}) == found


# ── Decisions ───────────────────────────────────────────────────────────────────────────────────


def test_the_index_of_decisions_is_complete() -> None:
    """docs/adr/README.md names each decision once, by its title, in order."""
    folder = ROOT / "docs/adr"
    listed = re.findall(
        r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \| .+ \|$",
        (folder / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    there = []
    for page in sorted(folder.glob("[0-9]*.md")):
        title = page.read_text("utf-8").partition("\n")[0]
        number, _, words = title.removeprefix("# ").partition(". ")
        there.append((number, page.name, words))
    assert listed == there


def test_citations_of_decisions_exist(texts: Texts) -> None:
    """`ADR 0003` or `ADR 0003, 0031` in a text names a page of docs/adr."""
    there = {page.name[:4] for page in (ROOT / "docs/adr").glob("[0-9]*.md")}
    lost = [
        f"{name}: ADR {number}"
        for name, text in texts.items()
        for cited in re.findall(r"\bADRs? (\d{4}(?:(?:, | and )\d{4})*)", text)
        for number in re.findall(r"\d{4}", cited)
        if number not in there
    ]
    assert lost == []
