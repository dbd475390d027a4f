"""Payers ask for refunds, others decide, by the policy of the moment at which it was asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import events, membership, payments
from contracts.errors import (
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
    ErrorCode,
    Kind,
)
from contracts.errors.payments import (
    NOTHING_TO_REFUND,
    ORDER_WRONG_STATE,
    OWN_MONEY,
    REFUND_AMOUNT_MISSING,
    REFUND_REQUEST_OPEN,
    REFUND_REQUEST_WRONG_STATE,
    REFUND_TOO_LARGE,
)
from tests.kit.existing import existing
from tests.store.payments.shop import Sale, Shop

WHY, NO, YES = "我要搬到外地了", "本期活动已全部结束", "祝好"


@pytest.fixture
def shop(empty: Shop) -> Shop:
    """A shop whose plan gives half of the price back for a month."""
    empty.sell(refund_brackets=[{"days_after": 30, "percent": "50.00"}])
    return empty


@dataclass
class Desk:
    """Somebody's requests, as they are asked and decided."""

    sale: Sale

    @property
    def shop(self) -> Shop:
        return self.sale.shop

    def ask(self, by: Context | None = None, why: str = WHY) -> dict[str, Any]:
        use_case, asked = self.shop.app.refund_requests.ask, {"order_id": self.sale.order["id"]}
        return self.shop.ask(use_case, payments.ASK_REFUND, by or self.sale.buyer, **asked, why=why)

    def seen(self, request: dict[str, Any], by: Context | None = None) -> dict[str, Any]:
        record, use_case = payments.GET_REFUND_REQUEST, self.shop.app.refund_requests.get
        return self._do(use_case, record, by or self.sale.buyer, request)

    def grant(
        self, request: dict[str, Any], amount: int | None = None, by: Context | None = None
    ) -> dict[str, Any]:
        record, use_case = payments.GRANT_REFUND_REQUEST, self.shop.app.refund_requests.grant
        money = None if amount is None else {"amount": amount, "currency": "CNY"}
        return self._do(use_case, record, by or self.shop.owner, request, amount=money)

    def decline(self, request: dict[str, Any], by: Context | None = None) -> dict[str, Any]:
        record, use_case = payments.DECLINE_REFUND_REQUEST, self.shop.app.refund_requests.decline
        return self._do(use_case, record, by or self.shop.owner, request, words=NO)

    def withdraw(self, request: dict[str, Any], by: Context | None = None) -> dict[str, Any]:
        record, use_case = payments.WITHDRAW_REFUND_REQUEST, self.shop.app.refund_requests.withdraw
        return self._do(use_case, record, by or self.sale.buyer, request)

    def refund(self, amount: int | None = None, by: Context | None = None) -> dict[str, Any]:
        """Without anybody's asking."""
        asked: dict[str, Any] = {"order_id": self.sale.order["id"], "reason": "kindness"}
        if amount is not None:
            asked["amount"] = {"amount": amount, "currency": "CNY"}
        use_case = self.shop.app.refunds.refund_order
        return self.shop.ask(use_case, payments.REFUND_ORDER, by or self.shop.owner, **asked)

    def _do(
        self,
        use_case: Callable[..., Any],
        record: Any,
        by: Context,
        request: dict[str, Any],
        **more: Any,
    ) -> dict[str, Any]:
        return self.shop.ask(use_case, record, by, refund_request_id=request["id"], **more)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """Of an order that became a term which begins today."""
    return at_desk(shop)


def at_desk(shop: Shop, buyer: Context | None = None) -> Desk:
    sale = shop.paid(buyer=buyer)
    shop.answer(membership.PURCHASE_FULFILLED, sale, starts_on="2026-03-02")
    return Desk(sale)


def refuses(error: ErrorCode, do: Callable[[], Any]) -> DomainError:
    """Refused, and what was stored stays."""
    with pytest.raises(DomainError) as refused:
        do()
    assert refused.value.error is error
    return refused.value


def test_granted_by_the_policy_it_ends_like_any_refund(desk: Desk) -> None:
    """The refund and the request's state come together; the provider's answer ends the order."""
    asked = desk.ask()
    assert (asked["state"], asked["why"], asked["words"]) == ("open", WHY, "")
    assert (asked["policy_percent"], asked["policy_amount"]["amount"]) == ("100.00", 300_000)
    assert desk.sale.now()["refund_request_id"] == asked["id"]
    granted = desk.grant(asked)
    (refund,) = desk.sale.now()["refunds"]
    assert (granted["state"], granted["refund_id"]) == ("granted", refund["id"])
    assert (refund["amount"]["amount"], refund["reason"]) == (300_000, "asked_for")
    assert desk.sale.now()["refund_request_id"] is None
    desk.shop.settle_refunds()
    assert desk.sale.state == "refunded"
    (told,) = desk.shop.told(payments.ORDER_REFUNDED)
    assert (told.data["full"], told.data["reason"]) == (True, "asked_for")
    refuses(REFUND_REQUEST_WRONG_STATE, lambda: desk.grant(asked))
    refuses(REFUND_REQUEST_WRONG_STATE, lambda: desk.decline(asked))
    refuses(REFUND_REQUEST_WRONG_STATE, lambda: desk.withdraw(asked))


