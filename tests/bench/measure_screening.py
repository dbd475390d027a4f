"""What one screening rule takes of a large form: the pure part, without what is read for it."""

import time
from collections.abc import Iterator
from typing import Any

from contracts.states.membership import SCREENING_KINDS
from services.membership.domain.vetting.screening_rules import Facts, Share, screen
from tests.bench.rows import Bench, Row, measures, percentile

QUESTIONS, ROUNDS, REPEATED = 200, 200, 50
MOST_MS = 1.0
_FIELDS: dict[str, Any] = {
    "any_of": [f"option {number}" for number in range(50)],
    "minimum": 0,
    "maximum": 10,
    "characters": 10,
    "score": 50,
    "label": "city",
    "percent": 50,
}


@measures("screening_rule")
def screening_rule(bench: Bench) -> Iterator[Row]:
    """Every kind as often as a table may have rules, over an application that answers all."""
    asked = {"required": True, "private": False, "asked_if": None, "fills": None, "minimum": 0}
    form: Any = [
        {
            "title": "",
            "questions": [
                {**asked, "key": f"q{number}", "kind": "long_text", "title": "", "options": [],
                 "maximum": None, "introduction": True}
                for number in range(QUESTIONS)
            ],
        }
    ]  # fmt: skip
    facts = Facts(
        form=form,
        answers={f"q{number}": "x" * 5_000 for number in range(QUESTIONS)},
        duplicates={"q1": ["app"] * 50},
        namesakes=["per"] * 50,
        shares={"city": Share(6, 10)},
    )
    took: dict[str, list[float]] = {}
    for kind in SCREENING_KINDS:
        rule: Any = {"kind": kind, "weight": 1, "effect": "flag", "reason": None, "question": "q1"}
        table = [{**_FIELDS, **rule}] * REPEATED
        for _ in range(ROUNDS):
            began = time.perf_counter()
            screen(table, facts)  # type: ignore[arg-type]
            took.setdefault(kind, []).append((time.perf_counter() - began) * 1_000 / REPEATED)
    slowest = max(took, key=lambda kind: percentile(took[kind], 50))
    yield Row(
        "screening_rule",
        percentile(took[slowest], 50),
        "ms",
        f"<= {MOST_MS:g} ms",
        p50_ms=percentile(took[slowest], 50),
        p99_ms=percentile(took[slowest], 99),
        note=f"slowest kind: {slowest}; {QUESTIONS} questions answered",
    )
