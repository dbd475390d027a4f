"""What payments is told at start."""

from dataclasses import dataclass, field
from pathlib import Path

from chassis.settings import ServiceSettings, is_http

REFUND_SIGN_IN_ABOVE = 100_000


@dataclass(frozen=True, kw_only=True)
class PaymentsSettings(ServiceSettings):
    """`callback_base_url` is the gateway as providers reach it; `secrets_dir` holds a folder for
    each community, named by its id, with one file per secret, named by the account's `secret_ref`.
    Payment providers are those that are set: `sandbox_provider_url` brings the sandbox, for
    development and tests. Who gives more than `refund_sign_in_above` of an order back (minor units)
    has to have signed in within ten minutes."""

    sandbox_provider_url: str = ""
    callback_base_url: str
    secrets_dir: str
    refund_sign_in_above: int = field(
        default=REFUND_SIGN_IN_ABOVE, metadata={"minimum": 0, "maximum": 2**53}
    )

    def problems(self) -> list[str]:
        found = super().problems()
        if not is_http(self.callback_base_url, in_clear=True):
            found.append(f"COTERIE_CALLBACK_BASE_URL: {self.callback_base_url!r} is no http(s)://…")
        if not Path(self.secrets_dir).is_dir():
            found.append(f"COTERIE_SECRETS_DIR: there is no folder {self.secrets_dir}")
        if self.env != "production" or not self.sandbox_provider_url:
            return found  # without a provider nothing is sent, and nobody calls back
        for name in ("sandbox_provider_url", "callback_base_url"):
            if not getattr(self, name).startswith("https://"):
                found.append(f"COTERIE_{name.upper()} is to be https:// in production")
        return found
