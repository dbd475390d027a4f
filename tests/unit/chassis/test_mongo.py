"""Which of the database's errors mean "later", and which are ours."""

import pytest
from pymongo.errors import DuplicateKeyError, NetworkTimeout, OperationFailure

from chassis.failures import as_domain_error
from contracts.errors import INTERNAL, SERVICE_UNAVAILABLE, ErrorCode

GIVEN_UP = OperationFailure(
    "operation was interrupted because the transaction exceeded the configured"
    " 'transactionLifetimeLimitSeconds'",
    290,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (GIVEN_UP, SERVICE_UNAVAILABLE),
        (OperationFailure("no primary", 10107), SERVICE_UNAVAILABLE),
        (NetworkTimeout("no answer"), SERVICE_UNAVAILABLE),
        (DuplicateKeyError("twice", 11000), INTERNAL),
        (OperationFailure("not allowed", 13), INTERNAL),
    ],
)
def test_what_the_database_says(error: Exception, code: ErrorCode) -> None:
    """H-6: what passes by itself is told as unavailable, so that the caller comes again."""
    assert as_domain_error(error, where="test").error is code
