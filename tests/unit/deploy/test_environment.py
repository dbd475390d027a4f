"""The environment that each process gets."""

from pathlib import Path

import pytest

from chassis.process import load_definition
from chassis.settings import MigrationSettings
from deploy.local.credentials import Credentials
from deploy.local.environment import (
    PORTS,
    PROCESSES,
    SANDBOX,
    SEED_FILE,
    Place,
    environment_of,
    migration_environment,
    ports_of,
    row,
)
from deploy.local.nodes import WANTED_PORTS, Nodes
from deploy.local.ports import assign
from deploy.local.system import System
from deploy.provision import Target

SECOND = ("payments-2", "gateway-2")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    ports, _ = assign(tmp_path, {**ports_of(SECOND), **WANTED_PORTS})
    nodes = Nodes(tmp_path)
    target = Target(
        management_url=nodes.management_url,
        management_auth=nodes.admin_auth,
        mongo_admin_url=nodes.mongo_admin_url,
        vhost="v 1",
        user_prefix="v-",
        database_prefix="v_",
    )
    credentials = Credentials(tmp_path)
    return Place(tmp_path, ports, nodes, target, credentials, clock_file=tmp_path / "clock")


@pytest.mark.parametrize("process", PROCESSES)
def test_no_secret_stands_in_an_environment(place: Place, process: str) -> None:
    """Secrets come by reference, so that they do not show in /proc or in crash reports."""
    environment = environment_of(place, process)
    secrets = {
        path.read_text()
        for path in place.credentials.directory.rglob("*")
        if path.is_file() and path.name != "public_keys.json"
    }
    assert secrets
    for name, value in environment.items():
        assert not any(secret in value for secret in secrets), name


@pytest.mark.parametrize("process", [name for name in PROCESSES if name not in SANDBOX])
def test_a_process_knows_every_variable_that_it_gets(place: Place, process: str) -> None:
    """An unknown one is refused, and a required one that is missing too."""
    settings = load_definition(process).settings
    assert settings.from_environment(environment_of(place, process)).env == "development"


def test_a_migration_gets_the_owners_access_and_nothing_else(place: Place) -> None:
    settings = MigrationSettings.from_environment(migration_environment(place, "payments"))
    assert settings.mongo_owner_url.startswith("mongodb://payments_owner:")
    assert settings.mongo_database == "v_payments"


@pytest.mark.parametrize("process", PROCESSES)
def test_every_referenced_file_exists(place: Place, process: str) -> None:
    for name, value in environment_of(place, process).items():
        if name.endswith("_FILE") and not name.endswith(("CLOCK_FILE", "SEED_FILE")):
            assert Path(value).is_file(), name
        if name.endswith("_DIR"):
            assert Path(value).is_dir(), name


def test_a_service_logs_in_as_itself_only(place: Place) -> None:
    """One database and one broker user per service (architecture.md §1, §5)."""
    environment = environment_of(place, "payments")
    amqp = Path(environment["COTERIE_AMQP_URL_FILE"]).read_text()
    mongo = Path(environment["COTERIE_MONGO_URL_FILE"]).read_text()
    assert amqp.startswith("amqp://v-payments:")
    assert amqp.endswith("/v%201")
    assert mongo.startswith("mongodb://payments:")
    assert "/v_payments?" in mongo
    assert "COTERIE_MONGO_OWNER_URL_FILE" not in environment
    assert environment["COTERIE_MONGO_DATABASE"] == "v_payments"


def test_the_gateway_has_no_database(place: Place) -> None:
    assert not any("MONGO" in name for name in environment_of(place, "gateway"))


def test_extra_settings_win(place: Place) -> None:
    made = row(place, "events", {"COTERIE_LOG_LEVEL": "debug"})
    assert made.env["COTERIE_LOG_LEVEL"] == "debug"
    assert made.argv[1:] == ["-m", "chassis.run", "events"]


def test_the_gateway_stops_first_and_the_sandbox_last(place: Place) -> None:
    """architecture.md §5, stop and start."""
    order = {name: row(place, name, {}).stop_order for name in PROCESSES}
    assert order["gateway"] < order["membership"] == order["payments"] < order["sandbox-mail"]


@pytest.mark.parametrize("process", SECOND)
def test_a_second_process_differs_in_its_doors_alone(place: Place, process: str) -> None:
    """R-1: two of a kind, one of which takes over when the other one stands still."""
    first, second = (row(place, name, {}) for name in (process.removesuffix("-2"), process))
    assert (second.argv, second.stop_order) == (first.argv, first.stop_order)
    differing = {name for name in first.env if first.env[name] != second.env[name]}
    doors = {name for name in differing if name.endswith("_PORT")}
    assert all(
        Path(first.env[name]).read_text() == Path(second.env[name]).read_text()
        for name in differing - doors
    )
    assert doors == {"COTERIE_HEALTH_PORT"} | (
        {"COTERIE_HTTP_PORT"} if process == "gateway-2" else set()
    )
    assert set(ports_of(SECOND)) == set(PORTS) | {
        "health-payments-2",
        "health-gateway-2",
        "http-2",
    }


def test_there_may_be_nothing_to_erase(tmp_path: Path) -> None:
    """`make demo` on a clean clone: no nodes and no ports yet."""
    (tmp_path / SEED_FILE).touch()
    System(tmp_path).erase()
    assert not (tmp_path / SEED_FILE).exists()
