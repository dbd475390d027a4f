"""`python -m tests.kit.next_version membership`: a service as a later version of it might be.

Every object in its answers and events has a field that this version does not know, every standing a
role, and the states in events to our services are words that it does not know.
"""

from collections.abc import Mapping
from typing import Any

ROLE = "archivist"


def become() -> None:
    """Changes, in this process alone, what is written; what is read stays."""
    from chassis.rpc_server import Call
    from contracts import envelope
    from contracts.envelope import CloudEvent
    from contracts.membership import GET_STANDING, STANDING_CHANGED
    from contracts.records import Audience
    from tests.kit.planting import plant_fields, words

    answered, declared = Call._answer_body, envelope._declared

    def answer(self: Call, view: Mapping[str, Any]) -> dict[str, Any]:
        told = answered(self, view)
        plant_fields(self._record.response, told["ok"])
        if self._record is GET_STANDING:
            told["ok"]["roles"].append(ROLE)
        return told

    def data_of(cloud_event: CloudEvent) -> dict[str, Any]:
        event, data = cloud_event.event, declared(cloud_event)
        if event is STANDING_CHANGED:
            data["roles"].append(ROLE)
        elif event.audience is Audience.INTERNAL:
            for path, plant in words(event.data, data):
                if path == ("state",):
                    plant()
        return plant_fields(event.data, data)

    Call._answer_body = answer  # type: ignore[method-assign]
    envelope._declared = data_of


if __name__ == "__main__":
    # As in `chassis.run`: before anything else is imported.
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

    from chassis.process import run

    become()
    run()
