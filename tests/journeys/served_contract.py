"""The OpenAPI document that a running gateway serves, as list of operations and as judge."""

import re
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from jsonschema import Draft202012Validator

from tests.journeys.world import Person

JSON, CSV, PROBLEM = "application/json", "text/csv", "application/problem+json"
BYTES = "application/octet-stream"
EVENT_STREAM = "text/event-stream"
METHODS = ("get", "post", "put", "patch", "delete")
PAGE = Path(__file__).parents[2] / "docs/reference/access.md"


@dataclass(frozen=True)
class Operation:
    """One operation as the document describes it; `id` is `service.name`, as who may is listed."""

    id: str
    method: str
    path: str
    described: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]

    def named(self, place: str) -> list[str]:
        """Its parameters in the path, query or header."""
        return [one["name"] for one in self.parameters if one["in"] == place]

    @property
    def takes_json(self) -> bool:
        """Whether a JSON body is read, be it one without any field."""
        return self.method in ("POST", "PUT", "PATCH") and self.takes(JSON)

    def takes(self, media: str) -> bool:
        """Whether its body can be of this type; where none is described that is JSON."""
        return media in self.described.get("requestBody", {}).get("content", {JSON: {}})

    @property
    def streams(self) -> bool:
        """Whether what it answers goes on until somebody ends it."""
        return EVENT_STREAM in self.described["responses"].get("200", {}).get("content", {})

    @property
    def example(self) -> Any:
        """The documented example of its body; {} where there is nothing to say."""
        for content in self.described.get("requestBody", {}).get("content", {}).values():
            return content.get("example", {})
        return {}


class ServedContract:
    """Sends requests by operation; an answer that is not as documented fails at once (H-2)."""

    def __init__(self, base_url: str) -> None:
        answer = requests.get(f"{base_url}/openapi.json", timeout=10)
        answer.raise_for_status()
        self.document: dict[str, Any] = answer.json()
        self._lock = threading.Lock()
        self._judges: dict[tuple[str, str], Draft202012Validator] = {}
        self.operations = {one.id: one for one in self._operations()}

    def ask(
        self,
        operation: Operation,
        who: Person,
        named: dict[str, str],
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> requests.Response:
        """One request as `who`; a fresh Idempotency-Key where one is needed. Text bodies are CSV,
        bytes are sent as they are, anything else is JSON."""
        path = operation.path
        for name in operation.named("path"):
            path = path.replace(f"{{{name}}}", quote(named[name], safe=""))
        sent = dict(headers or {})
        if "Idempotency-Key" in operation.named("header"):
            sent["Idempotency-Key"] = f'"{uuid.uuid4()}"'
        arguments: dict[str, Any] = {"headers": sent, "params": query}
        if operation.method in ("POST", "PUT", "PATCH"):
            if isinstance(body, str):
                sent["Content-Type"] = CSV
                arguments["data"] = body.encode()
            elif isinstance(body, bytes):
                arguments["data"] = body
                if operation.takes(BYTES):
                    sent["Content-Type"] = BYTES
            else:
                arguments["json"] = body
        answer = who.raw(operation.method, path, stream=operation.streams, **arguments)
        if operation.streams and answer.ok:
            assert answer.headers["Content-Type"] == EVENT_STREAM
            assert next(answer.iter_lines()).startswith(b"retry: ")
            answer.close()
            answer._content = b""  # nobody reads on
            return answer
        self._judge(operation, answer)
        return answer

    def _judge(self, operation: Operation, answer: requests.Response) -> None:
        """Status, media type and body are what the document says for this operation."""
        seen = f"{operation.id}: {answer.status_code} {answer.text[:600]}"
        status = str(answer.status_code)
        responses = self.responses(operation)
        assert status in responses, f"undocumented status, {seen}"
        content = responses[status].get("content")
        if content is None:
            assert not answer.content, seen
        else:
            media = answer.headers["Content-Type"].partition(";")[0]
            assert media in content or "*/*" in content, f"undocumented {media}, {seen}"
            if media in content and media.endswith("json"):
                judge = self._validator(operation.id, status, content[media]["schema"])
                wrong = [
                    f"{one.json_path}: {one.message}" for one in judge.iter_errors(answer.json())
                ]
                assert not wrong, f"{wrong}, {seen}"

    def responses(self, operation: Operation) -> dict[str, Any]:
        """Its answers by status, those of all operations among them."""
        shared = self.document["components"]["responses"]
        found: dict[str, Any] = {}
        for status, answer in operation.described["responses"].items():
            whole = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            for one in whole["x-codes"] if status == "default" else (status,):
                found.setdefault(one, whole)
        return found

    def _validator(self, id: str, status: str, schema: Any) -> Draft202012Validator:
        with self._lock:
            if (id, status) not in self._judges:
                whole = {**schema, "components": self.document["components"]}
                self._judges[id, status] = Draft202012Validator(whole)
            return self._judges[id, status]

    def _operations(self) -> list[Operation]:
        found, names = [], names_by_address()
        for path, methods in self.document["paths"].items():
            for method in METHODS:
                if method in methods:
                    described = methods[method]
                    parameters = tuple(self._parameter(one) for one in described["parameters"])
                    id = names[f"{method.upper()} {path}"]
                    found.append(Operation(id, method.upper(), path, described, parameters))
        return found

    def _parameter(self, described: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in described:
            return described
        name = described["$ref"].rpartition("/")[2]
        found: dict[str, Any] = self.document["components"]["parameters"][name]
        return found


def names_by_address() -> dict[str, str]:
    """What the page of who may calls each operation, by method and path."""
    found, service = {}, ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            service = line[3:]
        elif row := re.match(r"\| `(\w+)` \| `([^`]+)` \|", line):
            found[row[2]] = f"{service}.{row[1]}"
    return found
