"""What a renewal pays, which takes no place on the ladder (rules.md §2.1, §3.5)."""

from contracts.money import Money
from services.payments.domain.catalogue.ladder import list_price
from services.payments.domain.catalogue.plans import Plan


def renewal_price(plan: Plan, *, first_paid: Money | None, step: int | None) -> Money:
    """The price by the plan's rule.

    `first_paid` is what the present run of membership paid first for this plan, before coupons;
    None where it paid nothing for it. `step` is the ladder step on sale; None without a ladder.
    """
    if plan["renewal_price"] == "base":
        return Money.from_dict(plan["base_price"])
    if plan["renewal_price"] == "as_first_paid" and first_paid is not None:
        return first_paid
    return list_price(plan, step)
