"""The generated secrets of a local system."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from deploy.local.credentials import BROKER_USERS, Credentials


def test_a_secret_stays_the_same_and_is_ours_alone(tmp_path: Path) -> None:
    first = Credentials(tmp_path).read("broker_membership")
    path = Credentials(tmp_path).path("broker_membership")
    assert Credentials(tmp_path).read("broker_membership") == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_every_broker_user_has_a_password_of_its_own(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path)
    passwords = {credentials.read(f"broker_{user}") for user in BROKER_USERS}
    assert len(passwords) == len(BROKER_USERS)
    assert min(map(len, passwords)) >= 43  # 256 bits


def test_an_unknown_secret_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Credentials(tmp_path).read("broker_stranger")


def test_asking_at_the_same_time_gives_everyone_the_same_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        seen = set(pool.map(lambda _: Credentials(tmp_path).read("cursor_secret"), range(64)))
    assert len(seen) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["cursor_secret"]


def test_the_published_key_verifies_what_the_signing_key_signs(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path)
    published = json.loads(credentials.token_public_keys().read_text())["keys"]
    token = jwt.encode({"sub": "per_1"}, credentials.read("signing_key.pem"), algorithm="ES256")
    assert jwt.decode(token, jwt.PyJWK(published[0]), algorithms=["ES256"]) == {"sub": "per_1"}
    assert "d" not in published[0]
    assert credentials.token_public_keys().read_text() == json.dumps({"keys": published}, indent=2)
