"""The API description for readers of Chinese: introduction, groups, operations, parameters,
answers, objects, fields and states in their language; names and codes stay as they are."""

import re
from typing import Any

from gateway.openapi_zh_answers import ANSWERS
from gateway.openapi_zh_fields import FIELDS
from gateway.openapi_zh_meanings import MEANINGS
from gateway.openapi_zh_sentences import SENTENCES, WHO

LOCALE = "zh-CN"

DESCRIPTION = """付费且需审核的社群：申请、获批、支付、成为会员。

所有错误都是 `application/problem+json`：程序请判断 `code`，不要判断 `detail`；\
`detail` 的语言由 `Accept-Language`（zh-CN 或 en）决定。每个操作列出与自身有关的状态码，\
并在 `x-codes` 中按状态码列出自己的错误码；任何操作都可能返回的其余错误统一列在 `default` 中。\
`/problems/{code}` 逐一说明各错误码。

创建或推进事务的 POST 需携带 `Idempotency-Key`；用同一键重复请求会得到同一响应，\
并标有 `Idempotency-Replayed: true`。修改需携带 `If-Match`，其值为读取时的 ETag。\
列表用不透明的 `cursor` 翻页。金额是以最小货币单位计的整数并附带货币；\
时刻为 RFC 3339 格式的 UTC 时间，日期按社群所在时区计。后续版本的响应可能增加字段，\
请忽略不认识的字段。

每个响应都带有 `X-Request-Id`，联系我们时请提供。请求频率的限制见 `RateLimit-Policy` 与 \
`RateLimit`；超出时返回 429 与 `Retry-After`。携带 `Accept-Encoding: gzip` 时，JSON 会压缩传输。"""

TAGS: dict[str, tuple[str, str]] = {
    "Sign-in": ("登录", "用邮件或短信验证码、或其他平台的账号登录，保持会话、退出登录。"),
    "API keys": ("API 密钥", "供团队的服务器使用，无需有人登录。"),
    "Operators": ("系统运营", "系统运营人员的操作。"),
    "People": ("个人", "当前登录的人：姓名、邮箱、数据导出与删除。"),
    "Communities": ("社群", "社群及其申请表、规则、链接和角色。"),
    "Applications": ("申请", "申请加入社群，以及审核申请。"),
    "Memberships": ("会籍", "会员及其编号、会期、资料和续费。"),
    "Imports": ("导入", "把社群已有的会员带进来。"),
    "Files": ("文件", "分段上传文件，以及再次读取。"),
    "Meetups": ("活动", "起草、发布、修改和取消活动。"),
    "Registrations": ("报名", "报名、获得席位、确认席位、签到。"),
    "Plans": ("方案", "会籍的价格，以及价格如何上涨。"),
    "Coupons": ("优惠券", "可减免价格的优惠码。"),
    "Purchases": ("待付款项", "可以支付或已经支付的内容。"),
    "Orders": ("订单", "从价格到款项：报价、订单、支付。"),
    "Refunds": ("退款", "申请退款、作出决定、退回款项。"),
    "Transfers": ("转账", "汇入社群银行账户的款项。"),
    "Callbacks": ("回调", "由支付渠道调用。"),
    "Accounting": ("账目", "分类账与销售情况。"),
    "Notifications": ("通知", "当前登录者的收件箱，以及投递情况。"),
    "Request log": ("请求记录", "按 `X-Request-Id` 查询某次请求得到的响应。"),
    "History": ("变更记录", "供工作人员查看：谁在何时改了什么。"),
}

