"""What a process has once, and what a deployable is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click
from pymongo.database import Database

from chassis.amqp_link import Link
from chassis.changes import Changes, WatchedCollection
from chassis.clock import Clock
from chassis.leadership import Leadership
from chassis.live import Listener, LiveQueue
from chassis.rpc_client import RpcClient
from chassis.settings import Settings
from chassis.uow import UnitOfWork

if TYPE_CHECKING:
    from chassis.schema import DatabaseSchema

S = TypeVar("S", bound=Settings)

_NOT_HERE: Any = None


@dataclass(frozen=True)
class Platform(Generic[S]):
    """The parts of a process that its service builds on.

    A deployable without a database of its own (the gateway) leaves `database` and `uow` alone: they
    are bound to no server there, and using them fails.
    """

    service: str
    settings: S
    clock: Clock
    database: Database[dict[str, Any]]
    uow: UnitOfWork
    rpc: RpcClient
    links: list[Link] = field(default_factory=list)  # the connections that readiness asks about
    # Whatever else keeps the process from being ready: each call answers with what is wrong now.
    readiness: list[Callable[[], list[str]]] = field(default_factory=list)
    # At work where the role `jobs` is.
    leadership: Leadership = _NOT_HERE
    changes: Changes = _NOT_HERE
    # Where the definition has a table `live`.
    live: LiveQueue = _NOT_HERE

    def watch(self, link: Link) -> None:
        """This connection must be up for the process to be ready."""
        self.links.append(link)


@dataclass(frozen=True)
class ServiceDefinition:
    """One deployable: its settings, its composition and its nameko classes by role.

    `build(platform)` is called once per process and returns the object that `App()` hands to every
    entrypoint. `schema` is None for a deployable without a database. `commands` are click commands
    added to `python -m chassis.operate <name>`; they find the composition in `click`'s context.
    `live` is what every process hears from the others (`chassis.live`): for each kind of message
    the composition's listener. `tells`: of which things the gateways are told that they changed
    (`chassis.news`).
    """

    name: str
    settings: type[Settings]
    build: Callable[[Platform[Any]], Any]
    roles: Mapping[str, type]
    schema: "DatabaseSchema | None" = None
    commands: Sequence[click.Command] = ()
    live: Mapping[str, Callable[[Any], Listener]] = field(default_factory=dict)
    tells: Sequence[WatchedCollection] = ()
