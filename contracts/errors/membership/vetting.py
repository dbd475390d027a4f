"""Error codes of the membership service about applications and their review."""

from __future__ import annotations

from contracts.errors import INSTEAD_EN, INSTEAD_ZH, ErrorCode, Kind

APPLICATION_LIVE = ErrorCode(
    "membership.application_live",
    Kind.CONFLICT,
    "There is an application here already[ ({state:application})|]; go on with that one.",
    "在该社群已有一份申请[（{state:application}）|]，请继续办理那一份。",
)
APPLICATION_WRONG_STATE = ErrorCode(
    "membership.application_wrong_state",
    Kind.CONFLICT,
    "The application is {current_state:application}; this step does not apply to it any more."
    + INSTEAD_EN,
    "申请当前状态为“{current_state:application}”，无法执行此操作。" + INSTEAD_ZH,
)
APPLICATION_INCOMPLETE = ErrorCode(
    "membership.application_incomplete",
    Kind.INVALID_INPUT,
    "The application is not complete; answer each question listed below.",
    "申请尚未填写完整，请补充下方列出的问题。",
)
PERSON_HAS_ROLE = ErrorCode(
    "membership.person_has_role",
    Kind.CONFLICT,
    "Who holds a role in the community is not banned; take the role back first.",
    "不能封禁在该社群担任角色的人，请先收回其角色。",
)
REAPPLY_TOO_EARLY = ErrorCode(
    "membership.reapply_too_early",
    Kind.RULE_VIOLATED,
    "Your last application here was rejected; a new one is taken from"
    "[ {opens_at:instant}| {opens_on:day}] on.",
    "您上次的申请未通过，请于[{opens_at:instant}|{opens_on:day}]起重新申请。",
)
ALREADY_MEMBER = ErrorCode(
    "membership.person_is_member",
    Kind.CONFLICT,
    "You have a membership here already ({state:membership}), so there is nothing to apply"
    " for; open it to see what you can do.",
    "您在该社群已有会籍（{state:membership}），无需再次申请，请打开会员页面查看可办理的事项。",
)
REVIEWER_CONFLICTED = ErrorCode(
    "membership.reviewer_conflicted",
    Kind.PERMISSION_DENIED,
    "You cannot decide on your own application, on one from your company, for whom you vouch, whom"
    " you invited, or where you declared a conflict of interest; another reviewer has to.",
    "不能审核本人的申请、与您同单位的人的申请、您推荐或邀请的人的申请，或您已申报利益冲突的申请，"
    "请由其他审核人处理。",
)
REVIEWER_DECIDED = ErrorCode(
    "membership.reviewer_decided",
    Kind.CONFLICT,
    "You have decided on this application already ({verdict:verdict}); another reviewer goes"
    " on with it.",
    "您已对该申请作出决定（{verdict:verdict}），请由其他审核人继续处理。",
)
ROUND_OVER = ErrorCode(
    "membership.round_over",
    Kind.CONFLICT,
    "The applicant has changed the answers since you read them (now round {current_round} of"
    " review); read the application again, then decide.",
    "申请人已修改申请内容（当前为第 {current_round} 轮审核），请重新阅读申请后再作决定。",
)
NOTES_MANY = ErrorCode(
    "membership.notes_many",
    Kind.RULE_VIOLATED,
    "You have {maximum} notes on this application already; take one back, or say it in your"
    " verdict.",
    "您对该申请已有 {maximum} 条备注，请先删除一条，或写在审核意见中。",
)
REASON_UNKNOWN = ErrorCode(
    "membership.reason_unknown",
    Kind.RULE_VIOLATED,
    "The community keeps no such reason; take one of its list, or one that every community has.",
    "该社群没有此原因，请从社群的原因列表中选择，或使用各社群通用的原因。",
)
SCORED_ONE_BY_ONE = ErrorCode(
    "membership.scored_one_by_one",
    Kind.RULE_VIOLATED,
    "Verdicts on it score a rubric; open this application and judge it by itself.",
    "该申请需要按评分项打分，请打开申请单独审核。",
)
DECISION_NOT_YOURS = ErrorCode(
    "membership.decision_not_yours",
    Kind.PERMISSION_DENIED,
    "Somebody else decided on this application; they or an owner can undo it.",
    "该申请由他人作出决定，请由作出决定的人或群主收回。",
)
UNDO_OVER = ErrorCode(
    "membership.undo_over",
    Kind.CONFLICT,
    "The application stays {current_state:application}: a rejection can be undone for 24 hours"
    "[, until {until:instant}|]; the person can apply again.",
    "申请仍为“{current_state:application}”：未通过的决定只能在 24 小时内"
    "[（{until:instant}前）|]收回，申请人可以重新申请。",
)
REOPENING_OVER = ErrorCode(
    "membership.reopening_over",
    Kind.CONFLICT,
    "The application stays {current_state:application}: it was reopened once already, or its"
    " answers are gone; the person can apply again.",
    "申请仍为“{current_state:application}”：已经恢复过一次，或申请内容已被清除，申请人可以重新申请。",
)
SCORES_INCOMPLETE = ErrorCode(
    "membership.scores_incomplete",
    Kind.INVALID_INPUT,
    "A verdict scores each criterion of the rubric, and nothing else; correct those listed under"
    " `errors`.",
    "请为评分表中的每一项打分，且不要提交其他项；请更正 errors 中列出的项。",
)
VETO_NOT_ALLOWED = ErrorCode(
    "membership.veto_not_allowed",
    Kind.PERMISSION_DENIED,
    "Your rejection cannot be a veto in this community; reject without one.",
    "您在该社群不能行使一票否决，请不带否决提交拒绝。",
)
APPLICATION_NEEDS_OWNER = ErrorCode(
    "membership.application_needs_owner",
    Kind.CONFLICT,
    "An owner decides on this application now; reviewers have nothing left to do with it.",
    "该申请需由群主裁定，审核人无需再操作。",
)
VOUCHING_OFF = ErrorCode(
    "membership.vouching_off",
    Kind.RULE_VIOLATED,
    "Nobody vouches for applicants in this community; leave it to the reviewers.",
    "该社群未开放会员推荐，请等待审核人审核。",
)
VOUCHING_CODE_WRONG = ErrorCode(
    "membership.vouching_code_wrong",
    Kind.RULE_VIOLATED,
    "This code is unknown; ask the applicant for it again, and enter all of it.",
    "推荐码无效，请向申请人重新索取并完整填写。",
)
VOUCHER_NOT_ELIGIBLE = ErrorCode(
    "membership.voucher_not_eligible",
    Kind.RULE_VIOLATED,
    "Who vouches here has a membership that runs, and joined long enough ago (in days: {days}); let"
    " another member do it.",
    "推荐人须为会籍有效且入会满 {days} 天的会员，请由其他会员推荐。",
)
# Says the same of every outcome: who vouches does not learn it here.
VOUCHING_OVER = ErrorCode(
    "membership.vouching_over",
    Kind.CONFLICT,
    "This application waits for no decision any more; what members say for it stays as it is.",
    "该申请已不在审核中，推荐不能再添加或撤回，请刷新后查看。",
)
VOUCHED_ALREADY = ErrorCode(
    "membership.vouched_already",
    Kind.CONFLICT,
    "You vouch for this applicant already; take that back first to say something else.",
    "您已推荐过该申请人；如需修改，请先撤回推荐。",
)
VOUCHES_ENOUGH = ErrorCode(
    "membership.vouches_enough",
    Kind.CONFLICT,
    "{limit} members vouch for this applicant already; vouch for another one.",
    "已有 {limit} 位会员推荐该申请人，请推荐其他申请人。",
)
VOUCHES_USED_UP = ErrorCode(
    "membership.vouches_used_up",
    Kind.RULE_VIOLATED,
    "You vouched {limit} times this month, as often as one may here; vouch again next month.",
    "您本月已推荐 {limit} 次，已达上限，请下月再推荐。",
)
APPLICATION_CLAIMED = ErrorCode(
    "membership.application_claimed",
    Kind.CONFLICT,
    "Another reviewer is on this application[ for up to {minutes:minutes} more|]; go on with"
    " another one, or come back then.",
    "该申请正由其他审核人处理[，最多还需 {minutes:minutes}|]，请先处理其他申请或稍后再试。",
)
# Said of every code that names no invitation there.
INVITATION_UNKNOWN = ErrorCode(
    "membership.invitation_unknown",
    Kind.RULE_VIOLATED,
    "This invitation is unknown; open the whole link that you were given, or ask for it again.",
    "邀请无效，请打开收到的完整链接，或向邀请人重新索取。",
)
INVITATION_REVOKED = ErrorCode(
    "membership.invitation_revoked",
    Kind.CONFLICT,
    "This invitation was revoked; ask whoever invited you for another one.",
    "邀请已被收回，请向邀请人重新索取。",
)
INVITATION_EXPIRED = ErrorCode(
    "membership.invitation_expired",
    Kind.CONFLICT,
    "This invitation expired[ at {expired_at:instant}|]; ask whoever invited you for another one.",
    "邀请已[于{expired_at:instant}|]过期，请向邀请人重新索取。",
)
INVITATION_USED_UP = ErrorCode(
    "membership.invitation_used_up",
    Kind.CONFLICT,
    "This invitation has been used as often as it may be; ask whoever invited you for another one.",
    "邀请的名额已用完，请向邀请人重新索取。",
)
INVITATION_MAY_NOT_SKIP = ErrorCode(
    "membership.invitation_may_not_skip",
    Kind.RULE_VIOLATED,
    "The policy of this community lets no invitation skip the review; allow it there first, or"
    " invite without it.",
    "该社群的规则不允许邀请免审核，请先在规则中开启，或改用需要审核的邀请。",
)
