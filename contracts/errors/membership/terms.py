"""Error codes of the membership service about memberships, plans and imports."""

from __future__ import annotations

from contracts.errors import INSTEAD_EN, INSTEAD_ZH, ErrorCode, Kind

MEMBERSHIP_WRONG_STATE = ErrorCode(
    "membership.membership_wrong_state",
    Kind.CONFLICT,
    "The membership is {current_state:membership}; this step does not apply to it." + INSTEAD_EN,
    "会籍当前状态为“{current_state:membership}”，无法执行此操作。" + INSTEAD_ZH,
)
PLAN_NOT_ON_SALE = ErrorCode(
    "membership.plan_not_on_sale",
    Kind.RULE_VIOLATED,
    "The plan is not on sale in this community; choose one of those that are.",
    "该方案未在该社群销售，请选择在售方案。",
)
PLAN_TO_BE_NAMED = ErrorCode(
    "membership.plan_to_be_named",
    Kind.RULE_VIOLATED,
    "Several plans are on sale; choose one of those in the community's offer.",
    "当前有多个在售方案，请从社群的招募信息中选择一个。",
)
SUSPENSION_OVER = ErrorCode(
    "membership.suspension_over",
    Kind.RULE_VIOLATED,
    "A suspension lasts at least through today, {today:day}; name that day or a later one.",
    "暂停会籍的截止日最早为今天（{today:day}），请改为今天或之后的日期。",
)
NO_PAUSE_LEFT = ErrorCode(
    "membership.no_pause_left",
    Kind.RULE_VIOLATED,
    "A term may be paused for {days} days in this community, and none is left of these; go on"
    " without a pause, or ask an owner to change the policy.",
    "该社群每个会期最多可暂停 {days} 天，本会期已无剩余天数；请照常使用，或请群主调整社群规则。",
)
# Said to whoever is suspended, banned or on the block list, and never why.
JOINING_NOT_POSSIBLE = ErrorCode(
    "membership.joining_not_possible",
    Kind.RULE_VIOLATED,
    "Joining this community is not possible; look for another one.",
    "无法加入该社群，请选择其他社群。",
)
RENEWAL_AWAITS_PAYMENT = ErrorCode(
    "membership.renewal_awaits_payment",
    Kind.CONFLICT,
    "A renewal awaits its payment already; name another plan there, or pay it.",
    "已有待支付的续费，请在该待付款项中更换方案或完成支付。",
)
RENEWAL_TOO_EARLY = ErrorCode(
    "membership.renewal_too_early",
    Kind.RULE_VIOLATED,
    "Renewal opens on {opens_on:day}; come back then.",
    "续费将于{opens_on:day}开放，请届时再试。",
)
TERM_TO_COME = ErrorCode(
    "membership.term_to_come",
    Kind.RULE_VIOLATED,
    "A further term begins on {starts_on:day} already; give another once that one runs.",
    "下一会期已定于{starts_on:day}开始，请在其开始后再赠送。",
)
ON_BLOCK_LIST = ErrorCode(
    "membership.on_block_list",
    Kind.RULE_VIOLATED,
    "The block list keeps this person out; take their entry off it first.",
    "此人在黑名单中；请先将其移出黑名单。",
)
IMPORT_TOO_LARGE = ErrorCode(
    "membership.import_too_large",
    Kind.INVALID_INPUT,
    "An import takes at most {maximum} rows; split the file.",
    "单次导入最多 {maximum} 行，请拆分文件。",
)
IMPORT_HEADER_WRONG = ErrorCode(
    "membership.import_header_wrong",
    Kind.INVALID_INPUT,
    "The first line must name the columns {expected}, no column twice and at most {maximum}"
    " in all; it has {found} columns.[ Missing: {missing}.|][ Repeated: {repeated}.|]",
    "首行须包含列名 {expected}，列名不得重复，且最多 {maximum} 列；现有 {found} 列。[缺少"
    "：{missing}。|][重复：{repeated}。|]",
)
IMPORTS_RUNNING = ErrorCode(
    "membership.imports_running",
    Kind.CONFLICT,
    "{maximum} imports of this community run already; wait until one of them is done, then import"
    " again.",
    "该社群已有 {maximum} 个导入正在进行，请等其中一个完成后再导入。",
)
