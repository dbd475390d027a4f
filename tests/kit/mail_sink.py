"""The sandbox's mail server as a process of its own."""

from pathlib import Path
from typing import Any

import requests

from tests.kit.processes import Process, free_port


class MailSink(Process):
    """Takes every mail, and shows it as the outside world sees it."""

    def __init__(self, path: Path) -> None:
        self.smtp_port, port = free_port(), free_port()
        super().__init__(
            "sandbox.mail",
            environment={
                "SANDBOX_SMTP_PORT": str(self.smtp_port),
                "SANDBOX_MAIL_PORT": str(port),
                "SANDBOX_DATA_DIR": str(path),
            },
            port=port,
            log_path=path / "sandbox-mail.log",
        )

    def to(self, address: str) -> list[dict[str, Any]]:
        """The mails that arrived for one address."""
        answer = requests.get(f"{self.url}/api/messages", params={"to": address}, timeout=5)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found
