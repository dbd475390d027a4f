"""What payments is told at start."""

from dataclasses import dataclass

from chassis.settings import Settings


@dataclass(frozen=True, kw_only=True)
class PaymentsSettings(Settings):
    """`callback_base_url` is the gateway as providers reach it; `secrets_dir` holds one file per
    provider account secret, named by the account's `secret_ref`."""

    sandbox_provider_url: str
    callback_base_url: str
    secrets_dir: str
