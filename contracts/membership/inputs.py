"""Fields that several requests take."""

from __future__ import annotations

from typing import Any

from contracts.fields import Matching, Whole


def email_address(**kwargs: Any) -> Matching:
    metadata = {"example": "li.wei@example.com", **kwargs.pop("metadata", {})}
    pattern = r"[^@\s]{1,64}@[^@\s]{1,189}"
    return Matching(pattern, "an e-mail address", metadata=metadata, **kwargs)


def seen_version() -> Whole:
    return Whole(
        required=True,
        least=1,
        metadata={"description": "the version that was read; over HTTP it comes from If-Match"},
    )


def question_key(**kwargs: Any) -> Matching:
    return Matching(r"[a-z][a-z0-9_]{0,39}", "a question key such as city", **kwargs)
