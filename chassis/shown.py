"""Amounts, times and days as people read them, by babel; in a reader's language (`zh-CN`, `en`)."""

import datetime as dt
import functools
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time, get_timezone, get_timezone_name
from babel.numbers import format_currency, get_currency_precision


def instant(moment: dt.datetime, zone: str, locale: str) -> str:
    """Date, time to the minute, and the zone by name: a deadline nobody has to guess."""
    language, there = _language(locale), get_timezone(zone)
    local = moment.astimezone(there)
    day = format_date(local.date(), "long", language)
    time = format_time(local, "HH:mm", tzinfo=there, locale=language)
    name = get_timezone_name(local, "long", locale=language)
    return f"{day} {time}（{name}）" if language.language == "zh" else f"{day}, {time} ({name})"


def day(iso: str, locale: str) -> str:
    """A date without a time."""
    return format_date(dt.date.fromisoformat(iso), "long", _language(locale))


def money(amount: int, currency: str, locale: str) -> str:
    """Minor units shown with the currency's own number of decimals; exact, no float."""
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    return format_currency(value, currency, locale=_language(locale))


@functools.cache
def _language(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")
