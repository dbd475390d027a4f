"""What the tests of the sandbox share: its programs as real processes, a merchant, a receiver."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.kit.probe import probe
from tests.kit.processes import Process

SUCCESS = (200, b'{"code":"SUCCESS"}')


class Program(Process):
    """One sandbox program; keeps its ports and data over a restart."""

    def __init__(self, module: str, folder: Path, **ports: int) -> None:
        self.clock_file = folder / "clock"
        super().__init__(
            module,
            environment={
                "SANDBOX_DATA_DIR": str(folder / "data"),
                "SANDBOX_CLOCK_FILE": str(self.clock_file),
                **{name: str(port) for name, port in ports.items()},
            },
            port=ports.get("SANDBOX_PROVIDER_PORT") or ports["SANDBOX_MAIL_PORT"],
            log_path=folder / f"{module}.log",
        )

    def advance(self, seconds: int) -> None:
        """Move business time forward."""
        offset = int(self.clock_file.read_text()) if self.clock_file.exists() else 0
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(offset + seconds))
        fresh.rename(self.clock_file)


@dataclass
class Callback:
    """One request as the receiver got it."""

    body: bytes
    headers: dict[str, str]
    document: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        return self.document["data"]


@dataclass
class Receiver:
    """A merchant's endpoint. `answer` decides per callback; None hangs up without an answer."""

    url: str = ""
    answer: Callable[[Callback], tuple[int, bytes] | None] = lambda callback: SUCCESS
    received: list[Callback] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, out_trade_no: str) -> list[Callback]:
        """What came for one payment, in order of arrival."""
        with self._lock:
            return [got for got in self.received if got.data["out_trade_no"] == out_trade_no]

    def wait_for(self, out_trade_no: str, count: int, deadline: float = 10) -> list[Callback]:
        """Wait until `count` callbacks came for one payment."""

        def enough() -> list[Callback]:
            got = self.of(out_trade_no)
            kinds = [callback.document["type"] for callback in got]
            assert len(got) >= count, f"{len(got)} callbacks {kinds}"
            return got

        return probe(enough, deadline, f"{count} callbacks for {out_trade_no}")

    def take(self, callback: Callback) -> tuple[int, bytes] | None:
        with self._lock:
            self.received.append(callback)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return self.answer(callback)
        finally:
            with self._lock:
                self._at_once -= 1


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A real HTTP server on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = receiver.take(Callback(body, dict(self.headers), json.loads(body)))
            if answer is None:
                return
            status, content = answer
            self.send_response(status)
            if status == 302:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the provider was killed while we answered; that is the test

    server = Server(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/callback"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Merchant:
    """An account at the provider and a client that uses it."""

    def __init__(self, provider: Program, notify_url: str) -> None:
        self.id = f"m-{secrets.token_hex(6)}"
        self.url = provider.url
        self.notify_url = notify_url
        self._key = secrets.token_urlsafe(24)
        digest = hashlib.sha256(self._key.encode()).hexdigest()
        answer = self.post("/v1/merchants", {"merchant_id": self.id, "api_key_sha256": digest})
        assert answer.status_code == 201, answer.text

    def call(
        self, method: str, path: str, document: object = None, timeout: float = 20
    ) -> requests.Response:
        """Any request with the merchant's key."""
        return requests.request(
            method,
            self.url + path,
            json=document,
            timeout=timeout,
            headers={"Authorization": f"Bearer {self._key}"},
        )

    def get(self, path: str) -> requests.Response:
        return self.call("GET", path)

    def post(self, path: str, document: object = None, timeout: float = 20) -> requests.Response:
        return self.call("POST", path, document, timeout)

    def put(self, path: str, document: object) -> requests.Response:
        answer = self.call("PUT", path, document)
        assert answer.status_code == 200, answer.text
        return answer

    def payment_body(self, **changes: object) -> dict[str, Any]:
        """A right request for a new payment of 3,000 yuan."""
        return {
            "out_trade_no": f"t-{secrets.token_hex(8)}",
            "amount": 300_000,
            "currency": "CNY",
            "description": "年费 3,000 元",
            "notify_url": self.notify_url,
            **changes,
        }

    def create(self, **changes: object) -> dict[str, Any]:
        """A new payment."""
        answer = self.post("/v1/payments", self.payment_body(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def pay(self, payment: Mapping[str, Any], **script: object) -> None:
        """Pay as the payer, with a script if there is one."""
        answer = requests.post(
            payment["pay_url"], json={"script": script} if script else None, timeout=20
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "paid"

    def paid(self, **script: object) -> str:
        """A new payment, paid; returns its out_trade_no."""
        payment = self.create()
        self.pay(payment, **script)
        return payment["out_trade_no"]

    def refund_body(self, out_trade_no: str, amount: int) -> dict[str, Any]:
        return {
            "out_refund_no": f"r-{secrets.token_hex(8)}",
            "out_trade_no": out_trade_no,
            "amount": amount,
            "reason": "cool-off",
            "notify_url": self.notify_url,
        }

    def journal(self, *kinds: str) -> list[dict[str, Any]]:
        """All entries of this merchant, or those of some kinds, read page by page."""
        entries: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = self.get(f"/control/journal?merchant_id={self.id}&after={after}&limit=7").json()
            entries += page["entries"]
            after = page["next"]
        return [entry for entry in entries if not kinds or entry["kind"] in kinds]

    def totals(self) -> dict[str, Any]:
        return self.get(f"/control/totals?merchant_id={self.id}").json()

    def verifies(self, callback: Callback) -> bool:
        """The signature holds under the published key that the callback names."""
        keys = {
            key["serial"]: key["public_key_pem"]
            for key in self.get("/v1/certificates").json()["certificates"]
        }
        pem = keys.get(callback.headers["Sandbox-Serial"])
        if pem is None:
            return False
        key = serialization.load_pem_public_key(pem.encode())
        assert isinstance(key, rsa.RSAPublicKey)
        stamp, nonce = callback.headers["Sandbox-Timestamp"], callback.headers["Sandbox-Nonce"]
        message = f"{stamp}\n{nonce}\n".encode() + callback.body + b"\n"
        signature = base64.b64decode(callback.headers["Sandbox-Signature"], validate=True)
        try:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True
