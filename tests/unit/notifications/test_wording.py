"""Words for readers: every rule in both languages, amounts, dates and zones."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import jinja2
import pytest

from contracts.states.events import SEAT_ENDS
from contracts.states.membership import LINK_KINDS, LinkKind
from services.notifications.adapters.wording import (
    LANGUAGES,
    PLAIN,
    TEMPLATES,
    MailBody,
    Wording,
    Words,
)
from services.notifications.domain.rules import BY_TYPE, RULES, Lead, Rule
from services.payments.domain.money import refunds
from tests.unit.notifications.samples import facts_of, made_id

WORDING = Wording()
LINKS = {kind: f"https://club.example.cn/my?{kind}={{id}}&from=mail" for kind in LINK_KINDS}
CODE = {"code": "04213796", "expires_at": dt.datetime(2026, 11, 21, 8, 10, tzinfo=dt.UTC)}


def words(type: str, locale: str, **changes: Any) -> Words:
    quoted = {} if BY_TYPE[type].words is None else {"words": changes.pop("words", "谢谢！")}
    facts = {**facts_of(BY_TYPE[type].event, **changes), **quoted}
    if BY_TYPE[type].has_code:
        facts |= CODE | changes
    return WORDING.words(type, locale, facts=facts, community="医生圈", zone="Asia/Shanghai")


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.type)
def test_every_rule_is_put_into_words(rule: Rule, locale: str) -> None:
    """StrictUndefined: a name that the facts lack fails here, not in a mail."""
    said = words(rule.type, locale)
    assert said.title
    assert said.paragraphs
    assert "\n" not in said.title
    lead = rule.lead(facts_of(rule.event), LINKS)
    body = WORDING.mail(said, locale, lead=lead, community="医生圈", name="李伟")
    assert said.paragraphs[0] in body.plain
    assert "李伟" in body.plain
    assert "<p" in body.html
    assert "{{" not in said.title + body.plain + body.html
    assert "None" not in body.plain


def test_no_template_without_a_rule() -> None:
    """Templates and rules are the same set in both languages."""
    for language in LANGUAGES:
        named = {path.stem for path in (TEMPLATES / language).glob("*.jinja")}
        assert named == set(BY_TYPE) | {"mail.txt", "mail.html", "lead", PLAIN}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_message_without_words_is_a_plain_line(locale: str) -> None:
    """product.md §5: in both languages, made from its type alone."""
    said = WORDING.plain("seat_offered", locale, community="医生圈")
    assert "医生圈" in said.title
    assert "seat offered" in said.title
    assert "seat offered" in said.text


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "November 24, 2026, 16:00 (China Standard Time)"),
        ("zh-CN", "2026年11月24日 16:00（中国标准时间）"),
    ],
)
def test_deadline_is_told_in_the_zone_of_the_community(locale: str, said: str) -> None:
    """08:00 UTC is 16:00 in Shanghai, and the zone stands beside it."""
    assert said in words("application_approved", locale).text


def test_meetup_is_told_in_its_own_zone() -> None:
    """product.md §5: deadlines also in meetup time; here Berlin, not the community's Shanghai."""
    said = words("seat_offered", "en")
    assert "December 5, 2026, 05:00 (Central European Standard Time)" in said.text
    assert "November 28, 2026, 15:30 (Central European Standard Time)" in said.text


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "said"),
    [
        ("zh-CN", 300_005, "CNY", "¥3,000.05"),
        ("en", 300_005, "CNY", "CN¥3,000.05"),
        ("en", 1_234, "JPY", "¥1,234"),
        ("en", 1_234_567, "KWD", "KWD1,234.567"),
        ("en", 9_007_199_254_740_993, "EUR", "€90,071,992,547,409.93"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    locale: str, amount: int, currency: str, said: str
) -> None:
    """D-13: minor units become words exactly, also beyond what a float can hold."""
    refund = words("order_refunded", locale, amount={"amount": amount, "currency": currency})
    assert said in refund.title


# All that payments gives money back by without somebody's words, and what owners refuse by.
REFUNDED_BY = [
    *(refunds.SECOND_PAYMENT, refunds.LATE_PAYMENT, refunds.WRONG_PAYMENT, refunds.OVERPAID),
    *(refunds.PART_PAYMENT, refunds.PURCHASE_REFUSED, refunds.ASKED_FOR),
    *(f"seat_{end}" for end in SEAT_ENDS),
    *("seat_gone", "order_refunded", "term_paid_already", "term_unknown", "membership_ended"),
    *("revival_over", "application_withdrawn", "applied_again"),
]


@pytest.mark.parametrize(("locale", "label"), [("zh-CN", "原因："), ("en", "Reason: ")])
def test_a_refund_by_a_code_of_ours_says_it_in_words(locale: str, label: str) -> None:
    """A code that is not known here says nothing; what people wrote stands there as it is."""
    for code in REFUNDED_BY:
        said = words("order_refunded", locale, reason=code, words=code).text
        assert label in said
        assert code not in said
    unknown = words("order_refunded", locale, reason="of_tomorrow", words="of_tomorrow").text
    assert label not in unknown
    assert f"{label}祝好" in words("order_refunded", locale, words="祝好").text


@pytest.mark.parametrize(
    ("days_left", "title"),
    [
        (30, "Your membership of 医生圈 ends in 30 days"),
        (1, "Your membership of 医生圈 ends in 1 day"),
        (0, "Your membership of 医生圈 ends today"),
        (-3, "Your membership of 医生圈 has ended"),
    ],
)
def test_term_reminder_says_how_long_is_left(days_left: int, title: str) -> None:
    """One template tells before, on the day, and in grace apart."""
    assert words("term_ending", "en", days_left=days_left).title == title


def test_membership_without_number_or_term() -> None:
    """Comped members may have no number; a cancelled one may have no term."""
    assert "no." not in words("membership_activated", "en", number=None).text
    assert words("membership_cancelled", "en", term=None).paragraphs


@pytest.mark.parametrize("type", ["membership_renewed", "membership_plan_changed"])
def test_nobody_paid_for_a_given_term(type: str) -> None:
    """续费 is a renewal that is paid for."""
    term = facts_of(BY_TYPE[type].event)["term"]
    assert "续费" in words(type, "zh-CN").title
    given = words(type, "zh-CN", term={**term, "kind": "comped"})
    assert "续费" not in given.title + given.text
    assert "赠送" in given.title


@pytest.mark.parametrize(
    ("by_operator", "said"), [(False, "You asked"), (True, "The people who run this system")]
)
def test_an_erasure_says_who_asked_and_until_when_it_is_taken_back(
    by_operator: bool, said: str
) -> None:
    """product.md §2: an operator may ask for somebody, who hears that it was not themselves."""
    erasure = words("erasure_asked", "en", by_operator=by_operator)
    assert said in erasure.text
    assert "November 28, 2026, 16:00 (China Standard Time)" in erasure.text


@pytest.mark.parametrize("type", ["identity_linked", "identity_unlinked"])
@pytest.mark.parametrize(
    ("way", "english", "chinese"),
    [
        ("wechat", "A WeChat account", "微信账号"),
        ("phone", "A phone number", "手机号"),
        ("acme", "An account at “acme”", "“acme”账号"),
    ],
)
def test_a_way_to_sign_in_is_told_by_its_name(
    type: str, way: str, english: str, chinese: str
) -> None:
    assert f"{english} was " in words(type, "en", way=way).text
    assert chinese in words(type, "zh-CN", way=way).text


def test_an_address_that_was_linked_is_the_one_that_is_written_to() -> None:
    facts = {"identity_id": None, "way": "email"}
    assert "This mail address was linked" in words("identity_linked", "en", **facts).text
    assert "绑定一个邮箱地址" in words("identity_linked", "zh-CN", **facts).text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_who_has_the_new_address_already_gets_no_code(locale: str) -> None:
    """ADR 0052: they hear that somebody tried, and nothing else."""
    free = words("email_code_new", locale)
    taken = words("email_code_new", locale, code=None)
    assert "0421 3796" in free.text
    assert free.title != taken.title
    assert "None" not in taken.title + taken.text
    assert "2026" not in taken.text, "nothing ends for them"


@pytest.mark.parametrize("type", ["email_code_old", "email_code_new"])
def test_the_code_of_a_change_is_in_no_subject(type: str) -> None:
    """Unlike that of a sign-in: it decides about the account, and nobody is in a hurry."""
    assert "0421" not in words(type, "en").title


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "after your approval had lapsed"), ("zh-CN", "资格失效后")]
)
def test_who_was_told_of_a_lapse_is_told_that_the_payment_counts(locale: str, said: str) -> None:
    """F21: one mail does not contradict another. Older messages do not say whether it had."""
    assert said in words("membership_activated", locale, after_lapse=True).text
    facts = facts_of(BY_TYPE["membership_activated"].event)
    del facts["after_lapse"]
    older = WORDING.words(
        "membership_activated", locale, facts=facts, community="医生圈", zone="Asia/Shanghai"
    )
    assert said not in older.text


