"""Documents of changes of addresses. All times are real time."""

import datetime as dt
from typing import cast

from chassis.aggregates import Page
from chassis.collections import Collection, Index
from chassis.ids import first_id_at
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.membership.domain.identity.email_changes import STARTS_WINDOW, EmailChange
from services.membership.store.identity.sign_in import GuessedStore


class AnotherChangeIsLive(Exception):
    """The person started another change at the same moment."""


class EmailChangeStore(GuessedStore[EmailChange]):
    noun = "email change"
    collection_schema = Collection(
        "email_changes",
        kept="a day; one that was made seven, so that both addresses are told (real time); or until"
        " the person is erased; has both addresses",
        validator=aggregate_of(EmailChange),
        indexes=[
            Index(
                [("person_id", 1)],
                name="one_live_change",
                unique=True,
                partial={"live": True},
                refusal=AnotherChangeIsLive,
            ),
            Index([("person_id", 1), ("_id", 1)], name="by_person"),
            Index([("garbage_at", 1)], name="garbage", expire_after=dt.timedelta(0)),
        ],
    )

    def live_of(self, person_id: str, tx: Transaction | None = None) -> EmailChange | None:
        """The person's change that is neither made, taken back nor replaced, expired or not."""
        session = None if tx is None else tx.session
        found = self.collection.find_one({"person_id": person_id, "live": True}, session=session)
        return cast(EmailChange | None, found)

    def require_live_of(self, person_id: str, tx: Transaction | None = None) -> EmailChange:
        """What `live_of` gives; raises DomainError(OBJECT_NOT_FOUND) instead of None."""
        found = self.live_of(person_id, tx)
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return found

    def starts_of(self, tx: Transaction, person_id: str, now: dt.datetime) -> list[dt.datetime]:
        """When the person started changes within the last day, oldest first."""
        since = first_id_at("emc", now - STARTS_WINDOW)
        recent: Document = {"person_id": person_id, "_id": {"$gt": since}}
        found = self.collection.find(recent, {"started_at": 1}, session=tx.session)
        return [change["started_at"] for change in found.sort("_id", 1)]

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[EmailChange]:
        """A page of all that there are of a person, newest first."""
        mine = {"person_id": person_id}
        return self.page(mine, after=after, limit=limit, descending=True)

    def forget(self, tx: Transaction, person_id: str) -> None:
        """Nothing is changed for the person any more."""
        self.collection.delete_many({"person_id": person_id}, session=tx.session)
