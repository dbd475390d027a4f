"""The topology as RabbitMQ definitions for one environment."""

import base64
import hashlib
from typing import Any

import pytest

from deploy.provision import ProvisionError, Target, definitions, provision_broker

TARGET = Target(
    management_url="http://127.0.0.1:1",
    management_auth=("admin", "secret"),
    mongo_admin_url="mongodb://127.0.0.1:1/",
    vhost="t1",
    user_prefix="t1-",
)
TOPOLOGY: dict[str, Any] = {
    "exchanges": [{"name": "rpc", "type": "topic", "durable": True}],
    "queues": [{"name": "rpc-membership", "durable": True, "arguments": {}}],
    "bindings": [],
    "policies": [],
    "users": {
        "membership": {
            "configure": "^$",
            "write": "^rpc$",
            "read": "^rpc-membership$",
            "topics": [{"exchange": "rpc", "write": "^payments\\.", "read": ".*"}],
        }
    },
}


def test_everything_is_placed_in_the_environments_vhost() -> None:
    made = definitions(TARGET, TOPOLOGY, {"membership": "pw"})
    for kind in ("exchanges", "queues", "permissions", "topic_permissions"):
        assert {row["vhost"] for row in made[kind]} == {"t1"}, kind
    assert made["vhosts"] == [{"name": "t1"}]


def test_a_service_gets_its_own_rights_and_no_tag() -> None:
    """One broker user per service with minimal rights (architecture.md §5)."""
    made = definitions(TARGET, TOPOLOGY, {"membership": "pw"})
    assert [(user["name"], user["tags"]) for user in made["users"]] == [("t1-membership", "")]
    rights = {row["user"]: row for row in made["permissions"]}
    assert rights["t1-membership"]["configure"] == "^$"
    assert rights["t1-membership"]["write"] == "^rpc$"
    assert made["topic_permissions"] == [
        {
            "user": "t1-membership",
            "vhost": "t1",
            "exchange": "rpc",
            "write": "^payments\\.",
            "read": ".*",
        }
    ]


def test_the_same_input_makes_the_same_document() -> None:
    """Provisioning twice changes nothing: even the password's salt stays."""
    first = definitions(TARGET, TOPOLOGY, {"membership": "pw"})
    assert definitions(TARGET, TOPOLOGY, {"membership": "pw"}) == first
    assert definitions(TARGET, TOPOLOGY, {"membership": "other"}) != first


def test_the_password_hash_is_rabbitmqs_salted_sha256() -> None:
    hashed = definitions(TARGET, TOPOLOGY, {"membership": "pw"})["users"][0]["password_hash"]
    raw = base64.b64decode(hashed)
    assert raw[4:] == hashlib.sha256(raw[:4] + b"pw").digest()


def test_a_user_without_a_password_is_named() -> None:
    with pytest.raises(ProvisionError, match="membership"):
        provision_broker(TARGET, TOPOLOGY, {})