def test_text_of_people_stays_text() -> None:
    """Markup and template language in what people wrote are shown, never run."""
    said = words("application_info_requested", "en", words="{{ 7 * 7 }} <script>x</script>")
    lead = Lead("application", None)
    body = WORDING.mail(said, "en", lead=lead, community="A & B <i>", name="<b>")
    assert "{{ 7 * 7 }} <script>x</script>" in body.plain
    assert "<script>" not in body.html
    assert "&lt;script&gt;" in body.html
    assert "Hello &lt;b&gt;," in body.html


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.type)
def test_every_mail_says_where_to_go(rule: Rule, locale: str) -> None:
    """product.md §5: to the page of its object, in words where the community names none; what is
    about an account says in its own text what to do."""
    said, facts = words(rule.type, locale), facts_of(rule.event)

    def mail(links: Mapping[LinkKind, str]) -> MailBody:
        lead = rule.lead(facts, links)
        return WORDING.mail(said, locale, lead=lead, community="医生圈", name="")

    body, in_words = mail(LINKS), mail({})
    assert "http" not in in_words.plain + in_words.html
    if rule.about is None:
        assert body == in_words
        return
    page = f"https://club.example.cn/my?{rule.about}={facts[f'{rule.about}_id']}&from=mail"
    assert page in body.plain.splitlines(), "alone on its line, so that it can be clicked"
    escaped = page.replace("&", "&amp;")
    assert f'href="{escaped}"' in body.html
    assert f">{escaped}</a>" in body.html, "who reads it sees where it leads"
    (where,) = set(in_words.plain.splitlines()) - set(body.plain.splitlines())
    assert where in in_words.html
    assert "医生圈" in where


