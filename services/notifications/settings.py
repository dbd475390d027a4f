"""What operators set for the notifications service."""

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from urllib.parse import urlsplit

from chassis.settings import SECRET, ServiceSettings, is_http

SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(ServiceSettings):
    """`smtp_url` is smtp://, smtp+starttls:// or smtps://[user:password@]host[:port], in
    production the first one without a password. `sms_url` takes messages for phones
    (`adapters/sms.py`) from whoever has `sms_key`; without it there are none."""

    smtp_url: str = field(metadata=SECRET)
    mail_from: str
    sms_url: str = ""
    sms_key: str = field(default="", metadata=SECRET)

    def problems(self) -> list[str]:
        found = super().problems()
        if not _is_smtp(self.smtp_url):
            found.append(f"COTERIE_SMTP_URL takes {'://, '.join(SMTP_SCHEMES)}://host:port")
        elif self.env == "production" and _shows_password(self.smtp_url):
            found.append("COTERIE_SMTP_URL: a password needs smtp+starttls:// or smtps://")
        if self.sms_url and not self.sms_key:
            found.append("COTERIE_SMS_URL needs COTERIE_SMS_KEY")
        elif self.sms_url and not is_http(self.sms_url, in_clear=self.env != "production"):
            found.append("COTERIE_SMS_URL takes https://host/path")
        if not _is_address(self.mail_from):
            found.append(f"COTERIE_MAIL_FROM: {self.mail_from!r} is not an e-mail address")
        elif self.env == "production" and self.mail_from.endswith(".example"):
            found.append(f"COTERIE_MAIL_FROM: {self.mail_from!r} is an example; name an address")
        return found


def _is_smtp(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in SMTP_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _shows_password(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "smtp" and parts.password is not None


def _is_address(text: str) -> bool:
    try:
        return bool(Address(addr_spec=text).domain)
    except (ValueError, IndexError, MessageError):
        return False
