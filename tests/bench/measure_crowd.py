"""A crowd: 400 people ask at once for a price, for 20 places of a step and 10 coupons."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from tests.bench.operations import Community, Person, World
from tests.bench.rows import Bench, Row, measures, percentile

CROWD = 400
PLACES, COUPONS = 20, 10
MOST_SECONDS = 2.5
PLAN = {"price_lock": "at_payment", "ladder": {"step": 10_000, "every": PLACES}}


@measures("crowd_400")
def crowd(bench: Bench) -> Iterator[Row]:
    """Seconds until everybody has an answer; exact: as many at each price as there are places."""
    with ExitStack() as stack:
        world = World(bench, stack)
        community = Community(world, "crowd", plan=PLAN, limit=COUPONS)
        people = community.payable(CROWD, "crowd")
        (seconds, answers, client), use = world.gauge.measure(CROWD, lambda: _ask(people))
    statuses = Counter(status for status, _, _ in answers)
    quotes = [quote for status, quote, _ in answers if status == 201]
    steps = Counter(quote["step"] for quote in quotes)
    coupons = sum(quote["coupon_id"] is not None for quote in quotes)
    refused = CROWD - len(quotes)
    # Nothing is given away twice; and when nobody was refused, nothing is left over either.
    most = max(steps.values(), default=0)
    full = all(taken == PLACES for step, taken in steps.items() if step < max(steps))
    exact = most <= PLACES and coupons <= COUPONS
    exact = exact and (refused > 0 or (full and coupons == COUPONS))
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    latencies = [latency for _, _, latency in answers]
    yield Row(
        "crowd_400",
        seconds,
        "s",
        f"<= {MOST_SECONDS:g}, exact, nobody refused",
        seconds <= MOST_SECONDS and exact and not refused,
        cpu_ms=use.cpu_ms,
        note=f"{told}; {'exact' if exact else 'NOT EXACT'}; client {client:.2f} ms a request",
        p50_ms=percentile(latencies, 50) * 1000,
        p99_ms=percentile(latencies, 99) * 1000,
        commands=use.commands,
        transactions=use.transactions,
        aborted=use.aborted,
        cpu_ms_by_process=use.cpu_ms_by_process,
    )


def _ask(people: list[Person]) -> tuple[float, list[tuple[int, Any, float]], float]:
    """Seconds in all; each answer's status, document and seconds; CPU of the client in ms each."""
    start = threading.Barrier(len(people) + 1)

    def ask(person: Person) -> tuple[int, Any, float]:
        front, path = person.front, f"/v1/purchases/{person.purchase}/quotes"
        asked = {"coupon_codes": ["WELC2ME"], "on_refused": "ignore"}
        front.connect()
        start.wait()
        began = time.monotonic()
        status, document = front.send("POST", path, person.token, asked)
        return status, document, time.monotonic() - began

    with ThreadPoolExecutor(len(people)) as pool:
        asked = [pool.submit(ask, person) for person in people]
        start.wait()
        began, cpu = time.monotonic(), time.process_time()
        answers = [answer.result() for answer in asked]
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    return seconds, answers, cpu / len(people) * 1000
