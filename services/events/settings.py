"""What operators set for the events service: the chassis' settings, with a database."""

from dataclasses import dataclass

from chassis.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EventsSettings(Settings):
    def problems(self) -> list[str]:
        found = super().problems()
        if not self.mongo_url or not self.mongo_database:
            found.append("COTERIE_MONGO_URL and COTERIE_MONGO_DATABASE are needed")
        return found
