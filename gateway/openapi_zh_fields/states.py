"""Sentences of states and other closed lists: Chinese by English."""

STATES: dict[str, str] = {
    "Where an application stands.": "申请目前的状态。",
    "Begun by the applicant, who alone sees it.": "申请人已开始填写，只有本人可见。",
    "Handed in; nobody took it up yet.": "已提交；尚无人处理。",
    "Handed in, and looked at by reviewers.": "已提交，审核人正在查看。",
    "A reviewer asked for more; the applicant answers and hands it in again.": (
        "审核人要求补充；申请人补充后再次提交。"
    ),
    "Approved; it is joined by the first payment before `pay_by`.": (
        "已获批；在 `pay_by` 之前首次付款即可入会。"
    ),
    "Rejected by a reviewer.": "被审核人拒绝。",
    "Taken back by the applicant.": "由申请人撤回。",
    "The applicant became a member.": "申请人已成为会员。",
    "Approved, but not paid in time.": "已获批，但未按时付款。",
    "Where a membership stands.": "会籍目前的状态。",
    "Approved and not paid yet: no access.": "已获批、尚未付款：不能使用。",
    "A term runs: access.": "会期进行中：可以使用。",
    "The term is over and a renewal is awaited: still access.": "会期已过、等待续费：仍可使用。",
    "Term and grace are over: no access.": "会期和宽限期已过：不能使用。",
    "Held up by the community: no access.": "被社群暂停：不能使用。",
    "Ended: never paid, refunded in full, by choice, or by the community.": (
        "已终止：从未付款、全额退款、本人选择，或由社群终止。"
    ),
    "Put aside for a while: no access.": "会期已暂停：不能使用。",
    "How a term came about.": "会期由何而来。",
    "Paid by an order.": "由订单支付。",
    "Of a plan that costs nothing.": "方案免费。",
    "Given by the community.": "由社群赠予。",
    "Brought along from the list of members of before.": "从原有会员名单带入。",
    "Where somebody stands in a community.": "某人在社群中的状态。",
    "Nothing is under way; they may apply.": "没有进行中的事项；可以申请。",
    "An application is begun and not handed in.": "申请已开始填写，尚未提交。",
    "The application is with the reviewers.": "申请正由审核人处理。",
    "A reviewer asked for more.": "审核人要求补充。",
    "The application was rejected.": "申请被拒绝。",
    "The application was approved and not paid in time.": "申请已获批，但未按时付款。",
    "Approved; the first payment is awaited.": "已获批；等待首次付款。",
    "An order is open.": "有未完成的订单。",
    "A member.": "是会员。",
    "A member whose term is over and who may still renew.": "会期已过、仍可续费的会员。",
    "No member any more.": "不再是会员。",
    "Kept out by the community, until `deadline` or for good.": (
        "被社群暂停，至 `deadline` 为止或无限期。"
    ),
    "Cancelled by choice, and may still come back by renewing.": (
        "本人选择取消，仍可通过续费恢复。"
    ),
    "A member who has put the term aside, until `deadline` at the longest.": (
        "暂停了会期的会员，最迟至 `deadline`。"
    ),
    "Whether somebody becomes a member or stays one.": "是成为会员，还是续费。",
    "They become a member.": "成为会员。",
    "They have another term.": "续一个会期。",
    "Where a join stands as a whole.": "入会或续费的整体进度。",
    "Something is still to come.": "尚在进行中。",
    "The term begins or began, and was told of.": "会期已经或即将开始，并已通知。",
    "It came to nothing, or its term was taken back.": "没有完成，或会期已被收回。",
    "A step from the approval, or the beginning of a renewal, to access.": (
        "从申请获批或开始续费到获得权益的一步。"
    ),
    "The application was handed in.": "申请已提交。",
    "The application was approved.": "申请已获批。",
    "The payment side knows what is to be paid.": "支付服务已知道要支付什么。",
    "A price was accepted.": "已接受价格并下单。",
    "The money came.": "款项已到账。",
    "The term has its dates and gives access.": "会期的日期已定，可以使用。",
    "Others were told of it, messages among them.": "已告知其他部分，包括发送通知。",
    "How far a step of a join is.": "某一步的进度。",
    "The step is done.": "这一步已完成。",
    "It is its turn; `waits_for` says what is missing.": "正在进行；`waits_for` 说明还缺什么。",
    "Steps before it are still to come.": "前面的步骤尚未完成。",
    "It came to nothing.": "没有完成。",
    "Not needed, or not possible any more.": "不需要，或已不可能。",
    "The payment side is away and knows it alone; ask again later.": (
        "只有支付服务知道，而它暂不可用；请稍后再查。"
    ),
    "What a step of a join waits for.": "某一步在等待什么。",
    "The person pays; `actions` says how.": "等待本人支付；`actions` 说明可做什么。",
    "The provider says whether money came before the order ends.": (
        "订单结束前，等待支付渠道确认款项是否到账。"
    ),
    "What is to be told has not left this side yet.": "要告知的消息尚未发出。",
    "The other side has not answered what it was told.": "对方收到消息后尚未答复。",
    "The money goes back.": "款项正在退回。",
    "What somebody does next to become or stay a member.": "成为会员或保持会籍接下来要做什么。",
    "Start an application.": "开始申请。",
    "Hand the draft in.": "提交草稿。",
    "Nothing: others decide.": "无需操作：等待他人决定。",
    "Answer what the reviewer asked and hand it in again.": "回答审核人的问题并再次提交。",
    "Pay what is open.": "支付待付的款项。",
    "Renew the membership.": "为会籍续费。",
    "Resume the paused membership; by itself that happens at `deadline`.": (
        "恢复已暂停的会期；到 `deadline` 会自动恢复。"
    ),
    "What is good to know before applying.": "申请之前值得了解的事项。",
    "Nothing can be paid yet: who is approved waits for a plan.": (
        "尚不能付款：获批的人须等待方案开售。"
    ),
    "The draft answers an earlier form, by which it can be handed in.": (
        "草稿回答的是先前的申请表，仍可按该申请表提交。"
    ),
    "How far the erasure of a person is.": "删除某人的数据进行到哪里。",
    "Asked for; it can be taken back until `erase_at`.": "已提出；在 `erase_at` 之前可以撤回。",
    "Taken back.": "已撤回。",
    "Under way in all services.": "正在所有服务中进行。",
    "Done: every service confirmed it.": "已完成：所有服务均已确认。",
    "What a front end has to do for a way to sign in.": "前端需要为一种登录方式做什么。",
    "Send people to the address of the start; they come back with `code` and `state`.": (
        "把人带到开始时返回的地址；返回时带有 `code` 和 `state`。"
    ),
    "The same, for browsers outside of WeChat: its page has a QR code.": (
        "同上，用于微信以外的浏览器：页面上有二维码。"
    ),
    "The same, for pages that are open inside of WeChat.": "同上，用于在微信内打开的页面。",
    "Ask WeChat for a code in the mini program (`wx.login`); there is no start.": (
        "在小程序中向微信索取授权码（`wx.login`）；没有开始步骤。"
    ),
    "Whether an API key is taken.": "API 密钥是否被接受。",
    "Taken.": "被接受。",
    "Revoked; nobody takes it any more.": "已吊销；各处不再接受。",
    "Its time is over; nobody takes it any more.": "已过期；各处不再接受。",
    "What an API key is good for; those of operators for the keys of operators alone.": (
        "API 密钥可用于哪些操作；运营人员的范围只适用于运营人员的密钥。"
    ),
    "Read the community, its form, policy, figures and history.": (
        "查看社群及其申请表、规则、统计和变更记录。"
    ),
    "Change the community: its settings and its form.": "修改社群的设置和申请表。",
    "Read who holds which role, and how they came by it.": "查看谁有哪种角色，以及角色由何而来。",
    "Read applications.": "查看申请。",
    "Read what waits for a decision.": "查看等待决定的事项。",
    "Read memberships, lists of members, and imports.": "查看会籍、会员名单和导入。",
    "Change what is kept of members, and import some.": "修改会员资料，导入会员。",
    "Read meetups, their numbers and history.": "查看活动及其统计和变更记录。",
    "Draft, publish, change and call off meetups, give seats, check people in.": (
        "起草、发布、修改和取消活动，分配席位，签到。"
    ),
    "Read registrations, and who has a seat.": "查看报名和有席位的人。",
    "Read coupons, orders, transfers, refunds, accounts and books.": (
        "查看优惠券、订单、转账、退款、账户和账目。"
    ),
    "Change plans and coupons.": "修改方案和优惠券。",
    "Read what was delivered, in figures.": "查看投递的统计。",
    "Look up what was answered to one's requests.": "查询自己的请求得到的响应。",
    "Read what operators read.": "查看运营人员可以查看的内容。",
    "Whose rejection may be a veto.": "谁的反对可以是否决。",
    "Nobody's.": "任何人都不可以。",
    "An owner's.": "群主的。",
    "Any reviewer's.": "任何审核人的。",
    "What applicants hear of why they were rejected.": "申请人被拒绝后能看到哪些原因。",
    "That they were rejected: the reason reads `other`, without words.": (
        "只看到被拒绝：原因为 `other`，没有文字说明。"
    ),
    "The reason's code.": "原因代码。",
    "The reason's code, and what the reviewer wrote.": "原因代码，以及审核人写给申请人的话。",
    "What it counts for when members vouch for an applicant.": "会员推荐申请人有什么作用。",
    "Nothing; nobody can.": "没有作用；不能推荐。",
    "One approval, once, where two or more are needed; else reviewers see it.": (
        "需要两份以上同意时，只抵一份同意；否则仅供审核人参考。"
    ),
    "Whom members vouch for come first in the review queue.": (
        "有会员推荐的申请人排在审核队列最前。"
    ),
    "Until when an edit of the answers has an application judged anew.": (
        "在何时之前可以修改回答，并重新审核申请。"
    ),
    "Nobody edits what was handed in.": "已提交的申请不能修改。",
    "Applicants edit until they have paid; an approval is taken back by it.": (
        "申请人在付款之前可以修改；已通过的决定随之收回。"
    ),
    "Who finds a community.": "谁能找到社群。",
    "Anybody, in the list.": "任何人，在公开列表中。",
    "Whoever has its id or short name.": "知道其 id 或短名称的人。",
    "Only its own people.": "只有自己人。",
    "What a question takes as its answer.": "问题接受哪种回答。",
    "One of the `options`.": "`options` 中的一项。",
    "Several of the `options`.": "`options` 中的若干项。",
    "One line of text.": "一行文字。",
    "Text of several lines.": "多行文字。",
    "A number.": "数字。",
    "An address on the web.": "网址。",
    "Ids of files that were uploaded as answers, one unless `maximum` says more.": (
        "作为回答上传的文件的 id；只能有一个，`maximum` 可放宽。"
    ),
    "What a reviewer said.": "审核人的意见。",
    "Take the applicant in.": "同意申请人加入。",
    "Do not.": "不同意。",
    "What is said of many applications.": "对多份申请的决定。",
    "Take the applicants in.": "同意申请人加入。",
    "Ask them for more.": "要求申请人补充。",
    "Why an application is rejected, for statistics and the applicant.": (
        "申请被拒绝的原因，供统计和申请人了解。"
    ),
    "Too little is said to decide.": "所填内容太少，无法决定。",
    "The community is for others.": "社群面向其他人群。",
    "The same person applied or is a member already.": "同一人已经申请过或已是会员。",
    "There are no places.": "没有名额。",
    "What the message says.": "见留言的说明。",
    "What a screening rule looks for; it is so, or cannot be known.": (
        "筛查规则查找什么；结论为真，或无法得知。"
    ),
    "The answer is one of a list.": "回答是列表中的一项。",
    "The number lies within bounds, which count.": "数字在范围之内，包括两端。",
    "The text has so many characters or more.": "文字达到或超过规定的字符数。",
    "Too few of the questions marked `introduction` are answered.": (
        "标有 `introduction` 的问题回答得太少。"
    ),
    "More members than a share have the same segment or city.": (
        "相同类别或城市的会员超过一定比例。"
    ),
    "Somebody else whose application is live, or who joined, gave the same answer.": (
        "另一人给出了相同的回答，其申请仍在进行或已经入会。"
    ),
    "Somebody else who applied or belongs here is called the same, in any case and width, or "
    "by the same pinyin.": (
        "申请过或属于本社群的另一人姓名相同，不分大小写和全角半角，或拼音相同。"
    ),
    "The answer is an address or a number of the block list; of rule 0 the name is like one "
    "of it.": ("回答是黑名单中的邮箱或号码；`rule` 为 0 时，姓名与黑名单中的相近。"),
    "What follows from what a screening rule found.": "筛查规则有所发现时产生的结果。",
    "Reviewers see it.": "提醒审核人。",
    "The application is rejected at once, with the rule's reason.": "立即以该规则的原因拒绝申请。",
    "How long the periods of a report are.": "报告各周期的长短。",
    "Each day.": "每日。",
    "Weeks from Monday.": "自星期一起的各周。",
    "Calendar months.": "各自然月。",
    "A part of a report.": "报告的一部分。",
    "What became of applications, and how soon they were decided.": (
        "申请的结果，以及多久作出决定。"
    ),
    "Who joined, and who of them renewed.": "入会的人数，以及其中续费的人数。",
    "What became of applications by the way that they came.": "按来源统计的申请结果。",
    "Who waits now, and for how long.": "目前等待的申请，以及已等待多久。",
    "How many were in each state, as the nights found it.": "每夜统计的各状态数量。",
    "How long those who joined in a month stayed.": "同月入会的人保留会籍多久。",
    "An address.": "邮箱。",
    "A phone number.": "手机号。",
    "A person, by all that they sign in with.": "某个人，按其全部登录方式。",
    "A name, and names like it: these do not stop, they are flagged.": (
        "姓名以及相近的姓名：不会拦下，只作提醒。"
    ),
    "A language of texts and mails.": "文字和邮件的语言。",
    "Simplified Chinese.": "简体中文。",
    "English.": "英文。",
    "What somebody may do in a community; owners grant it.": (
        "某人在社群中可以做什么；由群主授予。"
    ),
    "Runs the community: settings, prices, roles, money.": "管理社群：设置、价格、角色、款项。",
    "Decides about applications.": "审核申请。",
    "Holds meetups and gives seats.": "举办活动，分配席位。",
    "Looks after orders, transfers and refunds.": "管理订单、转账和退款。",
    "Checks people in at the door.": "在门口签到。",
    "What a message is about.": "消息说的是什么。",
    "An order.": "订单。",
    "A registration for a meetup.": "活动的报名。",
    "What a signed link lets its person do.": "持有人可以用签名链接做什么。",
    "Pay for a purchase.": "支付待付款项。",
    "Renew a membership, and pay for it.": "为会籍续费并付款。",
    "Leave a seat to others.": "把席位让给他人。",
    "The kind of object that a signed link acts on.": "签名链接所操作对象的种类。",
    "The membership that is renewed.": "要续费的会籍。",
    "The registration whose seat is given up.": "要放弃席位的报名。",
    "The seat that is offered.": "收到邀请的席位。",
    "What a file is sent for.": "上传文件的用途。",
    "An answer of an application.": "申请中的回答。",
    "A picture of a member or community.": "会员或社群的图片。",
    "A list of existing members.": "已有会员的名单。",
    "How far a file is.": "文件进行到哪里。",
    "Parts are still to come.": "还有分段未到。",
    "All parts are here; nothing needs the file yet.": "全部分段已到；尚未被使用。",
    "Something needs the file.": "正被使用。",
    "The media type of a file.": "文件的媒体类型。",
    "A PNG picture.": "PNG 图片。",
    "A JPEG picture.": "JPEG 图片。",
    "A WebP picture.": "WebP 图片。",
    "A PDF document.": "PDF 文件。",
    "A table as CSV in UTF-8.": "UTF-8 编码的 CSV 表格。",
    "How far an import is.": "导入进行到哪里。",
    "Rows are still being read.": "正在读取各行。",
    "Every row has its result.": "每行都有结果。",
    "The file could not be read; nothing was changed.": "文件无法读取；没有作任何改动。",
    "What became of a row of an import.": "导入中一行的结果。",
    "The member is there (of a dry run: would be).": "会员已建立（只检查时：可以建立）。",
    "Refused; `problems` says why.": "被拒绝；`problems` 说明原因。",
    "A part of the system that keeps data of its own.": "系统中保存自己数据的一个部分。",
    "People, sign-in, communities, applications and memberships.": "人、登录、社群、申请和会籍。",
    "Plans, coupons, orders and money.": "方案、优惠券、订单和款项。",
    "Meetups and registrations.": "活动和报名。",
    "Messages and mails.": "消息和邮件。",
    "Where a meetup stands.": "活动目前的状态。",
    "Prepared; its hosts alone see it.": "准备中；只有组织者可见。",
    "Open: members register.": "开放：会员可以报名。",
    "Nobody registers any more; seats are given.": "不再接受报名；分配席位。",
    "It took place.": "已举行。",
    "Called off.": "已取消。",
    "Where a registration stands.": "报名目前的状态。",
    "Registered; seats are not given yet.": "已报名；席位尚未分配。",
    "Has a seat that is kept until `confirm_by`.": "有席位，保留到 `confirm_by`。",
    "Took the seat.": "已取得席位。",
    "Waits in the queue for a seat that comes free.": "候补中，等待空出的席位。",
    "Left the seat to others.": "已把席位让给他人。",
    "Did not take the seat in time.": "没有按时确认席位。",
    "Withdrew before the meetup.": "在活动之前退出。",
    "The meetup went by without a seat for them.": "直到活动结束也没有席位。",
    "The meetup was called off.": "活动已取消。",
    "Was there.": "到场。",
    "Had a seat and did not come.": "有席位而没有到场。",
    "Whether a plan is sold.": "方案是否在售。",
    "Prepared; owners alone see it.": "准备中；只有群主可见。",
    "Sold to whoever may buy.": "向可以购买的人出售。",
    "Sold to nobody new for a while.": "暂时不再售给新的人。",
    "Sold to nobody new any more.": "永久不再售给新的人。",
    "When the price that an applicant will pay is promised.": "何时为申请人锁定将来支付的价格。",
    "With the application: who waits for a decision pays no more for it.": (
        "申请时：等待决定期间价格不会上涨。"
    ),
    "With the approval.": "获批时。",
    "Not before the payment: the price of that moment.": "付款之前不锁定：以付款时的价格为准。",
    "The base price of the plan.": "方案的基础价。",
    "What this run of membership paid first, before coupons.": (
        "本次会籍首次支付的价格，不含优惠。"
    ),
    "The public price of the day.": "当日的公开价格。",
    "Whether a coupon is given.": "优惠券是否可用。",
    "Whoever has the code may use it.": "有优惠码的人都可使用。",
    "Given to nobody new for a while.": "暂时不再供新的人使用。",
    "Given to nobody new any more.": "永久不再供新的人使用。",
    "What a coupon gives.": "优惠券给予什么。",
    "An amount off the list price (`amount`).": "从标价减去一定金额（`amount`）。",
    "A share of the list price (`percent`).": "从标价减去一定比例（`percent`）。",
    "Another price in place of the list price (`price`).": "以另一价格代替标价（`price`）。",
    "The list price for a longer term (`days`).": "按标价付款，会期更长（`days`）。",
    "Whom a coupon is for.": "优惠券面向哪些人。",
    "Who never paid here.": "从未在此付款的人。",
    "Who is a member or was one until lately (`lapsed_days`).": (
        "会员，或不久前还是会员的人（`lapsed_days`）。"
    ),
    "Anybody.": "任何人。",
    "Why a coupon code does not count.": "优惠码未生效的原因。",
    "The community has no such code.": "社群没有这个优惠码。",
    "It is given to nobody new at present, or any more.": "目前或永久不再供新的人使用。",
    "Its time has not come.": "尚未到可用的时间。",
    "Its time is over.": "已过期。",
    "It was used as often as it may be.": "已达到可用的总次数。",
    "The buyer used it as often as one person may.": "购买者已达到每人可用的次数。",
    "It is for who never paid here.": "仅限从未在此付款的人。",
    "It is for members, and for who was one until lately.": "仅限会员和不久前还是会员的人。",
    "The list price is too low for it.": "标价未达到要求的金额。",
    "It is for other plans.": "适用于其他方案。",
    "It is in another currency than the price.": "货币与价格不同。",
    "Another code of the same request takes off more.": "同一请求中的另一优惠码减免更多。",
    "The rule that a coupon code breaks.": "优惠码不符合的规定。",
    "The community has the code.": "社群有这个优惠码。",
    "The coupon is neither paused nor ended.": "优惠券既未暂停也未终止。",
    "It is in the currency of the price.": "优惠券的货币与价格相同。",
    "It is for this plan.": "优惠券适用于该方案。",
    "Its time has come.": "已到可用的时间。",
    "Its time is not over.": "尚未过期。",
    "Both of these; of quotes and orders of earlier versions.": (
        "以上两项；仅见于早期版本的报价和订单。"
    ),
    "The buyer never paid here.": "购买者从未在此付款。",
    "The buyer is a member, or was one until lately.": "购买者是会员，或不久前还是会员。",
    "The list price is high enough.": "标价达到要求的金额。",
    "It can still be used.": "总次数还有剩余。",
    "The buyer can still use it.": "购买者的次数还有剩余。",
    "No other code of the same request counts.": "同一请求中没有其他优惠码生效。",
    "What becomes of a quote with a code that does not count.": "有优惠码不能生效时如何报价。",
    "The quote is refused; nothing is held or changed.": "拒绝报价；不作占用或改动。",
    "The price is without it, and `coupons` says why.": "价格不含该优惠，`coupons` 说明原因。",
    "Where a purchase stands: something that is to be paid for.": "待付款项目前的状态。",
    "Can be paid.": "可以支付。",
    "Paid; its owner is told.": "已支付；已通知所属服务。",
    "Paid, and the buyer has it.": "已支付，购买者已得到所购内容。",
    "Taken back by its owner; nothing is to be paid.": "由所属服务撤回；无需支付。",
    "Paid, but it could not be given; the money goes back.": "已支付但无法交付；款项退回。",
    "Not paid in time.": "未按时支付。",
    "Where a quote stands: a price that is held for a while.": (
        "报价目前的状态：报价即保留一段时间的价格。"
    ),
    "Price and place are held until `expires_at`.": "价格和名额保留到 `expires_at`。",
    "An order was made of it.": "已据此下单。",
    "A newer quote took its place.": "已由更新的报价取代。",
    "Where the money of an order stands.": "订单款项目前的状态。",
    "Awaits payment until `expires_at`.": "等待支付，截至 `expires_at`。",
    "Paid in full.": "已全额支付。",
    "Paid; a part of it went back.": "已支付；退回了一部分。",
    "Paid; all of it went back.": "已支付；已全部退回。",
    "Given up by the payer before it was paid.": "付款人在支付之前放弃。",
    "What became of what an order paid for.": "订单所支付内容的交付结果。",
    "Nothing is paid, so nothing is given yet.": "尚未支付，因此尚未交付。",
    "Paid; its owner is about to give it.": "已支付；所属服务即将交付。",
    "The buyer has it.": "购买者已得到所购内容。",
    "It could not be given; the money goes back.": "无法交付；款项退回。",
    "Where one attempt to pay stands.": "一次支付目前的状态。",
    "Noted by us, not yet known to the provider.": "系统已记录，支付渠道尚不知道。",
    "The provider awaits the payer.": "支付渠道等待付款人付款。",
    "The provider did not say what became of it; it is asked again.": (
        "支付渠道没有说明结果；会再次查询。"
    ),
    "The money is there.": "款项已到账。",
    "The provider refused it.": "被支付渠道拒绝。",
    "Closed before money came.": "在款项到账之前关闭。",
    "Where a refund stands.": "退款目前的状态。",
    "Decided, not yet with the provider.": "已决定，尚未交给支付渠道。",
    "With the provider, or waiting for somebody who transfers it.": (
        "已交给支付渠道，或等待人工转出。"
    ),
    "The money went back.": "款项已退回。",
    "The provider refused it; operators see to it.": "被支付渠道拒绝；由运营人员处理。",
    "Where a request for a refund stands.": "退款申请目前的状态。",
    "Nobody decided yet.": "尚未决定。",
    "Money goes back, by the refund that it names.": "同意退款，见所指的退款。",
    "No money goes back; `words` says why.": "不予退款；`words` 说明理由。",
    "Taken back by the payer.": "由付款人撤回。",
    "Where a bank transfer stands.": "银行转账目前的状态。",
    "Money is awaited.": "等待款项。",
    "One person said what came; a second one has to say the same.": (
        "一人已说明到账情况；须另一人一致确认。"
    ),
    "All of it came.": "已全部到账。",
    "Its time is over; what came goes back.": "已过期限；此后到账的款项退回。",
    "In what a transfer differed from what its payer was told.": (
        "转账与告知付款人的内容有何不同。"
    ),
    "In nothing.": "没有不同。",
    "It came from somebody else's account.": "由他人的账户转入。",
    "Its reference was missing or another.": "没有附言，或附言不同。",
    "It was paid in cash.": "以现金支付。",
    "By whom money comes.": "款项经由哪个渠道。",
    "A provider for trying things out; no money moves.": "供试用的渠道；没有真实款项。",
    "A transfer to the community's bank account.": "转账汇入社群的银行账户。",
    "What a message is sorted by.": "消息归入哪一类。",
    "What one's own doing brought about, such as a payment.": "由本人的操作引起，例如付款。",
    "What is to be done before it is too late.": "须及时处理的事项。",
    "What happens in the community.": "社群中发生的事。",
    "What the community offers.": "社群提供的内容。",
    "The way that a message takes.": "消息经由哪种渠道。",
    "The inbox of the app.": "应用内的收件箱。",
    "A mail.": "邮件。",
    "A text message to a phone.": "手机短信。",
    "What became of a message.": "消息的投递结果。",
    "Still to be sent.": "尚待发送。",
    "Taken by the mail server, or put into the inbox.": "已由邮件服务器接收，或已放入收件箱。",
    "It could not be delivered.": "无法投递。",
    "Not sent, because its reader does not want or need it any more.": (
        "未发送，因为读者已不想要或不需要它。"
    ),
    "UTF-8 text of at most 716800 bytes and 10,000 rows; the first line names the columns "
    "number,email,name,joined_on,term_ends_on,segment,city; it may name company, and own "
    "fields that the form fills": (
        "UTF-8 文本，最多 716800 字节、10,000 行；"
        "首行为列名 `number,email,name,joined_on,term_ends_on,segment,city`；"
        "还可以包括 `company` 和申请表所填写的自定义项"
    ),
}
