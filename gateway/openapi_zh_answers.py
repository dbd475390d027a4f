"""What answers say of themselves, in Chinese, by what they say in English."""

ANSWERS: dict[str, str] = {
    "The bytes of a file that an application names as an answer.": "申请答案所列文件的内容。",
    "What an application that is handed in now would be answered. `next_step` and `deadline` are "
    "those of `…/me`, and nothing where it is not possible.": (
        "此刻提交申请会得到的答复。`next_step` 和 `deadline` 与 `…/me` 相同，无法加入时为空。"
    ),
    "What is left to be read.": "尚未阅读的内容。",
    "A code is on its way by mail; the answer is the same whoever has the address.": (
        "验证码已寄出；无论邮箱属于谁，响应都相同。"
    ),
    "`phone_countries` are what numbers may begin with; none: no codes are sent to phones.": (
        "`phone_countries` 为号码可用的国家或地区代码；没有则表示不发短信。"
    ),
    "A session: a token for requests, and one that gets the next.": (
        "会话：用于请求的令牌，以及用于换取下一个的令牌。"
    ),
    "What a screen needs that somebody comes to by a link. `until`: when the thing itself is over; "
    "`expires_at`: when the link is.": (
        "由链接进入的页面所需的内容。`until`：事情本身的截止时间；`expires_at`：链接的到期时间。"
    ),
    "`name` of who was approved or renewed here themselves; of all others the `email`.": (
        "在此获批或续费过的人显示 `name`，其他人显示 `email`。"
    ),
    "The signed-in person; `email` is null for who came by another way and has not linked an "
    "address.": "当前登录者；用其他方式登录且未绑定邮箱时，`email` 为 null。",
    "Send the browser to `authorize_url`, and keep `browser_secret` in it (`sessionStorage`).": (
        "让浏览器前往 `authorize_url`，并在其中保存 `browser_secret`（`sessionStorage`）。"
    ),
    "All of a person, ten at most besides the address, which is changed, not unlinked; null for "
    "who has none.": (
        "此人的全部登录方式，邮箱之外最多十种；邮箱只能更换，不能解绑，没有则为 null。"
    ),
    "What was linked, and where its person goes on.": "绑定的账号，以及此人接下来去哪里。",
    "What waits for its two codes, which went by mail; `email` is the new address.": (
        "等待两个邮件验证码的变更；`email` 为新邮箱。"
    ),
    "`hindrance` says in a word what puts it off at present; it is tried again every day.": (
        "`hindrance` 用一个词说明目前因何推迟；每天重试。"
    ),
    "`links` say where an object is shown on the community's own site, at one of `link_hosts`.": (
        "`links` 说明各对象在社群自己网站上的地址，域名须在 `link_hosts` 之中。"
    ),
    "The community after the change, or as it would be; `version` is the stored one's.": (
        "修改后的社群，或预览的结果；`version` 为已保存的版本。"
    ),
    "A policy as it stood in one version; `until` is when another one took its place.": (
        "规则的某一版本；`until` 为被新版本取代的时刻。"
    ),
    "What was asked for and no more: who is behind an address is for them to say.": (
        "只返回所提交的内容：邮箱属于谁，由本人说明。"
    ),
    "One version of a community's application form; versions never change.": (
        "社群申请表的某一版本；版本不再改变。"
    ),
    "`key` is shown here and never again.": "`key` 只在此处出现一次。",
    "An API key as it is listed; what opens doors was shown once and is stored nowhere.": (
        "列表中的 API 密钥；密钥本身只显示过一次，任何地方都不保存。"
    ),
    "The rules of a community as they stand; `version` 0 is before the first.": (
        "社群的现行规则；`version` 为 0 表示尚未设定。"
    ),
    "What rules would have done to the newest applications that were handed in.": (
        "这些规则对最近提交的申请会有什么结果。"
    ),
    "A result for each application, in the order in which they were named.": (
        "每份申请的结果，顺序与请求一致。"
    ),
    "The reasons of a community, in the order in which owners put them; `version` is the "
    "community's.": "社群的常用原因，按群主设定的顺序；`version` 是社群的版本。",
    "What somebody of the staff noted; never shown to the applicant.": (
        "工作人员的备注；申请人看不到。"
    ),
    "An entry of the block list. Whom it stops can be tried and not read: of what was entered only "
    "digests are kept.": "黑名单的条目。只保存所填内容的摘要，无法读出其中是谁。",
    "A link of an owner, with what became of who came by it; of applications, a page of these "
    "counts 20,000 at most.": "群主的邀请链接及其结果；每页最多统计 20,000 份申请。",
    "What somebody is invited to, for who holds the invitation.": (
        "邀请的内容，供持有邀请的人查看。"
    ),
    "By what members find an application to vouch for: a secret, which its applicant hands out.": (
        "会员用来找到申请的推荐码：须保密，由申请人给出。"
    ),
    "What the caller said for an applicant; not what becomes of it.": (
        "调用者对申请人的推荐；不含申请结果。"
    ),
    "What became of the newest 500 at most for whom somebody vouches in a community.": (
        "某会员在社群中推荐的最近至多 500 份申请的结果。"
    ),
    "Somebody's wish to become a member, with answers and decisions.": (
        "某人的入会申请，包括回答和各次决定。"
    ),
    "An application, and what the caller may do with it. With `include`: `form`, the version of it "
    "that was answered; `plan`, what the plan is called now; `person`, what staff call the "
    "applicant and, in `staff`, who is on it and who decided. Else null, and empty.": (
        "申请，以及调用者可做的操作。带 `include` 时：`form` 为所回答的申请表版本；`plan` "
        "为方案目前的名称；`person` 为工作人员看到的申请人姓名，并在 `staff` "
        "中列出正在审核和已作决定的人。否则为 null 或空。"
    ),
    "A membership as a card shows it, and what the caller may do with it. `term` is the last one "
    "that was paid for, `current_term` the one that runs or ran last, `next_term` one that begins "
    "later; `valid_until` is the last day of all of them.": (
        "会员卡所示的会籍，以及调用者可做的操作。`term` 为最近付款的会期，`current_term` "
        "为当前或最近的会期，`next_term` 为以后开始的会期；`valid_until` 为其中最后一天。"
    ),
    "The memberships of a community by id, as a table; text that a spreadsheet would run as a "
    "formula begins with an apostrophe there.": (
        "社群的会籍表格，按 id 排列；会被电子表格当作公式的文字，前面加撇号。"
    ),
    "`deadline`: until when the next step goes, or access lasts; of a rejection, when they may "
    "apply again. `page`: where the community shows it, if it says so.": (
        "`deadline`：下一步的截止时间，或权益的到期时间；被拒绝时为可再次申请的时间。"
        "`page`：社群自己网站上的地址（如有设定）。"
    ),
    "Somebody's standing in a community, from the approval on.": "某人自获批起在社群中的会籍。",
    "How many people are in each state today; exact, counted by the database.": (
        "今天各状态的人数；由数据库精确统计。"
    ),
    "The import of a file: how far it is and how its rows fared.": "文件导入的进度和各行的结果。",
    "The result of each row of an import as a table, with what is wrong in the reader's "
    "language.": ("每一行导入结果的表格，并以读者的语言写明问题。"),
    "A file that is sent in parts; it belongs to who sends it.": "分段上传的文件；属于上传者。",
    "The bytes of a file that is all here.": "已收齐的文件的内容。",
    "A gathering; `seats_free` counts neither taken seats nor those on offer.": (
        "一场活动；`seats_free` 不含已占用和正在候补确认的席位。"
    ),
    "How many meetups of a community are in each state.": "社群各状态的活动数。",
    "A meetup, what the caller may do with it, and their own registration that is not over.": (
        "活动、调用者可做的操作，以及本人尚未结束的报名。"
    ),
    "The meetup as it is after the change, or would be, and whom that concerns.": (
        "修改后的活动，或预览的结果，以及受影响的人数。"
    ),
    "Who got a seat and until when they confirm it; all other applicants wait in order.": (
        "谁得到席位，以及确认的截止时间；其余报名者依次候补。"
    ),
    "One person's wish to attend; `position` counts from 1 in the waitlist. `payable`: its seat "
    "awaits payment; `order_id`: the order that paid for its seat.": (
        "某人的报名；`position` 为候补的次序，从 1 起。`payable`：席位等待付款；`order_id`："
        "支付席位的订单。"
    ),
    "How many registrations of a meetup stand in each state.": "活动各状态的报名数。",
    "A registration, and what the caller may do with it; its offer shows itself.": (
        "报名，以及调用者可做的操作；候补席位随之显示。"
    ),
    "`sold`: somebody was quoted or promised its price, which stays from then on.": (
        "`sold`：已有人得到此价格的报价或承诺，价格自此不变。"
    ),
    "A plan, and what the caller may do with it.": "方案，以及调用者可做的操作。",
    "The plan after a change, or as it would be.": "修改后的方案，或预览的结果。",
    "The price now and how it came about; null counts where the plan has no ladder.": (
        "当前价格及其由来；方案没有阶梯时，各数量为 null。"
    ),
    "All of a community: one with each provider at most.": (
        "社群的全部账户：每个支付渠道最多一个。"
    ),
    "The account with a provider by which a community is paid.": "社群收款所用的支付渠道账户。",
    "A campaign with its code, and how often that was used.": "优惠券及其优惠码和使用次数。",
    "How many coupons of a community are in each state.": "社群各状态的优惠券数。",
    "A coupon, and what the caller may do with it.": "优惠券，以及调用者可做的操作。",
    "The coupon after a change, or as it would be.": "修改后的优惠券，或预览的结果。",
    "A purchase, and what the caller may do with it.": "待付款项，以及调用者可做的操作。",
    "`plan_id` is null until a plan is named, or the community sells its only one, and where "
    "`lines` say what is paid for.": (
        "`plan_id` 在选定方案之前为 null（只有一个在售方案时即为该方案）；由 `lines` "
        "说明所付内容时也为 null。"
    ),
    "A price and a place, locked for 15 minutes.": "锁定 15 分钟的价格和名额。",
    "One thing to poll: the money's state and, in `fulfilment`, what the owner made of it.": (
        "只需查询此处：款项的状态，以及购买所得的结果（`fulfilment`）。"
    ),
    "An order, and what the caller may do with it.": "订单，以及调用者可做的操作。",
    "How many orders of a community are in each state.": "社群各状态的订单数。",
    "`pay_url`: the page that the payer is sent to; `transfer`: what they do without one.": (
        "`pay_url`：付款人应前往的页面；`transfer`：没有页面时的转账方法。"
    ),
    "What comes back to who gives up now what an order paid for, by the terms of its purchase.": (
        "此刻放弃订单所购的内容，按购买时的条款可退回的金额。"
    ),
    "Money of an order that goes back.": "退回的订单款项。",
    "`policy` is what the order's terms said when it was asked for; `words` are those of who "
    "declined.": "`policy` 为申请时按订单条款计算的结果；`words` 为拒绝者的说明。",
    "How many requests are in each state.": "各状态的申请数。",
    "A request, and what the caller may do with it.": "退款申请，以及调用者可做的操作。",
    "How many transfers are in each state, and refunds wait for somebody who transfers them.": (
        "各状态的转账数，以及等待转出的退款数。"
    ),
    "`claim`: what one person said and a second one has to say likewise. `returned`: of what was "
    "received, what goes back to the payer.": (
        "`claim`：第一人登记的内容，须由第二人同样登记。`returned`：到账款项中退回付款人的部分。"
    ),
    "What the provider wants to hear, in its own form.": "支付渠道要求的响应，格式由其规定。",
    "Balances per account (debit positive); `sum` is zero, always.": (
        "各科目的余额（借方为正）；`sum` 恒为零。"
    ),
    "Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact.": (
        "各状态的订单数、各价格的已支付数、最新 500 张优惠券的使用次数；均为精确值。"
    ),
    "The data of an event in a person's stream: what has another version now, so that whoever "
    "shows it reads it again. `type` is what `subject` names: application, membership, purchase, "
    "order, refund_request, registration, notification, import; `reset`, with neither subject nor "
    "version, says "
    "that others may have been missed: read all that you show again. Later versions have more "
    "types.": (
        "动态的数据：哪个对象有了新版本，正在显示它的页面应重新读取。`type` 为 `subject` 的类别："
        "`application`、`membership`、`purchase`、`order`、`refund_request`、"
        "`registration`、`notification`、`import`；"
        "`reset` 没有对象和版本，表示可能遗漏了动态：请重新读取所显示的全部内容。"
        "后续版本会增加类别。"
    ),
    "The signed-in person, with `include=roles` beside the roles that they hold; else null.": (
        "当前登录的人；带 `include=roles` 时附上其角色，否则为 null。"
    ),
    "A message in a person's in-app inbox, in the language that the reader asked for. `link` is "
    "the address of what it is about at the gateway, `page` on the community's own site.": (
        "站内收件箱中的一条通知，语言由读者决定。`link` 为所涉内容在网关的地址，`page` "
        "为在社群自己网站上的地址。"
    ),
    "How many deliveries of each type, channel and state a community has.": (
        "社群各类别、渠道和状态的投递数。"
    ),
    "All requests of that id, the newest first: who repeats one may send the same.": (
        "使用此 id 的全部请求，最新的在前：重复请求时可能使用同一 id。"
    ),
    "Applications and memberships of a community in figures; periods of which there are none are "
    "left out. What happened in the last seconds may come a moment later.": (
        "社群的申请与会籍的统计数字；没有数字的周期不列出。最近几秒发生的可能稍后才计入。"
    ),
    "One part of the report of a community, as a table.": "社群报告的一部分，以表格表示。",
    "How a community stands; its money is `…/revenue`.": ("社群的概况；资金另见 `…/revenue`。"),
    "Months are those of the community's zone, those in which nothing was sold are left out; "
    "`total` is their sum, null where there is none.": (
        "月份按社群所在时区，没有销售的月份不列；`total` 为合计，没有时为 null。"
    ),
    "What a page shows to who may join; of a community that is not hidden.": (
        "供可加入者查看的页面内容；仅限未隐藏的社群。"
    ),
    "How far somebody has come from the approval, or the beginning of a renewal, to access; put "
    "together when it is read.": ("某人从申请获批或开始续费到获得权益的进度；读取时汇总而成。"),
}
