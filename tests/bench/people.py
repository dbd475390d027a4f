"""People of a measured system: rows in the database and tokens by hand, nobody signs in."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt
import pymongo

from chassis.ids import new_id
from deploy.local.system import System


class People:
    """Makes people and access tokens of one system."""

    def __init__(self, system: System) -> None:
        self._system = system
        kid = json.loads(system.credentials.token_public_keys().read_text())["keys"][0]["kid"]
        self._head = {"typ": "at+jwt", "kid": kid}
        self._key = system.credentials.read("signing_key.pem")
        self.client: Any = pymongo.MongoClient(system.nodes.mongo_admin_url)
        self._people = self.client[system.target.database("membership")]["people"]

    def operator(self) -> str:
        """The operator's id, who is made."""
        self._system.operate("membership", "create-operator", "--email", "operator@example.com")
        return self.known("operator@example.com")

    def known(self, email: str) -> str:
        """The id of somebody whom the system knows by an address."""
        found = self._people.find_one({"email": email})
        assert found is not None, email
        return str(found["_id"])

    def add(self, count: int, name: str) -> dict[str, str]:
        """So many people, by address: their ids."""
        now = datetime.now(UTC).replace(microsecond=0)
        made = [
            {
                "_id": new_id("per"),
                "email": f"{name}{number}@example.com",
                "name": f"{name} {number}",
                "locale": "zh-CN",
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
            for number in range(count)
        ]
        self._people.insert_many(made)
        return {str(person["email"]): str(person["_id"]) for person in made}

    def token(self, person: str) -> str:
        """An access token that is good for ten minutes."""
        now = int(time.time())
        claims = {
            "iss": "coterie",
            "aud": "coterie",
            "sub": person,
            "sid": new_id("ses"),
            "scope": "user",
            "auth_time": now,
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers=self._head)
