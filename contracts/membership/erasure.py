"""The erasure of a person, asked for by themselves or by an operator."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OPERATORS, SIGNED_IN
from contracts.erasure import PersonErased
from contracts.errors import membership as codes
from contracts.fields import Boolean, Choice, Document, Empty, Id, Instant, Request, Whole
from contracts.records import SERVICES, Event, Rpc
from contracts.states.membership import ERASURE_STATES


class PersonRef(Request):
    person_id = Id("per", required=True)


class ErasureConfirmation(Document):
    """A service that has nothing of the person left."""

    service = Choice(*SERVICES, required=True)
    at = Instant(required=True)


class Erasure(Document):
    """`hindrance` says in a word what puts it off at present; it is tried again every day."""

    id = Id("era", required=True)
    person_id = Id("per", required=True)
    state = Choice(*ERASURE_STATES, required=True)
    asked_at = Instant(required=True)
    erase_at = Instant(required=True)
    hindrance = fields.String(required=True, allow_none=True)
    confirmed = fields.List(fields.Nested(ErasureConfirmation), required=True)
    version = Whole(required=True)


class ErasureAsked(Document):
    """`by_operator`: not by the person themselves."""

    erasure_id = Id("era", required=True)
    person_id = Id("per", required=True)
    erase_at = Instant(required=True)
    by_operator = Boolean(required=True)


START_MY_ERASURE = Rpc(
    "membership",
    "start_my_erasure",
    "Ask to be erased in all communities; for seven days it can be taken back.",
    Empty,
    Erasure,
    who=SIGNED_IN.signed_in_lately(),
    errors=(codes.ERASURE_BLOCKED,),
)
WITHDRAW_MY_ERASURE = Rpc(
    "membership",
    "withdraw_my_erasure",
    "Take the erasure back that was asked for.",
    Empty,
    Erasure,
    who=SIGNED_IN,
    errors=(codes.ERASURE_WRONG_STATE,),
)
GET_MY_ERASURE = Rpc(
    "membership",
    "get_my_erasure",
    "The newest erasure of oneself, and which services have confirmed it.",
    Empty,
    Erasure,
    who=SIGNED_IN,
)
START_ERASURE = Rpc(
    "membership",
    "start_erasure",
    "Have a person erased in all communities, in seven days.",
    PersonRef,
    Erasure,
    who=OPERATORS.signed_in_lately(),
    errors=(codes.ERASURE_BLOCKED,),
)
WITHDRAW_ERASURE = Rpc(
    "membership",
    "withdraw_erasure",
    "Take the erasure of a person back.",
    PersonRef,
    Erasure,
    who=OPERATORS.by_people().signed_in_lately(),
    errors=(codes.ERASURE_WRONG_STATE,),
)
GET_ERASURE = Rpc(
    "membership",
    "get_erasure",
    "The newest erasure of a person, and which services have confirmed it.",
    PersonRef,
    Erasure,
    who=OPERATORS,
)

ERASURE_ASKED = Event(
    "membership",
    "erasure_asked",
    "Somebody is to be erased, by themselves or an operator; until then it can be taken back.",
    ErasureAsked,
    subject="erasure id",
)
PERSON_ERASED = Event(
    "membership",
    "person_erased",
    "A person is erased; each service forgets what it has of them and says so.",
    PersonErased,
    subject="person id",
)
