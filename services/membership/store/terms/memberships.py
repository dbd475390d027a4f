"""Documents of memberships, their terms embedded."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from chassis.aggregates import Page, soonest
from chassis.collections import Collection, Index
from chassis.list_orders import ListOrder
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.membership.people import MOST_NAMES
from contracts.types.membership import Policy
from services.membership.domain.terms.counts import membership_counts_as
from services.membership.domain.terms.memberships import DATED, KEPT_OUT, Membership
from services.membership.domain.terms.plans import Plan
from services.membership.domain.terms.report_days import Fact, membership_facts
from services.membership.domain.terms.standings import Standing, standing_id
from services.membership.domain.vetting.applications import Application
from services.membership.store.identity.names import FOUND, WITHOUT_KEYS, FindableStore
from services.membership.store.identity.people import WITH_PERSON, Named
from services.membership.store.terms.plans import PlanStore, take_joined_plan
from services.membership.store.terms.report_days import OF_MEMBERSHIPS


class Payable(NamedTuple):
    """What the payment of a term changes or depends on."""

    membership: Membership
    policy: Policy
    standing: Standing | None
    application: Application | None
    plan: Plan | None


class NamedMembership(Membership):
    """A membership with its person, as a list of one."""

    person: list[Named]


# Those whose people came themselves (`domain.memberships.came_here`).
CAME_HERE: Document = {"terms.kind": {"$in": ["paid", "free"]}}

# Who belongs to a community as a list of its people for this purpose takes it. Who registers for a
# meetup or pays, for a term or a seat, is or was a member by whichever way, and came themselves.
BELONGING: dict[str, Document] = {"registrations": {}, "orders": {}}


# What may have been told of who is in a state that follows from dates.
UNTOLD = [*DATED, *KEPT_OUT]

# In the order of lists; states that follow from dates are picked within the index.
LISTED = [("_id", 1), ("state", 1), ("ends_on", 1), ("grace_ends_on", 1)]
# What an index in the order of something that not all have asks of it.
AMONG: dict[str, Document] = {
    "number": {"number": {"$type": "number"}},
    "ends_on": {"ends_on": {"$type": "string"}},
}


AWAITING: Document = {"terms.state": "awaiting"}


class MembershipStore(FindableStore[Membership]):
    noun = "membership"
    decisive = ("live", "state", "grace_ends_on", *OF_MEMBERSHIPS)
    collection_schema = Collection(
        "memberships",
        kept=(
            "for ever, by ids and number; segment, city and what its person is found by until the "
            "person is erased"
        ),
        validator=aggregate_of(Membership),
        indexes=[
            Index(
                [("community_id", 1), ("person_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_membership",
            ),
            Index(
                # Who joins again keeps the number: the former membership has it, too.
                [("community_id", 1), ("number", 1)],
                unique=True,
                partial={"live": True, "number": {"$type": "number"}},
                name="one_live_member_per_number",
            ),
            Index(
                [("community_id", 1), ("number", 1), *LISTED],
                partial=AMONG["number"],
                name="in_order_of_number",
            ),
            Index(
                [("community_id", 1), ("ends_on", 1), *LISTED],
                partial=AMONG["ends_on"],
                name="in_order_of_end",
            ),
            Index([("community_id", 1), ("updated_at", 1), *LISTED], name="in_order_of_change"),
            Index([("terms.id", 1)], unique=True, name="by_term", across_communities=True),
            Index(
                [("terms.state", 1), ("_id", 1)],
                partial=AWAITING,
                name="awaiting_payment",
                across_communities=True,
            ),
            Index([("person_id", 1), ("_id", 1)], name="by_person", across_communities=True),
            Index([("community_id", 1), ("joined_on", 1)], name="in_order_of_joining"),
            Index([("community_id", 1), *LISTED], name="listed"),
            FOUND,
            Index(
                [
                    ("community_id", 1),
                    ("live", 1),
                    ("state", 1),
                    ("ends_on", 1),
                    ("grace_ends_on", 1),
                ],
                name="counted",
            ),
            Index(
                [("due_at", 1), ("_id", 1)],
                partial={"due_at": {"$type": "date"}},
                name="due",
                across_communities=True,
            ),
        ],
    )

    def counts_as(self, document: Membership) -> str | None:
        return membership_counts_as(document)

    def facts(self, document: Membership, community_id: str) -> list[Fact]:
        return membership_facts(document, community_id)

    def live_of_people(
        self, tx: Transaction, community_id: str, person_ids: Sequence[str]
    ) -> dict[str, Membership]:
        """The live memberships of these people in a community, by person."""
        wanted = {
            "community_id": community_id,
            "person_id": {"$in": list(person_ids)},
            "live": True,
        }
        found = self.all_of(self.collection.find(wanted, session=tx.session))
        return {membership["person_id"]: membership for membership in found}

    def of_standings(
        self, standings: Sequence[Standing], *, tx: Transaction | None = None
    ) -> dict[str, list[Membership]]:
        """The memberships, former ones included, behind each of these standings, by its id."""
        wanted = {"person_id": {"$in": [one["person_id"] for one in standings]}}
        session = None if tx is None else tx.session
        held: dict[str, list[Membership]] = {one["_id"]: [] for one in standings}
        for found in self.all_of(self.collection.find(wanted, session=session)):
            held.get(standing_id(found["community_id"], found["person_id"]), []).append(found)
        return held

    def holders(self, tx: Transaction, community_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """Which of these member numbers somebody has or had, and who."""
        # The partial index is used only when its own filter is part of the query (D-9).
        wanted = {
            "community_id": community_id,
            "number": {"$in": list(numbers), "$type": "number"},
        }
        shown = {"number": 1, "person_id": 1}
        found = self.collection.find(wanted, shown, session=tx.session)
        return {membership["number"]: membership["person_id"] for membership in found}

    def by_term(self, tx: Transaction | None, term_id: str) -> Membership | None:
        """The membership that a term belongs to."""
        session = None if tx is None else tx.session
        found = self.collection.find_one({"terms.id": term_id}, session=session)
        return cast(Membership | None, found)

    def to_fulfil(self, tx: Transaction, term_id: str, plan_id: str) -> Payable | None:
        """The membership that a term belongs to, with all that its payment by a plan changes or
        depends on, in one round trip."""
        found = self.collection.aggregate(
            [
                {"$match": {"terms.id": term_id}},
                _joined("communities", "$community_id", "_community"),
                _joined(
                    "community_standings",
                    {"$concat": ["$community_id", ":", "$person_id"]},
                    "_standing",
                ),
                {
                    "$lookup": {
                        "from": "applications",
                        "localField": "terms.application_id",
                        "foreignField": "_id",
                        "as": "_applications",
                    }
                },
                _joined(PlanStore.collection_schema.name, plan_id, "_plan"),
            ],
            session=tx.session,
        ).to_list(1)
        if not found:
            return None
        membership = found[0]
        (community,) = membership.pop("_community")
        standing = next(iter(membership.pop("_standing")), None)
        of_terms = membership.pop("_applications")
        # Whoever renews has none under that term; one that was taken back has no term any more.
        of = next(one["application_id"] for one in membership["terms"] if one["id"] == term_id)
        application = next((one for one in of_terms if one["_id"] == of), None)
        plan = take_joined_plan(membership)
        policy = community["policy"]
        return Payable(cast(Membership, membership), policy, standing, application, plan)

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[Membership]:
        """A person's memberships, former ones included, newest first."""
        return self.page({"person_id": person_id}, after=after, limit=limit, descending=True)

    def of_community(
        self,
        community_id: str,
        states: Sequence[str],
        today: str,
        order: ListOrder,
        bounds: Document | None = None,
        *,
        after: str | None,
        limit: int,
    ) -> Page[NamedMembership]:
        """A community's memberships, those in some states as of today there and within `bounds`,
        with whose it is."""
        wanted = _among(community_id, in_states(states, today), order.wanted, bounds)
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            sort_field=order.sort_field,
            descending=order.descending,
            joined=[WITHOUT_KEYS, WITH_PERSON],
        )
        return cast(Page[NamedMembership], page)

    def count_listed(
        self,
        community_id: str,
        states: Sequence[str],
        today: str,
        order: ListOrder,
        bounds: Document,
        most: int,
    ) -> int:
        """How many the same list has, counted up to `most`."""
        wanted = _among(community_id, in_states(states, today), order.wanted, bounds)
        return self.collection.count_documents(wanted, limit=most)

    def of_number(
        self,
        community_id: str,
        number: int,
        states: Sequence[str],
        today: str,
        *,
        after: str | None,
        limit: int,
    ) -> Page[NamedMembership]:
        """Who has or had a member number: one person, with every membership of theirs there."""
        order = ListOrder("_id", False, {"number": {"$eq": number, **AMONG["number"]["number"]}})
        return self.of_community(community_id, states, today, order, after=after, limit=limit)

    def joined(self, community_id: str, first: str, last: str, most: int) -> int:
        """How many joined on these days, counted up to `most`."""
        wanted = {"community_id": community_id, "joined_on": {"$gte": first, "$lte": last}}
        return self.collection.count_documents(wanted, limit=most)

    def people_of(
        self, community_id: str, person_ids: Sequence[str], purpose: str
    ) -> dict[str, Named]:
        """Those of these people who belong to a community for this purpose, by id."""
        there = {"community_id": community_id, **BELONGING[purpose]}
        found = self.collection.aggregate(
            [
                {"$match": {"person_id": {"$in": list(person_ids)}, **there}},
                {"$group": {"_id": "$person_id", "person_id": {"$first": "$person_id"}}},
                WITH_PERSON,
            ],
            hint="by_person",  # the few that a person has, not the many of the community
            batchSize=MOST_NAMES,
        )
        return {row["_id"]: row["person"][0] for row in found}

    def awaiting_payment(self, *, after: str | None, limit: int) -> Page[Membership]:
        """Memberships with a term that awaits its payment, by id."""
        return self.page(AWAITING, after=after, limit=limit)

    def in_grace(
        self, community_id: str, since: str, until: str, *, after: str | None, limit: int
    ) -> Page[Membership]:
        """A community's memberships whose grace has or had one of these days, by id."""
        days = {"ends_on": {"$lt": until}, "grace_ends_on": {"$gte": since}}
        wanted = {"community_id": community_id, "live": True, "state": {"$in": UNTOLD}, **days}
        return self.page(wanted, after=after, limit=limit)

    def due(
        self, now: dt.datetime, limit: int, *, tx: Transaction | None = None
    ) -> list[Membership]:
        """Memberships that time asks something of, longest due first."""
        wanted = {"due_at": {"$lte": now, "$type": "date"}}  # the index's own filter named (D-9)
        found = self.collection.find(wanted, session=None if tx is None else tx.session)
        return self.all_of(found.sort([("due_at", 1), ("_id", 1)]).limit(limit))

    def soonest_due(self) -> dt.datetime | None:
        """When time asks something of one next."""
        return soonest(self.collection, "due_at", {"due_at": {"$type": "date"}})


