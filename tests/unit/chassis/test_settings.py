"""Settings: read once, all problems at once, secrets never shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from chassis.settings import MigrationSettings, ServiceSettings, Settings, SettingsError, is_http

LEAST = {
    "COTERIE_ENV": "test",
    "COTERIE_AMQP_URL": "amqp://membership:hush@127.0.0.1/coterie",
    "COTERIE_HEALTH_PORT": "9001",
}


MAIL = {
    **LEAST,
    "COTERIE_MONGO_URL": "mongodb://x",
    "COTERIE_MONGO_DATABASE": "x",
    "COTERIE_SMTP_URL": "smtp://x",
}


@dataclass(frozen=True, kw_only=True)
class MailSettings(ServiceSettings):
    elsewhere: ClassVar[Mapping[str, str]] = {"sms_url": "notifications"}

    smtp_url: str = field(metadata={"secret": True})
    pause: float = 0.5
    dry: bool = False


def test_defaults() -> None:
    settings = Settings.from_environment(LEAST)
    assert (settings.env, settings.health_port, settings.log_level) == ("test", 9001, "info")
    assert (settings.max_workers, settings.clock_file) == (50, "")


@pytest.mark.parametrize("name", ["COTERIE_MONGO_URL", "COTERIE_MONGO_DATABASE"])
def test_a_service_needs_its_database(name: str) -> None:
    environ = {**LEAST, "COTERIE_MONGO_URL": "mongodb://x", "COTERIE_MONGO_DATABASE": "coterie_x"}
    ServiceSettings.from_environment(environ)
    with pytest.raises(SettingsError) as error:
        ServiceSettings.from_environment({**environ, name: ""})
    assert error.value.problems == [f"{name} (or {name}_FILE) is not set"]


def test_an_address_on_the_web() -> None:
    assert is_http("https://a.example/x", in_clear=False)
    assert is_http("http://gateway:8080", in_clear=True)
    for url in ("gateway:8080", "https://", "ftp://a", "http://[", ""):
        assert not is_http(url, in_clear=True)
    assert not is_http("http://a.example", in_clear=False)


def test_a_service_adds_its_own() -> None:
    settings = MailSettings.from_environment(MAIL | {"COTERIE_PAUSE": "2.5", "COTERIE_DRY": "Yes"})
    assert (settings.smtp_url, settings.pause, settings.dry) == ("smtp://x", 2.5, True)


def test_a_value_from_a_file(tmp_path: Path) -> None:
    """Secrets by reference (P-28)."""
    path = tmp_path / "url"
    path.write_text("amqp://from-file\n")
    environ = {**LEAST, "COTERIE_AMQP_URL": "", "COTERIE_AMQP_URL_FILE": str(path)}
    assert Settings.from_environment(environ).amqp_url == "amqp://from-file"


def test_every_problem_is_listed(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError) as error:
        MailSettings.from_environment(
            {
                "COTERIE_ENV": "staging",
                "COTERIE_AMQP_URL": "amqp://a",
                "COTERIE_AMQP_URL_FILE": "/nowhere/b",
                "COTERIE_MONGO_URL_FILE": "/nowhere/c",
                "COTERIE_MONGO_DATABASE_FILE": str(binary),
                "COTERIE_HEALTH_PORT": "70000",
                "COTERIE_MAX_WORKERS": "many",
                "COTERIE_DRY": "perhaps",
            }
        )
    said = "\n".join(error.value.problems)
    assert len(error.value.problems) == 8
    for name in (
        "COTERIE_ENV: 'staging' is none of development, test, production",
        "COTERIE_AMQP_URL and COTERIE_AMQP_URL_FILE are both set",
        "COTERIE_MONGO_URL_FILE: cannot read /nowhere/c (No such file or directory)",
        "COTERIE_MONGO_DATABASE_FILE",
        "COTERIE_HEALTH_PORT: '70000' is not within 1..65535",
        "COTERIE_MAX_WORKERS: 'many' is not a number",
        "COTERIE_DRY: 'perhaps' is not true or false",
        "COTERIE_SMTP_URL (or COTERIE_SMTP_URL_FILE) is not set",
    ):
        assert name in said


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        (
            "COTERIE_LOG_LEVLE",
            "COTERIE_LOG_LEVLE is not a setting of this process; did you mean COTERIE_LOG_LEVEL?",
        ),
        (
            "COTERIE_AMQP_URL_FLIE",
            "COTERIE_AMQP_URL_FLIE is not a setting of this process;"
            " did you mean COTERIE_AMQP_URL_FILE?",
        ),
        ("COTERIE_QQQ", "COTERIE_QQQ is not a setting of this process"),
    ],
)
def test_a_variable_that_names_no_setting_is_refused(variable: str, problem: str) -> None:
    """Its value may be a secret, so it is not shown."""
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({**LEAST, variable: "hush"})
    assert error.value.problems == [problem]


@pytest.mark.parametrize("name", ["COTERIE_SMS_URL", "COTERIE_SMS_URL_FILE"])
def test_a_setting_of_another_process_is_told_whose_it_is(name: str) -> None:
    with pytest.raises(SettingsError) as error:
        MailSettings.from_environment({**MAIL, name: "hush"})
    assert error.value.problems == [
        f"{name} is not a setting of this process; it belongs to notifications"
    ]


def test_variables_of_others_are_none_of_our_business() -> None:
    assert Settings.from_environment({**LEAST, "LOG_LEVLE": "x", "MY_COTERIE_ENV": "y"})


def test_production_has_no_test_devices() -> None:
    """architecture.md §4a."""
    environ = {
        **LEAST,
        "COTERIE_ENV": "production",
        "COTERIE_CLOCK_FILE": "/run/clock",
        "COTERIE_CRASH_POINT": "uow.before_commit",
    }
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(environ)
    assert len(error.value.problems) == 2


def test_crash_points_need_the_test_environment() -> None:
    environ = {**LEAST, "COTERIE_CRASH_POINT": "uow.before_commit"}
    assert Settings.from_environment(environ).crash_point == "uow.before_commit"
    with pytest.raises(SettingsError):
        Settings.from_environment({**environ, "COTERIE_ENV": "development"})


@pytest.mark.parametrize("shown", [repr, str])
def test_secrets_are_never_shown(shown: Callable[[object], str]) -> None:
    """I-18: nor those of a subclass, nor in a problem about them."""
    settings = MailSettings.from_environment({**MAIL, "COTERIE_SMTP_URL": "smtp://hush"})
    assert "hush" not in shown(settings)
    assert "smtp_url='***'" in shown(settings)
    assert "clock_file=''" in shown(settings)


def test_a_migration_needs_no_broker() -> None:
    settings = MigrationSettings.from_environment(
        {"COTERIE_MONGO_OWNER_URL": "mongodb://hush", "COTERIE_MONGO_DATABASE": "coterie_events"}
    )
    assert settings.mongo_database == "coterie_events"
    assert "hush" not in repr(settings)
