"""The example's screens: their server, as a browser meets it, in front of a whole system."""

import http.client
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import pytest
import requests

from examples.screens.__main__ import HERE, serve
from tests.journeys.world import Person, World

pytestmark = pytest.mark.shares_system

FILES = [path.name for path in HERE.iterdir() if path.suffix in {".html", ".js", ".css", ".json"}]
SECRET_PLACES = ("/__main__.py", "/../__main__.py", "/%2e%2e/pyproject.toml", "//etc/passwd")
NOWHERE = (*SECRET_PLACES, "/v1", "/v2/me", "/index.html/", "/README.md")


@contextmanager
def _serving(gateway: str, inbox: str) -> Iterator[str]:
    """The address of a running server of the screens."""
    with serve(0, gateway, inbox) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.05,))
        running.start()
        try:
            yield _address(server)
        finally:
            server.shutdown()
            running.join()


def _address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="module")
def screens(world: World) -> Iterator[str]:
    """The screens in front of the module's world."""
    with _serving(world.system.url("http"), world.system.url("sandbox-mail")) as address:
        yield address


def test_pages_come_with_a_policy(screens: str) -> None:
    """Scripts and requests only from here, and no script in the page."""
    for name in ("", "settings.json", *FILES):
        answer = requests.get(f"{screens}/{name}", timeout=10)
        assert answer.status_code == 200, name
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    for name in ("client.js", "operations.js", "stream.js", "types.js"):
        answer = requests.get(f"{screens}/clients/typescript/dist/{name}", timeout=10)
        assert answer.status_code == 200, name
    assert requests.get(f"{screens}/app.js", timeout=10).headers["Content-Type"].endswith("script")


def test_only_its_own_files_are_served(screens: str) -> None:
    """No path leads out of the folder, and nothing but pages and the gateway answers."""
    for path in NOWHERE:
        assert _as_sent(screens, "GET", path) == 404, path
    assert _as_sent(screens, "POST", "/index.html") == 404


def _as_sent(screens: str, method: str, path: str, *headers: tuple[str, str]) -> int:
    """The status for a request that no client has tidied up."""
    connection = http.client.HTTPConnection(screens.removeprefix("http://"), timeout=10)
    connection.putrequest(method, path)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.timeout(120)
def test_pages_and_the_gateway_are_one_origin(world: World, screens: str) -> None:
    """Sign-in, a reading, a change with its ETag, a refusal and a file too large go through."""
    person = Person(screens, world.system.url("sandbox-mail"), "screens@example.com")
    person.sign_in()
    seen = person.raw("GET", "/v1/me")
    changed = person.raw(
        "PATCH", "/v1/me", json={"name": "王敏"}, headers={"If-Match": seen.headers["ETag"]}
    )
    assert changed.json()["name"] == "王敏"
    assert person.get(f"{world.path}/me")["state"] == "may_apply"
    assert person.raw("GET", f"{world.path}/sales").json()["code"] == "request.not_permitted"
    assert person.raw("HEAD", "/v1/me").content == b""
    too_large = person.raw("POST", "/v1/sign-in", json={"email": "a" * 100_000})
    assert too_large.status_code == 413
    assert requests.get(f"{screens}/v1/me", timeout=10).status_code == 401


def test_a_gateway_that_is_away_is_said_so() -> None:
    """In the reader's language, as the gateway itself would."""
    with serve(0, "", "") as closed:
        nobody = _address(closed)
    with _serving(nobody, "") as screens:
        for language, word in (("zh-CN", "网关"), ("en", "gateway")):
            headers = {"Accept-Language": language}
            answer = requests.get(f"{screens}/v1/me", headers=headers, timeout=10)
            assert answer.status_code == 502
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "screens.gateway_away"
            assert word in answer.json()["detail"]


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"


@contextmanager
def _in_front_of(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The screens before a gateway that answers with these bytes and hangs up; what it was sent."""
    heard: list[bytes] = []

    class Gateway(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.append(self.request.recv(65536))
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Gateway) as gateway:
        running = threading.Thread(target=gateway.serve_forever, args=(0.05,))
        running.start()
        try:
            with _serving(f"http://127.0.0.1:{gateway.server_address[1]}", "") as screens:
                yield screens, heard
        finally:
            gateway.shutdown()
            running.join()


@pytest.mark.parametrize("cut", [WHOLE[:-1], CHUNKED, CHUNKED[:-3], CHUNKED + b"5\r\n{"])
def test_an_answer_that_is_cut_never_looks_whole(cut: bytes) -> None:
    """Whoever reads it fails, as if they had read from the gateway itself."""
    with (
        _in_front_of(cut) as (screens, _),
        pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)),
    ):
        requests.get(f"{screens}/v1/me", timeout=10)


def test_an_answer_that_is_whole_comes_as_it_is() -> None:
    """By its length or in chunks, without what belongs to the gateway's connection."""
    for answer in (WHOLE, CHUNKED + b"0\r\n\r\n"):
        with _in_front_of(answer) as (screens, _):
            told = requests.get(f"{screens}/v1/me", timeout=10)
            assert told.text == "{}"
            assert "X-Hop" not in told.headers


def test_a_body_has_one_length_and_a_connection_keeps_its_headers() -> None:
    """Nothing of one request is another to the gateway, which hears whom we heard."""
    with _in_front_of(WHOLE) as (screens, heard):
        for wrong in (
            [("Content-Length", "0"), ("content-length", "5")],
            [("Transfer-Encoding", "chunked")],
            [("Content-Length", "+1")],
        ):
            assert _as_sent(screens, "POST", "/v1/sign-in", *wrong) == 400, wrong
        assert heard == []
        hop = [("Connection", "close, X-Mine"), ("X-Mine", "1"), ("Trailer", "X"), ("TE", "gzip")]
        proxy = [("Proxy-Authorization", "Basic x"), ("X-Forwarded-For", "10.0.0.1")]
        assert _as_sent(screens, "POST", "/v1/sign-in", *hop, *proxy, ("X-Kept", "1")) == 200
        passed = heard[0].decode().lower()
        for gone in ("connection:", "x-mine", "trailer", "te:", "proxy-", "10.0.0.1"):
            assert f"\r\n{gone}" not in passed
        for kept in ("x-forwarded-for: 127.0.0.1", "content-length: 0", "x-kept: 1"):
            assert passed.count(f"\r\n{kept}\r\n") == 1
