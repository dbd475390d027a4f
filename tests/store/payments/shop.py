"""The payments service in this process: its use cases on a real database, as a shop."""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.context import Context, new_traceparent
from chassis.ids import new_id
from contracts import events, membership, payments
from contracts.fields import MoneySchema
from contracts.records import Event
from contracts.states.payments import OnRefused
from services.payments.adapters.provider import Providers
from services.payments.service import REACTIONS, PaymentsApp
from tests.kit.existing import existing
from tests.kit.neighbours import FakeMembership
from tests.kit.passes import OnePass
from tests.kit.usecases import InProcess, signed_in
from tests.store.payments.neighbours import Bank

# For tests that hold whatever is sold: with a plan, and with a seat, which has lines.
OF_BOTH = pytest.mark.parametrize("shop", ["plan", "seat"], indirect=True)

LADDER = {"step": 10_000, "every": 100, "places_before": 5100, "cap": None}


PAY_TO = {"holder": "同行社群", "bank": "招商银行", "number": "6222020200112233445", "note": ""}


@dataclass
class Shop(InProcess):
    """One community with a plan, an account and an owner; people who buy."""

    service = "payments"
    reactions = REACTIONS

    app: PaymentsApp
    bank: Bank
    neighbour: FakeMembership
    owner: Context
    plan: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)
    providers: Providers = field(default_factory=Providers)
    sells_seats: bool = False  # what `ordered` and `paid` are of

    @property
    def community_id(self) -> str:
        return existing(self.neighbour.community_id)

    # ── Setting up ──────────────────────────────────────────────────────────────────────────────

    def sell(self, **plan: Any) -> dict[str, Any]:
        """Puts a plan on sale; by default 3,000 yuan and the ladder of 100 per 100."""
        asked = {
            "community_id": self.community_id,
            "name": "年度会员",
            "base_price": {"amount": 300_000, "currency": "CNY"},
            "ladder": LADDER,
            "price_lock": "at_payment",
            **plan,
        }
        self.plan = self.ask(self.app.plans.create, payments.CREATE_PLAN, self.owner, **asked)
        return self.plan

    def coupon(self, code: str = "WELC2ME", **coupon: Any) -> dict[str, Any]:
        asked = {
            "community_id": self.community_id,
            "name": "立减",
            "code": code,
            "benefit": {"kind": "amount_off", "amount": 20_000},
            "audience": "any",
            **coupon,
        }
        return self.ask(self.app.coupons.create, payments.CREATE_COUPON, self.owner, **asked)

    # ── Buying ──────────────────────────────────────────────────────────────────────────────────

    def person(self) -> Context:
        actor = signed_in(new_id("per"))
        return Context(actor, "zh-CN", new_id("req"), new_traceparent())

    def purchase(self, buyer: Context, **term: Any) -> dict[str, Any]:
        """What opens when membership tells that a term awaits payment."""
        told = self.approval(buyer, **term)
        self.deliver(membership.APPLICATION_APPROVED, told)
        return self.seen(buyer, told["term_id"])

    def seat(self, buyer: Context, **told: Any) -> dict[str, Any]:
        """What opens when a seat of 99 yuan awaits payment, ten days before its meetup."""
        facts = self.seat_facts(buyer, **told)
        self.deliver(events.SEAT_PAYABLE, facts)
        return self.seen(buyer, facts["payable"]["subject"]["ref"])

    def seat_facts(self, buyer: Context, **told: Any) -> dict[str, Any]:
        """The data of `seat_payable`; `brackets` by hours and basis points."""
        registration_id, starts_at = new_id("reg"), self.clock.now() + dt.timedelta(days=10)
        brackets = told.pop("brackets", {72: 10_000, 24: 5_000})
        return {
            "registration_id": registration_id,
            "meetup_id": new_id("mtp"),
            "community_id": self.community_id,
            "person_id": buyer.require_person(),
            "state": "selected",
            "title": "周六午餐",
            "starts_at": starts_at,
            "zone": "Asia/Shanghai",
            "until": self.clock.now() + dt.timedelta(hours=24),
            "payable": {
                "purchase_id": payments.purchase_id_of(registration_id),
                "subject": {"kind": "meetup_seat", "ref": registration_id},
                "lines": [
                    {"kind": "seat", "quantity": 1, "amount": {"amount": 9_900, "currency": "CNY"}}
                ],
                "refund_terms": {
                    "starts_at": starts_at,
                    "brackets": [
                        {"hours_before": hours, "basis_points": share}
                        for hours, share in brackets.items()
                    ],
                },
                "pay_by": self.clock.now() + dt.timedelta(hours=23),
                **told,
            },
        }

    def give_up(self, purchase: dict[str, Any], reason: str = "given_up", **told: Any) -> None:
        """A seat is free again, paid before or not."""
        self.deliver(events.SEAT_GIVEN_UP, self.given_up(purchase, reason, **told))

    def given_up(
        self, purchase: dict[str, Any], reason: str = "given_up", **told: Any
    ) -> dict[str, Any]:
        """The data of `seat_given_up`."""
        return {
            "registration_id": new_id("reg"),
            "purchase_id": purchase["id"],
            "community_id": self.community_id,
            "reason": reason,
            "paid": False,
            "in_full": False,
            "at": self.clock.now(),
            **told,
        }

    def renewal(self, member: Context) -> dict[str, Any]:
        """The purchase of somebody's next term."""
        told = self.awaited(member)
        self.deliver(membership.RENEWAL_STARTED, told)
        return self.seen(member, told["term_id"])

    def approval(self, buyer: Context, **more: Any) -> dict[str, Any]:
        """The data of `application_approved`."""
        approved = {"application_id": new_id("app"), "state": "approved"}
        return {**self.awaited(buyer), **approved, **more}

    def applied(self, buyer: Context) -> dict[str, Any]:
        """The data of `application_submitted`."""
        ids = {"application_id": new_id("app"), "person_id": buyer.require_person()}
        return {**ids, "community_id": self.community_id, "state": "submitted"}

    def awaited(self, payer: Context) -> dict[str, Any]:
        """What every event says that puts a term up for payment."""
        return {
            "membership_id": new_id("mbr"),
            "community_id": self.community_id,
            "person_id": payer.require_person(),
            "term_id": new_id("trm"),
            "plan_id": self.plan.get("id"),
            "pay_by": self.clock.now() + dt.timedelta(days=30),
        }

    def seen(self, payer: Context, term_id: str) -> dict[str, Any]:
        """The purchase of a term, as its payer sees it."""
        purchase_id = payments.purchase_id_of(term_id)
        return self.ask(
            self.app.purchases.get, payments.GET_PURCHASE, payer, purchase_id=purchase_id
        )

    def quote(
        self,
        buyer: Context,
        purchase: dict[str, Any],
        *codes: str,
        on_refused: OnRefused = "ignore",
    ) -> dict[str, Any]:
        return self.ask(
            self.app.quotes.create,
            payments.CREATE_QUOTE,
            buyer,
            purchase_id=purchase["id"],
            coupon_codes=list(codes),
            on_refused=on_refused,
        )

    def order(self, buyer: Context, quote: dict[str, Any]) -> dict[str, Any]:
        return self.ask(self.app.orders.create, payments.CREATE_ORDER, buyer, quote_id=quote["id"])

    def order_at_once(
        self, buyer: Context, purchase: dict[str, Any], *codes: str, total: int, days: int = 0
    ) -> dict[str, Any]:
        """An order in one step, at the total in fen and with the extra days that the buyer saw."""
        return self.ask(
            self.app.orders.create_at_once,
            payments.ORDER_PURCHASE,
            buyer,
            purchase_id=purchase["id"],
            coupon_codes=list(codes),
            total={"amount": total, "currency": "CNY"},
            extra_days=days,
        )

    def open_payment(
        self, buyer: Context, order: dict[str, Any], provider: str = "sandbox", **pages: str
    ) -> dict[str, Any]:
        return self.ask(
            self.app.payments.open,
            payments.OPEN_PAYMENT,
            buyer,
            order_id=order["id"],
            provider=provider,
            **pages,
        )

    def take_transfers(self, **terms: Any) -> dict[str, Any]:
        """The community's bank account, to which payers may transfer."""
        seen = self.database.provider_accounts.find_one({"provider": "transfer"})
        return self.ask(
            self.app.accounts.set,
            payments.SET_PROVIDER_ACCOUNT,
            self.owner,
            community_id=self.community_id,
            provider="transfer",
            transfer={"pay_to": PAY_TO, **terms},
            expected_version=0 if seen is None else seen["version"],
        )

    def transferring(self, *codes: str, buyer: Context | None = None) -> "Sale":
        """An order whose payer was told where to transfer."""
        sale = self.ordered(*codes, buyer=buyer)
        sale.payment = self.open_payment(sale.buyer, sale.order, "transfer")
        return sale

    def treasurer(self) -> Context:
        """Somebody else who looks after the community's money."""
        ctx = self.person()
        self.neighbour.standings[ctx.require_person()] = {"roles": ["treasurer"]}
        return ctx

    def ordered(
        self, *codes: str, buyer: Context | None = None, seat: bool | None = None
    ) -> "Sale":
        """An open order of a new purchase, of a plan or a seat."""
        buyer = buyer or self.person()
        is_seat = self.sells_seats if seat is None else seat
        purchase = self.seat(buyer) if is_seat else self.purchase(buyer)
        quote = self.quote(buyer, purchase, *codes)
        return Sale(self, buyer, purchase, quote, self.order(buyer, quote))

    def paid(self, *codes: str, buyer: Context | None = None, seat: bool | None = None) -> "Sale":
        """A paid order of a new purchase."""
        sale = self.ordered(*codes, buyer=buyer, seat=seat)
        sale.open_payment()
        sale.pay()
        return sale

    # ── Messages and jobs ───────────────────────────────────────────────────────────────────────

    def called_back(self, told: dict[str, Any]) -> Any:
        """The provider's callback, as the gateway passes it on."""
        body = json.dumps(told).encode()
        return {
            "account_id": self.account["id"],
            "provider": "sandbox",
            "headers": self.bank.sign(body),
            "body_base64": base64.b64encode(body).decode(),
        }

    def callback(self, told: dict[str, Any], *, apply: bool = False, **other: Any) -> Any:
        """The provider's callback is stored and answered; `apply`: and what follows is done."""
        gateway = Context.for_system("gateway")

        def receive(request: Any, ctx: Context) -> Mapping[str, Any]:
            answered = self.app.callbacks.receive(request, ctx)
            if apply and answered.then is not None:
                answered.then(ctx)
            return answered.view

        asked = {**self.called_back(told), **other}
        return self.ask(receive, payments.RECEIVE_CALLBACK, gateway, **asked)

    def apply_callbacks(self) -> None:
        """What follows the answer, for all that are stored."""
        stored: Any = list(self.database.callbacks.find({"state": "stored"}).sort("_id", 1))
        for row in stored:
            self.app.callbacks.apply(row, Context.for_system("payments"))

    def answer(self, event: Event, sale: "Sale", reason: str | None = None, **term: Any) -> None:
        self.deliver(
            event,
            {
                "order_id": sale.order["id"],
                "purchase_id": sale.purchase["id"],
                "community_id": self.community_id,
                "reason": reason,
                **term,
            },
        )

    def run_jobs(self, times: int = 1) -> None:
        """Passes of every job at business time."""
        for _ in range(times):
            one_pass = OnePass(self.clock.now(), "payments")
            self.app.quotes.expire_due(one_pass)
            self.app.closer.close_due(one_pass)
            self.app.payments.check_due(one_pass)
            self.app.transfers.remind_due(one_pass)
            self.app.refunds.move_due(one_pass)
            self.app.callbacks.apply_left_behind(one_pass)
            self.app.sweeper.settle_holds(one_pass)
            self.app.totals.fold(one_pass)

    def later(self, **delta: float) -> None:
        self.clock.advance(dt.timedelta(**delta))

    def settle_refunds(self, state: str = "succeeded") -> None:
        """Submits refunds, lets the bank decide them, and finds out."""
        self.run_jobs()
        for refund in self.bank.refunds.values():
            if refund["state"] == "processing":
                refund["state"] = state
        self.later(minutes=20)
        self.run_jobs()

    # ── Looking ─────────────────────────────────────────────────────────────────────────────────

    def price(self) -> dict[str, Any]:
        return self.ask(
            self.app.plans.price, payments.GET_PRICE, self.owner, plan_id=self.plan["id"]
        )

    def ledger(self) -> dict[str, int]:
        """Balances by account; every look checks that the sum is zero."""
        found = self.ask(
            self.app.ledger.balances,
            payments.GET_LEDGER,
            self.owner,
            community_id=self.community_id,
        )
        assert found["sum"] == 0
        return {row["account"]: row["balance"]["amount"] for row in found["balances"]}

    def sales(self) -> dict[str, Any]:
        return self.ask(
            self.app.ledger.sales,
            payments.GET_SALES,
            self.owner,
            community_id=self.community_id,
        )

    def uses(self, code: str) -> tuple[int, int]:
        """(used, held) of a coupon."""
        found = self.ask(
            self.app.coupons.list_of_community,
            payments.LIST_COUPONS,
            self.owner,
            community_id=self.community_id,
        )
        coupon = next(item for item in found["items"] if item["code"] == code)
        return coupon["used"], coupon["held"]

    def unsettled(self) -> int:
        """Holds and slots that are kept or used and not settled."""
        holds = sum(
            hold["state"] != "held"
            for name in ("ladder_steps", "coupon_counters")
            for counter in self.database[name].find()
            for hold in counter["holds"]
        )
        waiting = {"state": {"$in": ["kept", "used"]}}
        return holds + self.database.redemptions.count_documents(waiting)


