"""The schedule of a delivery."""

import datetime as dt

from services.notifications.domain import deliveries
from services.notifications.domain.deliveries import BACK_OFF, LONGEST_ATTEMPT

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)


def test_failing_delivery_waits_longer_each_time_and_then_is_a_dead_letter():
    """Six attempts over about 75 minutes, then `failed` (product.md §5)."""
    delivery = {"channel": "email", "state": "pending", "attempts": 0, "due_at": NOW}
    now, waits = NOW, []
    while delivery["state"] == "pending":
        delivery |= deliveries.claimed(delivery, now)
        assert delivery["due_at"] == now + LONGEST_ATTEMPT
        delivery |= deliveries.postponed(delivery, now, "451")
        if delivery["state"] == "pending":
            waits.append(delivery["due_at"] - now)
            now = delivery["due_at"]
    assert tuple(waits) == BACK_OFF["email"]
    assert delivery["state"] == "failed"
    assert delivery["attempts"] == 6
    assert delivery["settled_at"] == now


def test_replayed_delivery_starts_anew():
    """A dead letter has its whole schedule again."""
    failed = {"channel": "email", "attempts": 6, **deliveries.failed(NOW, "550")}
    later = NOW + dt.timedelta(days=1)
    again = failed | deliveries.replayed(later)
    assert (again["state"], again["attempts"], again["due_at"]) == ("pending", 0, later)
    assert again["settled_at"] is None
