"""Who operates the whole system."""

from __future__ import annotations

from contracts.access import OPERATORS
from contracts.errors import membership as codes
from contracts.fields import Id, PageRequest, Request
from contracts.membership.communities import RoleHolder, RoleHolders
from contracts.membership.inputs import EmailAddress
from contracts.records import Rpc


class GrantOperator(Request):
    email = EmailAddress(required=True)


class RevokeOperator(Request):
    person_id = Id("per", required=True)


LIST_OPERATORS = Rpc(
    "membership",
    "list_operators",
    "Who operates the system.",
    PageRequest,
    RoleHolders,
    who=OPERATORS,
)
GRANT_OPERATOR = Rpc(
    "membership",
    "grant_operator",
    "Make the person behind an address an operator of the system.",
    GrantOperator,
    RoleHolder,
    who=OPERATORS.signed_in_lately(),
)
REVOKE_OPERATOR = Rpc(
    "membership",
    "revoke_operator",
    "Take an operator's role back; the last one stays.",
    RevokeOperator,
    RoleHolder,
    who=OPERATORS.signed_in_lately(),
    errors=(codes.LAST_OPERATOR,),
)
