"""Which of the two languages of our pages a reader gets."""

from werkzeug.wrappers import Request

LANGUAGES = ("zh-CN", "en")


def language_of(request: Request) -> str:
    """`?lang=` if it is one of ours, else the browser's preference, else zh-CN."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
