"""The secrets of one local system: generated once into `<root>/secrets`, readable by us only."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.records import SERVICES

BROKER_USERS = (*SERVICES, "gateway")


def _random() -> bytes:
    return secrets.token_urlsafe(32).encode()


def _keyfile() -> bytes:
    """mongod's shared key for a replica set: 6 to 1024 base64 characters."""
    return base64.b64encode(secrets.token_bytes(96))


def _signing_key() -> bytes:
    """An ES256 private key, PKCS#8 PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


_TABLE: dict[str, Callable[[], bytes]] = {
    "rabbitmq_admin": _random,
    "rabbitmq_cookie": _random,
    "mongod_admin": _random,
    "mongod_keyfile": _keyfile,
    **{f"broker_{name}": _random for name in BROKER_USERS},
    **{f"mongo_{name}": _random for name in SERVICES},
    **{f"mongo_{name}_owner": _random for name in SERVICES},
    "signing_key.pem": _signing_key,
    "cursor_secret": _random,
    "payments/sandbox_api_key": _random,
    "sms_key": _random,
}


class Credentials:
    """Reads and creates the secrets of one root.

    A secret is made when it is first asked for and stays the same afterwards.
    """

    def __init__(self, root: Path) -> None:
        self.directory = root / "secrets"

    def path(self, name: str) -> Path:
        """The file that holds secret `name`, created if needed. Raises KeyError if unknown."""
        make = _TABLE[name]
        path = self.directory / name
        if not path.exists():
            self._write_once(path, make())
        return path

    def read(self, name: str) -> str:
        """The secret itself, as text."""
        return self.path(name).read_text()

    def store(self, name: str, value: str) -> Path:
        """Write a derived secret, such as a URL with a password in it, and return its file."""
        path = self.directory / name
        if not path.exists() or path.read_text() != value:
            self._replace(path, value.encode())
        return path

    def secret_of_integrator(self, name: str) -> str:
        """The broker password of one integrator, made when it is first asked for."""
        path = self.directory / "integrators" / name
        if not path.exists():
            self._write_once(path, _random())
        return path.read_text()

    def forget_integrator(self, name: str) -> None:
        """Who comes by that name later gets another password."""
        (self.directory / "integrators" / name).unlink(missing_ok=True)

    def token_public_keys(self) -> Path:
        """The JWK Set (RFC 7517) for `signing_key.pem`; `kid` is the RFC 7638 thumbprint."""
        key = serialization.load_pem_private_key(self.read("signing_key.pem").encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        numbers = key.public_key().public_numbers()
        required = {
            "crv": "P-256",
            "kty": "EC",
            "x": _base64url(numbers.x.to_bytes(32)),
            "y": _base64url(numbers.y.to_bytes(32)),
        }
        canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
        kid = _base64url(hashlib.sha256(canonical).digest())
        jwk = {**required, "kid": kid, "alg": "ES256", "use": "sig"}
        return self.store("public_keys.json", json.dumps({"keys": [jwk]}, indent=2))

    def _write_once(self, path: Path, value: bytes) -> None:
        """Create `path` whole or not at all; whoever comes second keeps the first one's value."""
        draft = self._draft(path, value)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _replace(self, path: Path, value: bytes) -> None:
        os.replace(self._draft(path, value), path)

    def _draft(self, path: Path, value: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(value)
        return draft


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
