"""Whose a secret is, is said by operators: by the folder in which they place it (M4)."""

from pathlib import Path

import pytest

from chassis.settings import SettingsError
from services.payments.adapters.secrets import SecretMissing, Secrets
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.settings import PaymentsSettings

OURS, THEIRS = "com_00000000000000000000000001", "com_00000000000000000000000002"


def account(community_id: str, secret_ref: str = "main") -> ProviderAccount:
    return {
        "_id": "acc_1",
        "community_id": community_id,
        "provider": "sandbox",
        "merchant_id": "m",
        "secret_ref": secret_ref,
        "used": False,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / OURS).mkdir()
    (tmp_path / OURS / "main").write_text("ours\n")
    (tmp_path / "shared").write_text("everybody's")
    return tmp_path


@pytest.mark.parametrize("shared", [False, True])
def test_a_secret_is_its_community_s_alone(folder: Path, shared: bool) -> None:
    secrets = Secrets(str(folder), shared=shared)
    assert secrets.read(account(OURS)) == "ours"
    with pytest.raises(SecretMissing):
        secrets.read(account(THEIRS))


def test_shared_secrets_are_for_trying_out(folder: Path) -> None:
    assert Secrets(str(folder), shared=True).read(account(THEIRS, "shared")) == "everybody's"
    with pytest.raises(SecretMissing):
        Secrets(str(folder), shared=False).read(account(THEIRS, "shared"))


SETTINGS = {
    "COTERIE_ENV": "production",
    "COTERIE_AMQP_URL": "amqp://broker",
    "COTERIE_HEALTH_PORT": "9000",
    "COTERIE_MONGO_URL": "mongodb://x",
    "COTERIE_MONGO_DATABASE": "x",
    "COTERIE_SECRETS_DIR": "/",
    "COTERIE_SANDBOX_PROVIDER_URL": "https://provider.example",
    "COTERIE_CALLBACK_BASE_URL": "https://api.example",
}


@pytest.mark.parametrize("name", ["COTERIE_SANDBOX_PROVIDER_URL", "COTERIE_CALLBACK_BASE_URL"])
def test_production_speaks_to_no_provider_in_clear_text(name: str) -> None:
    """L5: keys and callbacks would travel for all to read."""
    PaymentsSettings.from_environment(SETTINGS)
    clear = {**SETTINGS, name: "http://somewhere.example"}
    with pytest.raises(SettingsError, match=name):
        PaymentsSettings.from_environment(clear)
    PaymentsSettings.from_environment({**clear, "COTERIE_ENV": "development"})
    PaymentsSettings.from_environment({**clear, "COTERIE_SANDBOX_PROVIDER_URL": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [("COTERIE_CALLBACK_BASE_URL", "gateway:8080"), ("COTERIE_SECRETS_DIR", "/nowhere")],
)
def test_what_cannot_work_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: .*{value}"):
        PaymentsSettings.from_environment({**SETTINGS, name: value})
