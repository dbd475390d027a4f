"""Every payment provider, and the one of tests, passes the suite of providers."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo.database import Database

from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts.money import Money
from contracts.payments.accounts import PROVIDERS, SELF_MADE, TRANSFER
from contracts.states.payments import AccountProblem
from deploy.local.nodes import Nodes
from services.payments.adapters.provider import AccountUnusable, ProviderPayment, WayBack
from services.payments.adapters.provider import Provider as ProviderAdapter
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.adapters.transfer import TransferProvider
from services.payments.domain.money import transfers
from services.payments.domain.money.accounts import BankAccount, ProviderAccount
from services.payments.domain.money.transfers import Receipt
from services.payments.store import SCHEMA
from services.payments.store.money.transfers import TransferStore
from tests.component.payments_world import API_KEY, MERCHANT, Provider
from tests.integration.sandbox.world import Receiver, running_receiver
from tests.kit.databases import migrated
from tests.kit.provider_suite import (
    FarSide,
    MachineSide,
    MachineSuite,
    PaymentEnd,
    ProviderSuite,
    SignedCallback,
)
from tests.store.payments.neighbours import Bank


def account_with(provider: str) -> ProviderAccount:
    return {
        "_id": new_id("acc"),
        "community_id": new_id("com"),
        "provider": provider,
        "merchant_id": MERCHANT,
        "secret_ref": "doctors",
        "used": True,
    }


def unusable(account: ProviderAccount) -> dict[AccountProblem, ProviderAccount]:
    return {
        "secret_missing": {**account, "secret_ref": "lost"},
        "key_refused": {**account, "secret_ref": "wrong"},
        "merchant_unknown": {**account, "merchant_id": "somebody-else"},
    }


class SandboxSide:
    """The sandbox as a process, and an endpoint that takes its callbacks."""

    def __init__(self, sandbox: Provider, receiver: Receiver, secrets: Path) -> None:
        self._sandbox, self._receiver = sandbox, receiver
        store = Secrets(str(secrets), shared=True)
        self.provider: ProviderAdapter = SandboxProvider(sandbox.url, receiver.url, store)
        alone = Secrets(str(secrets), shared=False)
        self.in_production = SandboxProvider(sandbox.url, receiver.url, alone)
        self.account = account_with("sandbox")
        (secrets / "wrong").write_text("a key of nobody's")
        self.unusable: Mapping[AccountProblem, ProviderAccount] = unusable(self.account)

    def pay(self, payment: ProviderPayment) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "redirect"
        self._sandbox.pay(payment.next_action["url"])

    def end(self, payment: ProviderPayment, state: PaymentEnd) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "redirect"
        outcome = "fail" if state == "failed" else "cancel"
        answer = requests.post(payment.next_action["url"], json={"outcome": outcome}, timeout=5)
        answer.raise_for_status()

    def decide(self, out_refund_no: str) -> None:
        """Comes to its end by itself."""

    def callbacks(self, out_trade_no: str, count: int) -> list[SignedCallback]:
        arrived = self._receiver.wait_for(out_trade_no, count)[:count]
        return [SignedCallback(callback.headers, callback.body) for callback in arrived]

    @contextmanager
    def silent(self) -> Iterator[None]:
        self._sandbox.stop()
        try:
            yield
        finally:
            self._sandbox.start()


class BankSide:
    """The bank in memory."""

    def __init__(self) -> None:
        self._bank = Bank()
        self.provider: ProviderAdapter = self._bank
        self.account = account_with("bank")
        self.unusable: Mapping[AccountProblem, ProviderAccount] = unusable(self.account)
        self._bank.problems = {
            "lost": "secret_missing",
            "wrong": "key_refused",
            "somebody-else": "merchant_unknown",
        }
        self._callbacks: dict[str, list[dict[str, Any]]] = {}

    def pay(self, payment: ProviderPayment) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "redirect"
        number = payment.next_action["url"].rpartition("/")[2]
        transaction = self._bank.pay(number)
        told = {"kind": "payment", "transaction": transaction, "merchant_id": MERCHANT}
        self._call_back(number, number, self._bank.payments[number]["amount"], **told)

    def end(self, payment: ProviderPayment, state: PaymentEnd) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "redirect"
        number = payment.next_action["url"].rpartition("/")[2]
        self._bank.end(number, state)
        told = {"kind": "end", "state": state, "merchant_id": MERCHANT}
        self._call_back(number, number, self._bank.payments[number]["amount"], **told)

    def decide(self, out_refund_no: str) -> None:
        refund = self._bank.refunds[out_refund_no]
        refund["state"] = "succeeded"
        told = {"kind": "refund", "state": "succeeded"}
        self._call_back(refund["of"], out_refund_no, refund["amount"], **told)

    def callbacks(self, out_trade_no: str, count: int) -> list[SignedCallback]:
        arrived = self._callbacks[out_trade_no][:count]
        assert len(arrived) == count
        bodies = [json.dumps(told).encode() for told in arrived]
        return [SignedCallback(self._bank.sign(body), body) for body in bodies]

    @contextmanager
    def silent(self) -> Iterator[None]:
        calls = ("create", "query", "close", "refund", "query_refund", "check")
        self._bank.silent = dict.fromkeys(calls, "before")
        yield
        self._bank.silent = {}

    def _call_back(self, out_trade_no: str, number: str, amount: Money, **told: str) -> None:
        notice = {"id": new_id("evt"), "number": number, "amount": amount.as_dict(), **told}
        self._callbacks.setdefault(out_trade_no, []).append(notice)


class TransferSide:
    """Our own books, and a treasurer who reads the bank's."""

    def __init__(self, database: Database[Document]) -> None:
        self._clock = Clock()
        self._uow = UnitOfWork(database, self._clock)
        self._transfers = TransferStore(database)
        self.provider: ProviderAdapter = TransferProvider(self._transfers, self._clock)
        pay_to: BankAccount = {"holder": "同行", "bank": "招商银行", "number": "62", "note": ""}
        self.account: ProviderAccount = {
            **account_with(TRANSFER),
            "transfer": {"pay_to": pay_to, "transfer_days": 3, "second_person_above": None},
        }

    def pay(self, payment: ProviderPayment) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "transfer"
        (transfer,) = self._transfers.page(
            {"reference": payment.next_action["reference"]},
            community_id=self.account["community_id"],
            after=None,
            limit=2,
        ).items
        now = self._clock.now()
        receipt: Receipt = {
            "amount": transfer["amount"],
            "received_on": now.date().isoformat(),
            "received_at": now,
            "note": "as_asked",
            "confirmed_by": new_id("per"),
            "confirmed_at": now,
        }
        noted = transfers.receive(transfer, receipt).transfer
        ctx = Context.for_system("tests")
        self._uow.run(ctx, lambda tx: self._transfers.save(tx, noted))


