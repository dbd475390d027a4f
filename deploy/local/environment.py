"""The process table of Coterie and the environment each process gets.

Names of processes and settings are fixed here and documented in docs/reference; secrets are passed
by reference, as `<NAME>_FILE`.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from contracts.records import SERVICES
from deploy.local.control import REPOSITORY
from deploy.local.credentials import Credentials
from deploy.local.nodes import Nodes
from deploy.local.process import Process
from deploy.provision import Target

SANDBOX = ("sandbox-provider", "sandbox-mail")
PROCESSES = (*SERVICES, "gateway", *SANDBOX)
PORTS: dict[str, int | None] = {
    **{f"health-{name}": None for name in (*SERVICES, "gateway")},
    "http": 8080,
    "sandbox-provider": 8090,
    "sandbox-mail": 8025,
    "sandbox-smtp": None,
}
# Pages under development, wherever their server listens on this machine.
LOCAL_ORIGINS = "http://localhost:* http://127.0.0.1:*"
# By which everybody of `make seed` signs in.
SEED_CODE = "12345678"
SEED_FILE = "seed.json"  # beside the data
_STOP_ORDER = {"gateway": 0, "sandbox-provider": 2, "sandbox-mail": 2}


@dataclass(frozen=True)
class Place:
    """Where one system lives: its files, ports, nodes and environment in broker and database."""

    root: Path
    ports: Mapping[str, int]
    nodes: Nodes
    target: Target
    credentials: Credentials
    clock_file: Path
    env: str = "development"

    def url(self, name: str) -> str:
        """Base address of a port by its name in `PORTS`."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def seed_file(self) -> Path:
        """Where `make seed` says what it made."""
        return self.root / SEED_FILE

    def health_url(self, process: str) -> str:
        """Base address under which a process answers /health/…"""
        return self.url(process if process in SANDBOX else f"health-{process}")


def kind_of(process: str) -> str:
    """What a process is: `payments-2` is a second one of `payments`."""
    return re.sub("-[0-9]+$", "", process)


def ports_of(processes: Iterable[str]) -> dict[str, int | None]:
    """The ports of `PORTS`, and those of further processes of a kind."""
    more = {f"health-{name}": None for name in processes if name not in PROCESSES}
    doors = {_http_port(name): None for name in processes if kind_of(name) == "gateway"}
    return more | doors | PORTS


def _http_port(gateway: str) -> str:
    return gateway.replace("gateway", "http")


def environment_of(place: Place, process: str) -> dict[str, str]:
    """The environment variables of one process. Raises KeyError for an unknown name."""
    if process in SANDBOX:
        return _base(place) | _sandbox(place)
    kind = kind_of(process)
    special: dict[str, Callable[[Place], dict[str, str]]] = {
        "gateway": partial(_gateway, process=process),
        "membership": _membership,
        "payments": _payments,
        "notifications": _notifications,
        "events": _nothing_more,
    }
    return _base(place) | _chassis(place, process, kind) | special[kind](place)


def row(place: Place, process: str, overrides: Mapping[str, str]) -> Process:
    """The supervisor's row of one process; `overrides` are added to its environment."""
    kind = kind_of(process)
    module = {
        "sandbox-provider": ("sandbox.provider",),
        "sandbox-mail": ("sandbox.mail",),
    }.get(kind, ("chassis.run", kind))
    return Process(
        name=process,
        argv=[sys.executable, "-m", *module],
        env=environment_of(place, process) | dict(overrides),
        cwd=str(REPOSITORY),
        stop_order=_STOP_ORDER.get(kind, 1),
    )


def migration_environment(place: Place, service: str) -> dict[str, str]:
    """What `python -m chassis.migrate <service>` needs: the owner's access to one database."""
    password = place.credentials.read(f"mongo_{service}_owner")
    database = place.target.database(service)
    url = place.nodes.mongo_url(f"{service}_owner", password, database)
    secret = place.credentials.store(f"{service}_mongo_owner_url", url)
    return _base(place) | {
        "COTERIE_MONGO_OWNER_URL_FILE": str(secret),
        "COTERIE_MONGO_DATABASE": database,
    }


def _base(place: Place) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(place.root),
        "PYTHONUNBUFFERED": "1",
    }


