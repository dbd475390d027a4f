"""Words that several records share: states and providers."""

from __future__ import annotations

PURCHASE_STATES = ("open", "paid", "fulfilled", "withdrawn", "refused", "lapsed")
QUOTE_STATES = ("live", "ordered", "replaced", "expired")
ORDER_STATES = ("open", "paid", "partially_refunded", "refunded", "expired", "cancelled")
PAYMENT_STATES = ("created", "pending", "unknown", "confirmed", "failed", "cancelled")
REFUND_STATES = ("created", "submitted", "done", "failed")
FULFILMENTS = ("none", "pending", "fulfilled", "refused")
PROVIDERS = ("sandbox",)