SUMMARIES: dict[str, str] = {
    "start_sign_in": "索取邮件登录验证码",
    "finish_sign_in": "用验证码换取令牌",
    "list_ways": "查看可用的登录方式",
    "start_phone_sign_in": "索取短信登录验证码",
    "start_at_way": "开始用其他平台的账号登录",
    "finish_at_way": "用平台返回的授权码换取令牌",
    "refresh_session": "用刷新令牌换取新令牌",
    "get_link": "查看签名链接的用途",
    "end_session": "退出登录",
    "list_my_sessions": "列出我的登录会话",
    "end_my_sessions": "退出所有设备",
    "end_my_session": "结束我的一个会话",
    "end_sessions": "结束某人的全部会话",
    "list_my_identities": "列出我的登录方式",
    "link_by_code": "用验证码绑定手机号或邮箱",
    "start_linking": "开始绑定其他平台的账号",
    "finish_linking": "完成绑定其他平台的账号",
    "unlink_identity": "解绑登录方式",
    "create_api_key": "创建社群的 API 密钥",
    "list_api_keys": "列出社群的 API 密钥",
    "create_system_api_key": "创建运营整个系统的 API 密钥",
    "list_system_api_keys": "列出运营整个系统的 API 密钥",
    "revoke_api_key": "吊销 API 密钥",
    "list_operators": "列出系统运营人员",
    "grant_operator": "授予系统运营角色",
    "revoke_operator": "收回系统运营角色",
    "get_me": "查看我是谁",
    "change_me": "修改我的姓名或语言",
    "start_email_change": "申请更换邮箱",
    "get_email_change": "查看等待验证的邮箱变更",
    "withdraw_email_change": "撤回邮箱变更",
    "confirm_email_change": "用两个验证码更换邮箱",
    "start_my_erasure": "申请删除我的个人数据",
    "get_my_erasure": "查看我的数据删除进度",
    "withdraw_my_erasure": "撤回我的数据删除申请",
    "start_erasure": "申请删除某人的个人数据",
    "get_erasure": "查看某人的数据删除进度",
    "withdraw_erasure": "撤回某人的数据删除申请",
    "export_my_membership_data": "导出会籍服务中我的数据",
    "export_person_membership_data": "导出会籍服务中某人的数据",
    "export_my_payments_data": "导出支付服务中我的数据",
    "export_person_payments_data": "导出支付服务中某人的数据",
    "export_my_events_data": "导出活动服务中我的数据",
    "export_person_events_data": "导出活动服务中某人的数据",
    "export_my_notifications_data": "导出通知服务中我的数据",
    "export_person_notifications_data": "导出通知服务中某人的数据",
    "create_community": "创建社群",
    "list_communities": "列出社群",
    "get_community": "查看社群",
    "get_community_by_slug": "按短名称查看社群",
    "list_my_communities": "列出我加入、申请或参与管理的社群",
    "get_dashboard": "查看社群概览",
    "get_membership_report": "按周期查看申请与会籍的结果",
    "export_membership_report": "以表格形式获取报告的一部分",
    "change_community": "修改社群",
    "change_link_hosts": "设定社群链接可指向的域名",
    "get_policy": "查看规则的某一版本",
    "grant_role": "授予角色",
    "list_roles": "列出角色持有人",
    "revoke_role": "收回角色",
    "change_form": "发布新版申请表",
    "get_form": "查看申请表的某一版本",
    "create_application": "申请加入社群",
    "list_applications": "列出社群的申请",
    "list_my_applications": "列出我的申请",
    "list_review_queue": "列出等待审核的申请",
    "get_application": "查看申请",
    "change_application": "替换申请的回答",
    "choose_application_plan": "改选方案",
    "submit_application": "提交申请",
    "withdraw_application": "撤回申请",
    "claim_application": "认领申请进行审核",
    "approve_application": "批准申请",
    "reject_application": "拒绝申请",
    "decide_application": "以群主身份裁定申请",
    "declare_conflict": "申报利益冲突",
    "undo_decision": "收回审核决定",
    "reopen_application": "恢复已失效的申请",
    "request_info": "请申请人补充信息",
    "get_screening": "查看筛查规则",
    "change_screening": "替换筛查规则",
    "try_screening": "用最近的申请试运行筛查规则",
    "decide_applications": "批量审核申请",
    "get_reasons": "查看社群的常用原因",
    "change_reasons": "替换社群的常用原因",
    "add_note": "为申请添加备注",
    "list_notes": "列出申请的备注",
    "remove_note": "删除备注",
    "create_block": "加入黑名单",
    "list_blocks": "列出黑名单",
    "remove_block": "移出黑名单",
    "create_invitation": "创建邀请",
    "list_invitations": "列出社群的邀请",
    "revoke_invitation": "收回邀请",
    "read_invitation": "查看邀请",
    "get_vouching_code": "查看我的推荐码",
    "create_vouch": "推荐申请人",
    "list_my_vouches": "列出我推荐的申请人",
    "take_back_vouch": "撤回我的推荐",
    "get_voucher_record": "查看某会员所推荐的申请的结果",
    "get_membership": "查看会籍",
    "list_my_memberships": "列出我的会籍",
    "list_memberships": "列出社群的会籍",
    "export_memberships": "以表格形式获取社群的会籍",
    "get_my_place": "查看我在社群中的状态",
    "get_my_joining": "查看我能否加入及原因",
    "get_join": "查看入会或续费的进度",
    "change_profile": "修改会员资料",
    "start_renewal": "开始续费",
    "cancel_membership": "会期结束时取消我的会籍",
    "keep_membership": "撤回我的取消",
    "pause_membership": "暂停会期",
    "resume_membership": "恢复会期",
    "suspend_membership": "暂停会员",
    "lift_suspension": "解除暂停",
    "end_membership": "终止会籍",
    "give_term": "赠送会期",
    "give_membership": "赠送会籍",
    "get_membership_counts": "按状态统计会籍与申请",
    "create_import": "从 CSV 文件导入已有会员",
    "import_upload": "从已上传的文件导入已有会员",
    "get_import": "查看导入进度",
    "list_import_rows": "列出每一行的导入结果",
    "export_import_rows": "以表格形式获取每一行的导入结果",
    "create_upload": "开始上传文件",
    "add_upload_part": "上传文件的下一个分段",
    "get_upload": "查看文件上传进度",
    "remove_upload": "移除文件",
    "get_upload_content": "下载文件",
    "list_my_uploads": "列出我的文件",
    "create_meetup": "起草活动",
    "list_meetups": "按开始时间列出社群的活动",
    "count_meetups": "按状态统计社群的活动",
    "get_meetup": "查看活动",
    "change_meetup": "修改活动，或预览修改的影响",
    "publish_meetup": "开放报名",
    "close_registration": "截止报名",
    "cancel_meetup": "取消活动",
    "select_registrations": "分配席位，其余报名者依次候补",
    "list_registrations": "按报名顺序列出活动的报名",
    "register": "报名参加活动",
    "count_registrations": "按状态统计活动的报名",
    "list_guests": "列出有席位的来宾，供入场核对",
    "list_my_registrations": "列出我的报名",
    "get_registration": "查看报名",
    "confirm_registration": "确认保留的席位",
    "decline_registration": "放弃保留的席位",
    "withdraw_registration": "退出报名",
    "check_in": "签到",
    "undo_check_in": "撤销签到",
    "accept_offer": "接受候补席位",
    "decline_offer": "放弃候补席位",
    "create_plan": "创建方案",
    "list_plans": "列出社群的方案",
    "get_plan": "查看方案",
    "change_plan": "修改方案，或预览修改",
    "put_plan_on_sale": "开售方案",
    "pause_plan": "暂停销售方案",
    "close_plan": "永久停售方案",
    "get_price": "查看方案的当前价格及其由来",
    "get_offer": "查看社群的招募信息：申请表、方案与当前价格",
    "list_provider_accounts": "列出支付渠道账户",
    "get_provider_account": "查看支付渠道账户",
    "set_provider_account": "设定支付渠道账户",
    "create_coupon": "创建优惠券",
    "list_coupons": "列出优惠券及其使用情况",
    "count_coupons": "按状态统计社群的优惠券",
    "get_coupon": "查看优惠券及其使用情况",
    "change_coupon": "修改优惠券，或预览修改",
    "pause_coupon": "暂停使用优惠券",
    "resume_coupon": "恢复使用优惠券",
    "end_coupon": "永久终止优惠券",
    "list_my_purchases": "列出我可支付或已支付的内容",
    "get_purchase": "查看待付款项",
    "choose_purchase_plan": "改选要支付的方案",
    "create_quote": "获取报价并保留名额",
    "get_quote": "查看报价",
    "create_order": "接受报价",
    "order_purchase": "按所见价格下单",
    "get_order": "查看订单",
    "list_my_orders": "列出我的订单",
    "list_orders": "列出社群的订单",
    "count_orders": "按状态统计社群的订单",
    "cancel_order": "放弃未支付的订单",
    "open_payment": "发起支付",
    "get_refund_preview": "预览此刻放弃可退回的金额",
    "refund_order": "为订单退款",
    "ask_refund": "申请退款",
    "list_my_refund_requests": "列出我的退款申请",
    "list_refund_requests": "列出退款申请",
    "count_refund_requests": "按状态统计退款申请",
    "get_refund_request": "查看退款申请",
    "grant_refund_request": "同意退款",
    "decline_refund_request": "拒绝退款",
    "withdraw_refund_request": "撤回退款申请",
    "list_transfers": "列出转账",
    "count_transfers": "按状态统计社群的转账",
    "confirm_transfer": "确认到账",
    "list_due_refunds": "列出待转账的退款",
    "confirm_refund": "确认退款已转出",
    "receive_callback": "接收支付渠道的通知",
    "get_ledger": "查看分类账余额",
    "get_sales": "查看销售情况",
    "get_revenue": "按月查看社群收入，以及最新订单",
    "list_my_notifications": "列出我的通知",
    "mark_notification_read": "将通知标为已读（以首次为准）",
    "read_my_notifications": "将某条及更早的通知全部标为已读",
    "my_events": "实时接收与我有关的动态",
    "get_delivery_summary": "统计投递情况",
    "get_request": "查询某次请求得到的响应",
    "get_community_history": "查看社群的变更记录",
    "get_role_history": "查看某人角色的变更记录",
    "get_application_file": "下载申请中的文件",
    "get_application_history": "查看申请的变更记录",
    "get_membership_history": "查看会籍的变更记录",
    "get_meetup_history": "查看活动的变更记录",
    "get_registration_history": "查看报名的变更记录",
    "get_plan_history": "查看方案的变更记录",
    "get_coupon_history": "查看优惠券的变更记录",
    "get_order_history": "查看订单的变更记录",
    "get_refund_request_history": "查看退款申请的变更记录",
}


