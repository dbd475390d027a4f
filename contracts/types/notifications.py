"""Requests, answers and facts of notifications, as types; written by `make docs`."""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict

from contracts.aggregates import MoneyFields


class ListMyNotifications(TypedDict):
    after: str | None
    limit: int
    unread: bool


class NotificationRef(TypedDict):
    notification_id: str


class ReadMyNotifications(TypedDict):
    read_through: str


class DeliverySummaryRef(TypedDict):
    community_id: str


class AnsweredRequest(TypedDict):
    request_id: str
    at: dt.datetime
    method: str
    route: str
    status: int
    code: str | None
    ms: int
    actor_id: str | None
    source: str


class StoreRequests(TypedDict):
    batch_id: str
    requests: list[AnsweredRequest]


class RequestRef(TypedDict):
    request_id: str


class PageRequest(TypedDict):
    after: str | None
    limit: int


class ExportPerson(TypedDict):
    after: str | None
    limit: int
    person_id: str


class MessageAbout(TypedDict):
    kind: str
    id: str


class Notification(TypedDict):
    id: str
    community_id: str
    type: str
    category: str
    title: str
    text: str
    link: str
    about: MessageAbout | None
    page: str | None
    read_at: dt.datetime | None
    version: int
    created_at: dt.datetime


class MyNotifications(TypedDict):
    items: list[Notification]
    next: str | None
    unread: int


class UnreadNotifications(TypedDict):
    unread: int


class DeliveryCount(TypedDict):
    type: str
    channel: str
    state: str
    count: int


class DeliverySummary(TypedDict):
    community_id: str
    deliveries: list[DeliveryCount]


class Empty(TypedDict):
    pass


class LoggedRequest(TypedDict):
    at: dt.datetime
    method: str
    route: str
    status: int
    code: str | None
    ms: int
    actor_id: str | None
    source: str


class RequestLog(TypedDict):
    request_id: str
    requests: list[LoggedRequest]


class ExportedRecord(TypedDict):
    kind: str
    data: dict[str, Any]


class PersonalData(TypedDict):
    items: list[ExportedRecord]
    next: str | None


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
