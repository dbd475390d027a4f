"""A fresh shop for each test, on one database for all."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Context, new_traceparent
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import payments
from deploy.local.nodes import Nodes
from services.payments.adapters.provider import Providers
from services.payments.service import compose
from services.payments.settings import PaymentsSettings
from services.payments.store import SCHEMA, Stores, open_stores
from tests.kit.databases import emptied, migrated
from tests.kit.neighbours import FakeMembership
from tests.kit.usecases import signed_in
from tests.store.payments.neighbours import Bank
from tests.store.payments.shop import Shop

START = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # noon in Shanghai


@pytest.fixture(scope="session")
def schema_database(nodes: Nodes) -> Iterator[Database[dict[str, Any]]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def empty(schema_database: Database[dict[str, Any]]) -> Shop:
    """A community with an owner and a provider account; nothing is on sale."""
    emptied(schema_database)
    clock = FixedClock(START)
    settings = PaymentsSettings(
        env="test",
        amqp_url="amqp://",
        mongo_url="mongodb://",
        mongo_database=schema_database.name,
        health_port=1,
        sandbox_provider_url="http://bank.example",
        callback_base_url="http://gateway.example",
        secrets_dir="/nowhere",
    )
    owner = Context(
        signed_in(new_id("per")),
        "en",
        new_id("req"),
        new_traceparent(),
    )
    neighbour = FakeMembership(new_id("com"))
    neighbour.standings[owner.require_person()] = {"roles": ["owner"]}
    platform: Platform[PaymentsSettings] = Platform(
        service="payments",
        settings=settings,
        clock=clock,
        database=schema_database,
        uow=UnitOfWork(schema_database, clock),
        rpc=neighbour,  # type: ignore[arg-type]
    )
    bank = Bank()
    providers = Providers(sandbox=bank)
    app = compose(platform, providers, local_pages=True)
    shop = Shop(app, schema_database, clock, bank, neighbour, owner, providers=providers)
    shop.account = shop.ask(
        app.accounts.set,
        payments.SET_PROVIDER_ACCOUNT,
        owner,
        community_id=shop.community_id,
        provider="sandbox",
        merchant_id="doctors-sandbox",
        secret_ref="doctors-sandbox",
        expected_version=0,
    )
    return shop


@pytest.fixture
def shop(empty: Shop, request: pytest.FixtureRequest) -> Shop:
    """The shop with the ladder plan on sale; what `ordered` and `paid` are of: see `OF_BOTH`."""
    empty.sell()
    empty.sells_seats = getattr(request, "param", "plan") == "seat"
    return empty


@pytest.fixture
def stores(empty: Shop) -> Stores:
    """The stores of the shop, for what a crash would have left."""
    return open_stores(empty.database, empty.clock)
