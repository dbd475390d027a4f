"""Sentences of plans, prices, accounts with providers and coupons: Chinese by English."""

PRICES: dict[str, str] = {
    "Minor units by which the price rises.": "价格每次上涨多少，以最小货币单位计。",
    "Places sold at one price.": "每档价格售出多少名额。",
    "Members before the sale: places not counted.": "开售前已有的会员数，不计入名额。",
    "Minor units above which the price does not rise; at least the base price; null = no bound.": (
        "价格上限，以最小货币单位计，不低于基础价；没有上限时为 null。"
    ),
    "Price = base + step × floor((n − places_before) / every), capped.": (
        "价格 = 基础价 + `step` × ⌊(n − `places_before`) / `every`⌋，不超过上限。"
    ),
    "Up to which day of the term; the first is day 0.": "截至会期的第几天；首日为第 0 天。",
    "What goes back to who gives up on that day of the term or before; its first day is day 0.": (
        "在会期的该日或之前放弃可退回多少；首日为第 0 天。"
    ),
    "What the plan is called.": "方案的名称。",
    "The price without a ladder, or of its first step.": (
        "没有阶梯价时的价格，或阶梯价第一档的价格。"
    ),
    "How many months one payment gives.": "付款一次可用多少个月。",
    "How the price rises with each so many places; null: it does not.": (
        "每售出若干名额价格如何上涨；不上涨时为 null。"
    ),
    "When an applicant's price is promised.": "何时为申请人锁定价格。",
    "What the plan gives, for who chooses.": "方案包含什么，供选择者阅读。",
    "What a renewal pays.": "续费时的价格。",
    "A word for what it gives, for standings and integrators; empty: none.": (
        "表示等级的一个词，供身份信息和集成方使用；没有时为空。"
    ),
    "Whether the plan is sold.": "方案是否在售。",
    "Whether somebody was quoted or promised its price, which stays from then on.": (
        "是否已有人得到报价或锁定价格；此后价格不再改变。"
    ),
    "The first price, in the community's currency.": "基础价，使用社群的货币。",
    "Months that one payment gives.": "付款一次可用的月数。",
    "How the price rises; null: one price for all.": "价格如何上涨；null 表示对所有人同价。",
    "When an applicant's price is promised; it takes no place.": (
        "何时为申请人锁定价格；不占用名额。"
    ),
    "What a renewal pays: the base price, what this run of membership paid first, or the "
    "public price of the day; it takes no place.": (
        "续费时的价格：基础价、本次会籍首次支付的价格，或当日的公开价格；不占用名额。"
    ),
    "A word for what it gives, for standings and integrators.": (
        "表示等级的一个词，供身份信息和集成方使用。"
    ),
    "What comes back after the cool-off; orders keep those of when they were priced.": (
        "冷静期之后可退回多少；订单沿用定价时的规定。"
    ),
    "A draft is shown to owners only, until it is put on sale.": "草稿在开售之前只有群主可见。",
    "How many were counted.": "数到多少。",
    "Whether there are more than were counted.": "实际是否多于所数。",
    "How many there are; with `at_least`, there are more.": "有多少；`at_least` 表示不止这些。",
    "Open purchases.": "未完成的待付款项。",
    "Quotes that hold a price.": "锁定着价格的报价。",
    "Open orders.": "未完成的订单。",
    "What is open and keeps what it has: price, place, use.": (
        "未完成且保持原样的内容：价格、名额、优惠券使用次数。"
    ),
    "Of a simulated change; null once it is made.": "预览修改时的内容；已经修改时为 null。",
    "Answer what would be, and store nothing.": "只返回会有的结果，不保存。",
    "The plan that it is about.": "所说的方案。",
    "What who buys now pays before coupons.": "现在购买、使用优惠券之前的价格。",
    "The step of the ladder, 0 for the first, and without one.": (
        "阶梯价的档次，第一档为 0；没有阶梯价时也为 0。"
    ),
    "How many places are left at this price; null: any number.": (
        "这一价格还剩多少名额；不限时为 null。"
    ),
    "The price after that; null: it does not rise.": "之后的价格；不再上涨时为 null。",
    "When the first of the places that others hold may come back; null: none are held, or it "
    "does not matter.": ("他人占用的名额最早何时可能退回；没有被占用，或不影响价格时为 null。"),
    "How the price came about, step by step.": "价格由何而来，逐步说明。",
    "Whose account it is.": "账户的户名。",
    "The bank, with its branch where that matters.": "开户银行，需要时包括支行。",
    "The account's number or IBAN.": "账号或 IBAN。",
    "What else payers have to know.": "付款人还须知道的内容。",
    "Where transfers go to; payers of an order see it.": "转账汇入的账户；订单的付款人可见。",
    "The account that money goes to.": "汇入的账户。",
    "An order is open to the end of this many days after its transfer began.": (
        "转账发起后订单保留到第多少天结束。"
    ),
    "What comes to more for one order counts when two people say the same; null = one is enough.": (
        "单个订单超过此金额时，须两人确认一致才入账；null 表示一人即可。"
    ),
    "How a community takes transfers.": "社群如何接受转账。",
    "The community as the provider knows it; null for transfers.": (
        "社群在支付渠道的标识；转账时为 null。"
    ),
    "The name of the secret that operators placed, never its value; null for transfers.": (
        "运营人员所存密钥的名称，从不是密钥本身；转账时为 null。"
    ),
    "How the community takes transfers; null for others.": "社群如何接受转账；其他渠道为 null。",
    "As the provider knows the community; null: it needs none.": (
        "社群在支付渠道的标识；不需要时为 null。"
    ),
    "The name of a secret that operators placed for the community, never its value; null: it "
    "needs none.": ("运营人员为社群所存密钥的名称，从不是密钥本身；不需要时为 null。"),
    "In place of merchant and secret, for the provider `transfer`; null for others.": (
        "渠道为 `transfer` 时用它代替标识和密钥；其他渠道为 null。"
    ),
    "What the coupon gives; it has the one field of its kind.": (
        "优惠的种类；只带该种类的那个字段。"
    ),
    "Amount_off: minor units off the list price.": (
        "用于 `amount_off`：从标价减去多少最小货币单位。"
    ),
    "Percent_off: off the list price.": "用于 `percent_off`：从标价减去百分之多少。",
    "Set_price: minor units that are to be paid.": "用于 `set_price`：应付多少最小货币单位。",
    "Extra_days: added to the period.": "用于 `extra_days`：会期增加的天数。",
    "What a coupon gives: its kind, and the one field that this kind has.": (
        "优惠券给予什么：种类，以及该种类的那个字段。"
    ),
    "What the coupon is called, for the staff.": "优惠券的名称，供工作人员查看。",
    "What buyers enter, in any case.": "购买者输入的内容，不分大小写。",
    "What the coupon gives.": "优惠券给予什么。",
    "Whom it is for: `newcomer`, `renewal` or `any`.": (
        "面向哪些人：`newcomer`、`renewal` 或 `any`。"
    ),
    "The plans that it is good for; none named: every plan.": (
        "适用的方案；为空表示适用于所有方案。"
    ),
    "Uses in all; null: any number.": "总共可用多少次；不限时为 null。",
    "Uses of one person.": "每人可用多少次。",
    "Minor units that the list price has to reach.": "标价须达到的金额，以最小货币单位计。",
    "How often it was used by paid orders.": "已支付的订单使用了多少次。",
    "How often it is held by quotes and open orders.": "报价和未完成的订单占用了多少次。",
    "From when on it may be used; null: at once.": "从何时起可用；立即可用时为 null。",
    "Until when it may be used; null: without an end.": "可用到何时；没有期限时为 null。",
    "Whether a full refund frees the use for another.": "全额退款后，使用次数是否退回。",
    "Whether the coupon is given.": "优惠券是否可用。",
    "Who never paid, who is or was a member, or anybody.": (
        "从未付款的人、现在或曾经的会员，或任何人。"
    ),
    "Renewal: days since the term ended within which it is good.": (
        "用于续费：会期结束后多少天内有效。"
    ),
    "Uses in all; null = any number.": "总共可用多少次；null 表示不限。",
    "The plans it is good for; none named = every plan.": "适用的方案；为空表示适用于所有方案。",
    "Uses in all, of one with a limit; not below what is used and held.": (
        "总共可用多少次，仅限有上限的优惠券；不能少于已使用和占用的次数。"
    ),
}
