"""What can be wrong with one field: codes, texts in both languages, and pointers (H-3, H-4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem

FIELD_CODES: dict[str, tuple[str, str]] = {
    "field.required": ("This field is missing; add it.", "缺少该字段，请补充。"),
    "field.unknown": (
        "There is no such field here[; did you mean {did_you_mean}?|; remove it.]"
        "[ This takes: {known}.|]",
        "此处没有该字段[，您是否想写 {did_you_mean}？|，请删除。][可用字段：{known}。|]",
    ),
    "field.fixed": (
        "Fixed once made; leave it out, or make a new one with the value that you want.",
        "创建后不可修改，请去掉该项；如需其他值，请新建。",
    ),
    "field.of_other_kind": (
        "Does not go with {kind}, which takes {takes}; remove it.",
        "不适用于 {kind}，请改填 {takes}，并删除此项。",
    ),
    "field.null": ("This field may not be null; give a value.", "该字段不能为空，请填写。"),
    "field.type": (
        "Has to be {expected:expected}.",
        "类型不正确，应为{expected:expected}，请修改。",
    ),
    "field.minor_units": (
        "Takes a whole number of minor units, without quotes: 3,000.50 is written 300050.",
        "应为以最小货币单位计的整数，不带引号：3,000.50 写作 300050。",
    ),
    "field.length": (
        "Takes {minimum} to {maximum} characters.",
        "长度应为 {minimum} 至 {maximum} 个字符。",
    ),
    "field.range": (
        "Takes a value from {minimum} to {maximum}.",
        "取值应在 {minimum} 至 {maximum} 之间。",
    ),
    "field.choice": (
        "[Takes one of: {choices}.|Nothing can be chosen here; leave it out.]",
        "[可选值为：{choices}。|此处没有可选值，请删除。]",
    ),
    "field.currency": (
        "Prices here are in {currency}; give the amount in it.",
        "该社群以 {currency} 结算，请使用该币种。",
    ),
    "field.include": (
        "There is nothing of that name to include; takes, separated by commas: {choices}.",
        "没有可附带的该项内容，可选值（以逗号分隔）为：{choices}。",
    ),
    "field.format": (
        "Does not look like {expected:expected}; correct it.",
        "格式不正确，应为{expected:expected}，请修改。",
    ),
    "field.id": (
        "[This is the id of {given:prefix}; |This is no id of ours; ]"
        "[the id of {wanted:prefix} starts with {starts_with}.|one looks like {example}.]",
        "[这是{given:prefix}的编号|这不是有效的编号]；"
        "[{wanted:prefix}的编号以 {starts_with} 开头。|编号形如 {example}。]",
    ),
    "field.look_alikes": (
        "Has characters that look like others and are not taken: {refused}; a code has 6 to 24"
        " letters and digits without 0, 1, I, J, O.",
        "含有易混淆的 {refused}，不可使用；优惠码为 6 至 24 个字母或数字，不含 0、1、I、J、O。",
    ),
    "field.control_characters": (
        "Has control characters, or ones that turn the direction of writing; remove them.",
        "含有控制字符或改变书写方向的字符，请删除。",
    ),
    "field.items": ("Takes {minimum} to {maximum} items.", "条目数应为 {minimum} 至 {maximum}。"),
    "field.once": (
        "This parameter is taken once; keep one.",
        "该参数只能出现一次，请保留一个。",
    ),
    "field.time_order": (
        "Has to be after {after:instant}; correct it.",
        "须晚于{after:instant}，请修改。",
    ),
    "field.cap_low": (
        "A cap below the base price is none; set {least:money} or more, or null.",
        "封顶价不得低于基础价格，请设为 {least:money} 或以上，或不设封顶价。",
    ),
    "field.no_object": (
        "There is no such {noun:noun} here; correct it, or leave it out.",
        "此处没有该{noun:noun}，请更正或删除。",
    ),
    "field.question_later": (
        "Has to name a question before this one[: {choices}.|; there is none before it.]",
        "须为此题之前的问题[：{choices}。|；此题之前没有问题。]",
    ),
    "field.question_unknown": (
        "The form has no such question[; it has: {choices}.|.]",
        "申请表中没有此问题[；现有：{choices}。|。]",
    ),
    "field.file_questions": (
        "A form asks for files in at most {maximum} questions; ask for them together.",
        "一份申请表最多有 {maximum} 个上传文件的问题，请合并。",
    ),
    "field.upload_missing": (
        "You have no such file here; send it, then name its id.",
        "没有您上传的这个文件，请先上传，再填写该文件。",
    ),
    "field.upload_other_purpose": (
        "This file was sent for something else; send it again as an answer.",
        "该文件是为其他用途上传的，请作为答案重新上传。",
    ),
    "field.upload_unfinished": (
        "Not all parts of this file are here; send the others first.",
        "该文件尚未传完，请先传完其余部分。",
    ),
    "field.upload_used": (
        "This file is used already; send it once more for here.",
        "该文件已在别处使用，请为此处重新上传。",
    ),
    "field.repeated": (
        "[The same stands in line {line}|The same entry stands twice]; keep one.",
        "[与第 {line} 行重复|内容重复]，请保留一条。",
    ),
    "field.line_unreadable": (
        "Line {line} cannot be read as CSV: a quote is not closed, or a cell is far too long;"
        " correct it.",
        "第 {line} 行无法按 CSV 读取：引号未闭合，或单元格过长，请修改。",
    ),
    "field.taken": (
        "This is in use here already; correct it, or leave it out.",
        "该内容已被占用，请更正或删除。",
    ),
    "field.answer_missing": ("This question needs an answer.", "该问题需要回答。"),
    "field.answer_closed": (
        "This question is not open for changes now; send its answer as it was.",
        "该问题未开放修改，请保留原来的回答。",
    ),
    "field.answer_unasked": (
        "This question is not asked here; remove the answer.",
        "此处未提出该问题，请删除回答。",
    ),
    "field.combination": (
        "Does not go together with: {others}; ask for one without the other.",
        "不能与 {others} 同时使用，请分开查询。",
    ),
    "field.search_wide": (
        "Finds more than {maximum} people; write more of the name.",
        "匹配的人数超过 {maximum}，请输入更完整的姓名。",
    ),
    "field.host_not_allowed": (
        "{host} is none of the community's hosts; use an address at one of them: {allowed}.",
        "{host} 不是本社群已获准的域名，请使用以下域名的地址：{allowed}。",
    ),
    "field.money_large": (
        "This is more than is left: {maximum:money}; name that or less.",
        "超过剩余金额 {maximum:money}，请修改。",
    ),
    "field.unlimited": (
        "There is no limit and none can be set any more; leave it out.",
        "创建时没有设置上限，不能再加上限，请删除该字段。",
    ),
    "field.secret_missing": (
        "Operators have placed no secret of this name for the community; ask them to, or correct"
        " the name.",
        "运营人员尚未为本社群放置该名称的密钥，请联系运营人员，或更正名称。",
    ),
    "field.key_refused": (
        "The provider does not take the key that this secret holds; have the secret replaced, or"
        " name another one.",
        "支付渠道不接受该密钥，请更换密钥，或改用其他密钥名称。",
    ),
    "field.merchant_unknown": (
        "The key is not this merchant's; correct the merchant, or name the secret with its key.",
        "该密钥不属于此商户，请更正商户号，或改用该商户的密钥。",
    ),
    # Why a coupon does not count: `contracts.payments.prices.REASONS`.
    "field.coupon_unknown": (
        "There is no such code here; check it for a typing mistake, or leave it out.",
        "没有这个优惠码，请检查是否输错，或去掉后重试。",
    ),
    "field.coupon_inactive": (
        "This code is not offered now; use another one, or leave it out.",
        "该优惠码目前未开放使用，请更换或去掉。",
    ),
    "field.coupon_not_started": (
        "This code is not valid yet; come back later, or leave it out.",
        "该优惠码尚未生效，请稍后再用，或去掉后继续。",
    ),
    "field.coupon_expired": (
        "This code is not valid any more; use another one, or leave it out.",
        "该优惠码已过期，请更换或去掉。",
    ),
    "field.coupon_used_up": (
        "All uses of this code are taken; use another one, or leave it out.",
        "该优惠码的使用次数已用完，请更换或去掉。",
    ),
    "field.coupon_used_before": (
        "You have used this code as often as one person may; use another one, or leave it out.",
        "您使用该优惠码的次数已达上限，请更换或去掉。",
    ),
    "field.coupon_newcomers_only": (
        "This code is for people who were never a member here; use another one, or leave it out.",
        "该优惠码仅限从未加入过本社群的新会员使用，请更换或去掉。",
    ),
    "field.coupon_renewals_only": (
        "This code is for members, or for who was one until lately; use another one, or leave it"
        " out.",
        "该优惠码仅限续费的会员使用，请更换或去掉。",
    ),
    "field.coupon_minimum_not_reached": (
        "The price is below what this code asks for; use another one, or leave it out.",
        "当前价格未达到该优惠码要求的最低金额，请更换或去掉。",
    ),
    "field.coupon_other_plan": (
        "This code is for another plan; choose that one, or leave the code out.",
        "该优惠码不适用于当前方案，请选择其适用的方案，或去掉后继续。",
    ),
    "field.coupon_other_currency": (
        "This code is for another currency; use another one, or leave it out.",
        "该优惠码的币种与当前方案不符，请更换或去掉。",
    ),
    "field.coupon_another_applied": (
        "One code counts for an order, and another one does already; leave this one out.",
        "每个订单只能使用一个优惠码，且已有一个生效，请去掉该优惠码。",
    ),
    "field.invalid": ("This value is not valid; correct it.", "该值无效，请修改。"),
}


def problem(code: str, **params: Any) -> ValidationError:
    """The marshmallow error that says `code` about the field at hand."""
    if code not in FIELD_CODES:
        raise ValueError(f"field code {code} is not declared")
    return ValidationError([{"code": code, "params": params}])


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """`data` checked and converted by `schema`; raises DomainError(INVALID_INPUT) with pointers."""
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise DomainError(INVALID_INPUT, fields=_walk(error.messages, "")) from None
    return loaded


def _walk(messages: Any, pointer: str) -> Iterator[FieldProblem]:
    # A field may be called `code`, but what is told about a field is never a bare text.
    if isinstance(messages, dict) and isinstance(messages.get("code"), str):
        yield FieldProblem(pointer, messages["code"], messages.get("params", {}))
    elif isinstance(messages, dict):
        for name, below in messages.items():
            step = "" if name == "_schema" else "/" + _escaped(str(name))
            yield from _walk(below, pointer + step)
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, pointer)
    else:
        code, params = _STOCK.get(messages, ("field.invalid", {}))
        yield FieldProblem(pointer, code, params)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _stock_messages() -> dict[str, tuple[str, dict[str, str]]]:
    """marshmallow's own texts, as codes; read from its classes so that a new wording still maps."""
    base = fields.Field.default_error_messages
    table: dict[str, tuple[str, dict[str, str]]] = {
        str(base["required"]): ("field.required", {}),
        str(base["null"]): ("field.null", {}),
        Schema._default_error_messages["unknown"]: ("field.unknown", {}),
        Schema._default_error_messages["type"]: ("field.type", {"expected": "object"}),
    }
    for field, message, expected in (
        (fields.String, "invalid", "string"),
        (fields.Integer, "invalid", "integer"),
        (fields.Boolean, "invalid", "boolean"),
        (fields.List, "invalid", "array"),
        (fields.Mapping, "invalid", "object"),
        (fields.Nested, "type", "object"),
    ):
        table[str(field.default_error_messages[message])] = ("field.type", {"expected": expected})
    return table


_STOCK = _stock_messages()
