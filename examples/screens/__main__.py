"""Serve this folder and the gateway under one origin, on loopback: `python -m examples.screens`.

Files of it, and of the compiled client, are served by their exact names; what begins with `/v1/`
goes to the gateway.
"""

import argparse
import json
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.local.system import System

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
CLIENT = REPOSITORY / "clients/typescript/dist"
JSON = "application/json"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": JSON}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# What belongs to one connection, or is said by us.
OWN = {"connection", "keep-alive", "te", "trailer", "upgrade", "transfer-encoding"}
OWN |= {"content-length", "host", "x-forwarded-for"}
LENGTH = re.compile("[0-9]{1,15}")
PIECE, PATIENCE = 64 * 1024, 30.0  # bytes passed on at once; seconds for the gateway's answer
AWAY = ("The gateway does not answer: is it up?", "网关没有响应，请确认系统已经启动。")


class Screens(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds that a connection may say nothing

    def __init__(self, files: dict[str, tuple[str, bytes]], gateway: str, *arguments: Any):
        self._files, self._gateway = files, gateway
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.path.startswith("/v1/"):
            self._pass_on()
        elif self.command in ("GET", "HEAD") and path in self._files:
            self._answer(200, *self._files[path])
        else:
            self._refuse(404, "screens.nothing_here", path)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _pass_on(self) -> None:
        """The request to the gateway and its answer back, piece by piece."""
        told = self.headers.get_all("Content-Length", ["0"])
        # Where two readers may see two ends of a body, the rest of it is a request to one of them.
        if "Transfer-Encoding" in self.headers or len(told) > 1 or not LENGTH.fullmatch(told[0]):
            return self._refuse(400, "screens.length_wrong", "Content-Length")
        length = int(told[0])
        headers = dict(passed_on(self.headers)) | {"X-Forwarded-For": self.client_address[0]}
        if length or self.command not in ("GET", "HEAD"):
            headers["Content-Length"] = str(length)
        body = pieces(self.rfile, length) if length else None
        with closing(HTTPConnection(urlsplit(self._gateway).netloc, timeout=PATIENCE)) as gateway:
            try:
                gateway.request(self.command, self.path, body, headers)
                answer = gateway.getresponse()
            except (OSError, HTTPException) as error:
                words = AWAY[self.headers.get("Accept-Language", "").startswith("zh")]
                status = 504 if isinstance(error, TimeoutError) else 502
                return self._refuse(status, "screens.gateway_away", words)
            try:
                self._pass_back(answer)
            except (OSError, HTTPException):  # a reset: what came so far shall not look whole
                self.close_connection = True
                reset = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                socket.close(self.connection.detach())

    def _pass_back(self, answer: HTTPResponse) -> None:
        """Chunks as chunks; the last one, which says that all is there, after all was read."""
        chunked = answer.length is None
        length = answer.getheader("Content-Length")
        self.send_response_only(answer.status)
        for name, value in passed_on(answer.headers):
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif length is not None:
            self.send_header("Content-Length", length)
        self.end_headers()
        while piece := answer.read(PIECE):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if answer.length:
            raise IncompleteRead(b"", answer.length)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, status: int, code: str, detail: str) -> None:
        self.close_connection = True  # a body may not have been read
        told = json.dumps({"status": status, "code": code, "detail": detail})
        self._answer(status, "application/problem+json", told.encode())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        length = {"Content-Type": kind, "Content-Length": str(len(content))}
        for name, value in (HEADERS | length).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)


def passed_on(headers: Message) -> list[tuple[str, str]]:
    """Without what belongs to this connection, also because `Connection` names it."""
    named = ",".join(headers.get_all("Connection", [])).lower().split(",")
    own = OWN | {one.strip() for one in named}
    every = [(name, value) for name, value in headers.items() if name.lower() not in own]
    return [one for one in every if not one[0].lower().startswith("proxy-")]


def pieces(source: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length:
        if not (piece := source.read(min(length, PIECE))):
            raise ConnectionError("the client went away")
        length -= len(piece)
        yield piece


def serve(port: int, gateway: str, inbox: str) -> ThreadingHTTPServer:
    """A server that is bound and not running yet; port 0 takes any."""
    found = [path for path in HERE.iterdir() if path.suffix in KINDS]
    files = {f"/{path.name}": (KINDS[path.suffix], path.read_bytes()) for path in found}
    for path in CLIENT.glob("*.js"):
        address = f"/{path.relative_to(REPOSITORY).as_posix()}"
        files[address] = (KINDS[path.suffix], path.read_bytes())
    files["/"] = files["/index.html"]
    files["/settings.json"] = (JSON, json.dumps({"inbox": inbox}).encode())
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Screens, files, gateway))


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m examples.screens")
    arguments.add_argument("--port", type=int, default=5173)
    port = arguments.parse_args().port
    system = System(REPOSITORY / ".local")
    with serve(port, system.url("http"), system.url("sandbox-mail")) as server:
        print(f"screens: http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