def test_the_words_of_who_granted_are_kept(desk: Desk) -> None:
    asked = desk.ask()
    granted = desk._do(
        desk.shop.app.refund_requests.grant,
        payments.GRANT_REFUND_REQUEST,
        desk.shop.owner,
        asked,
        words=YES,
    )
    assert granted["words"] == desk.seen(asked)["words"] == YES
    list_mine = desk.shop.app.refund_requests.list_mine
    mine = desk.shop.ask(list_mine, payments.LIST_MY_REFUND_REQUESTS, desk.sale.buyer)
    assert [one["words"] for one in mine["items"]] == [YES]


def test_a_slow_answer_changes_nothing_of_what_is_due(desk: Desk) -> None:
    """What counts is the moment of asking; what went back since is taken off."""
    desk.shop.later(days=10)
    asked = desk.ask()
    assert (asked["policy_percent"], asked["policy_amount"]["amount"]) == ("50.00", 150_000)
    desk.shop.later(days=60)
    desk.refund(20_000)
    assert desk.seen(asked)["state"] == "open"
    desk.grant(asked)
    assert desk.sale.now()["refunds"][-1]["amount"]["amount"] == 130_000


def test_what_goes_back_while_events_is_asked_is_taken_off(desk: Desk) -> None:
    def meanwhile(request: Any) -> Any:
        desk.refund(50_000)
        return {"attended": False}

    desk.shop.neighbour.answers[events.HAS_ATTENDED] = meanwhile
    assert desk.ask()["policy_amount"]["amount"] == 250_000


def test_another_amount_may_be_granted_up_to_what_is_left(desk: Desk) -> None:
    desk.shop.later(days=60)
    asked = desk.ask()
    assert asked["policy_amount"]["amount"] == 0
    refuses(REFUND_AMOUNT_MISSING, lambda: desk.grant(asked))
    refuses(REFUND_TOO_LARGE, lambda: desk.grant(asked, 300_001))
    assert desk.seen(asked)["state"] == "open"
    assert desk.sale.now()["refunds"] == []
    assert desk.grant(asked, 300_000)["state"] == "granted"


def told_of_refunds(shop: Shop) -> list[tuple[bool, bool]]:
    shop.settle_refunds()
    told = shop.told(payments.ORDER_REFUNDED)
    return [(event.data["full"], event.data["gives_up"]) for event in told]


def test_by_the_policy_what_was_paid_for_is_given_up(desk: Desk) -> None:
    """Also by a share, and by the refund that stands in the place of one that failed."""
    desk.shop.later(days=10)
    asked = desk.ask()
    assert asked["gives_up"]
    granted = desk.grant(asked)
    desk.shop.settle_refunds("failed")
    desk.shop.app.refunds.retry(granted["refund_id"], Context.for_system("payments"))
    assert told_of_refunds(desk.shop) == [(False, True)]


def test_a_named_amount_is_goodwill_and_ends_nothing(desk: Desk) -> None:
    desk.grant(desk.ask(), 150_000)
    desk.shop.later(days=60)
    assert not desk.ask()["gives_up"]  # by the policy it is nothing
    assert told_of_refunds(desk.shop) == [(False, False)]


def test_a_seat_that_was_given_up_meanwhile_brings_no_more_than_then(shop: Shop) -> None:
    """Asked for in the cool-off, given up when half came back: half is what the grant gives."""
    sale = shop.paid(seat=True)
    shop.answer(events.PURCHASE_FULFILLED, sale)
    desk = Desk(sale)
    asked = desk.ask()
    assert asked["policy_percent"] == "100.00"
    shop.later(days=8)
    shop.give_up(sale.purchase, paid=True)
    refuses(REFUND_AMOUNT_MISSING, lambda: desk.grant(asked))
    assert told_of_refunds(shop) == [(False, False)]
    desk.grant(asked, 4_950)  # goodwill may be more
    assert sale.state == "partially_refunded"


def test_one_request_of_an_order_at_a_time(desk: Desk) -> None:
    asked = desk.ask()
    refused = refuses(REFUND_REQUEST_OPEN, desk.ask)
    assert refused.params["refund_request_id"] == asked["id"]
    assert desk.withdraw(asked)["state"] == "withdrawn"
    again = desk.ask(why="")
    assert desk.decline(again)["words"] == NO
    third = desk.ask()
    desk.grant(third)
    refuses(NOTHING_TO_REFUND, desk.ask)


