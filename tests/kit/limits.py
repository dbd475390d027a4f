"""Limits of the gateway that a test does not reach: for whole matrices and for guessing at inputs.

Everything else, journeys and bench included, lives within the limits that people have.
"""

from gateway.limits import OperationClass

WIDE_FIELDS = {
    f"limit_{operations}_{name}": number
    for operations in OperationClass
    for name, number in (("per_minute", 1_000_000), ("burst", 100_000))
}
WIDE = {f"COTERIE_{name.upper()}": str(number) for name, number in WIDE_FIELDS.items()}
