"""Attempts to pay an order with a provider.

The row with our own number is stored before the provider hears of it. A provider that does not
answer leaves the attempt unknown; it is asked about, and tried again only under the same number
(P-8), until it is known what became of it.
"""

from typing import Any

import structlog

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import (
    NO_PROVIDER_ACCOUNT,
    ORDER_WRONG_STATE,
    PROVIDER_UNAVAILABLE,
)
from contracts.money import Money
from services.payments.adapters.provider import ProviderPayment, ProviderRefused, ProviderSilent
from services.payments.domain import orders, payments
from services.payments.domain.payments import PAYMENT
from services.payments.store import Stores
from services.payments.usecases.access import Access
from services.payments.usecases.captures import Captures
from services.payments.usecases.providers import Providers
from services.payments.usecases.transactions import unlinked, until_settled
from services.payments.usecases.views import View, shown

log = structlog.get_logger()


class Payments:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        providers: Providers,
        captures: Captures,
    ) -> None:
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._providers, self._captures = providers, captures

    def open(self, request: dict[str, Any], ctx: Context) -> View:
        """Opens an attempt and says where the payer goes; an attempt under way is gone on with."""
        # Of two openings at once the later one goes on with what the other did.
        return until_settled(ctx, lambda: self._open(request, ctx))

    def _open(self, request: dict[str, Any], ctx: Context) -> View:
        order, attempt, account = self._stores.orders.find_to_pay(
            request["order_id"], request["provider"]
        )
        if order is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.orders.noun)
        self._access.require_payer(ctx, order, "order")
        orders.require_open(order, self._clock.now())
        if order["total"]["amount"] == 0:
            # A crash kept it from being settled when it was made; no provider takes nothing.
            self._captures.settle_free(order, ctx)
            raise self._wrong_state(order["_id"])
        if account is None or account["provider"] not in self._providers:
            raise DomainError(NO_PROVIDER_ACCOUNT, provider=request["provider"])
        if attempt is None:
            attempt, account = self._begin(order, account, ctx)
            known = self._ask(attempt, ctx, lambda: self._create(account, attempt, order))
        elif attempt["state"] == "pending":
            return shown(attempt)
        else:
            known = self._resume(account, attempt, order, ctx)
        crash.point("payments.after_provider_create")
        return self._note_pending(attempt, known, ctx)

    def check_due(self, run: JobRun) -> None:
        """Asks providers about attempts that are not decided, ever less often."""

        def check(attempt: Document) -> None:
            account = self._stores.accounts.require(attempt["account_id"])
            try:
                known = self._providers[attempt["provider"]].query_payment(
                    account, attempt["out_trade_no"]
                )
            except (ProviderSilent, ProviderRefused) as problem:
                log.warning("payment_undecided", payment=attempt["_id"], problem=str(problem))
                self._check_again(attempt, attempt["state"], run.ctx)
                return
            self._take_over(account, attempt, known, run.ctx)

        def postpone(attempt: Document) -> None:
            self._stores.payments.postpone_check(
                attempt["_id"], self._clock.now() + payments.FIRST_CHECK_AFTER
            )

        each_due(
            run,
            lambda most: self._stores.payments.due_to_check(run.now, most),
            check,
            soonest=self._stores.payments.soonest_to_check,
            postpone=postpone,
        )

    # ── Opening ─────────────────────────────────────────────────────────────────────────────────

    def _begin(self, order: Document, account: Document, ctx: Context) -> tuple[Document, Document]:
        """Stores an attempt under a number of ours; what the order rests on was kept before.

        Returns the attempt and the account that it was opened with.
        """
        payment_id = new_id("pay")
        attempt = {
            "_id": payment_id,
            "community_id": order["community_id"],
            "order_id": order["_id"],
            "account_id": account["_id"],
            "provider": account["provider"],
            "out_trade_no": "P" + payment_id.removeprefix("pay_"),
            "amount": order["total"],
            "state": "created",
            "attempt": True,
            "live": True,
            "surplus": False,
            "pay_url": None,
            "transaction_id": None,
            "confirmed_at": None,
            "checks": 0,
        }

        def work(tx: Transaction) -> tuple[Document, Document]:
            # Saving the order makes this, its closing and another opening exclude each other.
            orders.require_open(order, tx.now)
            self._stores.orders.save(tx, order)
            opened_with = account
            if not account["used"]:
                # From here on the merchant stays: a change and the first use exclude each other.
                opened_with = self._stores.accounts.require(account["_id"], tx=tx)
            if not opened_with["used"]:
                opened_with = self._stores.accounts.save(tx, {**opened_with, "used": True})
            check_after = tx.now + payments.FIRST_CHECK_AFTER
            merchant_id = opened_with["merchant_id"]
            stored = self._stores.payments.add(
                tx, {**attempt, "merchant_id": merchant_id, "check_after": check_after}
            )
            tx.audit("open_payment", None, stored)
            return stored, opened_with

        stored, account = self._uow.run(unlinked(ctx), work)
        crash.point("payments.after_payment_row")
        return stored, account

    def _create(self, account: Document, attempt: Document, order: Document) -> ProviderPayment:
        return self._providers[attempt["provider"]].create_payment(
            account,
            out_trade_no=attempt["out_trade_no"],
            amount=Money.from_dict(attempt["amount"]),
            description=f"Order {order['_id']}",
            expires_at=order["expires_at"],
        )

    def _resume(
        self, account: Document, attempt: Document, order: Document, ctx: Context
    ) -> ProviderPayment:
        """What became of an attempt whose creation nobody saw end."""
        provider = self._providers[attempt["provider"]]
        number = attempt["out_trade_no"]
        known = self._ask(attempt, ctx, lambda: provider.query_payment(account, number))
        if known.state == "missing":
            known = self._ask(attempt, ctx, lambda: self._create(account, attempt, order))
        return known

    def _ask(self, attempt: Document, ctx: Context, call: Any) -> ProviderPayment:
        """A provider's answer; without one the attempt is unknown, refused it has failed."""
        try:
            answer: ProviderPayment = call()
        except (ProviderSilent, ProviderRefused) as problem:
            state = "unknown" if isinstance(problem, ProviderSilent) else "failed"
            log.error("payment_not_opened", payment=attempt["_id"], problem=str(problem))
            if PAYMENT.allows(attempt["state"], state):
                self._move(attempt, state, ctx)
            raise DomainError(PROVIDER_UNAVAILABLE) from problem
        return answer

    def _note_pending(self, attempt: Document, known: ProviderPayment, ctx: Context) -> View:
        """The keyed unit of work: the attempt awaits its payer, or is told to have been paid."""
        if known.state != "pending":
            account = self._stores.accounts.require(attempt["account_id"])
            self._take_over(account, attempt, known, ctx)
            raise self._wrong_state(attempt["order_id"])

        def work(tx: Transaction) -> View:
            waiting = PAYMENT.move(attempt, "pending", pay_url=known.pay_url)
            after = self._stores.payments.save(tx, waiting)
            tx.audit("payment_pending", attempt, after)
            return shown(after)

        return self._uow.run(ctx, work)

    def _wrong_state(self, order_id: str) -> DomainError:
        order = self._stores.orders.require(order_id)
        return DomainError(
            ORDER_WRONG_STATE, current_state=orders.shown_state(order, self._clock.now())
        )

    # ── Finding out ─────────────────────────────────────────────────────────────────────────────

    def _take_over(
        self, account: Document, attempt: Document, known: ProviderPayment, ctx: Context
    ) -> None:
        """Follows what the provider knows about an attempt."""
        for capture in known.captures:
            self._captures.record(account, capture, ctx, cause=f"query:{attempt['_id']}")
        if known.state == "paid":
            current = self._stores.payments.require(attempt["_id"])
            if current["live"]:  # a capture that was refused: operators have it before them
                self._check_again(current, current["state"], ctx)
        elif known.state == "pending":
            self._check_again({**attempt, "pay_url": known.pay_url}, "pending", ctx)
        elif known.state == "closed":
            self._move(attempt, "cancelled", ctx)
        else:
            # Never reached the provider, and ten seconds on nothing of ours is on its way there.
            self._move(attempt, "failed", ctx)

    def _move(self, attempt: Document, state: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            if state == "unknown":
                moved = PAYMENT.move(attempt, state)
            else:
                moved = payments.end(attempt, state)
            after = self._stores.payments.save(tx, moved)
            tx.audit(f"payment_{state}", attempt, after)

        self._uow.run(unlinked(ctx), work)

    def _check_again(self, attempt: Document, state: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            if state != attempt["state"]:
                PAYMENT.require(attempt, state)
            checked = {**payments.check_again(attempt, tx.now), "state": state}
            after = self._stores.payments.save(tx, checked)
            if state != attempt["state"]:
                tx.audit(f"payment_{state}", attempt, after)

        self._uow.run(unlinked(ctx), work)
