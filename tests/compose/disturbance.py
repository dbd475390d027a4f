"""People go on applying and reading while containers die under them.

What counts is what a client sees: every request in the end answered as if nothing had happened,
with no more than repeating it under the same Idempotency-Key, and every command carried out once.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from examples.doctors.client import Client
from tests.compose.containers import Containers

PEOPLE = 8
PATIENCE_SECONDS = 90.0  # a broker takes half a minute to restart on a busy machine


class Applying:
    """One person who applies, reads and withdraws, over and over."""

    def __init__(self, client: Client, community: str, answers: dict[str, Any]) -> None:
        self._client, self._community, self._answers = client, community, answers
        client.patience = PATIENCE_SECONDS
        self.made: list[str] = []
        self.requests = 0
        self.longest = 0.0

    @property
    def retries(self) -> int:
        return self._client.retries

    def go_on(self, enough: threading.Event) -> None:
        """Until `enough`. Raises examples' Refused for an error that repeating does not heal."""
        before = self._client.retries
        body = {"answers": self._answers, "submit": True}
        while not enough.is_set():
            path = f"{self._community}/applications"
            application = self._timed(self._client.post, path, body)
            self.made.append(application["id"])
            path = f"/v1/applications/{application['id']}"
            seen = self._timed(self._client.get, path)
            assert seen["state"] == "submitted", seen
            withdrawn = self._timed(self._client.post, f"{path}/withdraw")
            assert withdrawn["state"] == "withdrawn", withdrawn
        self._client.retries -= before

    def kept(self) -> list[str]:
        """The applications that the system knows of this person."""
        return [one["id"] for one in self._client.pages("/v1/me/applications")]

    def _timed(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        started = time.monotonic()
        answer = ask(*arguments)
        self.longest = max(self.longest, time.monotonic() - started)
        self.requests += 1
        return answer


def disturb(containers: Containers, people: list[Applying], tell: Callable[[str], None]) -> None:
    """Scale `membership-rpc` to three, kill one, let another crash, restart the broker.

    Raises Refused or AssertionError when a client saw more than a pause.
    """
    containers.compose("up", "-d", "--no-deps", "--scale", "membership-rpc=3", "membership-rpc")
    containers.wait_healthy()
    servers = containers.names("membership-rpc")
    assert len(servers) == 3, servers
    enough = threading.Event()
    with ThreadPoolExecutor(len(people)) as pool:
        running = [pool.submit(person.go_on, enough) for person in people]
        try:
            _wait_for_requests(people, running)
            containers.engine("kill", servers[0])
            tell(f"killed {servers[0]}")
            _wait_for_requests(people, running)
            crash(containers, servers[1])
            tell(f"crashed {servers[1]}")
            _wait_for_requests(people, running)
            containers.compose("restart", "rabbitmq")
            tell("restarted the broker")
            _wait_for_requests(people, running)
        finally:
            enough.set()
        for one in running:
            one.result()
    containers.engine("start", servers[0])
    containers.wait_healthy()
    restarts = containers.engine("inspect", "-f", "{{.RestartCount}}", servers[1]).strip()
    assert restarts == "1", f"{servers[1]} was restarted {restarts} times, not once"
    for person in people:
        assert sorted(person.kept()) == sorted(person.made), "an application twice or not at all"
    requests, repeats = sum(p.requests for p in people), sum(p.retries for p in people)
    longest = max(person.longest for person in people)
    tell(f"{requests} requests answered, {repeats} repeated, the longest took {longest:.1f} s")


def crash(containers: Containers, name: str) -> None:
    """Kill the process inside, as a defect would; `docker kill` counts as an operator's wish."""
    script = (
        "import os, signal; [os.kill(int(p), signal.SIGKILL) for p in os.listdir('/proc')"
        " if p.isdigit() and b'chassis.run' in open(f'/proc/{p}/cmdline', 'rb').read()"
        " and int(p) not in (1, os.getpid())]"
    )
    containers.engine("exec", name, "python", "-c", script)


def _wait_for_requests(people: list[Applying], running: list[Any], seconds: float = 120.0) -> None:
    """Until everybody got ten more answers; at once when somebody has stopped."""
    wanted = [person.requests + 10 for person in people]
    end = time.monotonic() + seconds
    while any(person.requests < count for person, count in zip(people, wanted, strict=True)):
        if any(one.done() for one in running):
            return  # its error is raised by whoever waits for it
        if time.monotonic() > end:
            counts = [person.requests for person in people]
            raise TimeoutError(f"no answers within {seconds:g} s: {counts}, wanted {wanted}")
        time.sleep(0.1)
