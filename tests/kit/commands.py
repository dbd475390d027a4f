"""What a client sends to the database, counted."""

from pymongo.monitoring import CommandListener, CommandStartedEvent


class Commands(CommandListener):
    """The names of the commands that a client sent, in order; `clear` begins anew."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def clear(self) -> None:
        """Forgets what was sent so far."""
        self.names.clear()

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...