def test_who_was_declined_is_told_why(desk: Desk) -> None:
    declined = desk.decline(desk.ask())
    (told,) = desk.shop.told(payments.REFUND_DECLINED)
    assert told.subject == declined["id"]
    assert told.data["payer_id"] == desk.sale.buyer.require_person()
    system = Context.for_system("notifications")
    answer = desk.shop.app.refund_requests.answer({"refund_request_id": declined["id"]}, system)
    assert answer == {"words": NO}
    assert desk.sale.now()["refunds"] == []


def test_only_paid_orders_with_something_left(shop: Shop) -> None:
    refuses(ORDER_WRONG_STATE, Desk(shop.ordered()).ask)
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"})
    refuses(NOTHING_TO_REFUND, Desk(shop.ordered("WELC2ME")).ask)
    assert shop.database.refund_requests.count_documents({}) == 0


def test_payers_ask_and_others_decide(desk: Desk) -> None:
    """Each sees what they may do, and nothing else is taken from them."""
    shop, stranger, treasurer = desk.shop, desk.shop.person(), desk.shop.treasurer()
    refuses(OBJECT_NOT_FOUND, lambda: desk.ask(stranger))
    refuses(OBJECT_NOT_FOUND, lambda: desk.ask(shop.owner))
    asked = desk.ask()
    assert desk.seen(asked)["actions"] == ["withdraw_refund_request"]
    decide = ["grant_refund_request", "decline_refund_request"]
    assert desk.seen(asked, treasurer)["actions"] == decide
    refuses(OBJECT_NOT_FOUND, lambda: desk.seen(asked, by=stranger))
    refuses(OBJECT_NOT_FOUND, lambda: desk.decline(asked, by=stranger))
    refuses(OBJECT_NOT_FOUND, lambda: desk.withdraw(asked, by=stranger))
    refuses(OBJECT_NOT_FOUND, lambda: desk.grant(asked, by=stranger))
    refuses(NOT_PERMITTED, lambda: desk.grant(asked, by=desk.sale.buyer))
    refuses(NOT_PERMITTED, lambda: desk.decline(asked, by=desk.sale.buyer))
    refuses(OBJECT_NOT_FOUND, lambda: desk.withdraw(asked, by=treasurer))
    desk.grant(asked, by=treasurer)
    assert desk.seen(asked)["actions"] == desk.seen(asked, treasurer)["actions"] == []


def test_nobody_decides_about_money_of_their_own(shop: Shop) -> None:
    desk = at_desk(shop, shop.owner)
    asked = desk.ask()
    refuses(OWN_MONEY, lambda: desk.grant(asked))
    refuses(OWN_MONEY, lambda: desk.decline(asked))
    refuses(OWN_MONEY, desk.refund)
    assert desk.seen(asked)["actions"] == ["withdraw_refund_request"]
    assert desk.sale.now()["refunds"] == []
    desk.grant(asked, by=shop.treasurer())


def test_a_refund_of_all_grants_what_is_open(desk: Desk) -> None:
    """A part leaves it open; the rest, by whichever way, answers it."""
    asked = desk.ask()
    desk.refund(100_000)
    assert desk.seen(asked)["state"] == "open"
    rest = desk.refund()
    found = desk.seen(asked)
    assert (found["state"], found["refund_id"]) == ("granted", rest["id"])
    assert desk.sale.now()["refund_request_id"] is None


def test_a_refund_that_is_tried_again_grants_what_was_asked_meanwhile(desk: Desk) -> None:
    failed = desk.refund()
    desk.shop.settle_refunds("failed")
    asked = desk.ask()
    again = desk.shop.app.refunds.retry(failed["id"], Context.for_system("payments"))
    found = desk.seen(asked)
    assert (found["state"], found["refund_id"]) == ("granted", again["_id"])


def test_while_events_is_silent_nobody_asks(desk: Desk) -> None:
    def silent(request: Any) -> Any:
        raise DomainError(SERVICE_UNAVAILABLE)

    desk.shop.neighbour.answers[events.HAS_ATTENDED] = silent
    with pytest.raises(DomainError) as refused:
        desk.ask()
    assert refused.value.kind is Kind.UNAVAILABLE
    assert desk.shop.database.refund_requests.count_documents({}) == 0


