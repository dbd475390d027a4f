"""Plans as payments describes them: what somebody who applies or renews chooses from."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from contracts.errors import DomainError, FieldProblem
from contracts.errors.membership import PLAN_NOT_ON_SALE, PLAN_TO_BE_NAMED
from contracts.states.payments import PlanState
from contracts.text import choices


class Plan(TypedDict):
    """Who is approved for a `free` one has joined. `name`: missing in those that were told of
    without."""

    _id: str
    community_id: str
    state: PlanState
    free: bool
    period_months: int
    tier: str
    name: NotRequired[str]
    version: int


def chosen(on_sale: Sequence[Plan], named: str | None, usual: str | None = None) -> Plan | None:
    """The plan that is asked for: the one named, else the usual one, else the only one on sale;
    None while the community sells none.

    Raises DomainError(PLAN_NOT_ON_SALE), and PLAN_TO_BE_NAMED while there are several.
    """
    by_id = {plan["_id"]: plan for plan in on_sale}
    if named is not None:
        if named not in by_id:
            raise DomainError(PLAN_NOT_ON_SALE, plan_id=named)
        return by_id[named]
    if usual in by_id:
        return by_id[usual]
    if len(by_id) > 1:
        to_name = FieldProblem("/plan_id", "field.choice", {"choices": choices(by_id)})
        raise DomainError(PLAN_TO_BE_NAMED, fields=[to_name], plan_ids=list(by_id))
    return next(iter(on_sale), None)
