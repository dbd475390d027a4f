"""Error codes of the payments service."""

from __future__ import annotations

from contracts.errors import ErrorCode, Kind

PRICE_CHANGED = ErrorCode(
    "payments.price_changed",
    Kind.CONFLICT,
    "The price has changed meanwhile; look at the fresh quote {quote_id} and confirm that one.",
    "价格已变动，请查看新的报价 {quote_id} 并确认。",
)
QUOTE_EXPIRED = ErrorCode(
    "payments.quote_expired",
    Kind.CONFLICT,
    "The quote has expired or was replaced (now {current_state}); ask for a new one.",
    "报价已失效（当前状态 {current_state}），请重新获取报价。",
)
PURCHASE_WRONG_STATE = ErrorCode(
    "payments.purchase_wrong_state",
    Kind.CONFLICT,
    "The purchase is {current_state}; this step does not apply to it.",
    "该购买当前状态为 {current_state}，无法执行此操作。",
)
PURCHASE_HAS_ORDER = ErrorCode(
    "payments.purchase_has_order",
    Kind.CONFLICT,
    "The purchase has the order {order_id}; pay that one, or cancel it first.",
    "该购买已有订单 {order_id}，请支付该订单或先将其取消。",
)
ORDER_WRONG_STATE = ErrorCode(
    "payments.order_wrong_state",
    Kind.CONFLICT,
    "The order is {current_state}; this step does not apply to it.",
    "订单当前状态为 {current_state}，无法执行此操作。",
)
PAYMENT_WRONG_STATE = ErrorCode(
    "payments.payment_wrong_state",
    Kind.CONFLICT,
    "The payment is {current_state}; this step does not apply to it.",
    "该笔支付当前状态为 {current_state}，无法执行此操作。",
)
REFUND_WRONG_STATE = ErrorCode(
    "payments.refund_wrong_state",
    Kind.CONFLICT,
    "The refund is {current_state}; this step does not apply to it.",
    "该笔退款当前状态为 {current_state}，无法执行此操作。",
)
TRANSFER_WRONG_STATE = ErrorCode(
    "payments.transfer_wrong_state",
    Kind.CONFLICT,
    "The transfer is {current_state}; look at its order, no more is to be confirmed for it.",
    "该笔转账当前状态为 {current_state}，请查看其订单，无需再确认。",
)
OWN_MONEY = ErrorCode(
    "payments.own_money",
    Kind.PERMISSION_DENIED,
    "Nobody confirms money of their own; ask another owner or treasurer to do it.",
    "不能确认本人的款项，请由其他所有者或财务人员确认。",
)
NO_PLAN = ErrorCode(
    "payments.plan_missing",
    Kind.RULE_VIOLATED,
    "The community sells no plan yet; its owner has to create one.",
    "该社群尚未设置会员方案，请联系社群所有者。",
)
NO_PROVIDER_ACCOUNT = ErrorCode(
    "payments.provider_account_missing",
    Kind.RULE_VIOLATED,
    "The community has no account with {provider}; its owner has to add one.",
    "该社群未配置 {provider} 收款账户，请联系社群所有者。",
)
PROVIDER_SECRET_MISSING = ErrorCode(
    "payments.provider_secret_missing",
    Kind.RULE_VIOLATED,
    "Operators have placed no secret {secret_ref} for this community; ask them to, then name it"
    " again.",
    "运营者尚未为本社群放置密钥 {secret_ref}，请联系运营者后重试。",
)
PROVIDER_ACCOUNT_IN_USE = ErrorCode(
    "payments.provider_account_in_use",
    Kind.CONFLICT,
    "Payments were made with the merchant {merchant_id}; keep it, only its secret can be changed.",
    "已有支付使用商户 {merchant_id}，不能更换商户，只能更换其密钥。",
)
PROVIDER_UNAVAILABLE = ErrorCode(
    "payments.provider_unavailable",
    Kind.UNAVAILABLE,
    "The payment provider does not answer; nothing was charged that is not shown here. Try again"
    " with the same Idempotency-Key.",
    "支付渠道暂时无响应，请使用同一 Idempotency-Key 稍后重试。",
)
CALLBACK_REFUSED = ErrorCode(
    "payments.callback_refused",
    Kind.UNAUTHENTICATED,
    "The callback is not signed by the provider or is too old.",
    "回调签名无效或已过期。",
)
COUPON_CODE_TAKEN = ErrorCode(
    "payments.coupon_code_taken",
    Kind.CONFLICT,
    "The code {coupon_code} belongs to another coupon; choose another.",
    "优惠码 {coupon_code} 已被占用，请更换。",
)
REFUND_TOO_LARGE = ErrorCode(
    "payments.refund_too_large",
    Kind.RULE_VIOLATED,
    "At most {maximum} (minor units) can still be refunded on this order.",
    "该订单最多还可退款 {maximum}（最小货币单位）。",
)
