"""Error codes of the membership service about people: sign-in, addresses, keys, erasure."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

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
