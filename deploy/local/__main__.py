"""The commands behind the Makefile: up, down, status, logs, restart, clock, demo, operate, archive,
integrator, reset, nodes."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pymongo.errors
import requests

from contracts.records import SERVICES
from deploy.integrators import queue_of
from deploy.local import clock, logs
from deploy.local.control import REPOSITORY, SupervisorError
from deploy.local.environment import LOCAL_ORIGINS, PROCESSES, kind_of
from deploy.local.nodes import Nodes, NodesNotReady
from deploy.local.system import System, SystemNotReady
from deploy.provision import ProvisionError
from gateway.cors import origin_problems

ROOT = REPOSITORY / ".local"
_LOG_LINES = 200
_EXPECTED = (
    NodesNotReady,
    SystemNotReady,
    ProvisionError,
    SupervisorError,
    clock.ClockError,
    requests.RequestException,
    pymongo.errors.PyMongoError,
    OSError,
)


def up(system: System, arguments: argparse.Namespace) -> int:
    """Start everything, or what is missing, and print the addresses."""
    if problems := origin_problems(arguments.cors, production=False):
        raise SystemNotReady("\n".join(f"CORS: {problem}" for problem in problems))
    if not arguments.fresh and system.is_running():
        print("already running")
    started = time.monotonic()
    system.up(fresh=arguments.fresh)
    if arguments.cors:
        system.configure("gateway", {"COTERIE_CORS_ORIGINS": f"{LOCAL_ORIGINS} {arguments.cors}"})
        system.wait_ready(["gateway"])
    print(f"ready after {time.monotonic() - started:.1f} s")
    for label, address in system.addresses().items():
        print(f"  {label:<20} {address}")
    return 0


def demo(system: System, arguments: argparse.Namespace) -> int:
    """Everything on fresh databases, then the story of the example; the system stays up."""
    arguments.fresh, arguments.cors = True, ""
    up(system, arguments)
    story = [sys.executable, "-m", "examples.doctors.demo"]
    return subprocess.run(story, cwd=REPOSITORY).returncode


def down(system: System, _: argparse.Namespace) -> int:
    """Stop everything in order; the data stays."""
    if not system.control.running:
        print("nothing is running")
        return 0
    system.stop()
    print("stopped; the data is kept")
    return 0


def status(system: System, _: argparse.Namespace) -> int:
    """A table of processes; exit status 1 when one of them is not ready."""
    _require_running(system)
    all_ready = True
    heads = f"{'process':<18}{'state':<10}{'pid':>8}{'up s':>9}{'restarts':>9}{'RSS MB':>8}"
    print(f"{heads}  ready  health")
    for name, facts in system.control.status().items():
        is_ours = kind_of(name) in PROCESSES
        ready = system.is_ready(name) if is_ours else facts["state"] == "running"
        last = f"{'yes' if ready else 'no':<5}  {system.health_url(name) if is_ours else '-'}"
        all_ready = all_ready and ready
        print(
            f"{name:<18}{facts['state']:<10}{facts['pid'] or '-':>8}{facts['up_seconds']:>9.0f}"
            f"{facts['restarts']:>9}{_rss_megabytes(facts['pid']):>8}  {last}"
        )
    print(f"business time {clock.now(system.clock_file):%Y-%m-%dT%H:%M:%SZ}")
    return 0 if all_ready else 1


def show_logs(system: System, arguments: argparse.Namespace) -> int:
    """The last lines, or all lines with one id."""
    found = list(logs.lines(system.root, arguments.name or None, arguments.id or None))
    if arguments.id and not found:
        print("nothing found", file=sys.stderr)
        return 1
    for line in found if arguments.id else found[-_LOG_LINES:]:
        print(line)
    if arguments.id:
        print(f"whoever asked sees the answer at /v1/requests/{arguments.id}, operators all of it")
    return 0


def restart(system: System, arguments: argparse.Namespace) -> int:
    """Restart one process, or start one more of its kind (`payments-2`), until it is ready."""
    _require_running(system)
    system.restart(arguments.name)
    print(f"{arguments.name} is ready")
    return 0


def move_clock(system: System, arguments: argparse.Namespace) -> int:
    """Set the business clock forward and wait for the jobs."""
    file = system.clock_file
    if not arguments.by and not arguments.to:
        print(f"{clock.now(file):%Y-%m-%dT%H:%M:%SZ}")
        return 0
    if arguments.by:
        moment = clock.now(file) + clock.parse_duration(arguments.by)
    else:
        moment = clock.parse_moment(arguments.to)
    count = system.move_clock(moment)
    print(f"business time is {clock.now(file):%Y-%m-%dT%H:%M:%SZ}; {count} jobs have passed at it")
    return 0


def operate(system: System, arguments: argparse.Namespace) -> int:
    """Run an operator's command of one service in its environment."""
    _require_running(system)
    return system.operate(arguments.service, *arguments.arguments).returncode


