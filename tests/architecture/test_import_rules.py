"""The import rules of `.importlinter`: they hold, and each one is able to fail.

A rule that cannot fail proves nothing, so each is run against a small tree of empty modules in
which one forbidden import is planted, and has to name itself as broken.
"""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.records import SERVICES

ROOT = Path(__file__).parents[2]
ROOMS = ("usecases", "store", "adapters", "domain")
AREAS = ("checkout", "money", "stock", "books", "catalogue", "coupons")

PLANTED = {
    "levels": ("chassis/a.py", "import services.payments.usecases.a"),
    "services-apart": ("services/payments/usecases/a.py", "import services.membership.domain.a"),
    "rooms": ("services/payments/domain/a.py", "import services.payments.store.a"),
    "pure-contracts": ("contracts/a.py", "import requests"),
    "pure-domain": ("services/events/domain/a.py", "import contracts.records"),
    "nameko-at-the-door": ("services/events/usecases/a.py", "import nameko.rpc"),
    "pymongo-in-the-store": ("services/membership/usecases/a.py", "import pymongo"),
    "areas-of-payments": (
        "services/payments/usecases/coupons/a.py",
        "import services.payments.usecases.checkout.a",
    ),
    "sandbox-alone": ("sandbox/a.py", "import contracts.a"),
    "sandbox-unknown": ("gateway/a.py", "import sandbox.a"),
}


def run_rules(root: Path) -> subprocess.CompletedProcess[str]:
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint, "--config", ROOT / ".importlinter", "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """The modules that the rules name, all empty."""
    packages = ["contracts", "chassis", "services", "gateway", "sandbox"]
    for service in SERVICES:
        packages += [f"services/{service}/{room}" for room in ROOMS]
        if service == "payments":
            packages += [f"services/payments/usecases/{area}" for area in AREAS]
        (tmp_path / f"services/{service}").mkdir(parents=True, exist_ok=True)
        for module in ("__init__", "service", "settings"):
            (tmp_path / f"services/{service}/{module}.py").touch()
    for package in packages:
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        for module in ("__init__", "a"):
            (tmp_path / package / f"{module}.py").touch()
    for module in (
        "envelope",
        "events",
        "fields",
        "membership",
        "notifications",
        "payments",
        "problems",
        "records",
    ):
        (tmp_path / f"contracts/{module}.py").touch()
    return tmp_path


def test_the_rules_hold() -> None:
    """architecture.md §2: the whole tree keeps every import rule."""
    outcome = run_rules(ROOT)
    assert outcome.returncode == 0, outcome.stdout


def test_an_empty_house_keeps_them(empty_house: Path) -> None:
    """The planted trees below fail for their violation only."""
    outcome = run_rules(empty_house)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_rule_has_a_planted_violation() -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    named = {section.split(":")[2] for section in rules.sections() if ":contract:" in section}
    assert named == set(PLANTED)


@pytest.mark.parametrize("rule", sorted(PLANTED))
def test_rule_bites(rule: str, empty_house: Path) -> None:
    """Each rule is shown able to fail by a planted violation."""
    place, violation = PLANTED[rule]
    (empty_house / place).write_text(violation + "\n")
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    title = rules[f"importlinter:contract:{rule}"]["name"]
    outcome = run_rules(empty_house)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert f"{title} BROKEN" in " ".join(outcome.stdout.split()), outcome.stdout


def test_a_module_outside_of_the_rooms_is_refused(empty_house: Path) -> None:
    """A service has these rooms and no others; a new one gets its place in `.importlinter`."""
    (empty_house / "services/events/helpers.py").touch()
    outcome = run_rules(empty_house)
    assert outcome.returncode == 1
    assert "services.events.helpers" in outcome.stdout


def test_journeys_know_only_contracts() -> None:
    """architecture.md §2: tests of whole journeys and the demo see the system from outside."""
    for folder in ("tests/journeys", "examples"):
        for module in (ROOT / folder).rglob("*.py"):
            for line in module.read_text().splitlines():
                words = line.split()
                if words[:1] in (["import"], ["from"]):
                    top = words[1].split(".")[0]
                    assert top not in {"chassis", "services", "gateway", "sandbox"}, (module, line)


def test_clients_need_nothing_of_ours() -> None:
    """architecture.md §2: what is installed elsewhere brings no folder of this house along."""
    ours = {"chassis", "clients", "contracts", "deploy", "examples", "gateway", "services", "tests"}
    for module in (ROOT / "clients/python").rglob("*.py"):
        for line in module.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in ours, (module, line)
