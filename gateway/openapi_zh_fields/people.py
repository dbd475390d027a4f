"""Sentences of problems, signing in, sessions and people: Chinese by English."""

PEOPLE: dict[str, str] = {
    "Why a request was refused, as RFC 9457 problem details.": (
        "请求被拒绝的原因，格式为 RFC 9457。"
    ),
    "The page about this code.": "说明该错误码的页面。",
    "The code in words; constant for each code and language.": (
        "错误码的文字说明；同一错误码、同一语言下不变。"
    ),
    "The HTTP status.": "HTTP 状态码。",
    "What is wrong and what to do next, for people, in their language.": (
        "哪里有问题、接下来怎么办；写给人看，使用其语言。"
    ),
    "`urn:coterie:request:` and the request id.": "`urn:coterie:request:` 加请求 id。",
    "What is wrong, for programs; stable.": "哪里有问题；供程序判断，不会改变。",
    "What `detail` is made of; which there are depends on the code.": (
        "`detail` 中填入的内容；有哪些项取决于错误码。"
    ),
    "The fields that are wrong.": "有问题的字段。",
    "How many wrong fields are not in `errors`.": "未列入 `errors` 的错误字段数。",
    "One wrong field: a JSON pointer into the body, or a parameter of the address.": (
        "一个有问题的字段：请求体中的 JSON 指针，或地址中的参数。"
    ),
    "Where it stands in the body (RFC 6901).": "在请求体中的位置（RFC 6901）。",
    "Its name in the address.": "地址中参数的名称。",
    "What is wrong with it, for programs; stable.": "该字段的问题；供程序判断，不会改变。",
    "The same for people, in their language.": "同一内容，写给人看，使用其语言。",
    "What `detail` is made of, for texts of one's own.": (
        "`detail` 中填入的内容，供自行组织文字时使用。"
    ),
    "The sign-in that the code was sent for.": "验证码所属的那次登录。",
    "Until when the code is good.": "验证码的有效期至。",
    "Seconds after which another code can be asked for.": "多少秒后可以再次索取验证码。",
    "Where the code is sent.": "验证码发往何处。",
    "Language of the mail.": "邮件的语言。",
    "The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for.": (
        "`membership.sign_in_proof_needed` 所要求的答案；没有要求时为 null。"
    ),
    "For `Authorization: Bearer …`; lives five minutes.": (
        "用于 `Authorization: Bearer …`；5 分钟内有效。"
    ),
    "`Bearer`.": "`Bearer`。",
    "Seconds for which the access token is good.": "访问令牌的有效秒数。",
    "For `refresh_session`; works once and is answered with the next one. Keep it secret.": (
        "供 `refresh_session` 使用；只能用一次，返回时附下一个。请妥善保密。"
    ),
    "Who signed in.": "登录的人。",
    "The eight digits from the mail; blanks do not matter.": "邮件中的 8 位数字；空格不影响。",
    "The newest one that this session was given.": "本会话最近一次得到的刷新令牌。",
    "What sort of object it is.": "对象的种类。",
    "The id of the object.": "对象的 id。",
    "The object of the message, whose page the link leads to.": (
        "消息所说的对象，链接通往它的页面。"
    ),
    "What the link lets somebody act on.": "链接可以操作的对象。",
    "What the link lets its person do.": "持有人可以用链接做什么。",
    "What the message was about.": "消息说的是什么。",
    "What the link lets one act on.": "链接可以操作的对象。",
    "The community that it belongs to.": "所属的社群。",
    "What that community is called.": "该社群的名称。",
    "When the thing itself is over.": "事情本身的截止时刻。",
    "When the link is over.": "链接的失效时刻。",
    "Its id.": "它的 id。",
    "How they signed in: `email`, `phone`, or the name of a way.": (
        "登录方式：`email`、`phone`，或某种登录方式的名称。"
    ),
    "When somebody signed in.": "登录的时刻。",
    "When its tokens were renewed last.": "令牌最近一次更新的时刻。",
    "When it ends unless it is used before.": "不再使用时，会话结束的时刻。",
    "The session of the token that asks.": "是否为发出本次请求的令牌所属的会话。",
    "Where somebody is signed in; `last_used_at` is when its tokens were renewed last.": (
        "在哪里登录着；`last_used_at` 是令牌最近一次更新的时刻。"
    ),
    "What is on this page.": "本页的内容。",
    "The `cursor` of the next page; null on the last one.": "下一页的 `cursor`；最后一页为 null。",
    "Who holds the roles.": "持有角色的人。",
    "What they are called, of who was approved or renewed here themselves; else null.": (
        "称呼，仅限在本社群亲自获批或续费过的人；其他人为 null。"
    ),
    "The mail address of all others; else null.": "其他人的邮箱；有称呼时为 null。",
    "What the person may do in the community.": "此人在社群中的角色。",
    "Whose address it is; they need no account yet.": "此人的邮箱；可以尚未注册。",
    "Its short name, unique in the system, for addresses.": "短名称，在系统内唯一，用于地址。",
    "What the community is called.": "社群的名称。",
    "The IANA time zone of its days and deadlines.": "日期和期限所用的 IANA 时区。",
    "The language in which the community writes to people.": "社群给人发送消息所用的语言。",
    "The currency of all its prices.": "社群所有价格的货币。",
    "Its name, and what its days and its money are written in.": (
        "社群的名称，以及日期与金额的写法。"
    ),
    "Where they hold the roles.": "在哪个社群持有角色。",
    "The roles that somebody holds in a community.": "某人在一个社群中持有的角色。",
    "By community, oldest first, 100 at most.": "按社群列出，最早的在前，最多 100 个。",
    "The person's id.": "人的 id。",
    "The mail address; null: they came by another way and linked none.": (
        "邮箱；用其他方式登录且未绑定邮箱时为 null。"
    ),
    "What the person wants to be called.": "希望被怎样称呼。",
    "The language of mails and messages.": "邮件和消息的语言。",
    "Whether they operate the whole system.": "是否为系统运营人员。",
    "Rises with each change; it is the ETag's, for If-Match.": (
        "每次变更后增加；即 ETag 中的版本，供 If-Match 使用。"
    ),
    "When it was made.": "创建的时刻。",
    "What it is called in addresses, such as `wechat-website`.": (
        "在地址中的名称，例如 `wechat-website`。"
    ),
    "What a front end has to do for it.": "前端需要为此做什么。",
    "What a button says, in the reader's language.": "按钮上的文字，使用读者的语言。",
    "`kind` says what a front end has to do: send people to an address (`oidc`, "
    "`wechat_website` with its QR code, `wechat_official` inside WeChat), or ask WeChat for "
    "a code in a mini program (`wechat_mini`).": (
        "`kind` 说明前端需要做什么：把人带到某个地址（`oidc`、带二维码的 `wechat_website`、"
        "微信内的 `wechat_official`），或在小程序中向微信索取授权码（`wechat_mini`）。"
    ),
    "The accounts elsewhere by which people can sign in here.": "可以用来登录的其他平台账号。",
    "What a phone number may begin with, such as `+86`; none: no codes go to phones.": (
        "手机号可以用哪些国家或地区代码开头，例如 `+86`；为空表示不向手机发送验证码。"
    ),
    "Where the code is sent: the number with its country.": (
        "验证码发往的号码，包括国家或地区代码。"
    ),
    "Language of the message.": "短信的语言。",
    "Where the browser goes to sign in there.": "浏览器前往登录的地址。",
    "What the provider sends back along, by which the end finds the start.": (
        "平台原样带回的内容，用来找到对应的开始步骤。"
    ),
    "What the start answered for this browser alone.": "开始时只返回给该浏览器的内容。",
    "Until when it can be finished.": "最迟何时完成。",
    "The page of the front end to which the provider sends people back, where `state` and "
    "`code` are read; the provider has to know it, too.": (
        "平台把人带回的前端页面，`state` 和 `code` 在此读取；该地址也须在平台登记。"
    ),
    "The page from which they came, which the end answers again.": (
        "此人来自哪个页面，完成时原样返回。"
    ),
    "Language of a new person.": "新建人员时使用的语言。",
    "Where people go on; null for a mini program.": "接下来前往的页面；小程序为 null。",
    "Whether the person came just now.": "此人是否刚刚建立。",
    "The `code` that the provider sent along.": "平台带回的 `code`。",
    "What the provider sent back along; null for a mini program.": (
        "平台带回的 `state`；小程序为 null。"
    ),
    "What the start answered for this browser alone; null: a mini program.": (
        "开始时只返回给该浏览器的内容；小程序为 null。"
    ),
    "`phone`, or the `name` of the way as `list_ways` has it.": (
        "`phone`，或 `list_ways` 所列登录方式的 `name`。"
    ),
    "The phone number, or what the person is called there.": "手机号，或此人在该平台上的名称。",
    "When it was linked.": "绑定的时刻。",
    "A way by which its person can sign in besides their address.": "除邮箱以外的一种登录方式。",
    "The mail address, which is changed and not unlinked; null: there is none.": (
        "邮箱，只能更换、不能解绑；没有时为 null。"
    ),
    "The ways besides the address.": "除邮箱以外的登录方式。",
    "What was linked.": "绑定了什么。",
    "The page from which the person came; null for a mini program.": (
        "此人来自哪个页面；小程序为 null。"
    ),
    "The new address.": "新邮箱。",
    "When it was asked for.": "提出申请的时刻。",
    "Until when both codes are good.": "两个验证码的有效期至。",
    "The code from the mail to the old address.": "原邮箱收到的验证码。",
    "The code from the mail to the new address.": "新邮箱收到的验证码。",
    "Which part of the system confirms it.": "由系统的哪个部分确认。",
    "When it happened.": "发生的时刻。",
    "A service that has nothing of the person left.": "已不再保存此人任何数据的服务。",
    "Who is erased.": "被删除数据的人。",
    "Where it stands.": "目前的状态。",
    "From when on it cannot be taken back.": "从何时起不能再撤回。",
    "What puts it off at present, in a word, such as `last_owner`; null: nothing does.": (
        "目前使其推迟的原因，用一个词表示，例如 `last_owner`；没有时为 null。"
    ),
    "The services that have nothing of the person left.": "已不再保存此人任何数据的服务。",
    "Of which kind of list it is.": "属于哪一类列表。",
    "The thing itself, as in the API's lists of this kind.": "内容本身，与 API 中同类列表一致。",
    "One thing that is kept of a person; `data` is as in the API's lists of this kind.": (
        "保存的关于某人的一项内容；`data` 与 API 中同类列表一致。"
    ),
}
