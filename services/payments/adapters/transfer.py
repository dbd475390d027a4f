"""Transfers to a community's bank account: a provider whose other side are the community's people.

Nothing is called out, and nobody calls back: what came stands in our own books, where an owner or
treasurer wrote it down (`usecases/money/transfers.py`).
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Protocol

from chassis.clock import Clock
from contracts.money import Money
from services.payments.adapters.provider import (
    CallbackInvalid,
    Notice,
    ProviderPayment,
    ProviderRefund,
    WayBack,
)
from services.payments.domain.money import transfers
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.transfers import Transfer


class Transfers(Protocol):
    """Where transfers are kept."""

    def get(self, id: str) -> Transfer | None: ...

    def add(self, transfer: Transfer, now: dt.datetime) -> bool:
        """False when it is there, or an open one of the community has its reference."""
        ...

    def close(self, transfer: Transfer, now: dt.datetime) -> bool:
        """False when it was changed since it was read."""
        ...


class TransferProvider:
    """Implements `Provider` on our own books."""

    acknowledgement = (204, "text/plain", "")

    def __init__(self, kept: Transfers, clock: Clock) -> None:
        self._transfers, self._clock = kept, clock

    def check_account(self, account: ProviderAccount) -> None:
        """Only its people can tell whether it is theirs."""

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
        """Nobody leaves the front end for it."""
        while (known := self._known(out_trade_no)) is None:
            now = self._clock.now()
            drawn = "".join(secrets.choice(transfers.ALPHABET) for _ in range(transfers.DRAWN))
            transfer = transfers.new_transfer(
                community_id=account["community_id"],
                account_id=account["_id"],
                merchant_id=account["merchant_id"],
                pay_to=account["transfer"]["pay_to"],
                second_person_above=account["transfer"]["second_person_above"],
                out_trade_no=out_trade_no,
                reference=transfers.checked(drawn),
                amount=amount,
                expires_at=expires_at,
                now=now,
            )
            self._transfers.add(transfer, now)
        return _payment(known)

    def query_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        known = self._known(out_trade_no)
        return ProviderPayment("missing") if known is None else _payment(known)

    def close_payment(self, account: ProviderAccount, out_trade_no: str) -> ProviderPayment:
        while (known := self._known(out_trade_no)) is not None and known["open"]:
            self._transfers.close(transfers.close(known), self._clock.now())
        return ProviderPayment("missing") if known is None else _payment(known)

    def create_refund(
        self,
        account: ProviderAccount,
        *,
        out_refund_no: str,
        out_trade_no: str,
        amount: Money,
        reason: str,
    ) -> ProviderRefund:
        """Under way until somebody says that they transferred it."""
        return ProviderRefund("processing", out_refund_no, amount)

    def query_refund(self, account: ProviderAccount, out_refund_no: str) -> ProviderRefund:
        return ProviderRefund("processing", out_refund_no)

    def verify(self, account: ProviderAccount, headers: Mapping[str, str], body: bytes) -> None:
        raise CallbackInvalid("nobody calls back about transfers")

    def read_notice(self, account: ProviderAccount, body: bytes) -> Notice:
        raise CallbackInvalid("nobody calls back about transfers")

    def _known(self, out_trade_no: str) -> Transfer | None:
        return self._transfers.get(transfers.id_of(out_trade_no))


def _payment(transfer: Transfer) -> ProviderPayment:
    capture = transfers.capture_of(transfer)
    if capture is not None:
        return ProviderPayment("paid", transfers.next_action(transfer), (capture,))
    return ProviderPayment(
        "pending" if transfer["open"] else "closed",
        transfers.next_action(transfer),
        ask_after=transfer["expires_at"],
    )
