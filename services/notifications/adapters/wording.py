"""Facts into words: jinja2 templates in zh-CN and en; amounts, dates, zones by babel.

`templates/<language>/<type>.jinja` has the blocks `subject` and `text` (paragraphs apart by an
empty line). Both the plain and the HTML mail are made from them by `mail.txt.jinja` and
`mail.html.jinja`, so the two never say different things; `lead.jinja` says where to go, with or
without an address. Templates run sandboxed; a name that is
not among the facts is an error, never an empty place.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as Names
from jinja2.sandbox import SandboxedEnvironment

from chassis import shown
from services.notifications.domain.rules import Lead

TEMPLATES = Path(__file__).parent.parent / "templates"
LANGUAGES = ("zh-CN", "en")
PLAIN = "plain"
SENDER = "Coterie"  # signs what no community says: sign-in codes


@dataclass(frozen=True)
class Words:
    """A message in one language: a title of one line, and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True)
class MailBody:
    plain: str
    html: str


class Wording:
    """All templates, compiled once when first used."""

    def __init__(self) -> None:
        self._templates = SandboxedEnvironment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.jinja"),
            auto_reload=False,
        )
        self._templates.filters.update(instant=_instant, day=_day, money=_money, grouped=_grouped)

    def words(
        self,
        type: str,
        locale: str,
        *,
        facts: Mapping[str, Any],
        community: str,
        zone: str,
    ) -> Words:
        """What the message says; dates are shown in the facts' own zone, else in `zone`.

        Raises jinja2.TemplateError when a template and its facts do not fit, and what babel and
        datetime raise for facts that cannot be shown: programming errors.
        """
        language = _language(locale)
        template = self._templates.get_template(f"{language}/{type}.jinja")
        names = template.new_context(
            {"zone": zone, **facts, "community": community, "locale": language}
        )
        title = " ".join("".join(template.blocks["subject"](names)).split())
        text = "".join(template.blocks["text"](names)).strip()
        paragraphs = (" ".join(part.split("\n")).strip() for part in text.split("\n\n"))
        return Words(title, tuple(part for part in paragraphs if part))

    def plain(self, type: str, locale: str, *, community: str) -> Words:
        """What stands in the place of a message that cannot be worded: that there is one."""
        return self.words(
            PLAIN, locale, facts={"type": type.replace("_", " ")}, community=community, zone="UTC"
        )

    def mail(
        self, words: Words, locale: str, *, lead: Lead | None, community: str, name: str
    ) -> MailBody:
        """The same words as plain and HTML mail, with greeting, sender, and where to go on."""
        language = _language(locale)
        names = {
            "title": words.title,
            "paragraphs": words.paragraphs,
            "lead": "" if lead is None else self._lead(lead, language, community),
            "page": lead and lead.page,
            "community": community,
            "name": name,
            "language": language,
        }
        return MailBody(
            plain=self._templates.get_template(f"{language}/mail.txt.jinja").render(names),
            html=self._templates.get_template(f"{language}/mail.html.jinja").render(names),
        )

    def _lead(self, lead: Lead, language: str, community: str) -> str:
        names = {
            "about": lead.about,
            "page": lead.page,
            "purpose": lead.purpose,
            "community": community,
        }
        return self._templates.get_template(f"{language}/lead.jinja").render(names).strip()


def _grouped(code: str) -> str:
    """A code in two halves, which are easier to read and to type: `1234 5678`."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def _language(locale: str) -> str:
    return locale if locale in LANGUAGES else LANGUAGES[0]


@pass_context
def _instant(names: Names, moment: dt.datetime) -> str:
    return shown.instant(moment, names["zone"], names["locale"])


@pass_context
def _day(names: Names, iso: str) -> str:
    return shown.day(iso, names["locale"])


@pass_context
def _money(names: Names, amount: Mapping[str, Any]) -> str:
    return shown.money(amount["amount"], amount["currency"], names["locale"])
