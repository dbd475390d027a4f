"""What every payment provider does for us, whatever protocol it speaks.

ProviderSilent    no answer, none that can be read, or one that says nothing about the matter (too
                  many calls): what happened is unknown, ask later
AccountUnusable   silence, since the account does not work: the call itself had no effect
ProviderRefused   the provider said no: nothing happened
CallbackInvalid   a callback that the provider did not sign, or too long ago
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from chassis.bounded_http import PartnerSilent
from contracts.money import Money
from contracts.states.payments import AccountProblem
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture, NextAction

# The outcome is unknown; it is found out by asking, never by doing it again otherwise.
ProviderSilent = PartnerSilent


class AccountUnusable(ProviderSilent):
    """The provider was not asked, or did not listen, because of the account."""

    def __init__(self, problem: AccountProblem) -> None:
        self.problem = problem
        super().__init__(f"account: {problem}")


class ProviderRefused(Exception):
    """The provider understood and said no; `code` is its word for why."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(f"{status} {code}")


class CallbackInvalid(Exception):
    """Not signed by the provider, or too old to be believed."""


@dataclass(frozen=True)
class WayBack:
    """Where the provider's page leads to afterwards: who paid or failed, and who gave up. What
    comes back that way proves nothing."""

    return_url: str | None = None
    cancel_url: str | None = None


@dataclass(frozen=True)
class ProviderPayment:
    """A payment as the provider knows it: pending, paid, closed, failed, or missing;
    `merchant_id`: whose it is, where the provider says so; `ask_after`: nothing becomes of it
    earlier by itself."""

    state: str
    next_action: NextAction | None = None
    captures: tuple[Capture, ...] = ()
    merchant_id: str | None = None
    ask_after: dt.datetime | None = None


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider knows it: processing, succeeded, failed, or missing."""

    state: str
    out_refund_no: str
    amount: Money | None = None


@dataclass(frozen=True)
class EndedPayment:
    """A payment that nobody can pay any more: it failed, or its payer gave it up."""

    out_trade_no: str
    merchant_id: str
    state: Literal["failed", "cancelled"]


@dataclass(frozen=True)
class Notice:
    """What a callback tells: money that came, a payment that ended without, or what became of a
    refund."""

    id: str
    kind: str
    capture: Capture | None = None
    refund: ProviderRefund | None = None
    ended: EndedPayment | None = None


class Provider(Protocol):
    """Calls raise ProviderSilent or ProviderRefused; each may be repeated with its number."""

    def check_account(self, account: ProviderAccount) -> None:
        """Asks whether payments can be made with an account; raises AccountUnusable."""
        ...

    def create_payment(
        self,
        account: ProviderAccount,
        *,
        out_trade_no: str,
        amount: Money,
        description: str,
        expires_at: dt.datetime,
        way_back: WayBack,
    ) -> ProviderPayment:
        """`description` is what its page says it is for."""
        ...

    def query_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment: ...

    def close_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        """Paid when it was too late to close it."""
        ...

    def create_refund(
        self,
        account: ProviderAccount,
        *,
        out_refund_no: str,
        out_trade_no: str,
        amount: Money,
        reason: str,
    ) -> ProviderRefund: ...

    def query_refund(self, account: ProviderAccount, out_refund_no: str) -> ProviderRefund: ...

    def verify(self, account: ProviderAccount, headers: Mapping[str, str], body: bytes) -> None:
        """Raises CallbackInvalid unless the provider signed this body lately for this account."""
        ...

    def read_notice(self, account: ProviderAccount, body: bytes) -> Notice:
        """What a verified callback says; raises CallbackInvalid when it is no callback of its."""
        ...

    @property
    def acknowledgement(self) -> tuple[int, str, str]:
        """Status, content type and body of the answer that stops the repetitions."""
        ...


class Providers(dict[str, Provider]):
    """The payment providers of this installation, by name; any other one does not answer."""

    def __missing__(self, name: str) -> Provider:
        raise ProviderSilent(f"{name} is not set up here")
