"""Errors in a reader's language: the templates of `contracts` with what people can read in them.

States, roles and things by their names, money with its currency, times in the community's zone
(`params.zone`), lists with the commas of the language. `params` themselves stay as they are.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from chassis import shown
from chassis.ids import NOUNS
from contracts.errors import LOCALES, DomainError, ErrorCode
from contracts.problems import FIELD_CODES
from contracts.words import TABLES, said
from contracts.words.screening import FOUND
from contracts.words.templates import Choice, Place, Template, parsed, places

QUESTION = "question"  # of an application: its own words go before what is wrong with the answer
_MEBIBYTE = 1024 * 1024

Params = Mapping[str, Any]


def error_text(error: DomainError, locale: str) -> str:
    """What a refusal says; parameters that are missing show as their names."""
    return words_of(error.error, locale, error.params)


def words_of(error: ErrorCode, locale: str, params: Params) -> str:
    """What an error code says with these parameters."""
    template = error.en if locale == LOCALES[1] else error.zh
    return _filled(parsed(template), locale, params)


def field_text(code: str, locale: str, params: Params) -> str:
    """What is wrong with one field."""
    en, zh = FIELD_CODES.get(code, FIELD_CODES["field.invalid"])
    text = _filled(parsed(en if locale == LOCALES[1] else zh), locale, params)
    question = params.get(QUESTION)
    if not question:
        return text
    return f"“{question}”: {text}" if locale == LOCALES[1] else f"“{question}”：{text}"


def rule_text(kind: str, locale: str, params: Params) -> str:
    """What a screening rule found."""
    en, zh = FOUND[kind]
    return _filled(parsed(en if locale == LOCALES[1] else zh), locale, params)


def documented(text: str) -> str:
    """A template as reference pages show it: with names in braces for what stands there."""
    return "".join(
        part if isinstance(part, str) else f"{{{part.name}}}" for part in _as_given(parsed(text))
    )


def _as_given(template: Template) -> list[str | Place]:
    parts: list[str | Place] = []
    for part in template:
        parts += _as_given(part.given) if isinstance(part, Choice) else [part]
    return parts


def _filled(template: Template, locale: str, params: Params) -> str:
    texts = []
    for part in template:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Place):
            texts.append(_value(part, locale, params))
        else:
            has_all = all(_is_there(params.get(place.name)) for place in places(part.given))
            texts.append(_filled(part.given if has_all else part.missing, locale, params))
    return "".join(texts)


def _is_there(value: Any) -> bool:
    return value is not None and value not in ("", [], ())


def _value(place: Place, locale: str, params: Params) -> str:
    value = params.get(place.name)
    if value is None:
        return f"{{{place.name}}}"
    if isinstance(value, list | tuple):
        last = _OR[locale] if place.kind == "role" else None
        return _listed([_one(entry, place.kind, locale, params) for entry in value], locale, last)
    return _one(value, place.kind, locale, params)


def _one(value: Any, kind: str, locale: str, params: Params) -> str:
    if not kind:
        return str(value)
    if kind in TABLES:
        return said(kind, str(value), locale)
    return _MAKERS[kind](value, locale, params)


_OR = {LOCALES[0]: "或", LOCALES[1]: " or "}
_COMMA = {LOCALES[0]: "、", LOCALES[1]: ", "}


def _listed(words: list[str], locale: str, last: str | None) -> str:
    comma = _COMMA[locale]
    if last is None or len(words) < 2:
        return comma.join(words)
    return comma.join(words[:-1]) + last + words[-1]


def _instant(value: Any, locale: str, params: Params) -> str:
    """RFC 3339 text; earlier versions wrote it without a zone beside it."""
    return shown.instant(dt.datetime.fromisoformat(value), params.get("zone") or "UTC", locale)


def _money(value: Any, locale: str, params: Params) -> str:
    """Minor units, beside `currency`; earlier versions named none."""
    currency = params.get("currency")
    return shown.money(value, currency, locale) if currency else str(value)


def _size(value: Any, locale: str, params: Params) -> str:
    if value < _MEBIBYTE:
        return f"{value / 1024:.4g} KB"
    return f"{value / _MEBIBYTE:.4g} MB"


def _seconds(value: Any, locale: str, params: Params) -> str:
    return _counted(value, "second", "秒", locale)


def _minutes(value: Any, locale: str, params: Params) -> str:
    return _counted(value, "minute", "分钟", locale)


def _counted(value: Any, en: str, zh: str, locale: str) -> str:
    if locale != LOCALES[1]:
        return f"{value} {zh}"
    return f"{value} {en}" if value == 1 else f"{value} {en}s"


def _named_by(value: Any, locale: str, params: Params) -> str:
    """What ids with a prefix name: `an order`."""
    noun = said("noun", NOUNS.get(value, value), locale)
    if locale != LOCALES[1]:
        return noun
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


_MAKERS: dict[str, Callable[[Any, str, Params], str]] = {
    "instant": _instant,
    "day": lambda value, locale, params: shown.day(value, locale),
    "money": _money,
    "size": _size,
    "prefix": _named_by,
    "seconds": _seconds,
    "minutes": _minutes,
}
