"""What a message needs from the events service: whether a seat is still kept for its reader."""

from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import events
from contracts.types import events as wire


class EventsClient:
    """The events service's answers; each call raises the DomainError that it or the broker gave."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def keeps_seat(self, registration_id: str, ctx: Context) -> bool:
        """Whether the person may still take the seat that was given or offered."""
        asked = {"registration_id": registration_id}
        answer: wire.KeptSeat = self._rpc.call(events.IS_SEAT_KEPT, asked, ctx)
        return answer["kept"]
