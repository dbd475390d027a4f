"""Sentences of meetups and registrations: Chinese by English."""

MEETUPS: dict[str, str] = {
    "Minor units: 9900 is ¥99.00.": "以最小货币单位计：9900 即 ¥99.00。",
    "The currency, as an ISO 4217 code.": "货币，ISO 4217 代码。",
    "What a seat costs.": "席位的费用。",
    "How many hours before the start, at least.": "距开始至少多少小时。",
    "The share of what was paid, in percent.": "退回已付金额的百分之多少。",
    "What goes back to who gives up so many hours before the start, or earlier.": (
        "在开始前这么多小时或更早放弃，可退回多少。"
    ),
    "How many seats there are.": "共有多少个席位。",
    "How many seats are neither taken nor on offer.": "既未被占用、也未提供给候补者的席位数。",
    "For how many hours a seat is kept for who was selected, or to whom it is offered.": (
        "席位为入选者或收到邀请的候补者保留多少小时。"
    ),
    "What a seat costs, in the community's currency; it is taken by paying; null = nothing.": (
        "席位的费用，使用社群的货币；付款后取得席位；免费时为 null。"
    ),
    "What comes back to who gives it up, and until when; of the brackets that are reached "
    "the best counts.": ("放弃席位可退回多少、截至何时；符合多档时取最高的一档。"),
    "Why it was called off, in the words of its host; null: it was not.": (
        "取消的原因，由组织者填写；未取消时为 null。"
    ),
    "What the meetup is called.": "活动的名称。",
    "When it begins.": "开始的时刻。",
    "When it ends.": "结束的时刻。",
    "Where the meetup is; null = the community's zone.": "活动所在时区；null 表示社群所在时区。",
    "The city where it is.": "所在城市。",
    "Shown to staff and confirmed people only.": "仅工作人员和已确认席位的人可见。",
    "How long a selected person may take to confirm, or to pay.": (
        "入选者可在多长时间内确认或付款。"
    ),
    "What comes back of the fee to who gives the seat up; of the brackets that are reached "
    "the best counts.": ("放弃席位可退回多少费用；符合多档时取最高的一档。"),
    "Until when the seat is kept.": "席位保留到何时。",
    "A free seat kept for the next in the queue until `expires_at`.": (
        "空出的席位，为候补中的下一位保留到 `expires_at`。"
    ),
    "Minor units: 300000 is ¥3,000.00.": "以最小货币单位计：300000 即 ¥3,000.00。",
    "Minor units and currency.": "最小货币单位的数额及货币。",
    "What the seat costs.": "席位的费用。",
    "The purchase that takes the seat once it is paid.": "付款后取得席位的待付款项。",
    "Where the registration stands.": "报名目前的状态。",
    "Until when the seat is kept for them; null: none is.": (
        "席位为其保留到何时；没有保留时为 null。"
    ),
    "Their place in the queue, from 1; null: they do not wait, or it stands in a list.": (
        "候补名次，从 1 起；不在候补中，或出现在列表中时为 null。"
    ),
    "A seat that came free and is kept for them; null: none.": (
        "空出并为其保留的席位；没有时为 null。"
    ),
    "What takes the seat once it is paid; null: nothing is to be paid.": (
        "付款后取得席位的款项；无需付款时为 null。"
    ),
    "The order that paid for the seat; null: none did.": "支付席位的订单；没有时为 null。",
    "When they came; null: not yet.": "到场的时刻；尚未到场时为 null。",
    "What somebody has at a meetup, and may do about it; `position` in the waitlist stands "
    "where one meetup is read, and is null in lists.": (
        "某人在活动中的报名，以及可以进行的操作；候补名次 `position` 只在读取单个活动时出现，"
        "在列表中为 null。"
    ),
    "The caller's registration that is not over; null: they have none, or are not signed in.": (
        "调用者尚未结束的报名；没有或未登录时为 null。"
    ),
    "Whether the caller may read registrations and choose.": "调用者是否可以查看报名并分配席位。",
    "How many there are in each state.": "各状态的数量。",
    "How many took a seat, those who are checked in among them.": (
        "已取得席位的人数，包括已签到的。"
    ),
    "How many have a seat that is kept for them.": "席位为其保留着的人数。",
    "How many wait, those with an offer among them.": "候补中的人数，包括收到邀请的。",
    "How many seats are on offer.": "正在提供给候补者的席位数。",
    "How many are told of the change.": "会收到变更通知的人数。",
    "How many people have which part in the meetup, and how many are told of the change. Who "
    "was checked in is among the confirmed, and who is offered a seat among the waitlisted.": (
        "活动中各类人数，以及会收到变更通知的人数。已签到的计入已确认，收到席位邀请的计入候补。"
    ),
    "Whom the change concerns.": "变更涉及哪些人。",
    "Where the meetup is.": "活动所在时区。",
    "Where exactly it is; shown to staff and confirmed people only.": (
        "详细地址；仅工作人员和已确认席位的人可见。"
    ),
    "Not below the seats that are taken or on offer.": "不能少于已占用和正在提供的席位数。",
    "Store nothing and tell nobody: only answer what would be.": (
        "不保存，也不通知任何人，只返回会有的结果。"
    ),
    "Why, for everybody who is registered.": "原因，告诉所有报名者。",
    "The meetup that it belongs to.": "所属的活动。",
    "Who got a seat.": "取得席位的人。",
    "Until when they take it.": "最迟何时确认。",
    "Who gets a seat.": "谁取得席位。",
    "A registration with what its person is called; null for who has not said it, and for "
    "all while membership is away.": (
        "报名，以及报名者的称呼；尚未说明时为 null，会籍服务无法访问时全部为 null。"
    ),
    "With `count`: how many of the meetup are in each state.": (
        "带 `count` 时：活动各状态的报名数。"
    ),
    "Who wants to attend.": "报名者。",
    "When they registered.": "报名的时刻。",
    "Their place in the queue, from 1; null: they do not wait.": (
        "候补名次，从 1 起；不在候补中时为 null。"
    ),
    "The IANA time zone of the place.": "活动地点的 IANA 时区。",
    "Where exactly it is; null for who may not know it.": "详细地址；不可知晓的人看到 null。",
    "Where the meetup stands.": "活动目前的状态。",
    "When and where it is; `address` is null for who has no seat.": (
        "何时何地举行；没有席位的人看到的 `address` 为 null。"
    ),
    "When and where it is; null: not asked for.": "何时何地举行；未要求时为 null。",
    "A registration, with `include=meetup` beside its meetup; else that is null.": (
        "报名；带 `include=meetup` 时附活动，否则为 null。"
    ),
}
