"""docker-compose.yml says what the code says: roles, commands, settings, secrets, hardening.

Needs no container engine. Each process' settings are read for real, from the environment that
compose would give it and from secrets that were made for the purpose.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.platform import ServiceDefinition
from chassis.settings import MigrationSettings, SettingsError
from contracts.records import SERVICES as SERVICE_NAMES
from deploy import provision
from deploy.compose.secrets import write_secrets
from deploy.local.nodes import RABBITMQ_CONF
from sandbox.settings import Settings as SandboxSettings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CLOCK = yaml.safe_load((ROOT / "deploy/compose/clock.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NODES = {"rabbitmq", "mongodb"}
ONE_SHOTS = {"secrets", "migrate"}
SANDBOX = {"sandbox-provider", "sandbox-mail"}


def definitions() -> Iterator[tuple[str, ServiceDefinition, str | None]]:
    """Compose's name, definition and role of every process of ours."""
    for name in SERVICE_NAMES:
        definition = import_module(f"services.{name}.service").SERVICE
        for role in definition.roles:
            yield f"{name}-{role}", definition, role
    yield "gateway", import_module("gateway.service").SERVICE, None


PROCESSES = {name: (definition, role) for name, definition, role in definitions()}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `docker compose run secrets` fills."""
    root = tmp_path_factory.mktemp("installation")
    write_secrets(root)
    return root / "secrets"


def interpolated(text: str, **variables: str) -> str:
    """What compose makes of ${NAME:-default} and of $$."""
    found = re.sub(
        r"(?<!\$)\$\{(\w+):-([^}]*)\}", lambda match: variables.get(match[1], match[2]), text
    )
    return found.replace("$$", "$")


def mounted(service: str, secrets: Path) -> dict[str, Path]:
    """A container's secrets: path inside it -> file on the host."""
    files = {}
    for secret in SERVICES[service].get("secrets", ()):
        source, target = (
            (secret, secret) if isinstance(secret, str) else (secret["source"], secret["target"])
        )
        declared = interpolated(COMPOSE["secrets"][source]["file"], COTERIE_SECRETS=str(secrets))
        files[str(Path("/run/secrets") / target)] = Path(declared)
    return files


def environment(service: str, secrets: Path, **variables: str) -> dict[str, str]:
    """A container's environment, with the host's paths of its secrets and their folders."""
    files = mounted(service, secrets)
    files |= {str(Path(inside).parent): outside.parent for inside, outside in files.items()}
    given = SERVICES[service].get("environment", {}).items()
    values = {name: interpolated(value, **variables) for name, value in given}
    return {name: str(files.get(value, value)) for name, value in values.items()}


def test_every_role_of_every_service_has_its_container() -> None:
    """architecture.md §2: one container per service and role, and nothing else."""
    assert set(SERVICES) == set(PROCESSES) | NODES | ONE_SHOTS | SANDBOX


@pytest.mark.parametrize("name", PROCESSES)
def test_a_container_runs_its_role(name: str) -> None:
    """architecture.md §2: one image per service, the role is chosen by the command."""
    definition, role = PROCESSES[name]
    command = ["python", "-m", "chassis.run", definition.name]
    assert SERVICES[name]["command"] == command + (["--roles", role] if role else [])
    assert SERVICES[name]["image"] == f"coterie-{definition.name}"


@pytest.mark.parametrize("name", PROCESSES)
def test_the_environment_gives_the_settings(name: str, secrets: Path) -> None:
    """architecture.md §9: the settings of every process can be read; none is unknown."""
    settings = PROCESSES[name][0].settings
    given = environment(name, secrets, COTERIE_MAIL_FROM="no-reply@circle.org")
    assert settings.from_environment(given).env == "production"


def test_mail_has_a_sender_of_the_operators(secrets: Path) -> None:
    """The sender that is there to try things out would be nobody's."""
    settings = PROCESSES["notifications-jobs"][0].settings
    with pytest.raises(SettingsError, match="COTERIE_MAIL_FROM"):
        settings.from_environment(environment("notifications-jobs", secrets))


@pytest.mark.parametrize("name", [name for name in PROCESSES if name.startswith("payments-")])
def test_there_is_no_sandbox_that_nobody_named(name: str, secrets: Path) -> None:
    """Money that is none has to be asked for."""
    settings: Any = PROCESSES[name][0].settings
    assert settings.from_environment(environment(name, secrets)).sandbox_provider_url == ""


