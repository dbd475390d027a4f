"""A bank in memory."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from contracts.money import Money
from contracts.states.payments import AccountProblem
from services.payments.adapters.provider import (
    AccountUnusable,
    CallbackInvalid,
    EndedPayment,
    Notice,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderSilent,
    WayBack,
)
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture


class Bank:
    """A provider in memory that a test makes fail: `silent` before or after the effect, or
    `refusing` whatever it is asked."""

    acknowledgement = (200, "application/json", '{"code":"SUCCESS"}')

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.silent: dict[str, str] = {}
        self.away: set[str] = set()  # merchants whose calls have no answer
        self.refusing: set[str] = set()
        self.calls: list[str] = []
        self.problems: dict[str, AccountProblem] = {}  # with accounts, by secret or merchant
        self.key_of: str | None = None  # whose key all calls are made with, if another's

    def check_account(self, account: ProviderAccount) -> None:
        self._fault("check", "before", account)
        if account["merchant_id"] in self.problems:
            raise AccountUnusable(self.problems[account["merchant_id"]])

    def create_payment(
        self,
        account: ProviderAccount,
        *,
        out_trade_no: str,
        amount: Money,
        description: str,
        expires_at: dt.datetime,
        way_back: WayBack,
    ) -> ProviderPayment:
        self._fault("create", "before", account)
        merchant_id = self.key_of or account["merchant_id"]
        made = {
            "merchant_id": merchant_id,
            "amount": amount,
            "paid": [],
            "open": True,
            "ended": "closed",
            "description": description,
            "way_back": way_back,
        }
        self.payments.setdefault(out_trade_no, made)
        self._fault("create", "after")
        return self._payment(out_trade_no)

    def query_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        self._fault("query", "before", account)
        if out_trade_no not in self.payments:
            return ProviderPayment("missing")
        return self._payment(out_trade_no)

    def close_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        self._fault("close", "before", account)
        if out_trade_no not in self.payments:
            return ProviderPayment("missing")
        if not self.payments[out_trade_no]["paid"]:
            self.payments[out_trade_no]["open"] = False
        return self._payment(out_trade_no)

    def create_refund(
        self,
        account: ProviderAccount,
        *,
        out_refund_no: str,
        out_trade_no: str,
        amount: Money,
        reason: str,
    ) -> ProviderRefund:
        self._fault("refund", "before", account)
        paid = sum(amount for _, amount in self.payments[out_trade_no]["paid"])
        given = sum(r["amount"].amount for r in self.refunds.values() if r["of"] == out_trade_no)
        if out_refund_no not in self.refunds and given + amount.amount > paid:
            raise ProviderRefused(422, "refund_exceeds_payment")
        made = {"of": out_trade_no, "amount": amount, "state": "processing"}
        self.refunds.setdefault(out_refund_no, made)
        self._fault("refund", "after")
        return self._refund(out_refund_no)

    def query_refund(self, account: ProviderAccount, out_refund_no: str) -> ProviderRefund:
        self._fault("query_refund", "before")
        if out_refund_no not in self.refunds:
            return ProviderRefund("missing", out_refund_no)
        return self._refund(out_refund_no)

    def verify(self, account: ProviderAccount, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        if sent.get("signed") != self.sign(body)["signed"]:
            raise CallbackInvalid("signature")

    def read_notice(self, account: ProviderAccount, body: bytes) -> Notice:
        try:
            told = json.loads(body)
            number, amount = told["number"], Money(**told["amount"])
            if told["kind"] == "end":
                ended = EndedPayment(number, told["merchant_id"], told["state"])
                return Notice(told["id"], "end", ended=ended)
            if told["kind"] == "refund":
                refund = ProviderRefund(told["state"], number, amount)
                return Notice(told["id"], "refund", refund=refund)
            at = told.get("paid_at")
            captured_at = None if at is None else dt.datetime.fromisoformat(at)
            capture = Capture(number, told["transaction"], told["merchant_id"], amount, captured_at)
            return Notice(told["id"], "payment", capture=capture)
        except (ValueError, TypeError, LookupError) as problem:
            raise CallbackInvalid(f"body: {problem!r}") from None

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a callback that is the bank's."""
        return {"signed": hashlib.sha256(body).hexdigest()}

    def pay(self, out_trade_no: str, transaction: str = "") -> str:
        """The payer pays; the transaction's id."""
        payment = self.payments[out_trade_no]
        assert payment["open"], "closed"
        transaction = transaction or f"tx-{out_trade_no}-{len(payment['paid'])}"
        payment["paid"].append((transaction, payment["amount"].amount))
        return transaction

    def end(self, out_trade_no: str, state: str) -> None:
        """It fails, or its payer gives it up."""
        ended = "failed" if state == "failed" else "closed"
        self.payments[out_trade_no] |= {"open": False, "ended": ended}

    def _payment(self, number: str) -> ProviderPayment:
        payment = self.payments[number]
        captures = tuple(
            Capture(number, tx, payment["merchant_id"], Money(amount, payment["amount"].currency))
            for tx, amount in payment["paid"]
        )
        state = "paid" if captures else "pending" if payment["open"] else payment["ended"]
        page = f"http://bank.example/pay/{number}"
        return ProviderPayment(
            state, {"kind": "redirect", "url": page}, captures, payment["merchant_id"]
        )

    def _refund(self, number: str) -> ProviderRefund:
        refund = self.refunds[number]
        return ProviderRefund(refund["state"], number, refund["amount"])

    def _fault(self, call: str, moment: str, account: Any = None) -> None:
        self.calls.append(f"{call}.{moment}")
        if account is not None and account["secret_ref"] in self.problems:
            raise AccountUnusable(self.problems[account["secret_ref"]])
        if account is not None and account["merchant_id"] in self.away:
            raise ProviderSilent(f"{call} of {account['merchant_id']}")
        if call in self.refusing:
            raise ProviderRefused(403, "merchant_suspended")
        if self.silent.get(call) == moment:
            raise ProviderSilent(f"{call} {moment}")
