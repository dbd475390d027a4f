"""Where the story plays: addresses, the operator's command line, the clock, the integrator."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from deploy.local.system import System

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Surroundings:
    """A running system as people outside see it.

    `operate` and `clock` are the beginnings of the commands that an operator would type; an empty
    `clock` means that this system's clock cannot be moved.
    """

    gateway: str
    inbox: str
    provider: str
    operate: tuple[str, ...]
    clock: tuple[str, ...]
    api_key: str
    integrator_url: str

    def create_operator(self, email: str) -> None:
        """Make the first operator with the command line (`product.md` §2)."""
        self._run(*self.operate, "membership", "create-operator", "--email", email)

    def move_clock(self, to: str) -> None:
        """Move business time forward and wait until every job has passed at it."""
        self._run(*self.clock, "--to", to)

    def register_merchant(self, merchant_id: str) -> None:
        """Open the community's account at the sandbox provider."""
        digest = hashlib.sha256(self.api_key.encode()).hexdigest()
        account = {"merchant_id": merchant_id, "api_key_sha256": digest}
        requests.post(f"{self.provider}/v1/merchants", json=account, timeout=10).raise_for_status()

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def local() -> Surroundings:
    """The system that `make up` runs."""
    system = System(ROOT / ".local")
    operator = (sys.executable, "-m", "deploy.local")
    return Surroundings(
        gateway=system.url("http"),
        inbox=system.url("sandbox-mail"),
        provider=system.url("sandbox-provider"),
        operate=(*operator, "operate"),
        clock=(*operator, "clock"),
        api_key=system.credentials.read("payments/sandbox_api_key"),
        integrator_url=system.integrator_url("doctors", ["coterie.membership.#"]),
    )
