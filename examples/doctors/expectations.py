"""What the story has to end with, computed from the input files alone.

Written apart from the services and sharing no code with them: it is the second opinion that the
demo compares the running system with.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from examples.doctors.inputs import Applicant


@dataclass(frozen=True)
class Expected:
    """The end of the story; amounts in fen."""

    applications: dict[str, int]
    duplicates_refused: int
    incomplete: dict[str, set[str]]  # e-mail → questions that are missing or wrong
    paid_by_list_price: dict[int, int]
    newcomer_coupon_uses: int
    newcomer_income: int
    first_number: int
    last_number: int
    due: list[dict[str, str]]
    renewing: list[dict[str, str]]
    renewal_coupon_uses: int
    lapsing: dict[str, str]


def expect(
    setup: dict[str, Any], applicants: list[Applicant], members: list[dict[str, str]]
) -> Expected:
    """Count the story through by hand: who applies, who is taken, who pays what, who renews."""
    first_rows: dict[str, Applicant] = {}
    for row in applicants:
        first_rows.setdefault(row.email, row)
    people = list(first_rows.values())
    incomplete = {
        person.email: missing
        for person in people
        if (missing := missing_answers(setup["community"]["form"], person.answers))
    }
    paying = [person for person in people if person.pays]
    approved = [person for person in people if person.verdict in ("approve", "info")]
    states = Counter(
        {
            "draft": len(incomplete),
            "rejected": sum(person.verdict == "reject" for person in people),
            "joined": len(paying) + 1,  # the observer, for nothing
            "lapsed": len(approved) - len(paying),
        }
    )
    prices = Counter(list_price(setup["plan"], 5101 + place) for place in range(len(paying)))
    coupons = {coupon["code"]: coupon for coupon in setup["coupons"]}
    discount = sum(
        coupons[person.coupon]["benefit"]["amount"] for person in paying if person.coupon
    )
    start = dt.datetime.fromisoformat(setup["story"]["starts_at"]).date()
    due = [
        member
        for member in members
        if dt.date.fromisoformat(member["term_ends_on"]) - start <= dt.timedelta(days=14)
    ]
    renewing, lapsing = due[:-1], due[-1]
    renewal_limit = next(c["limit"] for c in setup["coupons"] if c["audience"] == "renewal")
    return Expected(
        applications=dict(states),
        duplicates_refused=len(applicants) - len(people),
        incomplete=incomplete,
        paid_by_list_price=dict(prices),
        newcomer_coupon_uses=sum(bool(person.coupon) for person in paying),
        newcomer_income=sum(price * count for price, count in prices.items()) - discount,
        first_number=len(members) + 1,
        last_number=len(members) + len(paying),
        due=due,
        renewing=renewing,
        renewal_coupon_uses=min(renewal_limit, len(renewing)),
        lapsing=lapsing,
    )


def list_price(plan: dict[str, Any], buyer: int) -> int:
    """The ladder price of the `buyer`-th member in fen: a step more with every full hundred."""
    ladder = plan["ladder"]
    steps = (buyer - 1 - ladder["places_before"]) // ladder["every"]
    return int(plan["base_price"]["amount"] + steps * ladder["step"])


def missing_answers(form: list[dict[str, Any]], answers: dict[str, Any]) -> set[str]:
    """The questions whose answer is missing or wrong, as the form in community.yaml asks them."""
    wrong = set()
    for question in (question for section in form for question in section["questions"]):
        condition = question.get("asked_if")
        if condition and answers.get(condition["question"]) not in condition["any_of"]:
            continue
        answer = answers.get(question["key"])
        if answer in (None, ""):
            if question.get("required"):
                wrong.add(question["key"])
        else:
            unknown = question["kind"] == "single" and answer not in question["options"]
            short = isinstance(answer, str) and len(answer) < question.get("minimum", 0)
            if unknown or short:
                wrong.add(question["key"])
    return wrong