def joined_live_membership() -> Document:
    """A stage that adds to a document of a person in a community, as `_membership`, a list of their
    membership there that is not history, in whatever state."""
    is_there = {"$eq": ["$community_id", "$$community_id"]}
    return {
        "$lookup": {
            "from": MembershipStore.collection_schema.name,
            "let": {"community_id": "$community_id"},
            "localField": "person_id",
            "foreignField": "person_id",
            "pipeline": [{"$match": {"live": True, "$expr": is_there}}],
            "as": "_membership",
        }
    }


def joined_company(person_id: str, community_id: str = "$community_id") -> Document:
    """A stage that adds to a document of a community the company that it has of this person.

    `take_joined_company` takes it out again.
    """
    is_there = {"$eq": ["$community_id", "$$community_id"]}
    return {
        "$lookup": {
            "from": MembershipStore.collection_schema.name,
            "let": {"community_id": community_id},
            "pipeline": [
                {"$match": {"person_id": person_id, "live": True, "$expr": is_there}},
                {"$project": {"company": 1}},
            ],
            "as": "_company",
        }
    }


def take_joined_company(found: Mapping[str, Any]) -> str | None:
    """The company that came with a document, which has it no more; None of who is no member."""
    (membership,) = cast(Document, found).pop("_company") or [{}]
    company: str | None = membership.get("company")
    return company


