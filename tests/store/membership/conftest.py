"""A fresh system for each test, on one database for all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Context
from contracts import membership
from deploy.local.nodes import Nodes
from services.membership.store import SCHEMA
from tests.kit.databases import emptied, migrated
from tests.kit.passes import OnePass
from tests.store.membership.world import FORM, START, World, compose


@pytest.fixture(scope="session")
def schema_database(nodes: Nodes) -> Iterator[Database[dict[str, Any]]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def empty(schema_database: Database[dict[str, Any]]) -> World:
    """The service on a database without documents."""
    emptied(schema_database)
    clock = FixedClock(START)
    return World(compose(schema_database, clock), schema_database, clock)


@pytest.fixture
def make_world(empty: World) -> Callable[..., World]:
    """A community with an owner and two reviewers; policy and form as given."""

    def make(form: list[dict[str, Any]] | None = None, **policy: Any) -> World:
        operator = Context.for_operator("membership")
        empty.owner = empty.person("owner@example.com")
        asked = {
            "slug": "doctors",
            "name": "医者同行",
            "policy": policy,
            "owner_email": "owner@example.com",
            "form": form if form is not None else FORM,
        }
        empty.community = empty.ask(
            empty.app.communities.create, membership.CREATE_COMMUNITY, operator, **asked
        )
        for email in ("zhao@example.com", "qian@example.com"):
            empty.ask(
                empty.app.roles.grant,
                membership.GRANT_ROLE,
                empty.owner,
                community_id=empty.community["id"],
                email=email,
                role="reviewer",
            )
            empty.reviewers.append(empty.person(email))
        return empty

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def run_jobs(empty: World) -> Callable[[], None]:
    """One pass of every job at business time."""

    def run() -> None:
        one_pass = OnePass(empty.clock.now(), "membership")
        for job in (
            empty.app.application_deadlines.advance,
            empty.app.membership_deadlines.advance,
            empty.app.import_runs.run,
            empty.app.counts.fold,
            empty.app.counts.verify,
            empty.app.names.verify,
        ):
            job(one_pass)

    return run
