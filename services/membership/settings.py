"""What the membership service is told at start."""

from dataclasses import dataclass, field

from chassis.settings import SECRET, Settings
from services.membership.adapters.access_tokens import AccessTokens


@dataclass(frozen=True, kw_only=True)
class MembershipSettings(Settings):
    """`signing_key` is a P-256 private key (PEM); `sign_ins_per_minute` counts asked-for codes."""

    signing_key: str = field(metadata=SECRET)
    sign_ins_per_minute: int = field(default=1200, metadata={"least": 1, "most": 1_000_000})

    def problems(self) -> list[str]:
        found = super().problems()
        try:
            AccessTokens(self.signing_key)
        except ValueError as problem:
            found.append(f"COTERIE_SIGNING_KEY: {problem}")
        return found
