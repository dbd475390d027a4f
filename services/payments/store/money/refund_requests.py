"""Requests for refunds: by order, by payer, by community and state."""

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.state_counts import by_state, counts_by_state
from chassis.validators import aggregate_of
from contracts.states.payments import REFUND_REQUEST_STATES
from services.payments.domain.money.refund_requests import RefundRequest


class RefundRequestStore(AggregateStore[RefundRequest]):
    noun = "refund request"
    collection_schema = Collection(
        "refund_requests",
        kept="for ever, by ids: money; what payer and staff wrote until the payer is erased",
        validator=aggregate_of(RefundRequest),
        indexes=[
            # The order names its open one, too, so this refuses nothing that is not refused there.
            Index(
                [("community_id", 1), ("order_id", 1)],
                unique=True,
                partial={"state": "open"},
                name="one_open_of_an_order",
            ),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="of_community_in_state"),
            Index([("payer_id", 1), ("_id", 1)], name="of_payer", across_communities=True),
        ],
    )

    def count_open(self, community_id: str, most: int) -> int:
        """How many nobody decided yet, counted up to `most`."""
        wanted = {"community_id": community_id, "state": "open"}
        return self.collection.count_documents(wanted, limit=most)

    def counts(self, community_id: str) -> dict[str, int]:
        """How many of a community's are in each state; counted along an index."""
        found = self.collection.aggregate(by_state({"community_id": community_id}))
        return counts_by_state(found, REFUND_REQUEST_STATES)