def test_lists_of_payers_and_of_staff(shop: Shop) -> None:
    buyer = shop.person()
    shop.neighbour.names[buyer.require_person()] = "李伟"
    desks = [at_desk(shop, buyer), at_desk(shop, buyer), at_desk(shop)]
    asked = [desk.ask() for desk in desks]
    desks[0].decline(asked[0])
    of_community, requests = {"community_id": shop.community_id}, shop.app.refund_requests

    def listed(by: Context, **state: Any) -> list[tuple[str, str | None]]:
        found: list[tuple[str, str | None]] = []
        after: str | None = None
        while True:
            page = shop.ask(
                requests.list_of_community,
                payments.LIST_REFUND_REQUESTS,
                by,
                **of_community,
                **state,
                after=after,
                limit=1,
            )
            found += [(one["id"], one["display_name"]) for one in page["items"]]
            for one in page["items"]:
                assert one["actions"] == desks[0].seen(one, by)["actions"]
            after = page["next"]
            if after is None:
                return found

    first, second, third = (one["id"] for one in asked)
    assert listed(shop.owner) == [(first, "李伟"), (second, "李伟"), (third, None)]
    assert [id for id, _ in listed(shop.owner, sort="-created_at")] == [third, second, first]
    assert listed(shop.owner, sort="-created_at", state="open")[0] == (third, None)
    assert listed(shop.treasurer(), state="open") == [(second, "李伟"), (third, None)]
    refuses(NOT_PERMITTED, lambda: listed(buyer))
    count, record = requests.count_of_community, payments.COUNT_REFUND_REQUESTS
    assert shop.ask(count, record, shop.owner, **of_community)["counts"] == {
        "open": 2,
        "granted": 0,
        "declined": 1,
        "withdrawn": 0,
    }
    refuses(NOT_PERMITTED, lambda: shop.ask(count, record, buyer, **of_community))
    mine = shop.ask(requests.list_mine, payments.LIST_MY_REFUND_REQUESTS, buyer)
    assert [one["id"] for one in mine["items"]] == [second, first]
    history = shop.ask(
        shop.app.history.of_refund_request,
        payments.GET_REFUND_REQUEST_HISTORY,
        shop.owner,
        refund_request_id=first,
    )
    assert [one["action"] for one in history["items"]] == ["decline_refund_request", "ask_refund"]


def test_of_an_erased_payer_only_ids_stay(desk: Desk) -> None:
    """Words go, from then on none are kept, and what is owed can still be given back."""
    declined, asked = desk.decline(desk.ask()), desk.ask()
    person_id = desk.sale.buyer.require_person()
    erased = {"erasure_id": new_id("era"), "person_id": person_id}
    desk.shop.deliver(membership.PERSON_ERASED, erased)
    for request in (declined, asked):
        found = desk.seen(request, desk.shop.owner)
        assert (found["why"], found["words"], found["payer_id"]) == ("", "", person_id)
    assert desk.decline(asked)["words"] == ""
    late = desk.ask()  # by a session that has not ended yet
    assert late["why"] == ""
    assert desk.grant(late)["state"] == "granted"


# ── At the same moment ──────────────────────────────────────────────────────────────────────────


def at_once(*do: Callable[[], Any]) -> list[Any]:
    """What each comes to, a code where it is refused."""

    def outcome(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(len(do)) as pool:
        return [future.result() for future in [pool.submit(outcome, one) for one in do]]


def test_a_grant_and_a_refund_give_back_what_was_paid_once(shop: Shop) -> None:
    for _ in range(5):
        desk = at_desk(shop)
        asked = desk.ask()
        granted, refunded = at_once(lambda: desk.grant(asked), desk.refund)  # noqa: B023
        order, found = desk.sale.now(), desk.seen(asked)
        (refund,) = order["refunds"]
        assert refund["amount"]["amount"] == 300_000
        assert (found["state"], found["refund_id"]) == ("granted", refund["id"])
        assert order["refund_request_id"] is None
        lost = [one for one in (granted, refunded) if isinstance(one, str)]
        assert lost in ([REFUND_REQUEST_WRONG_STATE.code], [REFUND_TOO_LARGE.code])


def test_a_grant_and_its_withdrawal_are_one_of_both(shop: Shop) -> None:
    for _ in range(5):
        desk = at_desk(shop)
        asked = desk.ask()
        outcomes = at_once(lambda: desk.grant(asked), lambda: desk.withdraw(asked))  # noqa: B023
        (won,) = [one for one in outcomes if not isinstance(one, str)]
        assert REFUND_REQUEST_WRONG_STATE.code in outcomes
        found = desk.seen(asked)
        assert found["state"] == won["state"]
        assert len(desk.sale.now()["refunds"]) == (found["state"] == "granted")


def test_several_askers_make_one_request(shop: Shop) -> None:
    desk = at_desk(shop)
    outcomes = at_once(*[desk.ask] * 4)
    (made,) = [one for one in outcomes if not isinstance(one, str)]
    assert outcomes.count(REFUND_REQUEST_OPEN.code) == 3
    stored = existing(shop.database.refund_requests.find_one({}))
    assert stored["_id"] == made["id"]
    assert shop.database.refund_requests.count_documents({}) == 1
