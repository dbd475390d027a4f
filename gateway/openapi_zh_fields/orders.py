"""Sentences of purchases, quotes, orders, refunds and transfers: Chinese by English."""

ORDERS: dict[str, str] = {
    "What sort of thing it is, such as `membership_term` or `meetup_seat`.": (
        "内容的种类，例如 `membership_term` 或 `meetup_seat`。"
    ),
    "Its id with the service that owns it.": "在其所属服务中的 id。",
    "What is paid for; any kind whose owner answers for it.": (
        "为什么付款；种类由所属服务负责解释。"
    ),
    "What it is, such as `seat`.": "明细的种类，例如 `seat`。",
    "What one of it costs.": "单价。",
    "How many of it.": "数量。",
    "The plan's name when it was priced, the meetup's title when its seat could be paid "
    "first; null of earlier versions.": (
        "定价时方案的名称，或席位最初可以支付时活动的名称；早期版本的为 null。"
    ),
    "`label`: what the plan or the meetup was called when it could be paid first.": (
        "`label`：最初可以支付时方案或活动的名称。"
    ),
    "What comes back, and until when; of those that are reached the best counts.": (
        "可退回多少、截至何时；符合多档时取最高的一档。"
    ),
    "By what a payer gets money back who gives up before the start (rules.md §3.12).": (
        "付款人在开始前放弃时，按此退款（rules.md §3.12）。"
    ),
    "What its plan is called now; null: none is named.": "方案现在的名称；未选定方案时为 null。",
    "A purchase with what its plan is called now; null where none is named.": (
        "待付款项，以及方案现在的名称；未选定方案时为 null。"
    ),
    "By which the caller can pay now; empty: they cannot.": (
        "调用者现在可以用哪些渠道支付；为空表示不能支付。"
    ),
    "Who pays.": "付款人。",
    "What is paid for, as its owner names it.": "为什么付款，由所属服务命名。",
    "The plan that is paid for; null until one is named, and where `lines` say what is paid for.": (
        "所支付的方案；选定之前，或由 `lines` 说明内容时为 null。"
    ),
    "What is paid for, line by line; of a plan its single line.": (
        "逐项说明为什么付款；方案只有一项。"
    ),
    "Those of a seat; null of a plan.": "席位的退款条款；方案为 null。",
    "Why it is paid: `join`, `renew` or `attend`.": "付款的目的：`join`、`renew` 或 `attend`。",
    "Where the purchase stands.": "待付款项目前的状态。",
    "The newest order of it; null: none yet.": "其最新的订单；尚无时为 null。",
    "Which kind of step it is: each has its own fields.": "步骤的种类，每种各有自己的字段。",
    "The price of this step, in minor units.": "本步骤的价格，以最小货币单位计。",
    "The plan's base price: it has no ladder, or none counts here.": (
        "方案的基础价：没有阶梯价，或在此不适用。"
    ),
    "The step of the ladder, 0 for the first.": "阶梯价的档次，第一档为 0。",
    "The price of the ladder's first step, in minor units.": (
        "阶梯价第一档的价格，以最小货币单位计。"
    ),
    "By how much each step is dearer than the one before, in minor units.": (
        "每档比前一档高多少，以最小货币单位计。"
    ),
    "How many places a step of the ladder has.": "每档有多少名额。",
    "The ladder's price: `base`, and `rise` more for each `every` places before this `step`.": (
        "阶梯价：`base`，到本档 `step` 为止每 `every` 个名额再加 `rise`。"
    ),
    "When the price was promised.": "何时锁定的价格。",
    "The price that was promised, in minor units.": "锁定的价格，以最小货币单位计。",
    "The price that was promised to the applicant.": "为申请人锁定的价格。",
    "Which price a renewal pays.": "续费采用哪种价格。",
    "The price of a renewal, in minor units.": "续费的价格，以最小货币单位计。",
    "The price of a renewal, where the plan has another one than its base.": (
        "续费的价格，仅在与方案的基础价不同时出现。"
    ),
    "What one of it costs, in minor units.": "单价，以最小货币单位计。",
    "One line of a price of its own: so much each.": "自有价格中的一项明细及其单价。",
    "The sum before it was rounded, in minor units.": "舍入之前的金额，以最小货币单位计。",
    "`half_up_once`: half a unit or more goes up, once and at the end.": (
        "`half_up_once`：四舍五入，仅在最后进行一次。"
    ),
    "How a share was rounded to the minor unit.": "按比例计算的金额如何舍入到最小货币单位。",
    "The code that the buyer gave.": "购买者填写的优惠码。",
    "Whether the code counts.": "优惠码是否生效。",
    "The rule that the code breaks; left out where it counts.": (
        "优惠码不符合的规定；生效时不出现。"
    ),
    "What it takes off, in minor units; left out where it does not count.": (
        "减免的金额，以最小货币单位计；未生效时不出现。"
    ),
    "The days that it adds to the term; left out where it does not count.": (
        "会期增加的天数；未生效时不出现。"
    ),
    "How a share was rounded; left out where none was.": (
        "按比例计算的金额如何舍入；没有舍入时不出现。"
    ),
    "One code: what it gives if it counts, else the rule that it breaks.": (
        "一个优惠码：生效时说明给予什么，否则说明不符合的规定。"
    ),
    "What is to be paid, in minor units.": "应付金额，以最小货币单位计。",
    "What is to be paid; the last step.": "应付金额；最后一步。",
    "The coupon; null: it does not count.": "优惠券；未生效时为 null。",
    "Why it does not count; null: it does.": "未生效的原因；生效时为 null。",
    "The reason in the reader's language; null: it counts.": (
        "原因的文字说明，使用读者的语言；生效时为 null。"
    ),
    "What became of one code that the buyer gave.": "购买者填写的一个优惠码的结果。",
    "Before coupons: what the lines come to.": "使用优惠券之前的金额，即各项明细之和。",
    "What the coupon takes off.": "优惠券减免的金额。",
    "What is paid: list price less discount.": "应付金额：标价减去减免。",
    "The code that counts; null: none.": "生效的优惠码；没有时为 null。",
    "How the price came about, step by step; amounts in minor units.": (
        "价格由何而来，逐步说明；金额以最小货币单位计。"
    ),
    "The plan that is priced; null where lines are.": "所报价的方案；由明细定价时为 null。",
    "Where the quote stands.": "报价目前的状态。",
    "The days that a coupon adds to the term.": "优惠券使会期增加的天数。",
    "The coupon that applied; null: none.": "生效的优惠券；没有时为 null。",
    "What became of each code that the buyer gave.": "购买者填写的每个优惠码的结果。",
    "The step of the ladder, 0 for the first; null: the plan has none.": (
        "阶梯价的档次，第一档为 0；方案没有阶梯价时为 null。"
    ),
    "Until when price and place are held.": "价格和名额保留到何时。",
    "Tried in this order, in any case and width, blanks in them left out; the first that may "
    "be used applies.": ("按此顺序尝试，不分大小写和全角半角，忽略其中的空格；第一个可用的生效。"),
    "Error: a code that does not count refuses the quote, and nothing is held or changed; "
    "ignore: `coupons` says why, and the price is without it.": (
        "`error`：有优惠码不能生效时拒绝报价，不作占用或改动；`ignore`："
        "在 `coupons` 中说明原因，价格不含该优惠。"
    ),
    "What the payer writes on the transfer: 8 letters and digits.": (
        "付款人在转账附言中填写的内容：8 位字母和数字。"
    ),
    "The account that it goes to.": "汇入的账户。",
    "Until when the money has to be there.": "款项最迟何时到账。",
    "What a payer transfers: the payment's amount, with this reference.": (
        "付款人需要转账的内容：支付的金额，并注明此附言。"
    ),
    "The order that it belongs to.": "所属的订单。",
    "By whom the money comes.": "款项经由哪个渠道。",
    "What is to be paid.": "应付金额。",
    "Where the attempt stands.": "本次支付目前的状态。",
    "The page that the payer is sent to; null: there is none.": (
        "付款人应前往的页面；没有时为 null。"
    ),
    "What the payer transfers; null: they pay on a page.": (
        "付款人需要转账的内容；在页面上支付时为 null。"
    ),
    "How much goes back.": "退回的金额。",
    "Where the refund stands.": "退款目前的状态。",
    "Why money goes back, in the words of who decided it.": "退款的原因，由作出决定的人填写。",
    "The quote that it was made of; null: it was ordered without one.": (
        "由哪个报价产生；未经报价直接下单时为 null。"
    ),
    "What is paid for; null of earlier versions.": "为什么付款；早期版本的为 null。",
    "The plan that is paid for; null where `lines` say what is.": (
        "所支付的方案；由 `lines` 说明内容时为 null。"
    ),
    "Where the money of the order stands.": "订单款项目前的状态。",
    "What became of what it paid for.": "所支付内容的交付结果。",
    "What went back so far.": "至今已退回的金额。",
    "The attempts to pay, oldest first.": "历次支付，最早的在前。",
    "What goes back, oldest first.": "各笔退款，最早的在前。",
    "The request for a refund that is open; null: none.": "未决定的退款申请；没有时为 null。",
    "The number of the receipt, without gaps in its community; null before it is paid.": (
        "收据编号，在社群内连续；支付之前为 null。"
    ),
    "Until when it can be paid.": "最迟何时支付。",
    "When the money came, as the provider says; null: not yet.": (
        "支付渠道所说的到账时刻；尚未到账时为 null。"
    ),
    "When it was changed last; attempts and refunds under way do not count; null of earlier "
    "versions.": ("最近一次变更的时刻，不计进行中的支付和退款；早期版本的为 null。"),
    "The price after coupons.": "使用优惠券之后的价格。",
    "The days that a coupon adds.": "优惠券增加的天数。",
    "What its plan is called; null: it paid for no plan.": (
        "方案的名称；所支付的不是方案时为 null。"
    ),
    "Whom it paid; null while membership is away.": "收款的社群；会籍服务无法访问时为 null。",
    "An order with the names of what it paid for; null while membership is away.": (
        "订单，以及所支付内容的名称；会籍服务无法访问时为 null。"
    ),
    "An order with what its payer is called; null for who has not said it, and for all while "
    "membership is away.": (
        "订单，以及付款人的称呼；尚未说明时为 null，会籍服务无法访问时全部为 null。"
    ),
    "By whom the payer wants to pay.": "付款人选择的支付渠道。",
    "Where the payer goes afterwards, at one of the community's `link_hosts`; `order_id` is "
    "added to its query. An attempt that is under way keeps its first ones.": (
        "付款后返回的地址，须在社群的 `link_hosts` 之内；查询参数中会加上 `order_id`。"
        "进行中的支付保留最初的地址。"
    ),
    "Where the payer goes who gives up, at one of the community's `link_hosts`; `order_id` "
    "is added to its query. An attempt that is under way keeps its first ones.": (
        "放弃付款时返回的地址，须在社群的 `link_hosts` 之内；查询参数中会加上 `order_id`。"
        "进行中的支付保留最初的地址。"
    ),
    "What would come back now.": "此刻可退回的金额。",
    "Of what was paid, what was given back before included.": (
        "占已付金额的百分之多少，包括先前已退回的。"
    ),
    "The last instant at which it is as much; null = nothing comes back.": (
        "可退回这么多的最后时刻；不退款时为 null。"
    ),
    "How much goes back; null: all that is left.": "退回的金额；null 表示退回全部余额。",
    "Kept with the refund and shown to the payer.": "随退款保存，付款人可见。",
    "Where the request stands.": "退款申请目前的状态。",
    "Why the payer asks, in their words; empty: they do not say.": (
        "付款人申请退款的理由；未说明时为空。"
    ),
    "What the terms of the order give back, as of when it was asked for.": (
        "按订单的条款在申请时可退回的金额。"
    ),
    "A grant without an amount ends what was paid for; false where the policy gives nothing "
    "back.": ("未指定金额的同意会终止所支付的内容；按规则不退款时为 false。"),
    "What who decided wrote to the payer; empty: nothing.": (
        "作出决定的人写给付款人的话；没有时为空。"
    ),
    "By which it was granted; null: it was not.": "同意后产生的退款；未同意时为 null。",
    "Why, for who decides.": "理由，供作出决定的人查看。",
    "A request with what its payer is called; null for who has not said it, and for all "
    "while membership is away.": (
        "退款申请，以及付款人的称呼；尚未说明时为 null，会籍服务无法访问时全部为 null。"
    ),
    "Null: what the policy said when it was asked for, less what was given back since; what "
    "was paid for ends by it. An amount is goodwill: nothing ends unless all is given back.": (
        "null：申请时按规则可退回的金额，减去此后已退回的；所支付的内容随之终止。"
        "指定金额属于通融：除非全部退回，否则不终止任何内容。"
    ),
    "Why, for the payer.": "理由，告诉付款人。",
    "What came.": "到账的金额。",
    "The bank's day, in the community's zone.": "银行入账的日期，按社群所在时区。",
    "In what it differed from what the payer was told.": "与告知付款人的内容有何不同。",
    "Who found it.": "发现到账的人。",
    "When they said so.": "确认的时刻。",
    "Money that somebody found on the account.": "有人在账户上查到的款项。",
    "A transfer, and what the caller may do with it.": "转账，以及调用者可以进行的操作。",
    "How many refunds wait for somebody who transfers them.": "等待人工转出的退款有多少笔。",
    "The payment that it belongs to.": "所属的支付。",
    "Where the transfer stands.": "转账目前的状态。",
    "What is to be transferred.": "应转账的金额。",
    "What came so far.": "至今到账的金额。",
    "What of it goes back to the payer.": "其中要退回付款人的金额。",
    "What was found on the account, oldest first.": "账户上查到的款项，最早的在前。",
    "What one person said and a second one has to say likewise; null: nothing.": (
        "一人已经确认、另一人还须一致确认的内容；没有时为 null。"
    ),
    "What came, in the payment's currency.": "到账的金额，使用支付的货币。",
    "The bank's day, in the community's zone; the order is paid then.": (
        "银行入账的日期，按社群所在时区；订单于该日支付。"
    ),
    "How many `receipts` there were when the transfer was read.": "读取转账时 `receipts` 的数量。",
    "The account of the ledger, such as `deferred_income`.": (
        "分类账中的科目，例如 `deferred_income`。"
    ),
    "What stands on it; debit is positive.": "科目余额；借方为正。",
    "What stands on one account of the ledger.": "分类账中一个科目的余额。",
    "What stands on each account.": "各科目的余额。",
    "The sum of all balances, which is 0.": "所有余额之和，恒为 0。",
    "How many entries there are.": "分录数。",
    "Why it was paid: `join`, `renew` or `attend`.": "付款的目的：`join`、`renew` 或 `attend`。",
    "The price before coupons.": "使用优惠券之前的价格。",
    "What is paid: the list price without the discount.": "应付金额：标价减去减免。",
    "How many orders were paid so.": "按此支付的订单数。",
    "How many orders were paid at this list price and total.": "按此标价和应付金额支付的订单数。",
    "How many orders are in each state.": "各状态的订单数。",
    "How many orders were paid, by list price and total.": "按标价和应付金额统计的已支付订单数。",
    "How often the newest 500 coupons were used, by code.": (
        "最新的 500 张优惠券各使用了多少次，按优惠码列出。"
    ),
}
