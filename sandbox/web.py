"""The HTTP side shared by the sandbox programs: routes, JSON errors, limits, clean stop."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

MAX_BODY_BYTES = 64 * 1024
STOP_SECONDS = 10
HERE = Path(__file__).parent

log = logging.getLogger(__name__)

Endpoint = Callable[..., Response]


class ApiError(Exception):
    """An answer other than 2xx: the HTTP status and the JSON body {code, message}."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class BoundedRequest(Request):
    """A request whose body is at most 64 KiB."""

    max_content_length = MAX_BODY_BYTES

    def document(self) -> object:
        """The JSON body; ApiError 400 when it is not JSON."""
        try:
            return json.loads(self.get_data())
        except (ValueError, RecursionError) as error:
            raise ApiError(400, "malformed_json", "the body is not JSON") from error


def route(path: str, method: str, endpoint: Endpoint) -> Rule:
    """One row of a routing table; the endpoint gets the request and the parts of the path."""
    return Rule(path, methods=[method], endpoint=endpoint)


def query_integer(request: Request, name: str, low: int, high: int, *, default: int) -> int:
    """A query parameter from low to high; ApiError 422 when it is anything else."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
        raise ApiError(422, "invalid_field", f"{name} must be an integer from {low} to {high}")
    return int(text)


def json_response(document: object, status: int = 200) -> Response:
    """JSON as UTF-8."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, content_type="application/json")


class WebApplication:
    """A WSGI application over a routing table, with /health/live, /health/ready and /static.

    `ready` returns None when the program can work, else what is missing (503).
    """

    def __init__(self, ready: Callable[[], str | None]) -> None:
        self._ready = ready
        self._routes = Map(
            [
                route("/health/live", "GET", lambda request: json_response({"status": "live"})),
                route("/health/ready", "GET", self._health_ready),
            ]
        )
        self._busy = 0
        self._idle = threading.Condition()
        self._static = SharedDataMiddleware(self._dispatch, {"/static": str(HERE / "static")})
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )

    def add(self, routes: Iterable[Rule]) -> None:
        """Serve these routes too."""
        for rule in routes:
            self._routes.add(rule)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self._static(environ, start_response)

    def page(self, template: str, **values: object) -> Response:
        """One of our own HTML pages: scripts, styles and frames only from here."""
        html = self._templates.get_template(template).render(**values)
        response = Response(html, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait for the answers in hand; False when some are still being written after `seconds`."""
        with self._idle:
            return self._idle.wait_for(lambda: self._busy == 0, seconds)

    def _dispatch(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self._idle:
            self._busy += 1
        try:
            response = self._answer(BoundedRequest(environ))
        except BaseException:
            self._finished()
            raise
        response.call_on_close(self._finished)
        return response(environ, start_response)

    def _finished(self) -> None:
        with self._idle:
            self._busy -= 1
            self._idle.notify_all()

    def _answer(self, request: BoundedRequest) -> Response:
        try:
            endpoint, arguments = self._routes.bind_to_environ(request.environ).match()
            return endpoint(request, **arguments)
        except ApiError as error:
            return json_response({"code": error.code, "message": error.message}, error.status)
        except RequestEntityTooLarge:
            limit = f"a body is at most {MAX_BODY_BYTES} bytes"
            return json_response({"code": "body_too_large", "message": limit}, 413)
        except HTTPException as error:
            response = json_response(
                {"code": error.name.lower().replace(" ", "_"), "message": error.description},
                error.code or 500,
            )
            for name, value in error.get_headers(request.environ):
                if name in ("Allow", "Location"):
                    response.headers[name] = value
            return response
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            text = "the sandbox failed; its log says why"
            return json_response({"code": "internal", "message": text}, 500)

    def _health_ready(self, request: BoundedRequest) -> Response:
        missing = self._ready()
        if missing is None:
            return json_response({"status": "ready"})
        return json_response({"status": "not_ready", "message": missing}, 503)


class _RequestHandler(WSGIRequestHandler):
    # A client that connects and says nothing must not hold a thread for ever.
    timeout = 30
    # Head and body are two writes; Nagle would hold the second until the first is acknowledged.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s", self.requestline, code)


class Program:
    """A process that serves one application until SIGTERM or SIGINT, then stops cleanly."""

    def __init__(self, name: str) -> None:
        logging.basicConfig(
            level=os.environ.get("SANDBOX_LOG_LEVEL", "INFO"),
            format=f"%(asctime)s %(levelname)s {name} %(message)s",
            stream=sys.stderr,
        )
        # Blocked here, before any thread exists, so that only `sigwait` below receives them.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        # Journals hold keys and mail.
        os.umask(0o077)
        self.stopping = threading.Event()

    def bind(self, application: WebApplication, host: str, port: int) -> BaseWSGIServer:
        """Take the port, or end the program with a message when it is in use."""
        return make_server(host, port, application, threaded=True, request_handler=_RequestHandler)

    def serve(self, server: BaseWSGIServer, application: WebApplication) -> None:
        """Answer requests until told to stop; return when the answers in hand are written."""
        thread = threading.Thread(target=server.serve_forever, args=(0.25,), name="http")
        thread.start()
        log.info("listening on http://%s:%d", server.host, server.port)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        self.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
        if not application.wait_until_idle(STOP_SECONDS):
            log.warning("stopped with requests unanswered after %d s", STOP_SECONDS)
