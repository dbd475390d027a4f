"""Providers' callbacks: verified, stored, answered at once; applied right after by the same worker.

Nothing is applied before it is stored, and no provider waits for what it brings about. What a crash
or a failure leaves is applied by a job. Applying twice is applying once: a capture or a refund has
its effect by its own number.
"""

import base64
import binascii
import datetime as dt
from typing import Any

import structlog
from prometheus_client import Counter

from chassis import crash
from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.job_items import each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.rpc_server import Answered
from chassis.unchanging import Unchanging
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import CALLBACK_REFUSED, PROVIDER_UNAVAILABLE
from services.payments.adapters.provider import CallbackInvalid, ProviderSilent
from services.payments.store import Stores
from services.payments.store.payments import AlreadyRecorded
from services.payments.usecases.captures import Captures
from services.payments.usecases.providers import Providers
from services.payments.usecases.refunds import Refunds
from services.payments.usecases.transactions import until_settled

log = structlog.get_logger()

LEFT_BEHIND_AFTER = dt.timedelta(seconds=30)  # real time: applying takes milliseconds

CALLBACKS = Counter("coterie_payments_callbacks", "Callbacks by what became of them", ["outcome"])


class Callbacks:
    def __init__(
        self,
        stores: Stores,
        clock: Clock,
        providers: Providers,
        captures: Captures,
        refunds: Refunds,
    ) -> None:
        self._stores, self._clock = stores, clock
        self._providers, self._captures, self._refunds = providers, captures, refunds
        self._accounts = Unchanging[Document]()

    def receive(self, request: dict[str, Any], ctx: Context) -> Answered:
        """Verifies and stores a callback; raises DomainError(CALLBACK_REFUSED) and stores nothing.

        A repeated notification is answered like the first, stored once and applied once.
        """
        account = self._account(request["account_id"])
        if account["provider"] != request["provider"]:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.accounts.noun)
        provider = self._providers[account["provider"]]
        try:
            body = base64.b64decode(request["body_base64"], validate=True)
            provider.verify(request["headers"], body)
            notice = provider.read_notice(body)
            text = body.decode("utf-8")
        except (CallbackInvalid, binascii.Error, UnicodeDecodeError) as problem:
            CALLBACKS.labels("refused").inc()
            log.warning("callback_refused", account=account["_id"], problem=str(problem))
            raise DomainError(CALLBACK_REFUSED) from None
        except ProviderSilent as problem:
            raise DomainError(PROVIDER_UNAVAILABLE) from problem
        callback = {
            "_id": f"{account['_id']}:{notice.id}",
            "account_id": account["_id"],
            "provider": account["provider"],
            "kind": notice.kind,
            "body": text,
            "state": "stored",
            "arrived_at": real_now(),
        }
        status, content_type, body_wanted = provider.acknowledgement
        answer = {"status": status, "content_type": content_type, "body": body_wanted}
        try:
            self._stores.callbacks.add(callback, self._clock.now())
        except AlreadyRecorded:
            CALLBACKS.labels("repeated").inc()
            return Answered(answer)
        CALLBACKS.labels("stored").inc()
        crash.point("payments.after_callback_stored")
        return Answered(answer, lambda freed: self._apply_at_once(callback, freed))

    def apply(self, callback: Document, ctx: Context) -> None:
        """Gives a stored callback its effect, once; raises DomainError(STALE_VERSION) when another
        process moves the same order."""
        account = self._account(callback["account_id"])
        notice = self._providers[callback["provider"]].read_notice(callback["body"].encode())
        cause = f"callback:{callback['_id']}"
        taken = False
        if notice.capture is not None:
            taken = self._captures.record(account, notice.capture, ctx, cause=cause)
        elif notice.refund is not None:
            taken = self._refunds.record(account, notice.refund, ctx, cause=cause)
        self._stores.callbacks.mark(callback["_id"], "applied" if taken else "refused")

    def _apply_at_once(self, callback: Document, ctx: Context) -> None:
        crash.point("payments.after_callback_answered")
        until_settled(ctx, lambda: self.apply(callback, ctx))

    def _account(self, account_id: str) -> Document:
        """What never changes of an account; raises DomainError(OBJECT_NOT_FOUND)."""
        return self._accounts.get(account_id, lambda: self._stores.accounts.identity(account_id))

    def apply_left_behind(self, run: JobRun) -> None:
        """Applies what was stored and had no effect yet."""
        before = real_now() - LEFT_BEHIND_AFTER

        def apply(callback: Document) -> None:
            self.apply(callback, run.ctx)

        def postpone(callback: Document) -> None:
            self._stores.callbacks.postpone(callback["_id"], real_now())

        arrived = self._stores.callbacks.soonest_left_behind()
        if arrived is None or arrived >= before:
            return  # looked at again within half a minute, which is soon enough
        each_due(
            run,
            lambda most: self._stores.callbacks.left_behind(before, most),
            apply,
            postpone=postpone,
        )
