"""Money: integer minor units and an ISO 4217 code; no float anywhere near it (D-13)."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.aggregates import MoneyFields

INT64_MAX = 2**63 - 1


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (fen, cents) of one currency; may be negative only in ledgers."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not -INT64_MAX <= self.amount <= INT64_MAX:
            raise ValueError(f"money takes an int64 amount of minor units, not {self.amount!r}")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"money takes an ISO 4217 code, not {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount * count, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other

    def as_dict(self) -> MoneyFields:
        return {"amount": self.amount, "currency": self.currency}

    @classmethod
    def from_dict(cls, stored: MoneyFields) -> Money:
        return cls(stored["amount"], stored["currency"])


def percent_text(basis_points: int) -> str:
    """Basis points as a percentage with two places, without the sign: 1250 gives `12.50`."""
    return f"{basis_points // 100}.{basis_points % 100:02}"


def percent_half_up(amount: int, basis_points: int) -> int:
    """`basis_points`/10,000 of a non-negative amount, rounded half up once (`product.md` §3)."""
    if amount < 0 or not 0 <= basis_points <= 10_000:
        raise ValueError(f"percent of {amount} at {basis_points} basis points")
    return (amount * basis_points + 5_000) // 10_000
