"""Accounts with payment providers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.access import MONEY_ROLES, OWNING_ROLES, holders
from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Document,
    Id,
    Matching,
    MoneySchema,
    Request,
    Text,
    Whole,
    seen_version,
)
from contracts.problems import problem
from contracts.records import Event, Rpc

SANDBOX, TRANSFER = "sandbox", "transfer"
PROVIDERS = (SANDBOX, TRANSFER)
SELF_MADE = "self-made"  # the secret of an account that the sandbox made by itself


def providers(
    meaning: str = "by which the caller can pay now; empty: they cannot",
) -> fields.Field[Any]:
    """The ways to pay that a community takes here."""
    return fields.List(
        fields.String(),
        load_default=list,  # earlier versions send none
        metadata={"description": meaning, "example": [SANDBOX]},
    )


class ProviderAccountRef(Request):
    community_id = Id("com", required=True)
    provider = Choice(*PROVIDERS, required=True)


class BankAccount(Request):
    """Where transfers go to; payers of an order see it."""

    holder = Text(required=True, minimum=1, maximum=100)
    bank = Text(required=True, minimum=1, maximum=100)
    number = Text(
        required=True,
        minimum=1,
        maximum=64,
        metadata={"description": "the account's number or IBAN", "example": "6222020200112233445"},
    )
    note = Text(
        load_default="", maximum=200, metadata={"description": "what else payers have to know"}
    )


class TransferTerms(Request):
    """How a community takes transfers."""

    pay_to = fields.Nested(BankAccount, required=True)
    transfer_days = Whole(
        load_default=3,
        minimum=1,
        maximum=14,
        metadata={
            "description": "an order is open to the end of this many days after its transfer began"
        },
    )
    second_person_above = fields.Nested(
        MoneySchema,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "what comes to more for one order counts when two people say the same;"
            " null = one is enough"
        },
    )


class SetProviderAccount(ProviderAccountRef):
    """`secret_ref` names a secret that operators placed; the secret itself never travels. Transfers
    have terms instead of merchant and secret; the sandbox makes both where neither is named,
    outside of production."""

    expected_version = seen_version(or_none=True)
    merchant_id = Matching(
        r"[A-Za-z0-9_-]{3,64}",
        "merchant_id",
        load_default=None,
        allow_none=True,
        metadata={
            "description": "as the provider knows the community; null: it needs none",
            "example": None,
        },
    )
    secret_ref = Matching(
        r"[a-z][a-z0-9_-]{0,63}",
        "secret_name",
        load_default=None,
        allow_none=True,
        metadata={
            "description": "the name of a secret that operators placed for the community, never its"
            " value; null: it needs none",
            "example": None,
        },
    )
    transfer = fields.Nested(
        TransferTerms,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "in place of merchant and secret, for the provider `transfer`;"
            " null for others",
            "example": None,
        },
    )

    @validates_schema
    def _has_what_its_provider_needs(self, data: dict[str, Any], **kwargs: Any) -> None:
        by_hand, by_machine = ("transfer",), ("merchant_id", "secret_ref")
        is_by_hand = data["provider"] == TRANSFER
        takes, others = (by_hand, by_machine) if is_by_hand else (by_machine, by_hand)
        needed: tuple[str, ...] = takes
        if data["provider"] == SANDBOX and all(data[name] is None for name in by_machine):
            needed = ()
        other = problem("field.of_other_kind", kind=data["provider"], takes=list(takes))
        missing = problem("field.required").messages
        wrong = {name: missing for name in needed if data[name] is None}
        wrong |= {name: other.messages for name in others if data[name] is not None}
        if wrong:
            raise ValidationError(wrong)


class ProviderAccount(Document):
    """The account with a provider by which a community is paid."""

    id = Id("acc", required=True)
    community_id = Id("com", required=True)
    provider = fields.String(required=True)
    merchant_id = fields.String(required=True, allow_none=True)
    secret_ref = fields.String(required=True, allow_none=True)
    transfer = fields.Nested(TransferTerms, required=True, allow_none=True)
    version = Whole(required=True)


class ProviderAccountChanged(Document):
    """What owners and treasurers are told; of the bank account's number the end alone."""

    account_id = Id("acc", required=True)
    community_id = Id("com", required=True)
    provider = Choice(*PROVIDERS, required=True)
    changed_by = Id("per", required=True)
    changed = fields.List(fields.String(), required=True)
    number_ends = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "the last four characters of the bank account's number"},
    )
    second_person_above = fields.Nested(MoneySchema, required=True, allow_none=True)


class ListProviderAccounts(Request):
    community_id = Id("com", required=True)


class ProviderAccounts(Document):
    """All of a community: one with each provider at most."""

    items = fields.List(fields.Nested(ProviderAccount), required=True)


LIST_PROVIDER_ACCOUNTS = Rpc(
    "payments",
    "list_provider_accounts",
    "The accounts with providers through which the community is paid.",
    ListProviderAccounts,
    ProviderAccounts,
    who=holders(MONEY_ROLES),
)
GET_PROVIDER_ACCOUNT = Rpc(
    "payments",
    "get_provider_account",
    "Read which account with a provider the community is paid through.",
    ProviderAccountRef,
    ProviderAccount,
    who=holders(MONEY_ROLES),
)
SET_PROVIDER_ACCOUNT = Rpc(
    "payments",
    "set_provider_account",
    "Name the community's account with a provider, which is asked whether it works.",
    SetProviderAccount,
    ProviderAccount,
    who=holders(OWNING_ROLES).signed_in_lately(),
    errors=(
        codes.PROVIDER_ACCOUNT_IN_USE,
        codes.PROVIDER_ACCOUNT_UNUSABLE,
        codes.PROVIDER_UNAVAILABLE,
    ),
    deadline=10.0,
)
PROVIDER_ACCOUNT_CHANGED = Event(
    "payments",
    "provider_account_changed",
    "Another account, or other terms, by which the community is paid: its owners and treasurers"
    " are told.",
    ProviderAccountChanged,
    subject="provider account id",
)
