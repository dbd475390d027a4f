"""Error codes of the events service."""

from __future__ import annotations

from contracts.errors import INSTEAD_EN, INSTEAD_ZH, ErrorCode, Kind

MEETUP_WRONG_STATE = ErrorCode(
    "events.meetup_wrong_state",
    Kind.CONFLICT,
    "The meetup is {current_state:meetup}; this step does not apply to it." + INSTEAD_EN,
    "活动当前状态为“{current_state:meetup}”，无法执行此操作。" + INSTEAD_ZH,
)
MEETUP_TIMES_WRONG = ErrorCode(
    "events.meetup_times_wrong",
    Kind.INVALID_INPUT,
    "A meetup starts in the future and ends after it starts[; now it is {now:instant}|]."
    " Correct the times.",
    "活动开始时间须晚于现在[（{now:instant}）|]，结束时间须晚于开始时间，请修改。",
)
MEETUP_FIELD_FIXED = ErrorCode(
    "events.meetup_field_fixed",
    Kind.CONFLICT,
    "Once a meetup is published, {field:field} cannot be changed any more; send the change"
    " without it.",
    "活动发布后不可再修改{field:field}，请去掉该项后重新提交。",
)
CAPACITY_BELOW_COUNTED = ErrorCode(
    "events.capacity_below_counted",
    Kind.CONFLICT,
    "{counted} seats are taken or on offer; set the capacity to {counted} or more.",
    "已有 {counted} 个席位被占用或正在递补，人数上限不得低于 {counted}。",
)
MEETUP_FULL = ErrorCode(
    "events.meetup_full",
    Kind.CONFLICT,
    "All {capacity} seats are taken or on offer; choose fewer people.",
    "{capacity} 个席位已全部占用或正在递补，请减少人数。",
)
REGISTRATION_WRONG_STATE = ErrorCode(
    "events.registration_wrong_state",
    Kind.CONFLICT,
    "The registration is {current_state:registration}; this step does not apply to it."
    + INSTEAD_EN,
    "报名当前状态为“{current_state:registration}”，无法执行此操作。" + INSTEAD_ZH,
)
ALREADY_REGISTERED = ErrorCode(
    "events.person_registered",
    Kind.CONFLICT,
    "You have registered here already (now {state:registration}); open that registration"
    " and go on there.",
    "您已报名该活动（{state:registration}），无需重复报名，请打开该报名查看。",
)
MEMBERS_ONLY = ErrorCode(
    "events.membership_inactive",
    Kind.RULE_VIOLATED,
    "Only active members take part; renew your membership first.",
    "仅限有效会员参加，请先续费。",
)
SEAT_EXPIRED = ErrorCode(
    "events.seat_expired",
    Kind.CONFLICT,
    "The seat was kept for you until {until:instant}; that time has passed.",
    "席位保留至{until:instant}，现已过期。",
)
SEAT_TO_BE_PAID = ErrorCode(
    "events.seat_to_be_paid",
    Kind.RULE_VIOLATED,
    "The seat is taken by paying for it: open your registration and pay[ by {pay_by:instant}|"
    " in the time shown there].",
    "该席位付款后即确认，请打开报名信息，[于{pay_by:instant}前|在所示期限内]完成支付。",
)
OFFER_CLOSED = ErrorCode(
    "events.offer_closed",
    Kind.CONFLICT,
    "The offer is {current_state:offer}; read your registration again.",
    "该席位邀约当前状态为“{current_state:offer}”，请刷新报名信息。",
)
CHECK_IN_NOT_OPEN = ErrorCode(
    "events.check_in_not_open",
    Kind.RULE_VIOLATED,
    "Check-in opens on {opens_at:instant}; come back then.",
    "签到将于{opens_at:instant}开放，请届时再试。",
)
