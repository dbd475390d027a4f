"""How long what somebody may do outlives its end, with two gateways and two of each service."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import requests

from deploy.local.environment import PROCESSES
from tests.bench.live import Live
from tests.bench.rows import Bench, Row, measures
from tests.journeys.world import Person, World
from tests.kit.limits import WIDE
from tests.kit.probe import probe
from tests.kit.processes import Process, free_port

ROUNDS, REFUSALS = 10, 20
MOST_SECONDS = 5.0
SECOND = ("gateway", "events", "payments")

Ask = Callable[[], requests.Response]


@measures("revocation")
def revocation(bench: Bench) -> Iterator[Row]:
    """The longest time, after a revocation was answered, at which something still went through."""
    with ExitStack() as stack:
        live = Live(bench, stack, PROCESSES, {"gateway": WIDE})
        second_gateway, *_ = [_second(live, bench, stack, name) for name in SECOND]
        world = World(live.system).found()
        gateways = (live.system.url("http"), second_gateway)
        roles = [_role_ends(world, gateways, number) for number in range(ROUNDS)]
        sessions = [_session_ends(world, gateways, number) for number in range(ROUNDS)]
    worst = max(*roles, *sessions)
    yield Row(
        "revocation",
        worst,
        "s",
        f"<= {MOST_SECONDS:.0f}",
        worst <= MOST_SECONDS,
        note=f"two gateways, two events, two payments; {ROUNDS} roles {max(roles):.3f} s,"
        f" {ROUNDS} sessions {max(sessions):.3f} s",
    )


def _second(live: Live, bench: Bench, stack: ExitStack, name: str) -> str:
    """Another process of a kind, beside the first; where it listens."""
    port, http_port = free_port(), free_port()
    environment = live.system.environment(name) | {"COTERIE_HEALTH_PORT": str(port)}
    if name == "gateway":
        environment["COTERIE_HTTP_PORT"] = str(http_port)
    process = Process(
        "chassis.run",
        name,
        environment=environment,
        port=port,
        log_path=bench.directory / f"second-{name}.log",
    )
    stack.callback(process.kill)
    process.start()
    return f"http://127.0.0.1:{http_port}"


def _role_ends(world: World, gateways: tuple[str, str], number: int) -> float:
    """A host and treasurer is neither any more; seen in meetups and in orders."""
    person = world.staff(f"staff{number}@example.com")
    for role in ("host", "treasurer"):
        granted = {"email": person.email, "role": role}
        world.operator.post(f"{world.path}/roles", granted)
    asks = [
        _ask(gateway, person, f"{world.path}/{what}")
        for gateway in gateways
        for what in ("meetups?state=draft", "orders")
    ]
    probe(lambda: all(ask().ok for ask in asks), 20, "the roles are known everywhere")
    me = person.get("/v1/me")["id"]

    def revoke() -> None:
        for role in ("host", "treasurer"):
            address = f"{world.path}/roles/{me}/{role}"
            world.operator.raw("DELETE", address).raise_for_status()

    return _outlived(asks, revoke)


def _session_ends(world: World, gateways: tuple[str, str], number: int) -> float:
    """Somebody ends all their sessions."""
    person = world.staff(f"leaver{number}@example.com")
    asks = [_ask(gateway, person, "/v1/me") for gateway in gateways for _ in range(2)]
    assert all(ask().ok for ask in asks)
    return _outlived(asks, lambda: person.raw("DELETE", "/v1/me/sessions").raise_for_status())


def _ask(gateway: str, person: Person, path: str) -> Ask:
    """Through this gateway, on a connection of its own, with the token of now."""
    http = requests.Session()
    http.headers["Authorization"] = str(person.http.headers["Authorization"])
    return lambda: http.get(gateway + path, timeout=10)


def _outlived(asks: list[Ask], end: Callable[[], None]) -> float:
    """Seconds from the answer to `end` until the last request that was still allowed was sent."""
    ended_at = 0.0

    def last_allowed(ask: Ask) -> float:
        last, refusals = 0.0, 0
        while refusals < REFUSALS:
            sent = time.monotonic()
            if ask().ok:
                last, refusals = sent, 0
            elif ended_at:
                refusals += 1
        return last

    with ThreadPoolExecutor(len(asks)) as pool:
        asking = [pool.submit(last_allowed, ask) for ask in asks]
        time.sleep(0.2)
        end()
        ended_at = time.monotonic()
        lasts = [one.result() for one in asking]
    return max(0.0, max(lasts) - ended_at)
