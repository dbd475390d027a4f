"""Error codes of the payments service."""

from __future__ import annotations

from contracts.errors import INSTEAD_EN, INSTEAD_ZH, ErrorCode, Kind

PRICE_CHANGED = ErrorCode(
    "payments.price_changed",
    Kind.CONFLICT,
    "The price is [{total:money}|another one] now; look at the fresh quote and confirm that one.",
    "当前价格[为 {total:money}|与所见不同]，请查看新的报价并确认。",
)
PLAN_NOT_ON_SALE = ErrorCode(
    "payments.plan_not_on_sale",
    Kind.RULE_VIOLATED,
    "This plan cannot be bought here; choose one of the plans on sale.",
    "该方案在此不可选购，请选择在售方案。",
)
PLAN_TO_BE_NAMED = ErrorCode(
    "payments.plan_to_be_named",
    Kind.RULE_VIOLATED,
    "Several plans are on sale[ ({plan_names})|]; choose one of them for this purchase, then ask"
    " for the price again.",
    "当前有多个在售方案[（{plan_names}）|]，请先为该待付款项选择其中一个，再获取价格。",
)
QUOTE_EXPIRED = ErrorCode(
    "payments.quote_expired",
    Kind.CONFLICT,
    "The quote is {current_state:quote}; ask for a new one.",
    "报价当前状态为“{current_state:quote}”，请重新获取报价。",
)
PURCHASE_WRONG_STATE = ErrorCode(
    "payments.purchase_wrong_state",
    Kind.CONFLICT,
    "The purchase is {current_state:purchase}; this step does not apply to it." + INSTEAD_EN,
    "该待付款项当前状态为“{current_state:purchase}”，无法执行此操作。" + INSTEAD_ZH,
)
PURCHASE_HAS_ORDER = ErrorCode(
    "payments.purchase_has_order",
    Kind.CONFLICT,
    "The purchase has an order already; pay that one, or cancel it first.",
    "该待付款项已有订单，请支付该订单或先将其取消。",
)
PAYMENT_UNDER_WAY = ErrorCode(
    "payments.payment_under_way",
    Kind.CONFLICT,
    "Money for it is on its way, while the order is {current_state:order}; wait until the order is"
    " paid or has ended.",
    "款项正在支付途中，订单当前状态为“{current_state:order}”，请等待订单支付完成或关闭后再操作。",
)
PURCHASE_OF_LINES = ErrorCode(
    "payments.purchase_of_lines",
    Kind.RULE_VIOLATED,
    "This purchase has a price of its own and no plan to choose; ask for its quote.",
    "该待付款项有固定价格，无需选择方案，请直接获取报价。",
)
ORDER_WRONG_STATE = ErrorCode(
    "payments.order_wrong_state",
    Kind.CONFLICT,
    "The order is {current_state:order}; this step does not apply to it." + INSTEAD_EN,
    "订单当前状态为“{current_state:order}”，无法执行此操作。" + INSTEAD_ZH,
)
PAYMENT_WRONG_STATE = ErrorCode(
    "payments.payment_wrong_state",
    Kind.CONFLICT,
    "The payment is {current_state:payment}; this step does not apply to it." + INSTEAD_EN,
    "该笔支付当前状态为“{current_state:payment}”，无法执行此操作。" + INSTEAD_ZH,
)
REFUND_WRONG_STATE = ErrorCode(
    "payments.refund_wrong_state",
    Kind.CONFLICT,
    "The refund is {current_state:refund}; this step does not apply to it." + INSTEAD_EN,
    "该笔退款当前状态为“{current_state:refund}”，无法执行此操作。" + INSTEAD_ZH,
)
TRANSFER_CHANGED = ErrorCode(
    "payments.transfer_changed",
    Kind.CONFLICT,
    "The number of recorded receipts is now {receipts}; read the transfer again, then record what"
    " is missing.",
    "该笔转账已登记 {receipts} 笔到账，请重新读取后再登记尚缺的款项。",
)
TRANSFER_WRONG_STATE = ErrorCode(
    "payments.transfer_wrong_state",
    Kind.CONFLICT,
    "This transfer is complete ({current_state:transfer}); see its order.",
    "该笔转账当前状态为“{current_state:transfer}”，请查看其订单，无需再确认。",
)
OWN_MONEY = ErrorCode(
    "payments.own_money",
    Kind.PERMISSION_DENIED,
    "Nobody decides about money of their own; ask another owner or treasurer, or an operator.",
    "不能处理本人的款项，请由其他群主、财务人员或运营人员处理。",
)
NO_PLAN = ErrorCode(
    "payments.plan_missing",
    Kind.RULE_VIOLATED,
    "The community has no plan on sale; its owner has to put one on sale.",
    "该社群目前没有在售的方案，请联系群主。",
)
PLAN_WRONG_STATE = ErrorCode(
    "payments.plan_wrong_state",
    Kind.CONFLICT,
    "The plan is {current_state:plan}; this step does not apply to it." + INSTEAD_EN,
    "该方案当前状态为“{current_state:plan}”，无法执行此操作。" + INSTEAD_ZH,
)
PLAN_SOLD = ErrorCode(
    "payments.plan_sold",
    Kind.CONFLICT,
    "Somebody was quoted or promised the price of this plan, so its price, ladder, period and price"
    " lock stay; create a new plan for new ones, and pause or close this one.",
    "已有人获得该方案的报价或价格承诺，其价格、阶梯、期限和锁价方式不可更改；请新建方案，并暂停或关闭此方案。",
)
NO_PROVIDER_ACCOUNT = ErrorCode(
    "payments.provider_account_missing",
    Kind.RULE_VIOLATED,
    "The community has no account with {provider}; its owner has to add one.",
    "该社群未配置 {provider} 收款账户，请联系群主。",
)
PROVIDER_ACCOUNT_UNUSABLE = ErrorCode(
    "payments.provider_account_unusable",
    Kind.RULE_VIOLATED,
    "The account does not work at the provider, so nothing was changed; correct it as said below.",
    "该收款账户在支付渠道处无法使用，未做任何更改；请按下方说明更正。",
)
PROVIDER_ACCOUNT_BROKEN = ErrorCode(
    "payments.provider_account_broken",
    Kind.CONFLICT,
    "The community's account does not work at the provider just now, and nothing was charged; its"
    " owner or treasurer has to correct it. Pay another way, or try again later.",
    "社群的收款账户目前无法使用，未产生扣款；请联系群主或财务人员处理，或改用其他方式支付。",
)
PROVIDER_ACCOUNT_IN_USE = ErrorCode(
    "payments.provider_account_in_use",
    Kind.CONFLICT,
    "Payments reached the provider for the merchant {merchant_id}; keep it, only its secret can be"
    " changed.",
    "已有支付使用商户 {merchant_id}，不能更换商户，只能更换其密钥。",
)
RETURN_HOST_NOT_ALLOWED = ErrorCode(
    "payments.return_host_not_allowed",
    Kind.RULE_VIOLATED,
    "Payers of this community are not sent back to {host}; use an address at one of its hosts"
    " ({allowed}), or ask an operator to allow this one.",
    "本社群的付款人不能返回 {host}，请使用已获准的域名（{allowed}），或请运营人员添加该域名。",
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
COUPON_COVERS_LINES = ErrorCode(
    "payments.coupon_covers_lines",
    Kind.RULE_VIOLATED,
    "Coupons are good for plans only; send the purchase without codes.",
    "优惠券仅适用于会籍方案，请去掉优惠码后重试。",
)
COUPON_REFUSED = ErrorCode(
    "payments.coupon_refused",
    Kind.RULE_VIOLATED,
    "A coupon code does not count here, for the reason said below. Change it, or leave it out.",
    "优惠码无法使用，原因见下方说明；请更换或去掉后重试。",
)
COUPON_WRONG_STATE = ErrorCode(
    "payments.coupon_wrong_state",
    Kind.CONFLICT,
    "The coupon is {current_state:coupon}; this step does not apply to it." + INSTEAD_EN,
    "该优惠券当前状态为“{current_state:coupon}”，无法执行此操作。" + INSTEAD_ZH,
)
COUPON_LIMIT_BELOW_USED = ErrorCode(
    "payments.coupon_limit_below_used",
    Kind.CONFLICT,
    "{taken} uses of the coupon are used or held; set a limit of at least that, or end the coupon.",
    "该优惠券已使用或占用 {taken} 次，请设置不低于该数的上限，或结束该优惠券。",
)
COUPON_UNLIMITED = ErrorCode(
    "payments.coupon_unlimited",
    Kind.RULE_VIOLATED,
    "The coupon was created without a limit, and a limit cannot be added later; end it and create"
    " one with a limit.",
    "该优惠券创建时没有设置上限，不能再加上限；请结束它并新建有上限的优惠券。",
)
REFUND_REQUEST_OPEN = ErrorCode(
    "payments.refund_request_open",
    Kind.CONFLICT,
    "A refund of this order was asked for already; wait for the answer, or withdraw that"
    " request first.",
    "该订单已有退款申请，请等待处理，或先撤回该申请。",
)
REFUND_REQUEST_WRONG_STATE = ErrorCode(
    "payments.refund_request_wrong_state",
    Kind.CONFLICT,
    "The refund request is {current_state:refund_request}; this step does not apply to it."
    + INSTEAD_EN,
    "该退款申请当前状态为“{current_state:refund_request}”，无法执行此操作。" + INSTEAD_ZH,
)
REFUND_AMOUNT_MISSING = ErrorCode(
    "payments.refund_amount_missing",
    Kind.RULE_VIOLATED,
    "By the policy of this order nothing comes back; name an amount, or decline the request.",
    "按该订单的退款规则无应退金额，请填写退款金额，或拒绝该申请。",
)
NOTHING_TO_REFUND = ErrorCode(
    "payments.nothing_to_refund",
    Kind.RULE_VIOLATED,
    "Nothing of this order is left to refund; look at its refunds for what goes back.",
    "该订单已无可退款项，请查看该订单的退款记录。",
)
REFUND_TOO_LARGE = ErrorCode(
    "payments.refund_too_large",
    Kind.RULE_VIOLATED,
    "At most {maximum:money} can still be refunded on this order; name that or less.",
    "该订单最多还可退款 {maximum:money}，请修改金额。",
)
