"""What the membership service is told at start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from chassis.settings import SECRET, ServiceSettings
from contracts.addresses import mail_address
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.ways import read_ways

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_COUNTRY = re.compile(r"\+[1-9][0-9]{0,6}")


@dataclass(frozen=True, kw_only=True)
class MembershipSettings(ServiceSettings):
    """`signing_key` is a P-256 private key (PEM). `sign_ins_per_minute` codes are mailed at most,
    of which addresses of nobody whom we know get `sign_ins_for_strangers` percent at most.
    `sign_in_proof_bits` asks for a proof of work before a code is mailed (20 take about a second in
    a browser; 0 asks for none). New people cannot come with an address at one of
    `blocked_mail_domains` (separated by blanks) or below it. `seed_code`, eight digits, opens every
    sign-in of an address at seed.example: for development, and refused in production.

    `sign_in_ways` are the providers by which people sign in besides (JSON, `adapters/ways.py`),
    `front_ends` the origins, separated by blanks, to which people may be sent back from there.
    Codes go to phones whose numbers begin with one of `phone_countries` (`+86 +852`; none: to no
    phone), `sms_per_minute` at most, with the same share for strangers: each costs money."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "sms_url": "notifications",
        "sms_key": "notifications",
    }

    signing_key: str = field(metadata=SECRET)
    sign_ins_per_minute: int = field(default=1200, metadata={"minimum": 1, "maximum": 1_000_000})
    sign_ins_for_strangers: int = field(default=50, metadata={"minimum": 1, "maximum": 100})
    sign_in_proof_bits: int = field(default=0, metadata={"minimum": 0, "maximum": 32})
    blocked_mail_domains: str = ""
    seed_code: str = ""
    sign_in_ways: str = field(default="[]", metadata=SECRET)
    front_ends: str = ""
    phone_countries: str = ""
    sms_per_minute: int = field(default=30, metadata={"minimum": 1, "maximum": 1_000_000})

    def problems(self) -> list[str]:
        found = super().problems()
        try:
            AccessTokens(self.signing_key)
        except ValueError as problem:
            found.append(f"COTERIE_SIGNING_KEY: {problem}")
        if self.seed_code and not re.fullmatch("[0-9]{8}", self.seed_code):
            found.append("COTERIE_SEED_CODE is not eight digits")
        if self.seed_code and self.env == "production":
            found.append("COTERIE_SEED_CODE is refused in production: everybody knows that code")
        for domain in self.blocked_mail_domains.split():
            if not _is_domain(domain):
                found.append(f"COTERIE_BLOCKED_MAIL_DOMAINS: {domain!r} is not a domain in ASCII")
        in_clear = self.env != "production"
        try:
            read_ways(self.sign_in_ways, in_clear=in_clear)
        except ValueError as problem:
            found.append(f"COTERIE_SIGN_IN_WAYS: {problem}")
        for origin in self.front_ends.split():
            if not _ORIGIN.fullmatch(origin):
                found.append(f"COTERIE_FRONT_ENDS: {origin!r} is not scheme://host[:port]")
            elif not in_clear and not origin.startswith("https://"):
                found.append(f"COTERIE_FRONT_ENDS: {origin!r} is to be https:// in production")
        for country in self.phone_countries.split():
            if not _COUNTRY.fullmatch(country):
                found.append(f"COTERIE_PHONE_COUNTRIES: {country!r} is not a number such as +86")
        return found


def _is_domain(text: str) -> bool:
    try:
        return mail_address(f"x@{text}") == f"x@{text}"
    except ValueError:
        return False
