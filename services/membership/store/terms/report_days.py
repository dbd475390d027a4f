"""Figures by day counted anew from applications and memberships, a month at a time."""

import datetime as dt
from collections import defaultdict
from typing import cast

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.clock import real_now
from chassis.mongo import Document
from chassis.schema import Migration, Progress
from services.membership.domain.terms.counts import Kept
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.report_days import (
    application_facts,
    day_id,
    membership_facts,
    months_after,
    next_month,
)
from services.membership.domain.terms.term_dates import day_in, start_of_day
from services.membership.domain.vetting.applications import Application

# What the facts go by.
OF_APPLICATIONS = ("state", "submitted_at", "approved_at", "rejection.at", "reopened", "source")
OF_TERMS = ("terms.kind", "terms.state", "terms.ends_on")
OF_MEMBERSHIPS = ("joined_on", "ends_on", "ended_on", *OF_TERMS)


def days_of_month(community_id: str, month: str) -> Document:
    """The range of ids of a month's figures."""
    return days_between(community_id, f"{month}-01", f"{month}-31")


def days_between(community_id: str, first: str, last: str) -> Document:
    """The range of ids of the figures of these days."""
    return {"$gte": day_id(community_id, first), "$lte": day_id(community_id, last)}


def months_with_figures(
    database: Database[Document], community_id: str, zone: str, now: dt.datetime
) -> list[str]:
    """The months of a community from the first application or figure until this one."""
    handed_in = {"community_id": community_id, "submitted_at": {"$type": "date"}}
    first = database.applications.find_one(
        handed_in, {"submitted_at": 1}, sort=[("submitted_at", 1), ("_id", 1)]
    )
    kept = database.counts.find_one(
        {"_id": days_between(community_id, "", "9999")}, {"_id": 1}, sort=[("_id", 1)]
    )
    firsts = [] if first is None else [day_in(zone, first["submitted_at"])[:7]]
    firsts += [] if kept is None else [str(kept["_id"]).rpartition(":")[2][:7]]
    if not firsts:
        return []
    return [min(firsts), *months_after(min(firsts), day_in(zone, now)[:7])]


def counted_month(
    database: Database[Document],
    community_id: str,
    zone: str,
    month: str,
    session: ClientSession | None = None,
) -> Kept:
    """The figures of a month, from each document that counts in it."""
    start, end = (start_of_day(f"{one}-01", zone) for one in (month, next_month(month)))
    handed_in = {"$gte": start, "$lt": end, "$type": "date"}  # the index's own filter named (D-9)
    applications = database.applications.find(
        {"community_id": community_id, "submitted_at": handed_in}, OF_APPLICATIONS, session=session
    )
    memberships = database.memberships.find(
        {"community_id": community_id, "joined_on": {"$gte": f"{month}-01", "$lte": f"{month}-31"}},
        OF_MEMBERSHIPS,
        session=session,
    )
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for application in applications:
        for id, fact in application_facts(cast(Application, application), community_id, zone):
            found[id][fact] += 1
    for membership in memberships:
        for id, fact in membership_facts(cast(Membership, membership), community_id):
            found[id][fact] += 1
    return {id: dict(facts) for id, facts in found.items()}


def kept_days(number: int) -> Migration:
    """Counts the days that there were. What earlier processes change after it is counted in the
    night."""
    return Migration(number, "figures by day are kept", _count)


def _count(database: Database[Document], progress: Progress) -> None:
    after = progress.noted.get("id", "")
    communities = database.communities.find({"_id": {"$gt": after}}, {"zone": 1})
    for community in communities.sort("_id"):
        id, zone = community["_id"], community["zone"]
        for month in months_with_figures(database, id, zone, real_now()):
            counted = counted_month(database, id, zone, month)
            sets = [
                UpdateOne({"_id": day}, {"$set": facts}, upsert=True)
                for day, facts in counted.items()
            ]
            if sets:
                database.counts.bulk_write(sets, ordered=False)
        progress.save(id=id)