@pytest.mark.parametrize("name", PROCESSES)
def test_secrets_come_by_file(name: str, secrets: Path) -> None:
    """architecture.md §9: a secret setting is never written into the environment."""
    for field in PROCESSES[name][0].settings.__dataclass_fields__.values():
        if field.metadata.get("secret"):
            assert f"COTERIE_{field.name.upper()}" not in SERVICES[name]["environment"]


def test_the_sandbox_can_read_its_settings(secrets: Path) -> None:
    """The provider's pages are addressed as the host sees them, by the ports it publishes."""
    provider = SandboxSettings.from_environment(environment("sandbox-provider", secrets))
    mail = SandboxSettings.from_environment(environment("sandbox-mail", secrets))
    published = {name: interpolated(SERVICES[name]["ports"][0]).split(":")[1:] for name in SANDBOX}
    assert published["sandbox-provider"][1] == str(provider.provider_port)
    assert provider.public_url == f"http://127.0.0.1:{published['sandbox-provider'][0]}"
    assert published["sandbox-mail"][1] == str(mail.mail_port)
    assert (secrets / "smtp_url").read_text().strip() == f"smtp://sandbox-mail:{mail.smtp_port}"
    assert provider.host == mail.host == "0.0.0.0"


def test_migrate_gets_what_it_reads(secrets: Path) -> None:
    """The one-shot has the secrets of provisioning and of every migration, and not the others."""
    users = provision.load_topology()["users"]
    wanted = {"rabbitmq_admin", "mongo_admin_url", *(f"broker_{user}" for user in users)}
    for service in SERVICE_NAMES:
        wanted |= {f"mongo_{service}", f"mongo_{service}_owner", f"{service}_mongo_owner_url"}
        url = secrets / f"{service}_mongo_owner_url"
        MigrationSettings.from_environment(
            {"COTERIE_MONGO_OWNER_URL_FILE": str(url), "COTERIE_MONGO_DATABASE": "any"}
        )
    assert set(SERVICES["migrate"]["secrets"]) == wanted
    given = provision.ProvisionSettings.from_environment(environment("migrate", secrets))
    assert given.mongo_admin_url == (secrets / "mongo_admin_url").read_text().strip()


def test_secrets_are_declared_used_and_made(secrets: Path) -> None:
    """Every secret has a file after the set-up, and somebody who reads it."""
    used: set[Path] = set()
    for name in SERVICES:
        used |= set(mounted(name, secrets).values())
    missing = {path.name for path in used if not path.is_file()}
    assert not missing
    declared = {
        Path(interpolated(secret["file"], COTERIE_SECRETS=str(secrets)))
        for secret in COMPOSE["secrets"].values()
    }
    assert declared == used


