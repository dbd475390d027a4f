"""Double entry (P-1, P-5): whatever happens to orders, the books balance."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from contracts.money import Money
from services.payments.domain.books import ledger
from services.payments.domain.books.ledger import Entry, Posting, entry, signed

Receipt = tuple[int, bool]  # an amount, and whether nobody asked for it


def yuan(amount: int) -> Money:
    return Money(amount, "CNY")


@pytest.mark.parametrize(
    "postings",
    [
        (),
        (Posting("refunds", "debit", 5), Posting("suspense", "credit", 4)),
        (Posting("refunds", "debit", 5), Posting("suspense", "debit", 5)),
        (Posting("refunds", "debit", 0), Posting("suspense", "credit", 0)),
        (Posting("refunds", "debit", -5), Posting("suspense", "credit", -5)),
        (Posting("pocket", "debit", 5), Posting("suspense", "credit", 5)),
    ],
)
def test_an_entry_that_does_not_balance_cannot_be_made(postings: tuple[Posting, ...]) -> None:
    """P-1: at least two postings, equal sides, positive amounts, known accounts."""
    with pytest.raises(ValueError):
        Entry("capture:pay_1", "CNY", postings)


def test_one_entry_has_one_currency() -> None:
    with pytest.raises(ValueError):
        entry("x", debit={"refunds": yuan(1)}, credit={"suspense": Money(1, "USD")})


class Books(RuleBasedStateMachine):
    """Sales, refunds and unclaimed money in any order, against plain sums."""

    sales = Bundle("sales")
    promised = Bundle("promised")

    def __init__(self) -> None:
        super().__init__()
        self.accounts = dict.fromkeys(ledger.ACCOUNTS, 0)
        self.captured = self.given_back = self.owed = 0
        self.causes: set[str] = set()

    def post(self, made: Entry) -> None:
        assert made.cause not in self.causes
        self.causes.add(made.cause)
        assert sum(map(signed, made.postings)) == 0
        for posting in made.postings:
            self.accounts[posting.account] += signed(posting)

    def cause(self, kind: str) -> str:
        return f"{kind}:{len(self.causes)}"

    @rule(target=sales, total=st.integers(0, 10**9), discount=st.integers(0, 10**9))
    def sell(self, total: int, discount: int) -> Receipt:
        if total + discount == 0:
            return (0, False)
        listed = yuan(total + discount)
        made = ledger.sale(
            self.cause("capture"), list_price=listed, discount=yuan(discount), total=yuan(total)
        )
        self.post(made)
        self.captured += total
        return (total, False)

    @rule(target=sales, amount=st.integers(1, 10**9))
    def receive_unclaimed(self, amount: int) -> Receipt:
        self.post(ledger.unclaimed_capture(self.cause("capture"), yuan(amount)))
        self.captured += amount
        return (amount, True)

    @rule(target=promised, sale=consumes(sales))
    def promise(self, sale: Receipt) -> Receipt:
        amount, surplus = sale
        if amount:
            made = ledger.promised_refund(self.cause("refund"), yuan(amount), surplus=surplus)
            self.post(made)
            self.owed += amount
        return sale

    @rule(refund=consumes(promised))
    def complete(self, refund: Receipt) -> None:
        if refund[0]:
            self.post(ledger.completed_refund(self.cause("refunded"), yuan(refund[0])))
            self.owed -= refund[0]
            self.given_back += refund[0]

    @rule(target=sales, refund=consumes(promised))
    def fail(self, refund: Receipt) -> Receipt:
        amount, surplus = refund
        if amount:
            self.post(ledger.failed_refund(self.cause("failed"), yuan(amount), surplus=surplus))
            self.owed -= amount
        return refund

    @invariant()
    def books_balance(self) -> None:
        """Sum is zero, always; clearing is what the provider still has of ours."""
        assert sum(self.accounts.values()) == 0
        assert self.accounts["provider_clearing"] == self.captured - self.given_back
        assert self.accounts["refunds_payable"] == -self.owed
        assert self.accounts["suspense"] <= 0 <= self.accounts["discounts"]


TestBooks = Books.TestCase
