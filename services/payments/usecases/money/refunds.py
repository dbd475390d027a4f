"""Refunds: promised in the unit of work that decides them, then submitted and followed by a job."""

from functools import partial

import structlog
from prometheus_client import Counter

from chassis import crash
from chassis.access import Access
from chassis.clock import Clock
from chassis.context import Context
from chassis.job_items import SILENT
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import DomainError
from contracts.errors.payments import OWN_MONEY, REFUND_WRONG_STATE
from contracts.money import Money
from contracts.states.payments import RefundState
from contracts.types import payments as wire
from services.payments.adapters.provider import (
    ProviderRefund,
    ProviderRefused,
    Providers,
    ProviderSilent,
)
from services.payments.domain.books import ledger
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import ORDER, Order
from services.payments.domain.money import days, refunds
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.refunds import REFUND, Refund
from services.payments.store import Stores
from services.payments.usecases.money.asking import ask_about_due
from services.payments.usecases.money.granting import grant_by
from services.payments.usecases.money.promising import promise_order_refund, promise_refund
from services.payments.usecases.stock.ended_orders import give_coupon_back
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.views import refund_view

log = structlog.get_logger()

PAGE = 100

_ENDS = {"succeeded": "done", "failed": "failed"}  # our words for what a provider says

REFUNDS = Counter("coterie_payments_refunds", "Refunds that came to an end", ["outcome"])


