"""Whether a text has words of another language than its own."""

import re

LATIN = re.compile(r"[A-Za-z][A-Za-z_]*")
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# Names of HTTP, JSON and of ours, which are the same in any language.
NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        Accept Authorization Bearer Content Length ETag Host HTTP Idempotency If Key Match None
        API ASCII CNY CR CSV IANA ISO Infinity JSON KB MB NaN UTC UTF Z T
        Asia Shanghai base docs errors false n next null params plan_id proof true u
        com email example name city doctors club I J O
        SHA https page wechat website orders checkout
        """,
    )
)


def strangers(text: str) -> list[str]:
    """The Latin words of a Chinese text that are no names."""
    without_values = re.sub(r'"[^"]*"|\{[a-z_]+\}', "", text)
    return [word for word in LATIN.findall(without_values) if word not in NAMES]
