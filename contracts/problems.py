"""What can be wrong with one field: codes, texts in both languages, and pointers (H-3, H-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem

FIELD_CODES: dict[str, tuple[str, str]] = {
    "field.required": ("This field is missing; add it.", "缺少该字段，请补充。"),
    "field.unknown": ("There is no such field here; remove it.", "不存在该字段，请删除。"),
    "field.null": ("This field may not be null; give a value.", "该字段不能为空，请填写。"),
    "field.type": (
        "This is not {expected}; send the right JSON type.",
        "类型不正确，应为 {expected}，请修改。",
    ),
    "field.length": (
        "Takes {minimum} to {maximum} characters.",
        "长度应为 {minimum} 至 {maximum} 个字符。",
    ),
    "field.range": (
        "Takes a value from {minimum} to {maximum}.",
        "取值应在 {minimum} 至 {maximum} 之间。",
    ),
    "field.choice": ("Takes one of: {choices}.", "可选值为：{choices}。"),
    "field.include": (
        "There is nothing of that name to include; takes, separated by commas: {choices}.",
        "没有可附带的该项内容，可选值（以逗号分隔）为：{choices}。",
    ),
    "field.format": (
        "Does not look like {expected}; correct it.",
        "格式不正确，应为 {expected}，请修改。",
    ),
    "field.control_characters": (
        "Has control characters, or ones that turn the direction of writing; remove them.",
        "含有控制字符或改变书写方向的字符，请删除。",
    ),
    "field.items": ("Takes {minimum} to {maximum} items.", "条目数应为 {minimum} 至 {maximum}。"),
    "field.repeated": ("The same entry stands twice; keep one.", "内容重复，请保留一条。"),
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
    "field.invalid": ("This value is not valid; correct it.", "该值无效，请修改。"),
}


def problem(code: str, **params: Any) -> ValidationError:
    """The marshmallow error that says `code` about the field at hand."""
    if code not in FIELD_CODES:
        raise ValueError(f"field code {code} is not declared")
    return ValidationError([{"code": code, "params": params}])


def field_text(code: str, locale: str, params: Mapping[str, Any]) -> str:
    """The message about one field for a reader of `locale`."""
    en, zh = FIELD_CODES.get(code, FIELD_CODES["field.invalid"])
    return (en if locale == "en" else zh).format(**params)


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
