"""An OpenID provider in this process, whose keys a test changes and which may hang or fail."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm

from services.membership.adapters.ways import Begun, Way

CLIENT = "coterie"


class Issuer:
    """`asked` counts requests by their last part: `openid-configuration`, `jwks`, `token`."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.cookies: list[str] = []
        self.hangs = threading.Event()
        self.fails: set[str] = set()  # parts that answer 500
        self.key_id: str | None = "1"
        self.forging = False  # signs with a key that it does not show
        self.claims: dict[str, Any] = {}  # in the place of its own
        self.url = ""
        self.new_key()

    def new_key(self) -> None:
        """It shows and signs with another one from now on."""
        self.key = generate_private_key(SECP256R1())
        shown = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.jwk = {**shown, "alg": "ES256"}

    def answer(self, part: str, code: str) -> dict[str, Any]:
        if part == "openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
            }
        if part == "jwks":
            named = {} if self.key_id is None else {"kid": self.key_id}
            return {"keys": [{**self.jwk, **named}]}
        return {"id_token": self._id_token(nonce=code)}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "li",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
        }
        key = generate_private_key(SECP256R1()) if self.forging else self.key
        headers = {} if self.key_id is None else {"kid": self.key_id}
        return jwt.encode(claims, key, algorithm="ES256", headers=headers)

    @property
    def way(self) -> Way:
        return Way("company", "oidc", CLIENT, "secret", self.url)


def begun() -> Begun:
    """A sign-in under way; its nonce is what the test gives as the code."""
    return Begun("s", "https://app.example.com/signed-in", "n1", "v" * 43)


@contextmanager
def issuer() -> Iterator[Issuer]:
    """One that runs until the test is over; who hangs then is let go."""
    made, over = Issuer(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            part = self.path.rpartition("/")[2]
            length = int(self.headers.get("Content-Length", 0))
            sent = self.rfile.read(length).decode()
            made.asked[part] += 1
            made.cookies += self.headers.get_all("Cookie", [])
            if made.hangs.is_set():
                over.wait(30)
                return
            code = sent.partition("code=")[2].partition("&")[0]
            body = json.dumps(made.answer(part, code)).encode()
            self.send_response(500 if part in made.fails else 200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "session=of-somebody; Path=/")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            over.set()
            server.shutdown()
