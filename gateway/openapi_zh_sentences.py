"""Sentences that many operations share, in Chinese, by what they are in English: who may call,
parameters, headers, answers that say nothing else, ways to sign in."""

# Parts of "For: …; …", in the order of the English ones.
WHO: dict[str, str] = {
    "an API key that holds one of these roles": "具有其中一种角色的 API 密钥",
    "anybody": "任何人",
    "drafts for owners and hosts": "草稿仅限群主和组织者",
    "drafts for owners and operators": "草稿仅限群主和运营人员",
    "hidden communities to nobody": "隐藏的社群对任何人都不提供",
    "hidden ones to who belongs there, applied there or operates the system": (
        "隐藏的社群仅限其成员、申请人和运营人员"
    ),
    "limited per address": "每个邮箱有频率限制",
    "limited per number": "每个号码有频率限制",
    "members of the community": "社群的会员",
    "never the applicant": "不能是申请人本人",
    "of reviewers only who decided": "审核人仅限作出决定者",
    "never the member": "不能是会员本人",
    "never the payer": "不能是付款人本人",
    "whoever has an invitation": "持有邀请的人",
    "the member who vouched": "推荐该申请的会员",
    "whose membership of that community runs, and not only just began": (
        "须为该社群会籍有效且已入会一段时间的会员"
    ),
    "once it was handed in": "须在申请提交之后",
    "operators": "运营人员",
    "operators without private answers": "运营人员看不到私密回答",
    "others once it was handed in, operators without private answers": (
        "申请人以外的人须在提交之后，运营人员看不到私密回答"
    ),
    "owners and hosts of the community, operators": "社群的群主和组织者、运营人员",
    "owners and reviewers of the community": "社群的群主和审核人",
    "owners and reviewers of the community, operators": "社群的群主和审核人、运营人员",
    "owners and treasurers of the community, operators": "社群的群主和财务、运营人员",
    "owners for imports, for pictures who belongs there": ("导入文件须为群主，图片须为社群的成员"),
    "owners of the community": "社群的群主",
    "owners of the community, operators": "社群的群主、运营人员",
    "owners see theirs, operators all": "群主另可看到自己的社群，运营人员可看到全部",
    "owners, hosts and scanners of the community, operators": (
        "社群的群主、组织者和签到员、运营人员"
    ),
    "owners, reviewers, hosts and treasurers of the community, operators": (
        "社群的群主、审核人、组织者和财务、运营人员"
    ),
    "owners, reviewers, hosts, treasurers, scanners and members of the community, operators": (
        "社群的群主、审核人、组织者、财务、签到员和会员、运营人员"
    ),
    "signed in within 10 minutes": "须在 10 分钟内登录过",
    "signed in within 10 minutes for a mini program": "小程序须在 10 分钟内登录过",
    "signed in within 10 minutes for more than the installation's limit": (
        "超过系统限额时须在 10 分钟内登录过"
    ),
    "signed in within 10 minutes to grant the role owner": "授予群主角色须在 10 分钟内登录过",
    "the applicant": "申请人",
    "the applicant, owners and reviewers of the community, operators": (
        "申请人、社群的群主和审核人、运营人员"
    ),
    "the caller, operators": "发出该请求的人、运营人员",
    "the holder": "本人",
    "the member": "会员本人",
    "the member, owners of the community": "会员本人、社群的群主",
    "the member, owners, reviewers, hosts and treasurers of the community, operators": (
        "会员本人、社群的群主、审核人、组织者和财务、运营人员"
    ),
    "the payer": "付款人",
    "the payer, owners and treasurers of the community, operators": (
        "付款人、社群的群主和财务、运营人员"
    ),
    "the reader": "收件人",
    "the registrant": "报名者",
    "the registrant, owners and hosts of the community, operators": (
        "报名者、社群的群主和组织者、运营人员"
    ),
    "the sender": "上传者",
    "the signed-in person": "当前登录者",
    "while a member": "须为会员",
    "whoever has a code of the provider": "持有平台授权码的人",
    "whoever has a signed link": "持有签名链接的人",
    "whoever has the code of the challenge": "持有验证码的人",
    "whoever has the newest refresh token of the session": "持有会话最新刷新令牌的人",
    "whoever has the provider's key, by the signature over the raw body": (
        "持有渠道密钥的一方，以对原始请求体的签名为凭"
    ),
    "whoever has their signed link to decline": "持有本人放弃席位的签名链接的人",
    "whoever has their signed link to pay or renew": "持有本人付款或续费的签名链接的人",
    "whoever has their signed link to renew": "持有本人续费的签名链接的人",
    "with both codes": "须提供两个验证码",
    "within the quotas of person and community": "不超过个人和社群的容量",
}

