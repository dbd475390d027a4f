"""Sentences of messages, logs, histories and dashboards: Chinese by English."""

OVERVIEWS: dict[str, str] = {
    "What `subject` names, or `reset`.": "`subject` 所指的种类，或 `reset`。",
    "The id of what has another version; null of `reset`.": (
        "有新版本的对象的 id；`reset` 为 null。"
    ),
    "The version that it has now; null of `reset`.": "现在的版本；`reset` 为 null。",
    "Of which kind it is.": "属于哪一种。",
    "What a message is about, by the kind and id under which it is read.": (
        "消息所说的对象，以读取它的种类和 id 表示。"
    ),
    "What it tells of, such as `application_approved`.": (
        "消息说的是什么，例如 `application_approved`。"
    ),
    "What it is sorted by.": "归入哪一类。",
    "Its subject, in the reader's language.": "标题，使用读者的语言。",
    "What it says, in the reader's language.": "正文，使用读者的语言。",
    "The address of what it is about, at this API.": "所说对象在本 API 中的地址。",
    "What it is about; null of a kind that a newer version made.": (
        "消息所说的对象；种类出自更新的版本时为 null。"
    ),
    "Null where the community names none for what it is about.": (
        "社群未为所说对象指定页面时为 null。"
    ),
    "When it was marked as read; null: not yet.": "标为已读的时刻；未读时为 null。",
    "How many are not read yet, counted up to 100.": "未读的数量，最多数到 100。",
    "The newest message that was seen: it and all before it are marked as read.": (
        "看到的最新一条消息：它和更早的全部标为已读。"
    ),
    "What the messages tell of.": "消息说的是什么。",
    "The way that they took.": "经由哪种渠道。",
    "What became of them.": "投递的结果。",
    "How many there are.": "数量。",
    "How many deliveries of a type, channel and state there are.": (
        "某一类型、渠道和状态的投递数。"
    ),
    "How many there are of each type, channel and state.": "各类型、渠道和状态的数量。",
    "The HTTP method.": "HTTP 方法。",
    "The address with names in the place of ids; `none` where nothing is.": (
        "地址，其中 id 的位置写作名称；没有对应的操作时为 `none`。"
    ),
    "The code of the error; null: it was none.": "错误码；没有出错时为 null。",
    "Milliseconds until the answer began.": "到开始返回响应为止的毫秒数。",
    "The person or the API key; null: nobody whom we know.": (
        "发出请求的人或 API 密钥；无法得知时为 null。"
    ),
    "The network that it came from.": "请求来自哪个网络。",
    "A request and what was answered to it.": "一次请求及其响应。",
    "The `X-Request-Id` that was asked for.": "所查询的 `X-Request-Id`。",
    "The requests that had this id, newest first.": "具有此 id 的请求，最新的在前。",
    "When it was done.": "发生的时刻。",
    "The id of a person or an API key, `system:<service>`, `operator` or `anonymous`.": (
        "人或 API 密钥的 id，或 `system:<service>`、`operator`、`anonymous`。"
    ),
    "What was done, in a word; new ones may come.": "做了什么，用一个词表示；以后可能增加。",
    "The version of the object after it.": "此后对象的版本。",
    "The fields, by name; empty where it was made.": "变更的字段，按名称列出；新建时为空。",
    "The new state, and what else was noted.": "新的状态，以及另外记录的内容。",
    "The `X-Request-Id` of the request that did it, or of the job.": (
        "引起变更的请求的 `X-Request-Id`，或任务的标识。"
    ),
    "One step: ids, codes and names of fields, never what somebody wrote or is called. "
    "`version` is the aggregate's after it. Steps of one request or job share the "
    "`request_id`.": (
        "一个步骤：只有 id、代码和字段名，从不包含某人写的内容或其姓名。"
        "`version` 是此后对象的版本。同一请求或任务的各步骤有相同的 `request_id`。"
    ),
    "The reviewer who is on it.": "正在审核的人。",
    "Until when others leave it to them.": "其他人最迟何时起可以接手。",
    "Who is on it, and until when others leave it to them.": (
        "由谁在审核，以及其他人何时起可以接手。"
    ),
    "When it was first handed in.": "首次提交的时刻。",
    "Who is on it; null: nobody.": "由谁在审核；没有时为 null。",
    "How many gave theirs in this round; null to who is blind.": (
        "本轮已给出意见的人数；须独立判断、尚不能查看的人看到 null。"
    ),
    "How many members vouch for them.": "推荐该申请人的会员人数。",
    "An application without its answers, which stand where it is read; `claim` while it holds.": (
        "不含回答的申请，回答在读取申请时给出；认领有效期间带 `claim`。"
    ),
    "Whose queue it is.": "属于哪个社群。",
    "How many are in these states, found or not.": "处于这些状态的有多少，不限于查找结果。",
    "How many have a term that runs.": "会期进行中的人数。",
    "How many are past their term and may still renew.": "会期已过、仍可续费的人数。",
    "How many have a term that ends within 30 days, none after.": (
        "会期在 30 天内结束且没有后续会期的人数。"
    ),
    "How many joined, up to 10000, whatever became of them.": (
        "入会人数，最多数到 10000，无论后来如何。"
    ),
    "How many were past their grace and did not come back.": "宽限期已过、没有回来的人数。",
    "`joined` and `lapsed` are of the days that were asked for, the others of today.": (
        "`joined` 和 `lapsed` 统计所要求的日期，其余为今天的情况。"
    ),
    "How many wait for a decision.": "等待决定的数量。",
    "When the one that waits longest was handed in; null: none waits.": (
        "等待最久的一份何时提交；没有等待的时为 null。"
    ),
    "How many wait past the time to decide, counted up to 10000.": (
        "多少份已超过审核时限，最多计到 10000。"
    ),
    "Handed in and not decided.": "已提交、尚未决定的申请。",
    "The IANA time zone in which its days and hours are meant.": "日期和时刻所用的 IANA 时区。",
    "A meetup that is not over, as a dashboard shows it.": "尚未结束的活动，如概览所示。",
    "The first of the days that `joined` and `lapsed` are of.": (
        "`joined` 和 `lapsed` 所统计的第一天。"
    ),
    "The last of these days.": "所统计的最后一天。",
    "Its members, in figures.": "会员的统计数字。",
    "The applications that wait.": "等待中的申请。",
    "The next five by start; null while the events side is away.": (
        "最先开始的五个活动；活动服务无法访问时为 null。"
    ),
    "How long the periods of series are; weeks begin on Monday.": (
        "各周期的长短；每周自星期一开始。"
    ),
    "Within how many hours; null: it took longer than any of these.": (
        "多少小时之内；比各档都久的为 null。"
    ),
    "How many were decided within them.": "在此时间内作出决定的数量。",
    "How many applications were decided within so many hours, and not within fewer.": (
        "在这么多小时之内、但未在更短时间内作出决定的申请数。"
    ),
    "How many were decided.": "已作出决定的数量。",
    "Within how many hours half were decided; null: none, or longer.": (
        "半数在多少小时之内作出决定；没有或更久的为 null。"
    ),
    "Within how many hours nine of ten were decided; null: none, or longer.": (
        "九成在多少小时之内作出决定；没有或更久的为 null。"
    ),
    "How many were decided how soon; ranges of none are left out.": (
        "各档时间内作出决定的数量；没有的各档不列出。"
    ),
    "From the first handing-in until the decision that stands. Hours are bounds of ranges: the "
    "time itself is not longer.": (
        "从首次提交到现行决定的时间。小时数是各档的上限，实际时间不超过它。"
    ),
    "The first day of the period.": "周期的第一天。",
    "How many were handed in.": "提交的数量。",
    "How many of them were approved, paid or not.": "其中获批准的数量，不论是否已支付。",
    "How many of them are rejected.": "其中被拒绝的数量。",
    "How many of them led to a term, paid or free.": "其中得到会期的数量，不论付费或免费。",
    "How soon they were decided.": "多久作出决定。",
    "What became of the applications that were first handed in within a period, as of now.": (
        "在一个周期内首次提交的申请，到目前为止的结果。"
    ),
    "How many joined, whatever became of them.": "入会的人数，不论此后如何。",
    "How many of them renewed since.": "其中此后续费的人数。",
    "What became of the memberships that began within a period; imported ones are left out.": (
        "在一个周期内开始的会籍的结果；导入的会籍不计。"
    ),
    "By which way they came; null: by none that was named, or by a rarer one.": (
        "申请的来源；没有注明来源或来源较少见的为 null。"
    ),
    "What became of the applications that came by one way.": "同一来源的申请的结果。",
    "For less than so many hours; null: longer than all of these.": (
        "等待不足多少小时；比各档都久的为 null。"
    ),
    "How many wait that long.": "等待这么久的数量。",
    "How many applications wait for a decision since a time.": "等待决定达一定时间的申请数。",
    "Which day's night it was.": "哪一天的夜间。",
    "How many memberships were in each state.": "各状态的会籍数。",
    "How many applications were in each state.": "各状态的申请数。",
    "What the night of a day found, in the first hours of it.": "一天夜间统计的结果。",
    "The month in which they had it.": "仍有会期的月份。",
    "How many had a term for a day of it or later.": "会期到该月某日或更晚的人数。",
    "How many of those who joined together still had a term.": "同月入会的人中仍有会期的人数。",
    "The month of joining, as far as its days are asked for.": "入会的月份，限于所要求的日期。",
    "The months that followed, until this one.": "此后至本月的各月。",
    "Who joined in one month, and how long they stayed; imported members are left out.": (
        "同月入会的人保留会籍多久；导入的会员不计。"
    ),
    "The community.": "所属社群。",
    "The first day that was asked for.": "所要求的第一天。",
    "The last day that was asked for.": "所要求的最后一天。",
    "By the period of the first handing-in.": "按首次提交的周期排列。",
    "By the period of joining.": "按入会的周期排列。",
    "Of all days, the 100 ways by which most came, then the rest.": (
        "所有日期合计，申请最多的 100 种来源，随后是其余。"
    ),
    "Who waits now, for how long; counted up to 10000, longest first.": (
        "目前等待的申请及已等待多久；等待最久的在前，最多统计到 10000。"
    ),
    "What the nights found, the last of each period; from the first that was kept.": (
        "每夜统计的结果，取每个周期的最后一夜；自有记录的第一夜起。"
    ),
    "By the month of joining.": "按入会的月份排列。",
    "How many orders were paid.": "已支付的订单数。",
    "At list prices.": "按标价计算的金额。",
    "What coupons took off.": "优惠券减免的金额。",
    "What went back of these orders.": "这些订单退回的金额。",
    "What is left of it.": "所余金额。",
    "What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month "
    "in which its order was paid.": (
        "销售情况：`net` = `gross` − `discounts` − `refunds`。退款计入其订单支付的月份。"
    ),
    "The month, as year and month: `2026-11`.": "月份，写作年和月：`2026-11`。",
    "A plan on sale and its public price now; null counts where it has one price for all.": (
        "在售的方案及其当前公开价格；对所有人同价时，各计数为 null。"
    ),
    "To look for, or to confirm again.": "等待查找，或等待再次确认。",
    "To transfer by hand.": "等待人工转出。",
    "To decide about.": "等待作出决定。",
    "What waits for who looks after the money; each counted up to a thousand.": (
        "等待管理款项的人处理的事项；每项最多数到一千。"
    ),
    "When it was paid; null: not yet.": "支付的时刻；尚未支付时为 null。",
    "An order in short; `display_name` is null for who has not said it, and for all while "
    "membership is away.": (
        "订单摘要；`display_name` 在尚未说明称呼时为 null，会籍服务无法访问时全部为 null。"
    ),
    "The sum of these months; null: nothing was sold.": "这些月份的合计；没有销售时为 null。",
    "What was sold, month by month.": "逐月的销售情况。",
    "Those on sale, with their prices now.": "在售的方案及其当前价格。",
    "What waits for who looks after the money.": "等待管理款项的人处理的事项。",
    "The newest five.": "最新的五个。",
    "Somebody with a seat, as the door sees them; `id` is the registration's.": (
        "有席位的来宾，供入场核对；`id` 是报名的 id。"
    ),
    "What the community says of itself.": "社群的自我介绍。",
    "Who offers it.": "由哪个社群提供。",
    "The form that an application answers, section by section.": (
        "申请所回答的申请表，按部分列出。"
    ),
    "The plans on sale, with their prices now.": "在售的方案及其当前价格。",
    "By which the community is paid; empty: it cannot be paid yet.": (
        "社群可以用哪些渠道收款；为空表示尚不能收款。"
    ),
}
