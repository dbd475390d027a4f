"""Two plans on sale, each sold only to who chose it."""

from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors import payments as codes
from tests.store.payments.shop import Shop


def choose(shop: Shop, ctx: Context, purchase: dict[str, Any], plan_id: str) -> Any:
    return shop.ask(
        shop.app.quotes.choose_plan,
        payments.CHOOSE_PURCHASE_PLAN,
        ctx,
        purchase_id=purchase["id"],
        plan_id=plan_id,
        expected_version=purchase["version"],
    )


def refusal(of: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        of()
    return refused.value


def dear(shop: Shop) -> dict[str, Any]:
    """Another plan beside the shop's, which stays the one that purchases name."""
    usual = shop.plan
    other = shop.sell(base_price={"amount": 900_000, "currency": "CNY"}, ladder=None)
    shop.plan = usual
    return other


def test_each_is_sold_to_who_chose_it(shop: Shop) -> None:
    """product.md §2: the newest is nobody's default."""
    other = dear(shop)
    cheap, costly = shop.person(), shop.person()
    assert shop.quote(cheap, shop.purchase(cheap))["total"]["amount"] == 300_000
    bought = shop.quote(costly, shop.purchase(costly, plan_id=other["id"]))
    assert (bought["total"]["amount"], bought["plan_id"]) == (900_000, other["id"])


def test_who_named_none_names_one_before_paying(shop: Shop) -> None:
    """An approval of a version before names no plan: with two on sale nobody guesses."""
    other = dear(shop)
    buyer = shop.person()
    waiting = shop.purchase(buyer, plan_id=None)
    assert waiting["plan_id"] is None
    problem = refusal(lambda: shop.quote(buyer, waiting))
    assert problem.error is codes.PLAN_TO_BE_NAMED
    names = dict(zip(problem.params["plan_ids"], problem.params["plan_names"], strict=True))
    assert names[other["id"]] == other["name"]
    chosen = choose(shop, buyer, waiting, other["id"])
    assert choose(shop, buyer, waiting, other["id"]) == chosen  # repeated
    assert shop.quote(buyer, chosen)["total"]["amount"] == 900_000


def test_another_may_be_named_until_an_order_is_open(shop: Shop) -> None:
    """A quote of the former plan buys nothing any more, and its coupon is free again."""
    other, first = dear(shop), shop.plan["id"]
    buyer = shop.person()
    shop.coupon()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase, "WELC2ME")
    changed = choose(shop, buyer, purchase, other["id"])
    gone = refusal(lambda: shop.order(buyer, quote))
    assert gone.error is codes.QUOTE_EXPIRED
    order = shop.order_at_once(buyer, changed, "WELC2ME", total=880_000)
    seen = shop.seen(buyer, purchase["subject"]["ref"])
    assert refusal(lambda: choose(shop, buyer, seen, first)).error is codes.PURCHASE_HAS_ORDER
    assert order["plan_id"] == other["id"]


def test_what_cannot_be_named(shop: Shop) -> None:
    """A free plan is joined by application only; others' purchases are not to be found."""
    free = shop.sell(base_price={"amount": 0, "currency": "CNY"}, ladder=None)
    plan_id = dear(shop)["id"]
    buyer = shop.person()
    purchase = shop.purchase(buyer, plan_id=None)
    for wrong in (free["id"], new_id("pln")):
        refused = refusal(lambda: choose(shop, buyer, purchase, wrong))  # noqa: B023
        assert (refused.error, refused.params) == (codes.PLAN_NOT_ON_SALE, {"plan_id": wrong})
    stranger = shop.person()
    assert refusal(lambda: choose(shop, stranger, purchase, plan_id)).error is OBJECT_NOT_FOUND
    stale = {**purchase, "version": 7}
    assert refusal(lambda: choose(shop, buyer, stale, plan_id)).error is STALE_VERSION
    withdrawn = {"purchase_id": purchase["id"], "reason": "application_withdrawn"}
    told = {**withdrawn, "community_id": shop.community_id}
    shop.deliver(membership.PURCHASE_WITHDRAWN, told)
    seen = shop.seen(buyer, purchase["subject"]["ref"])
    assert refusal(lambda: choose(shop, buyer, seen, plan_id)).error is codes.PURCHASE_WRONG_STATE


def test_the_promise_is_of_the_plan_that_is_bought(shop: Shop) -> None:
    """rules.md §3.3: the step that was open when they applied, whichever plan they come to."""
    other = shop.sell(price_lock="at_application", ladder={"step": 10_000, "every": 1})
    shop.sell(ladder=None)
    buyer = shop.person()
    applied = shop.applied(buyer)
    shop.deliver(membership.APPLICATION_SUBMITTED, applied)
    submitted_at = shop.clock.now()
    shop.later(minutes=5)
    usual, shop.plan = shop.plan, other
    shop.paid()  # closes the first step
    shop.plan = usual
    ids = {"application_id": applied["application_id"], "submitted_at": submitted_at}
    purchase = shop.purchase(buyer, **ids)
    changed = choose(shop, buyer, purchase, other["id"])
    assert shop.quote(buyer, changed)["total"]["amount"] == 300_000


def test_who_never_paid_pays_as_who_joins(shop: Shop) -> None:
    """rules.md §2.2: a renewal from a free term takes a place at the public price."""
    shop.paid()
    member = shop.person()
    told = {**shop.awaited(member), "first_payment": True}
    shop.deliver(membership.RENEWAL_STARTED, told)
    purchase = shop.seen(member, told["term_id"])
    assert purchase["purpose"] == "join"
    assert shop.quote(member, purchase)["step"] == 0
