"""A community's account with a payment provider."""

import datetime as dt
from typing import NotRequired, TypedDict

from contracts.aggregates import Aggregate, MoneyFields


class BankAccount(TypedDict):
    """Where transfers go to, in the community's words."""

    holder: str
    bank: str
    number: str
    note: str


class TransferTerms(TypedDict):
    """How a community takes transfers; more than `second_person_above` two people confirm."""

    pay_to: BankAccount
    transfer_days: int
    second_person_above: MoneyFields | None


class ProviderAccount(Aggregate):
    """The secret stays outside, under the name in `secret_ref`. `used`: a payment reached the
    provider, so its merchant stays; until then `opening_at` is when an attempt was begun last. One
    for transfers has terms; its merchant is the community itself, and it has no secret."""

    community_id: str
    provider: str
    merchant_id: str
    secret_ref: str
    transfer: NotRequired[TransferTerms]
    used: bool
    opening_at: NotRequired[dt.datetime]
