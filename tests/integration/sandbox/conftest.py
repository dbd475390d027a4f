"""The payment provider as a process, and a merchant of it."""

from collections.abc import Iterator

import pytest

from tests.integration.sandbox.world import (
    Merchant,
    Program,
    Receiver,
    running_receiver,
)
from tests.kit.processes import free_port


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(
        "sandbox.provider", tmp_path_factory.mktemp("provider"), SANDBOX_PROVIDER_PORT=free_port()
    )
    program.start()
    yield program
    program.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def merchant(provider: Program, receiver: Receiver) -> Merchant:
    return Merchant(provider, receiver.url)
