"""A community's account with a payment provider."""

from contracts.aggregates import Aggregate


class ProviderAccount(Aggregate):
    """The secret stays outside, under the name in `secret_ref`. `used`: an attempt was opened with
    it, so its merchant stays."""

    community_id: str
    provider: str
    merchant_id: str
    secret_ref: str
    used: bool
