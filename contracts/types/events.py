"""Requests, answers and facts of events, as types; written by `make docs`."""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict

from contracts.aggregates import MoneyFields


class Fee(TypedDict):
    amount: int
    currency: str


class RefundBracket(TypedDict):
    hours_before: int
    basis_points: int


class CreateMeetup(TypedDict):
    community_id: str
    title: str
    description: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str | None
    city: str
    address: str
    capacity: int
    hold_hours: int
    fee: Fee | None
    refund_brackets: list[RefundBracket]


class ChangeMeetup(TypedDict):
    meetup_id: str
    title: NotRequired[str]
    description: NotRequired[str]
    starts_at: NotRequired[dt.datetime]
    ends_at: NotRequired[dt.datetime]
    zone: NotRequired[str]
    city: NotRequired[str]
    address: NotRequired[str]
    capacity: NotRequired[int]
    hold_hours: NotRequired[int]
    fee: NotRequired[Fee | None]
    refund_brackets: NotRequired[list[RefundBracket]]
    simulate: bool
    expected_version: int


class MeetupRef(TypedDict):
    meetup_id: str


class ListMeetups(TypedDict):
    after: str | None
    limit: int
    community_id: str
    state: str | None
    sort: Literal["starts_at", "-starts_at"] | None
    starts_from: dt.datetime | None
    starts_before: dt.datetime | None


class CountMeetups(TypedDict):
    community_id: str


class CancelMeetup(TypedDict):
    meetup_id: str
    reason: str


class GetMeetupHistory(TypedDict):
    after: str | None
    limit: int
    meetup_id: str


class GetRegistration(TypedDict):
    registration_id: str
    include: str | None


class ListRegistrations(TypedDict):
    after: str | None
    limit: int
    updated_after: dt.datetime | None
    meetup_id: str
    state: str | None
    search: str | None
    sort: Literal["applied_at", "-applied_at", "updated_at", "-updated_at"] | None
    count: bool


class ListMyRegistrations(TypedDict):
    after: str | None
    limit: int
    include: str | None


class SelectRegistrations(TypedDict):
    meetup_id: str
    registration_ids: list[str]


class RegistrationRef(TypedDict):
    registration_id: str


class OfferRef(TypedDict):
    offer_id: str


class AttendanceRef(TypedDict):
    community_id: str
    person_id: str
    since: dt.datetime


class GetRegistrationHistory(TypedDict):
    after: str | None
    limit: int
    registration_id: str


class PageRequest(TypedDict):
    after: str | None
    limit: int


class ExportPerson(TypedDict):
    after: str | None
    limit: int
    person_id: str


class ListGuests(TypedDict):
    after: str | None
    limit: int
    meetup_id: str
    search: str | None


