"""Screening: what is found out about applications that are handed in, and what rules say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.clock import Clock
from chassis.uow import Transaction
from contracts.errors import DomainError
from contracts.errors.membership import JOINING_NOT_POSSIBLE
from contracts.types.membership import ScreeningRule
from services.membership.domain.identity.name_keys import same_names
from services.membership.domain.identity.people import Person, display_name
from services.membership.domain.terms.profiles import answered
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form, questions_asked
from services.membership.domain.vetting.screened import note_screening
from services.membership.domain.vetting.screening_keys import (
    answer_digests,
    answer_key,
    name_digests,
    person_digests,
)
from services.membership.domain.vetting.screening_rules import Facts, Share, rejecting, screen
from services.membership.store import Stores
from services.membership.store.vetting.screening import Applying, Known

MOST_FOUND = 50  # of others that one application is like
Blocked = tuple[list[dict[str, list[str]]], list[list[str]]]  # by answers, and by names
MOST_COUNTED_MEMBERS = 20_000  # with one segment or city; of more it is not known


@dataclass(frozen=True)
class Subject:
    """An application, the form that it answers, and whose it is; None once they are erased."""

    application: Application
    form: Form
    known: Known | None

    @property
    def name(self) -> str:
        """What they say they are called."""
        if self.known is None:
            return ""
        return display_name(self.known.person["name"], self.known.person["email"]) or ""

    def answers_to(self, questions: set[str]) -> dict[str, object]:
        """What was answered to those of these questions that were asked."""
        answers = self.application["answers"]
        asked = {one["key"] for one in questions_asked(self.form, answers)}
        return {key: answers[key] for key in questions & asked & answers.keys()}


class Screener:
    """Used where applications begin and are handed in. Every reading is bounded, whatever the size
    of the community."""

    def __init__(self, *, stores: Stores, clock: Clock) -> None:
        self._applications, self._screenings = stores.applications, stores.screenings
        self._blocks, self._counts = stores.blocks, stores.counts
        self._standings, self._communities = stores.standings, stores.communities
        self._clock = clock

    def require_possible(
        self,
        community_id: str,
        person_id: str,
        applying: Applying,
        *,
        tx: Transaction | None = None,
    ) -> None:
        """Raises DomainError(JOINING_NOT_POSSIBLE) for who is on the block list."""
        known = applying.people.get(person_id)
        if not applying.blocks or known is None:
            return
        keys = person_digests(known.person, known.identity_keys)
        if self._blocks.matching(community_id, keys, tx=tx):
            raise DomainError(JOINING_NOT_POSSIBLE)

    def require_unbanned(
        self, tx: Transaction, community_id: str, person: Person, applying: Applying
    ) -> None:
        """As `require_possible`, where something about the person was put elsewhere since that
        asked, as a ban is; else without a reading."""
        known = applying.people.get(person["_id"])
        if known is None or person.get("mentions") == known.person.get("mentions"):
            return
        self.require_possible(community_id, person["_id"], applying._replace(blocks=True), tx=tx)

    def screened(
        self, tx: Transaction, application: Application, form: Form, applying: Applying
    ) -> Application:
        """An application that was just handed in, with what the rules say of it; rejected if one of
        them does."""
        screening = applying.screening
        if screening is None and not applying.blocks:
            return application
        rules = [] if screening is None else screening["rules"]
        subject = Subject(application, form, applying.people.get(application["person_id"]))
        (facts,) = self.facts(
            application["community_id"], rules, [subject], blocks=applying.blocks, tx=tx
        )
        flags = screen(rules, facts)
        version = 0 if screening is None else screening["screening_version"]
        return note_screening(application, version, flags, rejecting(rules, flags), tx.now)

    def facts(
        self,
        community_id: str,
        rules: Sequence[ScreeningRule],
        subjects: Sequence[Subject],
        *,
        blocks: bool,
        tx: Transaction | None = None,
    ) -> list[Facts]:
        """What the rules ask about each of these applications of a community."""
        duplicates = self._duplicates(community_id, _asked_by(rules, "duplicate_key"), subjects, tx)
        namesakes = self._namesakes(community_id, rules, subjects, tx)
        nothing: Blocked = ([{} for _ in subjects], [[] for _ in subjects])
        blocked_by = _asked_by(rules, "blocked_key")
        answers, names = (
            self._blocked(community_id, blocked_by, subjects, tx) if blocks else nothing
        )
        shares = self._shares(community_id, rules, subjects, tx)
        return [
            Facts(
                form=subject.form,
                answers=subject.application["answers"],
                duplicates=duplicates[place],
                namesakes=namesakes[place],
                blocked_answers=answers[place],
                blocked_names=names[place],
                shares=shares[place],
            )
            for place, subject in enumerate(subjects)
        ]

    def _duplicates(
        self,
        community_id: str,
        questions: set[str],
        subjects: Sequence[Subject],
        tx: Transaction | None,
    ) -> list[dict[str, list[str]]]:
        """By question, the applications of others with the same answer."""
        keyed = [
            {key: answer_key(key, answer) for key, answer in one.answers_to(questions).items()}
            for one in subjects
        ]
        wanted = {key for keys in keyed for key in keys.values()}
        if not wanted:
            return [{} for _ in subjects]
        most = MOST_FOUND * len(subjects)
        found: dict[str, list[Application]] = {}
        for other in self._applications.answered_same(community_id, [*wanted], most, tx=tx):
            for key in wanted & {*other["answer_keys"]}:
                found.setdefault(key, []).append(other)
        return [
            {
                question: [
                    other["_id"]
                    for other in found.get(key, ())
                    if other["person_id"] != subject.application["person_id"]
                ]
                for question, key in keys.items()
            }
            for subject, keys in zip(subjects, keyed, strict=True)
        ]

    def _namesakes(
        self,
        community_id: str,
        rules: Sequence[ScreeningRule],
        subjects: Sequence[Subject],
        tx: Transaction | None,
    ) -> list[list[str]]:
        """Others who applied or belong here and are called the same."""
        if not any(rule["kind"] == "similar_name" for rule in rules):
            return [[] for _ in subjects]
        called = [same_names(subject.name) for subject in subjects]
        wanted = {form for forms in called for form in forms}
        most = MOST_FOUND * len(subjects)
        find = self._screenings.called_same
        found = find(community_id, [*wanted], most, tx=tx) if wanted else {}
        return [
            sorted(
                {one for form in forms for one in found.get(form, ())}
                - {subject.application["person_id"]}
            )
            for subject, forms in zip(subjects, called, strict=True)
        ]

    def _blocked(
        self,
        community_id: str,
        questions: set[str],
        subjects: Sequence[Subject],
        tx: Transaction | None,
    ) -> Blocked:
        """The entries of the block list that answers name, by question, and those of names."""
        named = [name_digests(subject.name) for subject in subjects]
        keyed = [
            {key: answer_digests(answer) for key, answer in one.answers_to(questions).items()}
            for one in subjects
        ]
        wanted = {digest for digests in named for digest in digests}
        wanted |= {digest for keys in keyed for digests in keys.values() for digest in digests}
        found = self._blocks.matching(community_id, wanted, tx=tx) if wanted else {}

        def entries(digests: Sequence[str]) -> list[str]:
            return sorted({entry for digest in digests for entry in found.get(digest, ())})

        answers = [{key: entries(digests) for key, digests in keys.items()} for keys in keyed]
        return answers, [entries(digests) for digests in named]

    def _shares(
        self,
        community_id: str,
        rules: Sequence[ScreeningRule],
        subjects: Sequence[Subject],
        tx: Transaction | None,
    ) -> list[dict[str, Share]]:
        """By label, how many members have the same; counted no further than a rule asks."""
        asked: dict[str, int] = {}
        for rule in rules:
            if rule["kind"] == "share_over":
                label = rule["label"]
                asked[label] = max(asked.get(label, 0), rule["percent"])
        if not asked:
            return [{} for _ in subjects]
        today = self._clock.today(self._communities.fixed(community_id)["zone"]).isoformat()
        # Kept counts are of one point in time by themselves, beside any unit of work.
        counts, _ = self._counts.read(community_id, today)
        members = counts.memberships.get("active", 0) + counts.memberships.get("grace", 0)
        counted: dict[tuple[str, str], int | None] = {}

        def same(label: str, value: str) -> int | None:
            needed = asked[label] * members // 100 + 1
            if needed > MOST_COUNTED_MEMBERS:
                return None
            if (label, value) not in counted:
                counted[label, value] = self._standings.count_labelled(
                    community_id, label, value, today, needed, tx=tx
                )
            return counted[label, value]

        found: list[dict[str, Share]] = []
        for subject in subjects:
            profile = answered(subject.form, subject.application["answers"])
            found.append(
                {
                    label: Share(same(label, value), members)
                    for label in asked
                    if (value := profile.get(label))
                }
            )
        return found


def _asked_by(rules: Sequence[ScreeningRule], kind: str) -> set[str]:
    """The questions that rules of a kind ask about."""
    return {rule["question"] for rule in rules if rule["kind"] == kind}
