"""What the toy services say to each other."""

from marshmallow import fields

from contracts.access import ANYBODY, SERVICES_ONLY, SIGNED_IN
from contracts.errors import ErrorCode, Kind
from contracts.fields import Document, Instant, Request, Text, Whole
from contracts.records import Audience, Event, Rpc

THING_REFUSED = ErrorCode("events.thing_refused", Kind.RULE_VIOLATED, "Refused.", "已拒绝。")
THING_TAKEN = ErrorCode("events.thing_taken", Kind.CONFLICT, "Taken.", "已被占用。")


class EchoRequest(Request):
    text = Text(required=True, maximum=2_000_000)
    milliseconds = Whole(load_default=0)


class AskForEcho(EchoRequest):
    times = Whole(load_default=1)


class Echo(Document):
    text = fields.String(required=True)
    at = Instant(required=True)


class Odd(Document):
    raw = fields.Raw(required=True)


class ChangeThing(Request):
    thing_id = Text(required=True)
    behaviour = Text(load_default="ok")


class Thing(Document):
    thing_id = fields.String(required=True)
    version = Whole(required=True)
    behaviour = fields.String(required=True)


class ChangeManyThings(Request):
    things = Whole(required=True)
    changes = Whole(required=True)


CALLERS = ("gateway", "notifications")
ECHO = Rpc("events", "echo", "Says it again.", EchoRequest, Echo, callers=CALLERS, who=ANYBODY)
ECHO_ONCE = Rpc(
    "events", "echo_once", "Not to be repeated.", EchoRequest, Echo, callers=CALLERS, who=ANYBODY,
    idempotent=False,
)  # fmt: skip
ECHO_LATER = Rpc(
    "events",
    "echo_later",
    "Answers, then says it again.",
    EchoRequest,
    Echo,
    callers=CALLERS,
    who=ANYBODY,
)
CONSTANT = Rpc(
    "events", "constant", "Says the same always.", EchoRequest, Echo, callers=CALLERS, who=ANYBODY
)
ANSWER_ODDLY = Rpc(
    "events", "answer_oddly", "Answers no JSON.", EchoRequest, Odd, callers=CALLERS, who=ANYBODY
)
UNCHECKED = Rpc(
    "events", "unchecked", "Answers whoever asks.", EchoRequest, Echo, callers=CALLERS,
    who=SIGNED_IN,
)  # fmt: skip
CHANGE_THING = Rpc(
    "events", "change_thing", "A keyed command.", ChangeThing, Thing, callers=CALLERS, who=ANYBODY,
    errors=(THING_REFUSED,),
)  # fmt: skip
TAKE_THING = Rpc(
    "events", "take_thing", "A keyed command that works once, in one unit of work.", ChangeThing,
    Thing, callers=CALLERS, who=ANYBODY, errors=(THING_TAKEN,),
)  # fmt: skip
CHANGE_MANY_THINGS = Rpc(
    "events", "change_many_things", "Fills the outbox.", ChangeManyThings, Thing, callers=CALLERS,
    who=ANYBODY, deadline=60.0,
)  # fmt: skip
ASK_FOR_ECHO = Rpc(
    "notifications",
    "ask_for_echo",
    "Asks events for an echo.",
    AskForEcho,
    Echo,
    deadline=10.0,
    who=ANYBODY,
)
INTERNAL_ECHO = Rpc(
    "events", "internal_echo", "Only notifications may.", EchoRequest, Echo,
    callers=("notifications",), who=SERVICES_ONLY,
)  # fmt: skip
NOT_ALLOWED = Rpc(
    "events", "not_for_gateway", "Only notifications may, and nobody answers.", EchoRequest, Echo,
    callers=("notifications",), who=SERVICES_ONLY,
)  # fmt: skip

THING_CHANGED = Event(
    "events", "thing_changed", "A thing changed.", Thing, "thing", audience=Audience.INTEGRATORS
)
THING_SIGHED = Event("events", "thing_sighed", "Nobody listens to this.", Thing, "thing")
