"""Every word that a text needs is there, and each thing has one name in Chinese."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from contracts import events, membership, notifications, payments
from contracts.errors import REGISTRY
from contracts.errors import gateway as gateway_codes
from contracts.errors import notifications as notifications_codes
from contracts.fields import Matching
from contracts.problems import FIELD_CODES
from contracts.words import TABLES
from contracts.words.shapes import EXPECTED
from contracts.words.things import NOUNS
from contracts.words.titles import TITLES
from gateway import routes
from services.payments.adapters import sandbox

DECLARED = (
    events,
    membership,
    notifications,
    notifications_codes,
    payments,
    gateway_codes,
    routes,
    sandbox,
)
ROOT = Path(__file__).parents[3]
CODE = [
    path
    for part in ("chassis", "contracts", "gateway", "services")
    for path in sorted((ROOT / part).rglob("*.py"))
]
_EXPECTED = re.compile(r'"?\bexpected"?\s*[=:]\s*"([^"]+)"')
_NOUN = re.compile(
    r'(?:\bnoun|\bNOUN|"noun")\s*[=:]\s*"([^"]+)"|require_may_see\([^"()]*(?:\.who,\s*)"([^"]+)"'
)

# What is not said of a thing, and what is.
SYNONYMS = {
    "套餐|会员方案": "方案",
    "会员资格": "会籍",
    "所有者": "群主",
    "待购|(?:该|此|新的)购买": "待付款项",
    "券码": "优惠码",
    "关联": "绑定",
    "撤销(?!签到)": "吊销（密钥）、收回（角色）",
    "注销": "删除个人数据",
    "运营者|运营方": "运营人员",
    "政策": "规则",
    "主持人": "组织者",
    "领取申请": "认领",
    "撤回报名": "退出报名",
    "上架": "开售",
    "下架": "停售",
    "聚会": "活动",
    "会籍期|会员期": "会期",
    "分块|分片|(?<![分片字阶手])段(?!时间)": "分段",
}


def declared_fields(field: Any) -> Iterator[fields.Field[Any]]:
    yield field
    if isinstance(field, fields.List):
        yield from declared_fields(field.inner)
    if isinstance(field, fields.Dict):
        for part in (field.key_field, field.value_field):
            if part is not None:
                yield from declared_fields(part)


def schemas(base: type[Schema]) -> Iterator[type[Schema]]:
    for schema in base.__subclasses__():
        yield schema
        yield from schemas(schema)


def test_every_shape_that_is_expected_has_its_words() -> None:
    wanted = {
        part.expected
        for schema in schemas(Schema)
        for field in schema._declared_fields.values()
        for part in declared_fields(field)
        if isinstance(part, Matching)
    } - {""}  # of codes of coupons, which say more
    assert len(wanted) > 15
    for path in CODE:
        wanted |= {
            word for word in _EXPECTED.findall(path.read_text()) if path.name != "samples.py"
        }
    # A body's type and sizes of parts are no shapes of fields.
    assert wanted - {"application/json"} <= set(EXPECTED)


def test_no_shape_begins_with_what_would_need_a_blank_before_it() -> None:
    assert not [word for word, (_, chinese) in EXPECTED.items() if chinese[0].isascii()]


def test_every_thing_that_is_not_found_has_its_words() -> None:
    named = {one or other for path in CODE for one, other in _NOUN.findall(path.read_text())}
    assert {"way to sign in", "refund request", "request", "email change"} <= named
    assert named <= set(NOUNS)


def test_every_code_has_its_titles_and_no_title_is_left_over() -> None:
    assert set(TITLES) == set(REGISTRY)


def test_no_english_title_is_the_code_spelled_out() -> None:
    spelled = {
        code
        for code, (english, _) in TITLES.items()
        if english == code.partition(".")[2].replace("_", " ").capitalize()
    }
    assert not spelled


def chinese_texts() -> Iterator[tuple[str, str]]:
    """Where it stands, and all that is said there in Chinese."""
    for error in REGISTRY.values():
        yield error.code, error.zh
    for code, (_, chinese) in [*FIELD_CODES.items(), *TITLES.items()]:
        yield code, chinese
    for table, words in TABLES.items():
        for word, (_, chinese) in words.items():
            yield f"{table}.{word}", chinese
    files = [
        *(ROOT / "services/notifications/templates/zh-CN").glob("*.jinja"),
        *(ROOT / "docs/guides").glob("*.zh-CN.md"),
        *(ROOT / "gateway").rglob("*.py"),
        ROOT / "docs/glossary.md",
        ROOT / "examples/screens/words.json",
    ]
    for path in files:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize("wrong", SYNONYMS)
def test_a_thing_has_one_name(wrong: str) -> None:
    found = [where for where, text in chinese_texts() if re.search(wrong, text)]
    assert not found, SYNONYMS[wrong]


def test_no_blank_stands_between_an_instant_and_what_follows_in_chinese_mails() -> None:
    for path in (ROOT / "services/notifications/templates/zh-CN").glob("*.jinja"):
        assert "| instant }} 前" not in path.read_text(), path.name
