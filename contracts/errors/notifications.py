"""Error codes of the notifications service."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

DELIVERY_WRONG_STATE = ErrorCode(
    "notifications.delivery_wrong_state",
    Kind.CONFLICT,
    "The delivery is {current_state:delivery}; this step does not apply to it.",
    "该消息的发送状态为“{current_state:delivery}”，无法执行此操作。",
)
