"""Double entry: every movement of money as an entry whose sides are equal (P-1..P-3, P-5).

An entry's id is its cause, so the same cause is never posted twice. Entries are append-only; a
correction is a new entry that reverses one. Debit is money that came to us or a cost; credit is
what we owe for it.

    provider_clearing   with the provider, on its way to or from the community's bank account
    deferred_income     sold at list price, not yet delivered
    discounts           list price given away by coupons
    refunds             given back to payers of orders
    refunds_payable     promised to a payer, not yet given back by the provider
    suspense            arrived without an order that it could pay, or, by transfer, before it is
                        whole; goes back or into a sale, so it ends at zero
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from contracts.money import Money

ACCOUNTS = (
    "provider_clearing",
    "deferred_income",
    "discounts",
    "refunds",
    "refunds_payable",
    "suspense",
)


class StoredPosting(TypedDict):
    """A posting in the database."""

    account: str
    side: str
    amount: int


@dataclass(frozen=True)
class Posting:
    """One side of an entry; the amount is positive minor units (P-1)."""

    account: str
    side: str
    amount: int


@dataclass(frozen=True)
class Entry:
    """What one cause did to the accounts; `cause` such as `capture:pay_…` is its id."""

    cause: str
    currency: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        for posting in self.postings:
            if posting.account not in ACCOUNTS or posting.amount <= 0:
                raise ValueError(f"{self.cause}: {posting}")
        if not self.postings or sum(map(signed, self.postings)) != 0:
            raise ValueError(f"{self.cause}: an entry has two equal sides")

    def as_documents(self) -> list[StoredPosting]:
        return [
            {"account": posting.account, "side": posting.side, "amount": posting.amount}
            for posting in self.postings
        ]


def signed(posting: Posting) -> int:
    """Debit positive, credit negative."""
    return posting.amount if posting.side == "debit" else -posting.amount


def entry(cause: str, *, debit: dict[str, Money], credit: dict[str, Money]) -> Entry:
    """An entry from its sides; zero amounts are left out. Raises ValueError unless they balance."""
    currencies = {money.currency for money in (*debit.values(), *credit.values())}
    if len(currencies) != 1:
        raise ValueError(f"{cause}: one entry, one currency, not {sorted(currencies)}")
    postings = (*_side("debit", debit), *_side("credit", credit))
    return Entry(cause, currencies.pop(), postings)


def _side(side: str, amounts: dict[str, Money]) -> Iterable[Posting]:
    return (
        Posting(account, side, money.amount) for account, money in amounts.items() if money.amount
    )


def sale(
    cause: str, *, list_price: Money, discount: Money, total: Money, from_suspense: bool = False
) -> Entry:
    """An order is paid: the payer's money and the discount make up the income at list price."""
    source = "suspense" if from_suspense else "provider_clearing"
    return entry(
        cause,
        debit={source: total, "discounts": discount},
        credit={"deferred_income": list_price},
    )


def unclaimed_capture(cause: str, amount: Money) -> Entry:
    """Money arrived that no order can take."""
    return entry(cause, debit={"provider_clearing": amount}, credit={"suspense": amount})


def promised_refund(cause: str, amount: Money, *, surplus: bool) -> Entry:
    """A refund was decided; `surplus` money comes out of suspense."""
    source = "suspense" if surplus else "refunds"
    return entry(cause, debit={source: amount}, credit={"refunds_payable": amount})


def completed_refund(cause: str, amount: Money) -> Entry:
    """The provider gave the money back."""
    return entry(cause, debit={"refunds_payable": amount}, credit={"provider_clearing": amount})


def failed_refund(cause: str, amount: Money, *, surplus: bool) -> Entry:
    """The provider could not: the promise is reversed."""
    source = "suspense" if surplus else "refunds"
    return entry(cause, debit={"refunds_payable": amount}, credit={source: amount})


def sale_is_worthless(list_price: Money) -> bool:
    """A plan that costs nothing leaves no trace in the ledger."""
    return list_price.amount == 0
