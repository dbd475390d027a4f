"""Error codes of the membership service."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

SIGN_IN_TOO_OFTEN = ErrorCode(
    "membership.sign_in_too_often",
    Kind.RATE_LIMITED,
    "Codes were asked for too often; wait {retry_after} seconds, then ask for a new one.",
    "获取验证码过于频繁，请在 {retry_after} 秒后重试。",
)
SIGN_IN_CODE_WRONG = ErrorCode(
    "membership.sign_in_code_wrong",
    Kind.UNAUTHENTICATED,
    "The code is wrong, used or expired; check the newest mail or ask for a new code.",
    "验证码错误、已使用或已过期，请查看最新邮件或重新获取。",
)
SESSION_ENDED = ErrorCode(
    "membership.session_ended",
    Kind.UNAUTHENTICATED,
    "This session has ended; sign in again.",
    "登录已失效，请重新登录。",
)
OPERATOR_EXISTS = ErrorCode(
    "membership.operator_exists",
    Kind.CONFLICT,
    "There is an operator already; ask them to grant you the role.",
    "系统已存在运营者，请联系其授予权限。",
)
COMMUNITY_SLUG_TAKEN = ErrorCode(
    "membership.community_slug_taken",
    Kind.CONFLICT,
    "Another community has the short name {slug}; choose another.",
    "短名称 {slug} 已被使用，请更换。",
)
LAST_OWNER = ErrorCode(
    "membership.owner_is_last",
    Kind.RULE_VIOLATED,
    "A community keeps at least one owner; name another owner first.",
    "社群至少需要一位所有者，请先添加其他所有者。",
)
APPLICATION_LIVE = ErrorCode(
    "membership.application_live",
    Kind.CONFLICT,
    "You already have an application here ({application_id}, {state}); go on with that one.",
    "您在该社群已有进行中的申请（{application_id}，{state}），请继续办理。",
)
APPLICATION_WRONG_STATE = ErrorCode(
    "membership.application_wrong_state",
    Kind.CONFLICT,
    "The application is {current_state}; this step does not apply to it any more. Read it again.",
    "申请当前状态为 {current_state}，无法执行此操作，请刷新后查看。",
)
APPLICATION_INCOMPLETE = ErrorCode(
    "membership.application_incomplete",
    Kind.INVALID_INPUT,
    "The application is not complete; answer each question listed under `errors`.",
    "申请尚未填写完整，请补充 errors 中列出的问题。",
)
REAPPLY_TOO_EARLY = ErrorCode(
    "membership.reapply_too_early",
    Kind.RULE_VIOLATED,
    "Your last application here was rejected; a new one is taken from {opens_on} on.",
    "您上次的申请未通过，请于 {opens_on} 起重新申请。",
)
ALREADY_MEMBER = ErrorCode(
    "membership.person_is_member",
    Kind.CONFLICT,
    "You have a membership here ({membership_id}, {state}); pay for it or renew it instead.",
    "您在该社群已有会员资格（{membership_id}，{state}），请直接支付或续费。",
)
REVIEWER_CONFLICTED = ErrorCode(
    "membership.reviewer_conflicted",
    Kind.RULE_VIOLATED,
    "You cannot decide on your own application; another reviewer has to.",
    "不能审核自己的申请，请由其他审核人处理。",
)
REVIEWER_DECIDED = ErrorCode(
    "membership.reviewer_decided",
    Kind.CONFLICT,
    "You have decided on this application already ({verdict}); another reviewer goes on with it.",
    "您已对该申请作出决定（{verdict}），请由其他审核人继续处理。",
)
APPLICATION_CLAIMED = ErrorCode(
    "membership.application_claimed",
    Kind.CONFLICT,
    "Another reviewer ({reviewer_id}) is on this application until {until}.",
    "该申请正由其他审核人（{reviewer_id}）处理，截至 {until}。",
)
MEMBERSHIP_WRONG_STATE = ErrorCode(
    "membership.membership_wrong_state",
    Kind.CONFLICT,
    "The membership is {current_state}; this step does not apply to it.",
    "会员当前状态为 {current_state}，无法执行此操作。",
)
RENEWAL_TOO_EARLY = ErrorCode(
    "membership.renewal_too_early",
    Kind.RULE_VIOLATED,
    "Renewal opens on {opens_on}; come back then.",
    "续费将于 {opens_on} 开放，请届时再试。",
)
IMPORT_TOO_LARGE = ErrorCode(
    "membership.import_too_large",
    Kind.INVALID_INPUT,
    "An import takes at most {most} rows; split the file.",
    "单次导入最多 {most} 行，请拆分文件。",
)
IMPORT_HEADER_WRONG = ErrorCode(
    "membership.import_header_wrong",
    Kind.INVALID_INPUT,
    "The first line must name the columns {expected}, no column twice and at most {most} in all;"
    " it has {found}, missing: {missing}, repeated: {repeated}.",
    "首行须包含列名 {expected}，列名不得重复，且最多 {most} 列；现有 {found} 列，缺少：{missing}，"
    "重复：{repeated}。",
)
