"""What is looked for in applications when they are handed in, and who is stopped from applying."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.access import OWNING_ROLES, REVIEWING_ROLES, holders
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Empty,
    Id,
    Instant,
    ListOf,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
    seen_version,
)
from contracts.membership.inputs import EmailAddress, phone_number, question_key
from contracts.problems import problem
from contracts.records import Rpc
from contracts.states.membership import (
    BLOCK_KINDS,
    REJECTION_REASONS,
    SCREENING_EFFECTS,
    SCREENING_KINDS,
    BlockKind,
    ScreeningKind,
)

MOST_RULES = 50
TRIED = 200  # of the newest applications, by a dry run
MOST_SHOWN = 20  # of what a rule found

FIELDS_OF_KIND: dict[ScreeningKind, frozenset[str]] = {
    "answer_in_list": frozenset({"question", "any_of"}),
    "number_within": frozenset({"question", "minimum", "maximum"}),
    "text_at_least": frozenset({"question", "characters"}),
    "introduction_below": frozenset({"score"}),
    "share_over": frozenset({"label", "percent"}),
    "duplicate_key": frozenset({"question"}),
    "similar_name": frozenset(),
    "blocked_key": frozenset({"question"}),
}
FIELD_OF_BLOCK: dict[BlockKind, str] = {
    "email": "email",
    "phone": "phone",
    "person": "person_id",
    "name": "name",
}


def _require_fields(
    kind: str, wanted: frozenset[str], of_any: set[str], original: dict[str, Any]
) -> None:
    """Raises ValidationError unless exactly those of `of_any` are given that the kind takes."""
    given = original.keys() & of_any
    other = problem("field.of_other_kind", kind=kind, takes=sorted(wanted)).messages
    wrong = dict.fromkeys(given - wanted, other)
    wrong |= dict.fromkeys(wanted - given, problem("field.required").messages)
    if wrong:
        raise ValidationError(wrong)


class ScreeningRule(Request):
    """What is looked for, and what follows where it is found: each kind has its own fields. It says
    nothing where it cannot be known."""

    kind = Choice(*SCREENING_KINDS, required=True)
    weight = Whole(
        required=True,
        minimum=-100,
        maximum=100,
        metadata={
            "description": "what it adds to the score; below 0 it speaks for who applies",
            "example": 20,
        },
    )
    effect = Choice(*SCREENING_EFFECTS, load_default="flag")
    reason = Choice(
        *REJECTION_REASONS,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "of `reject`: the code that the rejection has, and its applicant sees;"
            " of others null",
            "example": None,
        },
    )
    question = question_key(metadata={"description": "the key of the question whose answer it is"})
    any_of = ListOf(
        Text(minimum=1, maximum=200),
        minimum=1,
        maximum=50,
        metadata={
            "description": "answer_in_list: answers of which one is there, in any case and width"
        },
    )
    minimum = Whole(
        minimum=-1_000_000_000,
        maximum=1_000_000_000,
        metadata={"description": "number_within: the smallest number that is meant"},
    )
    maximum = Whole(
        minimum=-1_000_000_000,
        maximum=1_000_000_000,
        metadata={"description": "number_within: the largest number that is meant"},
    )
    characters = Whole(
        minimum=1,
        maximum=5_000,
        metadata={"description": "text_at_least: so many characters, or more"},
    )
    score = Whole(
        minimum=1,
        maximum=100,
        metadata={"description": "introduction_below: fewer of 100 questions are answered"},
    )
    label = Choice("segment", "city", metadata={"description": "share_over: which of the two"})
    percent = Whole(
        minimum=1,
        maximum=99,
        metadata={"description": "share_over: more than this of all members have the same"},
    )

    @validates_schema(pass_original=True)
    def _has_the_fields_of_its_kind(
        self, data: dict[str, Any], original: dict[str, Any], **kwargs: Any
    ) -> None:
        own = {name for names in FIELDS_OF_KIND.values() for name in names}
        _require_fields(data["kind"], FIELDS_OF_KIND[data["kind"]], own, original)
        if data["kind"] == "number_within" and data["minimum"] > data["maximum"]:
            raise ValidationError(
                {
                    "maximum": problem(
                        "field.range", minimum=data["minimum"], maximum=1_000_000_000
                    ).messages
                }
            )
        if (data["effect"] == "reject") != (data["reason"] is not None):
            code = "field.required" if data["reason"] is None else "field.of_other_kind"
            params = {} if data["reason"] is None else {"kind": data["effect"], "takes": ["weight"]}
            raise ValidationError({"reason": problem(code, **params).messages})


def _rules(**kwargs: Any) -> ListOf:
    return ListOf(fields.Nested(ScreeningRule), maximum=MOST_RULES, required=True, **kwargs)


class ScreeningFlag(Document):
    """What a rule found in an application; `rule` 0 is the block list itself."""

    rule = Whole(
        required=True, metadata={"description": "the place of the rule in its table, from 1"}
    )
    kind = Choice(*SCREENING_KINDS, required=True)
    weight = Whole(minimum=-100, maximum=100, required=True)
    effect = Choice(*SCREENING_EFFECTS, required=True)
    words = fields.String(required=True)
    about = fields.List(fields.String(), required=True)


class Screened(Document):
    """What the rules said when the application was handed in last; shown to staff only."""

    screening_version = Whole(required=True)
    score = Whole(minimum=-5_000, maximum=5_000, required=True)
    flags = fields.List(fields.Nested(ScreeningFlag), required=True)
    at = Instant(required=True)


class ScreeningRef(Request):
    community_id = Id("com", required=True)


class Screening(Document):
    """The rules of a community as they stand; `version` 0 is before the first."""

    community_id = Id("com", required=True)
    rules = fields.List(fields.Nested(ScreeningRule), required=True)
    changed_by = Id("per", required=True, allow_none=True)
    changed_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)


class ChangeScreening(Request):
    community_id = Id("com", required=True)
    rules = _rules()
    expected_version = seen_version(or_none=True)


class TryScreening(Request):
    community_id = Id("com", required=True)
    rules = _rules()


class TriedRule(Document):
    """What one rule would have done."""

    rule = Whole(
        required=True, metadata={"description": "the place of the rule in its table, from 1"}
    )
    found = Whole(required=True)
    rejected = Whole(required=True)
    application_ids = fields.List(Id("app"), required=True)


class TriedScreening(Document):
    """What rules would have done to the newest applications that were handed in."""

    applications = Whole(required=True)
    rejected = Whole(required=True)
    rules = fields.List(fields.Nested(TriedRule), required=True)


class Blocked(Request):
    """Who or what is blocked: of one kind, with the field of that kind."""

    kind = Choice(*BLOCK_KINDS, required=True)
    email = EmailAddress()
    phone = phone_number(metadata={"example": "+8613800138000"})
    person_id = Id(
        "per",
        metadata={
            "description": "somebody who applied or belongs here; stopped by all that they sign in"
            " with"
        },
    )
    name = Text(minimum=1, maximum=100)

    @validates_schema(pass_original=True)
    def _has_the_field_of_its_kind(
        self, data: dict[str, Any], original: dict[str, Any], **kwargs: Any
    ) -> None:
        wanted = frozenset({FIELD_OF_BLOCK[data["kind"]]})
        _require_fields(data["kind"], wanted, set(FIELD_OF_BLOCK.values()), original)


class CreateBlock(Request):
    community_id = Id("com", required=True)
    whom = fields.Nested(
        Blocked,
        required=True,
        metadata={"example": {"kind": "email", "email": "spam@example.com"}},
    )
    reason = Text(
        required=True,
        minimum=1,
        maximum=200,
        metadata={
            "description": "why, for owners; they know the entry by it, for it shows nothing else",
            "example": "多次骚扰会员。",
        },
    )
    ban = Boolean(
        load_default=False,
        metadata={
            "description": "with a `person`: puts them out, too, until the entry is taken off; a"
            " live application is withdrawn, a membership is suspended for good"
        },
    )

    @validates_schema
    def _bans_people(self, data: dict[str, Any], **kwargs: Any) -> None:
        kind = data["whom"]["kind"]
        if data["ban"] and kind != "person":
            takes = [FIELD_OF_BLOCK[kind]]
            wrong = problem("field.of_other_kind", kind=kind, takes=takes).messages
            raise ValidationError({"ban": wrong})


class ListBlocks(PageRequest):
    community_id = Id("com", required=True)


class BlockRef(Request):
    community_id = Id("com", required=True)
    block_id = Id("blk", required=True)


class Block(Document):
    """An entry of the block list. Whom it stops can be tried and not read: of what was entered only
    digests are kept."""

    id = Id("blk", required=True)
    community_id = Id("com", required=True)
    kind = Choice(*BLOCK_KINDS, required=True)
    reason = fields.String(required=True)
    made_by = Id("per", required=True)
    ban = Boolean(load_default=False)
    created_at = Instant(required=True)


_OWNERS = holders(OWNING_ROLES)

GET_SCREENING = Rpc(
    "membership",
    "get_screening",
    "The screening rules of a community.",
    ScreeningRef,
    Screening,
    who=holders(REVIEWING_ROLES),
)
CHANGE_SCREENING = Rpc(
    "membership",
    "change_screening",
    "Replace the screening rules; they look at what is handed in from now on.",
    ChangeScreening,
    Screening,
    who=_OWNERS.by_people(),
)
TRY_SCREENING = Rpc(
    "membership",
    "try_screening",
    "What rules would have done to the last 200 applications; nothing is changed.",
    TryScreening,
    TriedScreening,
    who=_OWNERS,
)
CREATE_BLOCK = Rpc(
    "membership",
    "create_block",
    "Put an address, a number, a person or a name on the block list; a person may be banned with"
    " it.",
    CreateBlock,
    Block,
    who=_OWNERS.by_people(),
    errors=(codes.PERSON_HAS_ROLE,),
)
LIST_BLOCKS = Rpc(
    "membership",
    "list_blocks",
    "The block list of a community, newest first.",
    ListBlocks,
    page_of(Block, "Blocks"),
    who=_OWNERS,
)
REMOVE_BLOCK = Rpc(
    "membership",
    "remove_block",
    "Take an entry off the block list; the ban that came with it is lifted.",
    BlockRef,
    Empty,
    who=_OWNERS.by_people(),
)