_TEXTS = {**SENTENCES, **ANSWERS}
VALUES = frozenset({"default", "enum", "example", "examples"})  # of whoever calls, in no language
_STATE = re.compile(r"- (`[^`]+`): (.*)")
_PAGE = "A page: "
_UNDER_WAY = "It is under way. "
_INCLUDE = re.compile(r"What else to answer: (.*); several with commas\.")
_CALLERS = re.compile(r"For: (?P<who>.*?)\.(?: Counts as (?P<limit>`\w+`)\.)?")


def in_chinese(document: dict[str, Any]) -> dict[str, Any]:
    """The description with its Chinese texts; what has none keeps its own."""
    tags = [
        {**tag, "x-displayName": TAGS[tag["name"]][0], "description": TAGS[tag["name"]][1]}
        if tag["name"] in TAGS
        else tag
        for tag in document["tags"]
    ]
    texts = {**_TEXTS, **FIELDS, **_meanings(document)}
    paths = {
        path: {method: _operation(operation, texts) for method, operation in methods.items()}
        for path, methods in document["paths"].items()
    }
    components = {
        kind: {
            name: _shape(one, texts) if kind == "schemas" else _described(one)
            for name, one in things.items()
        }
        for kind, things in document["components"].items()
    }
    info = {**document["info"], "description": DESCRIPTION}
    return {**document, "info": info, "tags": tags, "paths": paths, "components": components}


