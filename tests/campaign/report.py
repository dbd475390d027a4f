"""What a campaign was and saw, and whether it counts."""

import dataclasses
import datetime as dt
from collections import Counter

from tests.campaign.bugs import BUGS

#: A run that did not see these does not count.
SOMETIMES = (
    "late capture",
    "a lapsed offer accepted",
    "a lost commit answer",
    "two at the ladder's boundary",
)


@dataclasses.dataclass
class Run:
    """What happened."""

    seed: int
    minutes: float
    bug: str | None
    cluster: bool
    began: str
    faults: Counter[str]
    marks: Counter[str]
    violations: list[str]
    answers: Counter[str]
    joined: int = 0
    refunded: int = 0
    renewed: int = 0

    @property
    def missing(self) -> list[str]:
        return [name for name in SOMETIMES if not self.marks[name]]

    @property
    def ok(self) -> bool:
        if self.bug:
            return any(BUGS[self.bug].found_by in one for one in self.violations)
        return not self.violations and not self.missing

    def report(self) -> str:
        nodes = (
            "three members of MongoDB, three nodes of RabbitMQ"
            if self.cluster
            else "one node of broker and database"
        )
        lines = [
            f"# Campaign of {dt.date.today():%d %B %Y}",
            "",
            f"`make campaign`: {self.minutes:g} minutes of load and faults, seed {self.seed}"
            + (f", planted bug `{self.bug}`." if self.bug else "."),
            f"Two processes of each service and two gateways; {nodes}.",
            f"Business time began {self.began}.",
            "kill -9 says nothing about loss of power (R-4). No failure in N of a fault says that"
            " its rate is below about 3/N (T-31).",
            "",
            "| what | how often |",
            "| --- | --- |",
            f"| joined and stayed | {self.joined} |",
            f"| refunded in full | {self.refunded} |",
            f"| renewed | {self.renewed} |",
            *(f"| answers {status} | {n} |" for status, n in sorted(self.answers.items())),
            *(f"| fault: {name} | {n} |" for name, n in sorted(self.faults.items())),
            *(f"| seen: {name} | {n} |" for name, n in sorted(self.marks.items())),
            "",
            f"Not seen: {', '.join(self.missing) or 'nothing'}.",
            f"Faults: {sum(self.faults.values())} of {len(self.faults)} kinds.",
            f"Violations: {len(self.violations)}.",
            *(f"- {one}" for one in self.violations),
            "",
        ]
        return "\n".join(lines)
