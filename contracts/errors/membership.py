"""Error codes of the membership service."""

from __future__ import annotations

from contracts.errors import INSTEAD_EN, INSTEAD_ZH, ErrorCode, Kind

SIGN_IN_TOO_OFTEN = ErrorCode(
    "membership.sign_in_too_often",
    Kind.RATE_LIMITED,
    "No new code can be sent now; wait {retry_after:seconds}, then ask for one.",
    "暂时无法发送新的验证码，请在 {retry_after:seconds}后重试。",
)
SIGN_IN_CODE_WRONG = ErrorCode(
    "membership.sign_in_code_wrong",
    Kind.UNAUTHENTICATED,
    "The code is wrong, used or expired; check the newest message or ask for a new code.",
    "验证码错误、已使用或已过期，请查看最新收到的验证码或重新获取。",
)
SIGN_IN_PROOF_NEEDED = ErrorCode(
    "membership.sign_in_proof_needed",
    Kind.RULE_VIOLATED,
    "Solve the task that `params` describe and send the solution as `proof`.",
    "请先完成 params 中给出的验证，并在 proof 中提交结果。",
)
PHONE_COUNTRY_NOT_SERVED = ErrorCode(
    "membership.phone_country_not_served",
    Kind.RULE_VIOLATED,
    "[Codes go to numbers that begin with {countries}|No codes go to phones here]; use another"
    " number, or sign in another way.",
    "[验证码短信目前仅支持以 {countries} 开头的号码|目前不发送验证码短信]，"
    "请更换号码或使用其他登录方式。",
)
RETURN_ADDRESS_NOT_ALLOWED = ErrorCode(
    "membership.return_address_not_allowed",
    Kind.RULE_VIOLATED,
    "People may not be sent to {origin}; use an address of a front end that an operator has"
    " listed.",
    "不允许跳转到 {origin}，请使用运营人员已登记的前端地址。",
)
SIGN_IN_STATE_WRONG = ErrorCode(
    "membership.sign_in_state_wrong",
    Kind.UNAUTHENTICATED,
    "This sign-in is unknown here, is over, or was begun in another browser; begin again.",
    "该登录请求不存在、已过期，或不是在当前浏览器中发起的，请重新登录。",
)
SIGN_IN_STATE_USED = ErrorCode(
    "membership.sign_in_state_used",
    Kind.CONFLICT,
    "This sign-in was finished already; begin again if you are not signed in.",
    "该登录请求已经使用过；如尚未登录，请重新发起登录。",
)
SIGN_IN_NONCE_WRONG = ErrorCode(
    "membership.sign_in_nonce_wrong",
    Kind.UNAUTHENTICATED,
    "What the provider vouches for belongs to another sign-in; begin again.",
    "第三方返回的登录凭证不属于本次登录，请重新登录。",
)
SIGN_IN_NOT_VOUCHED = ErrorCode(
    "membership.sign_in_not_vouched",
    Kind.UNAUTHENTICATED,
    "The provider does not vouch for this sign-in; begin again.",
    "第三方未确认本次登录，请重新登录。",
)
SIGN_IN_IN_PREVIEW = ErrorCode(
    "membership.sign_in_in_preview",
    Kind.RULE_VIOLATED,
    "WeChat shows a preview of the page, in which nobody has an account; open the whole page there,"
    " then sign in.",
    "当前为微信快照页，无法登录；请点击“使用完整服务”后再登录。",
)
SIGN_IN_BEGINS_IN_PROGRAM = ErrorCode(
    "membership.sign_in_begins_in_program",
    Kind.RULE_VIOLATED,
    "A mini program begins with wx.login, without this call; send the code that it gives to this"
    " address with /complete at its end.",
    '小程序登录无需调用此接口：请在小程序中调用 "wx.login"，再把得到的 "code" '
    '发送到此地址加上 "/complete" 的接口。',
)
SIGN_IN_WAY_AWAY = ErrorCode(
    "membership.sign_in_way_away",
    Kind.UNAVAILABLE,
    "{way} does not answer now; sign in another way, or try again in {retry_after} seconds.",
    "{way} 暂时没有响应，请使用其他登录方式，或在 {retry_after} 秒后重试。",
)
# Who links is signed in: 401 would tell a front end to renew their tokens and try again.
LINK_CODE_WRONG = ErrorCode(
    "membership.link_code_wrong",
    Kind.RULE_VIOLATED,
    "The code is wrong, used or expired; check the newest message or ask for a new code.",
    "验证码错误、已使用或已过期，请查看最新收到的验证码或重新获取。",
)
LINK_NOT_VOUCHED = ErrorCode(
    "membership.link_not_vouched",
    Kind.RULE_VIOLATED,
    "The account elsewhere was not linked; begin again in the browser that you use.",
    "未能绑定该第三方账户，请在当前浏览器中重新发起绑定。",
)
IDENTITY_TAKEN = ErrorCode(
    "membership.identity_taken",
    Kind.CONFLICT,
    "This way to sign in belongs to another account; sign in by it to use that one, or unlink it"
    " there first.",
    "该登录方式已属于另一个账户；请用它登录那个账户，或先在那里解除绑定。",
)
IDENTITY_LAST = ErrorCode(
    "membership.identity_is_last",
    Kind.RULE_VIOLATED,
    "Without it you could not sign in any more; link another way or an e-mail address first.",
    "解除后您将无法登录，请先绑定其他登录方式或邮箱。",
)
IDENTITIES_TOO_MANY = ErrorCode(
    "membership.identities_too_many",
    Kind.RULE_VIOLATED,
    "An account has at most {maximum} ways to sign in; unlink one first.",
    "每个账户最多绑定 {maximum} 种登录方式，请先解除一种。",
)
EMAIL_PRESENT = ErrorCode(
    "membership.email_present",
    Kind.CONFLICT,
    "Your account has an address already; change it instead of linking another one.",
    "您的账户已有邮箱，如需更换请使用“更换邮箱”。",
)
EMAIL_MISSING = ErrorCode(
    "membership.email_missing",
    Kind.RULE_VIOLATED,
    "Your account has no address that could be changed; link one by its sign-in code.",
    "您的账户还没有邮箱，请先用邮箱验证码绑定一个。",
)
MAIL_DOMAIN_BLOCKED = ErrorCode(
    "membership.mail_domain_blocked",
    Kind.RULE_VIOLATED,
    "Addresses at {domain} are not taken here; use another one.",
    "暂不支持使用 {domain} 的邮箱，请更换邮箱。",
)
EMAIL_UNCHANGED = ErrorCode(
    "membership.email_unchanged",
    Kind.RULE_VIOLATED,
    "This is your address already; enter the new one.",
    "这已是您当前的邮箱，请填写新的邮箱。",
)
EMAIL_CODE_WRONG = ErrorCode(
    "membership.email_code_wrong",
    Kind.RULE_VIOLATED,
    "One of the two codes is wrong, used or expired; check the newest mail at both addresses, or"
    " ask for the change again.",
    "两个验证码中至少有一个错误、已使用或已过期，请查看两个邮箱中的最新邮件，或重新申请更换邮箱。",
)
EMAIL_TAKEN = ErrorCode(
    "membership.email_taken",
    Kind.CONFLICT,
    "Somebody else came with this address meanwhile; ask for the change again with another one.",
    "该邮箱刚刚已被他人使用，请换一个邮箱重新申请。",
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
# Said of whoever is blocked, and never why.
APPLICATION_NOT_POSSIBLE = ErrorCode(
    "membership.application_not_possible",
    Kind.RULE_VIOLATED,
    "An application here is not possible; look for another community.",
    "暂无法在此申请，请选择其他社群。",
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
    "You cannot decide on your own application, on one from your company, for whom you vouch, or"
    " where you declared a conflict of interest; another reviewer has to.",
    "不能审核本人的申请、与您同单位的人的申请、您推荐的人的申请，或您已申报利益冲突的申请，"
    "请由其他审核人处理。",
)
REVIEWER_DECIDED = ErrorCode(
    "membership.reviewer_decided",
    Kind.CONFLICT,
    "You have decided on this application already ({verdict:verdict}); another reviewer goes"
    " on with it.",
    "您已对该申请作出决定（{verdict:verdict}），请由其他审核人继续处理。",
)
NOTES_MANY = ErrorCode(
    "membership.notes_many",
    Kind.RULE_VIOLATED,
    "You have {maximum} notes on this application already; take one back, or say it in your"
    " verdict.",
    "您对该申请已有 {maximum} 条备注，请先删除一条，或写在审核意见中。",
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
JOINING_NOT_POSSIBLE = ErrorCode(
    "membership.joining_not_possible",
    Kind.RULE_VIOLATED,
    "Joining this community is not possible.",
    "无法加入该社群。",
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
UPLOAD_TOO_LARGE = ErrorCode(
    "membership.upload_too_large",
    Kind.INVALID_INPUT,
    "For this purpose a file has at most {maximum:size}; send a smaller one.",
    "此用途的文件最大为 {maximum:size}，请压缩或换用更小的文件。",
)
UPLOAD_QUOTA_USED_UP = ErrorCode(
    "membership.upload_quota_used_up",
    Kind.RULE_VIOLATED,
    "Your files have {maximum:size} together at most; remove one; unused files are deleted after a"
    " day.",
    "您的文件合计最多 {maximum:size}；请删除一些文件，未使用的文件一天后会自动清除。",
)
UPLOAD_QUOTA_THERE_USED_UP = ErrorCode(
    "membership.upload_quota_there_used_up",
    Kind.RULE_VIOLATED,
    "Your files for one community have {maximum:size} together at most; remove one; unused files"
    " are deleted after a day.",
    "您在同一社群的文件合计最多 {maximum:size}；请删除一些文件，未使用的文件一天后会自动清除。",
)
UPLOAD_COMMUNITY_QUOTA_USED_UP = ErrorCode(
    "membership.upload_community_quota_used_up",
    Kind.RULE_VIOLATED,
    "For this purpose a community's files have {maximum:size} together at most; try again later;"
    " unused files are deleted after a day.",
    "该社群此用途的文件合计最多 {maximum:size}；请稍后再试，未使用的文件一天后会自动清除。",
)
UPLOAD_TYPE_WRONG = ErrorCode(
    "membership.upload_type_wrong",
    Kind.INVALID_INPUT,
    "The file is not of the type {declared}; start again with its real type.",
    "发送的内容不是 {declared}，请按文件的实际类型重新上传。",
)
UPLOAD_PART_UNEXPECTED = ErrorCode(
    "membership.upload_part_unexpected",
    Kind.CONFLICT,
    "Part {expected} of {parts} is to come next; send the parts in order.",
    "接下来应发送第 {expected} 个分段（共 {parts} 个），请按顺序发送。",
)
UPLOAD_PART_DIFFERS = ErrorCode(
    "membership.upload_part_differs",
    Kind.CONFLICT,
    "This part came already with other bytes; remove the file and send it anew.",
    "该分段已收到且内容不同，请删除此文件后重新上传。",
)
UPLOAD_PART_SIZE_WRONG = ErrorCode(
    "membership.upload_part_size_wrong",
    Kind.INVALID_INPUT,
    "This part has {expected} bytes, as the size of the file says; send exactly so many.",
    "根据文件大小，该分段应为 {expected} 字节，请按此大小发送。",
)
UPLOAD_WRONG_STATE = ErrorCode(
    "membership.upload_wrong_state",
    Kind.CONFLICT,
    "The file is {current_state:upload}; send its missing parts, or wait until it is no longer"
    " in use.",
    "文件当前状态为“{current_state:upload}”；请补齐缺少的分段，或等待其不再被使用。",
)
API_KEYS_MANY = ErrorCode(
    "membership.api_keys_many",
    Kind.RULE_VIOLATED,
    "At most {maximum} API keys can be active at once; revoke one that is not used.",
    "同时有效的 API 密钥最多 {maximum} 个，请先吊销不再使用的密钥，再新建。",
)
ERASURE_BLOCKED = ErrorCode(
    "membership.erasure_blocked",
    Kind.CONFLICT,
    "This person is the last owner of a community, or the last operator; name another"
    " one first, then ask again.",
    "此人是社群的最后一位群主，或系统的最后一位运营人员，请先添加另一位，再申请删除个人数据。",
)
ERASURE_WRONG_STATE = ErrorCode(
    "membership.erasure_wrong_state",
    Kind.CONFLICT,
    "The erasure is {current_state:erasure}; it can be taken back only before it begins.",
    "数据删除申请当前状态为“{current_state:erasure}”，仅可在开始删除之前撤回。",
)
