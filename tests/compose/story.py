"""`make compose-test`: the doctors' circle joins a system of containers, and some of those die.

    tests/compose/run.sh        (sees to base images and wheels first)

Prints times, sizes and memory; exit status 1 with the reason when something is not as it should be.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from deploy.local import clock
from examples.doctors import inputs
from examples.doctors.client import Refused
from examples.doctors.expectations import Expected, expect
from examples.doctors.joining import Joining
from examples.doctors.surroundings import Surroundings
from tests.compose.containers import LOGS, Containers, NotReady, installation
from tests.compose.disturbance import PEOPLE, Applying, disturb

PROJECT = "coterie-test"
STOPPED = (0, 143)  # ended by itself; ended by SIGTERM before it had work


def build(containers: Containers, tell: Callable[[str], None]) -> None:
    """Every image; prints how long it took and the sizes."""
    started = time.monotonic()
    containers.compose("build", "-q")
    tell(f"images built in {time.monotonic() - started:.1f} s")
    found = containers.engine("images", "--format", "{{.Size}}\t{{.Repository}}").splitlines()
    for size, name in sorted(row.split("\t") for row in found):
        if name.startswith("coterie-"):
            print(f"          {size:>9}  {name}")


def bring_up(containers: Containers, starts_at: str, tell: Callable[[str], None]) -> None:
    """Secrets, clock, everything; prints how long until all are healthy, and the memory."""
    containers.compose("run", "--rm", "secrets")
    clock.move_to(containers.clock / "offset", clock.parse_moment(starts_at))
    started = time.monotonic()
    containers.compose("up", "-d", "--no-build")
    containers.wait_healthy()
    tell(f"ready {time.monotonic() - started:.1f} s after `up`")
    for name, memory in containers.memory().items():
        print(f"          {memory:>9}  {name}")


def surroundings(containers: Containers) -> Surroundings:
    """The installation as people outside see it; its clock stands where `bring_up` put it."""
    (server,) = containers.names("membership-rpc")
    return Surroundings(
        gateway=containers.url("gateway"),
        inbox=containers.url("mail"),
        provider=containers.url("provider"),
        operate=("docker", "exec", server, "python", "-m", "chassis.operate"),
        clock=(),
        api_key=(containers.secrets / "payments" / "sandbox_api_key").read_text(),
        integrator_url="",
    )


def join(joining: Joining) -> None:
    """The story's first half."""
    people = inputs.applicants()
    joining.create_community()
    joining.import_members(inputs.members_csv())
    joining.apply(people)
    joining.review(people)
    joining.pay(people)


def check(joining: Joining, expected: Expected) -> None:
    """Compare with what the input files say. Raises AssertionError."""
    counts = joining.owner.get(f"{joining.path}/membership-counts")
    paid = sum(expected.paid_by_list_price.values())
    active = counts["memberships"]["active"]
    assert active == expected.first_number - 1 + paid, counts
    numbers = sorted(
        member["number"]
        for member in joining.owner.pages(f"{joining.path}/memberships")
        if member["number"]
    )
    assert numbers == list(range(1, expected.last_number + 1)), "numbers have gaps"
    check_prices(joining, expected)
    assert joining.told_missing == expected.incomplete, joining.told_missing
    ledger = joining.owner.get(f"{joining.path}/ledger")
    assert ledger["sum"] == 0, ledger


def check_prices(joining: Joining, expected: Expected) -> None:
    """As the ladder says, and never more places at a step than it has. Raises AssertionError.

    A place whose buyer got no answer in time stays held for a while, and the next step is sold
    meanwhile (product.md §3); so only a run without repeated requests has to match exactly.
    """
    prices = Counter(order["list_price"] for order in joining.orders.values())
    assert prices.total() == sum(expected.paid_by_list_price.values()), prices
    assert max(prices.values()) <= joining.setup["plan"]["ladder"]["every"], prices
    if not any(client.retries for client in joining.clients.values()):
        assert dict(prices) == expected.paid_by_list_price, prices


def stop(containers: Containers, tell: Callable[[str], None]) -> None:
    """Everything ends by itself when asked to. Raises AssertionError."""
    started = time.monotonic()
    containers.compose("stop")
    tell(f"stopped after {time.monotonic() - started:.1f} s")
    killed = {
        name: state["ExitCode"]
        for name, state in containers.states().items()
        if state["ExitCode"] not in STOPPED
    }
    assert not killed, f"did not end in time: {killed}"


def main() -> int:
    started = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    setup = inputs.community()
    expected = expect(setup, inputs.applicants(), inputs.members())
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            installation(PROJECT, Path(folder)) as containers,
        ):
            build(containers, tell)
            bring_up(containers, setup["story"]["starts_at"], tell)
            joining = Joining(surroundings(containers), setup, tell)
            join(joining)
            check(joining, expected)
            answers = next(p.answers for p in inputs.applicants() if p.verdict == "approve")
            clients = [joining.client(f"again{number}@example.com") for number in range(PEOPLE)]
            people = [Applying(client, joining.path, answers) for client in clients]
            disturb(containers, people, tell)
            stop(containers, tell)
    except (Refused, NotReady, TimeoutError, AssertionError, RuntimeError, OSError) as problem:
        print(f"not as it should be: {problem!r}", file=sys.stderr)
        print(f"logs: {LOGS}", file=sys.stderr)
        return 1
    tell("all as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
