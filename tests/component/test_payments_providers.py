"""Every payment provider, and the one of tests, passes the suite of providers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.money import Money
from contracts.payments.accounts import PROVIDERS
from services.payments.adapters.provider import Provider as ProviderAdapter
from services.payments.adapters.provider import ProviderPayment
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.domain.money.accounts import ProviderAccount
from tests.component.payments_world import API_KEY, MERCHANT, Provider
from tests.integration.sandbox.world import Receiver, running_receiver
from tests.kit.provider_suite import FarSide, ProviderSuite, SignedCallback
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


class SandboxSide:
    """The sandbox as a process, and an endpoint that takes its callbacks."""

    def __init__(self, sandbox: Provider, receiver: Receiver, secrets: Path) -> None:
        self._sandbox, self._receiver = sandbox, receiver
        store = Secrets(str(secrets), shared=True)
        self.provider: ProviderAdapter = SandboxProvider(sandbox.url, receiver.url, store)
        self.account = account_with("sandbox")

    def pay(self, payment: ProviderPayment) -> None:
        assert payment.next_action is not None
        assert payment.next_action["kind"] == "redirect"
        self._sandbox.pay(payment.next_action["url"])

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
        self._callbacks: dict[str, list[dict[str, Any]]] = {}

    def pay(self, payment: ProviderPayment) -> None:
        assert payment.next_action is not None
        number = payment.next_action["url"].rpartition("/")[2]
        transaction = self._bank.pay(number)
        told = {"kind": "payment", "transaction": transaction, "merchant_id": MERCHANT}
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
        calls = ("create", "query", "close", "refund", "query_refund")
        self._bank.silent = dict.fromkeys(calls, "before")
        yield
        self._bank.silent = {}

    def _call_back(self, out_trade_no: str, number: str, amount: Money, **told: str) -> None:
        notice = {"id": new_id("evt"), "number": number, "amount": amount.as_dict(), **told}
        self._callbacks.setdefault(out_trade_no, []).append(notice)


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


class TestSandbox(ProviderSuite):
    provider = "sandbox"

    @pytest.fixture
    def far_side(self, sandbox: SandboxSide) -> FarSide:
        return sandbox


class TestBank(ProviderSuite):
    provider = "bank"

    @pytest.fixture
    def far_side(self) -> FarSide:
        return BankSide()


def test_every_provider_has_its_tests() -> None:
    """A name in the contract is a provider that passes the suite."""
    tested = {suite.provider for suite in ProviderSuite.__subclasses__()}
    assert tested == {*PROVIDERS, "bank"}
