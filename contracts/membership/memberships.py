"""Memberships and their terms."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import fields

from contracts.access import (
    MEMBER_DATA_ROLES,
    OWNING_ROLES,
    REVIEWING_ROLES,
    SIGNED_IN,
    holders,
    the,
)
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Day,
    Document,
    Entries,
    Id,
    Instant,
    PageRequest,
    Piece,
    PieceRequest,
    Request,
    SeveralOf,
    Text,
    Whole,
    actions,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.lists import (
    FOUND_BY_NAME,
    MOST_COUNTED,
    StaffList,
    counting,
    search_for,
    sorted_by,
    total,
)
from contracts.membership.communities import CommunityRef
from contracts.membership.inputs import EmailAddress, profile_field, profile_text
from contracts.records import ByLink, Rpc
from contracts.states.membership import MEMBERSHIP_STATES, TERM_KINDS


class Term(Document):
    """One period of a membership."""

    id = Id("trm", required=True)
    kind = Choice(*TERM_KINDS, required=True)
    plan_id = Id("pln", load_default=None, allow_none=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    order_id = Id("ord", required=True, allow_none=True)


class Suspension(Document):
    """That the community keeps the member out."""

    until = Day(required=True, allow_none=True)
    reason = fields.String(required=True)


class Pause(Document):
    """That the member has put the term aside."""

    on = Day(required=True)
    through = Day(required=True)


class Membership(Document):
    """Somebody's standing in a community, from the approval on."""

    id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    number = Whole(required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True)
    joined_on = Day(required=True, allow_none=True)
    term = fields.Nested(Term, required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    company = fields.String(load_default=None, allow_none=True)
    details = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "the community's own fields, by name"},
    )
    # The defaults are for readers: what an earlier version does not send.
    suspension = fields.Nested(Suspension, load_default=None, allow_none=True)
    pause = fields.Nested(Pause, load_default=None, allow_none=True)
    cancels_at_end = Boolean(load_default=False)
    ended_on = Day(load_default=None, allow_none=True)
    end_reason = fields.String(load_default=None, allow_none=True)
    purchase_id = Id("pur", required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListedMembership(Membership):
    """A membership with what its member is called; null for who has not said it, and for who was
    imported or given it, and has not renewed here since."""

    display_name = fields.String(required=True, allow_none=True)
    given_because = fields.String(load_default=None, allow_none=True)
    actions = actions()


class RenewalWindow(Document):
    """From which day to which the membership can be renewed, and whether that is now."""

    opens_on = Day(required=True)
    closes_on = Day(required=True)
    possible = fields.Boolean(required=True)


class ShownMembership(Membership):
    """A membership as a card shows it, and what the caller may do with it. `term` is the last one
    that was paid for, `current_term` the one that runs or ran last, `next_term` one that begins
    later; `valid_until` is the last day of all of them."""

    # The defaults are for readers: what an earlier version does not send.
    valid_until = Day(load_default=None, allow_none=True)
    current_term = fields.Nested(Term, load_default=None, allow_none=True)
    next_term = fields.Nested(Term, load_default=None, allow_none=True)
    renewal = fields.Nested(RenewalWindow, load_default=None, allow_none=True)
    actions = actions()


class MembershipRef(Request):
    membership_id = Id("mbr", required=True)


def _why() -> Text:
    described = {"description": "why; the member reads it", "example": "违反社群公约"}
    return Text(required=True, minimum=1, maximum=500, multiline=True, metadata=described)


class ChangeProfile(MembershipRef):
    """What is given is changed; null takes it out."""

    segment = profile_text(allow_none=True)
    city = profile_text(allow_none=True)
    company = profile_text(allow_none=True)
    details = Entries(
        profile_field(),
        profile_text(allow_none=True),
        maximum=50,
        load_default=dict,
        metadata={
            "description": "own fields by name; null takes one out",
            "example": {"product": "呼吸机"},
        },
    )
    expected_version = seen_version()


class StartRenewal(MembershipRef):
    plan_id = Id(
        "pln",
        load_default=None,
        allow_none=True,
        metadata={
            "description": "left out: the plan of the present term, else the only one on sale"
        },
    )


class SuspendMembership(MembershipRef):
    until = Day(
        required=True,
        allow_none=True,
        metadata={
            "description": "the last day without access; null = for good: nothing is sold to them",
            "example": None,
        },
    )
    reason = _why()


def _given_because() -> Text:
    return Text(
        required=True,
        minimum=1,
        maximum=500,
        multiline=True,
        metadata={
            "description": "why; staff read it, the member does not",
            "example": "长期志愿者",
        },
    )


class GiveTerm(MembershipRef):
    plan_id = Id("pln", required=True, metadata={"description": "on sale; the term is as long"})
    reason = _given_because()


class GiveMembership(CommunityRef):
    email = EmailAddress(required=True)
    plan_id = Id("pln", required=True, metadata={"description": "on sale; the term is as long"})
    reason = _given_because()


class EndMembership(MembershipRef):
    reason = _why()


class GetMembershipHistory(PageRequest):
    membership_id = Id("mbr", required=True)


def _ends(when: str) -> Day:
    """A bound for the last day of the term, which then sorts the list."""
    meaning = f"only whose term ends {when}; sorted by `ends_on`"
    metadata = {"description": meaning, "example": None}
    return Day(load_default=None, allow_none=True, metadata=metadata)


class ListMemberships(StaffList):
    """Sorted by what not all have, it is a list of those who have it."""

    within: ClassVar = {"ends_on": ("ends_from", "ends_to")}

    community_id = Id("com", required=True)
    state = SeveralOf(*MEMBERSHIP_STATES, load_default=None, allow_none=True)
    search = search_for(f"a member number, or {FOUND_BY_NAME}")
    sort = sorted_by("number", "ends_on", "updated_at", usual="by id, oldest first")
    ends_from = _ends("then or later")
    ends_to = _ends("then or earlier")
    count = counting()


class ExportMemberships(PieceRequest):
    community_id = Id("com", required=True)
    state = SeveralOf(*MEMBERSHIP_STATES, load_default=None, allow_none=True)


GET_MEMBERSHIP = Rpc(
    "membership",
    "get_membership",
    "A membership.",
    MembershipRef,
    ShownMembership,
    who=the("member") | holders(MEMBER_DATA_ROLES),
)
LIST_MY_MEMBERSHIPS = Rpc(
    "membership",
    "list_my_memberships",
    "The memberships of the signed-in person.",
    PageRequest,
    page_of(Membership, "MyMemberships"),
    who=SIGNED_IN,
)
LIST_MEMBERSHIPS = Rpc(
    "membership",
    "list_memberships",
    "The memberships of a community, found by name or number, or in some order.",
    ListMemberships,
    page_of(ListedMembership, "Memberships", total=total(MOST_COUNTED)),
    who=holders(MEMBER_DATA_ROLES),
)


EXPORT_MEMBERSHIPS = Rpc(
    "membership",
    "export_memberships",
    "The memberships of a community by id, as a table; text that a spreadsheet would run as a"
    " formula begins with an apostrophe there.",
    ExportMemberships,
    Piece,
    who=holders(MEMBER_DATA_ROLES),
)


class MembershipCounts(Document):
    """How many people are in each state today; exact, counted by the database."""

    community_id = Id("com", required=True)
    counted_on = Day(required=True)
    memberships = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    applications = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next_number = Whole(required=True)


GET_MEMBERSHIP_COUNTS = Rpc(
    "membership",
    "get_membership_counts",
    "Memberships and applications of a community per state.",
    CommunityRef,
    MembershipCounts,
    who=holders(MEMBER_DATA_ROLES),
)
CHANGE_PROFILE = Rpc(
    "membership",
    "change_profile",
    "Change what the community keeps of a member: segment, city, company and its own fields.",
    ChangeProfile,
    Membership,
    who=the("member") | holders(OWNING_ROLES, operators=False),
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
START_RENEWAL = Rpc(
    "membership",
    "start_renewal",
    "Put the member's next term up for payment, the same one until it is paid; a free one begins.",
    StartRenewal,
    Membership,
    who=the("member"),
    by_link=(ByLink("renew", "membership_id", over=(codes.MEMBERSHIP_WRONG_STATE,)),),
    errors=(
        codes.MEMBERSHIP_WRONG_STATE,
        codes.RENEWAL_TOO_EARLY,
        codes.RENEWAL_AWAITS_PAYMENT,
        codes.PLAN_NOT_ON_SALE,
        codes.PLAN_TO_BE_NAMED,
    ),
)
CANCEL_MEMBERSHIP = Rpc(
    "membership",
    "cancel_membership",
    "End one's own membership with its term, in its days of grace at once.",
    MembershipRef,
    Membership,
    who=the("member"),
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
KEEP_MEMBERSHIP = Rpc(
    "membership",
    "keep_membership",
    "Take one's own cancellation back, while the term runs.",
    MembershipRef,
    Membership,
    who=the("member"),
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
PAUSE_MEMBERSHIP = Rpc(
    "membership",
    "pause_membership",
    "Put the running term aside: no access until it is resumed, and its end moves by these days.",
    MembershipRef,
    Membership,
    who=the("member") | holders(OWNING_ROLES, operators=False).by_people(),
    errors=(codes.MEMBERSHIP_WRONG_STATE, codes.NO_PAUSE_LEFT),
)
RESUME_MEMBERSHIP = Rpc(
    "membership",
    "resume_membership",
    "End a pause before its days are used up; the days before today move the end.",
    MembershipRef,
    Membership,
    who=the("member") | holders(OWNING_ROLES, operators=False).by_people(),
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
_BY_OWNERS = holders(OWNING_ROLES, operators=False).but("never the member").by_people()
SUSPEND_MEMBERSHIP = Rpc(
    "membership",
    "suspend_membership",
    "Keep a member out until a day, that day included, or for good; the term goes on meanwhile.",
    SuspendMembership,
    Membership,
    who=_BY_OWNERS,
    errors=(codes.MEMBERSHIP_WRONG_STATE, codes.SUSPENSION_OVER),
)
LIFT_SUSPENSION = Rpc(
    "membership",
    "lift_suspension",
    "Let a suspended member in again, as far as their term goes.",
    MembershipRef,
    Membership,
    who=_BY_OWNERS,
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
END_MEMBERSHIP = Rpc(
    "membership",
    "end_membership",
    "End a membership today; money goes back only by a refund of its order.",
    EndMembership,
    Membership,
    who=_BY_OWNERS,
    errors=(codes.MEMBERSHIP_WRONG_STATE,),
)
GIVE_TERM = Rpc(
    "membership",
    "give_term",
    "Give a member a further term that nobody pays for; it begins as a renewal would.",
    GiveTerm,
    Membership,
    who=holders(OWNING_ROLES, operators=False).by_people(),
    errors=(codes.MEMBERSHIP_WRONG_STATE, codes.PLAN_NOT_ON_SALE, codes.TERM_TO_COME),
)
GIVE_MEMBERSHIP = Rpc(
    "membership",
    "give_membership",
    "Give a membership that nobody pays for to the person behind an address; nobody is vetted.",
    GiveMembership,
    Membership,
    who=holders(OWNING_ROLES, operators=False).by_people(),
    errors=(
        codes.MEMBERSHIP_WRONG_STATE,
        codes.APPLICATION_WRONG_STATE,
        codes.ON_BLOCK_LIST,
        codes.PLAN_NOT_ON_SALE,
    ),
)
GET_MEMBERSHIP_HISTORY = history_of(
    "membership",
    "membership",
    GetMembershipHistory,
    holders(REVIEWING_ROLES).by_people().but("never the member"),
)
