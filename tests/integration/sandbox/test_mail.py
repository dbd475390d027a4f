"""The mail sink as a process: SMTP in, JSON and pages out."""

import json
import re
import secrets
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.integration.sandbox.world import Program
from tests.kit.processes import free_port


@dataclass
class Inbox:
    """The program and both of its ports."""

    program: Program
    smtp_port: int

    def send(self, raw: bytes, *recipients: str, sender: str = "no-reply@example.com") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.sendmail(sender, recipients, raw)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.program.url + path, timeout=10)

    def messages(self, query: str) -> list[dict[str, Any]]:
        """All messages of a query, read page by page."""
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = self.get(f"/api/messages?{query}&after={after}&limit=3").json()
            found += page["messages"]
            after = page["next"]
        return found


def started(folder: Path) -> Inbox:
    smtp_port = free_port()
    program = Program(
        "sandbox.mail", folder, SANDBOX_MAIL_PORT=free_port(), SANDBOX_SMTP_PORT=smtp_port
    )
    program.start()
    return Inbox(program, smtp_port)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    running = started(tmp_path_factory.mktemp("mail"))
    yield running
    running.program.stop()


@pytest.fixture
def address() -> str:
    """An address of the test's own."""
    return f"p{secrets.token_hex(6)}@example.com"


def message(to: str, subject: str = "欢迎加入 Welcome", html: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "社区 <no-reply@example.com>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["List-Unsubscribe"] = "<https://example.com/u/1>"
    mail.set_content("您的验证码是 482913。\nYour code is 482913.\n")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


def test_mail_in_json_out(inbox: Inbox, address: str) -> None:
    mail = message(address, html="<p>您的验证码是 <b>482913</b></p>")
    mail.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="聚会.ics"
    )
    raw = mail.as_bytes(policy=SMTP)
    inbox.send(raw, address)
    (received,) = inbox.messages(f"to={address}")
    assert received["to"] == [address]
    assert received["from"] == "no-reply@example.com"
    assert received["subject"] == "欢迎加入 Welcome"
    assert received["text"] == "您的验证码是 482913。\nYour code is 482913.\n"
    assert "<b>482913</b>" in received["html"]
    assert received["headers"]["List-Unsubscribe"] == "<https://example.com/u/1>"
    assert received["headers"]["From"] == "社区 <no-reply@example.com>"
    assert received["attachments"] == [
        {"filename": "聚会.ics", "content_type": "text/calendar", "size": 15}
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", received["received_at"])
    assert inbox.get(f"/api/messages/{received['id']}").json() == received
    stored = inbox.get(f"/api/messages/{received['id']}/raw").content
    assert stored == raw


def test_finding_and_paging(inbox: Inbox, address: str) -> None:
    for number in range(7):
        inbox.send(message(address, f"Notice {number} of {address}").as_bytes(policy=SMTP), address)
    other = "other-" + address
    inbox.send(message(other, "Notice 3 too").as_bytes(policy=SMTP), other, address.upper())

    subjects = [found["subject"] for found in inbox.messages(f"to={address}")]
    assert subjects == [f"Notice {number} of {address}" for number in range(7)] + ["Notice 3 too"]
    assert [found["to"] for found in inbox.messages(f"to={other}")] == [sorted([address, other])]
    assert len(inbox.messages(f"to={address}&subject=Notice 3")) == 2
    assert inbox.messages(f"to={address}&subject=%25") == []
    assert inbox.get(f"/api/count?to={address}").json() == {"count": 8}
    newest = inbox.messages(f"to={address}")[-1]["id"]
    assert inbox.get(f"/api/messages?to={address}&after={newest}").json() == {
        "messages": [],
        "next": None,
    }
    for wrong in ("after=x", "after=-1", "limit=0", "limit=201"):
        refused = inbox.get(f"/api/messages?{wrong}")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_field")


def test_parallel_senders_lose_nothing(inbox: Inbox, address: str) -> None:
    def send(number: int) -> None:
        inbox.send(message(address, f"{number}").as_bytes(policy=SMTP), address)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(40)))
    subjects = [found["subject"] for found in inbox.messages(f"to={address}")]
    assert sorted(subjects, key=int) == [str(number) for number in range(40)]


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("bounce+550@example.com", 550), ("Bounce+552@example.com", 552), ("defer+451@a.test", 451)],
)
def test_scripted_refusals(inbox: Inbox, address: str, recipient: str, code: int) -> None:
    before = inbox.get("/api/count").json()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        inbox.send(message(recipient).as_bytes(policy=SMTP), recipient)
    assert refusal.value.recipients[recipient][0] == code
    assert inbox.get("/api/count").json() == before
    inbox.send(message(address).as_bytes(policy=SMTP), recipient, address)
    assert inbox.get(f"/api/count?to={address}").json() == {"count": 1}
    assert (
        inbox.get(
            "/api/count",
        ).json()["count"]
        == before["count"] + 1
    )


