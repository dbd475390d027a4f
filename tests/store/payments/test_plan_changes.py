"""Plans change until somebody was told a price of them, and are sold only while on sale."""

from typing import Any

import pytest

from chassis.context import ANONYMOUS, Context, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from contracts import membership, payments
from contracts.errors import DomainError
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.payments.shop import LADDER, Shop
from tests.store.payments.test_races import at_once, outcome


def change(shop: Shop, **asked: Any) -> dict[str, Any]:
    """What the owner asks of the plan, at the version that it has unless another is named."""
    stored = existing(shop.database.plans.find_one({"_id": shop.plan["id"]}))
    asked = {"expected_version": stored["version"], **asked, "plan_id": shop.plan["id"]}
    return shop.ask(shop.app.plan_changes.change, payments.CHANGE_PLAN, shop.owner, **asked)


def move(shop: Shop, step: str) -> dict[str, Any]:
    use_case, record = {
        "put_on_sale": (shop.app.plan_changes.put_on_sale, payments.PUT_PLAN_ON_SALE),
        "pause": (shop.app.plan_changes.pause, payments.PAUSE_PLAN),
        "close": (shop.app.plan_changes.close, payments.CLOSE_PLAN),
    }[step]
    return shop.ask(use_case, record, shop.owner, plan_id=shop.plan["id"])


def stored(shop: Shop) -> Document:
    return existing(shop.database.plans.find_one({"_id": shop.plan["id"]}))


