"""The story's input files as the demo and its expectations read them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FORM_FIELDS = ("profession", "department", "company", "city", "introduction", "offers", "needs")


@dataclass(frozen=True)
class Applicant:
    """A row of applicants.csv: answers, and what happens to the person in the story.

    `verdict` is approve, reject, info (asked for more, then approved), duplicate (a second
    application of the same person), or empty when the answers are incomplete.
    """

    email: str
    name: str
    answers: dict[str, Any]
    verdict: str
    reason: str
    pays: bool
    coupon: str
    payment_fault: str


def community() -> dict[str, Any]:
    """community.yaml, block by block."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "community.yaml").read_text("utf-8"))
    return loaded


def applicants() -> list[Applicant]:
    """applicants.csv in its order."""
    with (FOLDER / "applicants.csv").open(encoding="utf-8", newline="") as lines:
        return [_applicant(row) for row in csv.DictReader(lines)]


def members_csv() -> str:
    """members.csv as it is uploaded."""
    return (FOLDER / "members.csv").read_text("utf-8")


def members() -> list[dict[str, str]]:
    """members.csv, a row each."""
    return list(csv.DictReader(members_csv().splitlines()))


def _applicant(row: dict[str, str]) -> Applicant:
    answers: dict[str, Any] = {name: row[name] for name in FORM_FIELDS if row[name]}
    if row["years"]:
        answers["years"] = int(row["years"])
    return Applicant(
        email=row["email"],
        name=row["name"],
        answers=answers,
        verdict=row["verdict"],
        reason=row["reason"],
        pays=row["pays"] == "yes",
        coupon=row["coupon"],
        payment_fault=row["payment_fault"],
    )
