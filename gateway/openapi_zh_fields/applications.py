"""Sentences of applications, screening and the block list: Chinese by English."""

APPLICATIONS: dict[str, str] = {
    "What the reviewer wants to know.": "审核人想了解什么。",
    "The keys of the questions that are reopened; none: all.": (
        "重新开放哪些问题，以键列出；为空表示全部开放。"
    ),
    "When it was asked.": "提出的时刻。",
    "What a reviewer needs from the applicant, and about which questions.": (
        "审核人需要申请人补充什么，涉及哪些问题。"
    ),
    "The reviewer who said it.": "给出意见的审核人。",
    "Whether they take the applicant in.": "是否同意申请人加入。",
    "What they noted for the staff.": "留给工作人员的备注。",
    "When they said it.": "给出意见的时刻。",
    "By the key of each criterion, from 1 to 5.": "以评分项的键列出，1 至 5 分。",
    "Whether their rejection decided alone.": "其反对是否单独作出了决定。",
    "Why they reject, in a code; null: they approve.": "反对的原因代码；同意时为 null。",
    "What one reviewer said; shown to staff only. `reason` is a rejection's.": (
        "一位审核人的意见；仅工作人员可见。`reason` 只用于反对。"
    ),
    "Which round it was, from 1.": "第几轮，从 1 起。",
    "What its verdicts scored.": "该轮意见为哪些项打分。",
    "What reviewers said in it.": "该轮审核人的意见。",
    "What reviewers said of earlier answers, which counts no more.": (
        "审核人对先前回答的意见，已不再计入。"
    ),
    "By whose invitation they came, for staff; null: by none.": (
        "通过谁的邀请申请，仅工作人员可见；未受邀请时为 null。"
    ),
    "By which invitation somebody came, and whether it approved them; shown to staff only.": (
        "通过哪个邀请申请，以及是否由邀请直接通过；仅工作人员可见。"
    ),
    "The invitation.": "邀请。",
    "Who made the invitation.": "创建邀请的人。",
    "Whether the invitation approved them, without a review.": "是否由邀请免审核直接通过。",
    "The code of the invitation by which they come; not with `source`.": (
        "申请所凭的邀请码；不能与 `source` 同时填写。"
    ),
    "The code of the invitation, from its link.": "邀请链接中的邀请码。",
    "A code by which owners tell their invitations apart.": "供群主区分各个邀请的代码。",
    "By what owners tell their invitations apart.": "供群主区分各个邀请的代码。",
    "How many people may apply by it.": "可凭此申请的人数。",
    "Days from now on for which it can be used.": "从现在起可以使用的天数。",
    "The plan that who comes by it applies for, unless they choose.": (
        "受邀者申请的方案；受邀者可以另选。"
    ),
    "True approves who comes by it at once, where the policy allows that.": (
        "为 true 且规则允许时，受邀者的申请直接通过。"
    ),
    "What its link carries; whoever has it may apply by it.": (
        "放入链接的邀请码；得到它的人可凭此申请。"
    ),
    "The plan that who comes by it applies for; null: any.": ("受邀者申请的方案；null 表示不限。"),
    "How many uses are taken and were not given back.": "已占用且未退回的名额。",
    "Whether it approves who comes by it, where the policy allows that.": (
        "规则允许时，受邀者的申请是否直接通过。"
    ),
    "How many began an application by it.": "凭此开始申请的人数。",
    "How many of them handed it in.": "其中已提交申请的人数。",
    "How many of them were approved at least once.": "其中曾获批的人数。",
    "How many of them joined.": "其中已入会的人数。",
    "How many gave their use back: their application ended unapproved.": (
        "其中退回名额的人数：申请未获批即已结束。"
    ),
    "From when on nobody begins by it.": "从此刻起不能再凭此开始申请。",
    "When it was revoked; null: it was not.": "收回的时刻；未收回时为 null。",
    "What the community is called.": "社群的名称。",
    "What the community says of itself.": "社群的介绍。",
    "What who invites is called; null: they have not said it.": (
        "邀请人的称呼；尚未说明时为 null。"
    ),
    "The plan that it is for; null: any.": "邀请所指的方案；null 表示不限。",
    "What that plan is called; null: it is for any.": "该方案的名称；不限方案时为 null。",
    "The member who vouches.": "推荐申请人的会员。",
    "Why, in their words; empty once one of the two was erased.": (
        "推荐理由，由会员填写；两人中任何一人的数据删除后为空。"
    ),
    "What a member said for an applicant; shown to staff only.": (
        "一位会员对申请人的推荐；仅工作人员可见。"
    ),
    "The owner who decided.": "作出裁定的群主。",
    "Whether they took the applicant in.": "是否同意申请人加入。",
    "Whether they had a conflict of interest, as every owner had.": (
        "该群主是否有利益冲突（当时所有群主都有）。"
    ),
    "When they decided.": "作出裁定的时刻。",
    "What an owner decided where the reviewers could not; shown to staff only.": (
        "审核人无法决定时群主作出的裁定；仅工作人员可见。"
    ),
    "Why, in a code.": "原因代码。",
    "What the reviewer wrote to the applicant.": "审核人写给申请人的话。",
    "When it was rejected.": "被拒绝的时刻。",
    "Why an application was rejected, in the reviewer's words.": (
        "申请被拒绝的原因，由审核人说明。"
    ),
    "The place of the rule in its table, from 1.": "规则在规则表中的位置，从 1 起。",
    "What was looked for.": "查找什么。",
    "What it added to the score.": "为得分增加了多少。",
    "What followed from it.": "由此产生的结果。",
    "What was found, in a sentence of the reader's language.": (
        "发现了什么，用读者的语言写成一句话。"
    ),
    "What it was found by: ids of people, applications or entries of the block list, some of "
    "them where there are many.": ("由什么发现：人、申请或黑名单条目的 id；较多时只列一部分。"),
    "What a rule found in an application; `rule` 0 is the block list itself.": (
        "一条规则在申请中发现的内容；`rule` 为 0 表示黑名单本身。"
    ),
    "The version of the rules.": "规则的版本。",
    "The sum of the weights of what was found.": "所发现内容的权重之和。",
    "What was found, in the order of the rules.": "发现了什么，按规则的顺序。",
    "When the rules were asked.": "按规则筛查的时刻。",
    "What the rules said when the application was handed in last; shown to staff only.": (
        "最近一次提交时规则的结论；仅工作人员可见。"
    ),
    "The applicant.": "申请人。",
    "The one applied for, null: none; the purchase says what is paid for.": (
        "申请的方案，没有时为 null；以待付款项为准。"
    ),
    "By which way they came; null: not said.": "从哪里来；未说明时为 null。",
    "The version of the form that it answers.": "所回答申请表的版本。",
    "The answers by key of their question: a text, a number, or a list of options or uploads.": (
        "以问题的键列出的回答：文字、数字、选项列表或上传文件的列表。"
    ),
    "When it was first handed in; null: not yet.": "首次提交的时刻；尚未提交时为 null。",
    "What a reviewer wants to know; null: nothing.": "审核人想了解什么；没有时为 null。",
    "What reviewers said in this round; shown to staff only.": (
        "本轮审核人的意见；仅工作人员可见。"
    ),
    "What members said for the applicant; shown to staff only.": (
        "会员对申请人的推荐；仅工作人员可见。"
    ),
    "Which round of review it is in, from 1; null: none yet, or not told.": (
        "第几轮审核，从 1 起；尚未开始或不对读者显示时为 null。"
    ),
    "What verdicts of this round score.": "本轮意见为哪些项打分。",
    "What was said of earlier answers.": "对先前回答的意见。",
    "Whether the caller sees what others said only after their own verdict.": (
        "调用者是否要在给出自己的意见之后才能看到他人的意见。"
    ),
    "Who declared a conflict of interest.": "申报了利益冲突的人。",
    "Whether an owner has to decide, since reviewers cannot.": (
        "审核人无法决定时，是否须由群主裁定。"
    ),
    "What an owner decided then; null: nothing.": "当时群主的裁定；没有时为 null。",
    "Why it was rejected; null: it was not.": "被拒绝的原因；未被拒绝时为 null。",
    "Until when the approved applicant pays; null: nothing is to be paid.": (
        "获批的申请人最迟何时付款；无需付款时为 null。"
    ),
    "The membership that it led to; null: none yet.": "由此产生的会籍；尚无时为 null。",
    "What is to be paid to join; null: nothing yet.": "入会需要支付的款项；尚无时为 null。",
    "The reviewer who looks at it; null: nobody.": "正在审核的人；没有时为 null。",
    "Until when that holds.": "认领保持到何时。",
    "What the screening rules said; null: nothing yet, or not for the reader.": (
        "筛查规则的结论；尚无，或不对读者显示时为 null。"
    ),
    "When it was changed last.": "最近一次变更的时刻。",
    "The plan to pay for, or to get free; left out: the only one on sale.": (
        "要付款或免费取得的方案；不写时为唯一在售的方案。"
    ),
    "All answers, by question key: a text, a number, or a list of options or of uploads.": (
        "全部回答，以问题的键列出：文字、数字、选项列表或上传文件列表。"
    ),
    "By which way they came: `poster`, or a code of the link; it stays as it is.": (
        "从哪里来：`poster`，或链接中的代码；设定后不变。"
    ),
    "True hands it in at once; false keeps a draft to go on with.": (
        "为 true 时立即提交；为 false 时留作草稿，以后继续。"
    ),
    "What the person is called, as they say themselves; null: they have not said it, or it "
    "may not be known here.": ("本人所说的称呼；尚未说明，或此处不便显示时为 null。"),
    "An application with what its applicant is called; null for who has not said it.": (
        "申请，以及申请人的称呼；尚未说明时为 null。"
    ),
    "With `count`: how many there are on all pages, counted up to 10000; else null.": (
        "带 `count` 时：所有页共有多少，最多数到 10000；否则为 null。"
    ),
    "The person that it is about.": "所说的人。",
    "What the person is called, as they say themselves.": "本人所说的称呼。",
    "What somebody is called who has said it.": "说明过自己称呼的人的称呼。",
    "The form that it answers, section by section; null unless `include` asks for it.": (
        "所回答的申请表，按部分列出；`include` 未要求时为 null。"
    ),
    "What its plan is called now; null without one, and unless `include` asks for it.": (
        "方案现在的名称；没有方案或 `include` 未要求时为 null。"
    ),
    "What those are called who are on it, decided, vouch or invited, as far as it shows them; "
    "with `person` in `include`.": (
        "正在审核、已作决定、推荐和邀请的人的称呼，以申请显示的为限；须在 `include` 中带 `person`。"
    ),
    "The plan, one that is on sale.": "方案，须为在售的方案。",
    "A note for the staff only.": "仅供工作人员查看的备注。",
    "Why: a code of every community's, or of its own.": "原因代码：各社群通用的，或社群自有的。",
    "A reason by its code, and what the applicant is told.": "一项原因：代码和告诉申请人的话。",
    "Those of its own, beside those that every community has.": (
        "社群自有的原因；各社群通用的原因不在其中。"
    ),
    "All that there are to be, in the order in which they are shown.": (
        "替换后的全部原因，按展示顺序排列。"
    ),
    "Its code, none that every community has, and none twice.": (
        "原因代码，不能与各社群通用的代码相同，也不能重复。"
    ),
    "What the applicant is told where the reviewer writes nothing.": (
        "审核人未填写文字时，告诉申请人的话。"
    ),
    "When a decision is due, for staff alone; null: none is waited for, no time is set, or it is "
    "the reader's own.": (
        "最迟何时作出决定，仅工作人员可见；无需决定、规则未设时限或属于读者本人的申请时为 null。"
    ),
    "What the applicant is told, where it decides; empty: the words of the community's reason.": (
        "由此作出决定时，告诉申请人的话；为空时使用社群自有原因的文字。"
    ),
    "True decides alone, where the policy lets the caller do that.": (
        "为 true 时单独即可作出决定，前提是规则允许调用者这样做。"
    ),
    "The `round` of the application as it was read: once the answers have changed it is refused; "
    "null: whatever the round.": (
        "读取申请时的 `round`；此后申请内容若有更改则被拒绝；为 null 时不检查轮次。"
    ),
    "Whether the applicant is taken in.": "是否同意申请人加入。",
    "Why, for the staff only.": "理由，仅供工作人员查看。",
    "Of a rejection: a code of every community's, or of its own.": (
        "拒绝时的原因代码：各社群通用的，或社群自有的。"
    ),
    "What a rejected applicant is told; empty: the words of the community's reason.": (
        "告诉被拒绝的申请人的话；为空时使用社群自有原因的文字。"
    ),
    "A reason of the community, whose words ask where there is no message; null: none.": (
        "社群自有的原因；未填写 `message` 时使用其文字；不用时为 null。"
    ),
    "What the applicant is asked; empty: the words of the reason.": (
        "向申请人提出的问题；为空时使用原因的文字。"
    ),
    "A code of every community's, or of its own, whose words are told where there is no message; "
    "null: none.": (
        "原因代码：各社群通用的，或社群自有的；未填写 `message` 时使用自有原因的文字；"
        "不用时为 null。"
    ),
    "Keys of the questions that are reopened, with those that their answers decide about; empty: "
    "all.": "重新开放哪些问题，以键列出，由其回答决定是否提问的问题也一并开放；为空表示全部开放。",
    "What is said of each; `reject` takes a `reason`, `request_info` a `message`, or a `reason` of "
    "the community.": (
        "对每份申请的决定；`reject` 须带 `reason`，"
        "`request_info` 须带 `message` 或社群自有的 `reason`。"
    ),
    "Which, each once, as they were read.": "哪些申请，每份一次，带读取时的版本。",
    "The version that was read; another one is refused.": "读取时的版本；版本已变时被拒绝。",
    "An application as the caller saw it.": "申请，以调用者看到的版本为准。",
    "With an approval: a note for the staff only.": "同意时：仅供工作人员查看的备注。",
    "What the applicants are told or asked.": "告诉申请人的话，或向其提出的问题。",
    "Of a request for more: keys of the questions that are reopened; empty: all.": (
        "要求补充时：重新开放哪些问题，以键列出；为空表示全部开放。"
    ),
    "What is wrong and what to do, in the reader's language.": (
        "有什么问题、应如何处理，使用读者的语言。"
    ),
    "Why nothing was decided, and what to do, in the reader's language.": (
        "未作决定的原因以及应如何处理，使用读者的语言。"
    ),
    "The application that it belongs to.": "所属的申请。",
    "Whether it was done.": "是否已完成。",
    "In which state it is now; null: nothing was done.": "现在的状态；未作处理时为 null。",
    "Its version now; null: nothing was done.": "现在的版本；未作处理时为 null。",
    "Why nothing was done; null: it was.": "未作处理的原因；已处理时为 null。",
    "What became of one: `problem` is null where it was done, `state` and `version` where not.": (
        "一份申请的处理结果：已处理时 `problem` 为 null，未处理时 `state` 和 `version` 为 null。"
    ),
    "What became of each, in the order in which they were named.": (
        "各份申请的处理结果，按请求中的顺序。"
    ),
    "Who noted it.": "写下备注的人。",
    "What they noted.": "备注的内容。",
    "What the others of the staff are to know.": "要让其他工作人员知道的内容。",
    "What the applicant hands to members who know them.": "申请人交给认识自己的会员的推荐码。",
    "The vouching code that the applicant handed out.": "申请人给出的推荐码。",
    "Why, in a sentence or two, for the reviewers.": "推荐理由，写给审核人的一两句话。",
    "The application for which the caller vouches.": "调用者推荐的申请。",
    "What the applicant is called; null: they have not said it.": (
        "申请人的称呼；尚未说明时为 null。"
    ),
    "Why, in the caller's words.": "推荐理由，由调用者填写。",
    "When the caller said it.": "调用者推荐的时刻。",
    "Who vouches for them.": "推荐申请人的会员。",
    "How many are approved and have to pay.": "已获批、尚待付款的人数。",
    "How many were rejected.": "被拒绝的人数。",
    "How many withdrew.": "撤回申请的人数。",
    "How many did not pay in time.": "未按时付款的人数。",
    "How many joined.": "已入会的人数。",
    "What it looks for.": "查找什么。",
    "What it adds to the score; below 0 it speaks for who applies.": (
        "为得分增加多少；小于 0 时对申请人有利。"
    ),
    "What follows where it is found.": "发现时产生的结果。",
    "Of `reject`: the code that the rejection has, and its applicant sees; of others null.": (
        "用于 `reject`：拒绝的原因代码，申请人可见；其他情况为 null。"
    ),
    "The key of the question whose answer it is.": "问题的键，查看其回答。",
    "Answer_in_list: answers of which one is there, in any case and width.": (
        "用于 `answer_in_list`：回答是否为其中之一，不分大小写和全角半角。"
    ),
    "Number_within: the smallest number that is meant.": "用于 `number_within`：范围内最小的数。",
    "Number_within: the largest number that is meant.": "用于 `number_within`：范围内最大的数。",
    "Text_at_least: so many characters, or more.": "用于 `text_at_least`：达到或超过多少个字符。",
    "Introduction_below: fewer of 100 questions are answered.": (
        "用于 `introduction_below`：每 100 个问题中回答的少于多少个。"
    ),
    "Share_over: which of the two.": "用于 `share_over`：看两项中的哪一项。",
    "Share_over: more than this of all members have the same.": (
        "用于 `share_over`：相同者超过全体会员的百分之多少。"
    ),
    "What is looked for, and what follows where it is found: each kind has its own fields. "
    "It says nothing where it cannot be known.": (
        "查找什么，以及发现时产生的结果；每种规则各有自己的字段。无法得知时没有结论。"
    ),
    "The rules, in their order.": "规则，依次排列。",
    "Who made them so; null: there are none yet.": "由谁改成现在这样；尚无规则时为 null。",
    "When; null: there are none yet.": "何时改成现在这样；尚无规则时为 null。",
    "All rules, in their order; none takes them away.": (
        "全部规则，依次排列；为空表示移除所有规则。"
    ),
    "In how many applications it would have found something.": "会在多少份申请中有所发现。",
    "How many of them it would have rejected.": "其中会拒绝多少份。",
    "Some of them, newest first.": "其中一部分申请，最新的在前。",
    "What one rule would have done.": "一条规则会有的结果。",
    "How many were looked at.": "查看了多少份申请。",
    "How many would have been rejected by one rule or another.": "会被某条规则拒绝的有多少份。",
    "What each rule would have done, in their order.": "各条规则会有的结果，依次排列。",
    "The rules to try, as `change_screening` takes them.": (
        "要试运行的规则，写法与 `change_screening` 相同。"
    ),
    "What is blocked.": "加入黑名单的种类。",
    "Why, in an owner's words; empty once whom it stops was erased.": (
        "理由，由群主填写；所针对的人的数据删除后为空。"
    ),
    "Who blocked it.": "加入者。",
    "With a `person`: puts them out, too, until the entry is taken off; a live application is "
    "withdrawn, a membership is suspended for good.": (
        "用于 `person`：同时封禁此人，直到条目移出黑名单；进行中的申请被撤回，"
        "会籍被暂停使用且不设期限。"
    ),
    "Whether it put somebody out of the community, too.": "是否同时封禁了此人。",
    "Of an `email`: the address.": "用于 `email`：邮箱。",
    "Of a `phone`: the number.": "用于 `phone`：手机号。",
    "Somebody who applied or belongs here; stopped by all that they sign in with.": (
        "申请过或属于本社群的人；其全部登录方式都会被拦下。"
    ),
    "Of a `name`: the name.": "用于 `name`：姓名。",
    "Who or what is blocked: of one kind, with the field of that kind.": (
        "将谁或什么加入黑名单：一种，连同该种类的字段。"
    ),
    "Who or what is blocked.": "将谁或什么加入黑名单。",
    "Why, for owners; they know the entry by it, for it shows nothing else.": (
        "理由，供群主查看；条目不显示其他内容，群主据此辨认。"
    ),
}
