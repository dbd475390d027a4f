"""Requests for refunds: payers ask, people of the community grant or decline."""

from functools import partial

from chassis.access import Access, Caller, require_own
from chassis.actions import possible
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.names import Names
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.access import Who
from contracts.errors import DomainError
from contracts.errors.payments import OWN_MONEY, REFUND_AMOUNT_MISSING
from contracts.money import Money
from contracts.types import payments as wire
from services.payments.domain.checkout import orders
from services.payments.domain.money import refund_requests
from services.payments.domain.money.refund_requests import REFUND_REQUEST, RefundRequest
from services.payments.store import Stores
from services.payments.usecases.actions import REFUND_REQUEST_ACTIONS
from services.payments.usecases.money.refund_policy import RefundPolicy
from services.payments.usecases.money.refunds import PAGE, RefundUseCases
from services.payments.usecases.views import refund_declined_facts, refund_request_view


class RefundRequestUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        sure_access: Access,
        policy: RefundPolicy,
        refunds: RefundUseCases,
        names: Names,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._access, self._sure_access = access, sure_access
        self._policy, self._refunds, self._names = policy, refunds, names

    def ask(self, request: wire.AskRefund, ctx: Context) -> wire.RefundRequest:
        """The payer asks; what the policy says at this moment is kept with it."""
        order = self._stores.orders.require(request["order_id"])
        require_own(ctx, contract.ASK_REFUND.who, order["payer_id"], "order")
        due = self._policy.due_now(order, ctx)
        request_id = new_id("rrq")

        def work(tx: Transaction) -> wire.RefundRequest:
            current = self._stores.orders.require(order["_id"], tx=tx)
            asked = orders.ask_refund(current, request_id)
            # A payer who is erased meanwhile writes the same order: it comes before this.
            why = "" if current.get("payer_erased", False) else request["why"]
            self._stores.orders.save(tx, asked)
            made = refund_requests.new_request(request_id, current, due, why)
            stored = self._stores.refund_requests.insert(tx, made)
            tx.audit("ask_refund", None, stored)
            return refund_request_view(stored)

        return self._uow.run(ctx, work)

    def get(self, request: wire.RefundRequestRef, ctx: Context) -> wire.ShownRefundRequest:
        asked = self._stores.refund_requests.require(request["refund_request_id"])
        caller = self._access.caller(ctx, asked["community_id"])
        who = contract.GET_REFUND_REQUEST.who
        caller.require_may_see(who, "refund request", about=asked["payer_id"])
        return self._shown(asked, caller)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyRefundRequests:
        page = self._stores.refund_requests.page(
            {"payer_id": ctx.require_person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
        )
        return page.answer(refund_request_view)

    def list_of_community(
        self, request: wire.ListRefundRequests, ctx: Context
    ) -> wire.RefundRequests:
        community_id = request["community_id"]
        caller = self._access.require(ctx, contract.LIST_REFUND_REQUESTS.who, community_id)
        page = self._stores.refund_requests.page(
            {} if request["state"] is None else {"state": request["state"]},
            community_id=community_id,
            after=request["after"],
            limit=request["limit"],
            descending=request["sort"] == "-created_at",
        )
        names = self._names.of(community_id, (asked["payer_id"] for asked in page.items), ctx)
        return page.answer(
            lambda asked: {
                **self._shown(asked, caller),
                "display_name": names.get(asked["payer_id"]),
            }
        )

    def count_of_community(
        self, request: wire.CountRefundRequests, ctx: Context
    ) -> wire.RefundRequestCounts:
        """How many requests are in each state."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.COUNT_REFUND_REQUESTS.who, community_id)
        counts = self._stores.refund_requests.counts(community_id)
        return {"community_id": community_id, "counts": counts}

    def grant(self, request: wire.GrantRefundRequest, ctx: Context) -> wire.RefundRequest:
        """The refund and the state of the request, in one.

        Without an amount it is by the policy, and what was paid for ends by it, whatever its
        share; an amount is goodwill, and ends nothing while anything of the order is left.

        Raises DomainError(OWN_MONEY, REFUND_REQUEST_WRONG_STATE, REFUND_AMOUNT_MISSING), and what
        `refund_order` raises.
        """
        request_id = request["refund_request_id"]
        self._require_decided_by_another(request_id, contract.GRANT_REFUND_REQUEST.who, ctx)

        def work(tx: Transaction) -> wire.RefundRequest:
            asked = self._stores.refund_requests.require(request_id, tx=tx)
            REFUND_REQUEST.require_move(asked, "granted")
            order = self._stores.orders.require(asked["order_id"], tx=tx)
            by_policy = request["amount"] is None
            if request["amount"] is not None:
                amount = Money.from_dict(request["amount"])
            else:
                amount = refund_requests.amount_by_policy(asked, order)
                if amount.amount == 0:
                    raise DomainError(REFUND_AMOUNT_MISSING)
            words = request["words"]
            self._refunds.decide(tx, order, amount, words, gives_up=by_policy, answers=True)
            granted = self._stores.refund_requests.require(request_id, tx=tx)
            return refund_request_view(granted)

        return self._uow.run(ctx, work)

    def decline(self, request: wire.DeclineRefundRequest, ctx: Context) -> wire.RefundRequest:
        """Nothing goes back; raises DomainError(OWN_MONEY, REFUND_REQUEST_WRONG_STATE)."""
        request_id = request["refund_request_id"]
        self._require_decided_by_another(request_id, contract.DECLINE_REFUND_REQUEST.who, ctx)

        def work(tx: Transaction) -> wire.RefundRequest:
            before = self._stores.refund_requests.require(request_id, tx=tx)
            order = self._stores.orders.require(before["order_id"], tx=tx)
            words = "" if order.get("payer_erased", False) else request["words"]
            after = self._end(tx, before, refund_requests.decline(before, words))
            tx.audit("decline_refund_request", before, after)
            tx.emit(contract.REFUND_DECLINED, after, refund_declined_facts(after))
            return refund_request_view(after)

        return self._uow.run(ctx, work)

    def withdraw(self, request: wire.RefundRequestRef, ctx: Context) -> wire.RefundRequest:
        """The payer does not want it any more; raises DomainError(REFUND_REQUEST_WRONG_STATE)."""
        asked = self._stores.refund_requests.require(request["refund_request_id"])
        who = contract.WITHDRAW_REFUND_REQUEST.who
        require_own(ctx, who, asked["payer_id"], "refund request")

        def work(tx: Transaction) -> wire.RefundRequest:
            before = self._stores.refund_requests.require(asked["_id"], tx=tx)
            after = self._end(tx, before, refund_requests.withdraw(before))
            tx.audit("withdraw_refund_request", before, after)
            return refund_request_view(after)

        return self._uow.run(ctx, work)

    def answer(self, request: wire.RefundRequestRef, ctx: Context) -> wire.RefundAnswer:
        """Why a request was declined, for who writes to the payer."""
        asked = self._stores.refund_requests.require(request["refund_request_id"])
        return {"words": asked["words"]}

    def forget(self, person_id: str, ctx: Context) -> list[str]:
        """Takes the words out of what an erased payer asked; after `RefundUseCases.forget`, which
        keeps new ones out."""
        ids: list[str] = []
        after: str | None = None
        while True:
            mine = {"payer_id": person_id}
            page = self._stores.refund_requests.page(mine, after=after, limit=PAGE)
            for asked in page.items:
                ids.append(asked["_id"])
                self._uow.run(ctx, partial(self._forget, request_id=asked["_id"]))
            after = page.next
            if after is None:
                return ids

    def _shown(self, asked: RefundRequest, caller: Caller) -> wire.ShownRefundRequest:
        about, now = asked["payer_id"], self._clock.now()
        actions = possible(REFUND_REQUEST_ACTIONS, asked, now, caller, about=about)
        return {**refund_request_view(asked), "actions": actions}

    def _forget(self, tx: Transaction, request_id: str) -> None:
        before = self._stores.refund_requests.require(request_id, tx=tx)
        if (forgotten := refund_requests.forget(before)) != before:
            after = self._stores.refund_requests.save(tx, forgotten)
            tx.audit("erase_refund_request", before, after)

    def _end(self, tx: Transaction, before: RefundRequest, after: RefundRequest) -> RefundRequest:
        """The request, saved, and its order free for another one."""
        order = self._stores.orders.require(before["order_id"], tx=tx)
        self._stores.orders.save(tx, orders.answer_refund_request(order))
        return self._stores.refund_requests.save(tx, after)

    def _require_decided_by_another(self, request_id: str, who: Who, ctx: Context) -> None:
        asked = self._stores.refund_requests.require(request_id)
        caller = self._sure_access.caller(ctx, asked["community_id"])
        seen_by = contract.GET_REFUND_REQUEST.who
        caller.require_may_see(seen_by, "refund request", about=asked["payer_id"])
        caller.require(who)
        if asked["payer_id"] == ctx.require_person():
            raise DomainError(OWN_MONEY)