@pytest.fixture(scope="module")
def books(nodes: Nodes) -> Iterator[TransferSide]:
    with migrated(nodes, SCHEMA) as database:
        yield TransferSide(database)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxSide]:
    path = tmp_path_factory.mktemp("sandbox")
    (path / "doctors").write_text(API_KEY)
    process = Provider(path / "provider", path / "clock")
    try:
        process.start()
        with running_receiver() as receiver:
            yield SandboxSide(process, receiver, path)
    finally:
        process.stop()


class TestSandbox(MachineSuite):
    provider = "sandbox"

    @pytest.fixture
    def far_side(self, sandbox: SandboxSide) -> MachineSide:
        return sandbox


def test_the_sandbox_makes_an_account_for_each_community(sandbox: SandboxSide) -> None:
    """Nothing is named, nobody's is another's, and in production there is no such thing."""

    def self_made(community_id: str) -> ProviderAccount:
        named: ProviderAccount = {**account_with("sandbox"), "secret_ref": SELF_MADE}
        return {**named, "community_id": community_id, "merchant_id": community_id}

    mine, theirs = self_made(first := new_id("com")), self_made(new_id("com"))
    provider = sandbox.provider
    for account in (mine, theirs, mine):
        provider.check_account(account)
    made = provider.create_payment(
        mine,
        out_trade_no=(number := "P" + new_id("pay")[4:]),
        amount=Money(1, "CNY"),
        description="年费",
        expires_at=real_now() + dt.timedelta(minutes=30),
        way_back=WayBack(),
    )
    assert made.merchant_id == first
    assert provider.query_payment(theirs, number).state == "missing"
    with pytest.raises(AccountUnusable) as foreign:
        provider.check_account({**theirs, "merchant_id": first})
    assert foreign.value.problem == "merchant_unknown"
    with pytest.raises(AccountUnusable) as nowhere:
        sandbox.in_production.check_account(mine)
    assert nowhere.value.problem == "secret_missing"


class TestBank(MachineSuite):
    provider = "bank"

    @pytest.fixture
    def far_side(self) -> MachineSide:
        return BankSide()


class TestTransfer(ProviderSuite):
    provider = TRANSFER

    @pytest.fixture
    def far_side(self, books: TransferSide) -> FarSide:
        return books


def test_every_provider_has_its_tests() -> None:
    """A name in the contract is a provider that passes the suite."""
    suites = {*ProviderSuite.__subclasses__(), *MachineSuite.__subclasses__()} - {MachineSuite}
    tested = {suite.provider for suite in suites}
    assert tested == {*PROVIDERS, "bank"}
