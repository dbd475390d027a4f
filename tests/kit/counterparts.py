"""Who vouches for people, as the sandbox plays it, and a browser that goes there."""

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from tests.kit.probe import probe
from tests.kit.processes import Process, free_port

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Counterparts(Process):
    """An OpenID provider and WeChat, as a process."""

    def __init__(self, path: Path) -> None:
        port = free_port()
        super().__init__(
            "sandbox.provider",
            environment={"SANDBOX_PROVIDER_PORT": str(port), "SANDBOX_DATA_DIR": str(path)},
            port=port,
            log_path=path / "sandbox-provider.log",
        )


def agree(authorize_url: str, user: str, name: str = "", **more: str) -> dict[str, str]:
    """What the front end's page gets when somebody went there and agreed; `more` is put into the
    form (`refuse`, `fault`)."""
    page = requests.get(authorize_url, timeout=10)
    page.raise_for_status()
    action = re.search(r'<form method="post" action="([^"]*)"', page.text)
    assert action is not None, page.text
    form = {key: html.unescape(value) for key, value in HIDDEN.findall(page.text)}
    answer = requests.post(
        urljoin(authorize_url, action[1]),
        data={**form, "user": user, "name": name, **more},
        timeout=10,
        allow_redirects=False,
    )
    assert answer.status_code == 302, answer.text
    came_to = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(form["redirect_uri"])
    return {key: values[0] for key, values in parse_qs(came_to.query).items()}


def app_code(sandbox_url: str, appid: str, user: str) -> str:
    """What `wx.login` gives inside a mini program."""
    asked: dict[str, Any] = {"appid": appid, "user": user}
    answer = requests.post(f"{sandbox_url}/wechat/app-code", json=asked, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["code"])


def sms_code(inbox_url: str, phone: str) -> str:
    """The code of the newest message to a phone, as the inbox shows it."""

    def came() -> str:
        found = requests.get(f"{inbox_url}/api/messages", params={"to": phone}, timeout=10).json()
        (digits,) = re.findall(r"[0-9]{4} [0-9]{4}", found["messages"][-1]["subject"])
        assert digits in found["messages"][-1]["text"]
        return str(digits)

    return str(probe(came, 60, "an SMS"))
