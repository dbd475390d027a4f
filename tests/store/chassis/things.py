"""What the tests of the store's mechanisms keep: things, places, a journal."""

import datetime as dt
from dataclasses import dataclass

from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis.aggregates import AggregateStore
from chassis.holds import holds_collection
from chassis.mongo import Document
from chassis.schema import Collection, DatabaseSchema, Index
from chassis.validators import TEXT, WHOLE, aggregate, document

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


class NameTaken(Exception):
    """The community has another thing of this name."""


THINGS = Collection(
    "things",
    per_community=True,
    validator=aggregate(community_id=TEXT, name=TEXT, rank=WHOLE),
    indexes=[
        Index([("community_id", 1), ("name", 1)], name="one_name", unique=True, refusal=NameTaken),
        Index([("community_id", 1), ("rank", 1), ("_id", 1)], name="by_rank"),
    ],
)
PLACES = holds_collection("places", community_id=TEXT)
JOURNAL = Collection("journal", validator=document(text=TEXT), append_only=True)
SCHEMA = DatabaseSchema(service="membership", collections=[THINGS, PLACES, JOURNAL])


class Things(AggregateStore[Document]):
    collection_schema = THINGS
    noun = "thing"


@dataclass
class Sent(CommandListener):
    """The commands that a client sent."""

    commands: list[CommandStartedEvent]

    def started(self, event: CommandStartedEvent) -> None:
        if not event.command_name.startswith("sasl"):
            self.commands.append(event)

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...

    def names(self) -> list[str]:
        return [event.command_name for event in self.commands]
