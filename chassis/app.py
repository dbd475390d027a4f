"""The nameko class of a role, made from what fires it and what is done then.

In it `App()` is the service's composition, built once per process.
"""

from collections.abc import Callable, Iterable
from typing import Any

from nameko.extensions import DependencyProvider, Entrypoint, register_entrypoint

Serve = Callable[[Any, Any], None]  # gets the composition and what the entrypoint fires with


class App(DependencyProvider):
    """Hands entrypoints what the service's `build(platform)` returned."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["app"]


def role_class(service: str, role: str, methods: Iterable[tuple[str, Entrypoint, Serve]]) -> type:
    """A class with these methods, each fired by its entrypoint.

    Raises ValueError for two methods of one name.
    """
    members: dict[str, Any] = {"name": f"{service}-{role}", "app": App()}
    for name, entrypoint, serve in methods:
        if name in members:
            raise ValueError(f"{service}: {name} is there twice")
        members[name] = _method(name, entrypoint, serve)
    return type(f"{service.capitalize()}{role.capitalize()}", (), members)


def _method(name: str, entrypoint: Entrypoint, serve: Serve) -> Callable[[Any, Any], None]:
    def method(service: Any, fired: Any) -> None:
        serve(service.app, fired)

    method.__name__ = name
    register_entrypoint(method, entrypoint)
    return method
