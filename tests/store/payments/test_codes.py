"""Coupon codes as people write them."""

from tests.store.payments.shop import Shop


def test_a_pasted_code_is_the_code_and_what_is_none_is_unknown(shop: Shop) -> None:
    """F20: no quote is refused for what stands in the field of codes."""
    shop.coupon()
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    quote = shop.quote(buyer, purchase, "\u200bＷＥＬＣ ２ＭＥ")
    assert quote["total"]["amount"] == 280_000
    order = shop.order_at_once(buyer, purchase, "welc2me\n", total=280_000)
    assert order["total"]["amount"] == 280_000
    other = shop.person()
    quote = shop.quote(other, shop.purchase(other), "优惠!", "\u200b", "WELC-2ME")
    refused = [row["broken_rule"] for row in quote["trace"] if row["rule"] == "coupon"]
    assert refused == ["code_is_known"] * 3


def test_a_short_code_of_before_stays_good(shop: Shop) -> None:
    """rules.md §3.13: shorter ones that are stored stay valid."""
    shop.coupon("WELC2ME")
    shop.database.coupons.update_one({}, {"$set": {"code": "ABC"}})
    buyer = shop.person()
    assert shop.quote(buyer, shop.purchase(buyer), "abc")["total"]["amount"] == 280_000
