"""`app = App()` in a nameko class: the service's composition, built once per process."""

from typing import Any

from nameko.extensions import DependencyProvider


class App(DependencyProvider):
    """Hands entrypoints what the service's `build(platform)` returned."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["app"]
