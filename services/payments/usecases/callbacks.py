"""Providers' callbacks: verified, stored, answered at once; applied right after.

Storing tells an event to payments itself, so the effect survives a crash like any reaction; what
was left behind all the same is applied by a job. Applying twice is applying once: a capture or a
refund has its effect by its own number.
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
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import CALLBACK_REFUSED, PROVIDER_UNAVAILABLE
from services.payments.adapters.provider import CallbackInvalid, ProviderSilent
from services.payments.store import Stores
from services.payments.store.payments import AlreadyRecorded
from services.payments.usecases.captures import Captures
from services.payments.usecases.providers import Providers
from services.payments.usecases.refunds import Refunds
from services.payments.usecases.transactions import unlinked
from services.payments.usecases.views import View

log = structlog.get_logger()

LEFT_BEHIND_AFTER = dt.timedelta(seconds=30)  # real time: a reaction takes milliseconds

CALLBACKS = Counter("coterie_payments_callbacks", "Callbacks by what became of them", ["outcome"])


class Callbacks:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        providers: Providers,
        captures: Captures,
        refunds: Refunds,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._providers, self._captures, self._refunds = providers, captures, refunds

    def receive(self, request: dict[str, Any], ctx: Context) -> View:
        """Verifies and stores a callback; raises DomainError(CALLBACK_REFUSED) and stores nothing.

        A repeated notification is answered like the first and stored once.
        """
        account = self._stores.accounts.require(request["account_id"])
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

        def work(tx: Transaction) -> None:
            stored = self._stores.callbacks.add(tx, callback)
            tx.emit(contract.CALLBACK_RECEIVED, stored, {"callback_id": stored["_id"]})

        try:
            self._uow.run(unlinked(ctx), work)
        except AlreadyRecorded:
            CALLBACKS.labels("repeated").inc()
        else:
            CALLBACKS.labels("stored").inc()
            crash.point("payments.after_callback_stored")
        status, content_type, answer = provider.acknowledgement
        return {"status": status, "content_type": content_type, "body": answer}

    def on_received(self, event: CloudEvent, ctx: Context) -> None:
        """Applies a stored callback right after it was answered."""
        self.apply(self._stores.callbacks.require(event.data["callback_id"]), ctx)

    def apply(self, callback: Document, ctx: Context) -> None:
        """Gives a stored callback its effect, once."""
        if callback["state"] != "stored":
            return
        account = self._stores.accounts.require(callback["account_id"])
        notice = self._providers[callback["provider"]].read_notice(callback["body"].encode())
        cause = f"callback:{callback['_id']}"
        taken = False
        if notice.capture is not None:
            taken = self._captures.record(account, notice.capture, ctx, cause=cause)
        elif notice.refund is not None:
            taken = self._refunds.record(account, notice.refund, ctx, cause=cause)
        self._stores.callbacks.mark(callback["_id"], "applied" if taken else "refused")

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
