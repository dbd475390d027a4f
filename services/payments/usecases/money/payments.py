"""Attempts to pay an order with a provider.

The row with our own number is stored before the provider hears of it. A provider that does not
answer leaves the attempt unknown; it is asked about, and tried again only under the same number
(P-8), until it is known what became of it.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial

import structlog

from chassis import crash
from chassis.access import Access, require_own
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import SILENT
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import (
    NO_PROVIDER_ACCOUNT,
    ORDER_WRONG_STATE,
    PROVIDER_ACCOUNT_BROKEN,
    PROVIDER_UNAVAILABLE,
)
from contracts.money import Money
from contracts.states.payments import PaymentState
from contracts.types import payments as wire
from services.payments.adapters.provider import (
    AccountUnusable,
    EndedPayment,
    ProviderPayment,
    ProviderRefused,
    Providers,
    ProviderSilent,
    WayBack,
)
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.quotes import earlier
from services.payments.domain.money import payments, transfers
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import PAYMENT, Payment
from services.payments.store import Stores
from services.payments.usecases.money.asking import ask_about_due
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.payment_pages import PaymentPages
from services.payments.usecases.money.promising import give_parts_back
from services.payments.usecases.repeating import until_settled
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.views import payment_view

log = structlog.get_logger()


class PaymentUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        providers: Providers,
        captures: Captures,
        reservations: Reservations,
        pages: PaymentPages,
    ) -> None:
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._providers, self._captures = providers, captures
        self._reservations, self._pages = reservations, pages

    def open(self, request: wire.OpenPayment, ctx: Context) -> wire.Payment:
        """Opens an attempt and says where the payer goes. An attempt that is under way is
        resumed."""
        # Of two openings at once the later one goes on with what the other did.
        return until_settled(ctx, lambda: self._open(request, ctx))

    def _open(self, request: wire.OpenPayment, ctx: Context) -> wire.Payment:
        order, attempt, account = self._stores.orders.find_to_pay(
            request["order_id"], request["provider"]
        )
        if order is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.orders.noun)
        require_own(ctx, contract.OPEN_PAYMENT.who, order["payer_id"], "order")
        if ctx.actor.link is not None:
            purchase = self._stores.purchases.require(order["purchase_id"])
            ctx.require_linked(purchase["_id"], purchase.get("renews"))
        orders.require_open(order, self._clock.now())
        if order["total"]["amount"] == 0:
            # A crash kept it from being settled when it was made; no provider takes nothing.
            self._captures.settle_free(order, ctx)
            raise self._wrong_state(order["_id"])
        if account is None or account["provider"] not in self._providers:
            raise DomainError(NO_PROVIDER_ACCOUNT, provider=request["provider"])
        way_back = self._pages.way_back(order, request, ctx)
        if attempt is not None and attempt["state"] == "pending":
            return payment_view(attempt)
        if attempt is None:
            attempt, account, known = self._begin_and_create(order, account, way_back, ctx)
        else:
            account, known = self._resume(account, attempt, order, way_back, ctx)
        crash.point("payments.after_provider_create")
        return self._note_pending(attempt, account, known, ctx)

    def check_due(self, run: JobRun) -> None:
        """Asks providers about attempts that are not decided, ever less often."""

        def check(attempt: Payment) -> object:
            account = self._stores.accounts.require(attempt["account_id"])
            try:
                known = self._query(account, attempt)
            except (ProviderSilent, ProviderRefused) as problem:
                log.warning("payment_undecided", payment=attempt["_id"], problem=str(problem))
                self._check_again(attempt, attempt["state"], run.ctx)
                return SILENT if isinstance(problem, ProviderSilent) else None
            self._follow(account, attempt, known, run.ctx)
            return None

        ask_about_due(run, self._stores.payments, check, clock=self._clock)

    def record_end(self, account: ProviderAccount, ended: EndedPayment, ctx: Context) -> bool:
        """Ends an attempt as its provider says, so that its order can be paid by another one;
        False when it is none of ours. What money came meanwhile, or comes all the same, counts."""
        attempt = self._stores.payments.of_number(account, ended.out_trade_no)
        if attempt is None or attempt["merchant_id"] != ended.merchant_id:
            log.error("end_of_unknown_payment", account=account["_id"])
            return False
        if attempt["live"]:
            self._move(attempt, ended.state, ctx)
        return True

    # ── Opening ─────────────────────────────────────────────────────────────────────────────────

    def _begin_and_create(
        self, order: Order, account: ProviderAccount, way_back: WayBack, ctx: Context
    ) -> tuple[Payment, ProviderAccount, ProviderPayment]:
        attempt, opened_with, waiting = self._begin(order, account, ctx)
        create = partial(self._create, opened_with, attempt, waiting, way_back, ctx)
        return attempt, opened_with, self._ask(attempt, ctx, create, creates=True)

    def _begin(
        self, order: Order, account: ProviderAccount, ctx: Context
    ) -> tuple[Payment, ProviderAccount, Order]:
        """Stores an attempt under a number of ours; what the order rests on was kept before.

        Returns the attempt, the account that it was opened with, and the order, which waits longer
        for a transfer and gives its place back.
        """
        payment_id = new_id("pay")
        attempt: Payment = {
            "_id": payment_id,
            "community_id": order["community_id"],
            "order_id": order["_id"],
            "account_id": account["_id"],
            "provider": account["provider"],
            "merchant_id": account["merchant_id"],
            "out_trade_no": "P" + payment_id.removeprefix("pay_"),
            "amount": order["total"],
            "state": "created",
            "attempt": True,
            "live": True,
            "surplus": False,
            "next_action": None,
            "transaction_id": None,
            "confirmed_at": None,
            "checks": 0,
            "check_after": None,
        }

        def work(tx: Transaction) -> tuple[Payment, ProviderAccount, Order]:
            # Saving the order makes this, its closing and another opening exclude each other.
            orders.require_open(order, tx.now)
            waiting = self._stores.orders.save(tx, self._waiting(tx, order, account))
            opened_with = account
            if not account["used"]:
                opened_with = self._stores.accounts.opening(account["_id"], tx=tx)
            check_after = tx.now + payments.FIRST_CHECK_AFTER
            merchant_id = opened_with["merchant_id"]
            stored = self._stores.payments.insert(
                tx, {**attempt, "merchant_id": merchant_id, "check_after": check_after}
            )
            tx.audit("open_payment", None, stored)
            return stored, opened_with, waiting

        begun = self._uow.run(ctx.without_key_or_message(), work)
        crash.point("payments.after_payment_row")
        if begun[2]["place_ref"] != order["place_ref"]:
            self._reservations.release_place(Reservation.of_order(order))
        return begun

    def _waiting(self, tx: Transaction, order: Order, account: ProviderAccount) -> Order:
        """The order while an attempt is under way."""
        if "transfer" not in account:
            return order
        purchase = self._stores.purchases.require(order["purchase_id"], tx=tx)
        days = account["transfer"]["transfer_days"]
        last = transfers.open_until(tx.now, days, order["zone"])
        return orders.wait_for_transfer(order, earlier(last, purchase["pay_by"]))

    def _create(
        self,
        account: ProviderAccount,
        attempt: Payment,
        order: Order,
        way_back: WayBack,
        ctx: Context,
    ) -> ProviderPayment:
        made = self._providers[attempt["provider"]].create_payment(
            account,
            out_trade_no=attempt["out_trade_no"],
            amount=Money.from_dict(attempt["amount"]),
            description="" if payments.is_by_hand(attempt) else self._pages.title(order, ctx),
            expires_at=order["expires_at"],
            way_back=way_back,
        )
        return _of_its_merchant(attempt, made)

    def _resume(
        self,
        account: ProviderAccount,
        attempt: Payment,
        order: Order,
        way_back: WayBack,
        ctx: Context,
    ) -> tuple[ProviderAccount, ProviderPayment]:
        """What became of an attempt whose creation nobody saw end, where it was opened."""
        if attempt["account_id"] != account["_id"]:
            account = self._stores.accounts.require(attempt["account_id"])
        known = self._ask(attempt, ctx, partial(self._query, account, attempt))
        if known.state == "missing":
            create = partial(self._create, account, attempt, order, way_back, ctx)
            known = self._ask(attempt, ctx, create, creates=True)
        return account, known

    def _query(self, account: ProviderAccount, attempt: Payment) -> ProviderPayment:
        provider = self._providers[attempt["provider"]]
        known = provider.query_payment(account, attempt["out_trade_no"])
        return _of_its_merchant(attempt, known)

    def _ask(
        self,
        attempt: Payment,
        ctx: Context,
        call: Callable[[], ProviderPayment],
        *,
        creates: bool = False,
    ) -> ProviderPayment:
        """A provider's answer; without one the attempt is unknown, refused it has failed, and so
        it has when an account that does not work kept it from being created."""
        try:
            return call()
        except (ProviderSilent, ProviderRefused) as problem:
            unusable = problem if isinstance(problem, AccountUnusable) else None
            silent = isinstance(problem, ProviderSilent) and not (unusable and creates)
            state: PaymentState = "unknown" if silent else "failed"
            log.error("payment_not_opened", payment=attempt["_id"], problem=str(problem))
            if PAYMENT.allows(attempt["state"], state):
                self._move(attempt, state, ctx)
            if unusable is not None:
                reason = unusable.problem
                raise DomainError(PROVIDER_ACCOUNT_BROKEN, reason=reason) from problem
            raise DomainError(PROVIDER_UNAVAILABLE) from problem

    def _note_pending(
        self, attempt: Payment, account: ProviderAccount, known: ProviderPayment, ctx: Context
    ) -> wire.Payment:
        """The keyed unit of work: the attempt awaits its payer, or turned out to be paid."""
        if known.state != "pending":
            self._follow(account, attempt, known, ctx)
            raise self._wrong_state(attempt["order_id"])

        def work(tx: Transaction) -> wire.Payment:
            waiting = PAYMENT.move(attempt, "pending")
            after = self._stores.payments.save(tx, {**waiting, "next_action": known.next_action})
            tx.audit("payment_pending", attempt, after)
            if not account["used"]:
                self._stores.accounts.note_use(account["_id"], tx=tx)
            return payment_view(after)

        return self._uow.run(ctx, work)

    def _wrong_state(self, order_id: str) -> DomainError:
        order = self._stores.orders.require(order_id)
        return DomainError(
            ORDER_WRONG_STATE, current_state=orders.shown_state(order, self._clock.now())
        )

    # ── Finding out ─────────────────────────────────────────────────────────────────────────────

    def _follow(
        self, account: ProviderAccount, attempt: Payment, known: ProviderPayment, ctx: Context
    ) -> None:
        """Follows what the provider knows about an attempt."""
        for capture in known.captures:
            self._captures.record(account, capture, ctx, cause=f"query:{attempt['_id']}")
        if known.state == "paid":
            current = self._stores.payments.require(attempt["_id"])
            if current["live"]:  # a capture that was refused: operators have it before them
                self._check_again(current, current["state"], ctx)
        elif known.state == "pending":
            seen: Payment = {**attempt, "next_action": known.next_action}
            self._check_again(seen, "pending", ctx, known.ask_after)
        elif known.state == "closed":
            self._move(attempt, "cancelled", ctx)
        else:
            # Never reached the provider, and ten seconds on nothing of ours is on its way there.
            self._move(attempt, "failed", ctx)

    def _move(self, attempt: Payment, state: PaymentState, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            if state == "unknown":
                moved = PAYMENT.move(attempt, state)
            else:
                moved = payments.end(attempt, state)
            after = self._stores.payments.save(tx, moved)
            tx.audit(f"payment_{state}", attempt, after)
            if state == "cancelled":
                give_parts_back(self._stores, tx, after)

        self._uow.run(ctx.without_key_or_message(), work)

    def _check_again(
        self,
        attempt: Payment,
        state: PaymentState,
        ctx: Context,
        ask_after: dt.datetime | None = None,
    ) -> None:
        def work(tx: Transaction) -> None:
            if state != attempt["state"]:
                PAYMENT.require_move(attempt, state)
            checked: Payment = {
                **payments.check_again(attempt, tx.now, ask_after),
                "state": state,
            }
            after = self._stores.payments.save(tx, checked)
            if state != attempt["state"]:
                tx.audit(f"payment_{state}", attempt, after)

        self._uow.run(ctx.without_key_or_message(), work)


def _of_its_merchant(attempt: Payment, known: ProviderPayment) -> ProviderPayment:
    """A payment that waits for its payer, if the money would come to the account's merchant: with
    another one's key payers would be sent to that one's page. Raises AccountUnusable."""
    merchants = (None, attempt["merchant_id"])
    if known.state == "pending" and known.merchant_id not in merchants:
        raise AccountUnusable("merchant_unknown")
    return known