@dataclass
class Sale:
    """One purchase on its way through the shop."""

    shop: Shop
    buyer: Context
    purchase: dict[str, Any]
    quote: dict[str, Any]
    order: dict[str, Any]
    payment: dict[str, Any] = field(default_factory=dict)

    def open_payment(self, **pages: str) -> None:
        self.payment = self.shop.open_payment(self.buyer, self.order, **pages)

    @property
    def number(self) -> str:
        row = self.shop.database.payments.find_one({"order_id": self.order["id"]})
        assert row is not None
        return str(row["out_trade_no"])

    def told(self, transaction: str, **changes: Any) -> dict[str, Any]:
        """The body of the callback about a capture."""
        return {
            "id": f"n-{transaction}",
            "kind": "payment",
            "number": self.number,
            "transaction": transaction,
            "merchant_id": self.shop.account["merchant_id"],
            "amount": MoneySchema().dump(self.order["total"]),
            **changes,
        }

    def pay(self) -> str:
        """The payer pays and the callback takes effect."""
        transaction = self.shop.bank.pay(self.number)
        self.shop.callback(self.told(transaction))
        self.shop.apply_callbacks()
        return transaction

    def confirm(
        self, amount: int, by: Context | None = None, *, on: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Somebody finds money on the community's account; the transfer afterwards."""
        known = self.shop.database.transfers.find_one({"payment_id": self.payment["id"]})
        seen = {"seen_receipts": len(known["receipts"]) if known else 0, **more}
        return self.shop.ask(
            self.shop.app.transfers.confirm,
            payments.CONFIRM_TRANSFER,
            by or self.shop.owner,
            payment_id=self.payment["id"],
            amount={"amount": amount, "currency": "CNY"},
            received_on=on or self.shop.clock.today("Asia/Shanghai").isoformat(),
            **seen,
        )

    def now(self) -> dict[str, Any]:
        """The order as its payer sees it."""
        return self.shop.ask(
            self.shop.app.orders.get,
            payments.GET_ORDER,
            self.buyer,
            order_id=self.order["id"],
        )

    def preview(self, by: Context | None = None) -> dict[str, Any]:
        """What giving up now brings back."""
        use_case, record = self.shop.app.orders.refund_preview, payments.GET_REFUND_PREVIEW
        return self.shop.ask(use_case, record, by or self.buyer, order_id=self.order["id"])

    @property
    def state(self) -> str:
        return str(self.now()["state"])


def term_dates(sale: Sale, ends_on: str = "2027-03-06") -> dict[str, Any]:
    """What membership tells of the term that a sale became, paused for five days."""
    return {
        "term_id": sale.order["subject"]["ref"],
        "membership_id": new_id("mbr"),
        "community_id": sale.shop.community_id,
        "order_id": sale.order["id"],
        "starts_on": "2026-03-02",
        "ends_on": ends_on,
        "grace_ends_on": None,
        "paused_days": 5,
    }
