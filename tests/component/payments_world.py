"""The payments process with the real sandbox provider; the gateway and neighbours by hand."""

import base64
import contextlib
import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from chassis.context import ANONYMOUS, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import DomainError, Kind
from contracts.records import Event, Rpc
from deploy.local.nodes import Nodes
from services.payments.service import SERVICE
from tests.kit.commits import stored_events
from tests.kit.component import Component, component
from tests.kit.neighbours import FakeMembership
from tests.kit.probe import probe
from tests.kit.processes import Process, free_port
from tests.kit.usecases import signed_in

API_KEY = "the key of the doctors"
MERCHANT = "doctors-sandbox"


class Provider(Process):
    """The sandbox's process, its payers and its journal."""

    def __init__(self, path: Path, clock_file: Path) -> None:
        path.mkdir()
        port = free_port()
        super().__init__(
            "sandbox.provider",
            environment={
                "SANDBOX_PROVIDER_PORT": str(port),
                "SANDBOX_DATA_DIR": str(path),
                "SANDBOX_CLOCK_FILE": str(clock_file),
            },
            port=port,
            log_path=path / "sandbox-provider.log",
        )

    def start(self, *more: str, wait: bool = True, **settings: str) -> None:
        super().start(*more, wait=wait, **settings)
        digest = hashlib.sha256(API_KEY.encode()).hexdigest()
        self._send("POST", "/v1/merchants", {"merchant_id": MERCHANT, "api_key_sha256": digest})

    def pay(self, pay_url: str, **script: Any) -> None:
        """The payer pays, and the provider misbehaves as the script says."""
        requests.post(pay_url, json={"script": script}, timeout=5).raise_for_status()

    def fault(self, on: str, kind: str, times: int = 1) -> None:
        fault = {"merchant_id": MERCHANT, "on": on, "kind": kind, "times": times, "seconds": 8}
        self._send("PUT", "/control/faults", fault)

    def totals(self) -> dict[str, Any]:
        params = {"merchant_id": MERCHANT}
        answer = requests.get(f"{self.url}/control/totals", params=params, timeout=5)
        answer.raise_for_status()
        return dict(answer.json())

    def _send(self, method: str, path: str, body: dict[str, Any]) -> None:
        requests.request(method, f"{self.url}{path}", json=body, timeout=5).raise_for_status()


NOBODY = Context(ANONYMOUS, "en", "req_00000000", new_traceparent())


