"""Accounts with payment providers."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, holders
from contracts.errors import payments as codes
from contracts.fields import Choice, Document, Id, Matching, Request, Whole, seen_version
from contracts.records import Rpc

PROVIDERS = ("sandbox",)


class ProviderAccountRef(Request):
    community_id = Id("com", required=True)
    provider = Choice(*PROVIDERS, required=True)


class SetProviderAccount(ProviderAccountRef):
    """`secret_ref` names a secret that operators placed; the secret itself never travels."""

    expected_version = seen_version(or_none=True)
    merchant_id = Matching(
        r"[A-Za-z0-9_-]{3,64}",
        "a merchant id",
        required=True,
        metadata={"description": "as the provider knows the community"},
    )
    secret_ref = Matching(
        r"[a-z][a-z0-9_-]{0,63}",
        "the name of a secret",
        required=True,
        metadata={
            "description": "the name of a secret that operators placed for the community, never its"
            " value"
        },
    )


class ProviderAccount(Document):
    id = Id("acc", required=True)
    community_id = Id("com", required=True)
    provider = fields.String(required=True)
    merchant_id = fields.String(required=True)
    secret_ref = fields.String(required=True)
    version = Whole(required=True)


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
    "Name the community's account with a provider.",
    SetProviderAccount,
    ProviderAccount,
    who=holders(MONEY_ROLES).signed_in_lately(),
    errors=(codes.PROVIDER_ACCOUNT_IN_USE, codes.PROVIDER_SECRET_MISSING),
)
