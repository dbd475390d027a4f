"""The ledger and sales, for who looks after a community's money."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, holders
from contracts.fields import Document, Id, Whole, money
from contracts.payments.plans import CommunityRef
from contracts.records import Rpc


class AccountBalance(Document):
    """What stands on one account of the ledger."""

    account = fields.String(required=True)
    balance = money(required=True)


class LedgerSummary(Document):
    """Balances per account (debit positive); `sum` is zero, always."""

    community_id = Id("com", required=True)
    balances = fields.List(fields.Nested(AccountBalance), required=True)
    sum = Whole(required=True, minimum=-(2**53))
    entries = Whole(required=True)


class PriceCount(Document):
    """How many orders were paid at this list price and total."""

    purpose = fields.String(required=True)
    list_price = money(required=True)
    total = money(required=True)
    count = Whole(required=True)


class SalesSummary(Document):
    """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""

    community_id = Id("com", required=True)
    orders_by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    paid_by_price = fields.List(fields.Nested(PriceCount), required=True)
    coupon_uses = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


GET_LEDGER = Rpc(
    "payments",
    "get_ledger",
    "The balances of a community's ledger.",
    CommunityRef,
    LedgerSummary,
    who=holders(MONEY_ROLES),
)
GET_SALES = Rpc(
    "payments",
    "get_sales",
    "What a community sold.",
    CommunityRef,
    SalesSummary,
    who=holders(MONEY_ROLES),
)
