"""By what people are found: beginnings of names, of their pinyin, and of its initials."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.identity.name_keys import LONGEST, MOST_KEYS, folded, keys_of


def is_found(name: str, search: str) -> bool:
    return folded(search) in keys_of(name)


@pytest.mark.parametrize(
    "search", ["李", "李小龙", "小龙", "龙", "xiaolong", "Li Xiao", "lixiaolong", "lxl", "xl", "L"]
)
def test_a_chinese_name_is_found(search: str) -> None:
    assert is_found("李小龙", search)


@pytest.mark.parametrize("search", ["iaolong", "小李", "lixl", "bruce", "李小龙龙"])
def test_what_begins_no_part_of_a_name_does_not_find_it(search: str) -> None:
    assert not is_found("李小龙", search)


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("单田芳", ["dantian", "shan", "chan", "stf"]),
        ("曾志伟", ["zeng", "cengzhi", "zzw"]),
        ("解晓东", ["xie", "jiexiao"]),
        ("吕布", ["lv", "lu", "lü", "lvbu"]),
        ("José O'Neil", ["jose", "O’Neil", "oneil", "JOSÉ"]),
        ("Alexander Hamilton", ["hamil", "alexander h", "ah"]),
        ("阿卜杜·热合曼", ["阿卜杜热合曼", "热合曼", "abudureheman", "reheman"]),
        ("李Tom", ["litom", "tom", "李t"]),
        ("Ｌｅｅ　Ming", ["lee", "ming"]),
        ("Đặng Łukasz", ["dang", "Đặng", "lukasz", "łuk"]),
        ("Øystein Æsir", ["oystein", "aesir", "æ"]),
        ("Œuvre Þór", ["oeuvre", "thor"]),
        ("김철수", ["철수", "김"]),
        ("Smith-Jones", ["jones", "smithjones", "smith j", "sm"]),
        ("Jean-Luc O'Neil", ["luc", "jeanluc", "oneil", "jean luc o"]),
        ("Wang,Li", ["li", "wangli"]),
        ("Anna(Berlin) J.Roe", ["berlin", "annaberlin", "roe"]),
        ("阿卜杜热西提·买买提依明", ["买买提", "热西提", "mmt", "maimaiti", "rexiti"]),
        ("买买提·阿卜杜热合曼", ["热合曼", "abudureheman", "reheman"]),
        ("李雷（北京大学第三医院）", ["医院", "lilei", "beijingdaxue", "bjdx"]),
    ],
)
def test_names_are_found_as_people_write_them(name: str, searches: list[str]) -> None:
    """Readings of a surname that has several are all kept; accents, case and width do not count."""
    assert [search for search in searches if not is_found(name, search)] == []


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
LATIN = st.text("abcdefgh", min_size=1, max_size=6)


@given(st.lists(HAN, min_size=1, max_size=4), st.data())
def test_any_beginning_of_any_end_finds_a_chinese_name(
    name: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert is_found("".join(name), "".join(name[start:end]))


@given(st.lists(LATIN, min_size=1, max_size=4), st.data())
def test_any_beginning_of_any_word_finds_a_name(words: list[str], data: st.DataObject) -> None:
    rest = " ".join(words[data.draw(st.integers(0, len(words) - 1)) :])
    end = data.draw(st.integers(1, len(rest)))
    assert is_found(" ".join(words), rest[:end])


@given(st.text(max_size=80))
def test_keys_are_bounded_and_each_is_a_search(name: str) -> None:
    keys = keys_of(name)
    assert len(keys) == len(set(keys)) <= MOST_KEYS
    assert all(0 < len(key) <= LONGEST and folded(key) == key for key in keys)


def test_a_search_that_is_longer_than_keys_finds_what_it_begins_with() -> None:
    assert is_found("Wolfeschlegelsteinhausenbergerdorff", "wolfeschlegelsteinhausenbergerdorff")


@pytest.mark.parametrize("name", [None, "", " ", "😀", "·"])
def test_nobody_is_found_by_no_name(name: str | None) -> None:
    assert keys_of(name) == []


def test_readings_of_words_are_never_loaded() -> None:
    """57 MB instead of 14 in each process that stores a name."""
    asked = (
        "import sys; from services.membership.domain.identity.name_keys import keys_of;"
        "keys_of('Li'); before = 'pypinyin' in sys.modules; keys_of('李');"
        "names = ('pypinyin.pinyin_dict', 'pypinyin.phrases_dict');"
        "print(before, *(name in sys.modules for name in names))"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["False", "True", "False"]
