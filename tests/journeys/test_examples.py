"""Every example of the API's description is sent to a fresh seeded system, and succeeds.

Secrets that one person is given for once (a code, a refresh token) are asked for first:
`PREPARED`. What cannot be sent at all stands in `EXCEPTIONS` with its reason.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from deploy.local.environment import PROCESSES
from deploy.local.system import System
from tests.journeys.access_gate import Gate
from tests.journeys.access_world import PNG, AccessWorld
from tests.journeys.prepared_examples import PREPARED
from tests.journeys.seeded_world import SeededWorld
from tests.journeys.served_contract import Operation
from tests.journeys.test_access import EXPECTED, may
from tests.kit.limits import WIDE

# Sent by somebody else than the first who may: they have what it is about.
AS = {
    "membership.create_application": "outsider",
    "membership.start_my_erasure": "outsider",
    "membership.get_my_erasure": "outsider",
    "membership.withdraw_my_erasure": "outsider",
}
# Objects in a body, by the id's prefix, where the operation needs one of its own.
NEEDS = {
    "events.select_registrations": {"reg": "events.select_registrations guest"},
}
# Days that have to be the one on which it is sent.
TODAY = {"payments.confirm_transfer": ["received_on"]}
# At most five (issue 20).
EXCEPTIONS = {
    "membership.get_link": "needs a mail to a site of the community's, which the seed has not",
    "membership.reopen_application": "needs an application that lapsed three days after approval",
    "payments.receive_callback": "its raw body is signed by the provider, with its key",
}
_ID = re.compile(r"\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}\b")


@pytest.fixture(scope="module")
def gate(system: Callable[..., System]) -> Gate:
    """The seeded circle, with one of every object for each way in which it is used up."""
    world = SeededWorld(system(*PROCESSES, settings={"gateway": WIDE})).found()
    return Gate(AccessWorld(world).found(), EXPECTED, may)


@pytest.mark.timeout(600)
def test_every_example_succeeds(gate: Gate) -> None:
    """H-9: one after the other, as somebody who may: 2xx, and the answer is as described."""
    named = AS.keys() | NEEDS.keys() | TODAY.keys() | PREPARED.keys() | EXCEPTIONS.keys()
    assert set(gate.operations) >= named
    wrong = [
        f"{line}: {told}"
        for line in EXPECTED
        if line in gate.operations and line not in EXCEPTIONS
        if (told := problem_with(gate, gate.operations[line])) is not None
    ]
    assert not wrong, "\n".join(wrong)


def problem_with(gate: Gate, operation: Operation) -> str | None:
    """What is answered to the example by who it is prepared for, or else by the first of those who
    may; None when all is well."""
    body = sent(gate, operation)
    if prepare := PREPARED.get(operation.id):
        who, secrets = prepare(gate.place.world)
        body |= secrets
    else:
        allowed = {name: who for name, who in gate.callers(operation.id).items()
                   if gate.may(operation.id, name)}  # fmt: skip
        who = allowed[AS.get(operation.id) or next(iter(allowed))]
    named = gate.named(operation.id)
    headers = gate.headers(operation, who, named)
    answer = gate.contract.ask(operation, who, named, body=body, headers=headers)
    if 200 <= answer.status_code < 300:
        return None
    return f"{answer.status_code} {answer.text[:600]} as {who.email or 'nobody'}, sent {body}"


def sent(gate: Gate, operation: Operation) -> Any:
    """The example with ids that exist; a part of a file is bytes, which have no example."""
    if operation.id == "membership.add_upload_part":
        return PNG
    things = gate.place.things
    ids = {id.partition("_")[0]: id for name, id in things.items() if name.endswith("_id")}
    ids |= {prefix: things[name] for prefix, name in NEEDS.get(operation.id, {}).items()}
    text = json.dumps(operation.example)
    body = json.loads(_ID.sub(lambda found: ids.get(found[1], found[0]), text))
    if operation.id in TODAY:
        body |= dict.fromkeys(TODAY[operation.id], gate.place.world.today)
    return body
