"""Transfers: what people of the community find on its account, and what becomes of it.

What came is written down and in suspense in one unit of work. Once it is whole it is captured like
the money of any provider; what a crash leaves between the two is found by asking.
"""

import datetime as dt
from functools import partial

from chassis import crash
from chassis.access import Access
from chassis.actions import possible_with_rows
from chassis.clock import Clock
from chassis.context import Context
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.payments import OWN_MONEY, TRANSFER_CHANGED
from contracts.money import Money
from contracts.payments.coupons import normal_code
from contracts.types import payments as wire
from services.payments.domain.books import ledger
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money import days, payments, refunds, transfers
from services.payments.domain.money.payments import Payment
from services.payments.domain.money.transfers import Receipt, Transfer
from services.payments.store import Stores
from services.payments.store.money.transfers import TransferWithOrder
from services.payments.usecases.actions import TRANSFER_ACTIONS
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.promising import promise_refund
from services.payments.usecases.repeating import until_settled
from services.payments.usecases.views import refund_view, transfer_news_facts, transfer_view

RETRY_AFTER = dt.timedelta(minutes=1)
MOST = 10**12  # minor units of one receipt


class TransferUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        sure_access: Access,
        captures: Captures,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._access, self._sure_access, self._captures = access, sure_access, captures

    def list_of_community(self, request: wire.ListTransfers, ctx: Context) -> wire.Transfers:
        community_id, reference = request["community_id"], request["reference"]
        caller = self._access.require(ctx, contract.LIST_TRANSFERS.who, community_id)
        page = self._stores.transfers.page_with_orders(
            community_id,
            state=request["state"],
            reference=None if reference is None else normal_code(reference),
            descending=request["sort"] == "-created_at",
            after=request["after"],
            limit=request["limit"],
        )
        actions = possible_with_rows(TRANSFER_ACTIONS, self._clock.now(), caller)

        def listed(row: TransferWithOrder) -> wire.ListedTransfer:
            order = row["orders"][0]
            return {**transfer_view(row, order), "actions": actions(row, order["payer_id"])}

        return page.answer(listed)

    def count_of_community(self, request: wire.CountTransfers, ctx: Context) -> wire.TransferCounts:
        """How many transfers are in each state, and refunds to be transferred."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.COUNT_TRANSFERS.who, community_id)
        return {
            "community_id": community_id,
            "counts": self._stores.transfers.counts(community_id),
            "due_refunds": self._stores.refunds.count_due_by_hand(community_id),
        }

    def list_due_refunds(self, request: wire.CommunityPage, ctx: Context) -> wire.DueRefunds:
        """What people of the community are to transfer."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.LIST_DUE_REFUNDS.who, community_id)
        page = self._stores.refunds.due_by_hand(
            community_id, after=request["after"], limit=request["limit"]
        )
        return page.answer(refund_view)

    def confirm(self, request: wire.ConfirmTransfer, ctx: Context) -> wire.Transfer:
        """Somebody found money on the account: it pays the order once it is whole, and what is too
        much goes back.

        Above the account's limit it counts when a second person says the same. Raises
        DomainError(OWN_MONEY, TRANSFER_WRONG_STATE).
        """
        payment = self._stores.payments.require(request["payment_id"])
        order = self._stores.orders.require(payment["order_id"])
        caller = self._sure_access.caller(ctx, payment["community_id"])
        caller.require_may_see(contract.GET_ORDER.who, "payment", about=order["payer_id"])
        caller.require(contract.CONFIRM_TRANSFER.who)
        if order["payer_id"] == ctx.require_person():
            raise DomainError(OWN_MONEY)
        if not payments.is_by_hand(payment):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.transfers.noun)
        note = partial(self._note, request=request, order=order)
        view = self._uow.run(ctx, note)
        crash.point("payments.after_transfer_confirmed")
        if view["state"] == "received":
            system = ctx.without_key_or_message()
            until_settled(system, lambda: self._capture(payment, system))
        return view

    def remind_due(self, run: JobRun) -> None:
        """Tells payers a day before the end what is still to be transferred."""

        def remind(transfer: Transfer) -> None:
            def work(tx: Transaction) -> None:
                payment = self._stores.payments.require(transfer["payment_id"], tx=tx)
                order = self._stores.orders.require(payment["order_id"], tx=tx)
                reminded = self._stores.transfers.save(tx, {**transfer, "to_remind": False})
                if reminded["claim"] is None:  # else it was found, and waits for a second person
                    news = transfer_news_facts(reminded, order)
                    tx.emit(contract.TRANSFER_ENDING, reminded, news)

            self._uow.run(run.ctx, work)

        act_on_due(
            run,
            lambda most: self._stores.transfers.due_to_remind(run.now, most),
            remind,
            soonest=self._stores.transfers.soonest_to_remind,
            postpone=lambda transfer: self._stores.transfers.postpone_reminder(
                transfer["_id"], self._clock.now() + RETRY_AFTER
            ),
        )

    def account(self, request: wire.PaymentRef, ctx: Context) -> wire.TransferAccount:
        """To which account a payer transfers, for who writes to them."""
        payment = self._stores.payments.require(request["payment_id"])
        pay_to = self._stores.transfers.require(transfers.id_of(payment["out_trade_no"]))["pay_to"]
        words = (pay_to["holder"], pay_to["bank"], pay_to["number"], pay_to["note"])
        return {"words": " · ".join(filter(None, words))}

    def _note(self, tx: Transaction, request: wire.ConfirmTransfer, order: Order) -> wire.Transfer:
        payment = self._stores.payments.require(request["payment_id"], tx=tx)
        transfer = self._stores.transfers.require(transfers.id_of(payment["out_trade_no"]), tx=tx)
        transfers.require_confirmable(transfer)
        if request["seen_receipts"] != len(transfer["receipts"]):  # nobody books a part twice
            raise DomainError(TRANSFER_CHANGED, receipts=len(transfer["receipts"]))
        receipt = _receipt(request, transfer, order["zone"], tx)
        if "second_person_above" in transfer:
            limit = transfer["second_person_above"]
        else:  # began with an earlier version
            account = self._stores.accounts.require(payment["account_id"], tx=tx)
            limit = account["transfer"]["second_person_above"]
        # What another one said waits for a second word, however much this one says.
        is_claimed = transfer["claim"] is not None
        needs_second = is_claimed or transfers.needs_second(transfer, receipt, limit)
        if needs_second and not transfers.said_by_another(transfer["claim"], receipt):
            claimed = self._stores.transfers.save(tx, transfers.claim(transfer, receipt))
            tx.audit("claim_transfer", transfer, claimed, amount=receipt["amount"]["amount"])
            return transfer_view(claimed, order)
        return transfer_view(self._receive(tx, transfer, receipt, payment, order), order)

    def _receive(
        self,
        tx: Transaction,
        transfer: Transfer,
        receipt: Receipt,
        payment: Payment,
        order: Order,
    ) -> Transfer:
        seen = self._with_parts(tx, transfer, receipt, payment)
        noted, surplus = transfers.receive(seen, receipt)
        after = self._stores.transfers.save(tx, noted)
        tx.audit("receive_transfer", transfer, after, amount=receipt["amount"]["amount"])
        cause = f"receipt:{after['_id']}:{len(after['receipts'])}"
        arrived = ledger.unclaimed_capture(cause, Money.from_dict(receipt["amount"]))
        self._stores.ledger.post(
            tx, arrived, community_id=order["community_id"], order_id=order["_id"]
        )
        is_whole = after["state"] == "received"
        if is_whole:
            self._stores.payments.save(tx, payments.look_again(payment, tx.now))
        if surplus.amount:
            reason = refunds.OVERPAID if is_whole else refunds.PART_PAYMENT
            promise_refund(self._stores, tx, payment, surplus, reason=reason, surplus=True)
        if after["open"]:
            news = transfer_news_facts(after, order)
            tx.emit(contract.TRANSFER_INCOMPLETE, after, news)
        return after

    def _with_parts(
        self, tx: Transaction, transfer: Transfer, receipt: Receipt, payment: Payment
    ) -> Transfer:
        """The transfer with the parts that were to go back when its order ended, if what came in
        time makes it whole with them and nobody transferred them yet."""
        if transfer["open"] or receipt["received_at"] >= transfer["expires_at"]:
            return transfer
        parts = [
            refund
            for refund in self._stores.refunds.of_order(tx, payment["order_id"])
            if refund["payment_id"] == payment["_id"] and refunds.is_due_part(refund)
        ]
        # What came late goes back whatever comes; parts of one amount are as good as each other.
        late = [
            one["amount"]["amount"]
            for one in transfer["receipts"]
            if one["received_at"] >= transfer["expires_at"]
        ]
        for refund in list(reversed(parts)):
            if refund["amount"]["amount"] in late:
                late.remove(refund["amount"]["amount"])
                parts.remove(refund)
        again = transfer
        for refund in parts:
            again = transfers.give_back(again, -Money.from_dict(refund["amount"]))
        if Money.from_dict(receipt["amount"]) < transfers.missing(again):
            return transfer
        for refund in parts:
            kept = self._stores.refunds.save(tx, refunds.take_back(refund))
            amount = Money.from_dict(refund["amount"])
            reversal = ledger.failed_refund(f"refund_failed:{kept['_id']}", amount, surplus=True)
            self._stores.ledger.post(
                tx, reversal, community_id=kept["community_id"], order_id=kept["order_id"]
            )
            tx.audit("take_refund_back", refund, kept)
        return again

    def _capture(self, payment: Payment, ctx: Context) -> None:
        transfer = self._stores.transfers.require(transfers.id_of(payment["out_trade_no"]))
        account = self._stores.accounts.require(payment["account_id"])
        capture = transfers.capture_of(transfer)
        assert capture is not None
        self._captures.record(account, capture, ctx, cause=f"transfer:{transfer['_id']}")


def _receipt(
    request: wire.ConfirmTransfer, transfer: Transfer, zone: str, tx: Transaction
) -> Receipt:
    """What was said to have come; raises DomainError(INVALID_INPUT) for what cannot have."""
    amount, currency = request["amount"], transfer["amount"]["currency"]
    if amount["currency"] != currency:
        raise _problem("/amount/currency", "field.currency", currency=currency)
    if not 0 < amount["amount"] <= MOST:
        raise _problem("/amount/amount", "field.range", minimum=1, maximum=MOST)
    first, today = (days.day_in(zone, at) for at in (transfer["created_at"], tx.now))
    received_on = dt.date.fromisoformat(request["received_on"])
    if not first <= received_on <= today:
        bounds = {"minimum": first.isoformat(), "maximum": today.isoformat()}
        raise _problem("/received_on", "field.range", **bounds)
    return {
        "amount": amount,
        "received_on": request["received_on"],
        "received_at": days.beginning_of(received_on, zone),
        "note": request["note"],
        "confirmed_by": tx.ctx.require_person(),
        "confirmed_at": tx.now,
    }


def _problem(pointer: str, code: str, **params: object) -> DomainError:
    return DomainError(INVALID_INPUT, fields=[FieldProblem(pointer, code, params)])
