"""Work that is done again while others are quicker."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from chassis.context import Context
from chassis.uow import LONGEST_SECONDS
from contracts.errors import STALE_VERSION, TOO_BUSY, DomainError
from services.payments.store.checkout.orders import AnotherOrderIsOpen
from services.payments.store.checkout.purchases import LiveQuoteExists

T = TypeVar("T")

_LONGEST_PAUSE = 0.02


def until_settled(ctx: Context, attempt: Callable[[], T]) -> T:
    """What `attempt` returns; again while another request changes what it had read.

    Each repetition means that another one was committed, so some request always gets on. Raises
    DomainError(TOO_BUSY) at the deadline.
    """
    deadline = ctx.with_deadline(LONGEST_SECONDS).deadline
    assert deadline is not None
    while True:
        try:
            return attempt()
        except (LiveQuoteExists, AnotherOrderIsOpen):
            pass
        except DomainError as error:
            if error.error is not STALE_VERSION:
                raise
        if deadline.expired:
            raise DomainError(TOO_BUSY, retry_after=1)
        time.sleep(random.uniform(0, _LONGEST_PAUSE))
