"""The relay's scans cost the same however many published rows there are (M-19)."""

import datetime as dt

from chassis.outbox import PENDING
from tests.store.chassis.test_aggregates import stages


def rows(count, published_at, prefix):
    for i in range(count):
        yield {
            "_id": f"evt_{prefix}{i:05}",
            "subject": f"s{i % 20}",
            "version": i + 1,
            "exchange": "membership.events",
            "routing_key": "x",
            "body": "{}",
            "created_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            "published_at": published_at,
            "attempts": 0,
            "last_error": None,
        }


def test_scans_of_pending_rows_use_the_partial_indexes(db):
    """D-9: 40 pending rows among 2,000 published ones are found by touching 40."""
    db["outbox"].insert_many(rows(2000, dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "a"))
    db["outbox"].insert_many(rows(40, None, "b"))
    in_order = db["outbox"].find(PENDING).sort("_id", 1).limit(500).explain()
    of_subjects = (
        db["outbox"]
        .find({**PENDING, "subject": {"$in": ["s1", "s2"]}})
        .sort([("subject", 1), ("version", 1)])
        .explain()
    )
    for explained, found in ((in_order, 40), (of_subjects, 4)):
        assert "SORT" not in stages(explained["queryPlanner"]["winningPlan"])
        assert explained["executionStats"]["totalDocsExamined"] == found
        assert explained["executionStats"]["totalKeysExamined"] <= found + 2