class RefundUseCases:
    """Who gives more of an order back than `ask_again_above`, in minor units, has to have signed in
    lately; parts count together."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        providers: Providers,
        reservations: Reservations,
        ask_again_above: int,
    ) -> None:
        self._ask_again_above = ask_again_above
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._providers, self._reservations = providers, reservations

    def refund_order(self, request: wire.RefundOrder, ctx: Context) -> wire.Refund:
        """Refunds an order, all that is left of it unless an amount is named.

        Raises DomainError(OWN_MONEY, ORDER_WRONG_STATE, REFUND_TOO_LARGE).
        """
        order = self._stores.orders.require(request["order_id"])
        caller = self._access.caller(ctx, order["community_id"])
        caller.require_may_see(contract.GET_ORDER.who, "order", about=order["payer_id"])
        caller.require(contract.REFUND_ORDER.who)
        if order["payer_id"] == ctx.require_person():
            raise DomainError(OWN_MONEY)

        def work(tx: Transaction) -> wire.Refund:
            current = self._stores.orders.require(order["_id"], tx=tx)
            ORDER.require_in(current, *orders.PAID_STATES)
            asked = request["amount"]
            amount = orders.refundable(current) if asked is None else Money.from_dict(asked)
            return refund_view(self.decide(tx, current, amount, request["reason"]))

        return self._uow.run(ctx, work)

    def decide(
        self,
        tx: Transaction,
        order: Order,
        amount: Money,
        words: str,
        *,
        gives_up: bool = False,
        answers: bool = False,
    ) -> Refund:
        """What somebody of the community gives back, `words` saying why; raises what
        `refund_order` does."""
        if orders.given_back_with(order, amount) > self._ask_again_above:
            tx.ctx.require_recent_sign_in()
        written = bool(words) and not order.get("payer_erased", False)
        code = refunds.PAYER_ERASED if words else refunds.ASKED_FOR
        reserved, refund = promise_order_refund(
            self._stores,
            tx,
            order,
            amount,
            reason=words if written else code,
            written=written,
            gives_up=gives_up,
            answers=answers,
        )
        tx.audit("refund_order", order, reserved, refund=refund["_id"])
        return refund

    def confirm(self, request: wire.RefundRef, ctx: Context) -> wire.Refund:
        """Somebody transferred a refund; raises DomainError(OWN_MONEY, REFUND_WRONG_STATE)."""
        refund = self._stores.refunds.require(request["refund_id"])
        order = self._stores.orders.require(refund["order_id"])
        caller = self._access.caller(ctx, refund["community_id"])
        caller.require_may_see(contract.GET_ORDER.who, "refund", about=order["payer_id"])
        caller.require(contract.CONFIRM_REFUND.who)
        if order["payer_id"] == ctx.require_person():
            raise DomainError(OWN_MONEY)
        if refund["moving"]:  # its provider says what becomes of it
            raise REFUND.wrong_state(refund)
        return self._complete(refund, ctx)

    def reason(self, request: wire.RefundReasonRef, ctx: Context) -> wire.RefundReason:
        """Why a refund was made, for who writes to the payer."""
        return {"reason": self._stores.refunds.require(request["refund_id"])["reason"]}

    def forget(self, person_id: str, ctx: Context) -> list[str]:
        """Takes the words out of the refunds of an erased payer; money stays, by ids (P-2)."""
        ids: list[str] = []
        after: str | None = None
        while True:
            page = self._stores.orders.page({"payer_id": person_id}, after=after, limit=PAGE)
            for order in page.items:
                ids.append(order["_id"])
                self._uow.run(ctx, partial(self._forget, order_id=order["_id"]))
            after = page.next
            if after is None:
                return ids

    def _forget(self, tx: Transaction, order_id: str) -> None:
        order = self._stores.orders.require(order_id, tx=tx)
        if not order.get("payer_erased", False):
            # A refund under way writes the same order: it comes before this, or keeps no words.
            erased = self._stores.orders.save(tx, orders.forget_payer(order))
            tx.audit("note_payer_erased", order, erased)
        for before in self._stores.refunds.of_order(tx, order_id):
            if (forgotten := refunds.forget(before)) != before:
                after = self._stores.refunds.save(tx, forgotten)
                tx.audit("erase_refund", before, after)

    def move_due(self, run: JobRun) -> None:
        """Submits refunds that were promised, and asks about those that are on their way."""

        def move(refund: Refund) -> object:
            account = self._stores.accounts.require(refund["account_id"])
            try:
                known = self._ask(account, refund)
            except (ProviderSilent, ProviderRefused) as problem:
                log.warning("refund_undecided", refund=refund["_id"], problem=str(problem))
                self._check_again(refund, refund["state"], run.ctx)
                return SILENT if isinstance(problem, ProviderSilent) else None
            crash.point("payments.after_refund_submitted")
            self._follow(refund, known, run.ctx)
            return None

        ask_about_due(run, self._stores.refunds, move, clock=self._clock)

    def record(
        self, account: ProviderAccount, reported: ProviderRefund, ctx: Context, *, cause: str
    ) -> bool:
        """Gives the result of a refund its effect; False when it is not one we asked for."""
        refund = self._stores.refunds.by_number(account["_id"], reported.out_refund_no)
        if refund is None:
            return self._refuse(account, reported, "refund_is_ours", cause)
        if reported.amount is None or reported.amount.as_dict() != refund["amount"]:
            return self._refuse(account, reported, "refund_matches_amount", cause)
        if refund["moving"]:
            self._follow(refund, reported, ctx)
        elif refund["state"] != _ENDS.get(reported.state, refund["state"]):
            # Failed for us, made by the provider, or the reverse: operators look before a retry.
            return self._refuse(account, reported, "refund_ends_once", cause)
        return True

    def failed(self) -> list[Refund]:
        """Refunds that the provider could not make: money we owe, for operators."""
        return self._stores.refunds.failed(limit=100)

    def retry(self, refund_id: str, ctx: Context) -> Refund:
        """A new refund in place of a failed one, once; raises DomainError(REFUND_WRONG_STATE)."""

        def work(tx: Transaction) -> Refund:
            failed = self._stores.refunds.require(refund_id, tx=tx)
            if failed["state"] != "failed" or failed["replaced"]:
                raise DomainError(REFUND_WRONG_STATE, current_state=failed["state"])
            self._stores.refunds.save(tx, {**failed, "replaced": True})
            amount = Money.from_dict(failed["amount"])
            order = self._stores.orders.require(failed["order_id"], tx=tx)
            changed = order if failed["surplus"] else orders.reserve_refund(order, amount)
            changed = self._stores.orders.save(tx, changed)
            payment = self._stores.payments.require(failed["payment_id"], tx=tx)
            refund = promise_refund(
                self._stores,
                tx,
                payment,
                amount,
                reason=failed["reason"],
                written=failed.get("written", True),
                gives_up=failed.get("gives_up", False),
                surplus=failed["surplus"],
                replaces=failed["_id"],
            )
            if not failed["surplus"]:
                grant_by(self._stores, tx, changed, refund, answers=False)
            tx.audit("retry_refund", None, refund, replaces=failed["_id"])
            return refund

        return self._uow.run(ctx, work)

    def _ask(self, account: ProviderAccount, refund: Refund) -> ProviderRefund:
        """What the provider knows; `failed` only when it refused and has no refund of ours."""
        provider, number = self._providers[refund["provider"]], refund["out_refund_no"]
        if refund["state"] == "submitted" or refund["checks"]:
            known = provider.query_refund(account, number)
            if known.state != "missing":
                return known
        try:
            # Safe to repeat: a provider takes one number once.
            return provider.create_refund(
                account,
                out_refund_no=number,
                out_trade_no=refund["out_trade_no"],
                amount=Money.from_dict(refund["amount"]),
                reason=refund["reason"],
            )
        except ProviderRefused as refusal:
            log.error("refund_refused", refund=refund["_id"], problem=str(refusal))
            if refund["state"] == "submitted":
                raise  # it was taken once: what became of it is unknown
            # A crash may have hidden that an earlier call was taken.
            known = provider.query_refund(account, number)
            return known if known.state != "missing" else ProviderRefund("failed", number)

    def _follow(self, refund: Refund, known: ProviderRefund, ctx: Context) -> None:
        if known.state == "succeeded":
            self._complete(refund, ctx.without_key_or_message())
        elif known.state == "failed":
            self._fail(refund, ctx)
        else:
            self._check_again(refund, "submitted", ctx)

    def _complete(self, refund: Refund, ctx: Context) -> wire.Refund:
        """The money is back: refund, order, ledger, the coupon's use and the event, in one."""
        amount = Money.from_dict(refund["amount"])
        settled = self._stores.orders.require(refund["order_id"])
        if settled["state"] in orders.PAID_STATES:
            # A crash may have left uses uncounted, and only a counted one can be given back.
            self._reservations.settle(Reservation.of_order(settled))

        def work(tx: Transaction) -> wire.Refund:
            done = self._stores.refunds.save(tx, refunds.end(refund, "done"))
            order = self._stores.orders.require(refund["order_id"], tx=tx)
            after = order if refund["surplus"] else orders.complete_refund(order, amount)
            after = self._stores.orders.save(tx, after)
            self._post(tx, refund, ledger.completed_refund(f"refunded:{refund['_id']}", amount))
            if after["state"] == "refunded" and not refund["surplus"]:
                give_coupon_back(self._stores, tx, after)
            tx.audit("refund_done", refund, done)
            emit_order_refunded(
                tx,
                after,
                amount,
                refund_id=refund["_id"],
                reason=refunds.code_of(refund),
                gives_up=refund.get("gives_up", False),
            )
            return refund_view(done)

        view = self._uow.run(ctx, work)
        REFUNDS.labels("done").inc()
        return view

    def _fail(self, refund: Refund, ctx: Context) -> None:
        """The provider could not: operators see it and try again (`coterie payments refunds`)."""
        amount = Money.from_dict(refund["amount"])
        surplus = refund["surplus"]

        def work(tx: Transaction) -> None:
            failed = self._stores.refunds.save(tx, refunds.end(refund, "failed"))
            if not surplus:
                order = self._stores.orders.require(refund["order_id"], tx=tx)
                self._stores.orders.save(tx, orders.abandon_refund(order, amount))
            cause = f"refund_failed:{refund['_id']}"
            self._post(tx, refund, ledger.failed_refund(cause, amount, surplus=surplus))
            tx.audit("refund_failed", refund, failed)

        self._uow.run(ctx.without_key_or_message(), work)
        REFUNDS.labels("failed").inc()
        log.error("refund_failed", refund=refund["_id"], order=refund["order_id"])

    def _check_again(self, refund: Refund, state: RefundState, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            if state != refund["state"]:
                REFUND.require_move(refund, state)
            checked: Refund = {**refunds.check_again(refund, tx.now), "state": state}
            after = self._stores.refunds.save(tx, checked)
            if state != refund["state"]:
                tx.audit(f"refund_{state}", refund, after)

        self._uow.run(ctx.without_key_or_message(), work)

    def _post(self, tx: Transaction, refund: Refund, entry: ledger.Entry) -> None:
        self._stores.ledger.post(
            tx, entry, community_id=refund["community_id"], order_id=refund["order_id"]
        )

    def _refuse(
        self, account: ProviderAccount, reported: ProviderRefund, rule: str, cause: str
    ) -> bool:
        facts = {
            "out_refund_no": reported.out_refund_no,
            "amount": None if reported.amount is None else reported.amount.as_dict(),
            "reported_by": cause,
        }
        if self._stores.incidents.note(f"{cause}:{rule}", account, rule, facts, self._clock.now()):
            log.error("refund_report_refused", rule=rule, **facts)
        return False


def emit_order_refunded(
    tx: Transaction,
    order: Order,
    amount: Money,
    *,
    refund_id: str | None,
    reason: str | None,
    gives_up: bool = False,
) -> None:
    """Announces what went back; `reason` is a code of ours, if it was one.

    `full`: nothing of the order is left that somebody paid for.
    """
    keeps_money = order["state"] in ("paid", "partially_refunded")
    facts: wire.OrderRefunded = {
        "refund_id": refund_id,
        "order_id": order["_id"],
        "purchase_id": order["purchase_id"],
        "community_id": order["community_id"],
        "payer_id": order["payer_id"],
        "subject": order["subject"],
        "amount": amount.as_dict(),
        "full": not keeps_money,
        "gives_up": gives_up,
        "fulfilled": order["fulfilment"] == "fulfilled",
        "reason": reason,
        "refunded_on": days.day_in(order["zone"], tx.now).isoformat(),
    }
    tx.emit(contract.ORDER_REFUNDED, order, facts)
