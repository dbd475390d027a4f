"""The story of the example on a whole system: start, memory at rest, import, orders, total."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from contracts.records import SERVICES
from deploy.local import clock
from deploy.local.environment import PROCESSES
from deploy.local.system import System
from examples.doctors import inputs
from examples.doctors.demo import play
from examples.doctors.expectations import expect
from examples.doctors.inputs import Applicant
from examples.doctors.joining import Joining
from examples.doctors.surroundings import Surroundings
from examples.doctors.year import Year
from tests.bench.live import NODES, Live, cpu_of
from tests.bench.rows import Bench, Row, measures

OURS = (*SERVICES, "gateway")
SETTLE_SECONDS = 3.0
MOST_RSS, MOST_READY, MOST_IMPORT, MOST_DEMO = 450, 10, 20, 120


@measures("ready", "idle_rss")
def at_rest(bench: Bench) -> Iterator[Row]:
    """From the start of the processes, on running nodes, until each says that it is ready."""
    with ExitStack() as stack:
        live = Live(bench, stack)
        live.system.prepare()
        began = time.monotonic()
        live.system.start(OURS)
        seconds = time.monotonic() - began
        time.sleep(SETTLE_SECONDS)
        idle = cpu_of(live.groups(*OURS))
        time.sleep(SETTLE_SECONDS)
        idle = (cpu_of(live.groups(*OURS)) - idle) / SETTLE_SECONDS
        memory = live.memory(*OURS)
        apart = ", ".join(f"{name} {live.memory(name):.0f}" for name in NODES)
    yield Row(
        "ready", seconds, "s", f"<= {MOST_READY}", seconds <= MOST_READY, note="five processes"
    )
    yield Row(
        "idle_rss",
        memory,
        "MB",
        f"<= {MOST_RSS}",
        memory <= MOST_RSS,
        note=f"five processes, idle at {idle:.1%} of a core; apart: {apart} MB",
    )


@measures("import_5100", "orders_per_second", "cpu_per_order", "demo_total")
def story(bench: Bench) -> Iterator[Row]:
    """The whole story by 16 HTTP clients at once, without the comparison at its end."""
    with ExitStack() as stack:
        live = Live(bench, stack, PROCESSES)
        setup = inputs.community()
        place = _surroundings(live.system)
        began = time.monotonic()
        place.move_clock(setup["story"]["starts_at"])
        joining = _Timed(place, setup, live)
        joining.create_community()
        joining.import_members(inputs.members_csv())
        play(joining, Year(joining), expect(setup, inputs.applicants(), inputs.members()))
        total = time.monotonic() - began
        paid = len(joining.orders)
    yield Row(
        "import_5100",
        joining.imported_in,
        "s",
        f"<= {MOST_IMPORT}",
        joining.imported_in <= MOST_IMPORT,
        note=f"{joining.imported['rows']} rows, dry run and import together",
    )
    yield Row(
        "orders_per_second",
        paid / joining.paid_in,
        "orders/s",
        note=f"{paid} people quote, order, pay and wait to be members",
    )
    yield Row("cpu_per_order", joining.paying_cpu / paid * 1000, "ms", note=_shares(joining, paid))
    yield Row("demo_total", total, "s", f"<= {MOST_DEMO}", total <= MOST_DEMO)


class _Timed(Joining):
    """Tells how long import and payments took, and the CPU of everything of ours meanwhile."""

    def __init__(self, place: Surroundings, setup: dict[str, object], live: Live) -> None:
        super().__init__(place, setup, tell=lambda text: None)
        self._live = live

    def import_members(self, text: str) -> None:
        began = time.monotonic()
        super().import_members(text)
        self.imported_in = time.monotonic() - began

    def pay(self, people: list[Applicant]) -> None:
        groups = dict(zip((*OURS, *NODES), self._live.groups(*OURS, *NODES), strict=True))
        before = {name: cpu_of([pids]) for name, pids in groups.items()}
        began = time.monotonic()
        super().pay(people)
        self.paid_in = time.monotonic() - began
        self.shares = {name: cpu_of([pids]) - before[name] for name, pids in groups.items()}
        self.paying_cpu = sum(self.shares.values())


@dataclass(frozen=True)
class _Place(Surroundings):
    """The bench's own system; its operator and clock need no other process."""

    system: System

    def create_operator(self, email: str) -> None:
        self.system.operate("membership", "create-operator", "--email", email)

    def move_clock(self, to: str) -> None:
        self.system.move_clock(clock.parse_moment(to))


def _surroundings(system: System) -> Surroundings:
    return _Place(
        gateway=system.url("http"),
        inbox=system.url("sandbox-mail"),
        provider=system.url("sandbox-provider"),
        operate=(),
        clock=(),
        api_key=system.credentials.read("payments/sandbox_api_key"),
        integrator_url="",
        system=system,
    )


def _shares(joining: _Timed, paid: int) -> str:
    return ", ".join(f"{name} {cpu / paid * 1000:.0f}" for name, cpu in joining.shares.items())
