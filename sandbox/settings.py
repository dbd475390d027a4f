"""Settings of the sandbox programs, read once from the environment at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """A variable is missing or malformed; the text names it and what is expected."""


@dataclass(frozen=True)
class Settings:
    """Where to listen, where to keep data, which clock to follow. `public_url` has no slash at
    the end and is None when pages are addressed by the host that the client asked for."""

    host: str
    provider_port: int
    mail_port: int
    smtp_port: int
    data_dir: Path
    clock_file: Path | None
    public_url: str | None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read SANDBOX_*; SettingsError when a port is not a port or the folder is not named."""
        data_dir = environ.get("SANDBOX_DATA_DIR")
        if not data_dir:
            raise SettingsError("SANDBOX_DATA_DIR must name the folder for the journal and keys")
        clock_file = environ.get("SANDBOX_CLOCK_FILE")
        return cls(
            host=environ.get("SANDBOX_HOST", "127.0.0.1"),
            provider_port=_port(environ, "SANDBOX_PROVIDER_PORT", 8090),
            mail_port=_port(environ, "SANDBOX_MAIL_PORT", 8025),
            smtp_port=_port(environ, "SANDBOX_SMTP_PORT", 1025),
            data_dir=Path(data_dir),
            clock_file=Path(clock_file) if clock_file else None,
            public_url=environ.get("SANDBOX_PUBLIC_URL", "").rstrip("/") or None,
        )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} must be a port number from 1 to 65535, not {text!r}")
    return int(text)