class CallbackRelay:
    """Stands where the gateway stands: passes raw callbacks on by RPC, answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.target: Component | None = None
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, body = relay.pass_on(self)
                relay.answers.append(status)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Quiet: the outcomes are in `answers`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def pass_on(self, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        provider, account_id = request.path.split("/")[-2:]
        asked = {
            "account_id": account_id,
            "provider": provider,
            "headers": dict(request.headers.items()),
            "body_base64": base64.b64encode(body).decode(),
        }
        assert self.target is not None
        try:
            told = self.target.call(payments.RECEIVE_CALLBACK, asked, NOBODY)
        except DomainError as error:
            return (401 if error.kind is Kind.UNAUTHENTICATED else 503), b"{}"
        except OSError:
            return 503, b"{}"
        return told["status"], told["body"].encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class PaymentsWorld:
    """A community that sells a plan; people who buy, with keys that survive a crash."""

    service: Component
    provider: Provider
    relay: CallbackRelay
    community_id: str = field(default_factory=lambda: new_id("com"))
    owner_id: str = field(default_factory=lambda: new_id("per"))

    @property
    def owner(self) -> Context:
        return context(self.owner_id)

    def neighbours(self) -> None:
        """Plays membership: one community with one owner, strangers otherwise."""
        membership = FakeMembership(self.community_id)
        membership.standings[self.owner_id] = {"roles": ["owner"]}
        self.service.answer(membership.answers)

    def open_shop(self) -> None:
        """A plan with a ladder, a coupon and the provider account."""
        self.call(
            payments.CREATE_PLAN,
            self.owner,
            community_id=self.community_id,
            name="年度会员",
            base_price={"amount": 300_000, "currency": "CNY"},
            ladder={"step": 10_000, "every": 100, "places_before": 5100},
            price_lock="at_payment",
        )
        self.call(
            payments.SET_PROVIDER_ACCOUNT,
            self.owner,
            community_id=self.community_id,
            provider="sandbox",
            merchant_id=MERCHANT,
            secret_ref="doctors",
            expected_version=0,
        )
        self.call(
            payments.CREATE_COUPON,
            self.owner,
            community_id=self.community_id,
            name="立减",
            code="WELC2ME",
            benefit={"kind": "amount_off", "amount": 20_000},
            audience="newcomer",
            limit=1000,
        )

    def bank_account(self) -> dict[str, Any]:
        """To where payers may transfer instead."""
        pay_to = {"holder": "同行社群", "bank": "招商银行", "number": "6222020200112233445"}
        terms = {"pay_to": pay_to, "transfer_days": 3}
        asked = {"community_id": self.community_id, "provider": "transfer", "transfer": terms}
        return {**asked, "expected_version": 0}

    def call(self, record: Rpc, ctx: Context, **request: Any) -> dict[str, Any]:
        loaded = record.request().load(request)
        return self.service.call(record, loaded, ctx)

    def purchase(self, buyer_id: str) -> dict[str, Any]:
        """Membership tells of an approval; what opens then."""
        application_id, term_id = new_id("app"), new_id("trm")
        self.service.tell(
            membership.APPLICATION_APPROVED,
            application_id,
            {
                "application_id": application_id,
                "community_id": self.community_id,
                "person_id": buyer_id,
                "state": "approved",
                "membership_id": new_id("mbr"),
                "term_id": term_id,
                "pay_by": dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
            },
        )
        purchase_id = payments.purchase_id_of(term_id)

        def opened() -> dict[str, Any] | None:
            with contextlib.suppress(DomainError):
                return self.call(payments.GET_PURCHASE, context(buyer_id), purchase_id=purchase_id)
            return None

        return probe(opened, 20, "the purchase")

    def open_payment(self, payer: Context, order: dict[str, Any]) -> dict[str, Any]:
        return self.call(payments.OPEN_PAYMENT, payer, order_id=order["id"], provider="sandbox")

    def order(self, order_id: str, buyer_id: str) -> dict[str, Any]:
        return self.call(payments.GET_ORDER, context(buyer_id), order_id=order_id)

    def fulfil(self, order: dict[str, Any]) -> None:
        """Membership's answer to a paid order."""
        self.service.tell(
            membership.PURCHASE_FULFILLED,
            order["id"],
            {
                "order_id": order["id"],
                "purchase_id": order["purchase_id"],
                "community_id": self.community_id,
                "reason": None,
            },
        )

    def events(self, event: Event) -> list[dict[str, Any]]:
        return stored_events(self.service.database, event)

    def balances(self) -> dict[str, int]:
        found = self.call(payments.GET_LEDGER, self.owner, community_id=self.community_id)
        assert found["sum"] == 0
        return {row["account"]: row["balance"]["amount"] for row in found["balances"]}


def context(person_id: str, key: str | None = None) -> Context:
    """A signed-in person, with an Idempotency-Key when one is given."""
    return Context(
        signed_in(person_id),
        "zh-CN",
        new_id("req"),
        new_traceparent(),
        idempotency=None if key is None else IdempotencyKey(key, key),
    )


@contextmanager
def payments_world(nodes: Nodes, path: Path) -> Iterator[PaymentsWorld]:
    """Everything prepared; the payments process is started by the test."""
    (path / "secrets").mkdir()
    (path / "secrets" / "doctors").write_text(API_KEY)
    relay = CallbackRelay()
    provider = Provider(path / "provider", path / "clock")
    settings = {
        "COTERIE_SANDBOX_PROVIDER_URL": provider.url,
        "COTERIE_CALLBACK_BASE_URL": relay.url,
        "COTERIE_SECRETS_DIR": str(path / "secrets"),
    }
    try:
        provider.start()
        with component(nodes, SERVICE, path, settings) as service:
            relay.target = service
            world = PaymentsWorld(service, provider, relay)
            world.neighbours()
            yield world
    finally:
        provider.stop()
        relay.close()