def price(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def told(shop: Shop) -> list[tuple[int, str]]:
    """What neighbours heard of the plan, by version and state."""
    heard = shop.told(payments.PLAN_DESCRIBED)
    return [(event.aggregateversion, event.data["state"]) for event in heard]


def test_words_change_at_the_version_that_was_seen(shop: Shop) -> None:
    changed = change(shop, name="年度", description="一年\n两次", tier="pro")
    assert (changed["name"], changed["tier"], changed["version"]) == ("年度", "pro", 2)
    assert (changed["simulated"], changed["unaffected"]) == (False, None)
    again = change(shop, name="年度", expected_version=1)
    assert again["version"] == 2  # a repetition whose answer was lost
    with pytest.raises(DomainError, match="version_stale"):
        change(shop, name="另一个", expected_version=1)
    assert told(shop) == [(1, "on_sale"), (2, "on_sale")]
    assert shop.told(payments.PLAN_DESCRIBED)[-1].data["tier"] == "pro"


def test_a_cap_reaches_the_base_price(shop: Shop) -> None:
    for asked in ({"ladder": {**LADDER, "cap": 1}}, {"base_price": price(10**9), "ladder": None}):
        if asked["ladder"] is None:
            change(shop, **asked)
            asked = {"ladder": {**LADDER, "cap": 10**9 - 1}}
        with pytest.raises(DomainError) as refused:
            change(shop, **asked)
        (wrong,) = refused.value.fields
        assert (wrong.pointer, wrong.code) == ("/ladder/cap", "field.cap_low")
    assert change(shop, ladder={**LADDER, "cap": 10**9})["ladder"]["cap"] == 10**9


def test_the_price_stays_once_somebody_was_quoted_it(shop: Shop) -> None:
    change(shop, base_price=price(200_000), ladder={**LADDER, "every": 10}, period_months=6)
    buyer = shop.person()
    quote = shop.quote(buyer, shop.purchase(buyer))
    assert quote["total"]["amount"] == 200_000
    assert stored(shop)["sold"]
    for asked in ({"base_price": price(100)}, {"ladder": None}, {"period_months": 1}):
        with pytest.raises(DomainError, match="plan_sold"):
            change(shop, **asked)
    assert change(shop, renewal_price="current_step")["sold"]
    order = shop.order(buyer, quote)
    assert existing(shop.database.orders.find_one({"_id": order["id"]}))["months"] == 6


def test_a_promise_fixes_the_price_too(empty: Shop) -> None:
    empty.sell(price_lock="at_application")
    empty.deliver(membership.APPLICATION_SUBMITTED, empty.applied(empty.person()))
    with pytest.raises(DomainError, match="plan_sold"):
        change(empty, base_price=price(100))


def test_a_tried_change_stores_nothing_and_says_what_it_leaves_alone(shop: Shop) -> None:
    buyer = shop.person()
    shop.quote(buyer, shop.purchase(buyer))
    shop.ordered()
    before = stored(shop)
    tried = change(shop, name="年度", simulate=True)
    assert (tried["name"], tried["simulated"], tried["version"]) == ("年度", True, 2)
    found = {name: row["number"] for name, row in tried["unaffected"].items()}
    assert found == {"purchases": 2, "quotes": 1, "orders": 1}
    with pytest.raises(DomainError, match="plan_sold"):
        change(shop, base_price=price(100), simulate=True)
    assert stored(shop) == before


@pytest.mark.timeout(180)
def test_a_change_of_price_meets_the_first_quote(empty: Shop) -> None:
    """Either the quote sees it, or it is refused: nobody is quoted a price that the plan left."""
    shop = empty
    for round_number in range(12):
        shop.sell(ladder=None)
        buyers = [shop.person() for _ in range(3)]
        purchases = [shop.purchase(buyer) for buyer in buyers]
        new_price = 100_000 + round_number

        def contend(
            number: int,
            buyers: list[Context] = buyers,
            purchases: list[dict[str, Any]] = purchases,
            new_price: int = new_price,
        ) -> str:
            if number == 3:
                return outcome(lambda: str(change(shop, base_price=price(new_price))["version"]))
            quote = shop.quote(buyers[number], purchases[number])
            return f"total {quote['total']['amount']}"

        answers = at_once(contend, 4)
        now = stored(shop)
        quoted = {answer for answer in answers if answer.startswith("total")}
        assert quoted == {f"total {now['base_price']['amount']}"}
        changed = now["base_price"]["amount"] == new_price
        assert changed or answers[3] in ("payments.plan_sold", "request.version_stale")


def test_a_paused_plan_is_sold_to_nobody_new(shop: Shop) -> None:
    """Who has an open purchase of it may still pay."""
    buyer, late = shop.person(), shop.person()
    purchase = shop.purchase(buyer)
    assert move(shop, "pause")["state"] == "paused"
    assert shop.quote(buyer, purchase)["total"]["amount"] == 300_000
    assert shop.price()["price"]["amount"] == 300_000
    waiting = shop.purchase(late, plan_id=None)
    assert waiting["plan_id"] is None
    with pytest.raises(DomainError, match="plan_missing"):
        shop.quote(late, waiting)
    move(shop, "put_on_sale")
    assert shop.quote(late, waiting)["plan_id"] == shop.plan["id"]
    move(shop, "close")
    assert shop.quote(buyer, purchase)["total"]["amount"] == 300_000
    with pytest.raises(DomainError, match="plan_wrong_state") as refused:
        shop.price()
    assert refused.value.params["current_state"] == "closed"
    with pytest.raises(DomainError, match="plan_wrong_state"):
        move(shop, "put_on_sale")
    assert [state for _, state in told(shop)] == ["on_sale", "paused", "on_sale", "closed"]


def test_nothing_is_promised_at_a_plan_that_is_not_on_sale(empty: Shop) -> None:
    empty.sell(price_lock="at_application")
    move(empty, "pause")
    empty.deliver(membership.APPLICATION_SUBMITTED, empty.applied(empty.person()))
    assert empty.database.promises.count_documents({}) == 0


def test_a_draft_is_shown_to_owners_only(empty: Shop) -> None:
    shop = empty
    shop.sell(state="draft")
    anybody = Context(ANONYMOUS, "zh-CN", new_id("req"), new_traceparent())
    asked = {"community_id": shop.community_id}

    def listed(who: Context) -> int:
        found = shop.ask(shop.app.plans.list_of_community, payments.LIST_PLANS, who, **asked)
        return len(found["items"])

    def shown(who: Context) -> str:
        ref = {"plan_id": shop.plan["id"]}
        return outcome(
            lambda: str(shop.ask(shop.app.plans.get, payments.GET_PLAN, who, **ref)["state"])
        )

    for other in (anybody, shop.person()):
        assert (listed(other), shown(other)) == (0, "request.object_not_found")
        ref = {"plan_id": shop.plan["id"]}
        with pytest.raises(DomainError, match="object_not_found"):
            shop.ask(shop.app.plans.price, payments.GET_PRICE, other, **ref)
    assert (listed(shop.owner), shown(shop.owner)) == (1, "draft")
    with pytest.raises(DomainError, match="plan_wrong_state"):
        shop.price()
    ref = {"plan_id": shop.plan["id"]}
    with pytest.raises(DomainError, match="object_not_found"):
        shop.ask(shop.app.plan_changes.close, payments.CLOSE_PLAN, shop.person(), **ref)
    assert shop.purchase(shop.person(), plan_id=None)["plan_id"] is None
    move(shop, "put_on_sale")
    assert (listed(anybody), shown(anybody)) == (1, "on_sale")


def test_neighbours_are_told_of_what_was_made_before(shop: Shop) -> None:
    """A plan of an earlier version, whoever made it while versions run side by side, is described
    once; neighbours may also ask."""
    new_fields = dict.fromkeys(("description", "renewal_price", "tier", "state", "sold"), "")
    shop.database.plans.update_many({}, {"$unset": new_fields})  # as an earlier version made it
    one_pass, told = OnePass(shop.clock.now(), "payments"), len(shop.told(payments.PLAN_DESCRIBED))
    for _ in range(2):
        shop.app.plan_changes.describe_of_before(one_pass)
    (described,) = shop.told(payments.PLAN_DESCRIBED)[told:]
    known = shop.ask(
        shop.app.plans.get_facts,
        payments.GET_PLAN_FACTS,
        Context.for_system("membership"),
        plan_id=shop.plan["id"],
    )
    assert known == {**described.data, "version": described.aggregateversion}
    assert described.data == {
        "plan_id": shop.plan["id"],
        "community_id": shop.community_id,
        "state": "on_sale",
        "free": False,
        "period_months": 12,
        "tier": "",
        "plan_name": shop.plan["name"],
    }
    buyer = shop.person()
    assert shop.quote(buyer, shop.purchase(buyer))["total"]["amount"] == 300_000
    with pytest.raises(DomainError, match="plan_sold"):
        change(shop, base_price=price(100))
    assert move(shop, "pause")["state"] == "paused"


@pytest.mark.parametrize(
    ("rule", "amount"), [("base", 300_000), ("as_first_paid", 310_000), ("current_step", 320_000)]
)
def test_a_renewal_pays_what_its_plan_says(empty: Shop, rule: str, amount: int) -> None:
    """rules.md §2.1, §3.5: it takes no place."""
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0}, renewal_price=rule)
    member = shop.person()
    for buyer in (None, member):
        shop.answer(membership.PURCHASE_FULFILLED, shop.paid(buyer=buyer))
    shop.run_jobs()
    before = shop.price()
    assert before["price"]["amount"] == 320_000
    quote = shop.quote(member, shop.renewal(member))
    assert (quote["total"]["amount"], quote["step"]) == (amount, None)
    assert shop.price() == before


def test_the_first_payment_of_an_earlier_run_does_not_count(empty: Shop) -> None:
    """rules.md §3.5: who joins anew begins a run; by another plan it is today's price."""
    shop = empty
    member = shop.person()
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.answer(membership.PURCHASE_FULFILLED, shop.paid(buyer=member))
    shop.later(days=800)
    shop.answer(membership.PURCHASE_FULFILLED, shop.paid(buyer=member))
    change(shop, renewal_price="as_first_paid")
    assert shop.quote(member, shop.renewal(member))["total"]["amount"] == 310_000
    shop.sell(ladder=None, base_price=price(100_000), renewal_price="as_first_paid")
    assert shop.quote(member, shop.renewal(member))["total"]["amount"] == 100_000
