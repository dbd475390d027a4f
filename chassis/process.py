"""One process: settings, platform, a nameko container for each role, an orderly end.

Exit status: 0 stopped as asked, 1 died of a defect, 2 wrong settings, 3 the database's schema is
not one that this version knows. A broker or database that is away is waited for (architecture.md
§5).
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn, cast

import click
import eventlet
import structlog
from nameko.runners import ServiceRunner
from prometheus_client import REGISTRY
from pymongo.errors import PyMongoError

from chassis import crash, logs, mongo
from chassis.amqp_link import Link
from chassis.changes import Changes
from chassis.clock import open_clock
from chassis.health import Health
from chassis.jobs import declared_jobs
from chassis.leadership import LEADS, Leadership
from chassis.live import LiveQueue
from chassis.news import ChangeAnnouncer
from chassis.platform import Platform, ServiceDefinition
from chassis.relay import Relay
from chassis.rpc_client import RpcClient
from chassis.schema import UnknownSchema, check_schema
from chassis.senders import Senders
from chassis.settings import ServiceSettings, Settings, SettingsError
from chassis.uow import UnitOfWork

log = structlog.get_logger()

STOP_SECONDS = 18  # the supervisor kills at 20
LONGEST_PAUSE = 2.0


@click.command()
@click.argument("name")
@click.option("--roles", default="", help="Comma-separated; all of the deployable's by default.")
def run(name: str, roles: str) -> NoReturn:
    """Run one process of NAME: a service, `gateway`, or module:ATTRIBUTE of a definition."""
    definition = load_definition(name)
    gc.enable()
    wanted = [role for role in roles.split(",") if role] or list(definition.roles)
    if unknown := set(wanted) - set(definition.roles):
        raise click.UsageError(f"{name} has no role {', '.join(sorted(unknown))}")
    settings = read_settings(definition)
    logs.configure(service=definition.name, level=settings.log_level)
    try:
        sys.exit(serve(definition, settings, wanted))
    except SettingsError as error:  # what could be tried at the start only
        _refuse(definition, error.problems)


def load_definition(name: str) -> ServiceDefinition:
    """The definition of a service, of `gateway`, or at `module:ATTRIBUTE`."""
    if ":" not in name:
        package = name if name == "gateway" else f"services.{name}"
        name = f"{package}.service:SERVICE"
    module, _, attribute = name.partition(":")
    try:
        return cast(ServiceDefinition, getattr(import_module(module), attribute))
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise click.UsageError(f"there is no deployable at {name}") from None


def read_settings(definition: ServiceDefinition) -> Settings:
    """The settings in the environment; prints every problem and exits with 2 when there are any."""
    try:
        settings = definition.settings.from_environment(os.environ)
        Senders.around(settings.amqp_url, definition.name)
        return settings
    except SettingsError as error:
        problems = error.problems
    except ValueError as error:
        problems = [f"COTERIE_AMQP_URL: {error}"]
    _refuse(definition, problems)


def _refuse(definition: ServiceDefinition, problems: Sequence[str]) -> NoReturn:
    for problem in problems:
        print(f"{definition.name}: {problem}", file=sys.stderr)
    sys.exit(2)


def open_platform(definition: ServiceDefinition, settings: Settings) -> Platform[Any]:
    """The process' parts; nothing is connected yet."""
    clock = open_clock(settings.clock_file)
    database: Any = None
    if definition.schema is not None:
        assert isinstance(settings, ServiceSettings)
        client = mongo.connect(
            settings.mongo_url, application=definition.name, max_workers=settings.max_workers
        )
        database = mongo.open_database(client, settings.mongo_database)
    links: list[Link] = []
    leadership = cast(Leadership, None)
    if database is not None:
        leadership = Leadership(database, links)
        REGISTRY.register(LEADS)
    platform: Platform[Any] = Platform(
        service=definition.name,
        settings=settings,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock) if database is not None else cast(UnitOfWork, None),
        rpc=RpcClient(settings.amqp_url, definition.name),
        links=links,
        leadership=leadership,
        changes=Changes(database, leadership),
        live=LiveQueue(settings.amqp_url, definition.name)
        if definition.live
        else cast(LiveQueue, None),
    )
    if database is not None:
        platform.uow.on_commit = platform.changes.committed
    platform.watch(platform.rpc.link)
    return platform


def serve(definition: ServiceDefinition, settings: Settings, roles: Sequence[str]) -> int:
    """Runs until SIGTERM or SIGINT; the exit status. Raises SettingsError for a port in use."""
    began = time.monotonic()
    crash.arm(settings.crash_point)
    platform = open_platform(definition, settings)
    jobs = declared_jobs(definition.roles["jobs"]) if "jobs" in roles else []
    health = Health(platform, has_database=definition.schema is not None, jobs=jobs)
    ending = _Ending(health)
    health.start()
    platform.rpc.start()
    if definition.schema is not None:
        try:
            _wait_for_schema(definition, platform)
        except UnknownSchema as problem:
            log.critical("schema_unknown", problem=str(problem))
            return 3
    app = definition.build(platform)
    runner = ServiceRunner(
        {
            "platform": platform,
            "app": app,
            "max_workers": settings.max_workers,
        }
    )
    for role in roles:
        runner.add_service(definition.roles[role])
    leads = "jobs" in roles and definition.schema is not None
    if leads:
        beside: dict[str, Any] = {"name": f"{definition.name}-relay", "relay": Relay()}
        if definition.tells:
            beside["announcer"] = ChangeAnnouncer(definition.tells)
        runner.add_service(type("RelayRole", (), beside))
    ending.runner = runner
    if definition.live:
        platform.live.start({kind: of(app) for kind, of in definition.live.items()})
    runner.start()
    if leads:
        platform.changes.start()
        platform.leadership.start()
    # What was made to start stays to the end: a full collection need not look at it again, which
    # took 50 ms in which nobody is answered.
    gc.collect()
    gc.freeze()
    health.started()
    seconds = round(time.monotonic() - began, 2)
    log.info("started", roles=list(roles), seconds=seconds, settings=settings.shown())
    try:
        runner.wait()
    except Exception:
        log.critical("died", exc_info=True)
        return 1
    if leads:
        platform.changes.stop()
        platform.leadership.stop()
    if definition.live:
        platform.live.stop()
    platform.rpc.stop()
    log.info("stopped")
    return 0


class _Ending:
    """On SIGTERM or SIGINT: take no more work, finish and acknowledge what is in hand, end.

    Whatever hangs is cut off after 18 s by a real timer, which no stuck greenlet can hold up.
    """

    def __init__(self, health: Health) -> None:
        self.runner: ServiceRunner | None = None
        self._health = health
        self._begun = False
        signal.signal(signal.SIGALRM, _give_up)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._begin)

    def _begin(self, number: int, frame: FrameType | None) -> None:
        if self._begun:
            return
        self._begun = True
        signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)
        self._health.stopping()
        if self.runner is None:  # nothing is in hand yet
            os._exit(0)
        # In a greenlet of its own: a signal may arrive while the hub itself is running.
        eventlet.spawn_n(self.runner.stop)


def _give_up(number: int, frame: FrameType | None) -> NoReturn:
    print('{"event": "stop took too long", "level": "critical"}', flush=True)
    os._exit(1)


def _wait_for_schema(definition: ServiceDefinition, platform: Platform[Any]) -> None:
    """Until the database answers; raises UnknownSchema."""
    assert definition.schema is not None
    pause = 0.1
    while True:
        try:
            return check_schema(platform.database, definition.schema)
        except PyMongoError as error:
            log.warning("waiting_for_database", error=error)
        eventlet.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
