"""Sentences of communities, their forms and rules, and of API keys: Chinese by English."""

COMMUNITIES: dict[str, str] = {
    "The key of a question before this one.": "排在前面的某个问题的键。",
    "The options of which one has to be chosen.": "须选中其中任一选项。",
    "The question is asked only when an earlier one was answered with one of these.": (
        "只有前面的问题选了其中之一时，才会问这个问题。"
    ),
    "The name of the question, by which answers are given.": "问题的名称，回答以它为键。",
    "What it takes as its answer.": "接受哪种回答。",
    "What applicants are asked.": "向申请人提出的问题。",
    "Whether an application needs an answer.": "申请是否必须回答。",
    "Answers are for reviewers and owners only.": "回答只有审核人和群主可见。",
    "Counts for how much somebody says of themselves.": "是否计入自我介绍的完整程度。",
    "What can be chosen, for single and multi.": "可选的选项，用于 `single` 和 `multi`。",
    "Fewest characters, options or files, or the smallest number.": (
        "最少字符数、最少选项数、最少文件数，或最小的数。"
    ),
    "Most characters, options or files, or the largest number.": (
        "最多字符数、最多选项数、最多文件数，或最大的数。"
    ),
    "When the question is asked; null: always.": "在什么情况下提问；总是提问时为 null。",
    "The field of the member's profile that gets the answer when they join: segment, city, "
    "company, or one of your own; for single and short_text, not private.": (
        "入会时用该回答填写会员资料的哪一项：`segment`、`city`、`company` 或自定义的项；"
        "仅限 `single` 和 `short_text`，且不能是私密问题。"
    ),
    "A question of an application form.": "申请表中的一个问题。",
    "The heading of the section.": "这一部分的标题。",
    "The questions of the section, in their order.": "这一部分的问题，依次排列。",
    "A part of an application form, with its heading.": "申请表的一个部分，带标题。",
    "The name of the criterion, by which scores are given.": "评分项的名称，打分以它为键。",
    "What reviewers are asked to score.": "请审核人为什么打分。",
    "How much it counts beside the others.": "与其他评分项相比的权重。",
    "What reviewers score, from 1 to 5, with each verdict.": (
        "审核人每次给出意见时打分的一项，1 至 5 分。"
    ),
    "Verdicts that decide, at most.": "最多由多少份意见作出决定。",
    "Approvals among them that suffice.": "其中多少份同意即可通过。",
    "Whose rejection may be a veto, which decides alone.": (
        "谁的反对可以是否决；否决单独即可作出决定。"
    ),
    "True keeps the verdicts of others from who has not given theirs.": (
        "为 true 时，尚未给出意见的人看不到他人的意见。"
    ),
    "In hundredths (350 is 3.5): below this mean an owner decides on who has the approvals; "
    "needs a rubric; null: nobody asks.": (
        "以百分之一分为单位（350 即 3.5 分）：同意已凑足而平均分低于此值时，由群主裁定；"
        "须有评分项；不要求时为 null。"
    ),
    "Hours from each handing-in until a decision is due, which staff see and reviewers are "
    "reminded of; null: no clock.": (
        "每次提交后须在多少小时内作出决定；工作人员可见，并提醒审核人；不设时限时为 null。"
    ),
    "What each verdict scores; empty: nothing.": "每份意见为哪些项打分；为空表示不打分。",
    "What applicants hear of why they were rejected; a round keeps what it began with.": (
        "申请人被拒绝后能看到哪些原因；每轮审核沿用开始时的设定。"
    ),
    "What it counts for when a member vouches for an applicant.": "会员推荐申请人有什么作用。",
    "True lets owners make invitations that approve by themselves.": (
        "为 true 时，群主可以创建免审核、直接通过申请的邀请。"
    ),
    "Days since joining until a member may vouch.": "入会满多少天后会员可以推荐。",
    "For how many a member may vouch in a month.": "会员每月最多推荐多少人。",
    "Until when applicants may edit what they handed in, which begins a new round of review and "
    "takes an approval back.": (
        "申请人在何时之前可以修改已提交的申请；修改后开始新一轮审核，已通过的决定随之收回。"
    ),
    "Hours from approval to the lapse of an unpaid one.": "获批后多少小时内未付款即失效。",
    "Days of access after the end of a term.": "会期结束后仍可使用的天数。",
    "Days after expiry in which a renewal keeps the number.": "到期后多少天内续费可保留会员编号。",
    "Days before the end from which one may renew.": "会期结束前多少天起可以续费。",
    "Days for which a member may pause a term; 0: none.": (
        "会员在一个会期内最多可以暂停多少天；0 表示不能暂停。"
    ),
    "Days after a rejection until a new application.": "被拒绝后多少天可以再次申请。",
    "Minutes for which a reviewer's claim holds.": "审核人的认领保持多少分钟。",
    "Number of the first member; an import moves it.": "第一位会员的编号；导入会使其后移。",
    "Settings of a community; what is left out is as usual (`product.md` §2).": (
        "社群的规则；未写的项取默认值（`product.md` §2）。"
    ),
    "Where it shows an application, with `{id}` for its id; null: nowhere.": (
        "社群在哪里展示申请，`{id}` 处为其 id；不展示时为 null。"
    ),
    "Where it shows a membership, with `{id}` for its id; null: nowhere.": (
        "社群在哪里展示会籍，`{id}` 处为其 id；不展示时为 null。"
    ),
    "Where it shows an order, with `{id}` for its id; null: nowhere.": (
        "社群在哪里展示订单，`{id}` 处为其 id；不展示时为 null。"
    ),
    "Where it shows a registration, with `{id}` for its id; null: nowhere.": (
        "社群在哪里展示报名，`{id}` 处为其 id；不展示时为 null。"
    ),
    "Where the community's own site shows objects, by kind.": "社群自己的网站在哪里展示各类对象。",
    "What people read about it.": "供人阅读的社群介绍。",
    "The application form, section by section.": "申请表，按部分列出。",
    "The rules by which the community works.": "社群遵循的规则。",
    "Public: in the list; unlisted: for who has its id or slug; hidden: for its people.": (
        "`public`：列入公开列表；`unlisted`：知道 id 或短名称的人可见；`hidden`：仅自己人可见。"
    ),
    "Where its own site shows objects, by kind.": "社群自己的网站在哪里展示各类对象。",
    "The hosts to which its links may lead.": "社群的链接可以指向的域名。",
    "The IANA time zone of its days and deadlines; it stays.": (
        "日期和期限所用的 IANA 时区；设定后不变。"
    ),
    "The currency of all its prices; it stays.": "社群所有价格的货币；设定后不变。",
    "The first owner; needs no account yet.": "第一位群主；可以尚未注册。",
    "The first day on which it can be renewed.": "可以续费的第一天。",
    "The last day on which it can be renewed.": "可以续费的最后一天。",
    "Whether today is one of these days.": "今天是否在这些日子之内。",
    "From which day to which the membership can be renewed, and whether that is now.": (
        "会籍从哪天到哪天可以续费，以及现在是否可以。"
    ),
    "The member's number in the community; null before the first paid term.": (
        "会员在社群中的编号；首个付费会期之前为 null。"
    ),
    "Where the membership stands.": "会籍目前的状态。",
    "The last day of all its terms; null: no term yet.": "所有会期的最后一天；尚无会期时为 null。",
    "From when to when it can be renewed; null: it cannot.": (
        "从何时到何时可以续费；不能续费时为 null。"
    ),
    "Of a membership what a list of one's communities shows.": (
        "会籍在“我的社群”列表中展示的部分。"
    ),
    "Where the application stands.": "申请目前的状态。",
    "The newest application of somebody in a community, whatever became of it.": (
        "某人在一个社群中最新的申请，无论结果如何。"
    ),
    "The purchase that it belongs to: what is to be paid, or was.": (
        "所属的待付款项：可以支付或已经支付的内容。"
    ),
    "Until when it can be paid; null: nothing is to be paid.": "最迟何时支付；无需支付时为 null。",
    "What somebody has to pay to become or stay a member.": "成为会员或保持会籍需要支付的款项。",
    "Handed in and not decided, claimed or not.": "已提交、尚未决定的申请，无论是否有人认领。",
    "What waits for the staff; for those who may do something about it.": (
        "等待工作人员处理的事项；提供给可以处理的人。"
    ),
    "Which community it is.": "是哪个社群。",
    "What they may do there as staff; empty: they are not of the staff.": (
        "在该社群担任的工作人员角色；为空表示不是工作人员。"
    ),
    "Where they stand there.": "在该社群的状态。",
    "Why, in a code, as `get_my_place` has it; null: nothing is to be said.": (
        "原因代码，与 `get_my_place` 相同；无可说明时为 null。"
    ),
    "What they do next; null: nothing.": "接下来要做什么；没有时为 null。",
    "Until when the next step goes, or access lasts; of a rejection, from when on they may "
    "apply again; null: without an end.": (
        "下一步的截止时刻，或可使用至何时；被拒绝时，为可以再次申请的时刻；没有期限时为 null。"
    ),
    "The address of it on the community's own site; null: the community names none.": (
        "在社群自己网站上的地址；社群未指定时为 null。"
    ),
    "Their membership; null: none.": "其会籍；没有时为 null。",
    "Their newest application; null: none.": "其最新的申请；没有时为 null。",
    "What they have to pay to become or stay a member; null: nothing.": (
        "成为会员或保持会籍需要支付的款项；没有时为 null。"
    ),
    "What waits for them as staff; null: they decide about nothing there.": (
        "作为工作人员有哪些事项等待处理；在该社群无需作决定时为 null。"
    ),
    "The operations, by name, that would not be refused to the caller now.": (
        "此刻调用者可以执行、不会被拒绝的操作，按名称列出。"
    ),
    "A community where somebody belongs, applied or works. State, reason, next step, "
    "deadline, page and actions are those of `…/me` there, which also knows whether an order "
    "is open.": (
        "某人加入、申请或参与管理的社群。`state`、`reason`、`next_step`、`deadline`、"
        "`page` 和 `actions` 与该社群的 `…/me` 相同；后者还知道是否有未完成的订单。"
    ),
    "Open ones, which the new policy decides.": "尚未决定、将按新规则决定的申请。",
    "Those that await payment and keep their time for it.": "等待付款、保留原付款期限的会籍。",
    "Whom a change of the policy meets.": "规则的修改会影响谁。",
    "The community after the change, or as it would be.": "修改后的社群，或修改后会成为的样子。",
    "Where it differs, as JSON pointers.": "有哪些不同，以 JSON 指针表示。",
    "Whom a simulated change of the policy meets, else null.": (
        "预览规则的修改时，会影响谁；否则为 null。"
    ),
    "Whether this is what would be, and nothing was stored.": "是否只是预览，未作保存。",
    "What is to be different in the policy of a community; what is left out stays.": (
        "社群规则中要修改的项；未写的项保持不变。"
    ),
    "Https, with {id} once in its path or query; null takes it away.": (
        "以 `https` 开头，路径或查询参数中恰有一个 `{id}`；null 表示移除。"
    ),
    "Where the community's own site shows objects; what is left out stays.": (
        "社群自己的网站在哪里展示对象；未写的项保持不变。"
    ),
    "What is to be different in the policy; what is left out stays.": (
        "规则中要修改的项；未写的项保持不变。"
    ),
    "Where its own site shows objects, by kind; what is left out stays.": (
        "社群自己的网站在哪里展示各类对象；未写的项保持不变。"
    ),
    "Store nothing, say what would change.": "不保存，只说明会有哪些变化。",
    "All hosts to which its links may lead; links to others go.": (
        "链接可以指向的全部域名；指向其他域名的链接会被去掉。"
    ),
    "When another version took its place; null: it is the present one.": (
        "何时由另一版本取代；为当前版本时为 null。"
    ),
    "Whose address it is.": "此人的邮箱。",
    "What they may do from now on.": "从现在起担任的角色。",
    "Send it as `Authorization: Bearer …`; keep it as a secret.": (
        "以 `Authorization: Bearer …` 发送；请妥善保密。"
    ),
    "What it is for.": "用途。",
    "What it is good for; each operation names its own.": (
        "可用于哪些操作；每个操作注明自己所需的范围。"
    ),
    "After how many days the key ends by itself.": "多少天后密钥自动失效。",
    "The roles that it holds in the community.": "密钥在社群中具有的角色。",
    "The community, or `system`: it is an operator's, for all.": (
        "所属社群；`system` 表示属于系统运营人员，适用于全部社群。"
    ),
    "Its first characters, to tell keys apart.": "开头几个字符，用来区分密钥。",
    "The roles that it holds in the community; `operator` in the whole system.": (
        "密钥在社群中具有的角色；`operator` 适用于整个系统。"
    ),
    "Whether the key is still taken.": "密钥是否仍被接受。",
    "Who made it.": "创建人。",
    "When it ends by itself.": "自动失效的时刻。",
    "When it was used last, to within an hour; null: never yet.": (
        "最近一次使用的时刻，误差不超过一小时；从未使用时为 null。"
    ),
    "When it was revoked; null: it was not.": "吊销的时刻；未吊销时为 null。",
}
