"""Sentences of memberships, imports and files: Chinese by English."""

MEMBERSHIPS: dict[str, str] = {
    "How the term came about.": "会期由何而来。",
    "The plan that it is of; null: of an import.": "所属方案；由导入而来时为 null。",
    "The first day.": "第一天。",
    "The last day, which is within it.": "最后一天，包含当天。",
    "The order that paid for it; null: none did.": "支付该会期的订单；没有时为 null。",
    "One period of a membership.": "会籍的一个会期。",
    "The last day without access; null: for good.": "不能使用的最后一天；无限期时为 null。",
    "Why, in the owner's words.": "原因，由群主填写。",
    "That the community keeps the member out.": "社群暂停了该会员。",
    "The first day without access; the days from it on move the end.": (
        "不能使用的第一天；从该日起的天数使会期顺延。"
    ),
    "The last day of it, unless it is resumed before.": "暂停的最后一天；可以提前恢复。",
    "That the member has put the term aside.": "会员暂停了会期。",
    "That the term is put aside; null: it is not.": "会期已暂停；未暂停时为 null。",
    "The term that runs, or ran last; null: none yet.": "进行中或最近一个会期；尚无时为 null。",
    "The newest term, which may begin later; null: none yet.": (
        "最新的会期，可能尚未开始；尚无时为 null。"
    ),
    "Why the community gave `term`; null: it did not.": "社群赠送 `term` 的原因；未赠送时为 null。",
    "Why; staff read it, the member does not.": "原因；工作人员可见，会员不可见。",
    "On sale; the term is as long.": "在售的方案；会期与其等长。",
    "The term that begins later; null: none.": "之后才开始的会期；没有时为 null。",
    "The member.": "会员。",
    "The first day of membership; null before it.": "入会的第一天；入会前为 null。",
    "The last day with access when the term is not renewed; null: no term yet.": (
        "不续费时可以使用的最后一天；尚无会期时为 null。"
    ),
    "The member's segment, out of the list that the form offers; null: not said.": (
        "会员的类别，取自申请表的选项；未说明时为 null。"
    ),
    "The member's city; null: not said.": "会员所在城市；未说明时为 null。",
    "Where the member works; null: not said.": "会员的工作单位；未说明时为 null。",
    "The community's own fields, by name.": "社群自定义的项，按名称列出。",
    "That the community keeps the member out; null: it does not.": (
        "社群暂停了该会员；未暂停时为 null。"
    ),
    "Whether it ends with its term, because the member wants so.": (
        "是否按会员的意愿在会期结束时终止。"
    ),
    "The first day without it, where it was ended; null: it was not.": (
        "被终止时，不再有会籍的第一天；未终止时为 null。"
    ),
    "Why the community ended it; null: it did not.": "社群终止它的原因；未终止时为 null。",
    "What is to be paid next; null: nothing.": "接下来需要支付的款项；没有时为 null。",
    "A membership with what its member is called; null for who has not said it, and for who "
    "was imported or given it, and has not renewed here since.": (
        "会籍，以及会员的称呼；尚未说明，或由导入、赠送而来且尚未在此续费时为 null。"
    ),
    "Where the caller stands in the community.": "调用者在社群中的状态。",
    "Why, in a code: of a rejection the reviewer's; revivable or revival_over; not_paid_in_time; "
    "membership_ended; for_good or for_a_time; resumes_by_itself; cancels_at_end; not_possible; "
    "null: nothing is to be said.": (
        "原因代码：被拒绝时为审核人所给的；`revivable` 或 `revival_over`；`not_paid_in_time`；"
        "`membership_ended`；`for_good` 或 `for_a_time`；`resumes_by_itself`；`cancels_at_end`；"
        "`not_possible`；无可说明时为 null。"
    ),
    "What they may pay; null: nothing.": "可以支付的款项；没有时为 null。",
    "The open one; null too while the payment side is away.": (
        "未完成的订单；支付服务无法访问时也为 null。"
    ),
    "What the community is called and counts in; null unless `include` asks for it.": (
        "社群的名称和货币；`include` 未要求时为 null。"
    ),
    "Their membership as a card shows it; null: none, or `include` does not ask for it.": (
        "会籍，如卡片所示；没有或 `include` 未要求时为 null。"
    ),
    "The application form, section by section; null unless `include` asks for it.": (
        "申请表，按部分列出；`include` 未要求时为 null。"
    ),
    "Which step it is.": "哪一步。",
    "When it was done; null: not yet, or it is not known.": "完成的时刻；未完成或未知时为 null。",
    "Until when it can be done; null: without an end.": "完成的截止时刻；没有期限时为 null。",
    "What it waits for; null: nothing, or steps before it.": (
        "在等待什么；无需等待，或前面的步骤尚未完成时为 null。"
    ),
    "Whether that is tried again by itself, until it is done.": "是否自动重试，直到完成。",
    "One step of a join. `retried`: the system goes on trying by itself.": (
        "进程中的一步。`retried`：系统会自动重试。"
    ),
    "Its id, that of what is to be paid.": "编号，即待付款项的编号。",
    "Where it stands as a whole.": "整体的进度。",
    "Its steps in their order.": "各个步骤，按顺序列出。",
    "The application that it began with; null: it renews.": "起始的申请；续费时为 null。",
    "The membership that it begins or prolongs.": "所开始或延续的会籍。",
    "The term that it leads to.": "所对应的会期。",
    "The plan of the term; null: none is named yet.": "会期的方案；尚未指明时为 null。",
    "The order that is open or paid for it; null: none.": ("未完成或已支付的订单；没有时为 null。"),
    "The first day of the term; null until it is paid.": "会期的第一天；支付前为 null。",
    "The last day of the term; null until it is paid.": "会期的最后一天；支付前为 null。",
    "How far somebody has come from the approval, or the beginning of a renewal, to access; put "
    "together when it is read.": "某人从申请获批或开始续费到获得权益的进度；读取时汇总而成。",
    "Whether an application would be taken.": "此刻能否申请。",
    "The code by which it would be refused, null: it would be taken; "
    "`membership.joining_not_possible` whatever keeps them out.": (
        "不能申请时的错误码，可以申请时为 null；被拒之门外时，无论原因如何，"
        "都是 `membership.joining_not_possible`。"
    ),
    "What the refusal would say; null: it would be taken.": (
        "不能申请时的文字说明；可以申请时为 null。"
    ),
    "Until when the next step goes; after a rejection, from when on they may apply again; null: "
    "without an end.": "下一步的截止时刻；被拒绝后，为可以再次申请的时刻；没有期限时为 null。",
    "The plans on sale; with several an application names one.": (
        "在售的方案；有多个时，申请须指明一个。"
    ),
    "What keeps nobody from applying, but is good to know.": "不妨碍申请、但值得了解的事项。",
    "Why their last application was rejected; null: none was.": (
        "最近一份申请被拒绝的原因；未被拒绝时为 null。"
    ),
    "The member's segment, out of the list that the form offers; null takes it out.": (
        "会员的类别，取自申请表的选项；null 表示清除。"
    ),
    "The member's city; null takes it out.": "会员所在城市；null 表示清除。",
    "Where the member works; null takes it out.": "会员的工作单位；null 表示清除。",
    "Own fields by name; null takes one out.": "自定义的项，按名称列出；null 表示清除该项。",
    "Left out: the plan of the present term, else the only one on sale.": (
        "不写时：当前会期的方案，否则为唯一在售的方案。"
    ),
    "The last day without access; null = for good: nothing is sold to them.": (
        "不能使用的最后一天；null 表示无限期，期间不能购买。"
    ),
    "Why; the member reads it.": "原因；会员可以看到。",
    "The day that it is true of, in the community's zone.": "统计所依据的日期，按社群所在时区。",
    "How many memberships are in each state.": "各状态的会籍数。",
    "How many applications are in each state.": "各状态的申请数。",
    "The number of who joins next.": "下一位入会者的编号。",
    "What is wrong with the file, for programs.": "文件有什么问题；供程序判断。",
    "What the texts of the code are filled with, by name.": "填入文字说明的内容，按名称列出。",
    "What it says in the reader's language.": "文字说明，使用读者的语言。",
    "Why a file could not be read: a code of errors or of fields, what it is about, and what "
    "it says in the reader's language.": (
        "文件无法读取的原因：错误码或字段码、所涉内容，以及使用读者语言的说明。"
    ),
    "Whether rows are only tried, and nothing is changed.": "是否只逐行检查，不作任何改动。",
    "How far the import is.": "导入进行到哪里。",
    "How many there are; null while an uploaded file is read through.": (
        "共有多少行；已上传的文件尚在读取时为 null。"
    ),
    "How many rows went through.": "通过的行数。",
    "How many rows were refused.": "被拒绝的行数。",
    "The number of who joins next after this import; far beyond the others, one number of "
    "the file is wrong; null while an uploaded file is read through.": (
        "本次导入之后下一位入会者的编号；若远大于其他编号，说明文件中有一个编号有误；"
        "已上传的文件尚在读取时为 null。"
    ),
    "Why it `failed`; null also where it did not get on for a day.": (
        "`failed` 的原因；因一天没有进展而失败时也为 null。"
    ),
    "Try every row and change nothing; the file stays for a day.": (
        "逐行检查，不作任何改动；文件再保留一天。"
    ),
    "The column that is wrong.": "有问题的列。",
    "What is wrong with it, in the reader's language.": "问题的说明，使用读者的语言。",
    "What is wrong with one cell: a code of fields, and what it says in the reader's language.": (
        "一个单元格的问题：字段码，以及使用读者语言的说明。"
    ),
    "The line of the file; its heading is line 1.": "文件的第几行；标题为第 1 行。",
    "The member's number as the row says; null: it says none.": (
        "该行所写的会员编号；未写时为 null。"
    ),
    "What became of the row.": "该行的结果。",
    "What is wrong with it.": "该行有什么问题。",
    "The membership that was made of it; null: none.": "由该行建立的会籍；没有时为 null。",
    "What became of one line of the file (the header is line 1).": (
        "文件中一行的结果（标题为第 1 行）。"
    ),
    "Who sends the file.": "上传者。",
    "What the file is sent for.": "上传的用途。",
    "What the file is.": "文件的类型。",
    "Bytes of the file.": "文件的字节数。",
    "`receiving` until the last part is here, `claimed` while something needs it.": (
        "最后一个分段到齐之前为 `receiving`，被使用期间为 `claimed`。"
    ),
    "Bytes of each part but the last.": "除最后一个外每个分段的字节数。",
    "Of how many parts it is made.": "共有多少个分段。",
    "The part that is to come; null when all are here.": "下一个要上传的分段；全部到齐时为 null。",
    "When it goes unless something needs it; null while that does.": (
        "没有被使用时何时移除；被使用期间为 null。"
    ),
    "The community for which the file is sent.": "为哪个社群上传。",
    "What it is for; an `import` is a list of existing members.": (
        "用途；`import` 表示已有会员的名单。"
    ),
    "What the file is; the first part has to look like it.": (
        "文件的类型；第一个分段的内容须与之相符。"
    ),
}