def test_a_message_over_one_mebibyte_is_refused(inbox: Inbox, address: str) -> None:
    body = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 60_000
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        inbox.send(body, address)
    assert refusal.value.smtp_code == 552
    assert inbox.get(f"/api/count?to={address}").json() == {"count": 0}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Subject: =?utf-8?b?broken\r\n\r\nx",
        b"Subject: =?no-such-charset?q?x?=\r\n\r\nx",
        b"Subject: \xff\xfe\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff",
        "Subject: 直接写的\r\n\r\n正文".encode(),
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA-",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b'Content-Disposition: attachment; filename="\xff.txt"\r\n\r\nx',
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    ],
)
def test_broken_messages_are_shown_as_far_as_possible(
    inbox: Inbox, address: str, raw: bytes
) -> None:
    inbox.send(raw, address)
    (received,) = inbox.messages(f"to={address}")
    json.dumps(received)
    assert inbox.get(f"/messages/{received['id']}").ok
    assert inbox.get(f"/messages/{received['id']}?view=headers").ok
    if "直接写的".encode() in raw:
        assert (received["subject"], received["text"].strip()) == ("直接写的", "正文")


def test_html_of_a_message_cannot_run_scripts(inbox: Inbox, address: str) -> None:
    """Mail is untrusted: a frame without scripts and origin, and a policy on the content."""
    hostile = (
        "<html><head><title>x</title></head><body onload=alert(1)><script>alert(2)</script>"
        '<img src=x onerror="alert(3)"><a href="https://example.com/ok">link</a></body></html>'
    )
    subject = "<script>alert(4)</script>"
    inbox.send(message(address, subject, hostile).as_bytes(policy=SMTP), address)
    (received,) = inbox.messages(f"to={address}")
    page = inbox.get(f"/messages/{received['id']}")
    (frame,) = re.findall(r"<iframe[^>]*>", page.text)
    sandbox = re.search(r'sandbox="([^"]*)"', frame)
    assert sandbox is not None
    allowed = set(sandbox[1].split())
    assert allowed <= {"allow-popups", "allow-popups-to-escape-sandbox"}
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/static/inbox.js" defer>']
    assert "srcdoc" not in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]

    content = inbox.get(f"/messages/{received['id']}/html")
    policy = [part.split() for part in content.headers["Content-Security-Policy"].split(";")]
    directives = {words[0]: words[1:] for words in policy}
    assert set(directives["sandbox"]) == allowed
    assert directives["default-src"] == ["'none'"]
    assert "script-src" not in directives
    assert '<base target="_blank">' in content.text
    assert inbox.get(f"/messages/{received['id']}/raw").status_code == 404
    raw = inbox.get(f"/api/messages/{received['id']}/raw")
    assert raw.headers["Content-Type"].startswith("text/plain")
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_views_of_a_message(inbox: Inbox, address: str) -> None:
    inbox.send(message(address, html="<p>hello</p>").as_bytes(policy=SMTP), address)
    plain_address = "plain-" + address
    inbox.send(message(plain_address).as_bytes(policy=SMTP), plain_address)
    (both,) = inbox.messages(f"to={address}")
    (plain,) = inbox.messages(f"to={plain_address}")
    assert "<iframe" in inbox.get(f"/messages/{both['id']}").text
    text = inbox.get(f"/messages/{both['id']}?view=text").text
    assert "您的验证码是 482913。" in text
    assert "<iframe" not in text
    headers = inbox.get(f"/messages/{both['id']}?view=headers").text
    assert "List-Unsubscribe: &lt;https://example.com/u/1&gt;" in headers
    without_html = inbox.get(f"/messages/{plain['id']}").text
    assert "<iframe" not in without_html
    assert "482913" in without_html
    assert inbox.get("/messages/999999999").json()["code"] == "message_not_found"