class Meetup(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str | None
    state: str
    community_id: str
    description: str
    capacity: int
    seats_free: int
    hold_hours: int
    fee: Fee | None
    refund_brackets: list[RefundBracket]
    cancel_reason: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class Affected(TypedDict):
    confirmed: int
    selected: int
    waitlisted: int
    offers: int
    told: int


class ChangedMeetup(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str | None
    state: str
    community_id: str
    description: str
    capacity: int
    seats_free: int
    hold_hours: int
    fee: Fee | None
    refund_brackets: list[RefundBracket]
    cancel_reason: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    affects: Affected


class Offer(TypedDict):
    id: str
    expires_at: dt.datetime


class SeatToPay(TypedDict):
    purchase_id: str
    amount: MoneyFields
    pay_by: dt.datetime


class MyRegistration(TypedDict):
    id: str
    state: str
    confirm_by: dt.datetime | None
    position: int | None
    offer: Offer | None
    payable: SeatToPay | None
    order_id: str | None
    checked_in_at: dt.datetime | None
    version: int
    actions: list[str]


class ShownMeetup(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str | None
    state: str
    community_id: str
    description: str
    capacity: int
    seats_free: int
    hold_hours: int
    fee: Fee | None
    refund_brackets: list[RefundBracket]
    cancel_reason: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    my_registration: MyRegistration | None
    actions: list[str]


class Meetups(TypedDict):
    items: list[ShownMeetup]
    next: str | None
    hosting: bool


class MeetupCounts(TypedDict):
    community_id: str
    counts: dict[str, int]


class Change(TypedDict):
    at: dt.datetime
    actor_id: str
    action: str
    version: int
    changed_fields: list[str]
    details: dict[str, Any]
    request_id: str


class History(TypedDict):
    items: list[Change]
    next: str | None


class Registration(TypedDict):
    id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    applied_at: dt.datetime
    confirm_by: dt.datetime | None
    position: int | None
    offer: Offer | None
    payable: SeatToPay | None
    order_id: str | None
    checked_in_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class MeetupHead(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str | None
    state: str


class ShownRegistration(TypedDict):
    id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    applied_at: dt.datetime
    confirm_by: dt.datetime | None
    position: int | None
    offer: Offer | None
    payable: SeatToPay | None
    order_id: str | None
    checked_in_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    meetup: MeetupHead | None
    actions: list[str]


class ListedRegistration(TypedDict):
    id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    applied_at: dt.datetime
    confirm_by: dt.datetime | None
    position: int | None
    offer: Offer | None
    payable: SeatToPay | None
    order_id: str | None
    checked_in_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    display_name: str | None
    actions: list[str]


class Registrations(TypedDict):
    items: list[ListedRegistration]
    next: str | None
    counts: dict[str, int] | None


class RegistrationCounts(TypedDict):
    meetup_id: str
    counts: dict[str, int]


class RegistrationAtMeetup(TypedDict):
    id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    applied_at: dt.datetime
    confirm_by: dt.datetime | None
    position: int | None
    offer: Offer | None
    payable: SeatToPay | None
    order_id: str | None
    checked_in_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    meetup: MeetupHead | None


class MyRegistrations(TypedDict):
    items: list[RegistrationAtMeetup]
    next: str | None


class Selection(TypedDict):
    meetup_id: str
    registration_ids: list[str]
    confirm_by: dt.datetime


class KeptSeat(TypedDict):
    kept: bool


class PlaceWords(TypedDict):
    words: str


class Attendance(TypedDict):
    attended: bool


class ExportedRecord(TypedDict):
    kind: str
    data: dict[str, Any]


class PersonalData(TypedDict):
    items: list[ExportedRecord]
    next: str | None


class NextMeetup(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    zone: str
    state: str
    capacity: int
    seats_free: int


class NextMeetups(TypedDict):
    meetups: list[NextMeetup]


class Guest(TypedDict):
    id: str
    display_name: str | None
    state: str
    checked_in_at: dt.datetime | None
    actions: list[str]


class Guests(TypedDict):
    items: list[Guest]
    next: str | None


class MeetupFacts(TypedDict):
    meetup_id: str
    community_id: str
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    capacity: int


class MeetupChange(TypedDict):
    registration_id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    title: str
    starts_at: dt.datetime
    zone: str
    until: dt.datetime | None
    offer_id: str | None
    ends_at: dt.datetime
    changed: list[str]
    started_at: dt.datetime | None
    ended_at: dt.datetime | None


class RegistrationFacts(TypedDict):
    registration_id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    title: str
    starts_at: dt.datetime
    zone: str
    until: dt.datetime | None
    offer_id: str | None


class Subject(TypedDict):
    kind: str
    ref: str


class Line(TypedDict):
    kind: str
    amount: MoneyFields
    quantity: int


class RefundTerms(TypedDict):
    starts_at: dt.datetime
    brackets: list[RefundBracket]


class Payable(TypedDict):
    purchase_id: str
    subject: Subject
    lines: list[Line]
    refund_terms: RefundTerms
    pay_by: dt.datetime


class SeatPayable(TypedDict):
    registration_id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    title: str
    starts_at: dt.datetime
    zone: str
    until: dt.datetime | None
    offer_id: str | None
    payable: Payable


class SeatGivenUp(TypedDict):
    registration_id: str
    purchase_id: str
    community_id: str
    reason: str
    paid: bool
    in_full: bool
    at: dt.datetime


class PurchaseAnswer(TypedDict):
    order_id: str
    purchase_id: str
    community_id: str
    reason: str | None
    starts_on: str | None
    ends_on: str | None


class AttendanceFacts(TypedDict):
    registration_id: str
    meetup_id: str
    community_id: str
    person_id: str
    state: str
    checked_in_at: dt.datetime | None


class PersonErased(TypedDict):
    erasure_id: str
    person_id: str


class NewVersion(TypedDict):
    id: str
    version: int
    person_id: str | None


class NewVersions(TypedDict):
    changes: list[NewVersion]
    missed: bool