def _meanings(document: dict[str, Any]) -> dict[str, str]:
    """What operations do, and what their pages have: bodies and pages say the same."""
    found: dict[str, str] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            meaning = MEANINGS.get(operation["operationId"])
            if meaning is not None:
                found[operation["description"].partition("\n\n")[0]] = meaning
                for answer in operation["responses"].values():
                    if answer.get("description", "").startswith(_PAGE):
                        found[answer["description"]] = f"一页：{meaning}"
    return found


def _shape(thing: Any, texts: dict[str, str]) -> Any:
    """A schema with all its sentences in Chinese, those of its parts and states too."""
    if isinstance(thing, list):
        return [_shape(one, texts) for one in thing]
    if not isinstance(thing, dict):
        return thing
    shaped: dict[str, Any] = {}
    for name, one in thing.items():
        if name == "description" and isinstance(one, str):
            shaped[name] = "\n".join(_line(line, texts) for line in one.split("\n"))
        elif name == "properties":  # of which one may be called like a keyword
            shaped[name] = {field: _shape(each, texts) for field, each in one.items()}
        else:
            shaped[name] = one if name in VALUES else _shape(one, texts)
    return shaped


def _line(line: str, texts: dict[str, str]) -> str:
    state = _STATE.fullmatch(line)
    if state is not None:
        return f"- {state[1]}：{texts.get(state[2], state[2])}"
    return texts.get(line, line)


def _operation(operation: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    name = operation["operationId"]
    if name not in MEANINGS:
        return operation
    _, _, callers = operation["description"].partition("\n\n")
    found = _CALLERS.fullmatch(callers)
    if found is not None:
        who = "；".join(WHO.get(one, one) for one in found["who"].split("; "))
        counted = f"计入 {found['limit']} 类限额。" if found["limit"] else ""
        callers = f"调用者：{who}。{counted}"
    body = operation.get("requestBody")
    return {
        **operation,
        **({} if body is None else {"requestBody": _shape(body, texts)}),
        "summary": SUMMARIES[name],
        "description": f"{MEANINGS[name]}\n\n{callers}",
        "parameters": [_described(one) for one in operation["parameters"]],
        "responses": {
            status: {**one, "description": f"一页：{MEANINGS[name]}"}
            if one.get("description", "").startswith(_PAGE)
            else _described(one)
            for status, one in operation["responses"].items()
        },
    }


def _described(thing: dict[str, Any]) -> dict[str, Any]:
    """With its first paragraph in Chinese: lists of codes may follow, which are in no language."""
    if "description" not in thing:
        return thing
    sentence, *rest = thing["description"].split("\n\n")
    begun = "正在进行。" if sentence.startswith(_UNDER_WAY) else ""
    bare = sentence.removeprefix(_UNDER_WAY)
    if (include := _INCLUDE.fullmatch(bare)) is not None:
        names = "、".join(f"`{name}`" for name in include[1].split(", "))
        return {**thing, "description": f"另外返回什么：{names}；多个以逗号分隔。"}
    if bare not in _TEXTS:
        return thing
    return {**thing, "description": "\n\n".join([begun + _TEXTS[bare], *rest])}
