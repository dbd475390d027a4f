"""The neighbours of payments by hand: membership at its contract, and a bank."""

import json
from typing import Any

from chassis.context import Context
from contracts import membership
from contracts.money import Money
from contracts.problems import load
from contracts.records import Rpc
from services.payments.adapters.provider import (
    CallbackInvalid,
    Notice,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderSilent,
)
from services.payments.domain.payments import Capture


class Membership:
    """The neighbour at the contract: one community, and standings as the test sets them."""

    def __init__(self, community_id: str, owner_id: str) -> None:
        self.community_id = community_id
        self.standings: dict[str, dict[str, Any]] = {owner_id: {"roles": ["owner"]}}

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        load(record.request(), record.request().dump(request))
        if record is membership.GET_COMMUNITY:
            return {"id": self.community_id, "zone": "Asia/Shanghai", "currency": "CNY"}
        assert record is membership.GET_STANDING
        facts = {
            "membership_id": None,
            "state": None,
            "joined_on": None,
            "term_ends_on": None,
            "grace_ends_on": None,
        }
        if request["community_id"] == self.community_id:
            facts |= self.standings.get(request["person_id"], {})
        return {
            "roles": [],
            "zone": "Asia/Shanghai",
            "level": None,
            "segment": None,
            "version": 0,
            **facts,
            **request,
        }


class Bank:
    """A provider in memory that a test makes fail: `silent` before or after the effect, or
    `refusing` whatever it is asked."""

    acknowledgement = (200, "application/json", '{"code":"SUCCESS"}')

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.silent: dict[str, str] = {}
        self.refusing: set[str] = set()
        self.calls: list[str] = []

    def create_payment(self, account, *, out_trade_no, amount, description, expires_at):
        self._fault("create", "before")
        made = {"merchant_id": account["merchant_id"], "amount": amount, "paid": [], "open": True}
        self.payments.setdefault(out_trade_no, made)
        self._fault("create", "after")
        return self._payment(out_trade_no)

    def query_payment(self, account, out_trade_no):
        self._fault("query", "before")
        if out_trade_no not in self.payments:
            return ProviderPayment("missing")
        return self._payment(out_trade_no)

    def close_payment(self, account, out_trade_no):
        self._fault("close", "before")
        if out_trade_no not in self.payments:
            return ProviderPayment("missing")
        if not self.payments[out_trade_no]["paid"]:
            self.payments[out_trade_no]["open"] = False
        return self._payment(out_trade_no)

    def create_refund(self, account, *, out_refund_no, out_trade_no, amount, reason):
        self._fault("refund", "before")
        paid = sum(amount for _, amount in self.payments[out_trade_no]["paid"])
        given = sum(r["amount"].amount for r in self.refunds.values() if r["of"] == out_trade_no)
        if out_refund_no not in self.refunds and given + amount.amount > paid:
            raise ProviderRefused(422, "refund_exceeds_payment")
        made = {"of": out_trade_no, "amount": amount, "state": "processing"}
        self.refunds.setdefault(out_refund_no, made)
        self._fault("refund", "after")
        return self.query_refund(account, out_refund_no)

    def query_refund(self, account, out_refund_no):
        if out_refund_no not in self.refunds:
            return ProviderRefund("missing", out_refund_no)
        refund = self.refunds[out_refund_no]
        return ProviderRefund(refund["state"], out_refund_no, refund["amount"])

    def verify(self, headers, body):
        if headers.get("signed") != "yes":
            raise CallbackInvalid("signature")

    def read_notice(self, body):
        told = json.loads(body)
        if told["kind"] == "refund":
            refund = ProviderRefund(told["state"], told["number"], Money(**told["amount"]))
            return Notice(told["id"], "refund", refund=refund)
        return Notice(
            told["id"],
            "payment",
            capture=Capture(
                told["number"], told["transaction"], told["merchant_id"], Money(**told["amount"])
            ),
        )

    def pay(self, out_trade_no: str, transaction: str = "") -> str:
        """The payer pays; the transaction's id."""
        payment = self.payments[out_trade_no]
        assert payment["open"], "closed"
        transaction = transaction or f"tx-{out_trade_no}-{len(payment['paid'])}"
        payment["paid"].append((transaction, payment["amount"].amount))
        return transaction

    def _payment(self, number: str) -> ProviderPayment:
        payment = self.payments[number]
        captures = tuple(
            Capture(number, tx, payment["merchant_id"], Money(amount, payment["amount"].currency))
            for tx, amount in payment["paid"]
        )
        state = "paid" if captures else "pending" if payment["open"] else "closed"
        return ProviderPayment(state, f"http://bank.example/pay/{number}", captures)

    def _fault(self, call: str, moment: str) -> None:
        self.calls.append(f"{call}.{moment}")
        if call in self.refusing:
            raise ProviderRefused(403, "merchant_suspended")
        if self.silent.get(call) == moment:
            raise ProviderSilent(f"{call} {moment}")
