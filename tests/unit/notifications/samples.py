"""Facts of one event for each rule, as the events' own schemas load them."""

from typing import Any

from contracts import events, membership, payments  # noqa: F401  (fills the registry)
from contracts.records import EVENTS


def made_id(prefix: str) -> str:
    return f"{prefix}_01JD6ZK3V9Q4M8N2R5T7W0X10Y"


_APPLICATION = {
    "application_id": made_id("app"),
    "community_id": made_id("com"),
    "person_id": made_id("per"),
    "state": "submitted",
}
_MEMBERSHIP = {
    "membership_id": made_id("mbr"),
    "community_id": made_id("com"),
    "person_id": made_id("per"),
    "number": 5101,
    "state": "active",
    "joined_on": "2026-11-21",
    "term": {
        "id": made_id("trm"),
        "kind": "paid",
        "starts_on": "2026-11-21",
        "ends_on": "2027-11-20",
        "order_id": made_id("ord"),
    },
    "grace_ends_on": "2027-11-27",
}
_REGISTRATION = {
    "registration_id": made_id("reg"),
    "meetup_id": made_id("mtp"),
    "community_id": made_id("com"),
    "person_id": made_id("per"),
    "state": "waitlisted",
    "title": "周六午餐 <b>& friends</b>",
    "starts_at": "2026-12-05T04:00:00Z",
    "zone": "Europe/Berlin",
    "until": "2026-11-28T14:30:00Z",
}
_MORE: dict[str, dict[str, Any]] = {
    "application_info_requested": {"reason": "info_requested", "at": "2026-11-21T08:00:00Z"},
    "application_rejected": {"reason": "not_a_fit", "at": "2026-11-21T08:00:00Z"},
    "application_approved": {
        "membership_id": made_id("mbr"),
        "term_id": made_id("trm"),
        "pay_by": "2026-11-24T08:00:00Z",
    },
    "application_reopened": {
        "membership_id": made_id("mbr"),
        "term_id": made_id("trm"),
        "pay_by": "2026-11-24T08:00:00Z",
        "opening": 2,
    },
    "decision_undone": {"decision": "approved", "by": "staff"},
    "payment_reminder_due": {"pay_by": "2026-11-24T08:00:00Z"},
    "term_ending": {"days_left": 7},
    "paused": {"through": "2027-01-31"},
    "suspended": {"until": "2027-01-31"},
    "seat_payable": {
        "payable": {
            "purchase_id": made_id("pur"),
            "subject": {"kind": "meetup_seat", "ref": made_id("reg")},
            "lines": [
                {"kind": "seat", "amount": {"amount": 9900, "currency": "CNY"}, "quantity": 1}
            ],
            "refund_terms": {"starts_at": "2026-12-05T04:00:00Z", "brackets": []},
            "pay_by": "2026-11-28T14:15:00Z",
        }
    },
    "meetup_changed": {
        "state": "selected",
        "ends_at": "2026-12-05T07:00:00Z",
        "changed": ["times", "place"],
        "started_at": "2026-12-04T04:00:00Z",
        "ended_at": "2026-12-04T07:00:00Z",
    },
}
_TRANSFER = {
    "payment_id": made_id("pay"),
    "order_id": made_id("ord"),
    "community_id": made_id("com"),
    "payer_id": made_id("per"),
    "reference": "K7MPX2Q9",
    "received": {"amount": 100_000, "currency": "CNY"},
    "missing": {"amount": 180_000, "currency": "CNY"},
    "until": "2026-11-28T16:00:00Z",
}
_OWN: dict[str, dict[str, Any]] = {
    "erasure_asked": {
        "erasure_id": made_id("era"),
        "person_id": made_id("per"),
        "erase_at": "2026-11-28T08:00:00Z",
        "by_operator": False,
    },
    "identity_linked": {
        "identity_id": made_id("idn"),
        "person_id": made_id("per"),
        "way": "wechat",
    },
    "identity_unlinked": {
        "identity_id": made_id("idn"),
        "person_id": made_id("per"),
        "way": "company",
    },
    "email_change_started": {"change_id": made_id("emc"), "person_id": made_id("per")},
    "email_changed": {"change_id": made_id("emc"), "person_id": made_id("per")},
    "api_key_made": {
        "api_key_id": made_id("key"),
        "community_id": made_id("com"),
        "made_by": made_id("per"),
        "hint": "ck_live_7Fq",
        "expires_at": "2027-02-26T04:00:00Z",
    },
    "api_keys_left": {
        "community_id": made_id("com"),
        "person_id": made_id("per"),
        "keys": [
            {
                "api_key_id": made_id("key"),
                "hint": "ck_live_7Fq",
                "last_used_at": "2026-11-27T04:00:00Z",
            },
            {"api_key_id": made_id("key"), "hint": "ck_live_9Ab", "last_used_at": None},
        ],
    },
    "reviews_overdue": {"community_id": made_id("com"), "overdue": 3, "day": "2026-11-28"},
    "provider_account_changed": {
        "account_id": made_id("acc"),
        "community_id": made_id("com"),
        "provider": "transfer",
        "changed_by": made_id("per"),
        "changed": ["pay_to"],
        "number_ends": "4567",
        "second_person_above": {"amount": 2_000_000, "currency": "CNY"},
    },
    "transfer_incomplete": _TRANSFER,
    "transfer_ending": _TRANSFER,
    "sign_in_requested": {"challenge_id": made_id("chl"), "locale": "en"},
    "phone_sign_in_requested": {"challenge_id": made_id("chl"), "locale": "en"},
    "refund_declined": {
        "refund_request_id": made_id("rrq"),
        "order_id": made_id("ord"),
        "community_id": made_id("com"),
        "payer_id": made_id("per"),
    },
    "order_refunded": {
        "refund_id": made_id("rfd"),
        "order_id": made_id("ord"),
        "purchase_id": made_id("pur"),
        "community_id": made_id("com"),
        "payer_id": made_id("per"),
        "subject": {"kind": "membership_term", "ref": made_id("trm")},
        "amount": {"amount": 300_005, "currency": "CNY"},
        "full": True,
        "fulfilled": True,
        "reason": None,
    },
}


def facts_of(event_type: str, **changes: Any) -> dict[str, Any]:
    """Valid data of an event, with some fields changed."""
    event = EVENTS[event_type]
    if event.name in _OWN:
        base = _OWN[event.name]
    elif event.service == "events":
        base = _REGISTRATION
    elif event.name.startswith(("application_", "payment_", "decision_")):
        base = _APPLICATION
    else:
        base = _MEMBERSHIP
    return event.data().load({**base, **_MORE.get(event.name, {}), **changes})
