"""The schedule of a delivery."""

import datetime as dt
from typing import Any, cast

import pytest

from contracts.errors import DomainError
from contracts.states.notifications import CHANNELS
from services.notifications.domain import deliveries
from services.notifications.domain.deliveries import BACK_OFF, LONGEST_ATTEMPT, OUTAGE_WAIT
from services.notifications.domain.rules import IN_APP

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
SECONDS = [5, 30, 120, 600, 3600, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600]


def test_failing_delivery_waits_longer_each_time_and_then_is_a_dead_letter() -> None:
    """R6: eleven attempts over nearly three days, then `failed` (product.md §5)."""
    delivery: Any = {"channel": "email", "state": "pending", "attempts": 0, "due_at": NOW}
    now, waits = NOW, []
    while delivery["state"] == "pending":
        delivery |= deliveries.claimed(delivery, now)
        assert delivery["due_at"] == now + LONGEST_ATTEMPT
        delivery |= deliveries.postponed(delivery, now, "451")
        if delivery["state"] == "pending":
            waits.append(delivery["due_at"] - now)
            now = delivery["due_at"]
    assert [wait.total_seconds() for wait in waits] == SECONDS
    assert now - NOW == dt.timedelta(days=2, hours=21, minutes=12, seconds=35)
    assert delivery["state"] == "failed"
    assert delivery["attempts"] == 11
    assert delivery["settled_at"] == now


def test_replayed_delivery_starts_anew() -> None:
    """A dead letter has its whole schedule again."""
    failed: Any = {"channel": "email", "attempts": 11, **deliveries.failed(NOW, "550")}
    failed["garbage_at"] = NOW
    later = NOW + dt.timedelta(days=1)
    again = deliveries.replayed(failed, later)
    assert (again["state"], again["attempts"], again["due_at"]) == ("pending", 0, later)
    assert again["settled_at"] is None
    assert "garbage_at" not in again


@pytest.mark.parametrize("settled", [deliveries.sent(NOW), deliveries.suppressed(NOW, "overdue")])
def test_what_is_settled_is_never_sent_again(settled: Any) -> None:
    """I-13: an operator hears in which state it is."""
    with pytest.raises(DomainError, match="delivery_wrong_state") as refused:
        deliveries.replayed(cast(Any, {"_id": "dlv_1", "attempts": 1, **settled}), NOW)
    assert refused.value.params["current_state"] == settled["state"]


def test_an_outage_of_our_own_gives_the_attempt_back() -> None:
    """R6: however often, it is tried again soon and never given up for it."""
    delivery: Any = {"channel": "email", "state": "pending", "attempts": 3, "due_at": NOW}
    for _ in range(100):
        delivery |= deliveries.claimed(delivery, NOW)
        changes = deliveries.outlasted(delivery, NOW, "request.service_unavailable")
        assert deliveries.is_outage(changes)
        delivery |= changes
    assert (delivery["state"], delivery["attempts"]) == ("pending", 3)
    assert delivery["due_at"] == NOW + OUTAGE_WAIT
    for other in (
        deliveries.released(delivery, NOW),
        deliveries.postponed(delivery, NOW, "451"),
        deliveries.failed(NOW, "550"),
    ):
        assert not deliveries.is_outage(other)


def test_every_channel_that_can_fail_has_its_waits() -> None:
    """product.md §5: to write into the inbox is to deliver; everything else is tried again."""
    assert set(BACK_OFF) == set(CHANNELS) - {IN_APP}
