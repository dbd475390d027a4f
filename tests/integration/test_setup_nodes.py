"""The private broker and database as every other test gets them."""

import pymongo
from kombu import Connection

from tests.kit.nodes import Vhost


def test_a_test_database_takes_transactions(
    mongo: pymongo.MongoClient, database: pymongo.database.Database
) -> None:
    """mongod runs as a replica set, so units of work are possible (architecture.md §4)."""
    with mongo.start_session() as session, session.start_transaction():
        database.things.insert_one({"_id": 1}, session=session)
    assert database.things.find_one({"_id": 1}) == {"_id": 1}


def test_a_service_user_can_log_in_to_its_vhost(vhost: Vhost) -> None:
    """Each service has a broker user of its own, per vhost (architecture.md §5)."""
    for user in ("membership", "gateway"):
        with Connection(vhost.url_for(user), connect_timeout=5) as connection:
            assert connection.ensure_connection(max_retries=1).connected
