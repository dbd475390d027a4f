"""What operators set for the notifications service."""

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from urllib.parse import urlsplit

from chassis.settings import SECRET, Settings

SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(Settings):
    """`smtp_url` is smtp://, smtp+starttls:// or smtps://[user:password@]host[:port], in
    production the first one without a password."""

    smtp_url: str = field(metadata=SECRET)
    mail_from: str

    def problems(self) -> list[str]:
        found = super().problems()
        if not self.mongo_url or not self.mongo_database:
            found.append("COTERIE_MONGO_URL and COTERIE_MONGO_DATABASE are needed")
        if not _is_smtp(self.smtp_url):
            found.append(f"COTERIE_SMTP_URL takes {'://, '.join(SMTP_SCHEMES)}://host:port")
        elif self.env == "production" and _shows_password(self.smtp_url):
            found.append("COTERIE_SMTP_URL: a password needs smtp+starttls:// or smtps://")
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
