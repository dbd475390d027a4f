"""Fields that several requests take."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.addresses import LONGEST, PATTERN, mail_address
from contracts.fields import Matching, Text
from contracts.problems import problem


class EmailAddress(fields.String):
    """An e-mail address, in the one form that it has in the whole system (`contracts.addresses`).

    The documented pattern has the domain in ASCII; one in other letters is taken, too.
    """

    def __init__(self, *, metadata: dict[str, Any] | None = None, **kwargs: Any):
        described = {"pattern": f"^{PATTERN}$", "maxLength": LONGEST}
        example = {"example": "li.wei@example.com"}
        super().__init__(metadata={**described, **example, **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            return mail_address(text)
        except ValueError:
            raise problem("field.format", expected="email") from None


class EightDigits(Matching):
    """A code as mails show it, `1234 5678`: blanks may stand anywhere and count for nothing."""

    def __init__(self, **kwargs: Any):
        super().__init__(" *([0-9] *){8}", "eight_digits", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).replace(" ", "")


def phone_number(**kwargs: Any) -> Matching:
    """A phone number with its country; blanks and hyphens count for nothing."""
    return Matching(r"\+[1-9]([ -]?[0-9]){6,15}", "phone_number", **kwargs)


def way_name(**kwargs: Any) -> Matching:
    """How an operator calls a way to sign in."""
    return Matching(r"[a-z][a-z0-9-]{1,29}", "way_name", **kwargs)


def front_end_address(**kwargs: Any) -> Matching:
    """A page of a front end; at which ones people may come back is a setting."""
    return Matching(r"https?://[!-~]{1,1000}", "https_address", **kwargs)


def question_key(**kwargs: Any) -> Matching:
    return Matching(r"[a-z][a-z0-9_]{0,39}", "question_key", **kwargs)


def reason_code(**kwargs: Any) -> Matching:
    """A reason by its code: one that every community has, or one of its own."""
    return Matching(r"[a-z][a-z0-9_]{0,39}", "reason_code", **kwargs)


def profile_field(**kwargs: Any) -> Matching:
    return Matching(r"[a-z][a-z0-9_]{0,39}", "profile_field", **kwargs)


def profile_text(**kwargs: Any) -> Text:
    return Text(minimum=1, maximum=200, **kwargs)
