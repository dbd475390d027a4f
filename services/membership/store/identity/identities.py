"""Documents of identities, and of sign-ins with an external provider that are under way."""

import datetime as dt
from collections.abc import Sequence

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.membership.domain.identity.identities import MOST, Identity
from services.membership.domain.identity.sign_in_states import SignInState

_HOUR = dt.timedelta(hours=1)


class KeyTaken(Exception):
    """Somebody else came with one of the keys meanwhile."""


class IdentityStore(AggregateStore[Identity]):
    noun = "identity"
    collection_schema = Collection(
        "identities",
        kept="until its person unlinks it, or is erased; has phone numbers, names elsewhere",
        validator=aggregate_of(Identity),
        indexes=[
            Index([("keys", 1)], unique=True, name="one_identity_per_key", refusal=KeyTaken),
            Index([("person_id", 1), ("_id", 1)], name="by_person"),
        ],
    )

    def by_keys(self, tx: Transaction, keys: Sequence[str]) -> list[Identity]:
        """Those that have one of the keys."""
        wanted = {"keys": {"$in": list(keys)}}
        return self.all_of(self.collection.find(wanted, session=tx.session).limit(MOST))

    def is_known(self, key: str) -> bool:
        """Whether somebody has this key."""
        return self.collection.find_one({"keys": key}, {"_id": 1}) is not None

    def all_of_person(self, tx: Transaction, person_id: str) -> list[Identity]:
        """All of a person, oldest first; there are ten at most."""
        mine = {"person_id": person_id}
        found = self.collection.find(mine, session=tx.session).sort("_id", 1)
        return self.all_of(found.limit(MOST))

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[Identity]:
        """A page of them."""
        return self.page({"person_id": person_id}, after=after, limit=limit)

    def remove(self, tx: Transaction, id: str) -> None:
        """Nobody signs in by it any more."""
        self.collection.delete_one({"_id": id}, session=tx.session)

    def forget(self, tx: Transaction, person_id: str) -> None:
        """Nothing says by what the person was known."""
        self.collection.delete_many({"person_id": person_id}, session=tx.session)


class SignInStateStore(AggregateStore[SignInState]):
    noun = "sign-in under way"
    collection_schema = Collection(
        "sign_in_states",
        kept="an hour after its ten minutes (real time), or until its person is erased; has where"
        " its person came from",
        validator=aggregate_of(SignInState),
        indexes=[
            Index([("expires_at", 1)], name="garbage", expire_after=_HOUR),
            Index([("person_id", 1)], name="by_person"),
        ],
    )

    def forget(self, tx: Transaction, person_id: str) -> None:
        """Nothing is under way for the person."""
        self.collection.delete_many({"person_id": person_id}, session=tx.session)
