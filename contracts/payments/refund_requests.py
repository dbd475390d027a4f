"""Requests for refunds: payers ask, people who answer for the money decide."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, SERVICES_ONLY, SIGNED_IN, holders, the
from contracts.errors import payments as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    MoneySchema,
    PageRequest,
    Percent,
    Request,
    Text,
    Whole,
    actions,
    money,
    page_of,
)
from contracts.history import history_of
from contracts.lists import sorted_by
from contracts.payments.orders import NEVER_THE_PAYER, OrderRef
from contracts.records import Rpc
from contracts.states.payments import REFUND_REQUEST_STATES


class AskRefund(OrderRef):
    why = Text(
        load_default="",
        maximum=1000,
        multiline=True,
        metadata={"description": "why, for who decides", "example": "我要搬到外地了。"},
    )


class RefundRequestRef(Request):
    refund_request_id = Id("rrq", required=True)


class ListRefundRequests(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*REFUND_REQUEST_STATES, load_default=None, allow_none=True)
    sort = sorted_by("created_at", usual="created_at")


class CountRefundRequests(Request):
    community_id = Id("com", required=True)


class RefundRequestCounts(Document):
    """How many requests are in each state."""

    community_id = Id("com", required=True)
    counts = fields.Dict(keys=Choice(*REFUND_REQUEST_STATES), values=Whole(), required=True)


class GrantRefundRequest(RefundRequestRef):
    amount = fields.Nested(
        MoneySchema,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "null: what the policy said when it was asked for, less what was given"
            " back since; what was paid for ends by it. An amount is goodwill: nothing ends unless"
            " all is given back"
        },
    )
    words = Text(
        load_default="",
        maximum=200,
        metadata={"description": "kept with the refund and shown to the payer"},
    )


class DeclineRefundRequest(RefundRequestRef):
    words = Text(
        required=True,
        minimum=1,
        maximum=1000,
        multiline=True,
        metadata={"description": "why, for the payer", "example": "本期活动已全部结束。"},
    )


class GetRefundRequestHistory(PageRequest):
    refund_request_id = Id("rrq", required=True)


class RefundRequest(Document):
    """`policy` is what the order's terms said when it was asked for; `words` are those of who
    declined."""

    id = Id("rrq", required=True)
    community_id = Id("com", required=True)
    order_id = Id("ord", required=True)
    payer_id = Id("per", required=True)
    state = Choice(*REFUND_REQUEST_STATES, required=True)
    why = fields.String(required=True)
    policy_amount = money(required=True)
    policy_percent = Percent(
        required=True,
        attribute="policy_basis_points",
        metadata={"description": "the share of what was paid, in percent", "example": "80.00"},
    )
    gives_up = Boolean(
        load_default=False,  # earlier versions send none
        metadata={
            "description": "a grant without an amount ends what was paid for; false where the"
            " policy gives nothing back"
        },
    )
    words = fields.String(required=True)
    refund_id = Id(
        "rfd",
        required=True,
        allow_none=True,
        metadata={"description": "by which it was granted; null: it was not"},
    )
    version = Whole(required=True)
    created_at = Instant(required=True)


class ShownRefundRequest(RefundRequest):
    """A request, and what the caller may do with it."""

    actions = actions()


class ListedRefundRequest(RefundRequest):
    """A request with what its payer is called; null for who has not said it, and for all while
    membership is away."""

    display_name = fields.String(required=True, allow_none=True)
    actions = actions()


class RefundAnswer(Document):
    """Why a request was declined, in the words of who did."""

    words = fields.String(required=True)


ASK_REFUND = Rpc(
    "payments",
    "ask_refund",
    "Ask for a refund of an order; people of the community decide.",
    AskRefund,
    RefundRequest,
    who=the("payer"),
    errors=(codes.ORDER_WRONG_STATE, codes.NOTHING_TO_REFUND, codes.REFUND_REQUEST_OPEN),
)
GET_REFUND_REQUEST = Rpc(
    "payments",
    "get_refund_request",
    "A request for a refund.",
    RefundRequestRef,
    ShownRefundRequest,
    who=the("payer") | holders(MONEY_ROLES),
)
LIST_MY_REFUND_REQUESTS = Rpc(
    "payments",
    "list_my_refund_requests",
    "The refunds that the signed-in person asked for, newest first.",
    PageRequest,
    page_of(RefundRequest, "MyRefundRequests"),
    who=SIGNED_IN,
)
LIST_REFUND_REQUESTS = Rpc(
    "payments",
    "list_refund_requests",
    "The refunds that were asked for in a community, oldest first.",
    ListRefundRequests,
    page_of(ListedRefundRequest, "RefundRequests"),
    who=holders(MONEY_ROLES),
)
COUNT_REFUND_REQUESTS = Rpc(
    "payments",
    "count_refund_requests",
    "How many refunds that were asked for in a community are in each state.",
    CountRefundRequests,
    RefundRequestCounts,
    who=holders(MONEY_ROLES),
)
GRANT_REFUND_REQUEST = Rpc(
    "payments",
    "grant_refund_request",
    "Give money back as it was asked for, by the policy or another amount.",
    GrantRefundRequest,
    RefundRequest,
    who=NEVER_THE_PAYER.signed_in_lately("for more than the installation's limit"),
    errors=(
        codes.OWN_MONEY,
        codes.REFUND_REQUEST_WRONG_STATE,
        codes.REFUND_AMOUNT_MISSING,
        codes.ORDER_WRONG_STATE,
        codes.REFUND_TOO_LARGE,
    ),
)
DECLINE_REFUND_REQUEST = Rpc(
    "payments",
    "decline_refund_request",
    "Say why no money goes back.",
    DeclineRefundRequest,
    RefundRequest,
    who=NEVER_THE_PAYER,
    errors=(codes.OWN_MONEY, codes.REFUND_REQUEST_WRONG_STATE),
)
WITHDRAW_REFUND_REQUEST = Rpc(
    "payments",
    "withdraw_refund_request",
    "Take a request back that nobody decided yet.",
    RefundRequestRef,
    RefundRequest,
    who=the("payer"),
    errors=(codes.REFUND_REQUEST_WRONG_STATE,),
)
GET_REFUND_ANSWER = Rpc(
    "payments",
    "get_refund_answer",
    "Why a request for a refund was declined.",
    RefundRequestRef,
    RefundAnswer,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
GET_REFUND_REQUEST_HISTORY = history_of(
    "payments", "refund_request", GetRefundRequestHistory, holders(MONEY_ROLES)
)