def test_secrets_survive_a_second_run(tmp_path: Path) -> None:
    """Running the set-up again changes no password and not the operator's mail server."""
    write_secrets(tmp_path)
    (tmp_path / "secrets" / "smtp_url").write_text("smtps://mail.example:465")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_secrets(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", SERVICES)
def test_containers_are_hardened(name: str) -> None:
    """architecture.md §9: non-root, read-only, no privileges, limits."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert service["pids_limit"] > 0
    if name == "secrets":
        assert service["network_mode"] == "none"
        return
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert "memory" in service["deploy"]["resources"]["limits"]
    assert not service.keys() & {"privileged", "cap_add"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOTS))
def test_long_running_containers_are_watched(name: str) -> None:
    """architecture.md §5: what dies is restarted, what stops gets 20 s, readiness is asked for."""
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 20
    probe = " ".join(service["healthcheck"]["test"])
    assert ("/health/ready" in probe) == (name not in NODES)


@pytest.mark.parametrize("name", PROCESSES)
def test_processes_wait_for_the_migration(name: str) -> None:
    """architecture.md §2: `migrate` is a one-shot that the others wait for."""
    waits = SERVICES[name]["depends_on"]
    assert waits == {"migrate": {"condition": "service_completed_successfully"}}


def test_nothing_but_doors_is_published() -> None:
    """Only the gateway and the sandbox's pages, and only on the host's loopback address."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"gateway"} | SANDBOX
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def joined(name: str) -> set[str]:
    """The networks that a container should be in."""
    if name == "secrets":
        return set()
    if name in SANDBOX:
        return {"edge", "egress"}
    networks = {"rabbitmq": {"services"}, "mongodb": {"data"}, "gateway": {"edge", "services"}}
    asks_outside = name.startswith("payments-") or name in ("notifications-jobs", "membership-rpc")
    out = {"egress"} if asks_outside else set()
    return networks.get(name, {"data", "services"}) | out


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_reaches_what_it_needs(name: str) -> None:
    """The gateway reaches no database, and nobody the outside who asks nothing there."""
    assert set(SERVICES[name].get("networks", ())) == joined(name)
    assert ("network_mode" in SERVICES[name]) == (name == "secrets"), "no default network either"


def test_one_network_has_a_way_out() -> None:
    """In `edge` ports are published, which an internal network cannot; its packets get no address
    under which an answer would find the way back.
    """
    networks = COMPOSE["networks"]
    unmasked = {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    assert networks == {
        "edge": {"driver": "bridge", "driver_opts": unmasked},
        "services": {"internal": True},
        "data": {"internal": True},
        "egress": None,
    }


def test_nodes_publish_no_door() -> None:
    """Nor does a network that reaches outside hold them: RabbitMQ's management asks for a password
    and nothing else.
    """
    for name in NODES:
        assert "ports" not in SERVICES[name]
        assert all(COMPOSE["networks"][one]["internal"] for one in SERVICES[name]["networks"])


def test_nodes_have_the_limits_of_local_ones() -> None:
    """O-4, D-16: what tests run against is what containers get."""
    bounded = re.compile(r"^(?:connection_max|channel_max|max_message_size) = \d+$", re.MULTILINE)
    given = bounded.findall((ROOT / "deploy/compose/rabbitmq.conf").read_text())
    assert sorted(given) == sorted(bounded.findall(RABBITMQ_CONF))
    assert len(given) == 3
    assert "--noscripting" in (ROOT / "deploy/compose/mongod.sh").read_text()


def test_the_clock_reaches_every_process() -> None:
    """architecture.md §4a: one file for all, the sandbox included; never in production."""
    assert set(CLOCK["services"]) == set(PROCESSES) | SANDBOX
    for name, added in CLOCK["services"].items():
        prefix = "SANDBOX" if name in SANDBOX else "COTERIE"
        assert added["environment"][f"{prefix}_CLOCK_FILE"] == "/clock/offset"
        assert added["volumes"] == ["${COTERIE_CLOCK:-./deploy/compose/clock}:/clock:ro"]
        assert name in SANDBOX or added["environment"]["COTERIE_ENV"] == "development"


BUILT = {service["image"]: service for service in SERVICES.values() if "build" in service}


@pytest.mark.parametrize("image", BUILT)
def test_images_hold_what_they_run(image: str) -> None:
    """architecture.md §2: built from the root; the command's code is copied, and nothing is missing
    from the build context."""
    dockerfile = (ROOT / BUILT[image]["build"]["dockerfile"]).read_text()
    for name, value in BUILT[image]["build"].get("args", {}).items():
        assert re.search(rf"^ARG {name}$", dockerfile, re.MULTILINE)
        dockerfile = dockerfile.replace(f"${{{name}}}", value)
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    }
    rules = (ROOT / ".dockerignore").read_text().split()
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, f"{root}*") for root in allowed), f"{source} is ignored"
    command = BUILT[image].get("command") or yaml.safe_load(dockerfile.split("CMD ")[1])
    module = Path(*command[2].split("."))
    assert (ROOT / module).with_suffix(".py").exists() or (ROOT / module / "__main__.py").exists()
    assert any(f"{module}.py".startswith(source) for source in copied), module
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


def test_compose_accepts_the_files() -> None:
    """`docker compose config` where the command exists."""
    commands = [["docker", "compose"], ["docker-compose"]]
    works = [
        command
        for command in commands
        if shutil.which(command[0])
        and not subprocess.run([*command, "version"], capture_output=True, check=False).returncode
    ]
    if not works:
        pytest.skip("compose is not installed")
    for files in ([], ["-f", "docker-compose.yml", "-f", "deploy/compose/clock.yml"]):
        done = subprocess.run(
            [*works[0], *files, "config", "-q"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
