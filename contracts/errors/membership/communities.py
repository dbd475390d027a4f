"""Error codes of the membership service about communities and who runs them."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

OPERATOR_EXISTS = ErrorCode(
    "membership.operator_exists",
    Kind.CONFLICT,
    "There is an operator already; ask them to grant you the role.",
    "系统已有运营人员，请联系其授予权限。",
)
LAST_OPERATOR = ErrorCode(
    "membership.operator_is_last",
    Kind.RULE_VIOLATED,
    "The system keeps at least one operator; make somebody else one first.",
    "系统至少需要一位运营人员，请先添加其他运营人员。",
)
COMMUNITY_SLUG_TAKEN = ErrorCode(
    "membership.community_slug_taken",
    Kind.CONFLICT,
    "Another community has the short name {slug}; choose another.",
    "短名称 {slug} 已被使用，请更换。",
)
LINK_HOST_NOT_ALLOWED = ErrorCode(
    "membership.link_host_not_allowed",
    Kind.RULE_VIOLATED,
    "Links of this community may not lead to {host}; use one of its hosts ({allowed}), or ask an"
    " operator to allow it.",
    "该社群的链接不能指向 {host}，请使用已允许的域名（{allowed}），或联系运营人员添加。",
)
LAST_OWNER = ErrorCode(
    "membership.owner_is_last",
    Kind.RULE_VIOLATED,
    "A community keeps at least one owner; name another owner first.",
    "社群至少需要一位群主，请先添加其他群主。",
)
