"""Transfers: money that payers send to the community's bank account, and staff find there."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from contracts.access import MONEY_ROLES, SERVICES_ONLY, holders
from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Day,
    Document,
    Id,
    Instant,
    Matching,
    PageRequest,
    Request,
    Whole,
    actions,
    money,
    page_of,
)
from contracts.lists import refuse, sorted_by
from contracts.payments.orders import NEVER_THE_PAYER, Refund
from contracts.payments.plans import CommunityPage
from contracts.records import Rpc
from contracts.states.payments import TRANSFER_NOTES, TRANSFER_STATES


class PaymentRef(Request):
    payment_id = Id("pay", required=True)


class CountTransfers(Request):
    community_id = Id("com", required=True)


class TransferCounts(Document):
    """How many transfers are in each state, and refunds wait for somebody who transfers them."""

    community_id = Id("com", required=True)
    counts = fields.Dict(keys=Choice(*TRANSFER_STATES), values=Whole(), required=True)
    due_refunds = Whole(required=True)


class ListTransfers(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*TRANSFER_STATES, load_default=None, allow_none=True)
    sort = sorted_by("created_at", usual="created_at")
    reference = Matching(
        r"[A-HK-NP-Za-hk-np-z2-9]{1,8}",
        "reference_start",
        load_default=None,
        allow_none=True,
        metadata={
            "description": "as it begins; what is found is in the order of references",
            "example": None,
        },
    )

    @validates_schema
    def _has_an_index(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("reference") is not None and data.get("sort") is not None:
            refuse("reference", ["sort"])


class ConfirmTransfer(PaymentRef):
    """What came, as the community's bank shows it."""

    amount = money(required=True, metadata={"example": {"amount": 300000, "currency": "CNY"}})
    received_on = Day(
        required=True,
        metadata={"description": "the bank's day, in the community's zone; the order is paid then"},
    )
    seen_receipts = Whole(
        load_default=0,
        maximum=1000,
        metadata={"description": "how many `receipts` there were when the transfer was read"},
    )
    note = Choice(
        *TRANSFER_NOTES,
        load_default="as_asked",
        metadata={"description": "in what it differed from what the payer was told"},
    )


class Receipt(Document):
    """Money that somebody found on the account."""

    amount = money(required=True)
    received_on = Day(required=True)
    note = Choice(*TRANSFER_NOTES, required=True)
    confirmed_by = Id("per", required=True)
    confirmed_at = Instant(required=True)


class Transfer(Document):
    """`claim`: what one person said and a second one has to say likewise. `returned`: of what was
    received, what goes back to the payer."""

    payment_id = Id("pay", required=True)
    order_id = Id("ord", required=True)
    payer_id = Id("per", required=True)
    community_id = Id("com", required=True)
    reference = fields.String(required=True)
    state = Choice(*TRANSFER_STATES, required=True)
    amount = money(required=True)
    received = money(required=True)
    returned = money(required=True)
    receipts = fields.List(fields.Nested(Receipt), required=True)
    claim = fields.Nested(Receipt, required=True, allow_none=True)
    expires_at = Instant(required=True)
    created_at = Instant(required=True)


class ListedTransfer(Transfer):
    """A transfer, and what the caller may do with it."""

    actions = actions()


class RefundRef(Request):
    refund_id = Id("rfd", required=True)


class TransferAccount(Document):
    """To which account a payer transfers, in the community's words."""

    words = fields.String(required=True)


LIST_TRANSFERS = Rpc(
    "payments",
    "list_transfers",
    "The transfers of a community, oldest first, or by reference.",
    ListTransfers,
    page_of(ListedTransfer, "Transfers"),
    who=holders(MONEY_ROLES),
)
COUNT_TRANSFERS = Rpc(
    "payments",
    "count_transfers",
    "How many transfers of a community are in each state, and refunds are to be transferred.",
    CountTransfers,
    TransferCounts,
    who=holders(MONEY_ROLES),
)
CONFIRM_TRANSFER = Rpc(
    "payments",
    "confirm_transfer",
    "Say what came for a transfer; the order is paid once all of it is there.",
    ConfirmTransfer,
    Transfer,
    who=NEVER_THE_PAYER,
    errors=(codes.OWN_MONEY, codes.TRANSFER_WRONG_STATE, codes.TRANSFER_CHANGED),
    deadline=10.0,
)
LIST_DUE_REFUNDS = Rpc(
    "payments",
    "list_due_refunds",
    "Refunds that somebody of the community has to transfer, oldest first.",
    CommunityPage,
    page_of(Refund, "DueRefunds"),
    who=holders(MONEY_ROLES),
)
CONFIRM_REFUND = Rpc(
    "payments",
    "confirm_refund",
    "Say that a refund was transferred to its payer.",
    RefundRef,
    Refund,
    who=NEVER_THE_PAYER,
    errors=(codes.OWN_MONEY, codes.REFUND_WRONG_STATE),
)
GET_TRANSFER_ACCOUNT = Rpc(
    "payments",
    "get_transfer_account",
    "To which account a payer transfers.",
    PaymentRef,
    TransferAccount,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
