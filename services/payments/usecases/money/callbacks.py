"""Providers' callbacks: verified, stored, answered at once; applied right after by the same worker.

Nothing is applied before it is stored, and no provider waits for what it brings about. What a crash
or a failure leaves is applied by a job. Applying twice is applying once: a capture or a refund has
its effect by its own number.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping

import structlog
from prometheus_client import Counter

from chassis import crash
from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.rpc_server import Answered
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import CALLBACK_REFUSED, PROVIDER_UNAVAILABLE
from contracts.types import payments as wire
from services.payments.adapters.provider import (
    CallbackInvalid,
    Notice,
    Provider,
    Providers,
    ProviderSilent,
)
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.callbacks import Callback
from services.payments.store import Stores
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.payments import PaymentUseCases
from services.payments.usecases.money.refunds import RefundUseCases
from services.payments.usecases.repeating import until_settled

log = structlog.get_logger()

LEFT_BEHIND_AFTER = dt.timedelta(seconds=30)  # real time: applying takes milliseconds

CALLBACKS = Counter("coterie_payments_callbacks", "Callbacks by what became of them", ["outcome"])


class CallbackUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        clock: Clock,
        providers: Providers,
        captures: Captures,
        refunds: RefundUseCases,
        payments: PaymentUseCases,
    ) -> None:
        self._stores, self._clock = stores, clock
        self._providers, self._captures, self._refunds = providers, captures, refunds
        self._payments = payments
        self._accounts: dict[str, ProviderAccount] = {}

    def receive(self, request: wire.Callback, ctx: Context) -> Answered:
        """Verifies and stores a callback; raises DomainError(CALLBACK_REFUSED) and stores nothing.

        A repeated notification is answered like the first, stored once and applied once.
        """
        account = self._account(request["account_id"])
        if account["provider"] != request["provider"]:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.accounts.noun)
        try:
            provider = self._providers[account["provider"]]
            body = base64.b64decode(request["body_base64"], validate=True)
            notice = self._verified(provider, account, request["headers"], body)
            text = body.decode("utf-8")
        except (CallbackInvalid, binascii.Error, UnicodeDecodeError) as problem:
            CALLBACKS.labels("refused").inc()
            log.warning("callback_refused", account=account["_id"], problem=str(problem))
            raise DomainError(CALLBACK_REFUSED) from None
        except ProviderSilent as problem:
            raise DomainError(PROVIDER_UNAVAILABLE) from problem
        callback: Callback = {
            "_id": f"{account['_id']}:{notice.id}",
            "account_id": account["_id"],
            "provider": account["provider"],
            "kind": notice.kind,
            "body": text,
            "state": "stored",
            "arrived_at": real_now(),
        }
        status, content_type, body_wanted = provider.acknowledgement
        answer: wire.CallbackAnswer = {
            "status": status,
            "content_type": content_type,
            "body": body_wanted,
        }
        if not self._stores.callbacks.add(callback, self._clock.now()):
            CALLBACKS.labels("repeated").inc()
            return Answered(answer)
        CALLBACKS.labels("stored").inc()
        crash.point("payments.after_callback_stored")
        return Answered(answer, lambda freed: self._apply_at_once(callback, freed))

    def apply(self, callback: Callback, ctx: Context) -> None:
        """Gives a stored callback its effect, once; raises DomainError(STALE_VERSION) when another
        process moves the same order."""
        account = self._account(callback["account_id"])
        notice = self._providers[callback["provider"]].read_notice(
            account, callback["body"].encode()
        )
        cause = f"callback:{callback['_id']}"
        taken = False
        if notice.capture is not None:
            taken = self._captures.record(account, notice.capture, ctx, cause=cause)
        elif notice.refund is not None:
            taken = self._refunds.record(account, notice.refund, ctx, cause=cause)
        elif notice.ended is not None:
            taken = self._payments.record_end(account, notice.ended, ctx)
        self._stores.callbacks.mark(callback["_id"], "applied" if taken else "refused")

    def _apply_at_once(self, callback: Callback, ctx: Context) -> None:
        crash.point("payments.after_callback_answered")
        until_settled(ctx, lambda: self.apply(callback, ctx))

    def _verified(
        self,
        provider: Provider,
        account: ProviderAccount,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Notice:
        """What a callback says, by the account as it is known here or, since its secret may have
        been replaced, as it is now. Raises CallbackInvalid."""
        try:
            provider.verify(account, headers, body)
        except CallbackInvalid:
            current = self._stores.accounts.require(account["_id"])
            if current["version"] == account["version"]:
                raise
            self._accounts[account["_id"]] = account = current
            provider.verify(account, headers, body)
        return provider.read_notice(account, body)

    def _account(self, account_id: str) -> ProviderAccount:
        """An account as it was read once; raises DomainError(OBJECT_NOT_FOUND)."""
        if account_id not in self._accounts:
            self._accounts[account_id] = self._stores.accounts.require(account_id)
        return self._accounts[account_id]

    def apply_left_behind(self, run: JobRun) -> None:
        """Applies what was stored and had no effect yet."""
        before = real_now() - LEFT_BEHIND_AFTER

        def apply(callback: Callback) -> None:
            self.apply(callback, run.ctx)

        def postpone(callback: Callback) -> None:
            self._stores.callbacks.postpone(callback["_id"], real_now())

        arrived = self._stores.callbacks.soonest_left_behind()
        if arrived is None or arrived >= before:
            return  # looked at again within half a minute, which is soon enough
        act_on_due(
            run,
            lambda most: self._stores.callbacks.left_behind(before, most),
            apply,
            postpone=postpone,
        )