SENTENCES: dict[str, str] = {
    # headers that are sent
    "A string in double quotes, 1 to 255 printable ASCII characters: a UUID that is new for each "
    "new request and the same for its repetitions.": (
        "双引号内的字符串，1 至 255 个可打印的 ASCII 字符：每个新请求用新的 UUID，重复请求时不变。"
    ),
    "The ETag of what was read, with its double quotes.": "读取时的 ETag，包括双引号。",
    "The ETag of what was read; where nothing is there yet, `If-None-Match`.": (
        "读取时的 ETag；尚不存在时改用 `If-None-Match`。"
    ),
    "`*`: only where nothing is there yet. `If-Match` goes before it.": (
        "`*`：仅在尚不存在时。与 `If-Match` 同时出现时以后者为准。"
    ),
    "The language of texts: zh-CN (default) or en.": "文字的语言：zh-CN（默认）或 en。",
    "Your own id for this one request, 8 to 64 letters, digits, `_` or `-`; left out, or in "
    "another form, we make one.": (
        "自定的请求 id，8 至 64 个字母、数字、`_` 或 `-`；不写或格式不符时由系统生成。"
    ),
    "The ETag of what you have: 304 while it is still so.": "已有内容的 ETag：没有变化时返回 304。",
    "So many seconds to wait for something else than If-None-Match names, or for what is not there "
    "yet; it is answered as soon as there is.": (
        "最多等待的秒数：内容与 `If-None-Match` 所指的不同，或从无到有时，立即返回。"
    ),
    "The last `id` that you got, to hear what came since; `reset` comes first where that is not "
    "known in full.": ("最后收到的 `id`，用于接收其后的动态；无法完整补发时先收到 `reset`。"),
    # what stands in an address
    "`next_cursor` of the page before; opaque, for one person, list and filter.": (
        "上一页的 `next_cursor`；内容不透明，只适用于同一人、同一列表和同一筛选。"
    ),
    "How many things a page has at most.": "每页最多多少项。",
    "The id of the session.": "会话的 id。",
    "The id of the person.": "人的 id。",
    "The `name` of one of `list_ways`.": "`list_ways` 所列的某个 `name`。",
    "The id of the identity.": "登录方式的 id。",
    "The id of the community.": "社群的 id。",
    "Short name, unique in the system.": "短名称，全系统唯一。",
    "The plan that they would name; left out: the only one on sale.": (
        "打算选择的方案；不填则为唯一在售的方案。"
    ),
    "The version of the policy; each can still be read.": "规则的版本；每个版本都能读取。",
    "What they may not do any more.": "要收回的角色。",
    "The version of the form; each stays as it was.": "申请表的版本；每个版本保持原样。",
    "The id of the api key.": "API 密钥的 id。",
    "The id of the application.": "申请的 id。",
    "The id of the membership.": "会籍的 id。",
    "The id of the join.": "入会或续费进程的 id，即申请和会籍中的 `purchase_id`。",
    "The id of the upload.": "文件的 id。",
    "The id of the block.": "黑名单条目的 id。",
    "The id of the note.": "备注的 id。",
    "The id of the invitation.": "邀请的 id。",
    "The id of the import.": "导入的 id。",
    "1 for the first; each comes after the one before.": "第一个分段为 1，依次递增。",
    "The id of the meetup.": "活动的 id。",
    "The id of the registration.": "报名的 id。",
    "The id of the offer.": "候补席位的 id。",
    "The id of the plan.": "方案的 id。",
    "With which provider the account is.": "账户属于哪个支付渠道。",
    "The id of the coupon.": "优惠券的 id。",
    "The id of the purchase.": "待付款项的 id。",
    "The id of the quote.": "报价的 id。",
    "The id of the order.": "订单的 id。",
    "The id of the refund request.": "退款申请的 id。",
    "The id of the payment.": "支付的 id。",
    "The id of the refund.": "退款的 id。",
    "The id of the account.": "支付渠道账户的 id。",
    "The id of the notification.": "通知的 id。",
    "The id of the request.": "请求的 id。",
    "The session of the token that asks goes on.": "保留发出本次请求的会话。",
    "Only those that came by this way, in any state.": "只列来自此来源的，不分状态。",
    "Only those in this state.": "只列此状态的。",
    "The beginning of the name or of a part of it, also in pinyin without tones, or its "
    "initials.": ("姓名或其中一部分的开头，也可以是不带声调的拼音或拼音首字母。"),
    "A member number, or the beginning of the name or of a part of it, also in pinyin without "
    "tones, or its initials.": (
        "会员编号，或姓名、其中一部分的开头，也可以是不带声调的拼音或拼音首字母。"
    ),
    "A receipt's number, an order's id, or of the payer the beginning of the name or of a part of "
    "it, also in pinyin without tones, or its initials.": (
        "收据编号、订单 id，或付款人姓名、其中一部分的开头，也可以是不带声调的拼音或拼音首字母。"
    ),
    "`-` before a word turns the order round; left out = by id, oldest first.": (
        "前加 `-` 为倒序；不写则按 id，最早的在前。"
    ),
    "True: only those whose `decide_by` has passed, longest overdue first.": (
        "为 true 时只列出已过 `decide_by` 的申请，逾期最久的在前。"
    ),
    "`-` before a word turns the order round; left out = longest waiting first.": (
        "前加 `-` 为倒序；不写则等待最久的在前。"
    ),
    "`-` before a word turns the order round; left out = starts_at.": (
        "前加 `-` 为倒序；不写则按 `starts_at`。"
    ),
    "`-` before a word turns the order round; left out = applied_at.": (
        "前加 `-` 为倒序；不写则按 `applied_at`。"
    ),
    "`-` before a word turns the order round; left out = created_at.": (
        "前加 `-` 为倒序；不写则按 `created_at`。"
    ),
    "What changed at this time or later, in the order of the last change; a little of before comes "
    "again, because it may have been committed late.": (
        "此刻及以后有变更的，按最近变更的先后；稍早的会再次出现，因为可能提交得晚。"
    ),
    "Also answers how many there are, whatever is on this page.": "同时返回总数，与本页内容无关。",
    "Only whose term ends then or later; sorted by `ends_on`.": (
        "只列会期在此日或以后结束的；按 `ends_on` 排序。"
    ),
    "Only whose term ends then or earlier; sorted by `ends_on`.": (
        "只列会期在此日或以前结束的；按 `ends_on` 排序。"
    ),
    "Try every row and change nothing.": "逐行试运行，不作任何修改。",
    "Only rows with this result.": "只列此结果的行。",
    "Only what starts then or later.": "只列此刻或以后开始的。",
    "Only what starts earlier.": "只列更早开始的。",
    "Only what was paid then or later; sorted by `paid_at`.": (
        "只列此刻或以后支付的；按 `paid_at` 排序。"
    ),
    "Only what was paid earlier; sorted by `paid_at`.": "只列更早支付的；按 `paid_at` 排序。",
    "As it begins; what is found is in the order of references.": "附言的开头；结果按附言排列。",
    "Which provider calls back.": "回调来自哪个支付渠道。",
    "Only those that were not read yet.": "只列未读的。",
    "Which states; `needs_info` waits for the applicant.": (
        "哪些状态；`needs_info` 为等待申请人补充。"
    ),
    "The first day; left out = a year before the last; at most 366 days.": (
        "第一天；不写则为最后一天的一年前；最多 366 天。"
    ),
    "The last day, itself included; left out = today, in the community's zone.": (
        "最后一天，含当天；不写则为社群所在时区的今天。"
    ),
    "The first day; left out = 90 days with the last; at most 400 days.": (
        "第一天；不写则连同最后一天共 90 天；最多 400 天。"
    ),
    "How long the periods of series are; weeks begin on Monday.": (
        "各周期的长短；每周自星期一开始。"
    ),
    "Which part of the report.": "报告的哪一部分。",
    "A day of the first month; left out = eleven months before the last one.": (
        "第一个月中的任意一天；不写则为最后一个月的十一个月前。"
    ),
    "A day of the last month; left out = this one; 24 at most.": (
        "最后一个月中的任意一天；不写则为本月；最多 24 个月。"
    ),
    # headers that are answered
    "For If-Match and If-None-Match.": "用于 `If-Match` 和 `If-None-Match`。",
    "The address of what was made.": "新建内容的地址。",
    "`attachment` with a name: to be saved, not shown.": (
        "`attachment` 及文件名：供保存，不直接显示。"
    ),
    "`true` when this is the stored answer to an earlier request.": (
        "为 `true` 时，这是先前请求的响应，原样返回。"
    ),
    "The limit on requests of this class: `q` at once, refilled within `w` seconds.": (
        "此类请求的限额：最多连续 `q` 次，`w` 秒内恢复。"
    ),
    "What its caller has left of it: `r` requests, and one more in `t` seconds.": (
        "调用者的余额：`r` 次；`t` 秒后增加一次。"
    ),
    "Seconds to wait.": "应等待的秒数。",
    "How to sign in.": "登录方法。",
    # answers
    "It is done; there is nothing to say.": "已完成，没有内容返回。",
    "What If-None-Match names is still so.": "`If-None-Match` 所指的内容没有变化。",
    "What any operation may answer, whatever it does.": "任何操作都可能返回的错误。",
    "Unauthorized.": "未登录，或登录已失效。",
    "Forbidden.": "不允许。",
    "Not Found.": "不存在。",
    "Conflict.": "与当前状态冲突。",
    "Precondition Failed.": "内容已有变化。",
    "Unprocessable Content.": "内容不合要求。",
    "Precondition Required.": "缺少 `If-Match`。",
    "Too Many Requests.": "请求过多。",
    "Service Unavailable.": "服务暂不可用。",
    # ways to sign in
    "The `access_token` of `finish_sign_in`; it lives five minutes, then `refresh_session` gives "
    "the next.": (
        "`finish_sign_in` 返回的 `access_token`；五分钟内有效，此后用 `refresh_session` 换取。"
    ),
    "An API key of a community or of an operator, in the place of an access token: for a team's "
    "server, never in a page.": (
        "社群或运营人员的 API 密钥，代替访问令牌：供团队的服务器使用，绝不能放进网页。"
    ),
    "`Authorization: Link …` with the token of a signed link, which does one thing to one object "
    "without a session.": (
        "`Authorization: Link …`，其后为签名链接中的令牌；无需会话，只能对一个对象做一件事。"
    ),
}