def test_the_list_page(inbox: Inbox, address: str) -> None:
    for number in range(52):
        inbox.send(message(address, f"通知 {number}").as_bytes(policy=SMTP), address)
    page = inbox.get(f"/?to={address[:8]}")
    shown = re.findall(r"通知 (\d+)", page.text)
    assert shown == [str(number) for number in range(51, 1, -1)]
    (older,) = re.findall(r'href="(/\?to=[^"]*before=\d+[^"]*)"', page.text)
    rest = inbox.get(older.replace("&amp;", "&"))
    assert re.findall(r"通知 (\d+)", rest.text) == ["1", "0"]
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert inbox.get(path).ok, path
    assert "data-refreshed" in page.text, "the newest page refreshes itself"
    assert "data-refreshed" not in rest.text
    assert "收件箱" in page.text
    assert "Inbox" in inbox.get("/?lang=en").text
    assert not re.search(r"https?://", page.text), "the page works offline"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("登录验证码：4829 1563", "4829 1563"),
        ("48291563", "48291563"),
        ("订单 482915630 已支付", None),
        ("欢迎加入", None),
    ],
)
def test_a_code_can_be_copied(inbox: Inbox, address: str, subject: str, code: str | None) -> None:
    """In the list and beside the message; other numbers are none."""
    inbox.send(message(address, subject).as_bytes(policy=SMTP), address)
    (received,) = inbox.messages(f"to={address}")
    for path in (f"/?to={address}", f"/messages/{received['id']}"):
        found = re.findall(r'class="code"><strong>([^<]+)<', inbox.get(path).text)
        assert found == ([code] if code else [])


def test_sender_and_instant_are_shown(inbox: Inbox, address: str) -> None:
    """The page's script shows the instant in the reader's zone."""
    inbox.send(message(address).as_bytes(policy=SMTP), address)
    (received,) = inbox.messages(f"to={address}")
    for path in (f"/?to={address}", f"/messages/{received['id']}"):
        page = inbox.get(path).text
        assert "no-reply@example.com" in page
        assert f'datetime="{received["received_at"]}"' in page


def test_acknowledged_mail_survives_kill(tmp_path: Path, address: str) -> None:
    """250 is said when the message is on disk."""
    own = started(tmp_path)
    try:
        inbox_ids = []
        for number in range(3):
            own.send(message(address, f"{number}").as_bytes(policy=SMTP), address)
            own.program.kill()
            own.program.start()
            inbox_ids.append(own.messages(f"to={address}")[-1]["id"])
        subjects = [found["subject"] for found in own.messages(f"to={address}")]
        assert subjects == ["0", "1", "2"]

        deleted = requests.delete(f"{own.program.url}/api/messages", timeout=5)
        assert deleted.status_code == 204
        assert own.messages(f"to={address}") == []
        own.send(message(address).as_bytes(policy=SMTP), address)
        (next_message,) = own.messages(f"to={address}")
        assert next_message["id"] > max(inbox_ids), "cursors of readers stay valid"
        assert own.program.stop() == 0
    finally:
        own.program.kill()


def test_a_taken_smtp_port_ends_the_program_with_a_message(inbox: Inbox, tmp_path: Path) -> None:
    second = Program(
        "sandbox.mail",
        tmp_path,
        SANDBOX_MAIL_PORT=free_port(),
        SANDBOX_SMTP_PORT=inbox.smtp_port,
    )
    ended = second.run_to_end()
    assert ended.returncode == 1
    assert f"SMTP port {inbox.smtp_port}" in ended.stderr
    assert "Traceback" not in ended.stderr
