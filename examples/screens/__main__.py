"""Serve this folder and the gateway under one origin, on loopback: `python -m examples.screens`.

Files are served by their exact names, what begins with `/v1/` goes to the gateway.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.local.system import System

HERE = Path(__file__).parent
JSON = "application/json"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": JSON}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# What belongs to one connection, or is said by us.
OWN = {"connection", "keep-alive", "te", "upgrade", "transfer-encoding", "host", "x-forwarded-for"}
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
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            return self._refuse(411, "screens.length_required", "Content-Length")
        headers = {k: v for k, v in self.headers.items() if k.lower() not in OWN}
        headers["X-Forwarded-For"] = self.client_address[0]
        body = pieces(self.rfile, int(length)) if int(length) else None
        with closing(HTTPConnection(urlsplit(self._gateway).netloc, timeout=PATIENCE)) as gateway:
            try:
                gateway.request(self.command, self.path, body, headers)
                answer = gateway.getresponse()
            except (OSError, HTTPException) as error:
                words = AWAY[self.headers.get("Accept-Language", "").startswith("zh")]
                status = 504 if isinstance(error, TimeoutError) else 502
                return self._refuse(status, "screens.gateway_away", words)
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OWN:
                    self.send_header(name, value)
            if answer.length is None:  # only the end of the connection tells the end
                self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read(PIECE):
                self.wfile.write(piece)

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


def pieces(source: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length and (piece := source.read(min(length, PIECE))):
        length -= len(piece)
        yield piece


def serve(port: int, gateway: str, inbox: str) -> ThreadingHTTPServer:
    """A server that is bound and not running yet; port 0 takes any."""
    found = [path for path in HERE.iterdir() if path.suffix in KINDS]
    files = {f"/{path.name}": (KINDS[path.suffix], path.read_bytes()) for path in found}
    files["/"] = files["/index.html"]
    files["/settings.json"] = (JSON, json.dumps({"inbox": inbox}).encode())
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Screens, files, gateway))


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m examples.screens")
    arguments.add_argument("--port", type=int, default=5173)
    port = arguments.parse_args().port
    system = System(HERE.parents[1] / ".local")
    with serve(port, system.url("http"), system.url("sandbox-mail")) as server:
        print(f"screens: http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
