"""How many documents are in each state, counted where an index has the state."""

from collections.abc import Iterable

from chassis.mongo import Document


def by_state(wanted: Document) -> list[Document]:
    """The stages that count what is `wanted`."""
    return [{"$match": wanted}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}]


def counts_by_state(found: Iterable[Document], states: Iterable[str]) -> dict[str, int]:
    """The count of each state, 0 for those that nothing is in."""
    counted = {row["_id"]: row["count"] for row in found}
    return {state: counted.get(state, 0) for state in states}
