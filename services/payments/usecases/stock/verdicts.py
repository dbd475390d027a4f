"""What is to become of a hold or slot, judged by the quote or order that it names.

Counted when that is paid, freed when nobody can pay for it any more, left alone while it is open.
"""

from collections.abc import Callable, Iterable

from services.payments.domain.checkout.orders import PAID_STATES, Order
from services.payments.domain.checkout.quotes import Quote
from services.payments.store import Stores

COUNT, FREE, FREE_UNLESS_USED, LEAVE = "count", "free", "free unless used", "leave"

Judge = Callable[..., str]


class Verdicts:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def about(self, refs: Iterable[str]) -> Judge:
        """Judges a hold or slot by (reference, id, is_place=…), for these references; few reads
        for all.

        One that names what does not exist is free: only for those older than any request.
        """
        named = {_base(ref) for ref in refs}
        order_ids = {base for base in named if base.startswith("ord_")}
        quotes = self._stores.quotes.of_ids(named - order_ids)
        ordered = [quote for quote in quotes.values() if quote["state"] == "ordered"]
        # After the quotes: whichever is ordered by then has its order.
        orders = self._stores.orders.of_quotes(ordered)
        if order_ids:
            orders |= self._stores.orders.of_ids(order_ids)
        return lambda ref, hold_id, is_place=False: _verdict(
            ref, hold_id, is_place, quotes.get(_base(ref)), orders.get(_base(ref))
        )


def _verdict(
    ref: str, hold_id: str, is_place: bool, quote: Quote | None, order: Order | None
) -> str:
    if order is None:
        if quote is None:
            return FREE  # its request died before it stored anything
        assert quote["state"] != "ordered"
        return LEAVE if quote["state"] == "live" else FREE
    if order["reservation_ref"] != ref:
        # Late money may be taking it anew just now; it marks nothing as used before the order
        # is open again under this reference.
        return FREE_UNLESS_USED if order["state"] == "expired" else FREE
    if order["state"] in PAID_STATES:
        # A place that an attempt took for a promised price and did not pay is nobody's.
        return COUNT if hold_id == (order["place_ref"] if is_place else ref) else FREE
    # One that began to wait for a transfer gave its place back.
    was_given_back = is_place and hold_id == ref and order["place_ref"] is None
    return LEAVE if order["open"] and not was_given_back else FREE


def _base(ref: str) -> str:
    """The id of the quote or order that a reference names."""
    return ref.partition(":")[0]
