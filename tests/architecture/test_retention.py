"""Every collection states how long it keeps what, and a TTL index stands behind what says so."""

import datetime as dt
import re
from collections.abc import Iterator
from importlib import import_module

from chassis.collections import Collection
from contracts.records import SERVICES


def collections() -> Iterator[tuple[str, Collection]]:
    for service in SERVICES:
        for collection in import_module(f"services.{service}.store").SCHEMA.all_collections:
            yield f"{service}.{collection.name}", collection


def test_every_collection_states_how_long_it_keeps_what() -> None:
    """M6: a collection without a stated end is one that nobody thought about."""
    assert [name for name, collection in collections() if not collection.kept] == []


def test_garbage_is_stated_as_it_is_removed() -> None:
    """Days that a TTL index counts stand in the statement, and real time is said to be it."""
    for name, collection in collections():
        for index in collection.indexes:
            if index.expire_after is None:
                continue
            assert "real time" in collection.kept, name
            if index.expire_after >= dt.timedelta(days=1):
                days = [int(found) for found in re.findall(r"(\d+) days", collection.kept)]
                assert index.expire_after.days in days, name
