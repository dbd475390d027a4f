"""Refunds as they are promised, in the unit of work that decides them."""

from chassis.ids import new_id
from chassis.uow import Transaction
from contracts.money import Money
from services.payments.domain.books import ledger
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money import payments, refunds, transfers
from services.payments.domain.money.payments import Payment
from services.payments.domain.money.refunds import REFUND, Refund
from services.payments.store import Stores
from services.payments.usecases.money.granting import grant_by


def promise_refund(
    stores: Stores,
    tx: Transaction,
    payment: Payment,
    amount: Money,
    *,
    reason: str,
    surplus: bool,
    written: bool = False,
    gives_up: bool = False,
    replaces: str | None = None,
) -> Refund:
    """A refund of one payment, with its ledger entry; the job submits it, or somebody transfers it.

    `written`: the reason are somebody's words.
    """
    refund_id, by_hand = new_id("rfd"), payments.is_by_hand(payment)
    refund = stores.refunds.insert(
        tx,
        {
            "_id": refund_id,
            "community_id": payment["community_id"],
            "order_id": payment["order_id"],
            "payment_id": payment["_id"],
            "account_id": payment["account_id"],
            "provider": payment["provider"],
            "merchant_id": payment["merchant_id"],
            "out_trade_no": payment["out_trade_no"],
            "out_refund_no": "R" + refund_id.removeprefix("rfd_"),
            "amount": amount.as_dict(),
            "surplus": surplus,
            "reason": reason,
            "written": written,
            "gives_up": gives_up,
            "state": REFUND.initial,
            "moving": not by_hand,
            "replaces": replaces,
            "replaced": False,
            "checks": 0,
            "check_after": None if by_hand else tx.now,
        },
    )
    stores.ledger.post(
        tx,
        ledger.promised_refund(f"refund:{refund_id}", amount, surplus=surplus),
        community_id=payment["community_id"],
        order_id=payment["order_id"],
    )
    return refund


def promise_order_refund(
    stores: Stores,
    tx: Transaction,
    order: Order,
    amount: Money,
    *,
    reason: str,
    written: bool = False,
    gives_up: bool = False,
    answers: bool = False,
) -> tuple[Order, Refund]:
    """A refund of what an order was paid with; the order, saved, and the refund.

    `answers`: it is what the payer asked for.
    """
    reserved = stores.orders.save(tx, orders.reserve_refund(order, amount))
    payment = next(
        row
        for row in stores.payments.of_order(order, tx=tx)
        if row["state"] == "confirmed" and not row["surplus"]
    )
    refund = promise_refund(
        stores,
        tx,
        payment,
        amount,
        reason=reason,
        written=written,
        gives_up=gives_up,
        surplus=False,
    )
    return grant_by(stores, tx, reserved, refund, answers=answers), refund


def give_parts_back(stores: Stores, tx: Transaction, attempt: Payment) -> None:
    """What came for a transfer that ends before it is whole, once."""
    if not payments.is_by_hand(attempt):
        return
    transfer = stores.transfers.get(transfers.id_of(attempt["out_trade_no"]), tx=tx)
    if transfer is None or (amount := transfers.undecided(transfer)).amount == 0:
        return
    after = stores.transfers.save(tx, transfers.give_back(transfer, amount))
    tx.audit("give_parts_back", transfer, after)
    promise_refund(stores, tx, attempt, amount, reason=refunds.PART_PAYMENT, surplus=True)