def _joined(collection: str, id: Any, name: str) -> Document:
    """The document of another collection whose id the expression `id` gives, as a list."""
    return {
        "$lookup": {
            "from": collection,
            "let": {"wanted": id},
            "pipeline": [{"$match": {"$expr": {"$eq": ["$_id", "$$wanted"]}}}],
            "as": name,
        }
    }


def _among(community_id: str, *ways: Document | None) -> Document:
    """Those of a community that are all of that; several may ask something of the same date."""
    return {"community_id": community_id, "$and": [way for way in ways if way] or [{}]}


def in_states(states: Sequence[str], today: str) -> dict[str, Any]:
    """The filter of those that are in some states on a day; none are all."""
    if not states:
        return {}
    if len(states) == 1:
        return _in_state(states[0], today)
    return {"$or": [_in_state(state, today) for state in states]}


def _in_state(state: str, today: str) -> dict[str, Any]:
    """The filter for `domain.memberships.state_on`: what lists have in their index picks nearly
    all, the facts that few have only the rest."""
    if state == "pending_payment":
        return {"state": state}
    if state == "suspended":
        return {"state": state, "suspended_until": {"$gte": today}}
    if state == "paused":
        kept_out = {"suspended_until": {"$gte": today}}
        return {
            "state": {"$in": list(KEPT_OUT)},
            "pause.through": {"$gte": today},
            "$nor": [kept_out],
        }
    if state == "cancelled":
        # Who cancelled was told so, or will be: nobody of them hears that it has expired.
        told = {"$in": [state, "active", "grace", *KEPT_OUT]}
        over = {"state": told, "ends_on": {"$not": {"$gte": today}}}
        chosen = {"$or": [{"state": state}, {"grace_given_up": {"$exists": True}}]}
        kept_out = {"suspended_until": {"$gte": today}, "ends_on": {"$type": "string"}}
        return {**over, **chosen, "$nor": [kept_out]}
    dates: dict[str, Document] = {
        "active": {"ends_on": {"$gte": today}},
        "grace": {"ends_on": {"$lt": today}, "grace_ends_on": {"$gte": today}},
        "expired": {"grace_ends_on": {"$lt": today}},
    }
    if state not in dates:
        return {"state": state}
    wanted = {
        "state": {"$in": UNTOLD},
        **dates[state],
        "suspended_until": {"$not": {"$gte": today}},
        "pause.through": {"$not": {"$gte": today}},
    }
    if state == "active":
        return wanted
    return {**wanted, "grace_given_up": {"$exists": False}}