def _chassis(place: Place, process: str, kind: str) -> dict[str, str]:
    credentials, target = place.credentials, place.target
    amqp = place.nodes.amqp_url(
        target.broker_user(kind), credentials.read(f"broker_{kind}"), target.vhost
    )
    environment = {
        "COTERIE_ENV": place.env,
        "COTERIE_LOG_LEVEL": "info",
        "COTERIE_CLOCK_FILE": str(place.clock_file),
        "COTERIE_HEALTH_HOST": "127.0.0.1",
        "COTERIE_HEALTH_PORT": str(place.ports[f"health-{process}"]),
        "COTERIE_AMQP_URL_FILE": str(credentials.store(f"{process}_amqp_url", amqp)),
    }
    if kind in SERVICES:
        database = target.database(kind)
        mongo = place.nodes.mongo_url(kind, credentials.read(f"mongo_{kind}"), database)
        environment["COTERIE_MONGO_URL_FILE"] = str(
            credentials.store(f"{process}_mongo_url", mongo)
        )
        environment["COTERIE_MONGO_DATABASE"] = database
    return environment


def _gateway(place: Place, process: str) -> dict[str, str]:
    return {
        "COTERIE_HTTP_HOST": "127.0.0.1",
        "COTERIE_HTTP_PORT": str(place.ports[_http_port(process)]),
        "COTERIE_TOKEN_PUBLIC_KEYS_FILE": str(place.credentials.token_public_keys()),
        "COTERIE_CURSOR_SECRET_FILE": str(place.credentials.path("cursor_secret")),
        "COTERIE_CORS_ORIGINS": LOCAL_ORIGINS,
        "COTERIE_SEED_FILE": str(place.seed_file),
        "COTERIE_INBOX_URL": place.url("sandbox-mail"),
        "COTERIE_SANDBOX_URL": place.url("sandbox-provider"),
        "COTERIE_JOBS_URLS": " ".join(f"{name}={place.health_url(name)}" for name in SERVICES),
        # Only this host reaches it: whoever talks to it may say, as a proxy would, for whom.
        "COTERIE_TRUSTED_PROXIES": "1",
        "COTERIE_PROBLEM_BASE_URL": f"{place.url('http')}/problems",
    }


def _membership(place: Place) -> dict[str, str]:
    ways = json.dumps(_ways(place.url("sandbox-provider")), indent=2)
    return {
        "COTERIE_SIGNING_KEY_FILE": str(place.credentials.path("signing_key.pem")),
        "COTERIE_SEED_CODE": SEED_CODE,
        "COTERIE_SIGN_IN_WAYS_FILE": str(place.credentials.store("sign_in_ways.json", ways)),
        "COTERIE_PHONE_COUNTRIES": "+86 +852",
    }


def _ways(sandbox: str) -> list[dict[str, str]]:
    """Each way to sign in at the sandbox's counterparts, whose secrets follow from their ids."""
    wechat = {
        "wechat-website": ("wechat_website", "wx-website"),
        "wechat-official": ("wechat_official", "wx-official"),
        "wechat-mini": ("wechat_mini", "wx-mini"),
    }
    place = {"pages_url": f"{sandbox}/wechat", "api_url": f"{sandbox}/wechat"}
    rows = [
        {"name": name, "kind": kind, "client_id": app, "client_secret": f"secret-of-{app}", **place}
        for name, (kind, app) in wechat.items()
    ]
    oidc = {"name": "sandbox", "kind": "oidc", "issuer": f"{sandbox}/oidc"}
    return [{**oidc, "client_id": "coterie", "client_secret": "secret-of-coterie"}, *rows]


def _payments(place: Place) -> dict[str, str]:
    return {
        "COTERIE_SANDBOX_PROVIDER_URL": place.url("sandbox-provider"),
        "COTERIE_CALLBACK_BASE_URL": place.url("http"),
        "COTERIE_SECRETS_DIR": str(place.credentials.path("payments/sandbox_api_key").parent),
    }


def _nothing_more(place: Place) -> dict[str, str]:
    return {}


def _notifications(place: Place) -> dict[str, str]:
    return {
        "COTERIE_SMTP_URL": f"smtp://127.0.0.1:{place.ports['sandbox-smtp']}",
        "COTERIE_MAIL_FROM": "no-reply@coterie.example",
        "COTERIE_SMS_URL": f"{place.url('sandbox-mail')}/sms",
        "COTERIE_SMS_KEY_FILE": str(place.credentials.path("sms_key")),
    }


def _sandbox(place: Place) -> dict[str, str]:
    data = place.root / "data" / "sandbox"
    data.mkdir(parents=True, exist_ok=True)
    return {
        "SANDBOX_HOST": "127.0.0.1",
        "SANDBOX_PROVIDER_PORT": str(place.ports["sandbox-provider"]),
        "SANDBOX_MAIL_PORT": str(place.ports["sandbox-mail"]),
        "SANDBOX_SMTP_PORT": str(place.ports["sandbox-smtp"]),
        "SANDBOX_DATA_DIR": str(data),
        "SANDBOX_CLOCK_FILE": str(place.clock_file),
    }