def archive(system: System, arguments: argparse.Namespace) -> int:
    """Move a service's old audit trail into a file."""
    _require_running(system)
    return system.archive(arguments.service, *arguments.arguments).returncode


def integrator(system: System, arguments: argparse.Namespace) -> int:
    """Give an integrator a broker account and a queue, and print its AMQP address and queue."""
    _require_running(system)
    if arguments.remove:
        system.remove_integrator(arguments.account)
        print(f"removed {arguments.account}, its queue and what was in it")
        return 0
    url = system.integrator_url(arguments.account, arguments.events, arguments.scopes)
    print(url, queue_of(arguments.account))
    return 0


def reset(system: System, _: argparse.Namespace) -> int:
    """Stop everything and delete its data, logs, secrets and ports."""
    system.stop()
    for name in ("data", "logs", "run", "secrets"):
        shutil.rmtree(system.root / name, ignore_errors=True)
    for name in ("ports.json", "clock", "seed.json"):
        (system.root / name).unlink(missing_ok=True)
    print("everything is stopped and deleted")
    return 0


def nodes(_: System, arguments: argparse.Namespace) -> int:
    """Broker and database alone, under a root of their own: start, or stop unless held."""
    private = Nodes(arguments.root)
    if arguments.action == "stop":
        if private.control.running:
            private.control.shutdown_unless_held()
        return 0
    if not private.control.running:
        private.control.launch()
    for message in private.start():
        print(message)
    print(
        f"RabbitMQ 127.0.0.1:{private.ports['amqp']}, MongoDB 127.0.0.1:{private.ports['mongod']}"
    )
    return 0


def _require_running(system: System) -> None:
    if not system.control.running:
        raise SystemNotReady("nothing is running; `make up` starts it")


def _rss_megabytes(pid: int | None) -> str:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return "-"
    return str(pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=str(run.__doc__).strip())
        added.set_defaults(run=run)
        return added

    starting = command("up", up)
    starting.add_argument("--fresh", action="store_true", help="erase the data first")
    starting.add_argument("--cors", default="", help="more origins whose pages may call")
    command("demo", demo)
    command("down", down)
    command("status", status)
    reading = command("logs", show_logs)
    reading.add_argument("--name", help="one process")
    reading.add_argument("--id", help="only lines that contain this, e.g. a request id")
    command("restart", restart).add_argument("name", help="a service or gateway, or a further one")
    moving = command("clock", move_clock)
    target = moving.add_mutually_exclusive_group()
    target.add_argument("--by", help="a span such as 3d")
    target.add_argument("--to", help="a moment such as 2026-12-01T09:00")
    for name, run in (("operate", operate), ("archive", archive)):
        operating = command(name, run)
        operating.add_argument("service", choices=SERVICES)
        operating.add_argument("arguments", nargs=argparse.REMAINDER)
    account = command("integrator", integrator)
    account.add_argument("account", help="letters, digits and hyphens")
    account.add_argument("--events", nargs="*", default=(), help="types; all public ones at first")
    account.add_argument("--scopes", nargs="*", default=(), help="of what is not for everybody")
    account.add_argument("--remove", action="store_true", help="the account and its queue")
    command("reset", reset)
    alone = command("nodes", nodes)
    alone.add_argument("action", choices=("start", "stop"))
    alone.add_argument("--root", type=Path, required=True)
    return parser


def main() -> int:
    """Run one command; 1 with one clear line when it cannot be done."""
    arguments = _parser().parse_args()
    system = System(ROOT, tell=lambda text: print(text, flush=True))
    try:
        return int(arguments.run(system, arguments))
    except _EXPECTED as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; what was started keeps running (`make down` stops it)", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
