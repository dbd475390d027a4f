"""Stored answers: who gets which, and for how long."""

from collections.abc import Callable

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.idempotency import Replayed
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts.errors import (
    IDEMPOTENCY_KEY_REUSED,
    INTERNAL,
    INVALID_INPUT,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    STALE_VERSION,
    DomainError,
    ErrorCode,
)
from contracts.errors.payments import NO_PLAN, PRICE_CHANGED
from tests.kit.existing import existing
from tests.store.chassis.test_uow import add_thing
from tests.store.chassis.things import Things


def test_an_answer_is_replayed_as_it_was(
    uow: UnitOfWork, things: Things, keyed: Callable[..., Context]
) -> None:
    """H-13: the same document, instants and order of fields included."""
    answer = uow.run(keyed("k1"), add_thing(things))
    stored = existing(uow.idempotency.find(keyed("k1")))
    assert stored.error is None
    assert list(existing(stored.answer).items()) == list(answer.items())


def test_a_first_request_finds_nothing(
    uow: UnitOfWork, keyed: Callable[..., Context], ctx: Context
) -> None:
    assert uow.idempotency.find(keyed("k1")) is None
    assert uow.idempotency.find(ctx) is None


def test_another_request_with_the_same_key(
    uow: UnitOfWork, things: Things, keyed: Callable[..., Context]
) -> None:
    """H-11: another fingerprint is refused; another caller or RPC is unaffected."""
    uow.run(keyed("k1"), add_thing(things))
    with pytest.raises(DomainError) as refused:
        uow.idempotency.find(keyed("k1", fingerprint="f2"))
    assert refused.value.error is IDEMPOTENCY_KEY_REUSED
    assert uow.idempotency.find(keyed("k1", fingerprint="f2", other=True)) is None
    assert uow.idempotency.find(keyed("k1", fingerprint="f2", rpc="membership.y")) is None


@pytest.mark.parametrize("error", [PRICE_CHANGED, NO_PLAN])
def test_business_errors_are_stored(
    uow: UnitOfWork, keyed: Callable[..., Context], error: ErrorCode
) -> None:
    """H-13."""
    uow.idempotency.store_error(keyed("k1"), DomainError(error, current_version=3))
    stored = existing(uow.idempotency.find(keyed("k1")))
    assert stored.answer is None
    refusal = existing(stored.error)
    assert (refusal.error, refusal.params) == (error, {"current_version": 3})


@pytest.mark.parametrize("error", [INVALID_INPUT, SERVICE_UNAVAILABLE, INTERNAL])
def test_faults_and_wrong_input_are_not_stored(
    uow: UnitOfWork, keyed: Callable[..., Context], error: ErrorCode
) -> None:
    """H-13: the client corrects or repeats with the same key."""
    uow.idempotency.store_error(keyed("k1"), DomainError(error))
    assert uow.idempotency.find(keyed("k1")) is None


@pytest.mark.parametrize("error", [STALE_VERSION, NOT_PERMITTED, OBJECT_NOT_FOUND])
def test_what_may_pass_by_itself_is_not_stored(
    uow: UnitOfWork, things: Things, keyed: Callable[..., Context], error: ErrorCode
) -> None:
    """H-13: nothing was executed; the race is over, or the replica has caught up, by the retry."""
    uow.idempotency.store_error(keyed("k1"), DomainError(error))
    assert uow.idempotency.find(keyed("k1")) is None
    assert uow.run(keyed("k1"), add_thing(things))


def test_an_error_without_key_is_not_stored(
    db: Database[Document], uow: UnitOfWork, ctx: Context
) -> None:
    uow.idempotency.store_error(ctx, DomainError(PRICE_CHANGED))
    assert db["commits"].count_documents({}) == 0


@pytest.mark.parametrize("error", [STALE_VERSION, OBJECT_NOT_FOUND])
def test_an_error_that_only_saw_the_winners_effect(
    uow: UnitOfWork, things: Things, keyed: Callable[..., Context], error: ErrorCode
) -> None:
    """H-12: the loser of a race is told what the winner was told, not that the name is taken."""
    answer = uow.run(keyed("k1"), add_thing(things))
    with pytest.raises(Replayed) as replayed:
        uow.idempotency.store_error(keyed("k1"), DomainError(error))
    assert replayed.value.stored.answer == answer


def test_a_stored_error_stands_against_later_work(
    db: Database[Document], uow: UnitOfWork, things: Things, keyed: Callable[..., Context]
) -> None:
    """H-13: an equal request that comes through later has no effect."""
    uow.idempotency.store_error(keyed("k1"), DomainError(PRICE_CHANGED))
    with pytest.raises(Replayed) as replayed:
        uow.run(keyed("k1"), add_thing(things))
    assert existing(replayed.value.stored.error).error is PRICE_CHANGED
    assert db["things"].count_documents({}) == 0
