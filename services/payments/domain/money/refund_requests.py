"""Requests for refunds: what a payer asks for, and what became of it.

open → granted | declined | withdrawn
"""

from contracts.aggregates import Aggregate, MoneyFields
from contracts.errors.payments import REFUND_REQUEST_WRONG_STATE
from contracts.money import Money
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import RefundRequestState
from services.payments.domain.checkout.orders import Order, given_back
from services.payments.domain.checkout.refund_terms import ALL, Due, share_of

REFUND_REQUEST: StateMachine[RefundRequestState] = machine(
    REFUND_REQUEST_WRONG_STATE,
    open="granted declined withdrawn",
    granted="",
    declined="",
    withdrawn="",
)


class RefundRequest(Aggregate):
    """`policy_…`: what the order's terms said when it was asked for; a slow answer changes nothing
    of it. `words`: of who decided."""

    community_id: str
    order_id: str
    payer_id: str
    state: RefundRequestState
    why: str
    policy_amount: MoneyFields
    policy_basis_points: int
    words: str
    refund_id: str | None


def new_request(id: str, order: Order, due: Due | None, why: str) -> RefundRequest:
    """A request that is open from now on; where no terms say anything the policy is nothing.

    `due` may be of the order as it was before: its share counts, of what this one was paid with.
    """
    share = due.basis_points if due else 0
    return {
        "_id": id,
        "community_id": order["community_id"],
        "order_id": order["_id"],
        "payer_id": order["payer_id"],
        "state": REFUND_REQUEST.initial,
        "why": why,
        "policy_amount": _still_due(order, share).as_dict(),
        "policy_basis_points": share,
        "words": "",
        "refund_id": None,
    }


def amount_by_policy(request: RefundRequest, order: Order) -> Money:
    """What the policy of then gives back, less what went back since; never a larger share than
    who gave a seat up meanwhile had coming at that moment."""
    return _still_due(order, min(request["policy_basis_points"], order.get("given_up_share", ALL)))


def grant(request: RefundRequest, refund_id: str, words: str) -> RefundRequest:
    return {**REFUND_REQUEST.move(request, "granted"), "refund_id": refund_id, "words": words}


def decline(request: RefundRequest, words: str) -> RefundRequest:
    return {**REFUND_REQUEST.move(request, "declined"), "words": words}


def withdraw(request: RefundRequest) -> RefundRequest:
    return REFUND_REQUEST.move(request, "withdrawn")


def forget(request: RefundRequest) -> RefundRequest:
    """Without what its payer wrote, and what was written to them."""
    return {**request, "why": "", "words": ""}


def _still_due(order: Order, share: int) -> Money:
    return share_of(Money.from_dict(order["total"]), share, given_back(order))
