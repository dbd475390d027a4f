"""What clients were answered: every answer in a file, and what the checks need of them (R-5)."""

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests

GONE_WRONG, PROBLEM = (500, 502, 504), "application/problem+json"
SHOWN = 5


class Journal:
    """One line for each answer that a client got; in memory only what does not grow with them,
    but for the keys."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        self._lock = threading.Lock()
        self._carried_out: set[str] = set()  # keys with an answer that was no repetition
        self.answers: Counter[str] = Counter()  # by status
        self.replayed = 0
        self.twice: list[str] = []  # keys carried out more than once
        self.wrong: list[dict[str, Any]] = []  # the first answers that are none

    def watch(self, http: requests.Session, email: str) -> None:
        def note(answer: requests.Response, *_: Any, **__: Any) -> None:
            self._note(email, answer)

        http.hooks["response"].append(note)

    def _note(self, email: str, answer: requests.Response) -> None:
        ended = time.time()
        line = {
            "who": email,
            "method": answer.request.method,
            "path": answer.request.path_url,
            "key": answer.request.headers.get("Idempotency-Key"),
            "status": answer.status_code,
            "media": answer.headers.get("Content-Type", ""),
            "replayed": "Idempotency-Replayed" in answer.headers,
            "began": ended - answer.elapsed.total_seconds(),
            "ended": ended,
        }
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            self._judge(line)

    def _judge(self, line: dict[str, Any]) -> None:
        status, key = line["status"], line["key"]
        self.answers[str(status)] += 1
        self.replayed += line["replayed"]
        if key and status < 300 and not line["replayed"]:
            if key in self._carried_out:
                self.twice.append(key)
            self._carried_out.add(key)
        is_problem = line["media"].startswith(PROBLEM)
        if status >= 400 and (status in GONE_WRONG or not is_problem) and len(self.wrong) < SHOWN:
            self.wrong.append(line)
