"""A unit of work on documents that were read before it."""

import functools
from collections.abc import Callable
from typing import TypeVar

from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import STALE_VERSION, DomainError

T = TypeVar("T")
Known = TypeVar("Known")


def run_guarded(
    uow: UnitOfWork, ctx: Context, known: Known, work: Callable[[Transaction, Known | None], T]
) -> T:
    """Runs `work(tx, known)`: what was read before need not be read in the transaction.

    All that `work` saves is guarded by the versions in `known`. Once somebody was faster, further
    attempts are `work(tx, None)`, which reads for itself.
    """
    offered = [known]

    @functools.wraps(work)
    def attempt(tx: Transaction) -> T:
        return work(tx, offered.pop() if offered else None)

    try:
        return uow.run(ctx, attempt)
    except DomainError as error:
        if error.error is not STALE_VERSION:
            raise
    return uow.run(ctx, attempt)