def test_a_page_is_filled_with_an_id_alone() -> None:
    """Nothing else of an address is a template."""
    rule = BY_TYPE["application_lapsed"]
    facts = facts_of(rule.event)
    lead = rule.lead(facts, {"application": "https://club.example.cn/{0.x}/{id}"})
    assert lead == Lead("application", f"https://club.example.cn/{{0.x}}/{made_id('app')}")
    assert rule.lead({}, {"application": "https://club.example.cn/{id}"}) == Lead(
        "application", None
    )


def test_unknown_language_falls_back_to_the_default() -> None:
    """product.md: the default locale is zh-CN."""
    assert words("application_lapsed", "fr") == words("application_lapsed", "zh-CN")


def test_template_that_names_no_fact_is_an_error() -> None:
    """StrictUndefined: nothing is silently left empty."""
    with pytest.raises(jinja2.UndefinedError):
        WORDING.words("payment_reminder", "en", facts={}, community="x", zone="UTC")


@pytest.mark.parametrize(
    ("locale", "times", "place"),
    [
        ("en", "now from December 5, 2026, 05:00", "now here: 杭州 西湖"),
        ("zh-CN", "改为 2026年12月5日 05:00", "地点改为：杭州 西湖"),
    ],
)
def test_a_change_says_what_was_and_what_is(locale: str, times: str, place: str) -> None:
    """product.md §4: other times from old to new, another place as it is now."""
    both = words("meetup_changed", locale, words="杭州 西湖").text
    assert times in both
    assert place in both
    elsewhere = words(
        "meetup_changed",
        locale,
        words="杭州 西湖",
        changed=["place"],
        started_at=None,
        ended_at=None,
        until=None,
    ).text
    assert place in elsewhere
    assert times not in elsewhere
    later = words("meetup_changed", locale, changed=["times"]).text
    assert place not in later


def test_who_stays_reads_which_keys_go_on_and_when_they_were_used() -> None:
    names = {"words": "网站后台\nSync"}
    english = words("api_keys_left", "en", **names)
    chinese = words("api_keys_left", "zh-CN", **names)
    _, used, unused, _ = english.paragraphs
    assert used.startswith("“网站后台” (ck_live_7Fq…), used last on November 27, 2026")
    assert unused == "“Sync” (ck_live_9Ab…), never used"
    assert "“Sync”（ck_live_9Ab…），从未使用" in chinese.paragraphs
    assert "(ck_live_9Ab…), never used" in words("api_keys_left", "en", words="").paragraphs


@pytest.mark.parametrize("provider", ["transfer", "sandbox"])
def test_who_looks_after_the_money_reads_what_changed_about_it(provider: str) -> None:
    facts: dict[str, Any] = {"provider": provider}
    if provider != "transfer":
        facts |= {"number_ends": None, "second_person_above": None}
    text = words("provider_account_changed", "en", **facts).text
    assert ("(changed) that ends in 4567" in text) == (provider == "transfer")
    assert ("more than CN¥20,000.00 is confirmed by two people" in text) == (provider == "transfer")
    alone = words("provider_account_changed", "en", **{**facts, "second_person_above": None})
    assert ("One person confirms whatever comes" in alone.text) == (provider == "transfer")
