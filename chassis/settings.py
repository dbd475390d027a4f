"""Settings of one process: read once at start from the environment, frozen, all problems at once.

Field `foo_bar` comes from COTERIE_FOO_BAR, or from the file that COTERIE_FOO_BAR_FILE names
(secrets by reference). A service adds its fields in a frozen keyword-only dataclass derived from
`Settings`; they are str, int, float or bool. A COTERIE_ variable that names no field is refused: it
is a setting that somebody believes in.
Field metadata: `secret` (never shown), `choices` (allowed words), `minimum` and `maximum` (bounds).
"""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints
from urllib.parse import urlsplit

PREFIX = "COTERIE_"
PORT = {"minimum": 1, "maximum": 65535}
SECRET = {"secret": True}

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class SettingsError(Exception):
    """The environment does not describe a process; `problems` has one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, kw_only=True)
class FromEnvironment:
    """Reads the fields of a dataclass from the environment and never shows its secrets.

    `elsewhere`: whose a setting is that somebody may give to this process, by its name.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        # Before @dataclass runs on the subclass, or it would write a __repr__ that shows secrets.
        cls.__repr__ = FromEnvironment.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.shown().items())
        return f"{type(self).__name__}({shown})"

    def shown(self) -> dict[str, Any]:
        """The settings as they may appear in logs: secrets are masked."""
        return {
            declared.name: "***"
            if declared.metadata.get("secret") and getattr(self, declared.name)
            else getattr(self, declared.name)
            for declared in dataclasses.fields(self)
        }

    def problems(self) -> list[str]:
        """What is wrong between fields; a subclass adds its own to `super().problems()`."""
        return []

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; raises SettingsError with every problem found."""
        found = _unknown(cls, environ)
        values: dict[str, Any] = {}
        types = get_type_hints(cls)
        for declared in dataclasses.fields(cls):
            try:
                text = _text(declared, environ)
                if text is not None:
                    values[declared.name] = _value(declared, types[declared.name], text)
            except ValueError as problem:
                found.append(str(problem))
        if found:
            raise SettingsError(found)
        settings = cls(**values)
        if problems := settings.problems():
            raise SettingsError(problems)
        return settings


@dataclass(frozen=True, kw_only=True)
class Settings(FromEnvironment):
    """What every deployable is told."""

    env: str = field(metadata={"choices": ("development", "test", "production")})
    amqp_url: str = field(metadata=SECRET)
    clock_file: str = ""
    health_host: str = "127.0.0.1"
    health_port: int = field(metadata=PORT)
    log_level: str = field(
        default="info", metadata={"choices": ("debug", "info", "warning", "error")}
    )
    crash_point: str = ""
    max_workers: int = field(default=50, metadata={"minimum": 1, "maximum": 1000})

    def problems(self) -> list[str]:
        found = super().problems()
        if self.env == "production" and self.clock_file:
            found.append("COTERIE_CLOCK_FILE is refused in production: business time is real time")
        if self.env != "test" and self.crash_point:
            found.append("COTERIE_CRASH_POINT is for COTERIE_ENV=test only")
        return found


@dataclass(frozen=True, kw_only=True)
class ServiceSettings(Settings):
    """What a deployable with a database is told."""

    mongo_url: str = field(metadata=SECRET)
    mongo_database: str


@dataclass(frozen=True, kw_only=True)
class MigrationSettings(FromEnvironment):
    """What `chassis.migrate` is told: the owner's access to one database, and nothing else."""

    mongo_owner_url: str = field(metadata=SECRET)
    mongo_database: str


def is_http(url: str, *, in_clear: bool) -> bool:
    """Whether it is an address on the web: https, and `in_clear` http, too."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", *["http"] * in_clear) and bool(parts.hostname)
    except ValueError:
        return False


def _unknown(kind: type[FromEnvironment], environ: Mapping[str, str]) -> list[str]:
    fields = [declared.name.upper() for declared in dataclasses.fields(kind)]
    known = [*fields, *(f"{name}_FILE" for name in fields)]
    given = {name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)}
    found = []
    for name in sorted(given.difference(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {PREFIX}{near[0]}?" if near else ""
        if owner := kind.elsewhere.get(name.removesuffix("_FILE").lower()):
            hint = f"; it belongs to {owner}"
        found.append(f"{PREFIX}{name} is not a setting of this process{hint}")
    return found


def _text(declared: dataclasses.Field[Any], environ: Mapping[str, str]) -> str | None:
    name = PREFIX + declared.name.upper()
    path = environ.get(f"{name}_FILE", "")
    text = environ.get(name, "")
    if path and text:
        raise ValueError(f"{name} and {name}_FILE are both set; keep one")
    if path:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise ValueError(f"{name}_FILE: cannot read {path} ({problem.strerror})") from None
        except UnicodeDecodeError:
            raise ValueError(f"{name}_FILE: {path} is not UTF-8 text") from None
    if not text:
        if declared.default is MISSING and declared.default_factory is MISSING:
            raise ValueError(f"{name} (or {name}_FILE) is not set")
        return None
    return text


def _value(declared: dataclasses.Field[Any], kind: type, text: str) -> Any:
    name = PREFIX + declared.name.upper()
    shown = "the value" if declared.metadata.get("secret") else repr(text)
    value: Any = text
    if kind is bool:
        if text.lower() not in _TRUE + _FALSE:
            raise ValueError(f"{name}: {shown} is not true or false")
        value = text.lower() in _TRUE
    elif kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            raise ValueError(f"{name}: {shown} is not a number") from None
    elif kind is not str:
        raise TypeError(f"setting {declared.name}: {kind} is not str, int, float or bool")
    choices = declared.metadata.get("choices")
    if choices and value not in choices:
        raise ValueError(f"{name}: {shown} is none of {', '.join(choices)}")
    minimum, maximum = declared.metadata.get("minimum"), declared.metadata.get("maximum")
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise ValueError(f"{name}: {shown} is not within {minimum}..{maximum}")
    return value
