"""The web inbox and its JSON twin."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.clock import rfc3339
from sandbox.database import Database
from sandbox.language import language_of
from sandbox.mail import inbox
from sandbox.mail.reading import Reading, read
from sandbox.web import ApiError, BoundedRequest, json_response, query_integer, route

MAX_ID = 2**62
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200

# Mail is written by strangers: no scripts, no network, an origin of its own. Links may open in a
# new window, or nobody could follow the link in a message.
FRAME_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
FRAME_POLICY = (
    f"sandbox {FRAME_SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " form-action 'none'; frame-ancestors 'self'"
)

# Eight digits as our messages write them, in a mail's subject or a text message's.
_CODE = re.compile(r"(?<!\d)\d{4} ?\d{4}(?!\d)")

TEXTS = {
    "zh-CN": {
        "copy_code": "复制验证码",
        "copied": "已复制",
        "inbox": "收件箱",
        "search": "按收件人搜索",
        "empty": "还没有邮件。发到沙盒的邮件会出现在这里。",
        "newer": "最新",
        "older": "更早",
        "subject": "主题",
        "from": "发件人",
        "to": "收件人",
        "received": "时间",
        "attachments": "附件",
        "no_subject": "（无主题）",
        "html": "网页",
        "text": "纯文本",
        "headers": "邮件头",
        "raw": "原文",
        "other_language": "English",
    },
    "en": {
        "copy_code": "Copy code",
        "copied": "Copied",
        "inbox": "Inbox",
        "search": "Search by recipient",
        "empty": "No mail yet. Whatever is sent to the sandbox appears here.",
        "newer": "Newest",
        "older": "Older",
        "subject": "Subject",
        "from": "From",
        "to": "To",
        "received": "Received",
        "attachments": "Attachments",
        "no_subject": "(no subject)",
        "html": "HTML",
        "text": "Plain text",
        "headers": "Headers",
        "raw": "Source",
        "other_language": "中文",
    },
}


class InboxPages:
    """Pages for people, /api for programs."""

    def __init__(self, database: Database, page: Callable[..., Response]) -> None:
        self._database = database
        self._page = page

    def routes(self) -> list[Rule]:
        """The routing table of the inbox."""
        return [
            route("/", "GET", self.list_page),
            route("/messages/<int:message_id>", "GET", self.message_page),
            route("/messages/<int:message_id>/html", "GET", self.message_html),
            route("/api/messages", "GET", self.list_messages),
            route("/api/messages", "DELETE", self.delete_messages),
            route("/api/messages/<int:message_id>", "GET", self.get_message),
            route("/api/messages/<int:message_id>/raw", "GET", self.get_raw),
            route("/api/count", "GET", self.get_count),
        ]

    def list_page(self, request: BoundedRequest) -> Response:
        """Newest first, `?to=` part of a recipient's address, `?before=` an id."""
        before = query_integer(request, "before", 1, MAX_ID, default=MAX_ID)
        address_part = request.args.get("to", "").strip()
        with self._database.transaction() as db:
            rows = inbox.newest(db, address_part, before, PAGE_SIZE + 1)
            messages = [
                {
                    "id": row["id"],
                    "to": ", ".join(inbox.recipients_of(db, row["id"])),
                    "sender": row["sender"],
                    "subject": row["subject"],
                    "code": _code_in(row["subject"]),
                    "received_at": rfc3339(row["received_ms"]),
                    "received": _for_people(row["received_ms"]),
                }
                for row in rows[:PAGE_SIZE]
            ]
        language = language_of(request)
        return self._page(
            "inbox.html",
            language=language,
            texts=TEXTS[language],
            messages=messages,
            address_part=address_part,
            is_first_page=before == MAX_ID,
            older_than=messages[-1]["id"] if len(rows) > PAGE_SIZE else None,
        )

    def message_page(self, request: BoundedRequest, message_id: int) -> Response:
        """One message; `?view=` html, text or headers."""
        with self._database.transaction() as db:
            row = _found(inbox.find(db, message_id))
            recipients = inbox.recipients_of(db, message_id)
        reading = read(row["raw"])
        views = ["html", "text", "headers"] if reading.html else ["text", "headers"]
        view = request.args.get("view")
        language = language_of(request)
        return self._page(
            "message.html",
            language=language,
            texts=TEXTS[language],
            message_id=message_id,
            sender=row["sender"],
            recipients=", ".join(recipients),
            code=_code_in(row["subject"]),
            received_at=rfc3339(row["received_ms"]),
            received=_for_people(row["received_ms"]),
            reading=reading,
            views=views,
            view=view if view in views else views[0],
            frame_sandbox=FRAME_SANDBOX,
        )

    def message_html(self, request: BoundedRequest, message_id: int) -> Response:
        """The HTML that the sender wrote, for the frame; harmless when opened by itself too."""
        with self._database.transaction() as db:
            row = _found(inbox.find(db, message_id))
        html = _with_links_in_new_window(read(row["raw"]).html)
        response = Response(html, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = FRAME_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def list_messages(self, request: BoundedRequest) -> Response:
        """Oldest first; `next` is the `after` of the next page, null when there is none."""
        after = query_integer(request, "after", 0, MAX_ID, default=0)
        limit = query_integer(request, "limit", 1, MAX_PAGE_SIZE, default=PAGE_SIZE)
        with self._database.transaction() as db:
            rows = inbox.search(
                db, request.args.get("to"), request.args.get("subject"), after, limit + 1
            )
            found = [(row, inbox.recipients_of(db, row["id"])) for row in rows[:limit]]
        messages = [_message(row, recipients) for row, recipients in found]
        return json_response(
            {"messages": messages, "next": messages[-1]["id"] if len(rows) > limit else None}
        )

    def get_message(self, request: BoundedRequest, message_id: int) -> Response:
        """One message as in the list."""
        with self._database.transaction() as db:
            row = _found(inbox.find(db, message_id))
            recipients = inbox.recipients_of(db, message_id)
        return json_response(_message(row, recipients))

    def get_raw(self, request: BoundedRequest, message_id: int) -> Response:
        """The bytes that came over SMTP."""
        with self._database.transaction() as db:
            row = _found(inbox.find(db, message_id))
        response = Response(row["raw"], content_type="text/plain; charset=utf-8")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def get_count(self, request: BoundedRequest) -> Response:
        """How many, `?to=` exactly this address."""
        with self._database.transaction() as db:
            return json_response({"count": inbox.count(db, request.args.get("to"))})

    def delete_messages(self, request: BoundedRequest) -> Response:
        """Empty the inbox, for tests."""
        with self._database.transaction() as db:
            inbox.clear(db)
        return Response(status=204)


def _found(row: sqlite3.Row | None) -> sqlite3.Row:
    if row is None:
        raise ApiError(404, "message_not_found", "no such message")
    return row


def _message(row: sqlite3.Row, recipients: list[str]) -> dict[str, Any]:
    reading: Reading = read(row["raw"])
    return {
        "id": row["id"],
        "to": recipients,
        "from": row["sender"],
        "received_at": rfc3339(row["received_ms"]),
        **asdict(reading),
    }


def _code_in(subject: str) -> str | None:
    found = _CODE.search(subject)
    return found[0] if found else None


def _for_people(ms: int) -> str:
    """For who runs no scripts; the page's own shows the time of the reader's zone."""
    return rfc3339(ms)[:19].replace("T", " ") + " UTC"


def _with_links_in_new_window(html: str) -> str:
    base = '<base target="_blank">'
    changed, times = re.subn(
        r"<head[^>]*>", lambda head: head[0] + base, html, count=1, flags=re.IGNORECASE
    )
    return changed if times else base + html
